"""Holds hledger's own sums of accounts, payee by payee, against the balances of the last close, and DATEV batches, as another program reads
them, against the double-entry journals of their months.

    check.py FOLDER CAPITALISED HLEDGER

CAPITALISED is a year whose costs are capitalised: hledger's sum of its assets is that of the last close's assets.csv.
"""

import csv
import re
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from mloda.community.feature_groups.experimental.german_ledger.datev import read_batch

ROLES = {"accrued": ["^2150", "^2160"], "advance": ["^1250"], "receivable": ["^1260"]}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def sum_of(hledger: str, files: list[str], accounts: list[str], payee: str) -> Decimal:
    # What stands before the bar of a description is the payee.
    own = re.sub(r"([][.*+?^$|(){}\\])", r"\\\1", payee)
    query = [*accounts, f"payee:^{own}$"] if payee else accounts
    command = [hledger, *files, "balance", "-O", "csv", *query]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    total = next(row for row in csv.reader(said.splitlines()) if row[0] in ("total", "Total:"))
    return Decimal(total[1].removeprefix("USD ") or "0")


def balances(work: Path, hledger: str) -> int:
    files = [part for path in sorted(work.glob("ledger/exports/*/journal-hledger/*.journal")) for part in ("-f", str(path))]
    last = sorted(work.glob("ledger/closes/*/balances.csv"))[-1]
    wrong = 0
    found = rows(last)
    for row in found:
        due = Decimal(row["held_out"]) + Decimal(row["carried_out"])
        expected = {"accrued": -max(due, 0), "receivable": max(-due, 0), "advance": Decimal(row["owed_out"])}
        for role, amount in expected.items():
            booked = sum_of(hledger, files, ROLES[role], row["payee_id"])
            if booked != amount:
                print(f"{role} of {row['payee_id']}: hledger has {booked}, the close {amount}")
                wrong += 1
    print(f"{len(found)} payees: hledger's sums of accrued, receivable and advance are those of {last.parent.name}")
    return wrong


def assets(work: Path, hledger: str) -> int:
    files = [part for path in sorted(work.glob("ledger/exports/*/journal-hledger/*.journal")) for part in ("-f", str(path))]
    last = sorted(work.glob("ledger/closes/*/assets.csv"))[-1]
    closing = sum((Decimal(row["closing"]) for row in rows(last)), Decimal())
    booked = sum_of(hledger, files, ["^1810"], "")
    if booked != closing or closing == 0:
        print(f"assets: hledger has {booked}, the close {closing}")
        return 1
    print(f"hledger's sum of assets is that of {last.parent.name}: {closing}")
    return 0


def batches(work: Path) -> int:
    wrong = 0
    paths = sorted(work.glob("ledger/exports/*/journal-datev-extf/EXTF_*.csv"))
    for path in paths:
        # Their reader takes books in euros alone, so a copy says that it is one.
        copy = work / path.name
        copy.write_bytes(path.read_bytes().replace(b'"USD"', b'"EUR"', 1))
        _, legs = read_batch(str(copy))
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for account, amount in zip(legs["Konto"], legs["Betrag"]):
            sums[account] += amount
        own: dict[str, Decimal] = defaultdict(Decimal)
        for row in rows(path.parent.parent / "journal-double-entry" / "journal.csv"):
            own[row["account"]] += Decimal(row["debit"] or 0) - Decimal(row["credit"] or 0)
        differ = {account for account in {*sums, *own} if sums[account] != own[account]}
        if differ or sum(sums.values()) != 0:
            print(f"{path}: accounts {', '.join(sorted(differ))} differ")
            wrong += 1
    print(f"{len(paths)} DATEV batches, read by mloda-community-german-ledger, are the double-entry journals of their months")
    return wrong + (not paths)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    sys.exit(1 if balances(folder, sys.argv[3]) + batches(folder) + assets(Path(sys.argv[2]), sys.argv[3]) else 0)
