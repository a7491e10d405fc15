"""Projects made by chance from a seed: deals of two years with everything that a scorecard counts without policies of the channel."""

import datetime
import random

PROJECT = """[book]
name = "By chance {seed}"
currency = "USD"
rules = ["rules.toml"]

[report]
sourced_roles = ["sourced", "referred"]
outliers_by = ["channel"]

[sources.deals]
path = "data/deals.csv"
[sources.engagements]
path = "data/engagements.csv"
[sources.payees]
path = "data/payees.csv"
[sources.assignments]
path = "data/assignments.csv"
"""

RULES = """[[shared_credit]]
id = "all"
why = "Everybody shares."
effective = { from = 2024-01-01 }
rate = "3%"
model = "weight"

[[shared_credit]]
id = "booked"
why = "What counts, and pays nothing."
effective = { from = 2024-01-01 }
when = "amount > 2000"
model = "equal"

[[stipend]]
id = "touch"
why = "A dollar and a third for a touch."
effective = { from = 2024-01-01 }
amount = "1.33"
per = "touch"
"""


def write(path, header, rows):
    path.write_text("\n".join([",".join(header)] + [",".join(map(str, row)) for row in rows]) + "\n")


def make(folder, seed):
    chance = random.Random(seed)
    data = folder / "data"
    data.mkdir(parents=True)
    (folder / "apportion.toml").write_text(PROJECT.format(seed=seed))
    (folder / "rules.toml").write_text(RULES)
    start = datetime.date(2025, 1, 1)
    day = lambda low, high: start + datetime.timedelta(chance.randint(low, high))
    maybe = lambda value, odds: value if chance.random() < odds else ""
    payees = [(f"{kind[0].upper()}-{n}", kind) for kind in ("employee", "partner", "agency") for n in range(1, 6)]
    write(data / "payees.csv", ["payee_id", "kind"], payees)
    assigned = []
    for payee, _ in chance.sample(payees, 5):
        begins = day(30, 500)
        assigned.append((payee, begins, maybe(begins + datetime.timedelta(chance.randint(0, 120)), 0.6), chance.choice(["partner", "employee", ""])))
    write(data / "assignments.csv", ["payee_id", "from", "until", "kind"], assigned)
    deals, work = [], []
    for n in range(1, 260):
        close = day(0, 729)
        listed = chance.randint(0, 900_000) / 100
        amount = chance.choice([listed, round(listed * chance.choice([0.9, 0.85, 0.8, 0.3]), 2), -listed / 10, 0])
        won = chance.random() < 0.6
        kind = chance.random()
        renews = f"D-{chance.randint(1, n)}" if kind < 0.15 else ""
        reverses = f"D-{chance.randint(1, 300)}" if kind > 0.95 else ""
        deals.append((
            f"D-{n}", "won" if won else "lost", close, f"{amount:.2f}", maybe(f"{listed:.2f}", 0.8), chance.choice(["direct", "partner", "market", ""]),
            f"A-{chance.randint(1, 40)}", chance.choice(["new", "renewal", "expansion"]), renews, reverses,
            "" if won else maybe(chance.choice(["price", "duplicate", "test"]), 0.8), maybe(close - datetime.timedelta(chance.randint(0, 200)), 0.9),
            maybe(close + datetime.timedelta(chance.randint(30, 400)), 0.6), chance.choice(["north", "south", ""]),
        ))
        for _ in range(chance.choice([0, 0, 1, 1, 2, 4])):
            when = maybe(close - datetime.timedelta(chance.randint(-20, 500)), 0.9)
            role = chance.choice(["sourced", "cosell", "closed", "referred", "demo"])
            on = (f"D-{n}", "") if chance.random() < 0.8 else ("", f"A-{chance.randint(1, 40)}")
            work.append((f"W-{len(work)}", *on, chance.choice(payees)[0], role, when, chance.randint(0, 3)))
    write(data / "deals.csv", ["deal_id", "outcome", "close_date", "amount", "list_amount", "channel", "account_id", "deal_type", "renews_deal_id",
                               "reverses_deal_id", "lost_reason", "created_on", "term_ends_on", "region"], deals)
    write(data / "engagements.csv", ["engagement_id", "deal_id", "account_id", "payee_id", "role", "occurred_on", "weight"], work)
