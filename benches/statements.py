#!/usr/bin/env python3
"""How long statements take: a month of 10,000 payees of 20 lines each, closed and posted, as every format.

    benches/statements.py FOLDER --engine PROGRAM [--payees 10000] [--lines 20] [--seed 1] [--formats html xlsx pdf] [--rounds 1]

The project is made once, from the seed. PDF needs `apportion-pdf`, beside the engine or where APPORTION_PDF says. For each format
prints wall clock, processor time of the command and of what it starts, the highest resident memory of each of the two, files and
bytes; then writes all of it again and says whether the bytes are the same, with the clock a year later where `faketime` is there.
"""

import argparse
import csv
import hashlib
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

MONTH = "2026-07"
LANGUAGES = ["en", "de", "fr", "es"]
FIRST_NAMES = ["Ada", "Bjørn", "Chloé", "Dörte", "Emil", "Fátima", "Grace", "Łukasz"]
LAST_NAMES = ["Okafor", "Müller", "Lefèvre", "García", "Ångström", "Smith", "Novák", "O'Neil"]
CUSTOMERS = ["Alpine Freight", "Bayside Clinics", "Cobalt Mining", "Drei Linden Bau", "Estrella Foods", "Forêt & Fils"]

APPORTION_TOML = f"""\
[book]
name = "Statements of many"
currency = "USD"
fiscal_year_starts = 1
rounding = "half-away-from-zero"
rules = ["rules.toml"]

[ledger]
first = "{MONTH}"
keep_inputs = true
approvals = 0

[statements]
sender = "Northwind Traders, Commissions"
note = "Ask about a line within 30 days."
logo = "logo.svg"

[sources]
deals = {{ path = "deals.csv" }}
engagements = {{ path = "engagements.csv", defaults = {{ role = "closed" }} }}
payees = {{ path = "payees.csv" }}
"""

RULES_TOML = """\
[[shared_credit]]
id = "new-business"
title = "New business"
why = "Whoever worked on a new customer has a part of 4% of it."
effective = { from = 2026-01-01 }
rate = "4%"
model = "equal"
when = "deal_type = 'new'"

[[shared_credit]]
id = "renewals"
title = "Renewals"
why = "A customer who stays is worth 1.5% to those who kept it."
effective = { from = 2026-01-01 }
rate = "1.5%"
model = "equal"
when = "deal_type = 'renewal'"

[[hold]]
id = "first-half"
title = "Half until the customer pays"
why = "Money that has not come in may never come."
effective = { from = 2026-01-01 }
when = "deal_type = 'new' AND amount > 90000"
release = "0.5"
"""

LOGO = """\
<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40" viewBox="0 0 120 40">
<rect width="40" height="40" rx="6" fill="#24506e"/><path d="M10 30 L20 10 L30 30" fill="none" stroke="#fff" stroke-width="4"/>
<rect x="50" y="14" width="66" height="12" fill="#24506e"/></svg>
"""


def write(path, header, rows):
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def generate(project, payees, lines, seed):
    """Two payees work on each deal, so that everybody has as many lines."""
    rng = random.Random(seed)
    project.mkdir(parents=True)
    (project / "apportion.toml").write_text(APPORTION_TOML)
    (project / "rules.toml").write_text(RULES_TOML)
    (project / "logo.svg").write_text(LOGO)
    ids = [f"P-{number:05}" for number in range(payees)]
    people = []
    for number, payee in enumerate(ids):
        name = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
        people.append([payee, name, "employee", LANGUAGES[number % 4], f"{payee.lower()}@northwind.example"])
    write(project / "payees.csv", ["payee_id", "name", "kind", "language", "email"], people)
    deals, work = [], []
    for start in range(0, payees * lines, 2):
        # The second of a pair is `step` payees further on, another step in each turn.
        turn, place = divmod(start // 2, payees)
        deal = f"D-{start // 2:06}"
        amount = f"{rng.lognormvariate(10, 1):.2f}"
        kind = rng.choice(["new", "renewal"])
        day = f"{MONTH}-{rng.randint(1, 31):02}"
        deals.append([deal, "won", day, amount, kind, rng.choice(CUSTOMERS)])
        work += [[deal, ids[place]], [deal, ids[(place + 1 + 7 * turn) % payees]]]
    write(project / "deals.csv", ["deal_id", "outcome", "close_date", "amount", "deal_type", "account_name"], deals)
    write(project / "engagements.csv", ["deal_id", "payee_id"], work)


def run(command, **more):
    return subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, **more)


def digest(folder):
    """One digest of all files of a folder: names and bytes."""
    sums = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        sums.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return sums.hexdigest()


def children_of(pid):
    try:
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []


def peak(pid):
    """The highest resident memory of a process so far, in KiB, and its name."""
    try:
        status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
        return status["Name"].strip(), int(status["VmHWM"].split()[0])
    except (OSError, KeyError):
        return None, 0


def measured(command):
    """Runs a command: seconds, processor seconds, and the highest memory of it and of what it starts, by name."""
    before, started = os.times(), time.monotonic()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    peaks = {}
    while process.poll() is None:
        for pid in [process.pid, *children_of(process.pid)]:
            name, kib = peak(pid)
            # A process that has just begun is still a copy of this one.
            if name and not name.startswith("python"):
                peaks[name] = max(peaks.get(name, 0), kib)
        time.sleep(0.02)
    if process.returncode != 0:
        sys.exit(f"{command[1]} ended with {process.returncode}")
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return time.monotonic() - started, cpu, peaks


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--engine", type=Path, required=True)
    arguments.add_argument("--payees", type=int, default=10_000)
    arguments.add_argument("--lines", type=int, default=20)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--formats", nargs="+", default=["html", "xlsx", "pdf"])
    arguments.add_argument("--rounds", type=int, default=1)
    options = arguments.parse_args()
    project = options.folder / "project"
    if not (project / "ledger").exists():
        shutil.rmtree(project, ignore_errors=True)
        generate(project, options.payees, options.lines, options.seed)
        run([options.engine, "close", "--project", project, "--period", MONTH, "--by", "bench", "--post", "-q"])
    statements = [options.engine, "statements", "--project", project, "--close", MONTH, "-q"]
    for which in options.formats:
        digests = set()
        for _ in range(options.rounds):
            out = options.folder / which
            shutil.rmtree(out, ignore_errors=True)
            seconds, cpu, peaks = measured([*statements, "--format", which, "--out", out])
            files = list(out.iterdir())
            memory = ", ".join(f"{name} {kib / 1024:.0f} MiB" for name, kib in sorted(peaks.items()))
            size = sum(path.stat().st_size for path in files) / 1e6
            print(f"{which}: {seconds:.1f} s, {cpu:.1f} CPU s, {memory}, {len(files)} files of {size:.0f} MB", flush=True)
            digests.add(digest(out))
        again = [*statements, "--format", which, "--out", options.folder / f"{which}-again"]
        shutil.rmtree(again[-1], ignore_errors=True)
        later = ["faketime", "+1 year"] if shutil.which("faketime") else []
        run([*later, *again])
        digests.add(digest(again[-1]))
        same = "the same bytes" if len(digests) == 1 else "OTHER BYTES"
        print(f"{which}: {same} again{', a year later' if later else ''}", flush=True)


if __name__ == "__main__":
    main()
