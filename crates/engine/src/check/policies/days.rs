//! Policies that are never in force, days between two of their versions, and days within a month.

use apportion_base::diagnostic::Code;
use apportion_book::display_day;
use apportion_rules::{Policy, PolicyKind, PolicyVersion};

use super::super::facts::{Facts, days};
use super::super::finding::Finding;
use super::{PolicyPlace, all_versions, month};

pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let has_days = facts.period.is_some() || !facts.tables.deals.is_empty();
    let mut found = Vec::new();
    for (_, policy) in facts.rules.policies.iter().filter(|_| has_days) {
        found.extend(never_in_force(facts, policy));
        found.extend(policy.versions.windows(2).filter_map(|pair| gap(facts, policy, pair)));
    }
    found.extend(all_versions(facts).flat_map(|subject| within_month(facts, &subject)));
    found
}

fn never_in_force(facts: &Facts<'_>, policy: &Policy) -> Option<Finding> {
    let mut versions = policy.versions.iter().map(|version| PolicyPlace { policy, version });
    if versions.any(|subject| subject.counts(facts)) {
        return None;
    }
    let window = facts.window();
    let noun = match facts.period {
        Some(period) => period.to_string(),
        None => days(window.paid_from, window.paid_until),
    };
    let day = if policy.kind.goes_by_month() { "on the last day of any month" } else { "on any day" };
    let version = policy.versions.first()?;
    Some(
        PolicyPlace { policy, version }
            .note(
                Code::NeverInForce,
                format!("`{}` is not in force {day} of {noun}", policy.id),
                "effective.from",
            )
            .help("nothing to do if that is intended; otherwise correct `effective`"),
    )
}

/// Days between two versions on which neither is in force, and which are asked for.
fn gap(facts: &Facts<'_>, policy: &Policy, pair: &[PolicyVersion]) -> Option<Finding> {
    let [earlier, later] = pair else { return None };
    let (from, until) = (earlier.until? + 1, later.from - 1);
    if from > until || until < facts.window().paid_from {
        return None;
    }
    let calendar = facts.book.calendar();
    let ends_a_month = calendar.last_day(calendar.month_of(from)) <= until;
    let (asked, what) = match policy.kind {
        PolicyKind::Hold => (true, "deals that close on these days are not held by it"),
        PolicyKind::Draw | PolicyKind::Payment => {
            (ends_a_month, "months whose last day is among them are paid without it")
        }
        PolicyKind::Capitalise => (true, "costs of deals that close on these days are not capitalised"),
        PolicyKind::ChannelModel
        | PolicyKind::Coverage
        | PolicyKind::Registration
        | PolicyKind::Conflict
        | PolicyKind::Price
        | PolicyKind::Gate => (true, "it says nothing about what is of these days"),
        PolicyKind::Access => (true, "nobody sees anything by it on these days"),
    };
    if !asked {
        return None;
    }
    let message = format!("no version of `{}` is in force from {}", policy.id, days(from, until));
    Some(
        PolicyPlace { policy, version: later }
            .warning(Code::VersionGap, message, "effective.from")
            .at(earlier.place("effective.until"), "the version before ends")
            .help(format!("{what}: let the earlier version end on the day before the later one begins")),
    )
}

/// First and last days of draws and payment terms that are within a month: the month goes by its last day.
fn within_month(facts: &Facts<'_>, subject: &PolicyPlace<'_>) -> Vec<Finding> {
    let PolicyPlace { policy, version } = *subject;
    let ended = version.until.is_some_and(|until| until < facts.window().paid_from);
    if !policy.kind.goes_by_month() || ended {
        return Vec::new();
    }
    let calendar = facts.book.calendar();
    let mut found = Vec::new();
    let begins = month(facts, calendar.month_of(version.from));
    let help = "a month goes by what is in force on its last day: begin with the first day of a month, and end with the last";
    if version.from != begins.first {
        let message = format!(
            "`{}` begins on {}, and counts for the whole of {}",
            policy.id,
            display_day(version.from),
            begins.period
        );
        found.push(subject.note(Code::DaysWithinMonth, message, "effective.from").help(help));
    }
    // Where the next version begins, it says so itself.
    let own_end = version.until.filter(|_| version.places.get("effective.until").is_some());
    if let Some(until) = own_end {
        let ends = month(facts, calendar.month_of(until));
        if until != ends.last {
            let message = format!(
                "`{}` ends on {}, and does not count for {}",
                policy.id,
                display_day(until),
                ends.period
            );
            found.push(subject.note(Code::DaysWithinMonth, message, "effective.until").help(help));
        }
    }
    found
}
