#!/usr/bin/env python3
"""Writes a project to be forecast: closed deals of half a fiscal year, open opportunities of the other half, people and rules.

    python3 benches/forecast.py --deals 200000 --open 20000 --payees 5000 --seed 1 --out /tmp/bench/forecast
    apportion --project /tmp/bench/forecast forecast --period 2026 --as-of 2026-06-30 --out /tmp/bench/forecast/out

All closed deals are in the fiscal year that is forecast, so that all of them count in every draw. Three payees work on each; half of
the opportunities have no probability and take the win rate of their channel and segment. The rules add up over quarters and over
the year: caps, a commission by quarter, one by year, and overrides of two levels.
"""

import argparse
import random
from datetime import date, timedelta
from pathlib import Path

APPORTION_TOML = """\
# Written by benches/forecast.py.

[book]
name = "Forecast: {deals} deals, {open} opportunities"
currency = "USD"
rules = ["rules.toml"]

[sources]
deals = { path = "deals.csv" }
engagements = { path = "engagements.csv" }
opportunities = { path = "opportunities.csv" }
payees = { path = "payees.csv" }
quotas = { path = "quotas.csv" }

[forecast]
budget = { "2026-Q3" = "20000000", 2026 = "150000000" }
"""

RULES = """\
[[channel_model]]
id = "model"
why = "Who leads"
effective = { from = 2026-01-01 }
segments = [ { name = "enterprise", when = "amount >= 50000" }, { name = "mid-market", when = "TRUE" } ]
lead = [ { when = "segment = 'enterprise'", by = "direct" }, { when = "TRUE", by = "shared" } ]

[[shared_credit]]
id = "new-business"
why = "Who sells is paid"
effective = { from = 2026-01-01 }
rate = "10%"
roles = [ { role = "sourced", share = "30%" }, { role = "cosell", share = "20%" }, { role = "closed", share = "50%" } ]

[[stipend]]
id = "cosell-stipend"
why = "Work of partners is worth something"
effective = { from = 2026-01-01 }
engaged = "engagements.role = 'cosell' AND payees.kind = 'partner'"
amount = "50"
cap = [ { amount = "1000", per = "payee", every = "quarter" } ]

[[commission]]
id = "rep-accelerator"
why = "Beyond the quota it is worth more"
effective = { from = 2026-01-01 }
credits = ["new-business"]
payees = "kind = 'employee'"
every = "quarter"
tiers = [ { from = "0%", rate = "2%" }, { from = "100%", rate = "3%" }, { from = "150%", rate = "4%" } ]

[[commission]]
id = "year"
why = "The year counts as well"
effective = { from = 2026-01-01 }
credits = ["new-business"]
payees = "kind = 'employee'"
every = "year"
mode = "whole"
tiers = [ { from = "0%", rate = "0.5%" }, { from = "100%", rate = "1%" } ]
cap = [ { amount = "50000", per = "payee", every = "year" } ]

[[override]]
id = "managers"
why = "Managers share what their people do"
effective = { from = 2026-01-01 }
credits = ["new-business"]
levels = [ { rate = "0.2%" }, { rate = "0.1%" } ]
"""

CHANNELS = ["direct", "partner", "marketplace"]
ROLES = ["sourced", "cosell", "closed"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deals", type=int, default=200_000)
    parser.add_argument("--open", type=int, default=20_000)
    parser.add_argument("--payees", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


def amount(dice):
    """In cents, over three orders of magnitude."""
    cents = dice.randrange(1_000_00, 10_000_00) * 10 ** dice.randrange(3)
    return f"{cents // 100}.{cents % 100:02}"


def people(dice, payees, place):
    """Three of them, each in another role."""
    return [f"{place},P{dice.randrange(payees):05},{role},{1 + dice.randrange(5)}\n" for role in ROLES]


def main():
    options = arguments()
    dice = random.Random(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)

    def write(name, header, rows):
        with open(options.out / name, "w", encoding="utf-8", newline="\n") as file:
            file.write(header)
            file.writelines(rows)

    text = APPORTION_TOML.replace("{deals}", str(options.deals)).replace("{open}", str(options.open))
    write("apportion.toml", text, [])
    write("rules.toml", RULES, [])
    kinds = ["employee" if nth % 3 else "partner" for nth in range(options.payees)]
    # Ten to a manager, and the first ten have none.
    managers = ["" if nth < 10 else f"P{nth // 10:05}" for nth in range(options.payees)]
    write("payees.csv", "payee_id,kind,manager_id\n",
          (f"P{nth:05},{kind},{manager}\n" for nth, (kind, manager) in enumerate(zip(kinds, managers))))
    write("quotas.csv", "payee_id,period,amount\n",
          (f"P{nth:05},2026-Q{quarter},{200_000 + dice.randrange(800_000)}\n"
           for nth in range(options.payees) for quarter in range(1, 5)))
    first = date(2026, 1, 1)
    deals, engagements, opportunities = [], [], []
    for nth in range(options.deals):
        day = first + timedelta(days=dice.randrange(181))
        outcome = "won" if dice.randrange(10) else "lost"
        deals.append(f"D{nth:07},{outcome},{day},{amount(dice)},{dice.choice(CHANNELS)}\n")
        engagements.extend(people(dice, options.payees, f"D{nth:07},"))
    for nth in range(options.open):
        day = first + timedelta(days=181 + dice.randrange(184))
        probability = f"0.{dice.randrange(1, 10)}" if nth % 2 else ""
        opportunities.append(f"O{nth:06},{amount(dice)},{dice.choice(CHANNELS)},{probability},2026-05-01,{day}\n")
        engagements.extend(people(dice, options.payees, f",O{nth:06}"))
    write("deals.csv", "deal_id,outcome,close_date,amount,channel\n", deals)
    write("opportunities.csv", "opportunity_id,amount,channel,probability,created_on,expected_close\n", opportunities)
    write("engagements.csv", "deal_id,opportunity_id,payee_id,role,weight\n", engagements)


if __name__ == "__main__":
    main()
