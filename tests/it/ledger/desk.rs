//! A project with a ledger, and short texts of what its closes say.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use apportion::store::MemoryStore;
use apportion::verify::Verdict;
use apportion::world::World;
use tempfile::TempDir;

use crate::rate_tables::{apportion, text, write};

/// A book whose months are closed from January on, without approvals.
pub const BOOK: &str = r#"
[book]
name = "Test"
currency = "USD"
rules = ["rules/*.toml"]
[sources]
deals = { path = "data/deals.csv" }
payees = { path = "data/payees.csv" }
engagements = { path = "data/engagements.csv" }
[ledger]
first = "2026-01"
approvals = 0
"#;

/// A tenth of each deal goes to who closed it.
pub const TENTH: &str = r#"
[[shared_credit]]
id = "tenth"
effective = { from = 2026-01-01 }
rate = "10%"
roles = [ { role = "closed", share = "100%" } ]
"#;

/// Ben closes D3, Ann the others.
pub const ENGAGEMENTS: &str = "engagement_id,deal_id,payee_id,role\n\
    g1,D1,ann,closed\ng2,D2,ann,closed\ng3,D3,ben,closed\ng4,D4,ann,closed\ng5,D5,ann,closed\n";

/// Those of the first three deals.
pub const THREE_ENGAGEMENTS: &str = "engagement_id,deal_id,payee_id,role\n\
    g1,D1,ann,closed\ng2,D2,ann,closed\ng3,D3,ben,closed\n";

/// The book with further tables, each in a file of its name.
pub fn book_with(tables: &[&str]) -> String {
    let source = |table: &&str| format!("{table} = {{ path = \"data/{table}.csv\" }}\n");
    BOOK.replace("[ledger]", &(tables.iter().map(source).collect::<String>() + "[ledger]"))
}

/// A table of deals with these rows.
pub fn deals(rows: &str) -> String {
    format!("deal_id,outcome,close_date,amount\n{rows}")
}

/// The files below a folder, by their paths in it.
pub type Files = BTreeMap<String, Vec<u8>>;

/// All files below a folder.
pub fn files_below(folder: &Path) -> Files {
    let mut found = Files::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            let below = files_below(&entry.path());
            found.extend(below.into_iter().map(|(path, bytes)| (format!("{name}/{path}"), bytes)));
        } else {
            found.insert(name, std::fs::read(entry.path()).unwrap());
        }
    }
    found
}

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

    /// The book, the tenth, and Ann and Ben with what they close; and these files, besides or instead.
    pub fn of_tenths(files: &[(&str, &str)]) -> Self {
        let usual = [
            ("apportion.toml", BOOK),
            ("rules/tenth.toml", TENTH),
            ("data/payees.csv", "payee_id,name,end_date\nann,Ann,\nben,Ben,\n"),
            ("data/engagements.csv", ENGAGEMENTS),
        ];
        Self::with(&[&usual, files].concat())
    }

    /// A folder with these files.
    pub fn holding<'a>(files: impl IntoIterator<Item = (&'a String, &'a Vec<u8>)>) -> Self {
        let desk = Self::with(&[]);
        for (name, bytes) in files {
            let path = desk.path(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        desk
    }

    /// A path in its folder.
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
        let close = self.names("ledger/closes").into_iter().find(|close| close.ends_with(period)).unwrap();
        rows(&std::fs::read_to_string(self.path("ledger/closes").join(close).join(file)).unwrap())
    }

    /// What is in one of its folders, in order.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The entries about a deal, in order: `2026-01 ann rule: new of 2026-01, new: 10.00, may be paid 5.00`.
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

/// The ledger of a project in memory, by paths in the project.
pub fn ledger_in(store: &MemoryStore) -> Files {
    let paths = store.glob("ledger/**/*").unwrap().into_iter();
    paths.map(|path| (path.display().to_string(), World::read(store, &path).unwrap())).collect()
}

/// What `verify` finds in a ledger: nothing where it is proven.
pub fn unproven(ledger: &Path) -> Vec<String> {
    let report = apportion::verify::ledger::verify(ledger, None).unwrap();
    let findings = report.groups().flat_map(|group| &group.first);
    let found: Vec<String> = findings.map(|finding| finding.diagnostic(Verdict::Failed).message).collect();
    assert_eq!(report.proven(), found.is_empty());
    found
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
