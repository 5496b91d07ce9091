"""Days as Dagster partitions: a run is for one day, or for a range that ends with it.

Belongs here: the partitions and which days a run is for. Does not belong here: what is done with them.
"""

import datetime as dt

import dagster as dg

from orchestration.common.window import Window

DAILY = dg.DailyPartitionsDefinition(start_date="2010-01-01")

# A back-fill started by `make` is one run of its last day that also carries this tag: Dagster writes two events per
# asset and partition of a range, which for a year and a half of 90 assets takes longer than the work (decision 0005).
FIRST_DAY_TAG = "onboarding/first_day"
BEGINNING = "the beginning"


def window_of(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> Window:
    """Days of a run: its tag, else the range of partitions that Dagster asked for."""
    keys = context.partition_key_range
    first = context.run.tags.get(FIRST_DAY_TAG, keys.start)
    return Window(None if first == BEGINNING else dt.date.fromisoformat(first), dt.date.fromisoformat(keys.end))
