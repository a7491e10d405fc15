"""A book of 200 rules with rate tables, over the data of a benchmark project.

    benches/rate_tables.py PROJECT OUT [--rules 200] [--rows 10000] [--seed 1]

PROJECT was made by benches/generate.py. OUT becomes a project over the same data (by links) whose rules make the same
lines: `new-business` is split into rules by bands of the amount, and every rate and amount that can be is looked up in a table of
its own. Each table has rows for channels and bands, promotions with dates, and exceptions for single accounts; all of its rows that
a deal of the rule can meet have the rate of the benchmark. PROJECT and OUT are then closed side by side:

    apportion run --project PROJECT --period 2026-Q3
    apportion run --project OUT --period 2026-Q3
"""

import argparse
import csv
import random
import re
from pathlib import Path

import pyarrow.parquet as pq

CHANNELS = ["direct", "partner", "marketplace"]
TYPES = ["new", "expansion", "renewal"]
HEADER = ["deal_type", "channel", "account_id", "amount_from", "amount_below", "from", "until"]


def bands(low, high, number, random):
    """Bounds of bands of the amount, whole dollars, both ends open."""
    cuts = sorted(random.sample(range(low, high), number - 1))
    return list(zip([""] + cuts, cuts + [""]))


def table(path, value, rows, accounts, random):
    """A table in which every row has one value, and every deal has a row that counts."""
    written = []
    of_amount = bands(-1_000_000, 1_500_000, 400, random)
    for channel in CHANNELS:
        written += [["", channel, "", low, below, "", ""] for low, below in of_amount]
    # Promotions: more cells than the rows above.
    for channel in CHANNELS:
        for low, below in random.sample(of_amount, 300):
            written.append(["", channel, "", low, below, "2026-08-01", "2026-08-31"])
    seen = set()
    while len(written) < rows:
        row = (random.choice(TYPES), random.choice(CHANNELS), random.choice(accounts))
        if row not in seen:
            seen.add(row)
            written.append([*row, "", "", "2026-01-01", "2026-12-31"])
    random.shuffle(written)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*HEADER, "value"])
        writer.writerows([*row, value] for row in written[:rows])


def split_rules(text, number, random):
    """The benchmark's rules, with `new-business` as a rule for each band of the amount, and values in tables."""
    blocks = [block for block in re.split(r"(?m)^(?=\[\[)", text) if block.strip()]
    tables, out = {}, []
    new = next(block for block in blocks if 'id = "new-business"' in block)
    others = [block for block in blocks if block is not new]
    ids = []
    for place, (low, below) in enumerate(bands(0, 400_000, number - len(others), random)):
        name = f"new-business-{place:03}"
        ids.append(name)
        condition = "".join(
            [f" AND amount >= {low}" if low != "" else "", f" AND amount < {below}" if below != "" else ""]
        )
        rule = new.replace('"new-business"', f'"{name}"').replace("expansion')", f"expansion'){condition}")
        out.append(rule.replace('rate = "10%"', f'rate = {{ table = "rates/{name}.csv", value = "value" }}'))
        tables[f"rates/{name}.csv"] = "10%"
    for block in others:
        block = block.replace('credits = ["new-business"]', "credits = [" + ", ".join(f'"{id}"' for id in ids) + "]")
        if "[[stipend]]" in block:
            block = block.replace('amount = "250"', 'amount = { table = "rates/stipend.csv", value = "value" }')
            tables["rates/stipend.csv"] = "250"
        for rate in re.findall(r'rate = "(\d)%" }', block) if "[[renewal_bonus]]" in block else []:
            path = f"rates/renewal-{rate}.csv"
            block = block.replace(f'rate = "{rate}%"', f'rate = {{ table = "{path}", value = "value" }}')
            tables[path] = f"{rate}%"
        out.append(block)
    return "".join(out), tables


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("project", type=Path)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--rules", type=int, default=200)
    arguments.add_argument("--rows", type=int, default=10_000)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    dice = random.Random(options.seed)
    deals = pq.read_table(options.project / "data" / "deals.parquet", columns=["account_id"])
    accounts = sorted(set(filter(None, deals["account_id"].to_pylist())))
    rules, tables = split_rules((options.project / "rules" / "benchmark.toml").read_text(), options.rules, dice)
    (options.out / "rules").mkdir(parents=True, exist_ok=True)
    (options.out / "rules" / "tables.toml").write_text(rules)
    (options.out / "apportion.toml").write_text((options.project / "apportion.toml").read_text())
    data = options.out / "data"
    if not data.exists():
        data.symlink_to((options.project / "data").resolve())
    for path, value in tables.items():
        table(options.out / path, value, options.rows, accounts, dice)
    print(f"{options.rules} rules, {len(tables)} tables of {options.rows} rows: {options.out}")


if __name__ == "__main__":
    main()
