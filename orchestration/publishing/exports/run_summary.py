"""The table that ends a run: who needs attention, what to do, who does it, by when.

Belongs here: reading the published snapshot and printing it. Does not belong here: any rule (models/).
"""

import duckdb
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from orchestration.common.workspace import Workspace
from orchestration.publishing.snapshot.currency import currency_of, in_currency
from orchestration.publishing.snapshot.store import DATABASE, Snapshot, published_snapshot

WORST = """
select account_name, band, bands.sign, bands.colour, score, weakest_category, next_task,
    case when csms.csm_id is null then next_owner_id || ' (nobody yet)' else csms.name end, next_due_date, mrr_at_risk
from scores.account_overview_current as accounts
inner join core.dim_bands as bands using (rubric_version, band)
left join core.dim_csms as csms on accounts.next_owner_id = csms.csm_id
where band <> 'unknown'
order by bands.band_rank, mrr_at_risk desc nulls first, score, account_id
limit 10
"""

_BANDS = """
select bands.band, bands.sign, bands.colour, count(scores.account_id), sum(scores.mrr),
    count(scores.account_id) - count(scores.mrr)
from core.dim_bands as bands
left join scores.account_scores_current as scores using (rubric_version, band)
where bands.rubric_version = (select max(rubric_version) from scores.account_scores_current)
group by all
order by max(bands.band_rank)
"""


def print_summary(workspace: Workspace) -> None:
    """Print the ten accounts that need attention, the counts per band and where the snapshot is."""
    snapshot = published_snapshot(workspace.published)
    worst, bands, currency = _read(snapshot)
    at_risk_heading, mrr_heading = in_currency("MRR at risk", currency), in_currency("MRR", currency)
    console = Console(width=None if Console().is_terminal else 150)
    table = Table(title=f"\nAccounts that need attention on {snapshot.manifest['data_date']}", title_justify="left")
    for heading in ("account", "band", "score", "weakest category", "next action", "owner", "due", at_risk_heading):
        table.add_column(heading, justify="right" if heading in ("score", at_risk_heading) else "left")
    for name, band, sign, colour, score, category, task, owner, due, at_risk in worst:
        cells = (
            str(category).replace("_", " "),
            escape(task or "–"),
            escape(owner or "–"),
            str(due or "–"),
            _amount(at_risk),
        )
        told = f"[{colour}]{sign} {band.replace('_', ' ')}[/]"
        table.add_row(escape(name), told, f"{score:.1f}", *map(escape, cells))
    console.print(table)
    counts = Table(title="Accounts per band", title_justify="left")
    for heading in ("band", "accounts", mrr_heading):
        counts.add_column(heading, justify="left" if heading == "band" else "right")
    for band, sign, colour, n_accounts, mrr, n_unknown in bands:
        left_out = f"{n_unknown:,} unknown, " if n_unknown else ""
        counts.add_row(f"[{colour}]{sign} {band.replace('_', ' ')}[/]", f"{n_accounts:,}", left_out + _amount(mrr))
    console.print(counts)
    print(f"Published snapshot: {workspace.published / 'current'}")
    print(f"Open in a browser: {workspace.site / 'index.html'}")


def _amount(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _read(snapshot: Snapshot) -> tuple[list[tuple], list[tuple], str]:  # type: ignore[type-arg]
    with duckdb.connect(str(snapshot.folder / DATABASE), read_only=True) as connection:
        return connection.execute(WORST).fetchall(), connection.execute(_BANDS).fetchall(), currency_of(connection)
