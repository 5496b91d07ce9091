"""Tables of docs/reliability.md that hold what tests saw."""

import os
from collections.abc import Iterable, Sequence

from orchestration.common.workspace import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "reliability.md"


def assert_documented(marker: str, columns: Sequence[str], rows: Iterable[Iterable[str]]) -> None:
    """The table after `<!-- marker -->` is this one; with ONBOARDING_WRITE_DOCS=1 it is written instead."""
    head, *body = (f"| {' | '.join(cells)} |" for cells in [columns, *rows])
    table = "\n".join([head, "|---" * len(columns) + "|", *body])
    before, _, rest = PAGE.read_text().partition(f"<!-- {marker} -->\n")
    _, _, after = rest.partition(f"\n<!-- end of {marker} -->")
    if "ONBOARDING_WRITE_DOCS" in os.environ:
        PAGE.write_text(f"{before}<!-- {marker} -->\n{table}\n<!-- end of {marker} -->{after}")
    assert table in PAGE.read_text()
