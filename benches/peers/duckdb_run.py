#!/usr/bin/env python3
"""Runs duckdb_lean.sql or duckdb_full.sql over a project of benches/generate.py.

    python3 benches/peers/duckdb_run.py lean PROJECT OUT [--threads 2] [--timing]
"""

import argparse
import hashlib
import json
import re
import sys
import time
from pathlib import Path

import duckdb

HERE = Path(__file__).resolve().parent
TABLES = ["deals", "engagements", "payees", "quotas"]
# What a CSV reader has to be told: the types of the columns that are not text.
CSV_TYPES = {"close_date": "DATE", "amount": "DECIMAL(18, 2)", "occurred_on": "DATE", "weight": "DECIMAL(9, 2)", "start_date": "DATE"}


def csv_source(path):
    header = path.open(encoding="utf-8").readline().strip().split(",")
    columns = ", ".join(f"'{name}': '{CSV_TYPES.get(name, 'VARCHAR')}'" for name in header)
    return f"read_csv('{path}', header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', columns = {{{columns}}})"


def sources(project, full):
    """Views over the files. The full job reads a CSV file into a table once, because it looks at it more than once and
    wants row numbers; Parquet columns are cheap to read again."""
    statements, files = [], {}
    for table in TABLES:
        path = next((project / "data").glob(f"{table}.*"))
        files[table] = path
        if path.suffix == ".parquet":
            row = ", file_row_number + 1 AS row" if full else ""
            option = ", file_row_number = true" if full else ""
            statements.append(f"CREATE TEMP VIEW {table}_in AS SELECT *{row} FROM read_parquet('{path}'{option})")
        elif full:
            statements.append(f"CREATE TEMP TABLE {table}_csv AS FROM {csv_source(path)}")
            statements.append(f"CREATE TEMP VIEW {table}_in AS SELECT *, rowid + 1 AS row FROM {table}_csv")
        else:
            statements.append(f"CREATE TEMP VIEW {table}_in AS FROM {csv_source(path)}")
    return statements, files


def statements_of(path, **names):
    text = re.sub(r"^\s*--.*$", "", path.read_text(), flags=re.M)
    for name, value in names.items():
        text = text.replace(f":{name}", value)
    return [s.strip() for s in text.split(";\n") if s.strip()]


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job", choices=["lean", "full"])
    parser.add_argument("project", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory-limit", help="as DuckDB writes it, 8GB; without it DuckDB's own default")
    parser.add_argument("--timing", action="store_true", help="seconds of each statement, on stderr")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)

    connection = duckdb.connect()
    connection.execute(f"SET threads = {arguments.threads}")
    # Nothing depends on the order of input rows, so DuckDB need not keep it; row numbers of CSV rows do.
    views, files = sources(arguments.project, arguments.job == "full")
    is_csv = files["deals"].suffix == ".csv"
    connection.execute(f"SET preserve_insertion_order = {str(is_csv and arguments.job == 'full').lower()}")
    if arguments.memory_limit:
        connection.execute(f"SET memory_limit = '{arguments.memory_limit}'")
    connection.execute(f"SET temp_directory = '{arguments.out / 'spill'}'")

    def step(name, work):
        start = time.perf_counter()
        result = work()
        if arguments.timing:
            print(f"{time.perf_counter() - start:8.3f}  {name}", file=sys.stderr)
        return result

    script = statements_of(HERE / f"duckdb_{arguments.job}.sql", out=str(arguments.out), ext=files["deals"].suffix[1:],
                           ordered=str(is_csv and arguments.job == "full").lower())
    for statement in views + script:
        step(statement.splitlines()[0][:90], lambda: connection.execute(statement))

    if arguments.job == "full":
        def finish():
            project, out = arguments.project, arguments.out
            inputs = [project / "apportion.toml", *sorted((project / "rules").glob("*.toml")), *files.values()]
            document = json.loads(connection.execute("SELECT doc FROM run_json").fetchone()[0])
            document["inputs"] = {str(path.relative_to(project)): sha256(path) for path in inputs}
            document["outputs"] = {path.name: sha256(path) for path in sorted(out.iterdir()) if path.suffix in (".parquet", ".csv")}
            (out / "run.json").write_text(json.dumps(document, indent=1) + "\n")
        step("hashes and run.json", finish)


if __name__ == "__main__":
    main()
