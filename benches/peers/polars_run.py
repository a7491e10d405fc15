#!/usr/bin/env python3
"""The lean close in Polars: what peers/duckdb_lean.sql computes, in frames and 64-bit integers.

    python3 benches/peers/polars_run.py PROJECT OUT [--threads 2]

Cents and hundredths of a weight, as in the SQL. Polars integers wrap silently, so the one product that could grow is
bounded before it is taken.
"""

import argparse
import os
import sys
import time
from datetime import date
from pathlib import Path

PARSER = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
PARSER.add_argument("project", type=Path)
PARSER.add_argument("out", type=Path)
PARSER.add_argument("--threads", type=int, default=2)
PARSER.add_argument("--timing", action="store_true", help="seconds of each step, on stderr")
ARGUMENTS = PARSER.parse_args()
os.environ["POLARS_MAX_THREADS"] = str(ARGUMENTS.threads)  # read when Polars is imported

import polars as pl  # noqa: E402
from polars import col, lit, when  # noqa: E402

YEAR, FROM, TO = date(2026, 1, 1), date(2026, 7, 1), date(2026, 9, 30)
CSV_TYPES = {"close_date": pl.Date, "amount": pl.Decimal(18, 2), "occurred_on": pl.Date, "weight": pl.Decimal(9, 2), "start_date": pl.Date}
ROLES = {"sourced": 0, "cosell": 1, "closed": 2}
SHARES = [30, 20, 50]


def scan(table):
    path = next((ARGUMENTS.project / "data").glob(f"{table}.*"))
    if path.suffix == ".parquet":
        return pl.scan_parquet(path)
    header = path.open(encoding="utf-8").readline().strip().split(",")
    return pl.scan_csv(path, schema={name: CSV_TYPES.get(name, pl.String) for name in header})


def cents(name):
    return (col(name) * 100).cast(pl.Int64)


def half_up(number, divisor):
    return number.sign() * ((2 * number.abs() + divisor) // (2 * divisor))


def largest_remainders(frame, group, pairs):
    """Splits each `total` of a group by `units` of `weights`, for (total, result) in pairs; ties go to the earlier payee."""
    for total, result in pairs:
        product = col(total) * col("units")
        frame = (
            frame.with_columns(part=product // col("weights"), rest=product % col("weights"))
            .sort([*group, "rest", "payee"], descending=[False] * len(group) + [True, False])
            .with_columns(rank=pl.int_range(pl.len()).over(group), left=col(total) - col("part").sum().over(group))
            .with_columns((col("part") + (col("rank") < col("left")).cast(pl.Int64)).alias(result))
        )
    return frame


def by_role(frame, total, result):
    """The parts of three roles of one total, by the shares s0, s1, s2 of the roles that are filled."""
    sum_ = col("s0") + col("s1") + col("s2")
    frame = frame.with_columns(*[(col(total) * col(f"s{k}") // sum_).alias(f"part{k}") for k in range(3)],
                               *[(col(total) * col(f"s{k}") % sum_).alias(f"rest{k}") for k in range(3)])
    left = col(total) - col("part0") - col("part1") - col("part2")

    def ahead(k):
        return sum(((col(f"rest{j}") >= col(f"rest{k}")) if j < k else (col(f"rest{j}") > col(f"rest{k}"))).cast(pl.Int64)
                   for j in range(3) if j != k)
    return frame.with_columns(*[(col(f"part{k}") + (ahead(k) < left).cast(pl.Int64)).alias(f"{result}{k}") for k in range(3)])


def step(name, frame):
    start = time.perf_counter()
    result = frame.collect(engine="streaming") if isinstance(frame, pl.LazyFrame) else frame
    if ARGUMENTS.timing:
        print(f"{time.perf_counter() - start:8.3f}  {name}", file=sys.stderr)
    return result


def main():
    payee = step("payees", scan("payees").select("payee_id", partner=col("kind").cast(pl.String) == "partner",
                                                 employee=col("kind").cast(pl.String) == "employee").sort("payee_id").with_row_index("payee"))
    kind = col("deal_type").cast(pl.String)
    deal = step("deals", scan("deals")
                .filter((col("outcome").cast(pl.String) == "won") & col("close_date").is_between(YEAR, TO)
                        & ((col("close_date") >= FROM) | (kind == "renewal")))
                .select("deal_id", "close_date", cents=cents("amount"), paid=col("close_date") >= FROM,
                        shared=kind.is_in(["new", "expansion"]).fill_null(False), renewal=(kind == "renewal").fill_null(False))
                .sort("close_date", "deal_id").with_row_index("deal"))

    work = step("work", scan("engagements")
                .select(col("deal_id"), col("payee_id").cast(pl.String), "occurred_on",
                        role=col("role").cast(pl.String).replace_strict(ROLES, default=3, return_dtype=pl.Int8),
                        units=(col("weight").fill_null(1) * 100).cast(pl.Int64))
                .join(deal.lazy().select("deal", "deal_id", "close_date"), on="deal_id")
                .join(payee.lazy().select("payee", "payee_id"), on="payee_id")
                .with_columns(recent=when((col("occurred_on") > col("close_date").dt.offset_by("-180d")) & (col("occurred_on") <= col("close_date")))
                              .then(col("units")).otherwise(0))
                .group_by("deal", "payee", "role").agg(touches=pl.len(), units=col("units").sum(), recent=col("recent").sum()))
    facts = deal.lazy().select("deal", "cents", "paid", "shared", "renewal")
    people = payee.lazy().select("payee", "partner", "employee")
    work = step("facts", work.lazy().join(facts, on="deal").join(people, on="payee"))
    bound = work["units"].sum() and int(work.group_by("deal").agg(col("units").sum())["units"].max()) * int(deal["cents"].abs().max())
    assert (bound or 0) < 2**62, "products of cents and units would not fit 64 bits"

    # Shared credit: over the filled roles, then within each.
    filled = work.lazy().filter(col("shared") & (col("role") < 3) & (col("units") > 0))
    pool = (filled.group_by("deal").agg(col("cents").first(), *[(col("role") == k).any().cast(pl.Int64).mul(SHARES[k]).alias(f"s{k}") for k in range(3)])
            .with_columns(sign=col("cents").sign(), credit=col("cents").abs()).with_columns(pool=half_up(col("credit"), 10)))
    pool = by_role(by_role(pool, "credit", "c"), "pool", "p").select("deal", "sign", "c0", "c1", "c2", "p0", "p1", "p2")

    def of_role(letter):
        return when(col("role") == 0).then(col(f"{letter}0")).when(col("role") == 1).then(col(f"{letter}1")).otherwise(col(f"{letter}2"))
    roles = filled.group_by("deal", "role").agg(weights=col("units").sum(), n=pl.len())
    each = step("roles", filled.select("deal", "payee", "role", "units", "employee").join(roles, on=["deal", "role"]).join(pool, on="deal")
                .select("deal", "payee", "role", "employee", "units", "weights", "n", "sign", credit_part=of_role("c"), pool_part=of_role("p")))
    alone = each.lazy().filter(col("n") == 1).with_columns(credited=col("credit_part"), amount=col("pool_part"))
    several = largest_remainders(each.lazy().filter(col("n") > 1), ["deal", "role"], [("credit_part", "credited"), ("pool_part", "amount")])
    columns = ["deal", "payee", "role", "employee", (col("sign") * col("credited")).alias("credited"), (col("sign") * col("amount")).alias("amount")]
    shared = step("shared", pl.concat([alone.select(columns), several.select(columns)]))

    # Stipend: 250 from the second touch, 5,000 per payee and quarter.
    stipend = (work.lazy().filter((col("role") == 1) & col("partner") & (col("touches") >= 2) & (col("cents") >= 1_000_000) & col("paid"))
               .sort("payee", "deal").with_columns(n=pl.int_range(pl.len(), dtype=pl.Int64).over("payee"))
               .select("deal", "payee", amount=pl.min_horizontal((col("n") + 1) * 25_000, lit(500_000)) - pl.min_horizontal(col("n") * 25_000, lit(500_000))))

    # Renewal bonus: rates on the deal's weight, 20,000 per payee and year.
    groups = (work.lazy().filter(col("renewal") & col("partner") & (col("recent") > 0)).group_by("deal", "payee")
              .agg(units=col("recent").sum(), cents=col("cents").first(), paid=col("paid").first()))
    percent = when(col("weights") >= 2000).then(3).when(col("weights") >= 800).then(2).otherwise(1).cast(pl.Int64)
    pools = (groups.join(groups.group_by("deal").agg(weights=col("units").sum()), on="deal").filter(col("weights") >= 300)
             .with_columns(sign=col("cents").sign(), pool=half_up(col("cents").abs() * percent, 100)))
    renewal = (largest_remainders(pools, ["deal"], [("pool", "part_of_pool")]).with_columns(amount=col("sign") * col("part_of_pool"))
               .sort("payee", "deal").with_columns(after=col("amount").cum_sum().over("payee")).filter("paid")
               .select("deal", "payee", amount=pl.min_horizontal(col("after"), lit(2_000_000)) - pl.min_horizontal(col("after") - col("amount"), lit(2_000_000))))

    # Commission: marginal tiers on the quarter's quota; F(C) * 20000 keeps half cents whole.
    def marginal(credit):
        quota = col("quota")
        return 1000 * credit + 500 * (credit - quota).clip(lower_bound=0) + 250 * (2 * credit - 3 * quota).clip(lower_bound=0)
    quota = scan("quotas").filter(col("period").cast(pl.String) == "2026-Q3").join(payee.lazy(), on="payee_id").select("payee", quota=cents("amount"))
    commission = (shared.lazy().filter("employee").group_by("payee", "deal").agg(credit=col("credited").sum()).join(quota, on="payee")
                  .sort("payee", "deal").with_columns(after=col("credit").cum_sum().over("payee"))
                  .select("deal", "payee", amount=half_up(marginal(col("after")), 20_000) - half_up(marginal(col("after") - col("credit")), 20_000)))

    def lines(frame, rule, role=lit(None, dtype=pl.String), credited=lit(None, dtype=pl.Int64)):
        return frame.select("payee", "deal", "amount", rule_id=lit(rule), role=role, credited=credited)
    line = step("lines", pl.concat([
        lines(shared.lazy(), "new-business", col("role").replace_strict({0: "sourced", 1: "cosell", 2: "closed"}, return_dtype=pl.String), col("credited")),
        lines(stipend, "cosell-stipend"), lines(renewal, "renewal-engagement"), lines(commission, "rep-accelerator"),
    ]))

    def money(name):
        return (col(name).cast(pl.Decimal(18, 0)) * lit("0.01").str.to_decimal(scale=2)).cast(pl.Decimal(18, 2)).alias(name)
    ARGUMENTS.out.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    (line.lazy().join(deal.lazy().select("deal", "deal_id", "close_date"), on="deal").join(payee.lazy().select("payee", "payee_id"), on="payee")
     .select("payee_id", "rule_id", "deal_id", "role", "close_date", money("credited"), money("amount"))
     .sink_parquet(ARGUMENTS.out / "lines.parquet", compression="snappy"))
    (line.lazy().group_by("payee", "rule_id").agg(lines=pl.len(), known=col("credited").count(), credited=col("credited").sum(), amount=col("amount").sum())
     .join(payee.lazy().select("payee", "payee_id"), on="payee").sort("payee", "rule_id")
     .with_columns(credited=when(col("known") > 0).then(col("credited")))
     .select("payee_id", "rule_id", "lines", money("credited"), money("amount")).collect().write_csv(ARGUMENTS.out / "statements.csv"))
    if ARGUMENTS.timing:
        print(f"{time.perf_counter() - start:8.3f}  writing", file=sys.stderr)


if __name__ == "__main__":
    main()
