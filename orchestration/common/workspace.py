"""Where things lie: the workspace (sources.yml, seeds/) and its data (lake, warehouse, published snapshots).

Belongs here: names of folders and the environment dbt needs to find them.
Does not belong here: reading or writing any of them.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from orchestration.common.errors import UserError

PROJECT_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Workspace:
    """A company's definitions (`root`), the data made from them (`data_dir`) and the engine that makes it."""

    root: Path
    data_dir: Path
    engine: str = "duckdb"

    @property
    def name(self) -> str:
        """The demo for the repository itself, otherwise the folder's name."""
        return "demo" if self.root == PROJECT_ROOT else self.root.name

    @property
    def sources_file(self) -> Path:
        """What to pull and how to map it."""
        return self.root / "sources.yml"

    @property
    def expectations(self) -> Path:
        """Suites of its own, in place of shipped ones of the same name."""
        return self.root / "expectations"

    @property
    def lake(self) -> Path:
        """Immutable pulls as Parquet."""
        return self.data_dir / "lake"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that only dbt writes."""
        return self.data_dir / "warehouse.duckdb"

    @property
    def marts(self) -> Path:
        """The DuckDB file to read marts from: the warehouse, or on another engine views of what dbt exported."""
        return self.warehouse if self.engine == "duckdb" else self.exported_marts.with_suffix(".duckdb")

    @property
    def exported_marts(self) -> Path:
        """Marts as Parquet files, <schema>/<mart>/, where the engine is not DuckDB."""
        return self.data_dir / "spark" / "marts"

    @property
    def published(self) -> Path:
        """Snapshots for BI tools."""
        return self.data_dir / "published"

    @property
    def workbooks(self) -> Path:
        """Spreadsheets of the current snapshot."""
        return self.published / "workbooks"

    @property
    def site(self) -> Path:
        """Pages of the current snapshot."""
        return self.published / "site"

    @property
    def extract(self) -> Path:
        """The current snapshot as one file for Tableau."""
        return self.published / "onboarding.hyper"

    @property
    def dbt_target(self) -> Path:
        """dbt's manifest, compiled SQL and run results of this workspace."""
        return self.data_dir / "dbt"

    def environment(self) -> dict[str, str]:
        """Everything a child process (dbt) needs to work on this workspace, as absolute paths."""
        return {
            "ONBOARDING_WORKSPACE": str(self.root),
            "ONBOARDING_DATA_DIR": str(self.data_dir),
            "ONBOARDING_TARGET": self.engine,
            "DBT_TARGET_PATH": str(self.dbt_target),
            "DBT_LOG_PATH": str(self.dbt_target / "logs"),
            # dbt must be found also when the virtual environment is not activated
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        }


def current_workspace(environment: dict[str, str] | None = None) -> Workspace:
    """Return the workspace that ONBOARDING_WORKSPACE, ONBOARDING_DATA_DIR and ONBOARDING_TARGET name.

    Raises UserError when the folder has no sources.yml.
    """
    settings = os.environ if environment is None else environment
    root = (PROJECT_ROOT / settings.get("ONBOARDING_WORKSPACE", "")).resolve()
    named = Workspace(root, Path())
    data = settings.get("ONBOARDING_DATA_DIR") or f"data/{named.name}"
    workspace = Workspace(root, (PROJECT_ROOT / data).resolve(), settings.get("ONBOARDING_TARGET") or "duckdb")
    if not workspace.sources_file.is_file():
        raise UserError(f"workspace {root}: no sources.yml there; expected a folder with sources.yml and seeds/")
    return workspace
