//! Reasons as sentences: the parameters that changed, with both values, or another cause.

use super::{Cause, Difference, ParameterChange, ReasonChange, Status};
use crate::diff::facts::FieldChange;
use crate::diff::policies::PolicyChange;
use apportion_base::diagnostic::count;
use apportion_book::display_day;
use apportion_rules::VersionIx;

/// Longer values are not repeated in every sentence; they are listed once, with the rule's changes.
const SHORT: usize = 64;
/// A sentence names so many parameters; a rate table may have thousands of rows that differ.
const NAMED: usize = 12;

/// Why some lines of a rule differ.
pub fn sentence(difference: &Difference, reason: &ReasonChange) -> String {
    let of_rows = |change: &&ParameterChange| is_of_rows(difference, reason, change);
    let parameters: Vec<&ParameterChange> = parameters(difference, reason).iter().filter(of_rows).collect();
    let mut told: Vec<&ParameterChange> = Vec::new();
    let mut parts: Vec<String> = policies(difference, reason);
    for cause in reason.causes.iter() {
        let by: Vec<&ParameterChange> = parameters
            .iter()
            .copied()
            .filter(|change| cause.keys().contains(&change.key))
            .filter(|change| !told.contains(change))
            .collect();
        let by = of_entries(by, reason);
        told.extend(&by);
        let mut values: Vec<String> = by.iter().take(NAMED).map(|change| parameter(change)).collect();
        if by.len() > NAMED {
            values.push(format!("and {} more", count((by.len() - NAMED) as u64)));
        }
        match event(difference, reason, cause) {
            Some(event) if values.is_empty() => parts.push(event),
            Some(event) => parts.push(format!("{event}: {}", values.join(", "))),
            // What is left where nothing else was seen: the policies say it.
            None if values.is_empty() && cause == Cause::Shares && !reason.policies.is_empty() => {}
            None if values.is_empty() => {
                // An earlier cause named these parameters already, or it was none of them.
                if !parameters.iter().any(|change| cause.keys().contains(&change.key)) {
                    parts.push(elsewhere(difference, reason, cause));
                }
            }
            None => parts.extend(values),
        }
    }
    parts.join("; ")
}

/// The changed policies behind some lines, each with the keys that changed: `registration deal-registration: protect 90 days → 60 days`.
fn policies(difference: &Difference, reason: &ReasonChange) -> Vec<String> {
    let changes = reason.policies.places().filter_map(|place| difference.policies.get(place));
    let mut said: Vec<String> = changes.map(policy).collect();
    // Versions of a policy stand side by side, and often change alike.
    said.dedup();
    said
}

/// A changed policy, with the keys that changed.
pub fn policy(change: &PolicyChange) -> String {
    let named = format!("{} {}", change.kind.word().replace('_', " "), change.id);
    match change.status {
        Status::New => format!("new {named}"),
        Status::Gone => format!("{named} removed"),
        Status::Changed | Status::Restated | Status::Same => {
            let mut values: Vec<String> = change.parameters.iter().take(NAMED).map(parameter).collect();
            if change.parameters.len() > NAMED {
                values.push(format!("and {} more", count((change.parameters.len() - NAMED) as u64)));
            }
            format!("{named}: {}", values.join(", "))
        }
    }
}

/// Of several entries of a table those that the reason is about; all of them where it does not say.
fn of_entries<'a>(by: Vec<&'a ParameterChange>, reason: &ReasonChange) -> Vec<&'a ParameterChange> {
    let Some(entries) = &reason.entries else { return by };
    let is_table = |change: &ParameterChange| TABLES.contains(&change.key);
    let own: Vec<&ParameterChange> =
        by.iter().copied().filter(|change| !is_table(change) || entries.contains(&change.item)).collect();
    if own.iter().any(|change| is_table(change)) { own } else { by }
}

/// Keys that may have an entry for each text of a column, each step or each level.
const TABLES: [&str; 4] = ["rate", "rates", "amount", "levels"];

/// Whether a parameter can be behind lines that some rows of rate tables decided: another row of the table can't.
fn is_of_rows(difference: &Difference, reason: &ReasonChange, change: &ParameterChange) -> bool {
    let Some(rows) = reason.rows.and_then(|rows| difference.rows.get(rows.at())) else { return true };
    if change.item.is_empty() || !matches!(change.key, "rate" | "rates" | "amount") {
        return true;
    }
    // The rows of a step of `rates` are named after it.
    rows.iter().any(|row| change.item == *row || change.item.ends_with(&format!(", {row}")))
}

/// A parameter with both values: `rate 10% → 12%`.
pub fn parameter(change: &ParameterChange) -> String {
    let name = change.name();
    let text = |side: &Option<String>| side.clone().unwrap_or_else(|| "none".to_owned());
    let (before, after) = (text(&change.before), text(&change.after));
    if before.chars().count() + after.chars().count() > SHORT {
        let of_list = LISTS.contains(&change.key).then(|| list(&before, &after)).flatten();
        of_list.map_or_else(|| format!("another `{name}`"), |changed| format!("{name} {changed}"))
    } else {
        format!("{name} {before} → {after}")
    }
}

/// Keys whose value is a list of words.
const LISTS: [&str; 5] = ["credits", "detect", "match", "rules", "scope"];

/// What a list of words lost and gained: `without duplicate, with raised`; `None` where that is no shorter than the lists.
fn list(before: &str, after: &str) -> Option<String> {
    let words = |list: &'static str, of: &str, than: &str| -> Vec<String> {
        let known: Vec<&str> = than.split(", ").collect();
        let own = of.split(", ").filter(|word| !known.contains(word));
        own.map(|word| format!("{list} {word}")).collect()
    };
    let mut changed = words("without", before, after);
    changed.extend(words("with", after, before));
    let said = changed.join(", ");
    (!said.is_empty() && said.chars().count() <= SHORT).then_some(said)
}

/// A field of the data with both values: `amount 100.00 → 120.00`.
pub fn field(change: &FieldChange) -> String {
    let text = |side: &str| if side.is_empty() { "none".to_owned() } else { side.to_owned() };
    format!("{} {} → {}", change.field, text(&change.before), text(&change.after))
}

/// The parameters that differ between a reason's versions.
pub fn parameters<'a>(difference: &'a Difference, reason: &ReasonChange) -> &'a [ParameterChange] {
    let versions = &difference.rules[reason.rule].versions;
    versions
        .iter()
        .find(|change| change.versions == reason.versions)
        .map_or(&[], |change| change.parameters.as_slice())
}

/// What happened to the line, for causes that do not depend on parameters.
fn event(difference: &Difference, reason: &ReasonChange, cause: Cause) -> Option<String> {
    let new = reason.status == Status::New;
    let either = |when_new: &str, when_gone: &str| Some(if new { when_new } else { when_gone }.to_owned());
    match cause {
        Cause::Rule => either("new rule", "rule removed"),
        Cause::DealListed => either("the deal is new in the data", "the deal is gone from the data"),
        Cause::PayeeListed => either("the payee is new in the data", "the payee is gone from the data"),
        Cause::Version => Some(format!("version {}", version_days(difference, reason))),
        Cause::Scope => {
            let (before, after) = reason.versions;
            match (before, after) {
                (None, Some(_)) => Some("the rule was not in force".to_owned()),
                (Some(_), None) => Some("the rule is no longer in force".to_owned()),
                _ => either("the deal comes into scope", "the deal leaves the scope"),
            }
        }
        Cause::Uncredited => {
            let why = reason.uncredited.map_or("", |reason| reason.word());
            Some(format!("unpaid {} ({why})", if new { "before" } else { "now" }))
        }
        Cause::Engagements => match reason.status {
            Status::New => Some("work counts that did not".to_owned()),
            Status::Gone => Some("work no longer counts".to_owned()),
            _ => None,
        },
        _ => None,
    }
}

/// First days of the versions on both sides.
fn version_days(difference: &Difference, reason: &ReasonChange) -> String {
    let day = |rules: &apportion_rules::RuleBook, version: Option<VersionIx>| {
        let id = difference.rule_id(reason.rule);
        let rule = rules.rules.iter().find(|rule| rule.id == id)?;
        Some(display_day(rule.versions.get(version?.at())?.from))
    };
    let text = |day: Option<String>| day.unwrap_or_else(|| "none".to_owned());
    format!(
        "{} → {}",
        text(day(difference.before.rules, reason.versions.0)),
        text(day(difference.after.rules, reason.versions.1))
    )
}

/// What it was where no parameter of the rule is behind it.
fn elsewhere(difference: &Difference, reason: &ReasonChange, cause: Cause) -> String {
    let text = match cause {
        Cause::Reversal => "other reversals of the deal count",
        Cause::DealData => "other data of the deal",
        Cause::PayeeData => "other data of the payee",
        Cause::Engagements => "other engagements counted",
        Cause::Basis => "another basis",
        Cause::Rate => "another rate",
        Cause::Amount => "another amount",
        Cause::Shares => "others' parts of the deal changed",
        Cause::Credit => return credit(difference, reason),
        Cause::Line => "the line that is taken back changed",
        Cause::Earners => "who earns it changed",
        Cause::Tiers => "other tiers",
        Cause::Quota => "another quota",
        Cause::Cap => "the cap keeps another part",
        Cause::RunningTotal => "the running total before it changed",
        Cause::Settings => {
            let changes: Vec<String> = difference.settings.iter().map(parameter).collect();
            return changes.join(", ");
        }
        Cause::Rule
        | Cause::DealListed
        | Cause::PayeeListed
        | Cause::Version
        | Cause::Scope
        | Cause::Uncredited => "",
    };
    text.to_owned()
}

/// Which of the rules that it is paid on credit otherwise.
fn credit(difference: &Difference, reason: &ReasonChange) -> String {
    let id = difference.rule_id(reason.rule);
    let mut named: Vec<&str> = Vec::new();
    for rules in [difference.before.rules, difference.after.rules] {
        let versions = rules.rules.iter().filter(|rule| rule.id == id).flat_map(|rule| &rule.versions);
        for version in versions {
            named.extend(version.body.credits().unwrap_or_default().iter().map(String::as_str));
        }
    }
    let changed = |rule: &&super::RuleChange| {
        let lines = &rule.change.lines;
        named.contains(&rule.id.as_str()) && lines.new + lines.gone + lines.changed > 0
    };
    let changed: Vec<&str> = difference.rules.iter().filter(changed).map(|rule| rule.id.as_str()).collect();
    if changed.is_empty() {
        "other credit".to_owned()
    } else {
        format!("other credit from {}", changed.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_says_what_came_and_went() {
        let kinds = "direct-overlap, duplicate, raised, registration-tie";
        let less = list(kinds, "direct-overlap, duplicate, raised");
        assert_eq!(less, Some("without registration-tie".to_owned()));
        let other = list(kinds, "boundary, duplicate, raised, registration-tie");
        assert_eq!(other, Some("without direct-overlap, with boundary".to_owned()));
        assert_eq!(list(kinds, kinds), None);
    }
}
