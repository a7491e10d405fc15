//! Files and folders, and what close.json and the approvals say.

use std::fs;
use std::path::PathBuf;

use apportion::ledger::folder::Approval;

use super::{Tampering, covered, more, plain};
use crate::ledger::forger::Forger;
use crate::support::copy_folder;

pub fn all() -> impl Iterator<Item = Tampering> {
    [bytes(), folders(), records()].into_iter().flatten()
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
            copy_folder(&forger.close(3), &forger.close(3).with_file_name("0004-2026-03"));
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
fn object(forger: &Forger, path: &str) -> PathBuf {
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
