#!/usr/bin/env python3
"""Writes a project whose first two months have statements of every length: a payee with 3 lines, one with 5,000, one with a clawback
and nothing else, and one with nothing. With a number, that many payees of 20 lines each besides.

    tests/pages/statements.py FOLDER [PAYEES]
"""

import sys
from pathlib import Path

BOOK = """[book]
name = "Northwind channel programme"
currency = "USD"
rules = ["rules/*.toml"]
[statements]
sender = "Northwind commissions, commissions@northwind.example"
note = "Questions are welcome until the 10th of next month."
logo = "logo.svg"
[sources]
deals = { path = "data/deals.csv", types = { paid_on = "date" } }
payees = { path = "data/payees.csv" }
engagements = { path = "data/engagements.csv" }
quotas = { path = "data/quotas.csv" }
[sources.adjustments]
path = "data/adjustments.csv"
[ledger]
first = "2026-01"
approvals = 0
"""
RULES = """[[shared_credit]]
id = "new-business"
title = "New business"
why = "Charter 4.1: who wins a deal is credited with it"
effective = { from = 2026-01-01 }
rate = "3%"
roles = [ { role = "closed", share = "100%" } ]
cap = [ { amount = "900", per = "deal" } ]

[[stipend]]
id = "cosell-stipend"
title = "Co-selling stipend"
why = "Charter 4.2: direct-led deals recognise partner work"
effective = { from = 2026-01-01 }
engaged = "role = 'helped'"
amount = "25"

[[commission]]
id = "accelerator"
title = "Quarterly accelerator"
why = "Plan 3"
effective = { from = 2026-01-01 }
credits = ["new-business"]
every = "quarter"
tiers = [ { from = "0%", rate = "1%" }, { from = "100%", rate = "2.5%" }, { from = "150%", rate = "4%", bonus = "500" } ]

[[clawback]]
id = "cancellations"
title = "Cancellations"
why = "Charter 8.1: what a customer cancels is given back"
effective = { from = 2026-01-01 }
method = "mirror"

[[hold]]
id = "paid-when-paid"
title = "Paid when the customer pays"
why = "Charter 9.2"
effective = { from = 2026-01-01 }
rules = ["new-business"]
release = "CASE WHEN paid_on <= period_end THEN 1 ELSE 0.5 END"

[[draw]]
id = "ramp"
title = "Ramp-up advance"
effective = { from = 2026-01-01 }
payees = "tier = 'ramp'"
amount = "2000"
recoverable = true
"""
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><rect width="120" height="40" rx="6" fill="#0072b2"/><text x="60" y="26" font-size="18" text-anchor="middle" fill="#fff" font-family="sans-serif">Northwind</text></svg>'


def main(folder, many):
    for name in ["rules", "data"]:
        (folder / name).mkdir(parents=True, exist_ok=True)
    deals, engagements = [], []

    def deal(number, payee, day, amount, customer, others="", paid_on="2026-03-01"):
        deals.append(f"{number},won,{day},{amount},{customer},{others},{paid_on}")
        if payee:
            engagements.append(f"{number},{payee},closed")

    deal("D-1", "three", "2026-01-09", "18250.40", "Cobalt Consulting")
    deal("D-2", "three", "2026-01-20", "4000", "Müller & Söhne GmbH", paid_on="2026-01-25")
    engagements.append("D-2,three,helped")
    deal("C-1", "clawed", "2026-01-12", "5000", "Fabrikam", paid_on="2026-01-15")
    deal("C-1R", "", "2026-02-03", "-5000", "Fabrikam", "C-1")
    deal("N-1", "", "2026-02-05", "700", "Adatum")
    engagements.append("N-1,nothing,listened")
    for number in range(5000):
        deal(f"L-{number:04}", "many", f"2026-02-{number % 28 + 1:02}", f"{number % 97 + 3}.{number % 100:02}", f"Customer {number % 211}")
    deal("M-1", "mona", "2026-02-11", "60000", "Contoso")
    payees = ["three,Ann Three,,ramp,mona,de,ann@example.org", "many,Ben Many,,,mona,,ben@example.org",
              "clawed,Cleo Clawed,,,,fr,", "nothing,Dan Nothing,,,,es,", "mona,Mona Manager,,,,en,mona@example.org"]
    quotas = ["three,2026-Q1,20000", "many,2026-Q1,200000", "mona,2026-Q1,40000", "clawed,2026-Q1,10000"]
    for payee in range(many):
        payees.append(f"P-{payee:05},Payee {payee},,,,{['en', 'de', 'fr', 'es'][payee % 4]},p{payee}@example.org")
        quotas.append(f"P-{payee:05},2026-Q1,1000")
        # Each deal makes a line of credit and one of the commission.
        for number in range(10):
            deal(f"P-{payee:05}-{number}", f"P-{payee:05}", f"2026-02-{number + 1:02}", f"{100 + payee % 7 * 13 + number}.37", "Customer")

    def write(name, header, rows):
        (folder / name).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")

    write("data/deals.csv", "deal_id,outcome,close_date,amount,customer,reverses_deal_id,paid_on", deals)
    write("data/engagements.csv", "deal_id,payee_id,role", engagements)
    write("data/payees.csv", "payee_id,name,kind,tier,manager_id,language,email", payees)
    write("data/quotas.csv", "payee_id,period,amount", quotas)
    write("data/adjustments.csv", "adjustment_id,payee_id,period,amount,reason,entered_by,approved_by",
          ["A-1,three,2026-02,-35.10,Headset that was not returned,ann,ben"])
    (folder / "apportion.toml").write_text(BOOK, encoding="utf-8")
    (folder / "rules/all.toml").write_text(RULES, encoding="utf-8")
    (folder / "logo.svg").write_text(LOGO, encoding="utf-8")


main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
