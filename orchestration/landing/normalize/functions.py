"""SQL functions of landing: some that expressions of sources.yml may use, and how a value may be told.

Belongs here: what a vendor defines and SQL would have to spell out, what of a value reasons may show.
Does not belong here: pseudonyms (privacy/).
"""

import duckdb

# what no person is called: numbers of up to nine digits, days and times, codes, and single words in small letters
_TELLS_NOBODY = (
    r"[-+]?\d{0,9}([.,]\d{0,9})?([eE][-+]?\d{1,3})?",
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ]\d{1,2}:\d{2}(:\d{2}([.,]\d{1,9})?)?)?( ?(Z|UTC|[-+]\d{2}:?\d{2}))?",
    r"[A-Z/_]{1,20}|[a-z]/[a-z]",
    r"-?(nan|NaN|inf)",
    r"[a-z]{1,20}([ _-][a-z]{1,12}){0,2}",
    r"",
)


def define_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `salesforce_id(id)`: the 18 letters of an id, also of one given by its first 15; and `shown(value)`.

    Each of the last three letters says which of five letters before are capitals (Salesforce, "ID field type").
    Reasons of rejects are published: a row that is shifted by a cell has somebody's address in any column, so that
    `shown` is the value where it can be nobody's, and its length otherwise. The row as received stays with the lake.
    """
    letter = (
        "substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + cast(list_sum(list_transform(range(5), lambda place: case when "
        "regexp_matches(substr(id, 5 * part + place + 1, 1), '[A-Z]') then 1 << place else 0 end)) as bigint), 1)"
    )
    tells_nobody = "|".join(_TELLS_NOBODY)
    connection.execute(
        f"create or replace temp macro shown(value) as case when regexp_full_match(value::varchar, '{tells_nobody}') "
        "then value::varchar else concat('(', length(value::varchar), ' characters)') end"
    )
    connection.execute(
        "create or replace temp macro salesforce_id(id) as case when length(id) = 15 then id || "
        f"array_to_string(list_transform(range(3), lambda part: {letter}), '') else id end"
    )
