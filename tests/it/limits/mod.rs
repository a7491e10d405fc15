//! What is beyond a limit, and what would be without one: each ends in an error that names its file or in a result, in little time and
//! memory, and with little to read.

mod documented;
mod messages;

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const HEADER: &str = "deal_id,account_id,outcome,close_date,amount,deal_type\n";
const RULE: &str = "[[shared_credit]]\nid = \"credit\"\neffective = { from = 2026-01-01 }\nrate = \"10%\"\nroles = [{ role = \"sourced\", share = \"50%\" }, { role = \"closed\", share = \"50%\" }]\n";

/// A small project.
struct Project(TempDir);

impl Project {
    fn new() -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        project.write(
            "apportion.toml",
            "[book]\nname = \"Limits\"\ncurrency = \"USD\"\nrules = [\"rules/*.toml\"]\n\n[sources.deals]\npath = \"data/deals.csv\"\n\n[sources.engagements]\npath = \"data/engagements.csv\"\n\n[sources.payees]\npath = \"data/payees.csv\"\n",
        );
        project.write("rules/credit.toml", RULE);
        project.write(
            "data/deals.csv",
            format!("{HEADER}D1,A1,won,2026-02-03,1000,new\nD2,A1,won,2026-02-04,2000,new\n"),
        );
        project.write(
            "data/engagements.csv",
            "deal_id,payee_id,role,occurred_on\nD1,P1,sourced,2026-01-05\nD2,P2,closed,2026-01-06\n",
        );
        project.write("data/payees.csv", "payee_id,name\nP1,Ann\nP2,Bob\n");
        project
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    fn replace(&self, name: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.path().join(name)).unwrap();
        assert!(text.contains(from), "{name} has no {from}");
        self.write(name, text.replace(from, to));
    }

    fn command(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_apportion"));
        command.env_clear().current_dir(self.path()).args(arguments).output().unwrap()
    }

    /// Closes the year; what it said and printed.
    fn run(&self) -> (i32, String, String) {
        ended(&self.command(&["run", "--period", "2026", "--out", "out"]))
    }

    /// Closes the year, which is refused with a code; what it said.
    fn refused(&self, code: &str) -> String {
        let (ended, _, said) = self.run();
        assert_eq!(ended, 2, "{said}");
        assert!(said.starts_with(&format!("error[{code}]: ")), "{said}");
        said
    }

    fn result(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path().join("out").join(name)).unwrap()
    }
}

/// Exit code, stdout and stderr.
fn ended(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

#[test]
fn more_rejects_than_can_be_listed_are_another_file() {
    let project = Project::new();
    project.write("data/deals.csv", format!("{HEADER}{}", "x\n".repeat(1_000_001)));
    let said = project.refused("too-many-rejects");
    assert!(said.contains("more than 1,000,000 rows of deals can't be used, most of them of `data/deals.csv`, first row 2: the row has 1 cell"), "{said}");
}

#[test]
fn a_file_that_unpacks_to_far_more_than_its_size_is_refused() {
    let project = Project::new();
    let rows = format!("{HEADER}{}", "D1,A1,won,2026-02-03,1000,new\n".repeat(2_500_000));
    project.write("data/deals.csv.zst", zstd::encode_all(rows.as_bytes(), 1).unwrap());
    project.replace("apportion.toml", "data/deals.csv", "data/deals.csv.zst");
    let said = project.refused("unpacks-too-large");
    assert!(said.contains("`data/deals.csv.zst` unpacks to more than 67108864 bytes"), "{said}");
    assert!(said.contains("max_unpacked"), "{said}");
}

#[test]
fn a_page_of_a_parquet_file_is_compared_with_its_checksum() {
    let project = Project::new();
    project.replace("apportion.toml", "data/deals.csv", "data/deals.parquet");
    let damaged = |bytes: &[u8]| {
        let amount = bytes.windows(4).position(|part| part == b"1000").unwrap();
        let mut bytes = bytes.to_vec();
        bytes[amount] = b'9';
        bytes
    };
    project.write("data/deals.parquet", include_bytes!("checksums.parquet"));
    assert_eq!(project.run().0, 0);
    // Nothing else in the file would show it.
    project.write("data/deals.parquet", damaged(include_bytes!("without.parquet")));
    assert_eq!(project.run().0, 0);
    project.write("data/deals.parquet", damaged(include_bytes!("checksums.parquet")));
    let said = project.refused("unreadable-file");
    assert!(said.contains("data/deals.parquet") && said.contains("CRC"), "{said}");
}

#[test]
fn a_date_that_has_no_end_does_not_stop_the_close() {
    let project = Project::new();
    project.replace("apportion.toml", "\"data/deals.csv\"", "\"data/deals.csv\"\ntypes = { contract_end = \"date\" }\nwhere = \"contract_end + 400 > DATE '2026-01-01' OR contract_end IS NOT NULL\"");
    project.write(
        "data/deals.csv",
        "deal_id,outcome,close_date,amount,contract_end\nD1,won,2026-02-03,1000,2026-12-31\nD2,won,2026-02-04,2000,9999-12-31\n",
    );
    project.replace("rules/credit.toml", "rate =", "when = \"contract_end + 30 >= close_date\"\nrate =");
    let (code, shown, said) = project.run();
    assert_eq!(code, 0, "{said}");
    assert!(shown.contains("1 date of `contract_end` that `where` of deals moves outside of the years 1 to 9999 (first in data/deals.csv, row 3): null there"), "{shown}");
    assert!(shown.contains("`contract_end + 30` of `credit` is outside of the years 1 to 9999 on 1 row of deals (first deal D2): null there"), "{shown}");
    let uncredited = String::from_utf8(project.result("uncredited.csv")).unwrap();
    assert!(uncredited.contains("D2") && !uncredited.contains("D1"), "{uncredited}");
    let (_, json, _) =
        ended(&project.command(&["run", "--period", "2026", "--out", "out", "--format", "json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["dates_beyond_calendar"][0]["row"], 3);
    assert_eq!(json["dates_beyond_calendar"][1]["rule"], "credit");
}

#[test]
fn a_fault_names_what_it_is_about() {
    let project = Project::new();
    project.replace(
        "apportion.toml",
        "\"data/payees.csv\"",
        "\"data/payees.csv\"\ntypes = { seats = \"number\" }",
    );
    project.write("data/payees.csv", "payee_id,name,seats\nP1,Ann,\nP2,Bob,99999999\n");
    let huge = "99999999999999999999999999999";
    let rule = format!(
        "{RULE}\n[[commission]]\nid = \"pay\"\neffective = {{ from = 2026-01-01 }}\ncredits = [\"credit\"]\npayees = \"seats * {huge} * 1000 > 1\"\nevery = \"month\"\ntiers = [{{ from = \"0\", rate = \"1%\" }}]\nmeasure = \"amount\"\nmode = \"marginal\"\n"
    );
    project.write("rules/credit.toml", rule.replace("measure = \"amount\"\n", ""));
    let said = project.refused("number-too-large");
    assert!(said.contains("rule `pay` on payee `P2`: ") && !said.contains("deal `"), "{said}");
    assert!(said.contains("has no value there") && said.contains(huge), "{said}");
}

/// Deals of an account whose work is looked at together are paid as if each were looked at alone.
#[test]
fn the_work_of_an_account_counts_alike_in_one_set_and_in_many() {
    let close = |engaged: &str, reach: &str| {
        let project = Project::new();
        let day = |index: usize| format!("2026-{:02}-{:02}", index % 12 + 1, index % 7 + 1);
        let deals: String = (0..60)
            .map(|index| {
                format!("D{index},{},won,{},{},new\n", ["A1", "A2", ""][index % 3], day(index), 1_000 + index)
            })
            .collect();
        project.write("data/deals.csv", format!("{HEADER}{deals}"));
        let roles = ["sourced", "closed"];
        let work: String = (0..90)
            .map(|index| {
                format!(
                    "{},{},P{},{},{}\n",
                    ["D7", "", "D8"][index % 3],
                    ["", "A1", "A2"][index % 3],
                    index % 2 + 1,
                    roles[index % 2],
                    day(index + 3)
                )
            })
            .collect();
        project
            .write("data/engagements.csv", format!("deal_id,account_id,payee_id,role,occurred_on\n{work}"));
        project.replace(
            "rules/credit.toml",
            "rate =",
            &format!("reach = {reach}\nengaged = \"{engaged}\"\nrate ="),
        );
        let (code, _, said) = project.run();
        assert_eq!(code, 0, "{said}");
        (project.result("payouts.csv"), project.result("uncredited.csv"))
    };
    for reach in ["[\"account\"]", "[\"deal\", \"account\"]", "[\"deal\", \"prior\", \"account\"]"] {
        let by_day = "occurred_on <= close_date AND occurred_on > close_date - 90";
        // Asking for anything else of the deal gives each deal a set of its own.
        assert_eq!(close(by_day, reach), close(&format!("{by_day} AND deals.amount > 0"), reach), "{reach}");
        assert_eq!(close("role <> 'x'", reach), close("role <> 'x' AND deals.amount > 0", reach), "{reach}");
    }
}

#[test]
fn a_mistyped_year_costs_no_time() {
    for year in ["0026", "9999"] {
        let project = Project::new();
        project.write(
            "data/deals.csv",
            format!("{HEADER}D1,A1,won,2026-02-03,1000,new\nD2,A1,won,{year}-02-04,2000,new\n"),
        );
        project.replace(
            "apportion.toml",
            "[sources.payees]",
            "[sources.quotas]\npath = \"data/quotas.csv\"\n\n[sources.payees]",
        );
        project.write("data/quotas.csv", "payee_id,period,amount\nP1,2026-01,1000\n");
        project.write("rules/pay.toml", "[[commission]]\nid = \"pay\"\neffective = { from = 0001-01-01 }\ncredits = [\"credit\"]\npayees = \"name = 'Ann'\"\nevery = \"month\"\ntiers = [{ from = \"0%\", rate = \"1%\" }]\nmode = \"marginal\"\n");
        let began = std::time::Instant::now();
        let (code, _, said) = ended(&project.command(&["check"]));
        assert_eq!(code, 0, "{said}");
        // Minutes, if periods are sought day by day.
        assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
    }
}

#[cfg(unix)]
#[test]
fn a_name_that_is_no_text_is_said() {
    use std::os::unix::ffi::OsStrExt;
    let project = Project::new();
    let odd = project.path().join(std::ffi::OsStr::from_bytes(b"data/deals-\xff.csv"));
    if std::fs::write(&odd, HEADER).is_err() {
        // This system has no such names.
        return;
    }
    project.replace("apportion.toml", "data/deals.csv", "data/deals*.csv");
    let said = project.refused("missing-file");
    assert!(said.contains("fits `data/deals*.csv` and has a name that is not UTF-8"), "{said}");
    std::fs::remove_file(odd).unwrap();
    std::fs::write(project.path().join(std::ffi::OsStr::from_bytes(b"rules/\xff.toml")), RULE).unwrap();
    assert!(project.refused("no-rule-files").contains("is not UTF-8"));
}

#[test]
fn small_things_of_files_that_are_wrong() {
    use std::io::Write;
    // Zeros behind a gzip file, as tapes and some servers leave them; anything else is refused.
    let project = Project::new();
    let rows = std::fs::read(project.path().join("data/deals.csv")).unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&rows).unwrap();
    let packed = packed.finish().unwrap();
    project.replace("apportion.toml", "data/deals.csv", "data/deals.csv.gz");
    project.write("data/deals.csv.gz", [&packed[..], &[0; 512]].concat());
    assert_eq!(project.run().0, 0);
    project.write("data/deals.csv.gz", [&packed[..], &[0; 512], &packed[..]].concat());
    project.refused("unreadable-file");
    project.write("data/deals.csv.gz", [&packed[..], b"x"].concat());
    project.refused("unreadable-file");
    // Lines of blanks are blank lines.
    let project = Project::new();
    project.write(
        "data/deals.csv",
        format!("{HEADER}   \nD1,A1,won,2026-02-03,1000,new\n \t \r\nD2,A1,won,2026-02-04,2000,new\n  "),
    );
    assert_eq!(project.run().0, 0);
    // Keys that can't mean what they say.
    let project = Project::new();
    project.replace(
        "apportion.toml",
        "\"data/deals.csv\"",
        "\"data/deals.csv\"\ntypes = { amount = \"text\" }",
    );
    assert!(
        project
            .refused("misplaced-key")
            .contains("`amount` of deals is a number, and `types` can't make it a text")
    );
    project.replace("apportion.toml", "types = { amount = \"text\" }", "quote = \",\"");
    assert!(project.refused("bad-delimiter").contains("`quote` is the delimiter of data/deals.csv"));
}

/// Sums of amounts that each fit are exact, or an error: never other amounts.
#[test]
fn sums_beyond_eighteen_digits() {
    let project = Project::new();
    let deals: String =
        (0..11_000).map(|index| format!("D{index},A1,won,2026-02-03,999999999999.99,new\n")).collect();
    let work: String = (0..11_000).map(|index| format!("D{index},P1,sourced,2026-01-05\n")).collect();
    project.write("data/deals.csv", format!("{HEADER}{deals}"));
    project.write("data/engagements.csv", format!("deal_id,payee_id,role,occurred_on\n{work}"));
    project.replace("rules/credit.toml", "10%", "100%");
    let (code, _, said) = project.run();
    if code == 0 {
        let payouts = String::from_utf8(project.result("payouts.csv")).unwrap();
        assert!(payouts.contains("10999999999999890.00"), "{payouts}");
        assert_eq!(ended(&project.command(&["verify", "out"])).0, 0);
    } else {
        assert!(code == 2 && said.contains("number-too-large"), "{said}");
    }
}
