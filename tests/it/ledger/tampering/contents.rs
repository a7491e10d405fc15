//! What the files of a close say, with digests that fit.

use super::{Tampering, covered, more};
use crate::ledger::forger::Forger;
use crate::verify::lines::Lines;

pub fn all() -> impl Iterator<Item = Tampering> {
    [entries(), figures(), balances(), others()].into_iter().flatten()
}

/// What is said of entries that don't add up.
const TO_DATE: &str = "its sums to date are not those of all entries so far";

/// The amounts of an entry and of all so far.
const AMOUNTS: [&str; 4] = ["earned", "released", "earned_to_date", "released_to_date"];

/// Changes the entry of a deal.
fn entry(forger: &Forger, close: usize, deal: &str, change: impl FnOnce(&mut Lines, usize)) {
    forger.entries(close, |entries| {
        let row = entries.first("deal_id", |cell| cell == Some(deal));
        change(entries, row);
    });
}

/// Changes the entry of an adjustment.
fn adjustment(forger: &Forger, close: usize, change: impl FnOnce(&mut Lines, usize)) {
    forger.entries(close, |entries| {
        let row = entries.first("adjustment_id", |cell| cell.is_some());
        change(entries, row);
    });
}

/// Entries, with digests that fit.
fn entries() -> Vec<Tampering> {
    // Adds to some amounts of the entry of a deal.
    let add =
        |name: &str, said: &str, (close, deal): (usize, &'static str), columns: &'static [&str], cents| {
            covered(name, said, move |forger| {
                entry(forger, close, deal, |entries, row| {
                    columns.iter().for_each(|column| entries.add(row, column, cents));
                });
            })
        };
    // Another cell in the true-up of February.
    let set = |name: &str, said: &str, column: &'static str, cell: &'static str| {
        covered(name, said, move |forger| {
            entry(forger, 2, "D1", |entries, row| entries.set(row, column, Some(cell)));
        })
    };
    vec![
        add("a cent more is earned", TO_DATE, (2, "D5"), &["earned"], 1),
        add("a cent more is released", TO_DATE, (2, "D2"), &["released"], 1),
        add("a cent more to date", TO_DATE, (2, "D1"), &["earned_to_date"], 1),
        add("a cent more released to date", TO_DATE, (2, "D1"), &["released_to_date"], -1),
        add("a cent more, to date as well", "lines of `cat`", (2, "D5"), &AMOUNTS, 1),
        add(
            "more is released than earned",
            "more is released than earned, or less than nothing",
            (3, "D7"),
            &["released", "released_to_date"],
            20_000,
        ),
        set("an entry of another month", "its close date is not in its month", "of_period", "2026-02"),
        set("a true-up that is called new", "its entry is not that of its month", "entry", "new"),
        set("an entry without a cause", "it has no cause", "cause", ""),
        set(
            "a true-up that is said to release only",
            "its cause says that it only releases",
            "cause",
            "release",
        ),
        set("an entry of another close", "it is of another close", "close", "2026-01"),
        set("an entry in another currency", "it is in another currency", "currency", "EUR"),
        covered("a cent more, in entries, balances, payouts and totals", "is not what is posted", |forger| {
            entry(forger, 3, "D6", |entries, row| {
                for column in AMOUNTS {
                    entries.add(row, column, 1);
                }
            });
            for column in ["lines", "paid", "paid_amount"] {
                forger.cell(3, "balances.csv", (&[("payee_id", "ann")], column), more(1));
            }
        }),
        covered("an entry is gone", "lines of `cat`", |forger| {
            entry(forger, 2, "D5", |entries, row| drop(entries.rows.remove(row)));
        }),
        covered("an entry twice", "it comes after an entry that it should precede or equals", |forger| {
            entry(forger, 2, "D5", |entries, row| {
                let twice = entries.rows[row].clone();
                entries.rows.insert(row, twice);
            });
        }),
        covered("an entry for somebody else", "has entries and no row", |forger| {
            entry(forger, 3, "D6", |entries, row| {
                let mut other = entries.rows[row].clone();
                other[entries.column("payee_id")] = Some("abe".to_owned());
                entries.rows.insert(0, other);
            });
        }),
        covered("an entry that goes to somebody else", "lines of `ann`", |forger| {
            entry(forger, 3, "D6", |entries, row| entries.set(row, "payee_id", Some("aaa")));
        }),
        covered("entries in another order", "it comes after an entry that it should precede", |forger| {
            forger.entries(2, |entries| entries.rows.swap(0, 1));
        }),
        covered("an adjustment that is held", "an adjustment is held", |forger| {
            adjustment(forger, 2, |entries, row| entries.add(row, "released", -100));
        }),
        covered(
            "an adjustment with a close date",
            "a line has a close date, and an adjustment has none",
            |forger| {
                adjustment(forger, 2, |entries, row| entries.set(row, "close_date", Some("20500")));
            },
        ),
        covered("an entry that changes nothing", "it changes nothing", |forger| {
            entry(forger, 3, "D6", |entries, row| {
                for column in AMOUNTS {
                    entries.set(row, column, Some("0"));
                }
            });
        }),
    ]
}

/// Every figure of a payee who has it, with digests that fit.
fn figures() -> Vec<Tampering> {
    [
        (3, "ben", "carried_in"),
        (3, "ann", "owed_in"),
        (3, "ben", "held_in"),
        (2, "cat", "lines"),
        (2, "ann", "true_ups"),
        (2, "ann", "clawbacks"),
        (2, "cat", "adjustments"),
        (2, "ben", "held_change"),
        (2, "eve", "guarantee"),
        (3, "ben", "taken"),
        (2, "ann", "advance"),
        (3, "ann", "recovery"),
        (3, "ann", "forgiven"),
        (2, "eve", "paid"),
        (3, "ben", "carried_out"),
        (2, "ann", "owed_out"),
        (2, "ben", "held_out"),
        (2, "cat", "paid_amount"),
    ]
    .into_iter()
    .map(|(close, payee, column)| {
        covered(&format!("a cent more of {column}"), "error[wrong-posting]", move |forger| {
            forger.cell(close, "balances.csv", (&[("payee_id", payee)], column), more(1));
        })
    })
    .collect()
}

/// A copy of the first row behind all others, with other cells.
fn again(rows: &mut Vec<Vec<String>>, cells: &[(usize, &str)]) {
    let mut other = rows[0].clone();
    cells.iter().for_each(|(place, cell)| other[*place] = (*cell).to_owned());
    rows.push(other);
}

/// Rows of balances.csv, with digests that fit.
fn balances() -> Vec<Tampering> {
    let of = |payee: &'static str, column: &'static str, said: &'static str, text: &'static str| {
        covered(&format!("another {column}"), said, move |forger| {
            forger.cell(2, "balances.csv", (&[("payee_id", payee)], column), |_| text.to_owned());
        })
    };
    vec![
        of("cat", "rate", "what is paid is not what its rate gives", "1.300000000"),
        of("cat", "quoted", "what is paid is not what its rate gives", "unit-per-book"),
        of("cat", "paid_currency", "is paid otherwise", "GBP"),
        of("ann", "currency", "it is in another currency than the book", "EUR"),
        of("cat", "name", "`cat` is paid otherwise", "Cats"),
        of("eve", "guarantee_id", "a guarantee that no draw gives", ""),
        of("ann", "draw_id", "an advance that no draw gives", ""),
        of("ann", "draw_on", "draw", "2026-01-31"),
        covered("another last draw", "its last draw is not the one of the close before", |forger| {
            forger.cell(3, "balances.csv", (&[("payee_id", "ann")], "draw_on"), |_| "2026-01-31".to_owned());
        }),
        covered("a row is gone", "`eve` is paid nothing", |forger| {
            forger.rows(2, "balances.csv", |rows| rows.retain(|row| row[0] != "eve"));
        }),
        covered("a balance that is forgotten", "has a balance and no row", |forger| {
            forger.rows(3, "balances.csv", |rows| rows.retain(|row| row[0] != "ben"));
        }),
        covered("a row more", "carried_in of `zoe`", |forger| {
            forger.rows(2, "balances.csv", |rows| again(rows, &[(0, "zoe"), (2, "5.00")]));
        }),
        covered("rows in another order", "it comes after a row that it should precede", |forger| {
            forger.rows(2, "balances.csv", |rows| rows.swap(0, 1));
        }),
        covered("more is paid and less carried on", "is paid otherwise", |forger| {
            for (column, cents) in [("paid", 100), ("paid_amount", 100), ("carried_out", -100)] {
                forger.cell(1, "balances.csv", (&[("payee_id", "ann")], column), more(cents));
            }
        }),
    ]
}

/// The other files, with digests that fit.
fn others() -> Vec<Tampering> {
    vec![
        covered("a payout that is a cent more", "`eve` is paid otherwise", |forger| {
            forger.cell(2, "payouts.csv", (&[("payee_id", "eve")], "amount"), more(1));
        }),
        covered("a payout to another name", "`eve` is paid otherwise", |forger| {
            forger.cell(2, "payouts.csv", (&[("payee_id", "eve")], "name"), |_| "Zoe".to_owned());
        }),
        covered("a payout that is gone", "`eve` is paid and has no row", |forger| {
            forger.rows(2, "payouts.csv", |rows| rows.retain(|row| row[0] != "eve"));
        }),
        covered("a payout to somebody else", "`zoe` is paid nothing", |forger| {
            forger.rows(2, "payouts.csv", |rows| again(rows, &[(0, "zoe")]));
        }),
        covered("a cent more that is held", "what is held of `ben`", |forger| {
            forger.cell(2, "held.csv", (&[("deal_id", "D4")], "held"), more(1));
        }),
        covered("what is held is hidden", "what is held of `ben`", |forger| {
            forger.rows(2, "held.csv", |rows| rows.retain(|row| row[2] != "D4"));
        }),
        covered("something is held that nobody earned", "nothing is posted for `zoe`", |forger| {
            forger.rows(2, "held.csv", |rows| again(rows, &[(0, "zoe")]));
        }),
        covered("a larger share may be paid", "its share is not what is released", |forger| {
            forger.cell(3, "held.csv", (&[("deal_id", "D7")], "share"), |_| "0.6".to_owned());
        }),
        covered("a line is a cent more", "is not what is posted", |forger| {
            forger.parquet(2, "lines.parquet", |lines| {
                let row = lines.find("tenth", "D5", "cat");
                lines.add(row, "amount", 1);
            });
        }),
        covered("a line is gone", "has an amount under `tenth` on `D5` without a line", |forger| {
            forger.parquet(2, "lines.parquet", |lines| {
                let row = lines.find("tenth", "D5", "cat");
                lines.rows.remove(row);
            });
        }),
        covered("a line more", "is not posted", |forger| {
            forger.parquet(2, "lines.parquet", |lines| {
                let row = lines.find("tenth", "D5", "cat");
                let mut other = lines.rows[row].clone();
                other[lines.column("deal_id")] = Some("D9".to_owned());
                lines.rows.push(other);
            });
        }),
        covered("a restated line is a cent more", "is not what is posted", |forger| {
            forger.parquet(2, "lines-restated.parquet", |lines| {
                let row = lines.find("tenth", "D1", "ann");
                lines.add(row, "amount", 1);
            });
        }),
        covered("a restated line is gone", "has an amount under `tenth` on `D1` without a line", |forger| {
            forger.parquet(2, "lines-restated.parquet", |lines| {
                let row = lines.find("tenth", "D1", "ann");
                lines.rows.remove(row);
            });
        }),
        covered("a finding is a cent more", "`unknown-payee` of `dan`", |forger| {
            forger.cell(3, "findings.csv", (&[("code", "unknown-payee")], "amount"), more(1));
        }),
        covered("a finding is hidden", "`dan` is not in people.csv", |forger| {
            forger.rows(3, "findings.csv", |rows| rows.retain(|row| row[0] != "unknown-payee"));
        }),
        covered("a finding of somebody who is known", "`unknown-payee` of `eve`", |forger| {
            forger.rows(3, "findings.csv", |rows| {
                let mut other = rows.last().unwrap().clone();
                other[3] = "eve".to_owned();
                other[4] = "0.00".to_owned();
                rows.push(other);
            });
        }),
        covered("a payee who is taken out of people.csv", "`eve` is not in people.csv", |forger| {
            forger.rows(2, "people.csv", |rows| rows.retain(|row| row[0] != "eve"));
        }),
        covered("a payee twice in people.csv", "it comes after a row that it should precede", |forger| {
            forger.rows(2, "people.csv", |rows| rows.insert(0, rows[0].clone()));
        }),
        covered("a reversal that reverses nothing", "reversals.csv", |forger| {
            forger.rows(2, "reversals.csv", |rows| {
                rows.push(["D5", "D1", "tenth", "mirror", "-5.00"].map(str::to_owned).to_vec());
            });
        }),
    ]
}
