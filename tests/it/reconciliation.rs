//! What becomes of won deals: every row that is one is in one part, to the cent.

use std::fs;
use std::process::Command;

use apportion::contract::Part;
use apportion::results::{Reconciliation, Worth};
use apportion::world::Memory;
use apportion::{Session, Settlement};
use proptest::prelude::*;

const PROJECT: &str = r#"
[book]
name = "Reconciled"
currency = "USD"
rules = ["rules.toml"]
[sources.deals]
path = "deals.csv"
where = "coalesce(\"stage\", '') <> 'draft'"
[sources.engagements]
path = "engagements.csv"
[sources.payees]
path = "payees.csv"
[sources.fx_rates]
path = "rates.csv"
"#;

const RULES: &str = r#"
[[shared_credit]]
id = "new-business"
effective = { from = 2026-01-01 }
when = "deal_type = 'new'"
rate = "10%"
model = "equal"

[[shared_credit]]
id = "credit-only"
effective = { from = 2026-01-01 }
when = "deal_type = 'credit'"
model = "equal"
"#;

const HEADER: &str = "deal_id,outcome,close_date,amount,currency,deal_type,stage\n";

fn settled(project: &str, deals: &str, engagements: &str) -> Settlement {
    let files = Memory::new()
        .with("apportion.toml", project)
        .with("rules.toml", RULES)
        .with("payees.csv", "payee_id\nann\n")
        .with("rates.csv", "date,currency,rate\n2026-06-01,EUR,2\n2026-07-01,EUR,2\n2026-08-01,EUR,2\n")
        .with("engagements.csv", format!("deal_id,payee_id,role\n{engagements}"))
        .with("deals.csv", format!("{HEADER}{deals}"));
    Session::in_memory(files).unwrap().settle("2026-07".parse().unwrap()).unwrap()
}

/// `part deals amount`, as the file has them.
fn parts(reconciliation: &Reconciliation) -> Vec<String> {
    let row = |(part, worth): (Part, Worth)| format!("{} {} {}", part.word(), worth.deals, worth.amount(2));
    reconciliation.parts().map(row).collect()
}

#[test]
fn each_won_deal_is_in_one_part() {
    let deals = "\
        paid,won,2026-07-01,100.00,,new,\n\
        credited,won,2026-07-31,50.005,,credit,\n\
        nobody,won,2026-07-02,10,,new,\n\
        unmatched,won,2026-07-02,7,,other,\n\
        euros,won,2026-07-03,2.50,EUR,other,\n\
        lost,lost,2026-07-03,1000,,new,\n\
        june,won,2026-06-30,1000,,new,\n\
        ,won,2026-07-04,30.00,EUR,new,\n\
        yen,won,2026-07-05,5000,JPY,new,\n\
        worded,won,2026-07-05,many,,new,\n\
        symbol,won,2026-07-05,€9,,new,\n\
        someday,won,soon,8,,new,\n\
        perhaps,maybe,2026-07-05,8,,new,\n\
        draft,won,2026-07-06,40.00,EUR,new,draft\n\
        draft-lost,lost,2026-07-06,40.00,,new,draft\n\
        draft-june,won,2026-06-06,40.00,,new,draft\n\
        draft-worded,won,2026-07-06,many,,new,draft\n";
    let settled = settled(PROJECT, deals, "paid,ann,x\ncredited,ann,x\n");
    let reconciliation = settled.reconciliation();
    assert_eq!(
        parts(&reconciliation),
        [
            "read 11 312.005",
            "credited 2 150.005",
            "matched 1 10.00",
            "no-rule 2 12.00",
            "rejected 4 60.00",
            "filtered 2 80.00",
        ]
    );
    assert_eq!((reconciliation.without_amount, reconciliation.unplaced), (4, 2));
    let unpaid: Vec<&str> =
        reconciliation.unpaid.iter().map(|deal| settled.as_close().tables.deals.id(*deal)).collect();
    assert_eq!(unpaid, ["nobody", "unmatched", "euros", "credited"], "a line without an amount pays nobody");
}

#[test]
fn rows_that_are_added_up_are_one_deal() {
    let project = PROJECT.replace("[sources.deals]", "[sources.deals]\nsum = [\"amount\"]");
    let deals = "\
        sum,won,2026-07-01,1.10,,new,\n\
        sum,won,2026-07-01,2.20,,new,\n\
        apart,won,2026-07-01,10,,new,\n\
        apart,won,2026-07-02,20,,new,\n\
        half,won,2026-07-01,100,,new,\n\
        half,won,2026-07-01,x,,new,\n\
        nowhere,won,2026-07-01,300,CHF,new,\n\
        nowhere,won,2026-07-01,400,CHF,new,\n\
        cut,won,2026-07-01,1000,,new,\n\
        cut,won,2026-07-01,2000,,new,draft\n\
        left,won,2026-07-01,3000,,new,draft\n\
        left,won,2026-07-01,4000,,new,draft\n";
    let reconciliation = settled(&project, deals, "sum,ann,x\ncut,ann,x\n").reconciliation();
    assert_eq!(
        parts(&reconciliation),
        [
            "read 6 10133.30",
            "credited 2 1003.30",
            "matched 0 0.00",
            "no-rule 0 0.00",
            "rejected 3 130.00",
            "filtered 1 9000.00",
        ]
    );
}

#[test]
fn repeats_and_contradictions_are_rejected_rows() {
    let deals = "\
        twice,won,2026-07-01,1,,new,\n\
        twice,won,2026-07-01,1,,new,\n\
        apart,won,2026-07-01,10,,new,\n\
        apart,won,2026-07-01,20,,new,\n";
    let reconciliation = settled(PROJECT, deals, "twice,ann,x\n").reconciliation();
    assert_eq!(
        parts(&reconciliation)[..2],
        ["read 4 32.00".to_owned(), "credited 1 1.00".to_owned()],
        "the file has these rows, and their sum is that of its column"
    );
    assert_eq!(parts(&reconciliation)[4], "rejected 3 31.00");
}

/// What a row is, with the part that it belongs to if it is won and of July.
const KINDS: [(&str, Option<Part>, bool); 9] = [
    ("paid", Some(Part::Credited), true),
    ("nobody", Some(Part::Matched), true),
    ("unmatched", Some(Part::NoRule), true),
    ("without an id", Some(Part::Rejected), true),
    ("without a rate", Some(Part::Rejected), false),
    ("of a bad amount", Some(Part::Rejected), false),
    ("filtered", Some(Part::Filtered), true),
    ("filtered of a bad amount", Some(Part::Filtered), false),
    ("without a day", None, false),
];

#[derive(Debug, Clone)]
struct Row {
    kind: usize,
    won: bool,
    /// June, July or August.
    month: u8,
    minor: i64,
    euros: bool,
}

fn row() -> impl Strategy<Value = Row> {
    (0..KINDS.len(), prop::bool::weighted(0.8), 6..=8_u8, -9_999_999..=99_999_999_i64, any::<bool>())
        .prop_map(|(kind, won, month, minor, euros)| Row { kind, won, month, minor, euros })
}

impl Row {
    fn text(&self, number: usize) -> String {
        let (what, ..) = KINDS[self.kind];
        let bad = what.ends_with("bad amount");
        let sign = if self.minor < 0 { "-" } else { "" };
        let amount = format!("{sign}{}.{:02}", self.minor.abs() / 100, self.minor.abs() % 100);
        format!(
            "{},{},{},{},{},{},{}\n",
            if what == "without an id" { String::new() } else { format!("D{number}") },
            if self.won { "won" } else { "lost" },
            if what == "without a day" { "-".to_owned() } else { format!("2026-0{}-15", self.month) },
            if bad { "n/a" } else { &amount },
            match what {
                "without a rate" => "CHF",
                _ if self.euros => "EUR",
                _ => "",
            },
            if what == "unmatched" { "other" } else { "new" },
            if what.starts_with("filtered") { "draft" } else { "" },
        )
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_row_is_accounted_for_to_the_cent(rows in prop::collection::vec(row(), 0..60)) {
        let deals: String = rows.iter().enumerate().map(|(number, row)| row.text(number)).collect();
        let paid = rows.iter().enumerate().filter(|(_, row)| KINDS[row.kind].0 == "paid");
        let engagements: String = paid.map(|(number, _)| format!("D{number},ann,x\n")).collect();
        let settled = settled(PROJECT, &deals, &engagements);
        let reconciliation = settled.reconciliation();

        let mut expected = [Worth::default(); 6];
        let (mut unplaced, mut without_amount) = (0, 0);
        for row in rows.iter().filter(|row| row.won) {
            let (_, part, has_amount) = KINDS[row.kind];
            let Some(part) = part else {
                unplaced += 1;
                continue;
            };
            if row.month != 7 {
                continue;
            }
            let minor = if has_amount { i128::from(row.minor) * if row.euros { 2 } else { 1 } } else { 0 };
            without_amount += u64::from(!has_amount);
            for part in [Part::Read, part] {
                expected[part as usize].deals += 1;
                expected[part as usize].amount_e6 += minor * 10_000;
            }
        }
        let found: Vec<Worth> = reconciliation.parts().map(|(_, worth)| worth).collect();
        prop_assert_eq!(found, expected.to_vec());
        prop_assert_eq!(reconciliation.unplaced, unplaced);
        prop_assert_eq!(reconciliation.without_amount, without_amount);
    }
}

/// The summary, the file and run.json say the same, with commissions without quotas and managers that were dropped.
#[test]
fn the_command_ends_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("apportion.toml", PROJECT);
    write("rules.toml", RULES);
    write("payees.csv", "payee_id,manager_id\nann,boss\n=ben,\n");
    write("rates.csv", "date,currency,rate\n2026-07-01,EUR,2\n");
    write("engagements.csv", "deal_id,payee_id,role\nD1,ann,x\nD1,=ben,x\n");
    let deals = format!(
        "{HEADER}D1,won,2026-07-01,100.00,,new,\nD2,won,2026-07-01,5.5,,new,\n\"D\n3\u{1b}[2J\",won,2026-07-02,x,,new,\n"
    );
    write("deals.csv", &deals);
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_apportion"))
            .args(["run", "--period", "2026-07"])
            .args(arguments)
            .current_dir(folder.path())
            .env_remove("APPORTION_PROJECT")
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        assert!(!stdout.contains('\u{1b}') && !stderr.contains('\u{1b}'), "{stdout}{stderr}");
        format!("exit code {}\n{stdout}\n{stderr}", output.status.code().unwrap())
    };
    insta::with_settings!({ filters => [(r"Finished in [^\n]+", "Finished in [time]")] }, {
        insta::assert_snapshot!(run(&["--lines", "csv,xlsx"]));
    });
    let file = |name: &str| fs::read_to_string(folder.path().join("out/2026-07").join(name)).unwrap();
    insta::assert_snapshot!(
        "files",
        ["reconciliation.csv", "payouts.csv", "lines.csv", "rejects.csv"]
            .map(|name| format!("{name}\n{}", file(name)))
            .join("\n")
    );
    let verified = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_apportion"));
        let output = command
            .args(["verify", "out/2026-07"])
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, said) = verified(&["--inputs"]);
    assert_eq!(code, Some(0), "{said}");

    run(&["--lines", "csv", "--raw"]);
    assert!(file("payouts.csv").contains("\n=ben,") && file("lines.csv").contains("\n=ben,"));
    assert!(!folder.path().join("out/2026-07/lines.xlsx").exists());
    let (code, said) = verified(&["--inputs"]);
    assert_eq!(code, Some(0), "{said}");

    // The file was exported again: the result is as it was.
    write("deals.csv", &format!("{deals}D9,won,2026-07-02,1,,new,\n"));
    let (code, said) = verified(&[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("is proven; inputs were changed since"), "{said}");
    let (code, said) = verified(&["--inputs"]);
    assert!(code == Some(1) && said.contains("NOT PROVEN"), "{said}");
}
