#!/usr/bin/env python3
"""Writes a complete project of any size: deals, engagements, payees, quotas, rules and apportion.toml.

    python3 benches/generate.py --deals 200000 --seed 1 --format parquet --out /tmp/bench/200k

The same seed gives the same data, in either format: every number comes from a numpy Generator through integer
arithmetic. `--deals` counts all deals: a tenth as many as close in the quarter close earlier in the fiscal year.
Engagements are about four a deal, in an order that has nothing to do with the deals. They are written in row groups
of a million; what is kept for all of them is one 32-bit number each, so 80 million need about 1 GiB.

`--ledger 2025-12 2` makes another calendar of it: deals close in that many months from the first on, and the project has a
ledger that begins there and settles the fiscal year before as well.

`--dirty 0.001` adds duplicates, contradictions and references to nothing, for checking that all ways to compute a
close find the same ones. The measured projects are clean.
"""

import argparse
import json
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

PERIOD = "2026-Q3"
QUARTER = (date(2026, 7, 1), 92)  # first day, days
EARLIER = (date(2026, 1, 1), 181)
ROW_GROUP = 1_000_000
EPOCH = date(1970, 1, 1)

OUTCOMES = ["won", "lost"]
DEAL_TYPES = ["new", "expansion", "renewal"]
CHANNELS = ["direct", "partner", "marketplace"]
ROLES = ["sourced", "cosell", "closed", "support"]
ACTIVITIES = ["call", "demo", "meeting", "proof-of-concept", "proposal", "workshop"]
SUBJECTS = [f"{verb} {what}" for verb in ("Plan", "Hold", "Follow up on", "Review", "Prepare")
            for what in ("the pilot", "pricing", "the security review", "onboarding", "the business case", "next steps")]
TIERS = ["bronze", "gold", "silver"]

APPORTION_TOML = """\
# Written by benches/generate.py; period {period}.

[book]
name = "Benchmark: {deals} deals"
currency = "USD"
fiscal_year_starts = 1
rounding = "half-away-from-zero"
rules = ["rules/*.toml"]

[sources]
deals = {{ path = "data/deals.{ext}" }}
engagements = {{ path = "data/engagements.{ext}" }}
payees = {{ path = "data/payees.{ext}" }}
quotas = {{ path = "data/quotas.{ext}" }}
"""

LEDGER_TOML = """
[ledger]
first = "{first}"
true_up = 1
keep_inputs = false
approvals = 0
"""

RULES_TOML = """\
[[shared_credit]]
id = "new-business"
title = "Shared credit for new business"
why = "Three roles share a pool of a tenth of the deal."
effective = { from = 2026-01-01 }
when = "deal_type IN ('new', 'expansion')"
rate = "10%"
roles = [
  { role = "sourced", share = "30%" },
  { role = "cosell", share = "20%" },
  { role = "closed", share = "50%" },
]
within = "weight"
unfilled = "redistribute"

[[stipend]]
id = "cosell-stipend"
title = "Co-selling stipend"
why = "A partner who was there at least twice is paid for the work."
effective = { from = 2026-01-01 }
when = "amount >= 10000"
engaged = "engagements.role = 'cosell' AND payees.kind = 'partner'"
require = "touches >= 2"
amount = "250"
per = "deal"
cap = [{ amount = "5000", per = "payee", every = "quarter" }]

[[renewal_bonus]]
id = "renewal-engagement"
title = "Renewal bonus"
why = "Work in the last 180 days before a renewal sets the rate; the partners who did it share the pool."
effective = { from = 2026-01-01 }
when = "deal_type = 'renewal'"
reach = ["deal"]
engaged = "payees.kind = 'partner' AND occurred_on > close_date - 180 AND occurred_on <= close_date"
measure = "weight"
rates = [{ from = 3, rate = "1%" }, { from = 8, rate = "2%" }, { from = 20, rate = "3%" }]
rate_by = "deal"
cap = [{ amount = "20000", per = "payee", every = "year" }]

[[commission]]
id = "rep-accelerator"
title = "Commission on quota"
why = "The dollars above a threshold earn the higher rate, those below keep theirs."
effective = { from = 2026-01-01 }
credits = ["new-business"]
payees = "kind = 'employee'"
every = "quarter"
tiers = [{ from = "0%", rate = "5%" }, { from = "100%", rate = "7.5%" }, { from = "150%", rate = "10%" }]
mode = "marginal"
"""

DAY = pa.date32()
MONEY = pa.decimal128(18, 2)
WEIGHT = pa.decimal128(9, 2)
WORD = pa.dictionary(pa.int32(), pa.string())
DEALS = pa.schema([("deal_id", pa.string()), ("name", pa.string()), ("account_id", pa.string()), ("outcome", WORD),
                   ("close_date", DAY), ("amount", MONEY), ("currency", WORD), ("deal_type", WORD), ("channel", WORD)])
ENGAGEMENTS = pa.schema([("engagement_id", pa.string()), ("deal_id", pa.string()), ("account_id", pa.string()),
                         ("payee_id", WORD), ("role", WORD), ("occurred_on", DAY), ("weight", WEIGHT),
                         ("activity", WORD), ("subject", WORD)])
PAYEES = pa.schema([("payee_id", pa.string()), ("name", pa.string()), ("kind", WORD), ("tier", WORD),
                    ("manager_id", pa.string()), ("currency", WORD), ("start_date", DAY)])
QUOTAS = pa.schema([("payee_id", pa.string()), ("period", WORD), ("amount", MONEY)])


# ---- ids -------------------------------------------------------------------------------------------------------------

BASE62 = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", dtype=np.uint8)
CHECK = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", dtype=np.uint8)


class Ids:
    """18-character ids as a CRM writes them: a prefix for the kind of record, a counter in base 62 and three characters
    that tell upper from lower case. Numbers are scattered, so that ids don't stand in the order in which they are used."""

    def __init__(self, prefix, count, rng):
        self.prefix = np.frombuffer(prefix.encode(), dtype=np.uint8)
        assert len(self.prefix) == 7
        self.modulus = next_prime(4 * count + 1009)
        self.factor = int(rng.integers(self.modulus // 3, self.modulus - 1))
        self.start = int(rng.integers(62**5, 62**7))

    def of(self, index):
        """uint8[n, 18]; distinct for distinct indices below `count`."""
        number = (index.astype(np.uint64) * np.uint64(self.factor)) % np.uint64(self.modulus) + np.uint64(self.start)
        out = np.empty((len(index), 18), dtype=np.uint8)
        out[:, :7] = self.prefix
        for position in range(14, 6, -1):
            out[:, position] = BASE62[number % np.uint64(62)]
            number //= np.uint64(62)
        upper = (out[:, :15] >= 65) & (out[:, :15] <= 90)
        for block in range(3):
            bits = sum(upper[:, 5 * block + i].astype(np.uint8) << i for i in range(5))
            out[:, 15 + block] = CHECK[bits]
        return out

    def strings(self, index, valid=None):
        return fixed_strings(self.of(index), valid)


def next_prime(number):
    while any(number % d == 0 for d in range(2, int(number**0.5) + 1)):
        number += 1
    return number


def fixed_strings(characters, valid=None):
    """Arrow strings out of uint8[n, width], without a Python object for each."""
    count, width = characters.shape
    if valid is None:
        offsets = np.arange(count + 1, dtype=np.int32) * width
        return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(characters)))
    offsets = np.zeros(count + 1, dtype=np.int32)
    np.cumsum(valid * np.int32(width), out=offsets[1:], dtype=np.int32)
    bits = np.packbits(valid, bitorder="little")
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(characters[valid])),
                                       pa.py_buffer(bits))


# ---- arrays ----------------------------------------------------------------------------------------------------------

def words(index, dictionary, valid=None):
    mask = None if valid is None else ~valid
    dictionary = dictionary if isinstance(dictionary, pa.Array) else pa.array(dictionary, pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32), mask=mask), dictionary)


def decimals(hundredths, type_, valid=None):
    """Decimals out of their hundredths: 128-bit little-endian, the sign carried into the upper half."""
    halves = np.empty((len(hundredths), 2), dtype=np.int64)
    halves[:, 0] = hundredths
    halves[:, 1] = hundredths >> 63
    bits = None if valid is None else pa.py_buffer(np.packbits(valid, bitorder="little"))
    return pa.Array.from_buffers(type_, len(hundredths), [bits, pa.py_buffer(halves)])


def days(number, valid=None):
    return pa.array(number.astype(np.int32), mask=None if valid is None else ~valid).cast(DAY)


def pick(rng, count, shares):
    """Indices drawn with the given shares, in thousandths."""
    assert sum(shares) == 1000
    return np.searchsorted(np.cumsum(shares), rng.integers(0, 1000, count), side="right")


def scrambled(index, salt):
    """A 64-bit number for each index: what belongs to a deal, without keeping it for all deals (splitmix64)."""
    z = index.astype(np.uint64) + np.uint64((salt * 0x9E3779B97F4A7C15) % 2**64)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


# ---- tables ----------------------------------------------------------------------------------------------------------

class Months:
    """Calendar months that follow each other."""

    def __init__(self, first, count):
        year, month = (int(part) for part in first.split("-"))
        starts = [date(year + (month - 1 + n) // 12, (month - 1 + n) % 12 + 1, 1) for n in range(int(count) + 1)]
        self.first, self.last = first, starts[-2].strftime("%Y-%m")
        self.start, self.days = starts[0], (starts[-1] - starts[0]).days
        self.years = list(range(year, starts[-2].year + 1))


class World:
    def __init__(self, deals, seed, months=None):
        self.deals, self.seed = deals, seed
        self.years = months.years if months else [2026]
        self.employees = max(deals // 100, 6)
        self.partners = max(deals // 500, 4)
        self.accounts = max(deals // 3, 3)
        rng = self.rng("shape")
        self.per_deal = np.where(rng.integers(0, 100, deals) < 4, 0, np.minimum(1 + rng.poisson(3.083, deals), 60)).astype(np.int8)
        earlier = rng.integers(0, 11, deals) == 0
        first = np.where(earlier, (EARLIER[0] - EPOCH).days, (QUARTER[0] - EPOCH).days)
        self.close = (first + rng.integers(0, np.where(earlier, EARLIER[1], QUARTER[1]))).astype(np.int16)
        if months:
            self.close = ((months.start - EPOCH).days + rng.integers(0, months.days, deals)).astype(np.int16)
        self.account_work = deals * 8 // 100  # engagements that name an account and no deal
        self.engagements = int(self.per_deal.sum(dtype=np.int64)) + self.account_work
        self.deal_ids = Ids("0068d00", deals, rng)
        self.account_ids = Ids("0018d00", self.accounts, rng)
        self.employee_ids = Ids("0058d00", self.employees, rng)
        self.partner_ids = Ids("0PA8d00", self.partners, rng)
        self.engagement_ids = Ids("00T8d00", self.engagements, rng)

    def rng(self, table, chunk=0):
        """A stream of its own for each table and chunk."""
        number = ["shape", "deals", "order", "engagements", "payees", "quotas"].index(table)
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(self.seed, spawn_key=(number, chunk))))

    def payee_ids(self):
        """Employees first, then partners: the order of payee numbers here."""
        both = np.concatenate([self.employee_ids.of(np.arange(self.employees)), self.partner_ids.of(np.arange(self.partners))])
        return fixed_strings(both)

    def deal_chunks(self):
        brackets = np.array([100, 1_000, 10_000, 50_000, 250_000, 2_000_000], dtype=np.int64) * 100
        for chunk, start in enumerate(range(0, self.deals, ROW_GROUP)):
            index = np.arange(start, min(start + ROW_GROUP, self.deals))
            count, rng = len(index), self.rng("deals", chunk)
            bracket = pick(rng, count, [80, 250, 450, 190, 30])
            cents = rng.integers(brackets[bracket], brackets[bracket + 1])
            cents = np.where(rng.integers(0, 1000, count) < 3, -cents, cents)  # credit notes
            account = self.account(index)
            yield pa.table([
                self.deal_ids.strings(index),
                pa.array([f"Opportunity {i}" for i in index.tolist()]),
                self.account_ids.strings(account),
                words(pick(rng, count, [920, 80]), OUTCOMES),
                days(self.close[index]),
                decimals(cents, MONEY),
                words(np.zeros(count), ["USD"]),
                words(pick(rng, count, [500, 250, 250]), DEAL_TYPES, valid=rng.integers(0, 1000, count) >= 5),
                words(pick(rng, count, [550, 350, 100]), CHANNELS),
            ], schema=DEALS)

    def engagement_chunks(self):
        order = np.repeat(np.arange(self.deals, dtype=np.int32), self.per_deal)
        order = np.concatenate([order, np.full(self.account_work, -1, dtype=np.int32)])
        self.rng("order").shuffle(order)
        payee_ids = self.payee_ids()
        for chunk, start in enumerate(range(0, len(order), ROW_GROUP)):
            deal = order[start:start + ROW_GROUP]
            count, rng = len(deal), self.rng("engagements", chunk)
            named = deal >= 0
            deal = np.where(named, deal, rng.integers(0, self.deals, count))
            role = pick(rng, count, [250, 350, 300, 100])
            ago = np.minimum(rng.integers(0, 365, count), rng.integers(0, 365, count))
            ago = np.where(rng.integers(0, 100, count) < 2, -rng.integers(1, 21, count), ago)  # after the deal closed
            sort = pick(rng, count, [600, 290, 100, 10])
            weight = np.choose(sort, [100 * rng.integers(1, 6, count), 25 * rng.integers(1, 33, count),
                                      rng.integers(1, 1201, count), np.zeros(count, dtype=np.int64)])
            account = self.account(deal)
            yield pa.table([
                self.engagement_ids.strings(np.arange(start, start + count)),
                self.deal_ids.strings(deal, named),
                self.account_ids.strings(account, ~named),
                words(self.team(deal, role, rng), payee_ids),
                words(role, ROLES),
                days(self.close[deal] - ago, valid=rng.integers(0, 100, count) >= 3),
                decimals(weight, WEIGHT, valid=rng.integers(0, 100, count) >= 1),
                words(rng.integers(0, len(ACTIVITIES), count), ACTIVITIES),
                words(rng.integers(0, len(SUBJECTS), count), SUBJECTS),
            ], schema=ENGAGEMENTS)

    def team(self, deal, role, rng):
        """Who did the work: each deal has a salesperson and a second one, a partner and a second one. Some of them are
        busier than others."""
        lead, second = self.salesperson(deal), self.member(deal, 3, self.employees, 0)
        partner, other = self.partner(deal), self.member(deal, 5, self.partners, self.employees)
        luck = rng.integers(0, 100, len(deal))
        sourced = np.where(luck < 55, partner, second)
        cosell = np.where(luck < 55, partner, np.where(luck < 85, other, second))
        closed = np.where(luck < 85, lead, second)
        return np.choose(role, [sourced, cosell, closed, second])

    def salesperson(self, deal):
        return self.member(deal, 2, self.employees, 0)

    def partner(self, deal):
        return self.member(deal, 4, self.partners, self.employees)

    def account(self, deal):
        return scrambled(deal, self.seed + 1) % np.uint64(self.accounts)

    def member(self, deal, salt, count, first):
        """One of `count` payees from the number `first` on, for each deal."""
        some = scrambled(deal, self.seed + salt)
        low = (some & np.uint64(0xFFFFFFFF)) % np.uint64(count)
        high = (some >> np.uint64(32)) % np.uint64(count)
        return first + np.minimum(low, high).astype(np.int64)

    def payees(self):
        rng = self.rng("payees")
        count = self.employees + self.partners
        number = np.arange(count)
        employee = number < self.employees
        manager = np.where(employee, np.maximum(number - 1, 0) // 8, 0)
        suffix = ["", " Consulting", ", Inc.", " & Sons"]
        names = [f"Employee {n}" if n < self.employees else f"Partner {n - self.employees}{suffix[n % 4]}" for n in number.tolist()]
        started = (date(2015, 1, 1) - EPOCH).days + rng.integers(0, 3900, count)
        return pa.table([
            self.payee_ids(), pa.array(names), words(np.where(employee, 0, 1), ["employee", "partner"]),
            words(pick(rng, count, [500, 200, 300]), TIERS, valid=~employee),
            self.employee_ids.strings(manager, employee & (number > 0)),
            words(np.zeros(count), ["USD"]), days(started),
        ], schema=PAYEES)

    def quotas(self):
        """For each quarter, around what the average salesperson is credited in the third; one in a hundred has none."""
        rng = self.rng("quotas")
        quarters = [f"{year}-Q{quarter}" for year in self.years for quarter in range(1, 5)]
        payee = np.repeat(np.arange(self.employees), len(quarters))
        quarter = np.tile(np.arange(len(quarters)), self.employees)
        usual = 3_000_000 * self.deals // self.employees  # cents
        cents = rng.integers(usual // 3, 2 * usual, len(payee))
        has = payee % 100 != 99
        return pa.table([self.employee_ids.strings(payee), words(quarter, quarters),
                         decimals(cents, MONEY)], schema=QUOTAS).filter(pa.array(has))


# ---- faults ----------------------------------------------------------------------------------------------------------

def with_faults(chunks, key, references, share):
    """The chunks, the last one with rows that can't be used: repeated rows, rows that contradict an earlier one, and
    rows that name nothing."""
    first, previous = None, None
    for chunk in chunks:
        first = chunk if first is None else first
        if previous is not None:
            yield previous
        previous = chunk
    few = max(1, int(first.num_rows * share))
    amount = "amount" if "amount" in first.column_names else "weight"
    kind = first.schema.field(amount).type

    def change(table, column, values):
        at = table.schema.get_field_index(column)
        return table.set_column(at, table.schema.field(at), pa.array(values, pa.string()).cast(table.schema.field(at).type)
                                if not pa.types.is_decimal(table.schema.field(at).type) else pa.array(values, kind))
    from decimal import Decimal
    parts = [previous, first.slice(0, few), change(first.slice(few, few), amount, [Decimal("12.34")] * few)]
    for i, column in enumerate(references):
        some = first.slice((2 + i) * few, few)
        some = change(some, key, [f"FAULT-{column}-{n}" for n in range(some.num_rows)])
        parts.append(change(some, column, [f"NOBODY-{n}" for n in range(some.num_rows)]))
    if references:
        some = first.slice(5 * few, few)
        parts.append(change(some, key, [None] * some.num_rows))
    yield pa.concat_tables(parts).unify_dictionaries()


# ---- files -----------------------------------------------------------------------------------------------------------

# Pages of dictionaries may be large, so that payee ids are a dictionary at every size.
PARQUET = dict(compression="snappy", dictionary_pagesize_limit=64 << 20)


def write(path, schema, chunks):
    rows = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        dictionary = [field.name for field in schema if pa.types.is_dictionary(field.type)]
        with pq.ParquetWriter(path, schema, use_dictionary=dictionary, **PARQUET) as file:
            for chunk in chunks:
                file.write_table(chunk, row_group_size=2 * ROW_GROUP)
                rows += chunk.num_rows
    else:
        with open(path, "wb") as file:
            for chunk in chunks:
                pl.from_arrow(chunk).write_csv(file, include_header=rows == 0)
                rows += chunk.num_rows
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deals", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", choices=["parquet", "csv"], default="parquet")
    parser.add_argument("--ledger", nargs=2, metavar=("FIRST", "MONTHS"))
    parser.add_argument("--dirty", type=float, default=0.0, metavar="SHARE")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()

    months = Months(*arguments.ledger) if arguments.ledger else None
    world, ext, out = World(arguments.deals, arguments.seed, months), arguments.format, arguments.out
    deals, engagements = world.deal_chunks(), world.engagement_chunks()
    if arguments.dirty:
        deals = with_faults(deals, "deal_id", [], arguments.dirty)
        engagements = with_faults(engagements, "engagement_id", ["deal_id", "payee_id"], arguments.dirty)
    rows = {
        "deals": write(out / f"data/deals.{ext}", DEALS, deals),
        "engagements": write(out / f"data/engagements.{ext}", ENGAGEMENTS, engagements),
        "payees": write(out / f"data/payees.{ext}", PAYEES, [world.payees()]),
        "quotas": write(out / f"data/quotas.{ext}", QUOTAS, [world.quotas()]),
    }
    (out / "rules").mkdir(exist_ok=True)
    period = months.last if months else PERIOD
    (out / "rules/benchmark.toml").write_text(RULES_TOML.replace("2026-01-01", f"{world.years[0]}-01-01"))
    ledger = LEDGER_TOML.format(first=months.first) if months else ""
    (out / "apportion.toml").write_text(APPORTION_TOML.format(period=period, deals=arguments.deals, ext=ext) + ledger)
    about = {"period": period, "seed": arguments.seed, "format": ext, "dirty": arguments.dirty, "rows": rows}
    (out / "generated.json").write_text(json.dumps(about, indent=1) + "\n")
    print(json.dumps(about))


if __name__ == "__main__":
    main()
