#!/usr/bin/env python3
"""Markdown for docs/performance.md out of what compare.py wrote: python3 benches/table.py RESULT.json...

Refuses results that do not agree: their figures are worth nothing.
"""

import json
import sys

LABELS = {"engine": "apportion", "engine-1": "apportion, one thread", "duckdb-full": "DuckDB, full", "duckdb-lean": "DuckDB, lean",
          "polars": "Polars, lean", "floor": "floor (Polars)"}


def main():
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            result = json.load(file)
        if not result["agree"]:
            sys.exit(f"{path}: the contenders do not agree")
        project, machine = result["project"], result["machine"]
        rounds = max(len(figure["runs"]) for figure in result["figures"].values())
        print(f"### {project['rows']['deals']:,} deals, {project['rows']['engagements']:,} engagements, {project['format']}\n")
        print(f"{machine['cpu']}, {machine['cores']} cores, {machine['memory']}, {machine['system']}; {result['threads']} threads; {rounds} rounds; "
              + ", ".join(f"{name} {version}" for name, version in result["versions"].items()) + ".")
        if result["note"]:
            print(f"{result['note']}.")
        print("\n| | median s | min | max | CPU s | peak MiB | times apportion |\n|---|---:|---:|---:|---:|---:|---:|")
        for name, figure in result["figures"].items():
            ratio = result["ratio_to_engine"].get(name, "")
            print(f"| {LABELS[name]} | {figure['median']:.2f} | {figure['min']:.2f} | {figure['max']:.2f} | {figure['cpu']:.2f} | {figure['peak_mib']:.0f} | {ratio} |")
        print()


if __name__ == "__main__":
    main()
