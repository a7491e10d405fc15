//! Everything that may be done to a ledger, and what `verify ledger` says of it.

use std::collections::BTreeSet;
use std::fs;
use std::sync::LazyLock;

use apportion::ledger::folder::Approval;

use super::desk::Desk;
use super::forger::Forger;
use super::replay::copy;

const BOOK: &str = r#"
[book]
name = "Test"
currency = "USD"
rules = ["rules.toml"]
[sources]
deals = { path = "deals.csv" }
payees = { path = "payees.csv" }
engagements = { path = "engagements.csv" }
receipts = { path = "receipts.csv" }
adjustments = { path = "adjustments.csv" }
acceptances = { path = "acceptances.csv" }
fx_rates = { path = "fx.csv" }
[ledger]
first = "2026-01"
approvals = 1
"#;

const RULES: &str = r#"
[[shared_credit]]
id = "tenth"
effective = { from = 2026-01-01 }
rate = "10%"
roles = [ { role = "closed", share = "100%" } ]

[[hold]]
id = "cash"
effective = { from = 2026-01-01 }
payees = "payee_id = 'ben'"
release = "deals.received_share"

[[draw]]
id = "ramp"
effective = { from = 2026-01-01, until = 2026-02-28 }
payees = "payee_id = 'ann'"
amount = 150
recoverable = true
limit = 150

[[draw]]
id = "floor"
effective = { from = 2026-01-01 }
payees = "payee_id = 'eve'"
amount = 70

[[payment]]
id = "abroad"
effective = { from = 2026-01-01 }
payees = "payee_id = 'cat'"
currency = "payee"

[[payment]]
id = "small"
effective = { from = 2026-01-01 }
payees = "payee_id = 'dan'"
minimum = 100
"#;

const PAYEES: &str =
    "payee_id,name,currency\nann,Ann,USD\nben,Ben,USD\ncat,Cat,EUR\ndan,Dan,USD\neve,Eve,USD\n";
const ENGAGEMENTS: &str = "deal_id,payee_id,role\nD1,ann,closed\nD2,ben,closed\nD3,cat,closed\nD4,ben,closed\nD5,cat,closed\n\
                           D6,ann,closed\nD7,ben,closed\nD8,dan,closed\n";
const DEALS: &str = "deal_id,outcome,close_date,amount\nD1,won,2026-01-10,1000\nD2,won,2026-01-11,800\nD3,won,2026-01-12,500\n\
                     D4,won,2026-02-10,600\nD5,won,2026-02-11,300\nD6,won,2026-03-10,100\nD7,won,2026-03-11,2000\nD8,won,2026-01-15,40\n";
const RECEIPTS: &str = "receipt_id,deal_id,received_on,amount\nR1,D2,2026-01-20,400\nR2,D2,2026-02-20,400\nR3,D7,2026-03-20,1000\n";
const ADJUSTMENTS: &str = "adjustment_id,payee_id,period,amount,reason,entered_by,approved_by\n\
                           X1,cat,2026-02,15.00,prize,ann,cfo\nX2,ben,2026-03,-500.00,returned,ann,cfo\n";

/// January to March. D1 is worth more from February on, D2 is paid for in two months, Ann draws and gives back, Cat is paid in euros,
/// Ben owes in the end, and Dan is gone in March with 4 dollars that were due to him.
static CLOSED: LazyLock<Desk> = LazyLock::new(|| {
    let desk = Desk::with(&[
        ("apportion.toml", BOOK),
        ("rules.toml", RULES),
        ("payees.csv", PAYEES),
        ("engagements.csv", ENGAGEMENTS),
        ("deals.csv", DEALS),
        ("receipts.csv", RECEIPTS),
        ("adjustments.csv", ADJUSTMENTS),
        ("acceptances.csv", "id,action,reason,by\nD8,keep,he left,cfo\ndan,keep,he left,cfo\n"),
        ("fx.csv", "date,currency,rate\n2026-01-31,EUR,1.25\n2026-02-28,EUR,1.20\n"),
    ]);
    for (month, deals, payees) in [
        ("2026-01", DEALS.to_owned(), PAYEES.to_owned()),
        ("2026-02", DEALS.replace("10,1000", "10,1200"), PAYEES.to_owned()),
        (
            "2026-03",
            DEALS.replace("10,1000", "10,1200").replace("15,40", "15,90"),
            PAYEES.replace("dan,Dan,USD\n", ""),
        ),
    ] {
        desk.write("deals.csv", &deals);
        desk.write("payees.csv", &payees);
        for arguments in
            [&["close", "--period", month, "--by", "ann"][..], &["approve", "--by", "ben"], &["post"]]
        {
            let (done, said) = desk.run(arguments);
            assert!(done, "{said}");
        }
        desk.prove();
    }
    desk
});

/// One way to tamper with a ledger.
struct Tampering {
    name: String,
    act: Box<dyn Fn(&Forger)>,
    /// Whether all digests are made to fit afterwards, so that only what the files say shows the change.
    covered: bool,
    /// A part of what `verify ledger` says.
    said: String,
}

fn plain(name: &str, said: &str, act: impl Fn(&Forger) + 'static) -> Tampering {
    Tampering { name: name.to_owned(), act: Box::new(act), covered: false, said: said.to_owned() }
}

fn covered(name: &str, said: &str, act: impl Fn(&Forger) + 'static) -> Tampering {
    Tampering { covered: true, ..plain(name, said, act) }
}

/// Adds cents to an amount.
fn more(cents: i64) -> impl Fn(&str) -> String {
    move |text| {
        let sum = text.replace('.', "").parse::<i64>().unwrap() + cents;
        format!("{}{}.{:02}", if sum < 0 { "-" } else { "" }, sum.abs() / 100, sum.abs() % 100)
    }
}

fn entry(
    forger: &Forger,
    close: usize,
    deal: &str,
    change: impl FnOnce(&mut crate::verify::lines::Lines, usize),
) {
    forger.entries(close, |entries| {
        let row = entries
            .rows
            .iter()
            .position(|row| row[entries.column("deal_id")].as_deref() == Some(deal))
            .unwrap();
        change(entries, row);
    });
}

/// The bytes of a close's files, as they are.
fn bytes() -> Vec<Tampering> {
    [
        "entries.parquet",
        "balances.csv",
        "payouts.csv",
        "held.csv",
        "findings.csv",
        "people.csv",
        "reversals.csv",
        "lines.parquet",
        "lines-restated.parquet",
        "statements.csv",
        "uncredited.csv",
        "rejects.csv",
        "reconciliation.csv",
        "run.json",
        "approvals.json",
    ]
    .into_iter()
    .map(|file| {
        plain(
            &format!("a byte of {file}"),
            "its SHA-256 or its length is not the one in close.json",
            move |forger| {
                let path = forger.close(2).join(file);
                let mut bytes = fs::read(&path).unwrap();
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                fs::write(path, bytes).unwrap();
            },
        )
    })
    .collect()
}

/// Folders and files as such.
fn folders() -> Vec<Tampering> {
    vec![
        plain("a digit of close.json", "approvals", |forger| {
            forger.text(3, "close.json", |text| text.replacen("\"number\": 3", "\"number\":  3", 1));
        }),
        plain("a total of close.json", "`ben` signed another draft", |forger| {
            forger.record(3, |record| record.totals.paid = "1.00".to_owned());
        }),
        plain("a file is gone", "it is not there", |forger| {
            fs::remove_file(forger.close(1).join("held.csv")).unwrap();
        }),
        plain("a file came", "close.json does not list it", |forger| {
            fs::write(forger.close(1).join("notes.txt"), "x").unwrap();
        }),
        plain("a close is gone", "its number and month are not those of its folder", |forger| {
            fs::remove_dir_all(forger.close(2)).unwrap();
        }),
        plain("the last close twice", "it does not close the month after the one before", |forger| {
            copy(&forger.close(3), &forger.close(3).with_file_name("0004-2026-03"));
        }),
        plain("an empty close", "a folder without it is no close", |forger| {
            fs::create_dir(forger.close(3).with_file_name("0004-2026-04")).unwrap();
        }),
        plain("two closes exchanged", "its number and month are not those of its folder", |forger| {
            let (one, other) = (forger.close(2), forger.close(3));
            let aside = one.with_file_name("aside");
            fs::rename(&one, &aside).unwrap();
            fs::rename(&other, &one).unwrap();
            fs::rename(&aside, &other).unwrap();
        }),
        plain(
            "the chain names another close",
            "it does not name the close before it by its digest",
            |forger| {
                forger.record(2, |record| record.previous = Some("0".repeat(64)));
            },
        ),
        plain(
            "a close that was exchanged as a whole",
            "it does not name the close before it by its digest",
            |forger| {
                forger.cell(1, "balances.csv", (&[("payee_id", "ann")], "paid"), more(100));
                forger.record(1, |record| record.preparer = "zoe".to_owned());
            },
        ),
        plain("a copy is gone", "the copy of rules.toml for", |forger| {
            fs::remove_file(object(forger, "rules.toml")).unwrap();
        }),
        plain("a copy is another", "it is not the content of deals.csv for", |forger| {
            fs::write(object(forger, "deals.csv"), zstd::encode_all(&b"deal_id\n"[..], 3).unwrap()).unwrap();
        }),
        plain("a copy is cut off", "it is not the content of payees.csv for", |forger| {
            let path = object(forger, "payees.csv");
            let bytes = fs::read(&path).unwrap();
            fs::write(path, &bytes[..bytes.len() - 4]).unwrap();
        }),
    ]
}

/// The copy of a file of the first close.
fn object(forger: &Forger, path: &str) -> std::path::PathBuf {
    let record = forger.read(1);
    let mut inputs = record.inputs.iter().chain(&record.rule_files);
    let sha256 = &inputs.find(|input| input.path == path).unwrap().sha256;
    forger.close(1).parent().unwrap().with_file_name("objects").join(format!("{sha256}.zst"))
}

/// What close.json and the approvals say, with digests that fit.
fn records() -> Vec<Tampering> {
    vec![
        covered("nobody approved", "it has fewer approvals than the close needs", |forger| {
            forger.approvals(2, Vec::clear);
        }),
        covered("the preparer's own approval", "`ann` prepared the draft", |forger| {
            forger.approvals(2, |approvals| approvals[0].by = "ann".to_owned());
        }),
        covered("one person's approval, twice", "`ben` signed twice", |forger| {
            forger.approvals(2, |approvals| approvals.push(approvals[0].clone()));
        }),
        plain("the approval of another draft", "its SHA-256 or its length", |forger| {
            forger.approvals(2, |approvals| approvals[0].digest = "0".repeat(64));
        }),
        covered(
            "an approval that nobody can have given: too few for what is needed",
            "fewer approvals",
            |forger| {
                forger.record(3, |record| record.approvals_needed = 2);
                forger.approvals(3, |approvals| {
                    approvals.push(Approval { by: "ann".to_owned(), ..approvals[0].clone() })
                });
            },
        ),
        covered(
            "a book in another currency",
            "currency, rounding, fiscal year or first month are others than before",
            |forger| {
                forger.record(2, |record| record.book.currency = "EUR".to_owned());
            },
        ),
        covered(
            "another first month",
            "currency, rounding, fiscal year or first month are others than before",
            |forger| {
                forger.record(3, |record| record.ledger.first = "2025-12".to_owned());
            },
        ),
        covered(
            "another rounding",
            "currency, rounding, fiscal year or first month are others than before",
            |forger| {
                forger.record(2, |record| record.book.rounding = "half-even".to_owned());
            },
        ),
        covered("a month that was left out", "it does not close the month after the one before", |forger| {
            forger.record(3, |record| record.period = "2026-04".to_owned());
        }),
        covered("another input", "is not there", |forger| {
            forger.record(2, |record| record.inputs[0].sha256 = "0".repeat(64));
        }),
        covered("a total that is a cent more", "its total `carried_out`", |forger| {
            forger.record(3, |record| record.totals.carried_out = more(1)(&record.totals.carried_out));
        }),
        covered("a count of payees", "its total `payees`", |forger| {
            forger.record(3, |record| record.totals.payees += 1)
        }),
        covered("a count of new lines", "its total `new_lines`", |forger| {
            forger.record(3, |record| record.totals.new_lines += 1);
        }),
        covered("the digest of a file in run.json", "run.json", |forger| {
            forger.text(2, "run.json", |text| text.replacen("\"sha256\": \"", "\"sha256\": \"0", 1));
        }),
    ]
}

/// Entries, with digests that fit.
fn entries() -> Vec<Tampering> {
    vec![
        covered("a cent more is earned", "its sums to date are not those of all entries so far", |forger| {
            entry(forger, 2, "D5", |entries, row| entries.add(row, "earned", 1));
        }),
        covered(
            "a cent more is released",
            "its sums to date are not those of all entries so far",
            |forger| {
                entry(forger, 2, "D2", |entries, row| entries.add(row, "released", 1));
            },
        ),
        covered("a cent more to date", "its sums to date are not those of all entries so far", |forger| {
            entry(forger, 2, "D1", |entries, row| entries.add(row, "earned_to_date", 1));
        }),
        covered(
            "a cent more released to date",
            "its sums to date are not those of all entries so far",
            |forger| {
                entry(forger, 2, "D1", |entries, row| entries.add(row, "released_to_date", -1));
            },
        ),
        covered("a cent more, to date as well", "lines of `cat`", |forger| {
            entry(forger, 2, "D5", |entries, row| {
                for column in ["earned", "released", "earned_to_date", "released_to_date"] {
                    entries.add(row, column, 1);
                }
            });
        }),
        covered("a cent more, in entries, balances, payouts and totals", "is not what is posted", |forger| {
            entry(forger, 3, "D6", |entries, row| {
                for column in ["earned", "released", "earned_to_date", "released_to_date"] {
                    entries.add(row, column, 1);
                }
            });
            for column in ["lines", "paid", "paid_amount"] {
                forger.cell(3, "balances.csv", (&[("payee_id", "ann")], column), more(1));
            }
        }),
        covered(
            "more is released than earned",
            "more is released than earned, or less than nothing",
            |forger| {
                entry(forger, 3, "D7", |entries, row| {
                    for column in ["released", "released_to_date"] {
                        entries.add(row, column, 20_000);
                    }
                });
            },
        ),
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
        covered("an entry of another month", "its close date is not in its month", |forger| {
            entry(forger, 2, "D1", |entries, row| entries.set(row, "of_period", Some("2026-02")));
        }),
        covered("a true-up that is called new", "its entry is not that of its month", |forger| {
            entry(forger, 2, "D1", |entries, row| entries.set(row, "entry", Some("new")));
        }),
        covered("an entry without a cause", "it has no cause", |forger| {
            entry(forger, 2, "D1", |entries, row| entries.set(row, "cause", Some("")));
        }),
        covered("a true-up that is said to release only", "its cause says that it only releases", |forger| {
            entry(forger, 2, "D1", |entries, row| entries.set(row, "cause", Some("release")));
        }),
        covered("an entry of another close", "it is of another close", |forger| {
            entry(forger, 2, "D1", |entries, row| entries.set(row, "close", Some("2026-01")));
        }),
        covered("an entry in another currency", "it is in another currency", |forger| {
            entry(forger, 2, "D1", |entries, row| entries.set(row, "currency", Some("EUR")));
        }),
        covered("an adjustment that is held", "an adjustment is held", |forger| {
            forger.entries(2, |entries| {
                let row = entries
                    .rows
                    .iter()
                    .position(|row| row[entries.column("adjustment_id")].is_some())
                    .unwrap();
                entries.add(row, "released", -100);
            });
        }),
        covered(
            "an adjustment with a close date",
            "a line has a close date, and an adjustment has none",
            |forger| {
                forger.entries(2, |entries| {
                    let row = entries
                        .rows
                        .iter()
                        .position(|row| row[entries.column("adjustment_id")].is_some())
                        .unwrap();
                    entries.set(row, "close_date", Some("20500"));
                });
            },
        ),
        covered("an entry that changes nothing", "it changes nothing", |forger| {
            entry(forger, 3, "D6", |entries, row| {
                for column in ["earned", "released", "earned_to_date", "released_to_date"] {
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
            forger.rows(2, "balances.csv", |rows| {
                let mut other = rows[0].clone();
                other[0] = "zoe".to_owned();
                other[2] = "5.00".to_owned();
                rows.push(other);
            });
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
            forger.rows(2, "payouts.csv", |rows| {
                let mut other = rows[0].clone();
                other[0] = "zoe".to_owned();
                rows.push(other);
            });
        }),
        covered("a cent more that is held", "what is held of `ben`", |forger| {
            forger.cell(2, "held.csv", (&[("deal_id", "D4")], "held"), more(1));
        }),
        covered("what is held is hidden", "what is held of `ben`", |forger| {
            forger.rows(2, "held.csv", |rows| rows.retain(|row| row[2] != "D4"));
        }),
        covered("something is held that nobody earned", "nothing is posted for `zoe`", |forger| {
            forger.rows(2, "held.csv", |rows| {
                let mut other = rows[0].clone();
                other[0] = "zoe".to_owned();
                rows.push(other);
            });
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

#[test]
fn every_kind_of_tampering_is_found() {
    let kinds = [bytes(), folders(), records(), entries(), figures(), balances(), others()];
    let all: Vec<Tampering> = kinds.into_iter().flatten().collect();
    let names: BTreeSet<&str> = all.iter().map(|tampering| tampering.name.as_str()).collect();
    assert_eq!(names.len(), all.len(), "two have one name");
    assert!(all.len() >= 40, "{}", all.len());
    let mut missed = Vec::new();
    for Tampering { name, act, covered, said } in &all {
        let desk = Desk::with(&[]);
        copy(&CLOSED.path("ledger"), &desk.path("ledger"));
        let forger = Forger::new(&desk.path("ledger"));
        act(&forger);
        if *covered {
            forger.reseal();
        }
        let (proven, found) = desk.verify(&[]);
        if proven || !found.contains(said.as_str()) {
            missed.push(format!("{name}: `{said}` is not said:\n{found}"));
        }
    }
    assert!(
        missed.is_empty(),
        "{} of {} kinds of tampering:\n{}",
        missed.len(),
        all.len(),
        missed.join("\n")
    );
}

/// The forger himself leaves nothing that would be found, where he changes nothing.
#[test]
fn a_ledger_that_is_sealed_again_is_proven() {
    let desk = Desk::with(&[]);
    copy(&CLOSED.path("ledger"), &desk.path("ledger"));
    let forger = Forger::new(&desk.path("ledger"));
    forger.entries(2, |_| {});
    forger.reseal();
    let (proven, said) = desk.verify(&[]);
    assert!(proven, "{said}");
}
