//! Files that a person names for output: `diff --out`, `test --junit`, `schema --out`.

use std::process::Stdio;

use super::Bench;

const DIFF: [&str; 6] = ["diff", "--rules", "rules/*.toml", "--period", "2026-07", "--out"];

fn diff_to(bench: &Bench, out: &str) -> super::CommandEnd {
    bench.run(&[&DIFF[..], &[out]].concat())
}

#[test]
fn no_output_takes_the_place_of_the_project() {
    let bench = Bench::new();
    bench.close();
    bench.write("cases/july.toml", CASE);
    for path in [
        "apportion.toml",
        "rules/stipend.toml",
        "data/deals.csv",
        "data/../data/payees.csv",
        "cases/july.toml",
        "out/payouts.csv",
        "out/moves.csv",
    ] {
        let before = std::fs::read(bench.at(path)).ok();
        diff_to(&bench, path).refused("project-file");
        bench.run(&["test", "--junit", path]).refused("project-file");
        assert_eq!(std::fs::read(bench.at(path)).ok(), before, "{path}");
    }
    assert!(super::is_proven(&bench.at("out")));
}

/// A rule file of the draft that is compared with is a rule as well.
#[test]
fn no_output_takes_the_place_of_a_draft() {
    let bench = Bench::new();
    for name in bench.names("rules") {
        bench.write(&format!("draft/{name}"), bench.text(&format!("rules/{name}")));
    }
    let ended =
        bench.run(&["diff", "--rules", "draft", "--period", "2026-07", "--out", "draft/stipend.toml"]);
    ended.refused("project-file");
}

#[test]
fn an_earlier_output_is_replaced_as_a_whole() {
    let bench = Bench::new();
    for _ in 0..2 {
        assert_eq!(diff_to(&bench, "moves.txt").code, Some(0));
    }
    assert!(bench.text("moves.txt").starts_with("Northwind"), "{}", bench.text("moves.txt"));
    let hidden: Vec<String> = bench.names(".").into_iter().filter(|name| name.starts_with('.')).collect();
    assert!(hidden.is_empty(), "{hidden:?}");
    diff_to(&bench, "nowhere/moves.txt").refused("cannot-write");
    diff_to(&bench, "data").refused("cannot-write");
}

#[test]
fn a_schema_replaces_schemas_alone() {
    let bench = Bench::new();
    for _ in 0..2 {
        assert_eq!(bench.run(&["schema", "--out", "schemas"]).code, Some(0));
    }
    bench.write("schemas/rules.json", "{\"mine\": true}");
    bench.run(&["schema", "--out", "schemas"]).refused("in-the-way");
    assert_eq!(bench.text("schemas/rules.json"), "{\"mine\": true}");
}

#[cfg(unix)]
#[test]
fn devices_are_written_to_and_links_stay() {
    let bench = Bench::new();
    let mut command = bench.command(&[&DIFF[..], &["/dev/stdout"]].concat());
    let output = command.stdout(Stdio::piped()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("Northwind"));

    bench.write("elsewhere/moves.txt", "old");
    std::os::unix::fs::symlink("elsewhere/moves.txt", bench.at("link")).unwrap();
    assert_eq!(diff_to(&bench, "link").code, Some(0));
    assert!(bench.at("link").is_symlink() && bench.text("elsewhere/moves.txt").starts_with("Northwind"));

    // Through a link, too, the project is what it was.
    std::os::unix::fs::symlink("data/deals.csv", bench.at("deals")).unwrap();
    diff_to(&bench, "deals").refused("project-file");
    std::os::unix::fs::symlink("nowhere", bench.at("dangling")).unwrap();
    diff_to(&bench, "dangling").refused("cannot-write");
}

const CASE: &str = r#"[[case]]
name = "a stipend"
period = "2026-07"
rules = ["cosell-stipend"]
deals = '''
deal_id | outcome | close_date | amount | deal_type
D1      | won     | 2026-07-10 | 1000   | new
'''
payees = '''
payee_id | kind
eve      | partner
'''
engagements = '''
deal_id | payee_id | role
D1      | eve      | cosell
'''
lines = '''
payee_id | amount
eve      | 250.00
'''
"#;
