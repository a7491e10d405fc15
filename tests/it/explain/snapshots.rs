//! What a person reads.

use super::{command, project, said, without_result};
use crate::support::repository;

fn explain(arguments: &[&str]) -> String {
    said(project::fresh().path(), arguments)
}

fn of(payee: &str, deal: &str, rule: &str) -> String {
    explain(&["--payee", payee, "--deal", deal, "--rule", rule, "--period", "2026-Q3"])
}

#[test]
fn shared_credit_by_roles_and_the_cents_that_are_left() {
    insta::assert_snapshot!(of("cat", "D02", "new-business"));
}

#[test]
fn shared_credit_of_a_deal_in_another_currency() {
    insta::assert_snapshot!(of("ben", "D03", "new-business"));
}

#[test]
fn shared_credit_with_a_role_that_nobody_filled() {
    let arguments = ["--payee", "P-10", "--deal", "55234", "--rule", "renewal-credit", "--period", "2014-Q2"];
    let said = said(&repository("fixtures/adventureworks"), &arguments);
    insta::assert_snapshot!(without_result(&said));
}

#[test]
fn shared_credit_by_models() {
    let all = [
        ("cat", "D02", "influence"),
        ("cat", "D02", "journey"),
        ("cat", "D02", "opener"),
        ("cat", "D05", "declared"),
        ("cat", "D05", "overlay"),
    ];
    insta::assert_snapshot!(all.map(|(payee, deal, rule)| of(payee, deal, rule)).join("\n"));
}

#[test]
fn a_stipend_capped_for_the_deal_and_for_the_payee() {
    let folder = project::fresh();
    let arguments = ["--payee", "cat", "--rule", "cosell-stipend", "--period", "2026-Q3"];
    insta::assert_snapshot!(said(folder.path(), &arguments));
}

#[test]
fn renewal_bonuses_by_deal_and_by_payee() {
    insta::assert_snapshot!([of("cat", "D04", "adoption"), of("cat", "D04", "reviews")].join("\n"));
}

#[test]
fn commissions_that_cross_a_tier() {
    insta::assert_snapshot!([of("ann", "D09", "accelerator"), of("cat", "D03", "volume")].join("\n"));
}

#[test]
fn overrides_up_the_line_of_managers_and_their_cap() {
    let folder = project::fresh();
    let arguments = ["--payee", "mia", "--rule", "managers", "--period", "2026-Q3"];
    let zoe = of("zoe", "D02", "managers");
    insta::assert_snapshot!([said(folder.path(), &arguments), zoe].join("\n"));
}

#[test]
fn a_deal_on_which_every_rule_but_one_gave_a_payee_nothing() {
    insta::assert_snapshot!(explain(&["--payee", "eve", "--deal", "D09"]));
}

#[test]
fn zeros_of_many_kinds() {
    let all = [
        of("cat", "L1", "new-business"),
        of("cat", "D01", "new-business"),
        of("ann", "D07", "new-business"),
        of("ann", "D08", "new-business"),
        of("ann", "D06", "declared"),
        of("ann", "D10", "adoption"),
        of("dan", "D03", "cosell-stipend"),
        of("eve", "D03", "cosell-stipend"),
        of("eve", "D13", "adoption"),
        of("fay", "D14", "accelerator"),
        of("cat", "D09", "new-business"),
        of("dan", "D02", "accelerator"),
    ];
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn a_deal_that_paid_nobody() {
    let explained = |deal| explain(&["--deal", deal, "--period", "2026-09"]);
    insta::assert_snapshot!([explained("D10"), explained("D11")].join("\n"));
}

#[test]
fn everybody_on_a_deal() {
    insta::assert_snapshot!(explain(&["--deal", "D04", "--rule", "renewal-team", "--period", "2026-08"]));
}

#[test]
fn a_payee_over_a_quarter() {
    insta::assert_snapshot!(explain(&["--payee", "eve", "--period", "2026-Q3", "--all"]));
}

#[test]
fn a_payee_over_a_quarter_in_short() {
    let folder = repository("fixtures/adventureworks");
    let said = said(&folder, &["--payee", "P-10", "--period", "2014-Q2"]);
    assert!(said.lines().count() < 400, "{} lines", said.lines().count());
    let sums: Vec<&str> = said.lines().take(14).collect();
    insta::assert_snapshot!(sums.join("\n"));
}

#[test]
fn as_json() {
    let arguments = ["--payee", "dan", "--deal", "D03", "--period", "2026-Q3", "--format", "json"];
    insta::assert_snapshot!(explain(&arguments));
}

#[test]
fn names_that_are_not_there() {
    let all = [
        explain(&["--payee", "anne", "--period", "2026-07"]),
        explain(&["--payee", "Cat GmbH", "--period", "2026-07"]),
        explain(&["--payee", "ann", "--deal", "D99", "--rule", "managrs", "--period", "2026-07"]),
        explain(&["--payee", "ann"]),
    ];
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn a_result_that_is_not_what_it_would_be_now() {
    let folder = project::fresh();
    let run = command(folder.path(), "run", &["--period", "2026-Q3", "-q", "--max-rejects", "9"]);
    assert!(run.status.code() < Some(2));
    let arguments = ["--payee", "fay", "--deal", "D14", "--rule", "new-business", "--period", "2026-Q3"];
    let same = said(folder.path(), &arguments);
    let rules = project::RULES.replace("rate = \"7.5%\"", "rate = \"8%\"");
    std::fs::write(folder.path().join("rules.toml"), rules).unwrap();
    let other = said(folder.path(), &arguments);
    let end = |text: &str| text[text.find("Compared with").unwrap()..].to_owned();
    insta::assert_snapshot!(format!("{}\n{}\n{}", end(&same), &other[..12], end(&other)));
    let another = said(folder.path(), &["--payee", "fay", "--period", "2026-07", "--out", "out/2026-Q3"]);
    assert!(another.starts_with("exit code 2") && another.contains("another-period"), "{another}");
    let by_result = said(folder.path(), &["--payee", "fay", "--out", "out/2026-Q3"]);
    assert!(by_result.contains("2026-Q3 (2026-07-01 to 2026-09-30)"), "{by_result}");
}
