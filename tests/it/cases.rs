//! The worked examples under tests/cases: adding one needs no recompiling.

use apportion::cases::{Bench, CaseTable};
use apportion::diagnostic::{Files, render};
use apportion::world::Disk;

use crate::support::repository;

#[test]
fn every_case_comes_out_as_it_says() {
    let mut files = Files::default();
    let bench = Bench::read(
        &Disk::shared(),
        None,
        &[repository("tests/cases"), repository("tests/cases/channel")],
        &mut files,
    )
    .unwrap_or_else(|found| panic!("{}", found.iter().map(|e| render(e, &files)).collect::<String>()));
    let only = std::env::var("CASE").unwrap_or_default();
    let (mut run, mut failures) = (0, String::new());
    for file in &bench.case_files {
        for case in file.cases.iter().filter(|case| case.name.contains(&only)) {
            run += 1;
            for mismatch in apportion::ledger::cases::run(case, &bench.setting, &files).mismatches {
                failures += &format!("\n{}: {}\n{}", file.name, case.name, mismatch.text());
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
    assert!(run >= 80 || !only.is_empty(), "only {run} cases were found");
}

/// docs/how-to/cases.md: its rule and its cases as a project, and what it shows of a case that fails.
#[test]
fn the_page_on_case_files_is_true() {
    let page = std::fs::read_to_string(repository("docs/how-to/cases.md")).unwrap();
    let blocks: Vec<&str> =
        page.split("```toml\n").skip(1).map(|rest| rest.split("```\n").next().unwrap()).collect();
    let (rule, cases) = blocks.split_first().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(
        "apportion.toml",
        "[book]\nname = \"A page\"\ncurrency = \"USD\"\nrules = [\"rules/*.toml\"]\n\n\
         [sources.deals]\npath = \"deals.csv\"\n[sources.payees]\npath = \"payees.csv\"\n\
         [sources.engagements]\npath = \"engagements.csv\"\n",
    );
    write("deals.csv", "deal_id,outcome,close_date,amount\n");
    write("payees.csv", "payee_id,kind,tier\n");
    write("engagements.csv", "deal_id,payee_id,role\n");
    write("rules/stipends.toml", rule);
    write("cases/stipends.toml", cases[0]);
    write("cases/more.toml", cases[1]);
    write("cases/months.toml", cases[2]);
    let test = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_apportion"))
            .args(["test", "--project", "."])
            .args(arguments)
            .env_clear()
            .current_dir(folder.path())
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, said) = test(&["--require-coverage"]);
    assert_eq!(code, Some(0), "{said}");

    write("rules/stipends.toml", &rule.replace("\"250\"", "\"300\""));
    let (code, said) = test(&["cases/stipends.toml"]);
    assert_eq!(code, Some(1));
    let failed: Vec<&str> = said.lines().skip_while(|line| !line.starts_with("FAILED")).collect();
    let failed = failed.split(|line| line.starts_with("Coverage")).next().unwrap().join("\n");
    let shown = page.split("```text\n").nth(1).unwrap().split("```\n").next().unwrap();
    assert_eq!(shown.trim_end(), failed.trim_end());

    // The columns that it lists are those that there are.
    let tables = [&CaseTable::OF_PERIOD[..], &CaseTable::OF_MONTH[..]].concat();
    for table in tables {
        let columns: Vec<String> = table.columns().iter().map(|column| format!("`{column}`")).collect();
        let row = format!("| `{}` | {} |", table.word(), columns.join(", "));
        assert!(page.contains(&row), "{row}");
    }
}
