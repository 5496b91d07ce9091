"""Which columns of marts are about people or in their own words: pages that anyone opens show none of them.

Belongs here: columns by mart, since a name that is personal in one is a plain word in another. Does not belong here:
columns of the input contract (landing/config).
"""

from collections.abc import Collection

from orchestration.landing.config.contract import PERSONAL

OF_MARTS = {
    "core.fct_survey_responses": {"user_id", "comment"},
    "core.fct_tickets": {"subject"},
    "scores.fct_tasks": {"annotation"},
}


def is_personal(mart: str, column: str, named: Collection[str]) -> bool:
    """Whether a column is hidden. `named`: canonical columns that sources.yml declares personal, in every mart."""
    return column in OF_MARTS.get(mart, ()) or (column in named and column not in PERSONAL)
