"""Tables of docs/ that hold what tests saw."""

import os
from collections.abc import Iterable, Sequence

from orchestration.common.workspace import PROJECT_ROOT


def assert_documented(
    marker: str, columns: Sequence[str], rows: Iterable[Iterable[str]], page: str = "reliability.md"
) -> None:
    """The table after `<!-- marker -->` is this one; with ONBOARDING_WRITE_DOCS=1 it is written instead."""
    path = PROJECT_ROOT / "docs" / page
    head, *body = (f"| {' | '.join(cells)} |" for cells in [columns, *rows])
    table = "\n".join([head, "|---" * len(columns) + "|", *body])
    before, _, rest = path.read_text().partition(f"<!-- {marker} -->\n")
    _, _, after = rest.partition(f"\n<!-- end of {marker} -->")
    if "ONBOARDING_WRITE_DOCS" in os.environ:
        path.write_text(f"{before}<!-- {marker} -->\n{table}\n<!-- end of {marker} -->{after}")
    assert table in path.read_text()
