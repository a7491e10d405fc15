//! Rules and versions that no deal falls into, because of the days alone.

use apportion_base::diagnostic::{Code, count, counted};
use apportion_book::{TableName, display_day};
use apportion_data::Counts;
use apportion_rules::{Rule, Version};

use super::facts::{Facts, days, in_force, span};
use super::finding::Finding;

pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    if facts.won.is_empty() {
        found.push(no_won_deals(facts));
    }
    // Without a deal and without a period there are no days.
    let has_days = facts.period.is_some() || !facts.tables.deals.is_empty();
    for (_, rule) in facts.each_rule().filter(|_| has_days) {
        if !rule.versions.iter().any(|version| in_force(facts.window(), version)) {
            found.push(never_in_force(facts, rule));
        }
    }
    if !facts.won.is_empty() {
        found.extend(
            facts.versions().filter_map(|subject| without_deals(facts, subject.rule, subject.version)),
        );
    }
    found
}

fn no_won_deals(facts: &Facts<'_>) -> Finding {
    let deals = &facts.tables.deals;
    let message = format!("no won deal closed {}", facts.in_days());
    let won = deals.won.iter().zip(&deals.close_date).filter(|(won, _)| **won).map(|(_, day)| *day);
    let help = match (span(won), deals.len()) {
        (Some((first, last)), _) => format!("the won deals of the data closed from {}", days(first, last)),
        (None, 0) => without_any(facts),
        (None, all) => format!(
            "none of the {} of the data is won: look at `outcome` of [sources.deals], and at its `values`",
            counted(all as u64, "deal")
        ),
    };
    let source = facts.book.sources.iter().find(|source| source.table == TableName::Deals);
    let finding = Finding::warning(Code::NoWonDeals, message).help(help);
    match source {
        Some(source) => finding.at(source.span.clone(), "read by this source"),
        None => finding,
    }
}

/// What became of the rows of deals, where none is used.
fn without_any(facts: &Facts<'_>) -> String {
    let of_deals = |counts: &&Counts| counts.table == TableName::Deals;
    match facts.tables.counts.iter().find(of_deals) {
        Some(counts) if counts.rejected > 0 => format!(
            "all {} of deals that were not filtered are rejected: see the rejects for the reasons",
            counted(counts.rejected, "row")
        ),
        Some(counts) if counts.filtered > 0 => {
            format!("`where` of [sources.deals] is true for none of the {}", counted(counts.read, "row"))
        }
        _ => "the data has no deals at all".to_owned(),
    }
}

fn never_in_force(facts: &Facts<'_>, rule: &Rule) -> Finding {
    let window = facts.window();
    let noun = match facts.period {
        Some(period) => period.to_string(),
        None => days(window.paid_from, window.paid_until),
    };
    let finding =
        Finding::note(Code::NeverInForce, format!("`{}` is not in force on any day of {noun}", rule.id))
            .rule(&rule.id);
    let later = rule.versions.iter().find(|version| version.from > window.paid_until);
    let ended = rule.versions.iter().rfind(|version| version.from <= window.paid_until);
    let finding = match (later, ended) {
        (Some(version), _) => {
            finding.at(version.place("effective.from"), format!("from {}", display_day(version.from)))
        }
        (None, Some(version)) => finding.at(version.place("effective.until"), ended_on(version)),
        (None, None) => finding,
    };
    finding.help("nothing to do if that is intended; otherwise correct `effective`")
}

fn ended_on(version: &Version) -> String {
    version.until.map_or_else(String::new, |until| format!("until {}", display_day(until)))
}

/// A version of whose days some are checked, and no won deal closed on them.
fn without_deals(facts: &Facts<'_>, rule: &Rule, version: &Version) -> Option<Finding> {
    if !facts.while_in_force(version, &facts.won).is_empty() {
        return None;
    }
    let window = facts.window();
    let from = version.from.max(window.paid_from);
    let until = version.until.map_or(window.paid_until, |until| until.min(window.paid_until));
    let message = format!(
        "none of the {} won deals {} closed while this version of `{}` was in force, {}",
        count(facts.won.len() as u64),
        facts.in_days(),
        rule.id,
        days(from, until)
    );
    Some(
        Finding::warning(Code::VersionWithoutDeals, message)
            .rule(&rule.id)
            .at(version.place("effective"), "")
            .help("see whether the dates of the versions are as agreed: this one decided nothing"),
    )
}
