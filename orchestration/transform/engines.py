"""The engines dbt can run on: which one is asked for, and whether this machine can run it.

Belongs here: names of the targets in profiles.yml and what each needs. Does not belong here: SQL (dbt_project/macros).
"""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from orchestration.common.errors import UserError

ENGINES = ("duckdb", "spark", "connect", "thrift")
_OLDEST_JAVA = 17


def check_engine(name: str, environment: Mapping[str, str] = os.environ) -> None:
    """Raise UserError, naming the remedy, when this machine cannot run dbt's target `name`."""
    if name not in ENGINES:
        raise UserError(f"target '{name}' does not exist; expected one of {', '.join(ENGINES)}")
    if name == "duckdb":
        return
    if importlib.util.find_spec("dbt.adapters.spark") is None:
        raise UserError(f"target {name}: the package dbt-spark is missing; install it with `make install-spark`")
    if name == "spark":
        problem = java_problem(environment)
        if problem:
            raise UserError(f"target spark: {problem}")
    if name == "connect" and not environment.get("SPARK_REMOTE"):
        raise UserError("target connect: SPARK_REMOTE is not set; expected sc://<host>:15002")
    if name == "thrift" and not environment.get("ONBOARDING_SPARK_HOST"):
        raise UserError("target thrift: ONBOARDING_SPARK_HOST is not set; expected the Thrift server's host name")


def java_problem(environment: Mapping[str, str] = os.environ) -> str | None:
    """What keeps Spark from starting in this process, or None: it needs Java 17 or later."""
    home = environment.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java", path=environment.get("PATH"))
    remedy = f"install Java {_OLDEST_JAVA} (Debian: apt-get install openjdk-{_OLDEST_JAVA}-jre-headless)"
    if not java or not Path(java).exists():
        return f"{f'JAVA_HOME={home} holds no Java' if home else 'there is no Java on this machine'}; {remedy}"
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(\d+)', told.stderr + told.stdout)
    if not found or int(found[1]) < _OLDEST_JAVA:
        return f"{java} is Java {found[1] if found else 'of an unknown version'}; {remedy}"
    return None
