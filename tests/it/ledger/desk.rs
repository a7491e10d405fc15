//! A project with a ledger, and short texts of what its closes say.

use std::collections::BTreeMap;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::rate_tables::{apportion, text, write};

/// A project in a folder of its own. Each close is proven by `verify ledger`.
pub struct Desk {
    folder: TempDir,
}

impl Desk {
    /// A project with these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        for (name, content) in files {
            desk.write(name, content);
        }
        desk
    }

    /// Its folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes one of its files.
    pub fn write(&self, name: &str, content: &str) {
        write(self.folder.path(), name, content);
    }

    /// What a command says, and whether it was content.
    pub fn run(&self, arguments: &[&str]) -> (bool, String) {
        let output = apportion(self.folder.path(), arguments);
        (output.status.success(), text(&output))
    }

    /// Closes a month, and proves the ledger with it.
    pub fn close(&self, period: &str) {
        let (closed, said) = self.run(&["close", "--period", period, "--by", "ann", "--post"]);
        assert!(closed, "{said}");
        self.prove();
    }

    /// A close that is stopped: what it says.
    pub fn stopped(&self, period: &str) -> String {
        let (closed, said) = self.run(&["close", "--period", period, "--by", "ann", "--post"]);
        assert!(!closed, "{said}");
        said
    }

    /// The ledger is proven.
    pub fn prove(&self) {
        let (proven, said) = self.run(&["verify", "ledger"]);
        assert!(proven, "{said}");
    }

    /// What `verify` says of the ledger by its folder, as it does where there is no project.
    pub fn verify(&self, options: &[&str]) -> (bool, String) {
        let folder = self.path("ledger");
        let arguments = [&["verify", folder.to_str().unwrap()], options].concat();
        self.run(&arguments)
    }

    /// A row for each payee of a close, of the figures that are not zero: `ann: lines 10.00, paid 10.00`.
    pub fn balances(&self, period: &str) -> Vec<String> {
        let rows = self.table(period, "balances.csv");
        let silent = ["payee_id", "name", "currency", "paid_currency"];
        rows.iter().map(|row| short(row, &silent)).collect()
    }

    /// A file of a close, as rows by column.
    pub fn table(&self, period: &str, file: &str) -> Vec<BTreeMap<String, String>> {
        let closes = std::fs::read_dir(self.path("ledger/closes")).unwrap();
        let mut closes = closes.map(|close| close.unwrap().path());
        let close = closes.find(|close| close.to_str().unwrap().ends_with(period)).unwrap();
        rows(&std::fs::read_to_string(close.join(file)).unwrap())
    }

    /// The entries about a deal, in order: `2026-01 ann rule role: new 10.00/5.00`.
    pub fn entries(&self, deal: &str) -> Vec<String> {
        let (found, said) = self.run(&["ledger", "--deal", deal, "--format", "csv"]);
        assert!(found, "{said}");
        let entry = |row: BTreeMap<String, String>| {
            format!(
                "{} {} {}: {} of {}, {}: {}, may be paid {}",
                row["close"],
                row["payee_id"],
                row["rule_id"],
                row["entry"],
                row["of_period"],
                row["cause"],
                row["earned"],
                row["released"]
            )
        };
        rows(&said).into_iter().map(entry).collect()
    }
}

/// A CSV text as rows by column.
pub fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        header.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

/// The order in which a reader adds up.
const FIGURES: [&str; 22] = [
    "carried_in",
    "owed_in",
    "held_in",
    "lines",
    "true_ups",
    "clawbacks",
    "adjustments",
    "held_change",
    "guarantee",
    "taken",
    "advance",
    "recovery",
    "forgiven",
    "paid",
    "carried_out",
    "owed_out",
    "held_out",
    "paid_amount",
    "rate",
    "guarantee_id",
    "draw_id",
    "draw_on",
];

fn short(row: &BTreeMap<String, String>, silent: &[&str]) -> String {
    let known = row.keys().filter(|name| !silent.contains(&name.as_str()) && *name != "quoted");
    assert!(known.into_iter().all(|name| FIGURES.contains(&name.as_str())), "{row:?}");
    let in_another = row["currency"] != row["paid_currency"];
    let shown = FIGURES.iter().filter(|name| {
        let said = !row[**name].is_empty() && row[**name] != "0.00";
        // What is paid in the book's currency says nothing twice.
        said && (in_another || !["paid_amount", "rate"].contains(*name)) && **name != "draw_on"
    });
    let shown: Vec<String> = shown.map(|name| format!("{name} {}", row[*name])).collect();
    format!("{}: {}", row["payee_id"], shown.join(", "))
}
