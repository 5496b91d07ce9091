"""Copies of a workspace that dbt need not parse anew: it does whenever the path of the warehouse is another one."""

import hashlib
import os
import pprint
from pathlib import Path
from typing import Any

import msgpack
import yaml

from orchestration.common.workspace import PROJECT_ROOT, Workspace


def kept_parsed(workspace: Workspace) -> Workspace:
    """Tell dbt's record of what it parsed that the warehouse lies here now: parsing takes thirteen seconds."""
    record = workspace.dbt_target / "partial_parse.msgpack"
    if record.exists():
        parsed = msgpack.unpackb(record.read_bytes())
        parsed["state_check"]["profile_hash"]["checksum"] = _connection_hash(workspace)
        record.write_bytes(msgpack.packb(parsed))
    return workspace


def _connection_hash(workspace: Workspace) -> str:
    """As ManifestLoader.build_manifest_state_check of dbt-core 1.11 makes it."""
    from dbt.adapters.duckdb.credentials import DuckDBCredentials

    profiles = yaml.safe_load((PROJECT_ROOT / "profiles.yml").read_text())
    profile = _filled(profiles["onboarding_health_index"]["outputs"]["duckdb"], workspace.data_dir)
    settings = {name: value for name, value in profile.items() if name not in ("type", "threads")}
    credentials = DuckDBCredentials.from_dict({**settings, "schema": "main", "database": "warehouse"})
    return hashlib.sha256(pprint.pformat(sorted(credentials.connection_info())).encode()).hexdigest()


def _filled(value: Any, data_dir: Path) -> Any:
    if isinstance(value, dict):
        return {name: _filled(one, data_dir) for name, one in value.items()}
    if isinstance(value, str):
        memory = os.environ.get("ONBOARDING_MEMORY", "1000MB")
        folder = value.replace("{{ env_var('ONBOARDING_DATA_DIR', 'data/demo') }}", str(data_dir))
        return folder.replace("{{ env_var('ONBOARDING_MEMORY', '1000MB') }}", memory)
    return value
