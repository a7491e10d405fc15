#!/usr/bin/env python3
"""Runs the close of a generated project with the engine and with its peers, in turn, and compares results and times.

    python3 benches/compare.py PROJECT --engine target/dist/apportion --rounds 7 --json result.json

Contenders (--only engine,duckdb-full picks some of them):
    engine        apportion run, all files of a result, two threads
    engine-1      the same on one thread
    duckdb-full   peers/duckdb_full.sql: checks, all columns, all files, hashes
    duckdb-lean   peers/duckdb_lean.sql: seven columns of the lines and the statements, no checks
    polars        peers/polars_run.py: the same as duckdb-lean
    floor         floor.py: reading the inputs and writing the engine's lines, nothing else; its own clock

Each round runs every contender once, so that a change of the machine's mood meets them all, and each time in another
order, so that what a process leaves behind (memory that is warm, a disk at work) is not always the same one's; a first round warms
the page cache and is not counted. Times are wall clock of the whole process, start-up included; peak memory is the kernel's
figure for the child (wait4). This process imports nothing large before the last run: a child inherits the high-water
mark of the process it was started from.

All results have to agree exactly, or the exit code is 1 and no figure is worth anything.
"""

import argparse
import hashlib
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ALL = ["engine", "engine-1", "duckdb-full", "duckdb-lean", "polars", "floor"]
LEAN_LINES = "payee_id, rule_id, deal_id, coalesce(role, '') AS role, close_date, credited, amount"
FULL_LINES = ("payee_id, rule_id, rule_from, kind, deal_id, role, from_payee_id, level, close_date, basis, rate, units, units_total, "
              "credit_total, pool, credited, uncapped, amount, currency")
CSV_COLUMNS = {"statements.csv": "payee_id, name, rule_id, lines, credited, amount, currency", "payouts.csv": "payee_id, name, amount, currency",
               "uncredited.csv": "deal_id, rule_id, payee_id, reason, retained, retained_credit",
               "rejects.csv": 'source, file, "row", key, "column", code, value, action'}


# ---- running ---------------------------------------------------------------------------------------------------------

def commands(arguments, period, work):
    python, project, threads = sys.executable, str(arguments.project), str(arguments.threads)

    def engine(name, count):
        return [str(arguments.engine), "run", "--quiet", "--project", project, "--period", period, "--out", str(work / name), "--threads", count,
                "--max-rejects", "1000000000"]
    peers, limit = str(HERE / "peers"), ["--memory-limit", arguments.memory_limit] if arguments.memory_limit else []
    result = work / ("engine" if arguments.engine else "duckdb-full")
    return {
        "engine": engine("engine", threads),
        "engine-1": engine("engine-1", "1"),
        "duckdb-full": [python, f"{peers}/duckdb_run.py", "full", project, str(work / "duckdb-full"), "--threads", threads, *limit],
        "duckdb-lean": [python, f"{peers}/duckdb_run.py", "lean", project, str(work / "duckdb-lean"), "--threads", threads, *limit],
        "polars": [python, f"{peers}/polars_run.py", project, str(work / "polars"), "--threads", threads],
        "floor": [python, str(HERE / "floor.py"), project, str(result), str(work / "floor"), "--threads", threads, "--with", arguments.floor_with],
    }


def run(name, command, work):
    """One process, start to end."""
    with open(work / f"{name}.stdout", "w+b") as out, open(work / f"{name}.stderr", "w+b") as err:
        os.sync()
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=err)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0), err.seek(0)
        # The engine ends with 1 when it has findings, such as deals held back.
        if child.returncode not in ((0, 1) if name.startswith("engine") else (0,)):
            sys.exit(f"{name} failed with {child.returncode}: {' '.join(command)}\n{err.read().decode()[-3000:]}")
        if name == "floor":
            seconds = json.loads(out.read())["seconds"]
    return {"seconds": round(seconds, 4), "user": round(usage.ru_utime, 3), "system": round(usage.ru_stime, 3), "peak_mib": round(usage.ru_maxrss / 1024, 1)}


def summary(runs):
    seconds = [r["seconds"] for r in runs]
    return {"median": round(statistics.median(seconds), 4), "min": min(seconds), "max": max(seconds),
            "cpu": round(statistics.median(r["user"] + r["system"] for r in runs), 3),
            "peak_mib": max(r["peak_mib"] for r in runs), "peak_mib_median": statistics.median(r["peak_mib"] for r in runs),
            "peak_mib_min": min(r["peak_mib"] for r in runs), "runs": runs}


# ---- agreement -------------------------------------------------------------------------------------------------------

class Agreement:
    def __init__(self, work, names, memory_limit):
        import duckdb
        self.work, self.names, self.checks = work, names, []
        self.db = duckdb.connect()
        self.db.execute(f"SET temp_directory = '{work / 'spill'}'")
        if memory_limit:
            self.db.execute(f"SET memory_limit = '{memory_limit}'")

    def table(self, name, file):
        path = self.work / name / file
        return f"read_parquet('{path}')" if file.endswith(".parquet") else f"read_csv('{path}', header = true, all_varchar = true, quote = '\"', escape = '\"', delim = ',')"

    def note(self, what, one, other, rows, differing, example=None):
        self.checks.append({"what": what, "of": [one, other], "rows": rows, "differences": differing, **({"example": str(example)} if differing else {})})

    def count(self, name, file):
        return self.db.execute(f"SELECT count(*) FROM {self.table(name, file)}").fetchone()[0]

    def same_set(self, what, one, other, file, columns):
        """The same rows as often, in any order."""
        a, b = (f"SELECT {columns} FROM {self.table(name, file)}" for name in (one, other))
        missing = f"({a} EXCEPT ALL {b})"
        extra = f"({b} EXCEPT ALL {a})"
        differing = self.db.execute(f"SELECT (SELECT count(*) FROM {missing}) + (SELECT count(*) FROM {extra})").fetchone()[0]
        example = self.db.execute(f"FROM (SELECT '{one}', * FROM {missing} UNION ALL SELECT '{other}', * FROM {extra}) LIMIT 2").fetchall() if differing else None
        self.note(what, one, other, self.count(one, file), differing, example)

    def same_sequence(self, what, one, other, file, columns):
        """The same rows in the same order."""
        query = f"FROM (SELECT {columns} FROM {self.table(one, file)}) a POSITIONAL JOIN (SELECT {columns} FROM {self.table(other, file)}) b WHERE a IS DISTINCT FROM b"
        differing = self.db.execute(f"SELECT count(*) {query}").fetchone()[0]
        self.note(what, one, other, self.count(one, file), differing, self.db.execute(f"SELECT a, b {query} LIMIT 1").fetchall() if differing else None)

    def same_bytes(self, what, one, other, files):
        digests = [[hashlib.file_digest(open(self.work / name / file, "rb"), "sha256").hexdigest() for file in files] for name in (one, other)]
        self.note(what, one, other, len(files), sum(a != b for a, b in zip(*digests)), [f for f, a, b in zip(files, *digests) if a != b])

    def check(self):
        outcomes = [name for name in ALL[:5] if name in self.names]
        if not outcomes:
            return self.checks
        first = outcomes[0]
        for other in outcomes[1:]:
            if other == "engine-1" and first == "engine":
                self.same_bytes("every file, byte by byte", first, other, ["lines.parquet", *CSV_COLUMNS])
                continue
            if other == "duckdb-full":
                self.same_sequence("lines: all columns, in order", first, other, "lines.parquet", FULL_LINES)
                for file, columns in CSV_COLUMNS.items():
                    self.same_sequence(f"{file}: all columns, in order", first, other, file, columns)
                continue
            self.same_set("lines: payee, rule, deal, role, date, credited, amount", first, other, "lines.parquet", LEAN_LINES)
            self.same_set("statements.csv: payee, rule, lines, credited, amount", first, other, "statements.csv", "payee_id, rule_id, lines, credited, amount")
        return self.checks


# ---- reporting -------------------------------------------------------------------------------------------------------

def machine():
    def first(path, key):
        try:
            return next(line.split(":", 1)[1].strip() for line in open(path) if line.startswith(key))
        except (OSError, StopIteration):
            return None
    return {"cpu": first("/proc/cpuinfo", "model name") or platform.processor(), "cores": os.cpu_count(), "memory": first("/proc/meminfo", "MemTotal"),
            "system": f"{platform.system()} {platform.release()} {platform.machine()}"}


def versions(engine):
    import duckdb, numpy, polars, pyarrow
    found = {"python": platform.python_version(), "duckdb": duckdb.__version__, "polars": polars.__version__, "pyarrow": pyarrow.__version__, "numpy": numpy.__version__}
    if engine:
        found["apportion"] = subprocess.run([engine, "--version"], capture_output=True, text=True).stdout.split()[-1]
    return found


def ratios(figures):
    if "engine" not in figures:
        return {}
    engine = figures["engine"]["median"]
    return {name: round(figure["median"] / engine, 2) for name, figure in figures.items() if name != "engine"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", type=Path)
    parser.add_argument("--engine", type=Path, help="the apportion binary; without it only the peers run")
    parser.add_argument("--only", help="contenders, separated by commas")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory-limit", help="for DuckDB, as it writes it: 8GB")
    parser.add_argument("--floor-with", choices=["polars", "pyarrow"], default="polars")
    parser.add_argument("--work", type=Path, help="where results go; PROJECT/compare if not said")
    parser.add_argument("--no-warmup", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--note", help="a sentence about the circumstances, kept in the JSON")
    arguments = parser.parse_args()
    about = json.loads((arguments.project / "generated.json").read_text())
    work = arguments.work or arguments.project / "compare"
    work.mkdir(parents=True, exist_ok=True)

    names = arguments.only.split(",") if arguments.only else ALL
    if unknown := [name for name in names if name not in ALL]:
        sys.exit(f"no such contender: {', '.join(unknown)}; there are {', '.join(ALL)}")
    names = [name for name in names if arguments.engine or not name.startswith("engine")]
    if about["dirty"]:
        names = [name for name in names if name not in ("duckdb-lean", "polars", "floor")]  # they assume clean inputs

    todo, runs = commands(arguments, about["period"], work), {name: [] for name in names}
    for number in range(0 if not arguments.no_warmup else 1, arguments.rounds + 1):
        # The warm-up in the order in which results are needed.
        order = random.Random(number).sample(names, len(names)) if number else names
        for name in order:
            one = run(name, todo[name], work)
            print(f"{'warm-up' if number == 0 else f'round {number}':8} {name:12} {one['seconds']:9.3f} s {one['peak_mib']:9.0f} MiB", file=sys.stderr)
            if number:
                runs[name].append(one)

    figures = {name: summary(some) for name, some in runs.items() if some}
    checks = Agreement(work, names, arguments.memory_limit).check()
    document = {"project": about, "machine": machine(), "versions": versions(arguments.engine), "threads": arguments.threads, "note": arguments.note,
                "agree": all(check["differences"] == 0 for check in checks), "agreement": checks, "ratio_to_engine": ratios(figures), "figures": figures}
    if arguments.json:
        arguments.json.write_text(json.dumps(document, indent=1) + "\n")

    print(f"{about['rows']['deals']} deals, {about['rows']['engagements']} engagements, {about['format']}, {arguments.threads} threads\n")
    print(f"{'':12} {'median s':>9} {'min':>8} {'max':>8} {'cpu s':>8} {'peak MiB':>9} {'min':>7} {'max':>7} {'x engine':>9}")
    for name, figure in figures.items():
        ratio = document["ratio_to_engine"].get(name, "")
        print(f"{name:12} {figure['median']:9.3f} {figure['min']:8.3f} {figure['max']:8.3f} {figure['cpu']:8.2f} {figure['peak_mib_median']:9.0f} "
              f"{figure['peak_mib_min']:7.0f} {figure['peak_mib']:7.0f} {ratio:>9}")
    print()
    for check in checks:
        verdict = "agree" if check["differences"] == 0 else f"{check['differences']} DIFFER: {check['example'][:600]}"
        print(f"{' = '.join(check['of']):26} {check['what']} ({check['rows']} rows): {verdict}")
    sys.exit(0 if document["agree"] else 1)


if __name__ == "__main__":
    main()
