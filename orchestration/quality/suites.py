"""Expectations at the two borders, as governance owners review them: expectations/<border>/<dataset>.yml.

Belongs here: the form of a suite, shipped suites and a workspace's own. Does not belong here: judging (judge.py), the
rows that are judged (batches.py), what follows from an outcome (checks.py, publishing/).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from orchestration.common.errors import UserError, did_you_mean
from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.landing.config.contract import ENTITIES

Border = Literal["landing", "published"]
Rows = Literal["landed", "days", "pulls", "mart", "portfolio"]
Text = Annotated[str, Field(min_length=1)]
DIMENSIONS = ("completeness", "validity", "uniqueness", "timeliness", "consistency", "volume", "distribution")
_ROWS: dict[str, tuple[Rows, ...]] = {"landing": ("landed", "days", "pulls"), "published": ("mart", "portfolio")}


class Check(BaseModel):
    """One expectation of Great Expectations: `type` with `kwargs`, judged on `rows`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    dimension: Literal["completeness", "validity", "uniqueness", "timeliness", "consistency", "volume", "distribution"]
    severity: Literal["critical", "warning", "info"]
    rows: Rows
    type: Text
    kwargs: dict[str, Any]
    why: Text

    @property
    def expected(self) -> str:
        """What is expected, in the words of Great Expectations."""
        given = ", ".join(f"{key} {value}" for key, value in self.kwargs.items())
        return f"{self.type.removeprefix('expect_').replace('_', ' ')}: {given}" if given else self.type

    @property
    def columns(self) -> list[str]:
        """Columns that the check names; none when it counts rows."""
        named = [self.kwargs[key] for key in ("column", "column_A", "column_B") if key in self.kwargs]
        return [str(name) for name in [*named, *self.kwargs.get("column_list", [])]]


class Suite(BaseModel):
    """Expectations for one data set, who answers for it and who mends it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    border: Border
    dataset: Text
    owner: str
    steward: str
    description: str
    checks: tuple[Check, ...]

    @model_validator(mode="after")
    def _can_be_judged(self) -> "Suite":
        for name in ("owner", "steward", "description") if self.checks else ():
            if not getattr(self, name).strip():
                raise ValueError(f"{name} is empty; expected who answers for the data, who mends it and what it is")
        keys = [check.key for check in self.checks]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f"two checks have the key {twice[0]}")
        for check in self.checks:
            if check.rows not in _ROWS[self.border]:
                raise ValueError(f"{check.key}: rows is {check.rows}, expected one of {', '.join(_ROWS[self.border])}")
        return self

    def of(self, rows: Rows) -> tuple[Check, ...]:
        """The checks that are judged on these rows."""
        return tuple(check for check in self.checks if check.rows == rows)


@dataclass(frozen=True)
class Outcome:
    """What became of one check.

    `status`: passed, failed, error (could not be checked) or learning (too little history to say). `source_id` and
    `checked_date` where it is about one source and day (ISO 8601). `sample_keys`: keys of a few rows that fail.
    """

    suite: Suite
    check: Check
    status: Literal["passed", "failed", "error", "learning"]
    detail: str = ""
    n_rows: int | None = None
    n_failing: int | None = None
    source_id: str | None = None
    checked_date: str | None = None
    sample_keys: tuple[str, ...] = ()

    @property
    def is_bad(self) -> bool:
        """It does not hold, or could not be judged."""
        return self.status in ("failed", "error")

    @property
    def blocks(self) -> bool:
        """A critical check that does not hold, or could not be judged, lets nothing through."""
        return self.is_bad and self.check.severity == "critical"

    def __str__(self) -> str:
        where = f" on {self.checked_date}" if self.checked_date else ""
        of = f" of {self.source_id}" if self.source_id else ""
        told = f" ({self.detail})" if self.detail else ""
        return f"{self.suite.dataset}{of}: {self.check.key} {self.status}{where}{told}"


def load_suites(border: Border, workspace: Workspace | None = None) -> list[Suite]:
    """Read all suites of a border by the name of their file; a workspace's own takes the place of the shipped one.

    Raises UserError naming the file when a suite is not complete.
    """
    files: dict[str, Path] = {}
    shipped = PROJECT_ROOT / "expectations"
    for folder in (shipped, workspace.expectations if workspace else shipped):
        files |= {path.name: path for path in (folder / border).glob("*.yml")}
    return [_read(border, files[name]) for name in sorted(files)]


def _read(border: Border, path: Path) -> Suite:
    try:
        content = yaml.safe_load(path.read_text())
        if not isinstance(content, dict):
            raise UserError(f"{path}: not a suite; expected dataset, owner, steward, description and checks")
        suite = Suite(border=border, **content)
        if border == "landing" and suite.dataset not in ENTITIES:
            known = ", ".join(ENTITIES)
            raise UserError(
                f"{path}: not a suite: unknown dataset {suite.dataset}{did_you_mean(suite.dataset, ENTITIES)} ({known})"
            )
        return suite
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
        # a key that is mistyped is missing, too
        first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
        said = "unknown key" if first["type"] == "extra_forbidden" else first["msg"].removeprefix("Value error, ")
        raise UserError(f"{path}: not a suite: {_place(content, first['loc'])}{said}") from None
    except (TypeError, yaml.YAMLError, UnicodeDecodeError) as error:
        said = str(error).split("\n")[0]
        raise UserError(f"{path}: not a suite: {said}") from None


def _place(content: dict[str, Any], location: tuple[int | str, ...]) -> str:
    """The check by its key, as far as it has one, and the part of it."""
    names = [str(part) for part in location]
    if len(location) > 1 and location[0] == "checks":
        check = content["checks"][location[1]]
        names[:2] = [str(check["key"]) if isinstance(check, dict) and "key" in check else f"check {location[1]}"]
    return f"{' → '.join(names)}: " if names else ""
