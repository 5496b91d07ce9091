"""How many rows two selections of different warehouses do not share."""

import duckdb


def rows_that_differ(connection: duckdb.DuckDBPyConnection, one: str, other: str, digits: int = 9) -> int:
    """Rows that only one of two statements with the same columns yields; floating point to so many digits."""
    kinds = connection.execute(f"describe {one}").fetchall()
    columns = ", ".join(f'round("{k[0]}", {digits})' if k[1] == "DOUBLE" else f'"{k[0]}"' for k in kinds)
    here, there = (f"select {columns} from ({statement})" for statement in (one, other))
    found = connection.execute(
        f"select (select count(*) from ({here} except all {there})) + (select count(*) from ({there} except all {here}))"
    ).fetchone()
    return int(found[0]) if found else -1
