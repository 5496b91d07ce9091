"""E-mail addresses and telephone numbers in free texts, taken out at landing.

Belongs here: finding them. Does not belong here: columns that are personal as a whole (pseudonymise.py).
"""

import re
from collections.abc import Iterable

import duckdb
from pydantic import BaseModel, ConfigDict, Field, field_validator

from orchestration.common.sql_text import named

_EMAIL = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+")
# what may hold one of them is looked at closely
_SUSPECTS = r"@|\d[^\d]{0,3}\d[^\d]{0,3}\d[^\d]{0,3}\d[^\d]{0,3}\d[^\d]{0,3}\d"


class Scrub(BaseModel):
    """Which texts are scrubbed, and where telephone numbers without a country code are from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: list[str] = Field(description="Canonical columns of free text: comment, subject, text, annotation")
    phone_region: str | None = Field(None, description="Country of numbers without a country code, such as DE or US")

    @field_validator("phone_region")
    @classmethod
    def _is_a_region(cls, region: str | None) -> str | None:
        from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415 - takes long to load

        if region is not None and region not in SUPPORTED_REGIONS:
            raise ValueError(f"'{region}' is no country that has telephone numbers; expected two letters such as DE")
        return region


def scrubbed(text: str, phone_region: str | None = None) -> str:
    """The text with [e-mail] and [phone] in the place of what they name."""
    from phonenumbers import PhoneNumberMatcher  # noqa: PLC0415 - takes long to load

    clean = _EMAIL.sub("[e-mail]", text)
    for number in reversed(list(PhoneNumberMatcher(clean, phone_region))):
        clean = f"{clean[: number.start]}[phone]{clean[number.end :]}"
    return clean


def scrub(connection: duckdb.DuckDBPyConnection, table: str, columns: Iterable[str], phone_region: str | None) -> None:
    """Scrub columns of a table in place; each text is looked at once."""
    for column in columns:
        found = connection.execute(
            f"select distinct {named(column)} from {table} where regexp_matches({named(column)}, ?)", [_SUSPECTS]
        ).fetchall()
        pairs = [(text, clean) for (text,) in found if (clean := scrubbed(text, phone_region)) != text]
        if pairs:
            connection.execute("create or replace temp table _scrubbed (plain varchar, clean varchar)")
            connection.executemany("insert into _scrubbed values (?, ?)", pairs)
            connection.execute(
                f"update {table} set {named(column)} = clean from _scrubbed where {named(column)} = plain"
            )
