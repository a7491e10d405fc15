//! Deals and payees with nothing: the explained reason is the one that a run writes.

use std::collections::BTreeSet;

use apportion::book::Period;
use apportion::data::NoProgress;
use apportion::diagnostic::Files;
use apportion::explain::tree::Shortfall;
use apportion::explain::{Explainer, Question, YearIndex};
use apportion::project::Project;
use apportion::settle::{OriginalLines, count_period};
use apportion::world::Disk;

use super::{json, project, said};
use crate::support::repository;

/// The reason of each rule for a payee on a deal.
fn reasons(folder: &std::path::Path, arguments: &[&str]) -> Vec<(String, String)> {
    let explanation = json(folder, arguments);
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
    let nothing = explanation["nothing"].as_array().unwrap().iter();
    nothing.map(|nothing| (text(&nothing["rule_id"]), text(&nothing["reason"]))).collect()
}

#[test]
fn every_reason_is_met() {
    let folder = project::fresh();
    let mut met = BTreeSet::new();
    for payee in ["ann", "ben", "cat", "dan", "eve", "fay", "mia", "zoe"] {
        for deal in [
            "D02", "D03", "D04", "D05", "D06", "D07", "D08", "D09", "D10", "D11", "D12", "D13", "D14", "L1",
            "D01",
        ] {
            let found = reasons(folder.path(), &["--payee", payee, "--deal", deal, "--period", "2026-Q3"]);
            met.extend(found.into_iter().map(|(_, reason)| reason));
        }
    }
    let expected = [
        "below-first-rate",
        "incomplete",
        "lost-deal",
        "negative-deal",
        "no-credit",
        "no-date",
        "no-engagement",
        "no-quota",
        "no-rate",
        "no-splits",
        "nobody-below",
        "not-an-earner",
        "not-counted",
        "not-engaged",
        "not-in-splits",
        "not-the-one",
        "outside-period",
        "requirement-not-met",
        "role-not-named",
        "splits-not-100",
        "two-rules",
        "when-not-true",
        "zero-units",
    ];
    assert_eq!(met.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

/// The reason in uncredited.csv is the one that a question about the deal gives.
#[test]
fn a_deal_that_paid_nobody_has_the_reason_of_the_run() {
    let folder = project::fresh();
    let projects = [
        (folder.path().to_path_buf(), "2026"),
        (repository("fixtures/adventureworks"), "2013"),
        (repository("fixtures/ravenstack"), "2024-Q3"),
        (repository("tests/it/verify/project"), "2026-02"),
    ];
    for (project, period) in projects {
        let opened = Project::open(&Disk::shared(), &project, &mut Files::default()).unwrap();
        let traced = opened.traced(&NoProgress).unwrap();
        let period = Period::parse(period).unwrap();
        let counted = count_period(&traced.book, &traced.tables, &traced.rules, period).unwrap();
        let ground = YearIndex::new(
            &traced.book,
            &counted,
            &traced.origins,
            &traced.rules,
            (period, &OriginalLines::default()),
        )
        .unwrap();
        let explainer = Explainer::new(&ground).unwrap();
        let mut compared = 0;
        for row in ground.settlement.uncredited.iter().filter(|row| ground.pays(row.deal)).take(400) {
            let question = Question { deal: Some(row.deal), payee: row.payee, rule: row.rule };
            let explanation = explainer.explain(question).unwrap();
            let word = row.reason.word();
            match word {
                // The deal pays the other roles.
                "unfilled-role" => assert!(!explanation.amounts.is_empty()),
                "no-rule" => {
                    let by_credit = |why: &Shortfall| {
                        matches!(why, Shortfall::NoCredit { .. } | Shortfall::NobodyAbove { .. })
                    };
                    for nothing in &explanation.nothing {
                        let code = nothing.why.code();
                        let known = ["when-not-true", "not-in-force"].contains(&code);
                        assert!(known || by_credit(&nothing.why), "{code}");
                    }
                }
                _ => {
                    let codes: Vec<&str> =
                        explanation.nothing.iter().map(|nothing| nothing.why.code()).collect();
                    // A question about all payees gives a reason for each; declared zeros are no eligible payee.
                    let same = codes == [word] || (word == "no-eligible-payee" && codes == ["zero-percent"]);
                    assert!(same, "{word} is explained as {codes:?}");
                }
            }
            compared += 1;
        }
        assert!(compared > 0, "{}", project.display());
    }
}

#[test]
fn no_basis_not_in_force_and_no_work() {
    let folder = project::fresh();
    let rules = project::RULES.replace("basis = \"amount * 0.5\"", "basis = \"list_amount * 0.5\"");
    let rules = rules.replace(
        "id = \"opener\"\neffective = { from = 2026-01-01 }",
        "id = \"opener\"\neffective = { from = 2026-01-01, until = 2026-06-30 }",
    );
    std::fs::write(folder.path().join("rules.toml"), rules).unwrap();
    let asked = |rule| {
        said(folder.path(), &["--payee", "cat", "--deal", "D03", "--period", "2026-07", "--rule", rule])
    };
    insta::assert_snapshot!(format!("{}\n{}", asked("journey"), asked("opener")));
    let payee = reasons(folder.path(), &["--payee", "zoe", "--period", "2026-08"]);
    assert!(payee.contains(&("journey".to_owned(), "no-work".to_owned())), "{payee:?}");
}
