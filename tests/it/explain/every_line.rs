//! For every line that a run writes, the steps that `explain` prints lead to its amount.

use std::path::Path;

use apportion::book::Period;
use apportion::data::NoProgress;
use apportion::diagnostic::Files;
use apportion::explain::{Explainer, Question, YearIndex};
use apportion::project::Project;
use apportion::settle::{OriginalLines, count_period};
use apportion::verify::{LineFilter, StoredLine, stored};
use apportion::world::Disk;
use serde_json::Value;

use super::{command, json, project, recompute};
use crate::support::repository;

/// The line of a result that an explained amount is about.
fn line_of(amount: &Value, minor: usize) -> StoredLine {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let number = |value: &Value| {
        value.as_str().map(|text| {
            assert!(text.len() - text.find('.').unwrap() == minor + 1, "{text}");
            text.replace('.', "").parse().unwrap()
        })
    };
    StoredLine {
        rule_id: text(&amount["rule_id"]).unwrap(),
        deal_id: text(&amount["deal"]["deal_id"]).unwrap(),
        payee_id: text(&amount["payee"]["payee_id"]).unwrap(),
        role: text(&amount["role"]),
        from_payee_id: text(&amount["from_payee"]["payee_id"]),
        of_rule_id: text(&amount["of_rule_id"]),
        credited: number(&amount["credited"]),
        amount: number(&amount["amount"]),
    }
}

/// Runs the period, explains every payee, does every step again, and compares it with the written lines.
pub fn explained(project: &Path, period: &str) -> (usize, usize) {
    let out = tempfile::tempdir().unwrap();
    let out = out.path().join("out");
    let folder = out.to_str().unwrap();
    let ran = command(project, "run", &["--period", period, "--out", folder, "-q", "--max-rejects", "1000"]);
    assert!(ran.status.code() < Some(2), "{}", String::from_utf8_lossy(&ran.stderr));
    let written = stored(&out, LineFilter::default()).unwrap().lines;
    assert!(!written.is_empty());
    let mut payees: Vec<&str> = written.iter().map(|line| line.payee_id.as_str()).collect();
    payees.sort_unstable();
    payees.dedup();
    let (mut lines, mut steps) = (Vec::new(), 0);
    for payee in payees {
        let explanation = json(project, &["--payee", payee, "--period", period, "--out", folder]);
        steps += recompute::check(&explanation).steps;
        lines.extend(explanation["amounts"].as_array().unwrap().iter().map(|amount| line_of(amount, 2)));
        assert_eq!(explanation["result"]["same_files"], true);
        assert_eq!(explanation["result"]["differences"].as_array().unwrap().len(), 0);
    }
    lines.sort();
    assert!(lines == written, "the lines explained are those written");
    (lines.len(), steps)
}

#[test]
fn every_line_of_the_planted_project() {
    let folder = project::fresh();
    let (lines, steps) = explained(folder.path(), "2026-Q3");
    assert!(lines > 50 && steps > 3 * lines, "{lines} lines, {steps} steps");
    explained(folder.path(), "2026");
}

#[test]
fn every_line_of_adventureworks() {
    let (lines, _) = explained(&repository("fixtures/adventureworks"), "2014-Q2");
    assert_eq!(lines, 3_216);
    explained(&repository("fixtures/adventureworks"), "2013-Q4");
}

#[test]
fn every_line_in_foreign_currencies() {
    explained(&repository("fixtures/adventureworks-fx"), "2014-Q1");
}

#[test]
fn every_line_of_ravenstack() {
    let (lines, _) = explained(&repository("fixtures/ravenstack"), "2024-Q3");
    assert!(lines > 1_000, "{lines}");
}

#[test]
fn every_line_of_a_book_with_clawbacks() {
    let (lines, _) = explained(&repository("tests/it/verify/project"), "2026-02");
    assert!(lines > 50, "{lines}");
}

/// One explainer answers for all payees of a whole year; it proves each line as it goes.
#[test]
fn one_explainer_for_everybody() {
    for (fixture, period) in [("adventureworks", "2013"), ("ravenstack", "2024")] {
        let project = repository("fixtures").join(fixture);
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
        let mut lines = 0;
        for payee in traced.tables.payees.all() {
            let question = Question { payee: Some(payee), ..Question::default() };
            let explanation = explainer.explain(question).unwrap();
            lines += explanation.amounts.len();
            assert!(explanation.amounts.iter().all(|amount| !amount.steps.is_empty()));
            assert!(explanation.amounts.iter().all(|amount| amount.deal.place.is_some()));
        }
        assert_eq!(lines, ground.settlement.lines.len());
    }
}
