"""A Superset on this machine, from its own environment: prepared, started on 127.0.0.1, ended by its own pid.

Belongs here: the server of `make superset` and of the tests. Does not belong here: a server for a company, which has
its own; `ONBOARDING_SUPERSET` names that.
"""

import contextlib
import os
import secrets
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import requests

from orchestration.common.errors import UserError
from orchestration.common.progress import report
from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.publishing.snapshot.store import DATABASE, published_snapshot
from orchestration.publishing.superset.access import ROLES
from orchestration.publishing.superset.client import Superset
from orchestration.publishing.superset.publish import database_of, publish_to_superset

ENVIRONMENT = PROJECT_ROOT / ".venv-superset"
_SERVER = Path(__file__).parent / "server"
_PATIENCE = 180  # seconds until it must answer


@contextmanager
def running_superset(home: Path, port: int) -> Iterator[str]:
    """Address of an admin of a Superset whose own data lie in `home`.

    Raises UserError when its environment is not installed or it does not start.
    """
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        raise UserError("Superset is not installed here; run `make superset-setup` first")
    home.mkdir(parents=True, exist_ok=True)
    password = _secret(home / "admin.password")
    environment = {
        **os.environ,
        "SUPERSET_HOME": str(home.absolute()),
        "SUPERSET_CONFIG_PATH": str(_SERVER / "superset_config.py"),
        "SUPERSET_SECRET_KEY": _secret(home / "secret.key"),
        "SUPERSET_ADMIN": "admin",
        "SUPERSET_ADMIN_PASSWORD": password,
        "FLASK_APP": "superset.app:create_app()",
    }
    environment.pop("PYTHONPATH", None)
    log = home / "superset.log"
    report("superset prepares its database (the first time a minute)")
    with log.open("w") as handle:
        common: dict[str, Any] = {"env": environment, "stdout": handle, "stderr": handle, "cwd": home}
        if subprocess.run([str(python), str(_SERVER / "prepare.py")], check=False, **common).returncode:
            raise UserError(f"Superset could not be prepared; see {log}")
        command = [str(ENVIRONMENT / "bin" / "gunicorn"), "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads"]
        server = subprocess.Popen([*command, "8", "--timeout", "120", "superset.app:create_app()"], **common)
        try:
            _wait(server, port, log)
            yield f"http://admin:{password}@127.0.0.1:{port}"
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()


def serve_dashboards(workspace: Workspace, port: int) -> None:
    """Open the dashboards of the current snapshot until stopped, with a login for each kind of reader."""
    snapshot = published_snapshot(workspace.published)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the server ends with this process
    with running_superset(workspace.data_dir / "superset", port) as address, contextlib.suppress(KeyboardInterrupt):
        report("superset imports the dashboards")
        publish_to_superset(address, database_of(workspace), snapshot)
        with duckdb.connect(str(snapshot.folder / DATABASE), read_only=True) as connection:
            busiest = connection.execute("select csm_id from core.dim_csms order by n_accounts desc, csm_id limit 1")
            people = {"analyst": ROLES["analyst"], **{csm_id: ROLES["csm"] for (csm_id,) in busiest.fetchall()}}
        superset, password = Superset(address), str(urlsplit(address).password)
        add_people(superset, people, password)
        print(f"\n{superset.where}/dashboard/list/   (stop with ctrl-C)")
        print(f"log in as admin, {' or '.join(people)}, password {password}", flush=True)
        threading.Event().wait()


def add_people(superset: Superset, people: dict[str, str], password: str) -> None:
    """Logins (name → one of our roles) to try what each sees; those that are there are left alone."""
    there = {user["username"] for user in superset.every("security/users/", ["id", "username"])}
    roles = {role["name"]: role["id"] for role in superset.every("security/roles/", ["id", "name"])}
    for number, (name, role) in enumerate(people.items()):
        if name not in there:
            superset.send(
                "post",
                "security/users/",
                {
                    "username": name,
                    "first_name": name,
                    "last_name": role,
                    "email": f"{number}.{role}@localhost",
                    "active": True,
                    "password": password,
                    "roles": [roles["Gamma"], roles[role]],
                },
            )


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            if requests.get(f"http://127.0.0.1:{port}/health", timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(1)
    raise UserError(f"Superset did not start on port {port}; see {log}")


def _secret(path: Path) -> str:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text()
