"""The input contract: entities, grains, columns and types that models may rely on.

Belongs here: what canonical rows look like. Does not belong here: how a vendor's record becomes one (mapping.py).
"""

from dataclasses import dataclass, field
from typing import Literal

SqlType = Literal["VARCHAR", "TIMESTAMP", "DATE", "DOUBLE", "BIGINT", "BOOLEAN"]


# columns about people, or in their own words, in every workspace
PERSONAL = frozenset({"user_id", "alias_user_id", "author_id", "comment", "subject", "text"})


# times of what has happened: never after the record was received
PAST_TIMES = frozenset(
    {
        *("received_at", "occurred_at", "created_at", "updated_at", "first_replied_at", "solved_at", "completed_at"),
        *("sent_at", "responded_at", "noted_at", "assigned_at"),
    }
)


# columns of accounts that may form segments, whose total is called `all` and whose missing value `unknown`
SEGMENT_COLUMNS = ("plan_tier", "industry", "company_size", "region", "purchase_channel", "onboarding_mode")


@dataclass(frozen=True)
class Entity:
    """One kind of input: its typed columns, key, the time it became known, and defaults for optional columns.

    `defaults` maps a column to the name of the column whose value it takes when a source does not map it.
    `words` are the closed vocabularies of columns; another word is rejected by name.
    `is_changing`: the same key with other content is a newer version; otherwise it is a reject.
    """

    name: str
    columns: dict[str, SqlType]
    required: tuple[str, ...]
    key: tuple[str, ...]
    known_at: tuple[str, ...]
    defaults: dict[str, str] = field(default_factory=dict)
    is_changing: bool = True
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)


# words that a workspace's definitions say: entity and column → seed and its column
DEFINED_WORDS = {
    ("survey_responses", "question"): ("survey_questions", "question"),
    ("score_overrides", "band"): ("bands", "band"),
}
CSAT_SCALE = (1.0, 5.0)


def _entity(
    name: str,
    key: str,
    known_at: str,
    required: str,
    optional: str = "",
    defaults: dict[str, str] | None = None,
    is_changing: bool = True,
    words: dict[str, str] | None = None,
) -> Entity:
    names = required.split()
    columns = {column: _type_of(column) for column in [*names, *optional.split()]}
    if is_changing:
        columns["deleted_at"] = "TIMESTAMP"
    vocabularies = {column: tuple(listed.split()) for column, listed in (words or {}).items()}
    return Entity(
        name,
        columns,
        tuple(names),
        tuple(key.split()),
        tuple(known_at.split()),
        defaults or {},
        is_changing,
        vocabularies,
    )


_DATES = {"renewal_date", "due_date"}
_NUMBERS = {"mrr", "rate", "score", "csat_score", "handle_minutes", "effort_hours"}


def _type_of(column: str) -> SqlType:
    if column.endswith("_at") or column in ("valid_from", "valid_to"):
        return "TIMESTAMP"
    if column in _DATES:
        return "DATE"
    if column in _NUMBERS:
        return "DOUBLE"
    if column.startswith("is_"):
        return "BOOLEAN"
    return "BIGINT" if column == "n" else "VARCHAR"


ENTITIES: dict[str, Entity] = {
    entity.name: entity
    for entity in (
        _entity(
            "accounts",
            key="account_id updated_at",
            known_at="updated_at",
            required="account_id signed_up_at",
            optional="onboarding_started_at account_name updated_at plan_tier industry company_size region "
            "purchase_channel onboarding_mode csm_id parent_account_id is_internal",
            defaults={
                "onboarding_started_at": "signed_up_at",
                "account_name": "account_id",
                "updated_at": "signed_up_at",
            },
            words={"onboarding_mode": "automated assisted"},
        ),
        _entity(
            "users",
            key="user_id updated_at",
            known_at="updated_at",
            required="user_id account_id created_at",
            optional="role persona is_champion updated_at",
            defaults={"updated_at": "created_at"},
        ),
        _entity(
            "events",
            key="event_id",
            known_at="received_at occurred_at",
            required="event_id account_id event_name occurred_at",
            optional="user_id product_line app_version received_at n properties",
            is_changing=False,
        ),
        _entity(
            "tickets",
            key="ticket_id updated_at",
            known_at="updated_at",
            required="ticket_id account_id created_at updated_at status",
            optional="priority channel theme subject first_replied_at solved_at csat_score handle_minutes",
            words={
                "status": "new open pending on_hold solved closed",
                "priority": "low normal high urgent",
                "channel": "email web chat phone in_app social api other",
            },
        ),
        _entity(
            "survey_invitations",
            key="invitation_id",
            known_at="sent_at",
            required="invitation_id account_id survey_id sent_at",
            optional="user_id milestone_id",
        ),
        _entity(
            "survey_responses",
            key="response_id question",
            known_at="updated_at responded_at",
            required="response_id account_id survey_id question score responded_at",
            optional="user_id invitation_id milestone_id comment updated_at",
        ),
        _entity(
            "notes",
            key="note_id",
            known_at="noted_at",
            required="note_id account_id noted_at text",
            optional="author_id kind",
        ),
        _entity(
            "subscriptions",
            key="subscription_id valid_from updated_at",
            known_at="updated_at",
            required="subscription_id account_id valid_from status",
            optional="updated_at mrr valid_to trial_ends_at renewal_date plan_tier currency",
            defaults={"updated_at": "valid_from"},
            words={"status": "trialing active past_due paused churned completed"},
        ),
        _entity(
            "play_activities",
            key="task_id updated_at",
            known_at="updated_at",
            required="task_id account_id play_id status updated_at",
            optional="owner_id due_date completed_at outcome annotation effort_hours",
            words={"status": "open in_progress done declined", "outcome": "yes no unclear"},
        ),
        _entity(
            "experiment_assignments",
            key="experiment_id account_id",
            known_at="assigned_at",
            required="experiment_id account_id variant assigned_at",
        ),
        _entity(
            "score_overrides",
            key="override_id",
            known_at="valid_from",
            required="override_id account_id band reason author valid_from expires_at",
        ),
        _entity(
            "account_aliases",
            key="alias_id",
            known_at="valid_from",
            required="alias_id account_id valid_from",
        ),
        _entity("user_aliases", "alias_user_id", "valid_from", "alias_user_id user_id valid_from"),
        _entity("fx_rates", "currency valid_from", "valid_from", "currency valid_from rate"),
    )
}

INDISPENSABLE = ("accounts", "events")

# Accounts' further attributes land in long form in an entity of their own; no source names this entity itself.
ACCOUNT_ATTRIBUTES = Entity(
    "account_attributes",
    {
        "account_id": "VARCHAR",
        "attribute": "VARCHAR",
        "value": "VARCHAR",
        "updated_at": "TIMESTAMP",
        "attributes_known_on": "DATE",
    },
    ("account_id", "attribute", "updated_at"),
    ("account_id", "attribute", "updated_at"),
    ("updated_at",),
)

LAKE_ENTITIES: dict[str, Entity] = {**ENTITIES, ACCOUNT_ATTRIBUTES.name: ACCOUNT_ATTRIBUTES}


def lake_columns(entity: Entity) -> dict[str, str]:
    """Columns of an entity's Parquet files: the contract plus origin and transaction time.

    Attributes of an account without change history are known from the day they were pulled, not from sign-up.
    """
    extra = {"attributes_known_on": "DATE"} if entity.name == "accounts" else {}
    return {**entity.columns, **extra, "source_id": "VARCHAR", "known_on": "DATE"}
