"""Projects without policies of the channel as tables of DuckDB: deals, work and payees from their own files, lines from a run."""

import datetime
import pathlib
from decimal import ROUND_HALF_UP, Decimal

from channel import date, e6, rows


class Plain:
    """A project whose deals, engagements, payees and assignments are CSV files; `columns` says where theirs have other names."""

    def __init__(self, duckdb, run, work, name, folder, period, days, groupings, columns=None, won=None, roles=("sourced",), outliers_by=()):
        self.name, self.folder, self.period, self.days, self.digits = name, pathlib.Path(folder), period, days, 2
        self.as_of, self.as_of_given, self.groupings, self.levels = days[1], False, groupings, {}
        self.outliers_by, self.roles = list(outliers_by), set(roles)
        self.con = duckdb.connect()
        out = work / f"{name}-run-{period}"
        run("run", "--quiet", "--project", self.folder, "--period", period, "--out", out, "--lines", "csv")
        self.payees = {row["payee_id"]: row["kind"] for row in rows(self.folder / "data/payees.csv")}
        assignments = self.folder / "data/assignments.csv"
        self.assigned = rows(assignments) if assignments.exists() else []
        self.deals(columns or {}, won or (lambda word: word == "won"))
        self.lines(out)
        for table in ("open", "subjects", "held", "conflicts", "handoffs", "inquiries", "registrations"):
            groups = "".join(f', "{column}" VARCHAR' for column in self.extra)
            self.con.execute(f"{EMPTY[table]}{groups})")

    def kind(self, payee, day):
        for row in self.assigned:
            if row["payee_id"] == payee and date(row["from"]) <= day and (row["until"] is None or day <= date(row["until"])) and row["kind"]:
                return row["kind"]
        return self.payees[payee]

    def deals(self, columns, won):
        source = rows(self.folder / "data/deals.csv")
        self.extra = sorted({column for by, _ in self.groupings for column in by if column not in ("month", "kind")})
        name = lambda column: columns.get(column, column)
        sold = {}
        for row in source:
            get = lambda column: row.get(name(column))
            amount, listed = e6(get("amount")), e6(get("list_amount"))
            discount = None
            if listed:
                discount = int((Decimal(listed - amount) / Decimal(listed)).quantize(Decimal("0.000001"), ROUND_HALF_UP).scaleb(6))
            sold[get("deal_id")] = {
                "deal_id": get("deal_id"), "won": won(get("outcome")), "close": date(get("close_date")), "amount": amount, "size": abs(amount), "list": listed,
                "created": date(get("created_on")), "term": date(get("term_ends_on")), "account": get("account_id"), "reverses": get("reverses_deal_id"),
                "renews": get("renews_deal_id"), "lost_reason": get("lost_reason"), "channel": get("channel"), "deal_type": get("deal_type"),
                "discount_e6": discount, "priced": False, "breach": False, "referral": False, **{column: row.get(name(column)) for column in self.extra},
            }
        self.classes(sold)
        names = {name: "VARCHAR" for name in ["deal_id", "account", "reverses", "renews", "lost_reason", "claim_id", "class", "channel", "deal_type"]}
        names |= {column: "VARCHAR" for column in self.extra}
        names |= dict.fromkeys(["close", "created", "term"], "DATE") | dict.fromkeys(["won", "joined", "referral", "priced", "breach"], "BOOLEAN")
        names |= dict.fromkeys(["amount", "size", "list", "given", "discount_e6", "below_floor"], "HUGEINT")
        self.table("deals", names, list(sold.values()))

    def classes(self, sold):
        work = rows(self.folder / "data/engagements.csv")
        of_deal, of_account = {}, {}
        for row in work:
            day = date(row["occurred_on"])
            if row["deal_id"]:
                of_deal.setdefault(row["deal_id"], []).append((row["payee_id"], row["role"], day))
            accounts = {row.get("account_id"), sold[row["deal_id"]]["account"] if row["deal_id"] in sold else None} - {None}
            for account in accounts if day else ():
                of_account.setdefault(account, []).append((row["payee_id"], day))
        for deal in sold.values():
            close = deal["close"]
            own = [one for one in of_deal.get(deal["deal_id"], []) if (one[2] is None or one[2] <= close) and self.kind(one[0], close) == "partner"]
            near = any((close - day).days <= 365 and day <= close and self.kind(who, close) == "partner" for who, day in of_account.get(deal["account"], []))
            near = near or any(day is None or (close - day).days <= 365 for _, _, day in own)
            roles = {role for _, role, _ in own}
            deal["joined"] = bool(own)
            deal["class"] = (
                "sourced" if roles & self.roles else "co_sold" if "cosell" in roles else "influenced" if near
                else "fulfilled" if deal["channel"] == "partner" else "direct"
            )
        for deal in sold.values():
            if deal["reverses"] in sold and deal["won"]:
                deal["class"] = sold[deal["reverses"]]["class"]

    def table(self, name, columns, rows):
        types = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        self.con.execute(f"CREATE TABLE {name} ({types})")
        self.con.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' for _ in columns)})", [[row.get(column) for column in columns] for row in rows])

    def lines(self, out):
        made = [{
            "deal_id": row["deal_id"], "payee_id": row["payee_id"], "kind": self.kind(row["payee_id"], date(row["close_date"])),
            "credited": e6(row["credited"]), "paid": e6(row["amount"]), "line_close": date(row["close_date"]), "amount": None,
        } for row in rows(out / "lines.csv")]
        for row in made:
            row["partner"] = row["kind"] == "partner"
        self.table("lines", {"deal_id": "VARCHAR", "payee_id": "VARCHAR", "kind": "VARCHAR", "partner": "BOOLEAN", "credited": "HUGEINT", "paid": "HUGEINT",
                             "line_close": "DATE", "amount": "HUGEINT"}, made)


# Tables that such a project does not have.
EMPTY = {
    "open": "CREATE TABLE open (created DATE, closes DATE",
    "subjects": "CREATE TABLE subjects (subject VARCHAR",
    "held": "CREATE TABLE held (deal_id VARCHAR, line_close DATE, paid HUGEINT",
    "conflicts": "CREATE TABLE conflicts (about VARCHAR, closes DATE, state VARCHAR, resolved_in BIGINT, in_time BOOLEAN, beyond BOOLEAN, award BOOLEAN, to_employee BOOLEAN",
    "handoffs": "CREATE TABLE handoffs (about VARCHAR, offered DATE, accepted DATE",
    "inquiries": "CREATE TABLE inquiries (deal_id VARCHAR, raised DATE, answered DATE, adjusted BOOLEAN",
    "registrations": "CREATE TABLE registrations (about VARCHAR, kind VARCHAR, submitted DATE, decided BOOLEAN, approved BOOLEAN, seconds BIGINT, over BOOLEAN, worked BOOLEAN",
}
