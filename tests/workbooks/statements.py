"""Recomputes every check of the workbooks in a folder of statements: what their formulas add up has to be what stands above them.

Formulas are computed here, from the cells that they name, with decimals. Where LibreOffice is installed, it computes them too.
"""

import csv
import re
import shutil
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

import openpyxl

CHECK = re.compile(r'=IF\(ROUND\(SUM\((?P<ranges>.*)\)-(?P<total>[A-Z]+[0-9]+),[0-9]+\)=0,"(?P<fine>[^"]*)","[^"]*"\)')
RANGE = re.compile(r"(?:'(?P<sheet>(?:[^']|'')+)'!)?(?P<cells>[A-Z]+[0-9]+:[A-Z]+[0-9]+)")


def number(cell):
    return Decimal(repr(cell.value)) if cell.data_type == "n" and cell.value is not None else Decimal(0)


def check(path):
    """How many checks a workbook has, all of which hold."""
    book = openpyxl.load_workbook(path)
    checks = 0
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                formula = CHECK.fullmatch(cell.value)
                assert formula, f"{path.name}, {sheet.title}, {cell.coordinate}: {cell.value}"
                total = Decimal(0)
                for part in RANGE.finditer(formula["ranges"]):
                    of_sheet = book[part["sheet"].replace("''", "'")] if part["sheet"] else sheet
                    total += sum(number(found) for line in of_sheet[part["cells"]] for found in line)
                assert total == number(sheet[formula["total"]]), f"{path.name}, {sheet.title}, {cell.coordinate}: {total}"
                checks += 1
    return checks


def computed(paths):
    """What LibreOffice makes of the same formulas."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([office, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", folder, *map(str, paths)],
                       check=True, capture_output=True, timeout=600)
        cells = 0
        for path in paths:
            written = openpyxl.load_workbook(path)
            values = openpyxl.load_workbook(Path(folder) / path.name, data_only=True)
            for sheet in written:
                for row in sheet.iter_rows():
                    for cell in row:
                        if cell.data_type == "f":
                            fine = CHECK.fullmatch(cell.value)["fine"]
                            assert values[sheet.title][cell.coordinate].value == fine, f"{path.name}, {sheet.title}, {cell.coordinate}"
                            cells += 1
    return cells


def main(folder):
    with open(folder / "index.csv", newline="", encoding="utf-8") as file:
        names = [row["file"] for row in csv.DictReader(file) if row["file"].endswith(".xlsx")]
    paths = [folder / name for name in [*names, "statements.xlsx"]]
    checks = sum(check(path) for path in paths)
    assert checks > len(paths), checks
    print(f"{checks} checks of {len(paths)} workbooks hold")
    cells = computed(paths[-3:])
    print("LibreOffice is not there" if cells is None else f"LibreOffice computes {cells} of them to the same")


main(Path(sys.argv[1]))
