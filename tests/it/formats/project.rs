//! The project that is written in every way, and what closing it gives.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::tables::{Table, tables};

/// Files that must be equal byte for byte.
const SAME: [&str; 4] = ["lines.parquet", "statements.csv", "payouts.csv", "uncredited.csv"];

const RULES: &str = r#"
[[shared_credit]]
id = "business"
effective = { from = 2026-01-01 }
when = "deal_type IS NULL OR deal_type <> 'renewal'"
rate = { by = "deals.channel", is = { direct = "8%", 'partner, "gold"' = "12.5%", "l'été & <co>" = "9%" }, else = "10%" }
roles = [{ role = "sourced", share = "30%" }, { role = "cosell", share = "20%" }, { role = "closed", share = "50%" }]
within = "weight"
unfilled = "retain"

[[shared_credit]]
id = "declared"
effective = { from = 2026-01-01 }
when = "strategic AND deals.discount > 0.1"
rate = "1%"
model = "declared"

[[shared_credit]]
id = "recent-work"
effective = { from = 2026-01-01 }
when = "seats >= 7.5"
rate = "0.75%"
model = "time-decay"
half_life_days = 10
reach = ["deal", "account"]

[[stipend]]
id = "cosell"
effective = { from = 2026-01-01 }
when = "amount >= 1000 OR source_amount >= 1000 OR amount < 0"
engaged = "role = 'cosell' AND payees.kind = 'partner' AND payees.start_date < DATE '2022-01-01'"
amount = { by = "payees.tier", is = { gold = "300" }, else = "120" }
per = "weight"
cap = [{ amount = "4000", per = "payee", every = "quarter" }]

[[renewal_bonus]]
id = "renewals"
effective = { from = 2026-01-01 }
when = "deal_type = 'renewal'"
reach = ["deal", "prior", "account"]
engaged = "occurred_on <= close_date"
measure = "weight"
rates = [{ from = 1, rate = "1%" }, { from = 10, rate = "2%" }]
rate_by = "deal"

[[commission]]
id = "accelerator"
effective = { from = 2026-01-01 }
credits = ["business"]
payees = "kind = 'employee'"
every = "quarter"
tiers = [{ from = "0%", rate = "1%" }, { from = "50%", rate = "2%" }, { from = "100%", rate = "3%" }]
mode = "marginal"

[[override]]
id = "management"
effective = { from = 2026-01-01 }
credits = ["business"]
levels = [{ rate = "0.5%" }]
"#;

const BOOK: &str =
    "[book]\nname = \"The same in every format\"\ncurrency = \"USD\"\nrules = [\"rules.toml\"]\n";

type Write = Box<dyn Fn(&Table) -> Vec<u8>>;

/// A way to write a table.
pub struct TableWriter {
    extension: &'static str,
    /// What the source has to say about it.
    keys: String,
    write: Write,
}

impl TableWriter {
    pub fn new(extension: &'static str, keys: String, write: impl Fn(&Table) -> Vec<u8> + 'static) -> Self {
        Self { extension, keys, write: Box::new(write) }
    }

    /// For messages.
    pub fn name(&self) -> String {
        format!(".{} with {:?}", self.extension, self.keys)
    }

    fn write_to(&self, folder: &Path, table: &Table) {
        std::fs::create_dir_all(folder).unwrap();
        let file = format!("{}.{}", table.name, self.extension);
        std::fs::write(folder.join(file), (self.write)(table)).unwrap();
    }
}

/// A project in a new folder.
pub struct Project {
    folder: TempDir,
    /// Of each table: the paths and the other keys of its source.
    sources: BTreeMap<&'static str, (String, String)>,
}

impl Project {
    /// Every table in one way.
    pub fn of(way: TableWriter) -> Self {
        Self::each(&[way])
    }

    /// Each table in the next of the ways, around and around.
    pub fn each(ways: &[TableWriter]) -> Self {
        let mut project = Self { folder: tempfile::tempdir().unwrap(), sources: BTreeMap::new() };
        for (table, way) in tables().iter().zip(ways.iter().cycle()) {
            way.write_to(&project.folder.path().join("data"), table);
            let path = format!("data/{}.{}", table.name, way.extension);
            project.sources.insert(table.name, (path, way.keys.clone()));
        }
        project
    }

    /// The rows of every table dealt out to the ways, in the folders `data/0`, `data/1` and so on; `paths` is written
    /// into the list of paths, with `TABLE` for the table's name. For ways that need no keys.
    pub fn parts(ways: &[&TableWriter], paths: &str) -> Self {
        let mut project = Self { folder: tempfile::tempdir().unwrap(), sources: BTreeMap::new() };
        for table in tables() {
            for (part, way) in ways.iter().enumerate() {
                assert!(way.keys.is_empty());
                let mut share = table.clone();
                share.rows = table.rows.iter().skip(part).step_by(ways.len()).cloned().collect();
                way.write_to(&project.folder.path().join(format!("data/{part}")), &share);
            }
            project.sources.insert(table.name, (paths.replace("TABLE", table.name), String::new()));
        }
        project
    }

    /// More keys for the source of a table.
    pub fn keys(&mut self, table: &Table, keys: &str) {
        self.sources.get_mut(table.name).unwrap().1 += keys;
    }

    /// Closes the second quarter.
    pub fn close(&self) -> ResultFiles {
        let mut text = BOOK.to_owned();
        for (name, (paths, keys)) in &self.sources {
            text += &format!("\n[sources.{name}]\npath = [\"{paths}\"]\n{keys}");
            if *name == "deals" {
                text += "types = { seats = \"number\", strategic = \"boolean\" }\n";
            }
        }
        std::fs::write(self.folder.path().join("apportion.toml"), text).unwrap();
        std::fs::write(self.folder.path().join("rules.toml"), RULES).unwrap();
        let out = self.folder.path().join("out");
        let output = Command::new(env!("CARGO_BIN_EXE_apportion"))
            .args(["run", "--period", "2026-Q2", "--project"])
            .arg(self.folder.path())
            .arg("--out")
            .arg(&out)
            .env_remove("APPORTION_MAX_REJECTS")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        // 1: three rows of the engagements are rejected
        assert_eq!(output.status.code(), Some(1), "{said}");
        let file = |name: &str| (name.to_owned(), std::fs::read(out.join(name)).unwrap());
        let files = SAME.into_iter().chain(["rejects.csv", "run.json"]).map(file).collect();
        ResultFiles { files }
    }
}

/// The files of a result.
pub struct ResultFiles {
    files: BTreeMap<String, Vec<u8>>,
}

impl ResultFiles {
    pub fn file(&self, name: &str) -> &[u8] {
        &self.files[name]
    }

    /// Rows read, used, filtered and rejected, and what every rule paid.
    fn figures(&self, key: &str) -> serde_json::Value {
        let run: serde_json::Value = serde_json::from_slice(self.file("run.json")).unwrap();
        assert!(!run[key].is_null(), "{key}");
        run[key].clone()
    }

    /// The findings without file and row, which depend on the way.
    fn findings(&self) -> Vec<Vec<String>> {
        let mut reader = csv::Reader::from_reader(self.file("rejects.csv"));
        reader
            .records()
            .map(|row| {
                let row = row.unwrap();
                [0, 3, 4, 5, 6, 8].map(|index| row[index].to_owned()).to_vec()
            })
            .collect()
    }

    /// Every rule pays, every reason that the project was made for is there.
    pub fn is_rich(&self) {
        let text = |name: &str| String::from_utf8(self.file(name).to_vec()).unwrap();
        for rule in ["business", "declared", "recent-work", "cosell", "renewals", "accelerator", "management"]
        {
            assert!(text("statements.csv").contains(&format!(",{rule},")), "{rule} pays nobody");
        }
        for reason in ["negative-deal", "incomplete", "splits-not-100", "unfilled-role", "no-splits"] {
            assert!(text("uncredited.csv").contains(reason), "{reason}: {}", text("uncredited.csv"));
        }
        let mut codes: Vec<String> = self.findings().into_iter().map(|row| row[3].clone()).collect();
        codes.sort();
        assert_eq!(codes, ["duplicate-row", "unknown-deal", "unknown-payee"]);
    }

    pub fn equals(&self, other: &Self, what: &str) {
        assert_eq!(self.findings(), other.findings(), "{what}");
        for key in ["rows", "rules", "totals", "prior"] {
            assert_eq!(self.figures(key), other.figures(key), "{what}");
        }
        for name in SAME {
            assert!(self.file(name) == other.file(name), "{what}: {name} differs");
        }
    }
}
