#!/usr/bin/env python3
"""Markdown for benches/NOTES.md out of what compare.py wrote: python3 benches/table.py RESULT.json...

A table for each result, then the ratios that the engine is held to, as far as the results have what they need. Refuses
results that do not agree: their figures are worth nothing.
"""

import json
import sys

LABELS = {"engine": "apportion", "engine-1": "apportion, one thread", "duckdb-full": "DuckDB, full", "duckdb-lean": "DuckDB, lean",
          "polars": "Polars, lean", "floor": "floor (Polars)"}


def median(result, name, of="median"):
    return result["figures"].get(name, {}).get(of)


def over(a, b):
    return a / b if a and b else None


def targets(results):
    """(what, ratio, bound, whether the bound is a floor): of each size and format the last result counts."""
    by = {(result["project"]["format"], result["project"]["rows"]["deals"]): result for result in results}
    rows = []
    for (format_, deals), result in sorted(by.items()):
        name = f"{deals:,} deals, {format_}"
        engine = median(result, "engine")
        if format_ == "csv":
            rows.append((f"{name}: apportion / DuckDB, full", over(engine, median(result, "duckdb-full")), 1.5, False))
            continue
        rows += [
            (f"{name}: DuckDB, full / apportion", over(median(result, "duckdb-full"), engine), 4.0, True),
            (f"{name}: DuckDB, lean / apportion", over(median(result, "duckdb-lean"), engine), 3.0, True),
            (f"{name}: apportion / floor", over(engine, median(result, "floor")), 2.0, False),
            (f"{name}: one thread / two", over(median(result, "engine-1"), engine), 1.7, True),
            (f"{name}: peak memory, apportion / DuckDB, full",
             over(median(result, "engine", "peak_mib_median"), median(result, "duckdb-full", "peak_mib_median")), 1.0, False),
        ]
    parquet = sorted(deals for format_, deals in by if format_ == "parquet")
    for small, large in zip(parquet, parquet[1:]):
        few, many = by["parquet", small], by["parquet", large]
        for what, of in (("time", "median"), ("memory", "peak_mib_median")):
            growth = over(median(many, "engine", of), median(few, "engine", of))
            rows.append((f"{small:,} to {large:,} deals: growth of {what} / growth of deals", over(growth, large / small), 1.0, False))
    return [row for row in rows if row[1] is not None]


def print_targets(results):
    print("### Compared with what was asked\n\n| ratio | measured | asked | |\n|---|---:|---:|---|")
    for what, ratio, bound, at_least in targets(results):
        met = ratio >= bound if at_least else ratio <= bound
        print(f"| {what} | {ratio:.2f} | {'at least' if at_least else 'at most'} {bound:g} | {'met' if met else 'not met'} |")
    print()


def main():
    results = []
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            result = json.load(file)
        if not result["agree"]:
            sys.exit(f"{path}: the contenders do not agree")
        results.append(result)
        project, machine = result["project"], result["machine"]
        rounds = max(len(figure["runs"]) for figure in result["figures"].values())
        print(f"### {project['rows']['deals']:,} deals, {project['rows']['engagements']:,} engagements, {project['format']}\n")
        print(f"{machine['cpu']}, {machine['cores']} cores, {machine['memory']}, {machine['system']}; {result['threads']} threads; {rounds} rounds; "
              + ", ".join(f"{name} {version}" for name, version in result["versions"].items()) + ".")
        if result["note"]:
            print(f"{result['note']}.")
        print("\n| | median s | min | max | CPU s | peak MiB, median | max | times apportion |\n|---|---:|---:|---:|---:|---:|---:|---:|")
        for name, figure in result["figures"].items():
            ratio = result["ratio_to_engine"].get(name, "")
            print(f"| {LABELS[name]} | {figure['median']:.2f} | {figure['min']:.2f} | {figure['max']:.2f} | {figure['cpu']:.2f} | {figure['peak_mib_median']:.0f} | "
                  f"{figure['peak_mib']:.0f} | {ratio} |")
        print()
    print_targets(results)


if __name__ == "__main__":
    main()
