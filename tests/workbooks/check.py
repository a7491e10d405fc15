"""Compares lines.xlsx with lines.csv in the folder of a result: ids are texts, amounts are numbers, days are days."""

import csv
import datetime
import sys
from decimal import Decimal
from pathlib import Path

import openpyxl

TEXTS = {"payee_id", "rule_id", "kind", "deal_id", "role", "from_payee_id", "currency"}
DAYS = {"rule_from", "close_date"}


def fits(name, written, cell):
    if written == "":
        return cell.value is None
    if name in TEXTS:
        return cell.data_type == "s" and cell.value == written
    if name in DAYS:
        return cell.value == datetime.datetime.fromisoformat(written)
    return cell.data_type == "n" and Decimal(repr(cell.value)) == Decimal(written)


def main(folder):
    with open(folder / "lines.csv", newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    sheet = openpyxl.load_workbook(folder / "lines.xlsx")["lines"]
    assert [cell.value for cell in sheet[1]] == header, "the header"
    assert sheet.max_row == len(rows) + 1, f"{sheet.max_row} rows"
    for number, (row, cells) in enumerate(zip(rows, sheet.iter_rows(min_row=2)), 2):
        for name, written, cell in zip(header, row, cells):
            assert fits(name, written, cell), f"row {number}, {name}: {written!r} and {cell.value!r}"
    print(f"{len(rows)} lines are the same in lines.csv and lines.xlsx")


main(Path(sys.argv[1]))
