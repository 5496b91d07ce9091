"""dbt's tests as people read them in Dagster, in `make quality` and in results of checks: name, arguments, reason.

Belongs here: what is said of a test. Does not belong here: the tests (models/, dbt_project/tests), their results.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_LISTED = 3  # columns in a name


def name_of(node: Mapping[str, Any]) -> str:
    """What a test of a manifest says of its model; a test of its own keeps its name.

    dbt's own names hold the model and every argument: between_account_scores_current_score__100__0.
    """
    metadata = node.get("test_metadata") or {}
    given = metadata.get("kwargs", {})
    column, columns = given.get("column_name", ""), given.get("columns", [])
    listed = "_and_".join(columns) if len(columns) <= _LISTED else ""
    names = {
        "unique_grain": f"one_row_per_{listed}" if listed else "grain_is_unique",
        "complete": f"{listed}_{'is' if len(columns) == 1 else 'are'}_given" if listed else "nothing_is_missing",
        "unique": f"{column}_is_unique",
        "not_null": f"{column}_is_given",
        "accepted_values": f"{column}_is_a_word_of_its_list",
        "between": f"{column}_is_between_{given.get('low')}_and_{given.get('high')}",
        "relationships": f"{column}_is_in_{_referred(str(given.get('to', '')))}",
        "parts_add_up": f"{given.get('total')}_is_the_sum_of_its_parts",
    }
    name = names.get(metadata.get("name", ""), str(node["name"]))
    return re.sub(r"\W+", "_", name.replace("-", "minus_")).strip("_")


_REASONS = {
    "unique_grain": "Two rows of the same thing would count it twice.",
    "unique": "Two rows of the same thing would count it twice.",
    "complete": "What is missing drops out of sums and joins without a word.",
    "not_null": "What is missing drops out of sums and joins without a word.",
    "accepted_values": "A word that nobody expects falls out of every rule that names the others.",
    "between": "Beyond its range a value cannot be true.",
    "relationships": "What belongs to nothing is lost where tables are joined.",
    "parts_add_up": "Parts that do not add up to the whole hide rows.",
}


def reason_of(node: Mapping[str, Any]) -> str:
    """Why a test is there: its description, the comment with which its SQL begins, or what its kind is good for."""
    comment = []
    for line in str(node["raw_code"]).strip().split("\n"):
        if not line.startswith("-- "):
            break
        comment.append(line.removeprefix("-- "))
    kind = (node.get("test_metadata") or {}).get("name", "")
    return str(node["description"]) or " ".join(comment) or _REASONS.get(kind, f"dbt's test {kind}")


def arguments_of(node: Mapping[str, Any]) -> dict[str, str]:
    """What a generic test is asked with, in words; empty for a test of its own."""
    given = (node.get("test_metadata") or {}).get("kwargs", {})
    return {key.removesuffix("_name"): _in_words(value) for key, value in given.items() if key != "model"}


def _in_words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return _referred(str(value)) or str(value)


def _referred(text: str) -> str:
    """The model or seed of `ref('…')`; empty for any other text."""
    return "".join(re.findall(r"ref\('(\w+)'\)", text)[:1])


def named_manifest(manifest: Path) -> dict[str, Any]:
    """Read a manifest whose tests are called as people read them."""
    read: dict[str, Any] = json.loads(manifest.read_text())
    for node in read["nodes"].values():
        if node["resource_type"] == "test":
            node["name"] = name_of(node)
    return read
