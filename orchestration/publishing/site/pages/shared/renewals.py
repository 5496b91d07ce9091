"""Renewals that come soon, and which of them are at risk.

Belongs here: the section of the portfolio and of each book. Does not belong here: forecasts.
"""

import datetime as dt
from collections.abc import Sequence

from markupsafe import Markup

from orchestration.publishing.site.components.blocks import Section, Table
from orchestration.publishing.site.components.tables import headed
from orchestration.publishing.site.content.facts import Facts, Row
from orchestration.publishing.site.content.formats import shown
from orchestration.publishing.site.content.prose import prose
from orchestration.publishing.site.content.words import Figure, condition, counted, plural
from orchestration.publishing.site.pages.shared.standing import is_at_risk

say = prose("shared/renewals")

_RENEWS_WITHIN = 90
_OVERVIEW = "scores.account_overview_current"


def renewals_section(facts: Facts, accounts: Sequence[Row], csm_id: str | None = None) -> Section:
    """Accounts of the portfolio, or of the book of `csm_id`, that renew soon; those at risk by name."""
    last = facts.today + dt.timedelta(_RENEWS_WITHIN)
    due = sorted(
        (row for row in accounts if row["renewal_date"] and facts.today <= row["renewal_date"] <= last),
        key=lambda row: (row["renewal_date"], row["account_id"]),
    )
    risky = [row for row in due if is_at_risk(row)]
    where = (
        "account_id in (select account_id from core.dim_accounts where "
        f"renewal_date between date '{facts.today}' and date '{last}')"
    )
    if csm_id is not None:
        where += f" and {condition({'csm_id': csm_id})}"
    mart = "scores.account_scores_current"
    if not due:
        return Section("Renewals within 90 days", Markup("No account renews."))
    n_unknown = sum(row["mrr_unknown_reason"] is not None for row in due)
    with_risk = f"{where} and band in ('critical', 'at_risk')"
    prose = say.with_mrr_renew_by(
        mrr=_amount(due, mart, where),
        n=counted(len(due), mart, where),
        accounts=plural(len(due), "account", "accounts"),
        day=Markup('<time datetime="{}">{}</time>').format(last, shown(last)),
        risky=counted(len(risky), mart, with_risk),
        at_risk=_amount(risky, mart, with_risk),
        are=plural(len(risky), "is", "are"),
        renew=plural(len(due), "renews", "renew"),
        unknown=counted(n_unknown, _OVERVIEW, f"{where} and mrr_unknown_reason is not null"),
    )
    columns = headed("shared/renewals", "renewals_section")
    linked = facts.linked(risky)
    table = Table(
        "renewals", "At risk and renewing, the next renewal first.", columns, linked, (), 10, "None of them is at risk."
    )
    return Section("Renewals within 90 days", prose, table=table)


def _amount(rows: Sequence[Row], mart: str, where: str) -> Figure | None:
    """What they pay, as far as it is known; nothing when it is known of none."""
    known = [float(row["mrr"]) for row in rows if row["mrr"] is not None]
    return counted(sum(known), mart, where, "coalesce(sum(mrr), 0)", "money") if known else None
