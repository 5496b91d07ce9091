"""The marts of a snapshot as one Tableau extract (`.hyper`), where the extra `tableau` is installed.

Belongs here: the file. Does not belong here: any figure (models/), the snapshot (snapshot.py).
"""

import importlib.util
import tempfile
from pathlib import Path

import duckdb

from orchestration.common.atomic_files import replace_file
from orchestration.common.errors import UserError
from orchestration.publishing.snapshot.parts import Mart
from orchestration.publishing.snapshot.store import DATABASE, Snapshot


def write_extract(snapshot: Snapshot, path: Path) -> int:
    """Write every mart of the snapshot to `path`, under its schema and name; return the number of rows.

    The file before stays until this one is whole. Raises UserError when the extra is not installed.
    """
    if importlib.util.find_spec("pantab") is None:
        raise UserError("ONBOARDING_TABLEAU is set, and pantab is not installed; run `make install-tableau` first")
    import pantab  # noqa: PLC0415 (258 MB, and it may not be there)

    marts = [Mart(**facts) for facts in snapshot.manifest["marts"]]
    temporary = path.with_suffix(".new.hyper")
    temporary.unlink(missing_ok=True)
    with duckdb.connect(str(snapshot.folder / DATABASE), read_only=True) as connection:
        tables = {(mart.schema, mart.name): _rows(connection.cursor(), mart) for mart in marts}
        with tempfile.TemporaryDirectory() as logs:  # Hyper leaves a log in the current folder otherwise
            pantab.frames_to_hyper(tables, temporary, process_params={"log_dir": logs})
    replace_file(temporary, path)
    return sum(snapshot.manifest["rows"].values())


def _rows(cursor: duckdb.DuckDBPyConnection, mart: Mart) -> duckdb.DuckDBPyRelation:
    """A mart with its decimals as doubles: some of ours are refused as decimals (invalid number format)."""
    columns = cursor.execute(f"describe {mart}").fetchall()
    cast = ", ".join(f"{name}::double as {name}" for name, kind, *_ in columns if kind.startswith("DECIMAL"))
    return cursor.sql(f"select * {f'replace ({cast})' if cast else ''} from {mart}")
