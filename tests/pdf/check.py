"""Looks at PDF statements with others' programs, and holds their text against the CSV of the same statements: check.py FOLDER."""

import csv
import pathlib
import re
import subprocess
import sys

# Columns of the CSV that hold amounts.
AMOUNTS = ["credit", "before", "now", "amount"]


def said(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {done.stdout}{done.stderr}")
    return done.stdout


def check(pdf):
    said("qpdf", "--check", pdf)
    info = dict(line.split(":", 1) for line in said("pdfinfo", pdf).splitlines() if ":" in line)
    assert info["Tagged"].strip() == "yes", f"{pdf} has no structure for screen readers"
    assert "2026" in info["CreationDate"], f"{pdf} has another date than its month"
    data = pdf.read_bytes()
    metadata = re.search(rb"<x:xmpmeta.*?</x:xmpmeta>", data, re.S)
    assert metadata, f"{pdf} has no metadata that can be read"
    metadata = metadata.group(0).decode()
    for part in ("<pdfaid:part>2", "<pdfaid:conformance>A", "<pdfuaid:part>1"):
        assert part in metadata, f"{pdf} lacks {part}"
    fonts = said("pdffonts", pdf).splitlines()[2:]
    for font in fonts:
        assert re.search(r"\byes\s+yes\s+yes\b", font), f"a font of {pdf} is not in it: {font}"
    return said("pdftotext", "-layout", pdf, "-")


def amounts(text):
    """All numbers with decimals, without separators of thousands, as whole minor units."""
    found = re.findall(r"-?\d{1,3}(?:[,.'\u202f\u00a0\u2019 ]\d{3})+[,.]\d+|-?\d+(?:[,.]\d+)?", text.replace("\u2212", "-"))
    return {re.sub(r"[^\d-]", "", number) for number in found}


def main():
    folder = pathlib.Path(sys.argv[1])
    pdfs = sorted(folder.glob("*.pdf"))
    assert len(pdfs) > 3, "there are no statements"
    compared = 0
    for pdf in pdfs:
        shown = amounts(check(pdf))
        with open(pdf.with_suffix(".csv"), newline="") as file:
            rows = list(csv.DictReader(file))
        for cell in (row[column] for row in rows for column in AMOUNTS):
            if re.fullmatch(r"-?\d+\.\d\d", cell):
                sign, digits = ("-", cell[1:]) if cell.startswith("-") else ("", cell)
                digits = sign + digits.replace(".", "").lstrip("0").rjust(3, "0")
                assert digits in shown, f"{pdf.name} does not show {cell}"
                compared += 1
    print(f"{len(pdfs)} PDF statements show all {compared} amounts of their data")


main()
