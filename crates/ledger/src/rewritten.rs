//! The rules that gave a month its amounts, as a close keeps them, and whether they have been rewritten since.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use apportion_book::{Period, display_day};
use apportion_rules::{PolicyKind, RuleBook, TableRow, policy_values, values};

/// A version of a rule or a policy, as what decides amounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleSnapshot {
    /// The id.
    pub rule_id: String,
    /// The kind's word.
    pub kind: String,
    /// First day in force, as `2026-01-01`.
    pub from: String,
    /// Last day in force, where it ends.
    pub until: Option<String>,
    /// The parameters, in the order in which they are read.
    pub parameters: Vec<SnapshotParameter>,
}

/// A parameter of a version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SnapshotParameter {
    /// The key of the rule file.
    pub key: String,
    /// Which part of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub item: String,
    /// What it says.
    pub text: String,
    /// Of a row of a rate table: the first day on which it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Of a row of a rate table: the last day on which it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// What a rule file gave for a day and gives now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RewrittenRule {
    /// The rule.
    pub rule_id: String,
    /// The closed month.
    pub month: Period,
    /// The first day of it for which it differs.
    pub day: i32,
    /// What differs: the parameter, what it said, and what it says; empty where it said or says nothing.
    pub changes: Vec<(String, String, String)>,
}

/// All rules and policies that decide about lines, in byte order of ids.
pub fn snapshots(rules: &RuleBook, digits: u32) -> Vec<RuleSnapshot> {
    let snapshot = |id: &str, kind: &str, days: (i32, Option<i32>), values| RuleSnapshot {
        rule_id: id.to_owned(),
        kind: kind.to_owned(),
        from: display_day(days.0),
        until: days.1.map(display_day),
        parameters: parameters(values),
    };
    let mut all = Vec::new();
    for rule in &rules.rules {
        all.extend(rule.versions.iter().map(|version| {
            let days = (version.from, version.until);
            snapshot(&rule.id, rule.kind.word(), days, values(version, digits))
        }));
    }
    for (_, policy) in rules.policies.iter().filter(|(_, policy)| decides_lines(policy.kind)) {
        all.extend(policy.versions.iter().map(|version| {
            let days = (version.from, version.until);
            snapshot(&policy.id, policy.kind.word(), days, policy_values(version, digits))
        }));
    }
    all.sort_by(|a, b| (&a.rule_id, &a.from).cmp(&(&b.rule_id, &b.from)));
    all
}

/// Whether policies of a kind decide what lines are, or which part of them is paid. Draws and payment terms come after all lines, what is
/// an asset is judged month by month, and who may see what changes nothing.
fn decides_lines(kind: PolicyKind) -> bool {
    match kind {
        PolicyKind::Draw | PolicyKind::Payment | PolicyKind::Capitalise | PolicyKind::Access => false,
        PolicyKind::Hold
        | PolicyKind::ChannelModel
        | PolicyKind::Coverage
        | PolicyKind::Registration
        | PolicyKind::Conflict
        | PolicyKind::Price
        | PolicyKind::Gate => true,
    }
}

fn parameters(values: Vec<apportion_rules::ParameterValue>) -> Vec<SnapshotParameter> {
    let parameter = |value: apportion_rules::ParameterValue| {
        let (item, from, until) = match value.row {
            None => (value.item, None, None),
            // Rows name the columns that they say something about.
            Some(TableRow::Columns) => return None,
            Some(TableRow::Row { item, from, until }) => {
                (item, from.map(display_day), until.map(display_day))
            }
        };
        let is_day = matches!(value.key, "from" | "until");
        (!is_day).then(|| SnapshotParameter {
            key: value.key.to_owned(),
            item,
            text: value.text,
            from,
            until,
        })
    };
    values.into_iter().filter_map(parameter).collect()
}

/// What differs between the rules of closed months and those of now.
#[derive(Debug, Default)]
pub struct RuleChanges {
    /// Rules that may not differ.
    pub refused: Vec<RewrittenRule>,
    /// Ids of those that may: the version in force now says that it is retroactive.
    pub retroactive: BTreeSet<String>,
}

impl RuleChanges {
    /// Adds those of another month.
    pub fn extend(&mut self, other: Self) {
        self.refused.extend(other.refused);
        self.retroactive.extend(other.retroactive);
    }
}

/// The rules that give something else for a day of a closed month `now` than `then`. `days` are the first and the last day of the
/// month.
pub fn rewritten(
    month: Period,
    days: (i32, i32),
    (then, now): (&[RuleSnapshot], &[RuleSnapshot]),
    rules: &RuleBook,
) -> RuleChanges {
    let (first, last) = days;
    let mut starts: BTreeSet<i32> = BTreeSet::from([first]);
    for snapshot in then.iter().chain(now) {
        starts.extend(edges(snapshot).into_iter().filter(|day| (first..=last).contains(day)));
    }
    let mut found = RuleChanges::default();
    for day in starts {
        let (was, is) = (given(then, day), given(now, day));
        let ids: BTreeSet<&str> = was.keys().chain(is.keys()).copied().collect();
        for id in ids.into_iter().filter(|id| was.get(id) != is.get(id)) {
            if may_change(rules, id, day) {
                found.retroactive.insert(id.to_owned());
            } else if !found.refused.iter().any(|known| known.rule_id == id) {
                let changes = changes(was.get(id), is.get(id));
                found.refused.push(RewrittenRule { rule_id: id.to_owned(), month, day, changes });
            }
        }
    }
    found
}

/// The days on which a version, or a row of a rate table of it, begins, and those after its ends.
fn edges(snapshot: &RuleSnapshot) -> Vec<i32> {
    let starts =
        [Some(&snapshot.from)].into_iter().chain(snapshot.parameters.iter().map(|row| row.from.as_ref()));
    let ends =
        [snapshot.until.as_ref()].into_iter().chain(snapshot.parameters.iter().map(|row| row.until.as_ref()));
    let starts = starts.flatten().filter_map(|day| parse_day(day));
    starts.chain(ends.flatten().filter_map(|day| parse_day(day)).map(|day| day + 1)).collect()
}

/// A day as it is written.
pub fn parse_day(text: &str) -> Option<i32> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    apportion_book::day_of_date(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// What a version says: its kind, and its parameters in order.
type Said<'a> = (&'a str, Vec<(&'a str, &'a str, &'a str)>);

/// What the rules of some snapshots give for a day, by id.
fn given(snapshots: &[RuleSnapshot], day: i32) -> BTreeMap<&str, Said<'_>> {
    let in_force = |from: Option<&String>, until: Option<&String>| {
        from.and_then(|from| parse_day(from)).is_none_or(|from| from <= day)
            && until.and_then(|until| parse_day(until)).is_none_or(|until| day <= until)
    };
    snapshots
        .iter()
        .filter(|snapshot| in_force(Some(&snapshot.from), snapshot.until.as_ref()))
        .map(|snapshot| {
            let mut said: Vec<(&str, &str, &str)> = snapshot
                .parameters
                .iter()
                .filter(|row| in_force(row.from.as_ref(), row.until.as_ref()))
                .map(|row| (row.key.as_str(), row.item.as_str(), row.text.as_str()))
                .collect();
            said.sort_unstable();
            (snapshot.rule_id.as_str(), (snapshot.kind.as_str(), said))
        })
        .collect()
}

/// Whether the version that is in force now on a day may differ from what was.
fn may_change(rules: &RuleBook, id: &str, day: i32) -> bool {
    let of_rule = rules.find(id).and_then(|rule| {
        rules[rule].versions.iter().find(|version| version.in_force(day)).map(|version| version.retroactive)
    });
    let of_policy = || rules.policies.find(id)?.in_force(day).map(|version| version.retroactive);
    of_rule.or_else(of_policy).unwrap_or(false)
}

/// What differs between two versions.
fn changes(was: Option<&Said<'_>>, is: Option<&Said<'_>>) -> Vec<(String, String, String)> {
    let (Some((was_kind, was)), Some((is_kind, is))) = (was, is) else {
        let side =
            |side: Option<&Said<'_>>| if side.is_some() { "in force" } else { "not in force" }.to_owned();
        return vec![("the rule".to_owned(), side(was), side(is))];
    };
    let mut found = Vec::new();
    if was_kind != is_kind {
        found.push(("its kind".to_owned(), (*was_kind).to_owned(), (*is_kind).to_owned()));
    }
    let by_name = |said: &[(&str, &str, &str)]| -> BTreeMap<String, String> {
        let name = |key: &str, item: &str| {
            if item.is_empty() { format!("`{key}`") } else { format!("`{key}` ({item})") }
        };
        said.iter().map(|(key, item, text)| (name(key, item), (*text).to_owned())).collect()
    };
    let (was, is) = (by_name(was), by_name(is));
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    for name in names {
        let (before, after) = (was.get(name), is.get(name));
        if before != after {
            let text = |side: Option<&String>| side.cloned().unwrap_or_default();
            found.push((name.clone(), text(before), text(after)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_rules::testing::{CREDIT, rules};

    const JANUARY: (i32, i32) = (20_454, 20_484);

    fn book(stipend: &str) -> RuleBook {
        rules(&[&format!("{CREDIT}[[stipend]]\nid = \"s\"\n{stipend}")]).0
    }

    fn found(then: &str, now: &str) -> Vec<RewrittenRule> {
        let (then, now) = (book(then), book(now));
        let month = Period::parse("2026-01").unwrap();
        rewritten(month, JANUARY, (&snapshots(&then, 2), &snapshots(&now, 2)), &now).refused
    }

    #[test]
    fn january_is_where_it_is() {
        assert_eq!(JANUARY.0, apportion_book::day_of_date(2026, 1, 1).unwrap());
        assert_eq!(parse_day("2026-01-31"), Some(JANUARY.1));
        assert_eq!(parse_day("2026-02-30"), None);
    }

    #[test]
    fn what_changes_a_closed_day_is_found() {
        let all = "effective = { from = 2026-01-01 }\namount = 100\n";
        assert!(found(all, "effective = { from = 2026-01-01 }\namount = \"100\"\nwhy = \"x\"\n").is_empty());
        let other = found(all, "effective = { from = 2026-01-01 }\namount = 200\n");
        assert_eq!(other.len(), 1);
        assert_eq!((other[0].rule_id.as_str(), other[0].day), ("s", JANUARY.0));
        assert_eq!(other[0].changes, [("`amount`".to_owned(), "100".to_owned(), "200".to_owned())]);
        // From a day of it on.
        let ended = found(all, "effective = { from = 2026-01-01, until = 2026-01-20 }\namount = 100\n");
        assert_eq!(ended[0].day, JANUARY.0 + 20);
        assert_eq!(ended[0].changes[0].2, "not in force");
        // Later days are open.
        assert!(
            found(all, "effective = { from = 2026-01-01, until = 2026-01-31 }\namount = 100\n").is_empty()
        );
    }

    #[test]
    fn what_says_that_it_is_retroactive_may_change() {
        let all = "effective = { from = 2026-01-01 }\namount = 100\n";
        assert!(
            found(all, "effective = { from = 2026-01-01 }\nretroactive = true\namount = 200\n").is_empty()
        );
        // One that is gone can't say so.
        let gone = found(all, "effective = { from = 2026-02-01 }\nretroactive = true\namount = 200\n");
        assert_eq!(gone.len(), 1);
    }
}
