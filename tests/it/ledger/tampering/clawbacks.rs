//! What closes take back, with digests that fit: reversals.csv, and the lines and entries of clawbacks.

use std::sync::LazyLock;

use super::{BOOK, Tampering, close, covered, ledger_of, more};
use crate::ledger::desk::{Desk, Files};
use crate::ledger::forger::Forger;
use crate::verify::lines::Lines;

const RULES: &str = r#"
[[shared_credit]]
id = "tenth"
effective = { from = 2026-01-01 }
rate = "10%"
roles = [ { role = "closed", share = "100%" } ]

[[clawback]]
id = "again"
effective = { from = 2026-01-01 }
when = "reversal_cause = 'cancelled'"
method = "recompute"

[[clawback]]
id = "back"
effective = { from = 2026-01-01 }
when = "reversal_cause = 'returned'"
method = "mirror"
"#;

const DEALS: &str = "deal_id,outcome,close_date,amount,reverses_deal_id,reversal_cause\n\
                     D1,won,2026-01-10,1000,,\nD2,won,2026-01-11,800,,\nD3,won,2026-02-10,600,,\n";

const REVERSALS: &str = "R1,won,2026-02-12,-250,D1,returned\nR2,won,2026-02-13,-100,D2,cancelled\n\
                         R3,won,2026-02-14,-60,D3,returned\n";

/// The ledger of January to March. In February a quarter of D1 and a tenth of D3 are returned, and an eighth of D2 is cancelled.
static REVERSED: LazyLock<Files> = LazyLock::new(|| {
    let sources = "receipts = { path = \"receipts.csv\" }\nadjustments = { path = \"adjustments.csv\" }\n\
                   acceptances = { path = \"acceptances.csv\" }\nfx_rates = { path = \"fx.csv\" }\n";
    let desk = Desk::with(&[
        ("apportion.toml", &BOOK.replace(sources, "")),
        ("rules.toml", RULES),
        ("payees.csv", "payee_id,name\nann,Ann\nben,Ben\n"),
        ("engagements.csv", "deal_id,payee_id,role\nD1,ann,closed\nD2,ben,closed\nD3,ann,closed\n"),
    ]);
    for (month, reversals) in [("2026-01", ""), ("2026-02", REVERSALS), ("2026-03", REVERSALS)] {
        desk.write("deals.csv", &format!("{DEALS}{reversals}"));
        close(&desk, month);
    }
    ledger_of(&desk)
});

pub fn all() -> impl Iterator<Item = Tampering> {
    let all = [reversals(), lines(), entries()].into_iter().flatten();
    all.map(|tampering| Tampering { ledger: &REVERSED, ..tampering })
}

/// Rows of reversals.csv.
fn reversals() -> Vec<Tampering> {
    // Another cell in the row of R1.
    let set = |name: &str, said: &str, column: &'static str, cell: &'static str| {
        covered(name, said, move |forger| {
            forger.cell(2, "reversals.csv", (&[("deal_id", "R1")], column), |_| cell.to_owned());
        })
    };
    vec![
        covered("a reversal that takes back is hidden", "the reversal is not in reversals.csv", |forger| {
            forger.rows(2, "reversals.csv", |rows| rows.retain(|row| row[0] != "R1"));
        }),
        covered("a reversal twice", "the reversal is there twice", |forger| {
            forger.rows(2, "reversals.csv", |rows| rows.push(rows[2].clone()));
        }),
        covered("reversals in another order", "it comes after a row that it should precede", |forger| {
            forger.rows(2, "reversals.csv", |rows| rows.swap(0, 1));
        }),
        set("a reversal of another deal", "the reversal is not in reversals.csv", "of_deal_id", "D2"),
        set("a reversal of itself", "a deal reverses itself", "of_deal_id", "R1"),
        set("a reversal by another rule", "the reversal is not in reversals.csv", "rule_id", "again"),
        set(
            "a mirror that is said to recompute",
            "the reversal is not in reversals.csv",
            "method",
            "recompute",
        ),
        set("a reversal by no method", "its method is neither `mirror` nor `recompute`", "method", "guess"),
        set("a reversal of less than nothing", "`size` is no size", "size", "-250.00"),
        set("a reversal of no number", "`size` is no size", "size", "many"),
    ]
}

/// Lines that take back.
fn lines() -> Vec<Tampering> {
    let change = |name: &str, said: &str, change: fn(&mut Lines, usize)| {
        covered(name, said, move |forger| {
            forger.parquet(2, "lines.parquet", |lines| {
                let row = lines.find("back", "R1", "ann");
                change(lines, row);
            });
        })
    };
    vec![
        change("another part than the rate says", "does not take the part of the line", |lines, row| {
            lines.add(row, "rate", 1_000_000);
        }),
        change("a part of more than is posted", "takes back another amount than is posted", |lines, row| {
            lines.add(row, "basis", 100);
        }),
        change(
            "a line of another deal is taken back",
            "the reversal is not in reversals.csv",
            |lines, row| {
                lines.set(row, "of_deal_id", Some("D2"));
            },
        ),
        change("a clawback is a cent less", "is not what is posted", |lines, row| {
            lines.add(row, "amount", 1);
        }),
        change(
            "the line of a clawback is gone",
            "has an amount under `back` on `R1` without a line",
            |lines, row| {
                lines.rows.remove(row);
            },
        ),
    ]
}

/// Changes the entry of R1 in February.
fn entry(forger: &Forger, change: impl FnOnce(&mut Lines, usize)) {
    forger.entries(2, |entries| {
        let row = entries.first("deal_id", |cell| cell == Some("R1"));
        change(entries, row);
    });
}

/// Entries of what is taken back.
fn entries() -> Vec<Tampering> {
    let set = |name: &str, said: &str, column: &'static str, cell: Option<&'static str>| {
        covered(name, said, move |forger| entry(forger, |entries, row| entries.set(row, column, cell)))
    };
    vec![
        set(
            "a clawback of a deal and no rule",
            "a clawback names the rule and the deal of a line",
            "of_rule_id",
            None,
        ),
        set("a clawback of its own deal", "a deal takes back its own line", "of_deal_id", Some("R1")),
        set(
            "a clawback that is called credit",
            "its kind and the line that it takes back do not fit",
            "kind",
            Some("shared_credit"),
        ),
        covered("a clawback that is a line like any other", "lines of `ann`", |forger| {
            entry(forger, |entries, row| {
                entries.set(row, "kind", Some("shared_credit"));
                entries.set(row, "of_rule_id", None);
                entries.set(row, "of_deal_id", None);
            });
        }),
        covered("a clawback is gone", "clawbacks of `ann`", |forger| {
            entry(forger, |entries, row| drop(entries.rows.remove(row)));
        }),
        covered("less is taken back, in entries and balances", "is not what is posted", |forger| {
            entry(forger, |entries, row| {
                for column in ["earned", "released", "earned_to_date", "released_to_date"] {
                    entries.add(row, column, 100);
                }
            });
            for column in ["clawbacks", "paid", "paid_amount"] {
                forger.cell(2, "balances.csv", (&[("payee_id", "ann")], column), more(100));
            }
        }),
        covered("less is recomputed, in entries and balances", "is not what is posted", |forger| {
            forger.entries(2, |entries| {
                let row = entries.first("deal_id", |cell| cell == Some("D2"));
                for column in ["earned", "released", "earned_to_date", "released_to_date"] {
                    entries.add(row, column, 100);
                }
            });
            for column in ["true_ups", "carried_out"] {
                forger.cell(2, "balances.csv", (&[("payee_id", "ben")], column), more(100));
            }
        }),
    ]
}
