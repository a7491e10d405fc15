#!/usr/bin/env python3
"""The floor of a close: reading the columns it needs and writing the lines it makes, and nothing else.

    python3 benches/floor.py PROJECT RESULT OUT [--with polars|pyarrow] [--threads 2]

RESULT is the folder of a finished run: its lines.parquet is loaded first, which is not counted. Then, on the clock:
every known column that the inputs have is read into memory, and the lines, with all their columns, are
written to OUT. Prints JSON. It checks nothing, joins nothing, sorts nothing and hashes nothing: no close can be faster
with the same reader and writer. A stand-in until the same is measured with the engine's own reader and writer.
"""

import argparse
import json
import os
import time
from pathlib import Path

PARSER = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
PARSER.add_argument("project", type=Path)
PARSER.add_argument("result", type=Path)
PARSER.add_argument("out", type=Path)
PARSER.add_argument("--with", dest="tool", choices=["polars", "pyarrow"], default="polars")
PARSER.add_argument("--threads", type=int, default=2)
ARGUMENTS = PARSER.parse_args()
os.environ["POLARS_MAX_THREADS"] = str(ARGUMENTS.threads)  # read when Polars is imported

import polars as pl  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.csv as pc  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402

# The columns of docs/reference/inputs.md that generated projects have; `name` of deals and `subject` are not among them.
COLUMNS = {
    "deals": ["deal_id", "account_id", "outcome", "close_date", "amount", "currency", "deal_type", "channel"],
    "engagements": ["engagement_id", "deal_id", "account_id", "payee_id", "role", "occurred_on", "weight", "activity"],
    "payees": ["payee_id", "name", "kind", "tier", "manager_id", "currency", "start_date"],
    "quotas": ["payee_id", "period", "amount"],
}
POLARS_TYPES = {"close_date": pl.Date, "amount": pl.Decimal(18, 2), "occurred_on": pl.Date, "weight": pl.Decimal(9, 2), "start_date": pl.Date}
ARROW_TYPES = {"close_date": pa.date32(), "amount": pa.decimal128(18, 2), "occurred_on": pa.date32(), "weight": pa.decimal128(9, 2), "start_date": pa.date32()}


def read(path, columns):
    if ARGUMENTS.tool == "polars":
        if path.suffix == ".parquet":
            return pl.read_parquet(path, columns=columns)
        return pl.read_csv(path, columns=columns, schema_overrides={c: POLARS_TYPES.get(c, pl.String) for c in columns})
    if path.suffix == ".parquet":
        return pq.read_table(path, columns=columns)
    types = {c: ARROW_TYPES.get(c, pa.string()) for c in columns}
    return pc.read_csv(path, convert_options=pc.ConvertOptions(include_columns=columns, column_types=types, strings_can_be_null=True))


def write(lines, path):
    if ARGUMENTS.tool == "polars":
        lines.write_parquet(path, compression="snappy", statistics=False)
    else:
        pq.write_table(lines, path, compression="snappy", write_statistics=False)


def main():
    pa.set_cpu_count(ARGUMENTS.threads)
    ARGUMENTS.out.mkdir(parents=True, exist_ok=True)
    lines = ARGUMENTS.result / "lines.parquet"
    lines = pl.read_parquet(lines) if ARGUMENTS.tool == "polars" else pq.read_table(lines)

    start = time.perf_counter()
    tables = [read(next((ARGUMENTS.project / "data").glob(f"{table}.*")), columns) for table, columns in COLUMNS.items()]
    between = time.perf_counter()
    write(lines, ARGUMENTS.out / "lines.parquet")
    end = time.perf_counter()
    rows = sum(len(table) for table in tables)
    print(json.dumps({"with": ARGUMENTS.tool, "rows_read": rows, "lines": len(lines),
                      "read_s": round(between - start, 4), "write_s": round(end - between, 4), "seconds": round(end - start, 4)}))


if __name__ == "__main__":
    main()
