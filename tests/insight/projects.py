"""The projects whose scorecards are computed again."""

import datetime
import pathlib

from channel import Channel
from plain import Plain
import randomly

HERE = pathlib.Path(__file__).resolve().parent.parent.parent
day = datetime.date


def channel(duckdb, run, folder):
    """The channel fixture: a year, a quarter, and a quarter as of a day in the middle of it."""
    every = [(["channel"], []), (["segment", "month"], []), (["kind"], []), (["channel", "kind"], []), (["accounts.country"], []), (["month"], [])]
    yield Channel(duckdb, run, folder, "2026", (day(2026, 1, 1), day(2026, 12, 31)), None, every)
    yield Channel(duckdb, run, folder, "2026-Q3", (day(2026, 7, 1), day(2026, 9, 30)), None, every[:2])
    yield Channel(duckdb, run, folder, "2026-Q2", (day(2026, 4, 1), day(2026, 6, 30)), day(2026, 5, 20), every[:3])


def adventureworks(duckdb, run, folder):
    """Real orders; the fiscal year begins in May."""
    columns = {"deal_id": "SalesOrderID", "close_date": "OrderDate", "outcome": "Status", "account_id": "CustomerID", "amount": "SubTotal"}
    groupings = [(["channel"], []), (["territory", "month"], []), (["kind"], [])]
    yield Plain(duckdb, run, folder, "adventureworks", HERE / "fixtures/adventureworks", "2014", (day(2013, 5, 1), day(2014, 4, 30)), groupings, columns,
                lambda word: word == "5", outliers_by=["deal_type", "channel"])


def by_chance(duckdb, run, folder):
    """Projects from seeds."""
    for seed in range(6):
        project = folder / f"seed-{seed}"
        randomly.make(project, seed)
        groupings = [(["channel"], []), (["region", "month"], ["duplicate", "test"]), (["kind", "channel"], ["price"]), (["deal_type"], [])]
        for period, days in (("2025", (day(2025, 1, 1), day(2025, 12, 31))), ("2026-Q2", (day(2026, 4, 1), day(2026, 6, 30)))):
            yield Plain(duckdb, run, folder, f"seed-{seed}", project, period, days, groupings, roles=("sourced", "referred"), outliers_by=["channel"])


PROJECTS = [channel, adventureworks, by_chance]
