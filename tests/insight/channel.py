"""The channel fixture as tables of DuckDB: from its own files, and for lines, claims, conflicts and prices from the result of a run."""

import csv
import datetime
import pathlib
import zoneinfo
from decimal import ROUND_HALF_UP, Decimal

HERE = pathlib.Path(__file__).resolve().parent.parent.parent
DATA = HERE / "fixtures/channel/data"
ZURICH = zoneinfo.ZoneInfo("Europe/Zurich")
PROTECT = [
    (datetime.date(2025, 1, 1), {"gold": 120}, 90, 30, 30),
    (datetime.date(2026, 7, 1), {"gold": 120, "silver": 90}, 60, 20, 15),
]
LAPSE = 45
# What open conflicts hold, by kind, and the first level of each kind's rule.
HOLD = {"raised": "claimants", "undercut": "none"}
FIRST = {"undercut": "mediation"}
# Rules that pay on credit, with the roles by which that was split.
ON_CREDIT = {
    "rep-accelerator": {"closed"},
    "partner-management": {"sourced", "cosell", "closed"},
    "sales-management": {"closed"},
}


def rows(path):
    with open(path, newline="") as file:
        return [{key: value or None for key, value in row.items()} for row in csv.DictReader(file)]


def e6(text):
    return None if text is None else int(Decimal(text).scaleb(6))


def date(text):
    return None if text is None else datetime.date.fromisoformat(text)


def moment(text):
    """Seconds, and the day in Zurich."""
    if text is None:
        return None, None
    at = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    at = at if at.tzinfo else at.replace(tzinfo=ZURICH)
    return int(at.timestamp()), at.astimezone(ZURICH).date()


class Channel:
    """The fixture in one period as of a day."""

    def __init__(self, duckdb, run, folder, period, days, as_of=None, groupings=()):
        self.name, self.folder, self.period, self.days, self.digits = "channel", HERE / "fixtures/channel", period, days, 2
        self.as_of, self.as_of_given = as_of or days[1], as_of is not None
        self.groupings, self.levels = groupings, {}
        self.outliers_by = ["deal_type", "segment", "channel"]
        self.con = duckdb.connect()
        self.results = {}
        for year in sorted({"2025", "2026", period}):
            out = folder / f"run-{period}-{year}-{self.as_of}"
            run("run", "--quiet", "--project", self.folder, "--period", year, "--as-of", self.as_of, "--out", out, "--lines", "csv")
            self.results[year] = out
        self.people()
        self.deals()
        self.registrations()
        self.lines_and_conflicts()
        self.others()

    def table(self, name, columns, rows):
        types = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        self.con.execute(f"CREATE TABLE {name} ({types})")
        if rows:
            marks = ", ".join("?" for _ in columns)
            self.con.executemany(f"INSERT INTO {name} VALUES ({marks})", [[row.get(column) for column in columns] for row in rows])

    def people(self):
        people = {row["payee_id"]: row | {"kind": row["kind"]} for row in rows(DATA / "hr/employees.csv")}
        for row in rows(DATA / "portal/partners.csv"):
            people[row["partner_id"]] = {"kind": "partner", "tier": row["tier"]}
        self.kinds = {payee: row["kind"] for payee, row in people.items()}
        self.tiers = {payee: row.get("tier") for payee, row in people.items()}
        self.assigned = rows(DATA / "hr/assignments.csv")

    def tier(self, payee, day):
        for row in self.assigned:
            if row["payee_id"] == payee and date(row["from"]) <= day and (row["until"] is None or day <= date(row["until"])) and row["tier"]:
                return row["tier"]
        return self.tiers[payee]

    def rate(self, currency, day):
        if currency == "EUR":
            return Decimal(1)
        usable = [(date(row["date"]), Decimal(row["rate"])) for row in self.rates if row["currency"] == currency]
        usable = [rate for rate in usable if rate[0] <= day and (day - rate[0]).days <= 31]
        return max(usable)[1]

    def book(self, text, currency, day):
        if text is None:
            return None
        amount = Decimal(text)
        if currency == "EUR":
            return e6(text)
        return e6(str((amount * self.rate(currency, day)).quantize(Decimal("0.01"), ROUND_HALF_UP)))

    def deals(self):
        self.rates = rows(DATA / "treasury/rates.csv")
        self.accounts = {row["account_id"]: row for row in rows(DATA / "crm/accounts.csv")}
        exported = rows(DATA / "crm/opportunities.csv")
        kinds = {"New Business": "new", "Expansion": "expansion", "Renewal": "renewal"}
        deals, opened = {}, []
        for row in exported:
            close, currency = date(row["CloseDate"]), row["CurrencyIsoCode"]
            common = {
                "opp": row["Id"], "created": date(row["CreatedDate"]), "account": row["AccountId"], "channel": row["Channel__c"],
                "deal_type": kinds[row["Type"]], "product_line": row["ProductLine__c"], **self.of_account(row["AccountId"]),
            }
            if row["StageName"] in ("Closed Won", "Closed Lost"):
                amount, listed = self.book(row["Amount"], currency, close), self.book(row["ListAmount"], currency, close)
                discount = None
                if listed:
                    discount = int((Decimal(listed - amount) / Decimal(listed)).quantize(Decimal("0.000001"), ROUND_HALF_UP).scaleb(6))
                deals[row["OrderNumber"]] = common | {
                    "deal_id": row["OrderNumber"], "won": row["StageName"] == "Closed Won", "close": close, "amount": amount, "list_amount": listed,
                    "discount_e6": discount, "renews": row["RenewedOrder__c"], "term": date(row["TermEndsOn__c"]), "registration": row["Registration__c"],
                    "currency": currency,
                }
            if common["created"] is None or common["created"] <= self.as_of:
                opened.append(common | {"opportunity_id": row["Id"], "closes": close or self.as_of})
        for row in rows(DATA / "erp/credit_notes.csv"):
            original, close = deals[row["reverses"]], date(row["day"])
            day = original["close"] if original["currency"] == row["currency"] else close
            deals[row["order"]] = {
                "deal_id": row["order"], "won": True, "close": close, "account": row["account"], "deal_type": "reversal", "reverses": row["reverses"],
                "amount": self.book(row["amount"], row["currency"], close), "size": abs(self.book(row["amount"], row["currency"], day)),
                **self.of_account(row["account"]),
            }
        # The export has all of them as opportunities: one that a deal names is open until that closes.
        closed = {deal["opp"] for deal in deals.values() if deal.get("opp") and deal["close"] <= self.as_of}
        self.open = [row for row in opened if row["opp"] not in closed]
        self.sold = deals
        self.prices()
        self.classes()

    def of_account(self, account):
        row = self.accounts.get(account) or {}
        employees = int(row["employees"]) if row.get("employees") else 0
        segment = "enterprise" if employees >= 1000 else "mid-market" if employees >= 250 else "small"
        return {"segment": segment, "accounts.country": row.get("country")}

    def prices(self):
        audits = {row["deal_id"]: row for row in rows(self.results[self.period] / "price_audit.csv")}
        for deal in self.sold.values():
            audit = audits.get(deal["deal_id"])
            deal["priced"], deal["breach"] = audit is not None, audit is not None and audit["breach"] == "true"
            deal["below_floor"] = e6(audit["below_floor"]) if audit else None
            deal["given"] = e6(audit["given"]) if audit else None
            deal["list"] = e6(audit["list"]) if audit else deal.get("list_amount")

    def classes(self):
        of_opp, of_account = {}, {}
        self.work = rows(DATA / "crm/activities.csv")
        deals_of = {}
        for deal in self.sold.values():
            if deal.get("opp"):
                deals_of.setdefault(deal["opp"], []).append(deal)
        for row in self.work:
            day = date(row["ActivityDate"])
            of_opp.setdefault(row["WhatId"], []).append((row["Who"], row["Role"], day))
            for deal in deals_of.get(row["WhatId"], []):
                if day:
                    of_account.setdefault(deal["account"], []).append((row["Who"], day))
        self.of_opp, self.of_account_work = of_opp, of_account
        self.claims = {}
        for year, out in self.results.items():
            for row in rows(out / "claims.csv"):
                if row["holder"] == "true":
                    self.claims[row["deal_id"]] = row
        kinds = {row["Registration ID"]: row["Type"] for row in rows(DATA / "portal/registrations.csv")}
        for deal in self.sold.values():
            own = [work for work in of_opp.get(deal.get("opp"), []) if self.kinds[work[0]] == "partner" and (work[2] is None or work[2] <= deal["close"])]
            year = [day for who, day in of_account.get(deal["account"], []) if self.kinds[who] == "partner" and 0 <= (deal["close"] - day).days <= 365]
            recent = [work for work in own if work[2] is None or (deal["close"] - work[2]).days <= 365]
            claim = self.claims.get(deal["deal_id"])
            deal["joined"] = bool(own)
            deal["claim_id"] = claim and claim["registration_id"]
            deal["referral"] = bool(claim) and kinds[claim["registration_id"]] == "referral"
            held = bool(claim) and self.kinds[claim["payee_id"]] == "partner"
            roles = {role for _, role, _ in own}
            deal["class"] = (
                "sourced" if "sourced" in roles or held else "co_sold" if "cosell" in roles else "influenced" if recent or year
                else "fulfilled" if deal.get("channel") == "partner" else "direct"
            )
        for deal in self.sold.values():
            if deal.get("reverses"):
                deal["class"] = self.sold[deal["reverses"]]["class"]
        groups = {"channel": "VARCHAR", "segment": "VARCHAR", "deal_type": "VARCHAR", "product_line": "VARCHAR", "accounts.country": "VARCHAR"}
        whole = dict.fromkeys(["amount", "size", "list", "given", "discount_e6", "below_floor"], "HUGEINT")
        flags = dict.fromkeys(["won", "joined", "referral", "priced", "breach"], "BOOLEAN")
        texts = dict.fromkeys(["deal_id", "opp", "account", "reverses", "renews", "lost_reason", "claim_id", "class"], "VARCHAR")
        days = dict.fromkeys(["close", "created", "term"], "DATE")
        self.table("deals", texts | days | flags | whole | groups, list(self.sold.values()))
        self.table("open", {"opportunity_id": "VARCHAR", "created": "DATE", "closes": "DATE"} | groups, self.open)
        subjects = [deal | {"subject": deal["deal_id"]} for deal in self.sold.values()]
        subjects += [row | {"subject": row["opportunity_id"]} for row in self.open]
        self.table("subjects", {"subject": "VARCHAR"} | groups, subjects)

    def about(self, deal, opportunity):
        """The deal that is named, else the opportunity's first deal that closed by the as-of day, else it while open."""
        if deal in self.sold:
            return deal
        closed = [row for row in self.sold.values() if opportunity and row.get("opp") == opportunity and row["close"] <= self.as_of]
        if closed:
            return min(closed, key=lambda row: (row["close"], row["deal_id"]))["deal_id"]
        return opportunity if any(row["opportunity_id"] == opportunity for row in self.open) else None

    def registrations(self):
        members, events = {}, {}
        for row in rows(DATA / "portal/registration_members.csv"):
            members.setdefault(row["registration_id"], []).append(row["payee_id"])
        for row in rows(DATA / "portal/registration_events.csv"):
            events.setdefault(row["registration_id"], []).append((moment(row["at"])[1], row["event"]))
        won = {claim["registration_id"] for deal, claim in self.claims.items() if self.sold[deal]["won"]}
        opportunities = {row["Id"]: row for row in rows(DATA / "crm/opportunities.csv")}
        made = []
        for row in rows(DATA / "portal/registrations.csv"):
            seconds, submitted = moment(row["Submitted"])
            if submitted > self.as_of:
                continue
            identity, who = row["Registration ID"], members.get(row["Registration ID"], [row["Partner"]])
            decided_seconds, decided = moment(row["Decided"])
            word = row["Status"] if decided and decided <= self.as_of else None
            named = self.sold.get(row["Order"])
            account = row["Account"] or (named and named["account"]) or (row["Opportunity"] and opportunities[row["Opportunity"]]["AccountId"])
            policy = row["Type"] in ("sourced", "joint") and submitted >= PROTECT[0][0]
            listed = policy and (self.accounts.get(account) or {}).get("class") == "house"
            opps = {row["Opportunity"]} | ({named["opp"]} if named and named.get("opp") else set())
            subject = [work for opp in opps if opp for work in self.of_opp.get(opp, []) if work[0] in who]
            account_days = [day for payee, day in self.of_account_work.get(account, []) if payee in who]
            days = sorted({day for _, _, day in subject if day} | set(account_days))
            approved = word == "Approved" and not listed
            state = None
            if approved and policy:
                lapse_days = sorted(set(days) | self.named_days(identity, who))
                state = self.state(submitted, decided, self.tier(row["Partner"], submitted), lapse_days, sorted(events.get(identity, [])))
            made.append({
                "registration_id": identity, "about": self.about(row["Order"], row["Opportunity"]), "kind": row["Type"], "submitted": submitted,
                "decided": bool(word) or listed, "approved": approved,
                "seconds": decided_seconds - seconds if word and not listed else None,
                "over": state in ("expired", "lapsed") and identity not in won,
                "worked": any(day is None for _, _, day in subject) or any(day <= self.as_of for day in days),
            })
        self.table("registrations", {
            "registration_id": "VARCHAR", "about": "VARCHAR", "kind": "VARCHAR", "submitted": "DATE", "decided": "BOOLEAN", "approved": "BOOLEAN",
            "seconds": "BIGINT", "over": "BOOLEAN", "worked": "BOOLEAN",
        }, made)

    def named_days(self, registration, who):
        """Work of members on deals that name the registration."""
        named = [deal for deal in self.sold.values() if deal.get("registration") == registration]
        return {day for deal in named for payee, _, day in self.of_opp.get(deal.get("opp"), []) if payee in who and day}

    def state(self, submitted, decided, tier, days, events):
        _, by_tier, otherwise, extension, grace = [terms for terms in PROTECT if terms[0] <= submitted][-1]
        withdrawn = [day for day, event in events if event == "withdrawn" and day <= self.as_of]
        if withdrawn:
            return "withdrawn"
        end, last = decided + datetime.timedelta(by_tier.get(tier, otherwise)), decided
        lapsed = None
        while lapsed is None:
            idle = last + datetime.timedelta(LAPSE + 1)
            later = [day for day in days if last < day <= idle]
            if not later:
                lapsed = idle
            else:
                last = max(later)
        extended = False
        for day, event in events:
            protects = decided <= day <= end and not (lapsed <= end and lapsed <= day)
            if event == "extended" and day <= self.as_of and protects and not extended:
                end, extended = end + datetime.timedelta(extension), True
        if lapsed <= end and lapsed <= self.as_of:
            return "lapsed"
        if self.as_of <= end:
            return "protected"
        return "grace" if self.as_of <= end + datetime.timedelta(grace) else "expired"

    def lines_and_conflicts(self):
        out = self.results[self.period]
        lines = rows(out / "lines.csv")
        made = [{
            "deal_id": row["deal_id"], "payee_id": row["payee_id"], "kind": self.kinds[row["payee_id"]], "partner": self.kinds[row["payee_id"]] == "partner",
            "credited": e6(row["credited"]), "paid": e6(row["amount"]), "line_close": date(row["close_date"]), "amount": None,
            "rule": row["rule_id"], "role": row["role"], "of": row["from_payee_id"],
        } for row in lines]
        columns = {"deal_id": "VARCHAR", "payee_id": "VARCHAR", "kind": "VARCHAR", "partner": "BOOLEAN", "credited": "HUGEINT", "paid": "HUGEINT",
                   "line_close": "DATE", "amount": "HUGEINT"}
        self.table("lines", columns, made)
        found = rows(out / "conflicts.csv")
        decisions = {row["decision_id"]: row for row in rows(DATA / "governance/decisions.csv")}
        whole = {}
        for row in rows(DATA / "governance/decision_shares.csv"):
            if Decimal(row["percent"]) == 100:
                whole[row["decision_id"]] = row["payee_id"]
        conflicts, holding = [], []
        for row in found:
            decision = decisions.get(row["decision_id"])
            day = decision and moment(decision["decided_at"])[1]
            deal = row["deal_id"] if row["deal_id"] in self.sold else None
            about = deal or row["opportunity_id"]
            closes = self.sold[deal]["close"] if deal else next(one["closes"] for one in self.open if one["opportunity_id"] == about)
            award = decision and decision["outcome"] == "award" and row["decision_id"] in whole
            conflicts.append({
                "about": about, "closes": closes, "state": row["state"], "resolved_in": day and (day - date(row["day"])).days,
                "in_time": bool(day and row["due"] and row["state"] == "decided" and day <= date(row["due"])),
                "beyond": row["level"] is not None and row["level"] != FIRST.get(row["kind"], "frontline"),
                "award": bool(award), "to_employee": bool(award) and self.kinds[whole[row["decision_id"]]] == "employee",
            })
            if deal and row["state"] in ("open", "overdue"):
                holding.append((deal, HOLD.get(row["kind"], "share"), row["role"], {row["claimant_a"], row["claimant_b"]}))
        self.table("conflicts", {
            "about": "VARCHAR", "closes": "DATE", "state": "VARCHAR", "resolved_in": "BIGINT", "in_time": "BOOLEAN", "beyond": "BOOLEAN",
            "award": "BOOLEAN", "to_employee": "BOOLEAN",
        }, conflicts)

        def holds(line, hold, role, claimants):
            credit_of = line["of"] or line["payee_id"]
            if hold == "claimants":
                return line["payee_id"] in claimants or credit_of in claimants
            if hold == "none":
                return False
            if line["role"]:
                return line["role"] == role and line["payee_id"] in claimants
            return credit_of in claimants and role in ON_CREDIT.get(line["rule"], set())

        held = [line for line in made if line["paid"] is not None and any(line["deal_id"] == deal and holds(line, *how) for deal, *how in holding)]
        self.table("held", columns, held)

    def others(self):
        handoffs = []
        for row in rows(DATA / "crm/handovers.csv"):
            offered, accepted = moment(row["offered_at"])[1], moment(row["accepted_at"])[1]
            if offered <= self.as_of:
                accepted = accepted if accepted and accepted <= self.as_of else None
                handoffs.append({"about": self.about(row["deal_id"], row["opportunity_id"]), "offered": offered, "accepted": accepted})
        self.table("handoffs", {"about": "VARCHAR", "offered": "DATE", "accepted": "DATE"}, handoffs)
        inquiries = []
        for row in rows(DATA / "governance/inquiries.csv"):
            raised, answered = date(row["raised_on"]), date(row["answered_on"])
            if raised <= self.as_of:
                answered = answered if answered and answered <= self.as_of else None
                inquiries.append({"deal_id": row["deal_id"], "raised": raised, "answered": answered, "adjusted": row["adjustment_id"] is not None})
        self.table("inquiries", {"deal_id": "VARCHAR", "raised": "DATE", "answered": "DATE", "adjusted": "BOOLEAN"}, inquiries)
