"""Make or renew the database of a Superset and its admin; run with the Python of Superset's own environment.

Belongs here: what must be there before the server starts. Does not belong here: dashboards (they come over REST).
"""

import logging
import os
from pathlib import Path

import superset
from flask_migrate import upgrade
from superset.app import create_app


def prepare(user: str, password: str) -> None:
    """Bring tables and permissions up to date; make the admin `user`, or give it this password."""
    app = create_app()
    with app.app_context():
        upgrade(directory=str(Path(superset.__file__).parent / "migrations"))
        from superset import appbuilder, security_manager  # noqa: PLC0415 (exist only within the application)

        appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        if found := security_manager.find_user(user):
            security_manager.reset_password(found.id, password)
        else:
            role = security_manager.find_role("Admin")
            security_manager.add_user(user, "Admin", "of this machine", f"{user}@localhost", role, password=password)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    prepare(os.environ["SUPERSET_ADMIN"], os.environ["SUPERSET_ADMIN_PASSWORD"])
