"""Computes the scorecards of some projects again, by SQL of DuckDB, and compares every row with scorecard.csv to the last digit.

    judge.py FOLDER

FOLDER is for what is written. APPORTION names the program.

Deals, work, registrations, hand-overs and inquiries are read from the projects' own files. Lines, claims, conflicts and prices are those
of a run's result, which other tests prove. Nothing here knows how the program computes: docs/reference/reports.md is what it follows.
"""

import csv
import os
import pathlib
import subprocess
import sys

import duckdb

from projects import PROJECTS

APPORTION = os.environ["APPORTION"]


def run(*arguments):
    done = subprocess.run([APPORTION, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode > 1:
        sys.exit(f"{' '.join(map(str, arguments))}\n{done.stderr}")
    return done.stdout


# --- numbers -------------------------------------------------------------------------------------------------------------------------


def half_away(numerator, denominator):
    """A whole quotient, half away from zero."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    numerator, denominator = abs(numerator), abs(denominator)
    return sign * ((2 * numerator + denominator) // (2 * denominator))


def fixed(number, scale):
    text = str(abs(number)).rjust(scale + 1, "0")
    text = f"{text[:-scale]}.{text[-scale:]}" if scale else text
    return f"-{text}" if number < 0 else text


def money(e6, digits):
    scale = 6
    while scale > digits and e6 % 10 == 0:
        e6, scale = e6 // 10, scale - 1
    return fixed(e6, scale)


SCALE = {"count": 0, "money": 6}


def text(number, unit, digits):
    return str(number) if unit == "count" else money(number, digits)


def cells(shape, numerator, denominator, digits):
    kind, *units = shape
    numerator = 0 if numerator is None and kind != "median" else numerator
    if kind == "sum":
        return [text(numerator, units[0], digits), "", ""]
    if kind == "ratio":
        above, below = units
        shown = [text(numerator, above, digits), text(denominator, below, digits)]
        if denominator == 0:
            return ["", *shown]
        up = 6 + SCALE[below] - SCALE[above]
        return [fixed(half_away(numerator * 10**up, denominator), 6), *shown]
    twice, per = numerator, units[0]
    return ["" if twice is None else fixed(half_away(twice * 10**6, 2 * per), 6), "", ""]


# --- facts ---------------------------------------------------------------------------------------------------------------------------

# Twice the median of a list that is sorted.
MIDDLE = "(list_sort({0})[(len({0}) + 1) // 2] + list_sort({0})[len({0}) // 2 + 1])::HUGEINT"


class Metrics:
    """What is asked of one project, period and grouping."""

    def __init__(self, project, by, exclude):
        self.con, self.by = project.con, by
        self.period, self.as_of, self.digits = project.period, project.as_of, project.digits
        self.first, self.last = project.days
        self.rows = {}
        quoted = ", ".join("'" + reason.replace("'", "''") + "'" for reason in exclude) or "''"
        self.con.execute(f"""
            CREATE OR REPLACE VIEW sold AS
            SELECT *, won AND reverses IS NOT NULL AS reversal,
              NOT (won AND reverses IS NOT NULL) AND amount >= 0 AND (won OR lost_reason IS NULL OR lost_reason NOT IN ({quoted})) AS decided,
              NOT (won AND reverses IS NOT NULL) AND amount >= 0 AND NOT (won OR lost_reason IS NULL OR lost_reason NOT IN ({quoted})) AS excluded,
              CASE WHEN NOT won THEN NULL WHEN reverses IS NOT NULL THEN -size ELSE amount END AS revenue
            FROM deals""")

    def keys(self, source, month, kinds=False):
        """SQL of what facts are grouped by, for each column of the grouping; None is `all`."""
        names = []
        for column in self.by:
            if column == "month":
                names.append(f"strftime({month}, '%Y-%m')")
            elif column == "kind":
                names.append("coalesce(kind, 'unknown')" if kinds else None)
            else:
                names.append(f"coalesce({source}.\"{column}\"::VARCHAR, 'unknown')")
        return names

    def ask(self, facts, month, measures, source="s", kinds=False):
        """Measures are (name, shape, numerator, denominator, n) over the facts, an SQL of a FROM and a WHERE."""
        keys = self.keys(source, month, kinds)
        named = [f"{key} AS k{place}" for place, key in enumerate(keys) if key]
        by = [f"k{place}" for place, key in enumerate(keys) if key]
        for name, shape, numerator, denominator, n in measures:
            inner = f"SELECT {', '.join([*named, '*'])} FROM {facts}" if named else f"SELECT * FROM {facts}"
            sets = f"GROUP BY GROUPING SETS (({', '.join(by)}), ())" if by else ""
            grouping = f"grouping({', '.join(by)})" if by else "1"
            sql = f"SELECT {', '.join(['%s' % key for key in by] + [numerator, denominator, n, grouping])} FROM ({inner}) {sets}"
            for *words, top, bottom, number, level in self.con.execute(sql).fetchall():
                if level or not by:
                    key = tuple("all" for _ in self.by)
                else:
                    found = iter(words)
                    key = tuple(next(found) if key_sql else "all" for key_sql in keys)
                    if not number:
                        continue
                self.rows[(name, key)] = (shape, top, bottom or 0, number or 0)
            # An empty set of facts has no row of everything in some versions.
            everything = tuple("all" for _ in self.by)
            self.rows.setdefault((name, everything), (shape, None, 0, 0))

    def within(self, day):
        return f"{day} BETWEEN DATE '{self.first}' AND DATE '{self.last}'"

    def written(self):
        rows = set()
        for (name, key), (shape, top, bottom, number) in self.rows.items():
            if not name.startswith("-"):
                rows.add((self.period, *key, name, *cells(shape, top, bottom, self.digits), str(number)))
        return rows


COUNT, MONEY = ("sum", "count"), ("sum", "money")
RATE, OF_MONEY, EACH = ("ratio", "count", "count"), ("ratio", "money", "money"), ("ratio", "money", "count")


def number(name, which="TRUE"):
    return name, COUNT, f"count(*) FILTER ({which})", "1", f"count(*) FILTER ({which})"


def amount(name, column, which="TRUE"):
    which = f"({which}) AND {column} IS NOT NULL"
    return name, MONEY, f"sum({column}) FILTER ({which})", "1", f"count(*) FILTER ({which})"


def share(name, part, of="TRUE"):
    return name, RATE, f"count(*) FILTER (({part}) AND ({of}))", f"count(*) FILTER ({of})", f"count(*) FILTER ({of})"


def quotient(name, shape, above, below, which="TRUE"):
    return name, shape, f"coalesce(sum({above}) FILTER ({which}), 0)", f"coalesce(sum({below}) FILTER ({which}), 0)", f"count(*) FILTER ({which})"


def median(name, value, which="TRUE", per=1):
    listed = f"list({value}::HUGEINT) FILTER (({which}) AND {value} IS NOT NULL)"
    return name, ("median", per), MIDDLE.format(listed), "2", f"count(*) FILTER (({which}) AND {value} IS NOT NULL)"


def scorecard(project, by, exclude):
    m = Metrics(project, by, exclude)
    period, as_of = m.within("close"), f"DATE '{project.as_of}'"
    deals = f"sold s WHERE {period}"

    m.ask(deals, "close", [
        amount("revenue", "revenue"),
        number("deals", "decided AND won"),
        quotient("average_deal", EACH, "amount", "1", "decided AND won"),
        number("excluded", "excluded"),
        share("win_rate", "won", "decided"),
        quotient("win_rate_by_value", OF_MONEY, "CASE WHEN won THEN amount ELSE 0 END", "amount", "decided"),
        share("attach_rate", "joined", "decided"),
        median("cycle_days", "(close - created)", "decided AND won"),
        median("cycle_days_lost", "(close - created)", "decided AND NOT won"),
        *[amount(name, "revenue", f"class = '{name}'") for name in ("sourced", "co_sold", "influenced", "fulfilled", "direct")],
        share("registered_win_rate", "won", "decided AND claim_id IS NOT NULL"),
        number("referrals_won", "decided AND won AND referral"),
        amount("referral_revenue", "amount", "decided AND won AND referral"),
        quotient("discount", OF_MONEY, "(list - amount)", "list", "decided AND won AND list IS NOT NULL"),
        quotient("realisation", OF_MONEY, "amount", "list", "decided AND won AND list IS NOT NULL"),
        share("breach_rate", "breach", "decided AND won AND priced"),
        amount("leakage", "below_floor", "decided AND won AND priced"),
    ])
    m.ask(f"(SELECT *, FALSE AS open FROM sold WHERE decided AND close <= {as_of} UNION ALL BY NAME SELECT *, FALSE AS won, TRUE AS open FROM open) s "
          f"WHERE {m.within('created')}", "created", [share("close_rate", "won"), number("still_open", "open")])

    everything = tuple("all" for _ in by)
    shape, whole, _, rows = m.rows[("revenue", everything)]
    for (name, key), (_, top, _, _) in list(m.rows.items()):
        if name == "revenue":
            m.rows[("share_of_revenue", key)] = (OF_MONEY, top, whole or 0, rows)

    outliers(m, project)
    m.ask("(SELECT l.*, s.* EXCLUDE (deal_id, amount) FROM lines l LEFT JOIN deals s USING (deal_id)) s", "line_close",
          [amount("credited", "credited"), amount("earned", "paid")], kinds=True)
    cost_rate(m, by)
    m.rows[("concentration", everything)] = None
    concentration(m, by)
    renewals(m, as_of)
    m.ask(f"(SELECT h.*, x.* FROM handoffs h LEFT JOIN subjects x ON x.subject = h.about) s WHERE {m.within('offered')}", "offered", [
        number("handoffs"), share("handoff_acceptance", "accepted IS NOT NULL"), median("handoff_days", "(accepted - offered)"),
    ])
    m.ask(f"(SELECT r.*, x.* FROM registrations r LEFT JOIN subjects x ON x.subject = r.about) s WHERE {m.within('submitted')}", "submitted", [
        number("registrations"), share("approval_rate", "approved", "decided"), median("hours_to_decide", "seconds", per=3600),
        share("expired_rate", "approved AND over", "approved"), share("idle_rate", "approved AND NOT worked", "approved"),
        number("referrals", "kind = 'referral'"),
    ])
    m.ask("(SELECT c.*, x.* FROM conflicts c LEFT JOIN subjects x ON x.subject = c.about) s", "closes", [
        number("conflicts"), median("days_to_resolve", "resolved_in"), share("in_time", "in_time", "state = 'decided'"),
        share("escalated", "beyond"), share("won_by_direct", "to_employee", "award"),
    ])
    m.ask("(SELECT l.*, x.* FROM held l LEFT JOIN subjects x ON x.subject = l.deal_id) s", "line_close", [amount("held", "paid")])
    m.ask("open s", "closes", [number("-open")])
    conflict_rate(m, everything)
    m.ask(f"(SELECT q.*, x.* FROM inquiries q LEFT JOIN subjects x ON x.subject = q.deal_id) s WHERE {m.within('raised')}", "raised", [
        share("inquiries_answered", "answered IS NOT NULL"), median("days_to_answer", "(answered - raised)"), share("inquiries_adjusted", "adjusted"),
    ])
    new_segments(m, by)
    none = ", ".join(f'NULL AS "{column}"' for column in by if column not in ("month", "kind")) or "1 AS one"
    for gate, level in project.levels.items():
        m.ask(f"(SELECT *, {none} FROM ({level}) e) s WHERE {m.within('opened')}", "opened", [share(f"sla_met:{gate}", "met")])
    return m.written()


def cost_rate(m, by):
    kind = by.index("kind") if "kind" in by else None
    keys = {key for name, key in m.rows if name == "earned"}
    if kind is None:
        keys |= {key for name, key in m.rows if name == "revenue"}
    for key in keys:
        of_all = tuple("all" if place == kind else word for place, word in enumerate(key))
        _, paid, _, _ = m.rows.get(("earned", key), (None, 0, 0, 0))
        _, revenue, _, rows = m.rows.get(("revenue", of_all), (None, 0, 0, 0))
        m.rows[("cost_rate", key)] = (OF_MONEY, paid or 0, revenue or 0, rows)


def conflict_rate(m, everything):
    keys = {key for name, key in m.rows if name in ("conflicts", "deals", "-open")}
    for key in keys:
        found = m.rows.get(("conflicts", key), (None, 0, 0, 0))[1] or 0
        parts = [m.rows.get((name, key), (None, 0, 0, 0)) for name in ("deals", "-open")]
        below = sum(part[1] or 0 for part in parts)
        m.rows[("conflict_rate", key)] = (RATE, found, below, sum(part[3] for part in parts))


def concentration(m, by):
    keys = [key for key in m.keys("s", "line_close", False) if key]
    facts = "(SELECT l.*, s.* EXCLUDE (deal_id, amount) FROM lines l LEFT JOIN deals s USING (deal_id)) s WHERE partner AND credited IS NOT NULL"
    for columns in ([*keys], []):
        named = "".join(f"{key} AS k{place}, " for place, key in enumerate(columns))
        group = ", ".join([f"k{place}" for place in range(len(columns))] + ["payee_id"])
        inner = f"SELECT {named} payee_id, sum(credited) AS c, count(*) AS n FROM {facts} GROUP BY {group}"
        outer = ", ".join(f"k{place}" for place in range(len(columns)))
        sql = f"SELECT {outer + ', ' if outer else ''}max(c), sum(c), sum(n) FROM ({inner}) {'GROUP BY ' + outer if outer else ''}"
        for *words, top, whole, rows in m.con.execute(sql).fetchall():
            found = iter(words)
            key = tuple("all" if not columns or key_sql is None else next(found) for key_sql in m.keys("s", "line_close", False))
            m.rows[("concentration", key)] = (OF_MONEY, top or 0, whole or 0, rows or 0)


def renewals(m, as_of):
    facts = f"""(SELECT e.*, r.renewed FROM sold e LEFT JOIN
        (SELECT renews, sum(amount) AS renewed FROM sold WHERE decided AND won AND renews IS NOT NULL AND close <= {as_of} GROUP BY renews) r
        ON r.renews = e.deal_id WHERE e.decided AND e.won) s WHERE {m.within('term')}"""
    m.ask(facts, "term", [
        share("renewal_rate", "renewed IS NOT NULL"),
        quotient("renewal_rate_by_value", OF_MONEY, "least(coalesce(renewed, 0), amount)", "amount"),
        amount("churned", "amount", "renewed IS NULL"),
    ])


def outliers(m, project):
    by = ", ".join(f'"{column}"' for column in project.outliers_by) or "1"
    middle = MIDDLE.format("list(x::HUGEINT)")
    spread = MIDDLE.format("list(deviation::HUGEINT)")
    m.con.execute(f"""
        CREATE OR REPLACE TABLE judged AS
        WITH like_it AS (SELECT *, coalesce(given, discount_e6) AS x FROM sold WHERE decided AND won AND {m.within('close')} AND coalesce(given, discount_e6) IS NOT NULL),
        middles AS (SELECT {by}, {middle} AS m2, count(*) AS alike FROM like_it GROUP BY ALL),
        apart AS (SELECT l.*, m2, alike, abs(2 * x - m2) AS deviation FROM like_it l JOIN middles m ON {' AND '.join(f'l."{c}" IS NOT DISTINCT FROM m."{c}"' for c in project.outliers_by) or 'TRUE'}),
        spreads AS (SELECT {by}, {spread} AS mad4 FROM apart GROUP BY ALL)
        SELECT a.*, alike >= 10 AND mad4 > 0 AND 13490 * deviation > 35000 * mad4 AS outlier
        FROM apart a JOIN spreads p ON {' AND '.join(f'a."{c}" IS NOT DISTINCT FROM p."{c}"' for c in project.outliers_by) or 'TRUE'}""")
    m.ask("judged s", "close", [number("discount_outlier", "outlier")])


def new_segments(m, by):
    plain = [f'"{column}"' for column in by if column not in ("month", "kind")]
    same = " AND ".join(f"e.{column} IS NOT DISTINCT FROM s.{column}" for column in plain) or "TRUE"
    facts = f"""(SELECT * FROM sold s WHERE {m.within('close')} AND revenue IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM sold e WHERE e.revenue IS NOT NULL AND e.close < DATE '{m.first}' AND e.close >= DATE '{m.first}' - INTERVAL 12 MONTH AND {same})) s"""
    m.ask(facts, "close", [amount("new_segments", "revenue")])


# --- comparison ----------------------------------------------------------------------------------------------------------------------


def compare(project, by, exclude, folder):
    out = folder / ("-".join(by).replace(".", "_") + ("-x" if exclude else ""))
    arguments = ["report", "scorecard", "--quiet", "--project", project.folder, "--period", project.period, "--by", ",".join(by), "--out", out, "--format", "csv"]
    if project.as_of_given:
        arguments += ["--as-of", project.as_of]
    if exclude:
        arguments += ["--exclude", ",".join(exclude)]
    run(*arguments)
    with open(out / "scorecard.csv", newline="") as file:
        made = [tuple(row) for row in csv.reader(file)][1:]
    expected = scorecard(project, by, exclude)
    if len(set(made)) != len(made):
        sys.exit(f"{out}: rows twice")
    missing, extra = sorted(expected - set(made)), sorted(set(made) - expected)
    for name, rows in (("missing", missing), ("extra", extra)):
        for row in rows[:12]:
            print(f"{project.name} {','.join(by)}: {name} {row}")
    if missing or extra:
        print(f"{project.name} by {','.join(by)}: {len(missing)} missing and {len(extra)} extra of {len(expected)} rows")
        return 1
    print(f"{project.name} {project.period} by {','.join(by)}: {len(made)} rows are equal")
    return 0


def main():
    folder = pathlib.Path(sys.argv[1])
    wrong = 0
    for make in PROJECTS:
        for project in make(duckdb, run, folder):
            for by, exclude in project.groupings:
                wrong += compare(project, by, exclude, folder / project.name)
    sys.exit(wrong != 0)


main()
