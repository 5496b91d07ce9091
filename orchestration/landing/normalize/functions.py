"""SQL functions that expressions of sources.yml may use beside DuckDB's own.

Belongs here: what a vendor defines and SQL would have to spell out. Does not belong here: pseudonyms (privacy/).
"""

import duckdb


def define_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `salesforce_id(id)`: the 18 letters of an id, also of one given by its first 15.

    Each of the last three letters says which of five letters before are capitals (Salesforce, "ID field type").
    """
    letter = (
        "substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + cast(list_sum(list_transform(range(5), lambda place: case when "
        "regexp_matches(substr(id, 5 * part + place + 1, 1), '[A-Z]') then 1 << place else 0 end)) as bigint), 1)"
    )
    connection.execute(
        "create or replace temp macro salesforce_id(id) as case when length(id) = 15 then id || "
        f"array_to_string(list_transform(range(3), lambda part: {letter}), '') else id end"
    )
