"""The limit: DuckDB reads the columns that any roll-up needs once from the landed Parquet files.

Belongs here: that one query. Does not belong here: anything that computes with what was read.
"""

import sys

import duckdb

if __name__ == "__main__":
    with duckdb.connect(config={"threads": 2}) as connection:
        print(
            connection.execute(
                "select count(*), bit_xor(hash(event_id, account_id, user_id, event_name, occurred_at)) "
                f"from read_parquet('{sys.argv[1]}/telemetry/*/events/*/*.parquet', hive_partitioning = false)"
            ).fetchall()
        )
