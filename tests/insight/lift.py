"""Lift on data of which the effect of partners' work is known: it lies in the interval for at least 90 of 100 seeds, where there is one and where there is
none; while the naive difference misleads. Every figure of lift.csv is computed again with fractions.

    lift.py FOLDER
"""

import csv
import math
import os
import pathlib
import random
import subprocess
import sys
from fractions import Fraction

APPORTION = os.environ["APPORTION"]
SEEDS = 100

PROJECT = """[book]
name = "Lift"
currency = "USD"
rules = ["rules.toml"]
[sources.deals]
path = "deals.csv"
[sources.engagements]
path = "work.csv"
[sources.payees]
path = "payees.csv"
"""
RULES = '[[shared_credit]]\nid = "all"\nwhy = "x"\neffective = { from = 2026-01-01 }\nrate = "1%"\nmodel = "equal"\n'
SEGMENTS = {"small": (0.25, 0.15), "large": (0.60, 0.75)}


def half_away(number, digits):
    scaled = abs(number) * 10**digits
    whole = int((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator))
    return Fraction(-whole if number < 0 else whole, 10**digits)


def shown(number):
    micro = int(number * 10**6)
    text = str(abs(micro)).rjust(7, "0")
    return ("-" if micro < 0 else "") + f"{text[:-6]}.{text[-6:]}"


def make(folder, seed, effect):
    """Partners work on large customers above all, who buy more often anyway."""
    chance = random.Random(f"{seed}-{effect}")
    folder.mkdir(parents=True)
    (folder / "apportion.toml").write_text(PROJECT)
    (folder / "rules.toml").write_text(RULES)
    (folder / "payees.csv").write_text("payee_id,kind\nE,employee\nP,partner\n")
    deals, work, planted = [], [], 0
    for n in range(600):
        segment = chance.choice(list(SEGMENTS))
        odds, partnered = SEGMENTS[segment]
        joined = chance.random() < partnered
        amount = chance.choice([5_000, 7_500, 40_000])
        won = chance.random() < odds + (effect if joined else 0)
        planted += effect if joined else 0
        deals.append((f"D{n}", "won" if won else "lost", "2026-03-01", amount, segment))
        work.append((f"W{n}", f"D{n}", "P" if joined else "E", "demo", "2026-02-01"))
    (folder / "deals.csv").write_text("deal_id,outcome,close_date,amount,segment\n" + "".join(",".join(map(str, row)) + "\n" for row in deals))
    (folder / "work.csv").write_text("engagement_id,deal_id,payee_id,role,occurred_on\n" + "".join(",".join(row) + "\n" for row in work))
    joined = {row[1] for row in work if row[2] == "P"}
    return [(row[0] in joined, row[1] == "won", row[3], (row[4], len(str(row[3])))) for row in deals], planted


def expected(deals, at_least=5):
    strata = {}
    for joined, won, amount, key in deals:
        side = strata.setdefault(key, {True: [0, 0, 0], False: [0, 0, 0]})[joined]
        side[0] += 1
        side[1] += won
        side[2] += amount * won
    wins = revenue = variance = Fraction(0)
    unmatched = 0
    for side in strata.values():
        (n1, w1, s1), (n0, w0, s0) = side[True], side[False]
        if min(n1, n0) < at_least:
            unmatched += n1
            continue
        wins += half_away(n1 * (Fraction(w1, n1) - Fraction(w0, n0)), 12)
        revenue += half_away(n1 * (Fraction(s1, n1) - Fraction(s0, n0)), 12)
        q1, q0 = Fraction(w1 + 1, n1 + 2), Fraction(w0 + 1, n0 + 2)
        variance += half_away(n1**2 * (q1 * (1 - q1) / (n1 - 1) + q0 * (1 - q0) / (n0 - 1)), 12)
    wins, revenue, variance = half_away(wins, 6), half_away(revenue, 6), half_away(variance, 6)
    square = int(variance * 10**12)
    root = math.isqrt(square)
    error = Fraction(root + (square - root * root > root), 10**6)
    margin = half_away(error * Fraction(196, 100), 6)
    total = lambda side, place: sum(stratum[side][place] for stratum in strata.values())
    n1, n0 = total(True, 0), total(False, 0)
    naive = [half_away(n1 * (Fraction(total(True, place), n1) - Fraction(total(False, place), n0)), 6) for place in (1, 2)]
    return {
        "lift_wins": wins, "lift_wins_low": wins - margin, "lift_wins_high": wins + margin, "standard_error": error, "incremental_revenue": revenue,
        "unmatched_share": half_away(Fraction(unmatched, n1), 6), "naive_wins": naive[0], "naive_revenue": naive[1],
    }


def main():
    folder = pathlib.Path(sys.argv[1])
    for effect in (0.0, 0.15):
        inside = misled = 0
        for seed in range(SEEDS):
            project = folder / f"{effect}-{seed}"
            deals, planted = make(project, seed, effect)
            done = subprocess.run([APPORTION, "report", "lift", "--quiet", "--project", project, "--period", "2026", "--format", "csv"],
                                  capture_output=True, text=True)
            if done.returncode:
                sys.exit(done.stderr)
            made = {row["metric"]: row["value"] for row in csv.DictReader(done.stdout.splitlines())}
            again = {metric: shown(value) for metric, value in expected(deals).items()}
            if made != again:
                sys.exit(f"seed {seed}, effect {effect}: {made} is not {again}")
            inside += float(made["lift_wins_low"]) <= planted <= float(made["lift_wins_high"])
            misled += not float(made["lift_wins_low"]) <= float(made["naive_wins"]) <= float(made["lift_wins_high"])
        print(f"effect {effect}: inside the interval for {inside} of {SEEDS} seeds; the naive difference is outside of it for {misled}")
        if inside < 90 or misled < 90:
            sys.exit("lift does not find what is there")


main()
