"""Logs of runs that lie in the lake beside the entities: what did not land, what was done, what checks said.

Belongs here: their columns. Does not belong here: entities (contract.py), writing logs (lake/, quality/history.py).
"""

from orchestration.landing.config.contract import SqlType

# Logs of runs: what did not land, what was done, and results of the expectations at the border.
LOGS: dict[str, dict[str, SqlType]] = {
    "rejects": dict.fromkeys(("source_id", "pull_id", "reason", "origin", "raw"), "VARCHAR"),
    "pulls": {
        **dict.fromkeys(("source_id", "entity", "pull_id", "currency", "families"), "VARCHAR"),
        **dict.fromkeys(("first_date", "last_date", "newest_date"), "DATE"),
        "expected_every_days": "BIGINT",
        "max_rejected_ratio": "DOUBLE",
        **dict.fromkeys(("n_received", "n_filtered", "n_rows", "n_landed", "n_identical", "n_superseded"), "BIGINT"),
        **dict.fromkeys(("n_rejected", "n_outside_window", "n_vanished"), "BIGINT"),
    },
    # one row per check, dataset and run; known from `last_date` on, about the days from `first_date` to it
    "checks": {
        **dict.fromkeys(("dataset", "check_key", "severity", "status", "detail", "pull_id"), "VARCHAR"),
        "last_date": "DATE",
        "first_date": "DATE",
        **dict.fromkeys(("border", "dimension", "owner", "steward", "why", "expected", "sample_keys"), "VARCHAR"),
        **dict.fromkeys(("n_rows", "n_failing"), "BIGINT"),
        "failing_since": "DATE",
    },
    # what of it does not hold: per source and day, where a check is about one
    "findings": {
        **dict.fromkeys(("dataset", "check_key", "severity", "status", "detail", "pull_id", "source_id"), "VARCHAR"),
        **dict.fromkeys(("checked_date", "last_date"), "DATE"),
    },
    # what the rows that a source brought on a day look like; `n` rows of it have a value
    "profiles": {
        **dict.fromkeys(("dataset", "source_id", "measure", "pull_id"), "VARCHAR"),
        "known_on": "DATE",
        **dict.fromkeys(("value", "usual", "deviation"), "DOUBLE"),
        "n": "BIGINT",
    },
    # what a source sent on a day, by name of event and in all
    "event_audit": {
        **dict.fromkeys(("source_id", "event_name", "pull_id"), "VARCHAR"),
        "known_on": "DATE",
        **dict.fromkeys(("n_received", "n_late", "n_unknown_account", "n_before_sign_up", "n_after_end"), "BIGINT"),
        **dict.fromkeys(("n_accounts", "n_regular_accounts", "n_silent_accounts"), "BIGINT"),
        **dict.fromkeys(("app_version", "renamed_from"), "VARCHAR"),
    },
}
