"""Stands in for dbt's own cross-database macros while SQL is linted."""


def type_string() -> str:
    """The text type."""
    return "varchar"


def date_trunc(part: str, value: str) -> str:
    """The start of a period."""
    return f"date_trunc('{part}', {value})"
