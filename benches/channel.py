#!/usr/bin/env python3
"""Two projects over the data of a benchmark project: one with the policies of the channel, one without.

    benches/channel.py PROJECT OUT

PROJECT was made by benches/generate.py. OUT/with and OUT/without become projects with the same deals, work, payees and rules that
pay; OUT/with has the tables of the channel beside them, and policies over these. They are closed side by side:

    apportion run --project OUT/with --period 2026-Q3
    apportion run --project OUT/without --period 2026-Q3

For 2 million deals that are 500 thousand registrations, some 100 thousand conflicts, 300 territories that cover all deals, 667
thousand accounts, and prices for a tenth of the deals; for others as many in proportion, but for the territories. Conflicts are
found by five kinds, or raised; two in five are decided. The numbers are drawn by numpy with the seed of PROJECT.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from generate import (APPORTION_TOML, DAY, MONEY, PERIOD, ROW_GROUP, RULES_TOML, WORD, World, days, decimals, fixed_strings,
                      pick, scrambled, words)

COUNTRIES = [f"{one}{two}" for one in "ABCDEFGHIJ" for two in "KLMNOPQRST"]
SEGMENTS = ["enterprise", "mid-market", "small"]
CLASSES = ["house", "strategic", "growth", "standard"]
PRODUCTS = [f"product-{number}" for number in range(200)]
MANAGERS, LEADS, EXECUTIVES = 40, 15, 5
DIRECT, PARTNER = 0, 1  # channels, as generate.py numbers them
SHARE = pa.decimal128(9, 4)

TERRITORY_CREDIT = """
[[shared_credit]]
id = "territory-credit"
title = "Territory credit"
why = "Whoever answers for a territory earns half a percent of what is sold in it to new customers."
effective = { from = 2026-01-01 }
when = "deal_type = 'new'"
rate = "0.5%"
roles = [{ role = "territory", share = "100%" }]
within = "weight"
unfilled = "retain"
"""

POLICIES_TOML = """\
[[channel_model]]
id = "who-leads"
why = "A customer knows before the first meeting who speaks for us."
effective = { from = 2025-01-01 }
segments = [
  { name = "enterprise", when = "accounts.employees >= 1000" },
  { name = "mid-market", when = "accounts.employees >= 100" },
  { name = "small", when = "TRUE" },
]
lead = [
  { when = "accounts.class = 'house'", by = "direct" },
  { when = "accounts.country IN ('AK', 'BL')", by = "partner" },
  { when = "TRUE", by = "shared" },
]
priority = "accounts.class = 'strategic' AND amount > 500000"

[[coverage]]
id = "territory-owners"
why = "Whoever answers for a territory earns on what is sold there."
effective = { from = 2025-01-01 }
match = ["country", "segment"]
role = "territory"

[[registration]]
id = "deal-registration"
why = "A partner who tells us early takes a risk and is protected for it."
effective = { from = 2025-01-01 }
when = "registrations.kind IN ('sourced', 'joint')"
deny = [ { reason = "house account", when = "accounts.class = 'house'" } ]
clock = "decided"
protect = { by = "payees.tier", is = { gold = "120 days", silver = "100 days" }, else = "90 days" }
extend = { by = "30 days", times = 1 }
lapse = "60 days"
grace = "30 days"
decide_within = "2 business days"
silence = "pending"
scope = ["product_line"]
role = "sourced"
others = "cosell"

[[conflict]]
id = "who-brought-it"
why = "Two who both worked deserve an answer within a week; until then their share waits."
effective = { from = 2025-01-01 }
detect = ["registration-tie", "duplicate", "direct-overlap", "raised"]
role = "sourced"
hold = { by = "kind", is = { raised = "claimants" }, else = "share" }
levels = [
  { name = "frontline", who = "payees.function = 'channel-manager'", when = "amount <= 50000", within = "3 business days" },
  { name = "mediation", who = "payees.function = 'channel-lead'", within = "5 business days" },
  { name = "sponsor", who = "payees.function = 'executive'", within = "10 business days" },
]
escalate = "amount > 500000 OR priority"
criteria = [
  { name = "first in", weight = 40, score = "CASE WHEN claim.first THEN 1 ELSE 0 END" },
  { name = "at work", weight = 30, score = "claim.touches / 5" },
  { name = "record of the last year", weight = 30, score = "claim.won / (claim.won + claim.lost)" },
]

[[conflict]]
id = "out-of-lane"
why = "Whoever sells where the other leads should have asked first."
effective = { from = 2025-01-01 }
detect = ["boundary", "undercut"]
role = "closed"
hold = { by = "kind", is = { undercut = "none" }, else = "share" }
levels = [ { name = "mediation", who = "payees.function = 'channel-lead'", within = "5 business days" } ]

[[price]]
id = "price-books"
why = "More than is allowed needs a name, and the registered partner keeps the prices of its day."
effective = { from = 2025-01-01 }
when = "list_amount > 0"
book = { by = "deals.channel", is = { partner = "PARTNER" }, else = "DIRECT" }
hold_price = true
allowed = { by = "deals.channel", is = { partner = "20%" }, else = "10%" }
approve = [ { over = "0%", who = "payees.function IN ('channel-lead', 'executive')" }, { over = "10%", who = "payees.function = 'executive'" } ]

[[gate]]
id = "certified-sellers"
why = "A partner who sells beside us knows what it sells."
effective = { from = 2025-01-01 }
rules = ["cosell-stipend"]
payees = "payees.kind = 'partner'"
need = { table = "certificates", where = "course = 'sales-core' AND earned_on <= close_date AND expires_on >= close_date", at_least = 1 }
otherwise = "50%"
"""


def numbered(prefix, count):
    return [f"{prefix}{number:07}" for number in range(count)]


def moments(seconds, valid=None):
    """Points in time as an export writes them: `2026-07-01T09:15:00Z`."""
    stamps = pa.array(np.asarray(seconds, dtype=np.int64), mask=None if valid is None else ~valid).cast(pa.timestamp("s"))
    return pc.strftime(stamps, format="%Y-%m-%dT%H:%M:%SZ")


class Channel:
    """What the tables of the channel are drawn from: the deals of a benchmark project, by their number."""

    def __init__(self, project, deals, seed):
        self.world = World(deals, seed)
        self.rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(100,))))
        self.deal = np.arange(deals)
        self.close = self.world.close.astype(np.int64)
        file = pq.read_table(project / "data" / "deals.parquet", columns=["channel", "outcome", "amount"])
        channel = file["channel"].combine_chunks().dictionary_decode()
        self.channel = pc.index_in(channel, pa.array(["direct", "partner", "marketplace"])).to_numpy()
        self.won = pc.equal(file["outcome"].combine_chunks().dictionary_decode(), "won").to_numpy(zero_copy_only=False)
        self.cents = (file["amount"].cast(pa.float64()).to_numpy() * 100).round().astype(np.int64)
        self.created = self.close - 20 - (scrambled(self.deal, seed + 11) % np.uint64(130)).astype(np.int64)
        self.has_opportunity = scrambled(self.deal, seed + 12) % np.uint64(10) < 3
        self.has_list = (scrambled(self.deal, seed + 13) % np.uint64(10) < 1) & (self.cents > 0)
        self.line = (scrambled(self.deal, seed + 14) % np.uint64(4)).astype(np.int64)
        self.discount = (scrambled(self.deal, seed + 15) % np.uint64(25)).astype(np.int64)  # percents
        employees = self.world.employees
        self.salesperson, self.partner = self.world.salesperson(self.deal), self.world.partner(self.deal)
        self.payee_ids = self.world.payee_ids()
        self.deciders = pa.array(numbered("manager-", MANAGERS) + numbered("lead-", LEADS) + numbered("executive-", EXECUTIVES))
        assert self.partner.min() >= employees
        self.register()

    def some_partner(self, count):
        return self.world.employees + self.rng.integers(0, self.world.partners, count)

    def partner_words(self, payee):
        return words(payee, self.payee_ids)

    # ---- what deals, payees and accounts have more ----

    def deals(self, chunk, start):
        at = slice(start, start + chunk.num_rows)
        opportunity = self.has_opportunity[at]
        more = [
            ("opportunity_id", self.opportunity_ids(self.deal[at], opportunity)),
            ("created_on", days(self.created[at])),
            ("owner_id", words(self.salesperson[at], self.payee_ids)),
            ("partner_id", words(self.partner[at], self.payee_ids, valid=self.channel[at] != DIRECT)),
            ("product_line", words(self.line[at], ["core", "care", "cloud", "services"])),
            ("list_amount", decimals(self.list_cents()[at], MONEY, valid=self.has_list[at])),
        ]
        for name, column in more:
            chunk = chunk.append_column(name, column)
        return chunk

    def list_cents(self):
        return self.cents * 100 // (100 - self.discount)

    def opportunity_ids(self, deal, valid):
        """The id of a deal's opportunity: another prefix, the same record."""
        ids = self.world.deal_ids.of(deal)
        ids[:, :7] = np.frombuffer(b"OPP8d00", dtype=np.uint8)
        return fixed_strings(ids, valid)

    def payees(self, file):
        deciders = len(self.deciders)
        function = ["channel-manager"] * MANAGERS + ["channel-lead"] * LEADS + ["executive"] * EXECUTIVES
        columns = {field.name: pa.nulls(deciders, field.type) for field in file.schema}
        columns["payee_id"] = columns["name"] = self.deciders
        columns["kind"] = pa.array(["employee"] * deciders).cast(file.schema.field("kind").type)
        more = pa.table(columns, schema=file.schema).append_column("function", pa.array(function))
        return pa.concat_tables([file.append_column("function", pa.nulls(file.num_rows, pa.string())), more]).unify_dictionaries()

    def accounts(self):
        count, rng = self.world.accounts, self.rng
        number = np.arange(count)
        return pa.table({
            "account_id": self.world.account_ids.strings(number),
            "name": pa.array([f"Account {n}" for n in range(count)]),
            "country": words(rng.integers(0, len(COUNTRIES), count), COUNTRIES),
            "class": words(pick(rng, count, [10, 90, 300, 600]), CLASSES),
            "employees": pa.array(np.choose(pick(rng, count, [600, 300, 100]), [
                rng.integers(1, 100, count), rng.integers(100, 1000, count), rng.integers(1000, 90_000, count)])),
        })

    def territories(self):
        """A territory for each country and segment."""
        count = len(COUNTRIES) * len(SEGMENTS)
        number = np.arange(count)
        return pa.table({
            "territory_id": pa.array(numbered("T-", count)),
            "payee_id": words(self.rng.integers(0, self.world.employees, count), self.payee_ids),
            "country": words(number // len(SEGMENTS), COUNTRIES),
            "segment": words(number % len(SEGMENTS), SEGMENTS),
        })

    # ---- registrations ----

    def register(self):
        """Seven in ten name a deal or its opportunity, most of them one that a partner sells; one in ten names a deal that another
        partner registered, some at the same second; the others name an account."""
        count, rng = len(self.deal) // 4, self.rng
        first, second = count * 70 // 100, count * 10 // 100
        sold_by = [np.flatnonzero(self.channel != DIRECT), np.flatnonzero(self.channel == DIRECT)]
        by_partner = first * 90 // 100
        named = np.concatenate([rng.permutation(sold_by[0])[:by_partner], rng.permutation(sold_by[1])[:first - by_partner]])
        again = rng.permutation(named)[:second]
        account = rng.integers(0, len(self.deal), count - first - second)
        deal = np.concatenate([named, again, account])
        self.names_account = np.arange(count) >= first + second
        payee = np.concatenate([self.partner[named], self.some_partner(second), self.partner[account]])
        span = np.maximum(self.close[deal] - self.created[deal], 1)
        day = self.created[deal] + rng.integers(0, span)
        submitted = day * 86_400 + rng.integers(7 * 3600, 19 * 3600, count)
        ties = second // 20
        place = {row: at for at, row in enumerate(named.tolist())}
        earlier = np.array([place[row] for row in again[:ties].tolist()], dtype=np.int64)
        submitted[first:first + ties] = submitted[earlier]
        order = rng.permutation(count)  # an export is in no order that helps
        self.names_account = self.names_account[order]
        self.registered, self.registrant, self.submitted = deal[order], payee[order], submitted[order]
        self.decided = rng.integers(0, 100, count) < 95
        self.decision = pick(rng, count, [900, 60, 40])
        self.decided_at = self.submitted + rng.integers(3600, 4 * 86_400, count)
        self.joint = rng.integers(0, 100, count) < 10
        self.registration_ids = pa.array(numbered("R-", count))

    def registrations(self):
        deal, count, rng = self.registered, len(self.registered), self.rng
        by_opportunity = self.has_opportunity[deal] & ~self.names_account
        by_deal = ~self.has_opportunity[deal] & ~self.names_account
        return pa.table({
            "registration_id": self.registration_ids,
            "payee_id": self.partner_words(self.registrant),
            "submitted_at": moments(self.submitted),
            "kind": words(np.where(self.joint, 1, 0), ["sourced", "joint"]),
            "account_id": self.world.account_ids.strings(self.world.account(deal), self.names_account),
            "opportunity_id": self.opportunity_ids(deal, by_opportunity),
            "deal_id": self.world.deal_ids.strings(deal, by_deal),
            "product_line": words(self.line[deal], ["core", "care", "cloud", "services"], valid=rng.integers(0, 100, count) < 80),
            "decision": words(self.decision, ["approved", "denied", "returned"], valid=self.decided),
            "decided_at": moments(self.decided_at, self.decided),
            "reason": words(np.zeros(count), ["known to us"], valid=self.decided & (self.decision > 0)),
        })

    def registration_members(self):
        """Two members of each joint one: its payee with 60, another with 40."""
        joint = np.flatnonzero(self.joint)
        other = self.some_partner(len(joint))
        own = self.registrant[joint]
        other = np.where(other == own, np.where(own == self.world.employees, own + 1, own - 1), other)
        row = np.repeat(joint, 2)
        return pa.table({
            "registration_id": self.registration_ids.take(pa.array(row)),
            "payee_id": self.partner_words(np.stack([own, other], axis=1).ravel()),
            "percent": decimals(np.tile([600_000, 400_000], len(joint)), SHARE),
        })

    def registration_events(self):
        luck = self.rng.integers(0, 100, len(self.registered))
        row = np.flatnonzero(luck < 8)
        event = np.choose(luck[row], [0, 0, 0, 0, 0, 0, 1, 2])
        at = self.decided_at[row] + self.rng.integers(86_400, 80 * 86_400, len(row))
        return pa.table({
            "registration_id": self.registration_ids.take(pa.array(row)),
            "at": moments(at),
            "event": words(event, ["extended", "withdrawn", "customer-choice"]),
        })

    # ---- conflicts ----

    def conflicts(self):
        """What people raised: the salesperson of a deal, and a partner."""
        count = len(self.deal) * 17 // 1000
        self.raised = self.rng.permutation(self.deal)[:count]
        self.raised_by = self.partner[self.raised]
        self.raised_at = self.close[self.raised] * 86_400 - self.rng.integers(0, 20 * 86_400, count)
        return pa.table({
            "conflict_id": pa.array(numbered("C-", count)),
            "raised_at": moments(self.raised_at),
            "deal_id": self.world.deal_ids.strings(self.raised),
            "claimant_a": words(self.salesperson[self.raised], self.payee_ids),
            "claimant_b": self.partner_words(self.raised_by),
        })

    def decisions(self):
        """Of half of what was raised, and of half of what a registration may have made a conflict with the salesperson. Some come
        from a level that may not decide, or are of no conflict."""
        overlap = np.flatnonzero((self.channel[self.registered] == DIRECT) & ~self.names_account)
        overlap = overlap[self.rng.integers(0, 2, len(overlap)) == 0]
        raised = np.flatnonzero(self.rng.integers(0, 2, len(self.raised)) == 0)
        deal = np.concatenate([self.registered[overlap], self.raised[raised]])
        pairs = [self.salesperson[deal], np.concatenate([self.registrant[overlap], self.raised_by[raised]])]
        ids = self.payee_ids.to_pylist()
        a, b = ([ids[payee] for payee in side.tolist()] for side in pairs)
        named = deal[:len(overlap)]
        own = pc.if_else(pa.array(self.has_opportunity[named]), self.opportunity_ids(named, None), self.world.deal_ids.strings(named))
        found = [f"direct-overlap:{subject}:{min(one, two)}:{max(one, two)}" for subject, one, two in zip(own.to_pylist(), a, b)]
        conflict = found + [f"C-{number:07}" for number in raised.tolist()]
        day = np.concatenate([np.maximum(self.decided_at[overlap] // 86_400, self.created[named]), self.raised_at[raised] // 86_400])
        small = self.cents[deal] <= 50_000_00
        decided_at = np.where(small, day, day + 6) * 86_400 + 20 * 3600
        by = np.where(small, self.rng.integers(0, MANAGERS, len(deal)), MANAGERS + self.rng.integers(0, LEADS, len(deal)))
        outcome = pick(self.rng, len(deal), [500, 350, 100, 50])
        decision_ids = pa.array(numbered("DEC-", len(deal)))
        self.shares = self.decision_shares(decision_ids, outcome, a, b)
        return pa.table({
            "decision_id": decision_ids,
            "conflict_id": pa.array(conflict),
            "level": words(np.where(small, 0, 1), ["frontline", "mediation"]),
            "decided_at": moments(decided_at),
            "decided_by": words(by, self.deciders),
            "outcome": words(outcome, ["award", "split", "void", "withdrawn"]),
            "why": words(np.zeros(len(deal)), ["who was there first"]),
        })

    def decision_shares(self, decision_ids, outcome, a, b):
        to_first = self.rng.integers(0, 2, len(outcome)) == 0
        ids, payees, percents = [], [], []
        for decision, what, one, two, first in zip(decision_ids.to_pylist(), outcome.tolist(), a, b, to_first.tolist()):
            shares = {0: [(one if first else two, 100)], 1: [(one, 60), (two, 40)]}.get(what, [])
            ids += [decision] * len(shares)
            payees += [payee for payee, _ in shares]
            percents += [percent for _, percent in shares]
        return pa.table({"decision_id": ids, "payee_id": payees, "percent": percents})

    # ---- prices, what is open, and what partners bring ----

    def price_entries(self):
        """A price of each product in both books from the start of last year, another from July on."""
        book, product, later = (axis.ravel() for axis in np.meshgrid(range(2), range(len(PRODUCTS)), range(2), indexing="ij"))
        cents = 10_000 + 137 * product
        cents = cents * (100 - 20 * book) * (100 + 5 * later) // 10_000
        first = np.where(later == 1, np.datetime64("2026-07-01"), np.datetime64("2025-01-01")).astype("datetime64[D]")
        return pa.table({
            "price_book": words(book, ["DIRECT", "PARTNER"]),
            "product_id": words(product, PRODUCTS),
            "from": pa.array(first.astype(np.int32)).cast(DAY),
            "unit_price": decimals(cents, MONEY),
            "floor_price": decimals(cents * 7 // 10, MONEY),
        })

    def deal_lines(self):
        """Two lines of every second deal that has a list amount."""
        deal = self.deal[self.has_list][::2]
        half = self.cents[deal] // 2
        cents = np.stack([half, self.cents[deal] - half], axis=1).ravel()
        product = self.rng.integers(0, len(PRODUCTS), len(cents))
        listed = cents * 100 // (100 - np.repeat(self.discount[deal], 2))
        return pa.table({
            "deal_id": self.world.deal_ids.strings(np.repeat(deal, 2)),
            "line_no": pa.array(np.tile([1, 2], len(deal))),
            "product_id": words(product, PRODUCTS),
            "quantity": pa.array(np.maximum(listed // (10_000 + 137 * product), 1)),
            "amount": decimals(cents, MONEY),
            "cost": decimals(cents * 4 // 10, MONEY),
        })

    def price_approvals(self):
        deal = self.deal[self.has_list & (self.discount > 12)][::2]
        by = MANAGERS + self.rng.integers(0, LEADS + EXECUTIVES, len(deal))
        return pa.table({
            "approval_id": pa.array(numbered("AP-", len(deal))),
            "deal_id": self.world.deal_ids.strings(deal),
            "discount": decimals(self.discount[deal] * 100, SHARE),
            "approved_by": words(by, self.deciders),
            "approved_at": moments((self.close[deal] - 3) * 86_400 + 36_000),
        })

    def opportunities(self):
        """What is open: one for each hundred deals, of accounts that bought."""
        count, rng = len(self.deal) // 100, self.rng
        deal = rng.integers(0, len(self.deal), count)
        channel = pick(rng, count, [550, 350, 100])
        created = (np.datetime64("2026-06-01") - np.datetime64("1970-01-01")).astype(int) + rng.integers(0, 120, count)
        return pa.table({
            "opportunity_id": pa.array(numbered("OPEN-", count)),
            "account_id": self.world.account_ids.strings(self.world.account(deal)),
            "channel": words(channel, ["direct", "partner", "marketplace"]),
            "owner_id": words(self.salesperson[deal], self.payee_ids),
            "partner_id": words(self.partner[deal], self.payee_ids, valid=channel != DIRECT),
            "amount": decimals(rng.integers(100_000, 50_000_000, count), MONEY),
            "created_on": days(created),
            "expected_close": days(created + rng.integers(60, 200, count)),
        })

    def certificates(self):
        """Up to three of each partner."""
        count = self.rng.integers(0, 4, self.world.partners)
        payee = self.world.employees + np.repeat(np.arange(self.world.partners), count)
        earned = self.close.min() - self.rng.integers(0, 300, len(payee))
        return pa.table({
            "certificate_id": pa.array(numbered("CT-", len(payee))),
            "payee_id": self.partner_words(payee),
            "course": words(pick(self.rng, len(payee), [800, 200]), ["sales-core", "delivery-core"]),
            "earned_on": days(earned),
            "expires_on": days(earned + 500),
        })

    def tables(self):
        tables = {name: getattr(self, name)() for name in [
            "accounts", "territories", "registrations", "registration_members", "registration_events", "conflicts", "decisions",
            "price_entries", "deal_lines", "price_approvals", "opportunities", "certificates"]}
        return {**tables, "decision_shares": self.shares}


def write_deals(channel, project, out):
    """The deals with what the channel knows of them; the project without policies does not read it."""
    file = pq.ParquetFile(project / "data" / "deals.parquet")
    writer, start = None, 0
    for group in range(file.num_row_groups):
        chunk = channel.deals(file.read_row_group(group), start)
        start += chunk.num_rows
        dictionary = [field.name for field in chunk.schema if pa.types.is_dictionary(field.type)]
        writer = writer or pq.ParquetWriter(out, chunk.schema, use_dictionary=dictionary, compression="snappy",
                                            dictionary_pagesize_limit=64 << 20)
        writer.write_table(chunk, row_group_size=2 * ROW_GROUP)
    writer.close()


def write_project(folder, deals, rules, tables):
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    sources = "".join(f'{name} = {{ path = "data/{name}.parquet" }}\n' for name in tables)
    (folder / "apportion.toml").write_text(APPORTION_TOML.format(period=PERIOD, deals=deals, ext="parquet") + sources)
    for name, text in rules.items():
        (folder / "rules" / name).write_text(text)
    if not (folder / "data").exists():
        (folder / "data").symlink_to(Path("..") / "data")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("project", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    about = json.loads((options.project / "generated.json").read_text())
    deals = about["rows"]["deals"]
    channel = Channel(options.project, deals, about["seed"])
    data = options.out / "data"
    data.mkdir(parents=True, exist_ok=True)
    for name in ["engagements", "quotas"]:
        if not (data / f"{name}.parquet").exists():
            (data / f"{name}.parquet").symlink_to((options.project / "data" / f"{name}.parquet").resolve())
    write_deals(channel, options.project, data / "deals.parquet")
    pq.write_table(channel.payees(pq.read_table(options.project / "data" / "payees.parquet")), data / "payees.parquet")
    tables = channel.tables()
    for name, table in tables.items():
        pq.write_table(table, data / f"{name}.parquet", compression="snappy")
    pay = {"benchmark.toml": RULES_TOML + TERRITORY_CREDIT}
    write_project(options.out / "without", deals, pay, [])
    write_project(options.out / "with", deals, {**pay, "channel.toml": POLICIES_TOML}, tables)
    print(json.dumps({name: table.num_rows for name, table in tables.items()}))


if __name__ == "__main__":
    main()
