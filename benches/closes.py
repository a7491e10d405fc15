#!/usr/bin/env python3
"""Closes months one after the other, so that a ledger has a history.

    benches/closes.py OUT --engine PROGRAM [--months 60] [--lines 200000]

Each month has deals whose pool 400 of 2,000 payees share, so that a close posts that many lines. The data are those of the fiscal
year so far, as an export would be: a close with `true_up = 0` looks at no other. Prints how long each close took.
"""

import argparse
import subprocess
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl

PAYEES, SHARERS = 2_000, 400
FIRST_YEAR = 2021

APPORTION_TOML = """\
[book]
name = "A ledger of {months} months"
currency = "USD"
fiscal_year_starts = 1
rounding = "half-away-from-zero"
rules = ["rules.toml"]

[ledger]
first = "{year}-01"
true_up = 0
keep_inputs = false
approvals = 0

[sources]
deals = {{ path = "deals.parquet" }}
engagements = {{ path = "engagements.parquet", defaults = {{ role = "closed" }} }}
payees = {{ path = "payees.csv" }}
"""

RULES_TOML = """\
[[shared_credit]]
id = "pool"
title = "A pool for all who took part"
why = "Everybody has the same part of a tenth of the deal."
effective = {{ from = {year}-01-01 }}
rate = "10%"
model = "equal"
"""


def month_of(number):
    return FIRST_YEAR + number // 12, number % 12 + 1


def deals_of(number, count):
    """The deals of a month, and who takes part in them."""
    year, month = month_of(number)
    index = np.arange(count)
    ids = [f"D-{year}-{month:02}-{i:05}" for i in index]
    deals = pl.DataFrame({
        "deal_id": ids,
        "outcome": "won",
        "close_date": [date(year, month, int(i) % 28 + 1) for i in index],
        "amount": [Decimal(100_000 + 37 * int(i)) for i in index],
    })
    sharers = (np.repeat(index * 7, SHARERS) + np.tile(np.arange(SHARERS), count)) % PAYEES
    engagements = pl.DataFrame({
        "deal_id": np.repeat(ids, SHARERS),
        "payee_id": [f"P-{sharer:05}" for sharer in sharers],
    })
    return deals, engagements


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--engine", type=Path, required=True)
    arguments.add_argument("--months", type=int, default=60)
    arguments.add_argument("--lines", type=int, default=200_000)
    options = arguments.parse_args()
    out = options.out
    out.mkdir(parents=True)
    (out / "apportion.toml").write_text(APPORTION_TOML.format(months=options.months, year=FIRST_YEAR))
    (out / "rules.toml").write_text(RULES_TOML.format(year=FIRST_YEAR))
    payees = [f"P-{number:05}" for number in range(PAYEES)]
    pl.DataFrame({"payee_id": payees, "name": payees, "kind": "employee"}).write_csv(out / "payees.csv")
    so_far = []
    for number in range(options.months):
        year, month = month_of(number)
        so_far = so_far if month > 1 else []
        so_far.append(deals_of(number, options.lines // SHARERS))
        for name, tables in zip(["deals", "engagements"], zip(*so_far)):
            pl.concat(tables).write_parquet(out / f"{name}.parquet")
        close = [options.engine, "close", "--project", out, "--period", f"{year}-{month:02}", "--by", "bench", "--post", "-q"]
        started = time.monotonic()
        subprocess.run(close, check=True, stdout=subprocess.DEVNULL)
        print(f"{year}-{month:02}: {time.monotonic() - started:.2f} s", flush=True)


if __name__ == "__main__":
    main()
