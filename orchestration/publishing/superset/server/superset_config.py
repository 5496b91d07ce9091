"""Settings of a Superset for this project; loaded by Superset through SUPERSET_CONFIG_PATH.

Belongs here: what the dashboards need (templates in row-level filters) and what keeps data at home.
Does not belong here: anything of one installation: SUPERSET_HOME and SUPERSET_SECRET_KEY come from the environment.
"""

import copy
import os
from pathlib import Path

from superset import config

SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = f"sqlite:///{Path(os.environ['SUPERSET_HOME']) / 'superset.db'}?check_same_thread=false"
# row-level filters ask for the name of the user; a dashboard is listed for its roles only
FEATURE_FLAGS = {"ENABLE_TEMPLATE_PROCESSING": True, "DASHBOARD_RBAC": True}
ROW_LIMIT = 10_000
APP_NAME = "Onboarding health"

# pages may load nothing from elsewhere: no fonts, no maps, no address by which Superset's makers count installations
TALISMAN_CONFIG, TALISMAN_DEV_CONFIG = (
    copy.deepcopy(given) for given in (config.TALISMAN_CONFIG, config.TALISMAN_DEV_CONFIG)
)
for given in (TALISMAN_CONFIG, TALISMAN_DEV_CONFIG):
    policy = given["content_security_policy"]
    for kind, sources in policy.items():
        if isinstance(sources, list):
            policy[kind] = [source for source in sources if source.startswith("'") or source.endswith(":")]
