//! Which parameters differ between two versions of a rule.

use std::collections::BTreeMap;

use apportion_base::diagnostic::Span;
use apportion_rules::kinds::rank;
use apportion_rules::{ParameterValue, Version, values};

/// A parameter that differs between two versions of a rule, or between two books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterChange {
    /// The key of the rule file.
    pub key: &'static str,
    /// Which part of it: a role, a tier, what a cap is per. Empty where the key is one value.
    pub item: String,
    /// `None` where the side does not have it.
    pub before: Option<String>,
    /// Its value after; `None` where it is not written.
    pub after: Option<String>,
    /// Where the key is written, in the rules that have it.
    pub before_at: Option<Span>,
    /// Where the value of after is written.
    pub after_at: Option<Span>,
}

impl ParameterChange {
    /// Key and part: `roles (cosell)`.
    pub fn name(&self) -> String {
        if self.item.is_empty() { self.key.to_owned() } else { format!("{} ({})", self.key, self.item) }
    }
}

/// Key and part → text; in the order in which a rule is read.
type ParameterTexts = Vec<(&'static str, String, String)>;

/// What differs between two versions, in the order of the keys. Amounts of caps have the currency's `digits`.
pub fn compare(before: &Version, after: &Version, digits: u32) -> Vec<ParameterChange> {
    placed_changes(
        (values(before, digits), |path| before.place(path)),
        (values(after, digits), |path| after.place(path)),
    )
}

/// What differs between the values of two versions, with the places: each side says where the value under a path is written.
pub(super) fn placed_changes(
    (before, place_before): (Vec<ParameterValue>, impl Fn(&str) -> Span),
    (after, place_after): (Vec<ParameterValue>, impl Fn(&str) -> Span),
) -> Vec<ParameterChange> {
    let path = |key: &str| match key {
        "from" | "until" => format!("effective.{key}"),
        _ => key.to_owned(),
    };
    let placed = |change: ParameterChange| ParameterChange {
        before_at: change.before.as_ref().map(|_| place_before(&path(change.key))),
        after_at: change.after.as_ref().map(|_| place_after(&path(change.key))),
        ..change
    };
    changes(&texts(before), &texts(after)).into_iter().map(placed).collect()
}

/// What differs between two lists.
pub(super) fn changes(before: &ParameterTexts, after: &ParameterTexts) -> Vec<ParameterChange> {
    // Rate tables have thousands of rows: each is looked up and not searched for. Where two have one name, the last counts.
    let texts = |listed: &ParameterTexts| -> BTreeMap<(&'static str, String), String> {
        listed.iter().map(|(key, item, text)| ((*key, item.clone()), text.clone())).collect()
    };
    let (texts_before, texts_after) = (texts(before), texts(after));
    // The earlier of both positions, so that the order is the same with the sides exchanged.
    let mut index: BTreeMap<(&'static str, &str), usize> = BTreeMap::new();
    for listed in [before, after] {
        for (place, (key, item, _)) in listed.iter().enumerate() {
            let first = index.entry((key, item)).or_insert(place);
            *first = place.min(*first);
        }
    }
    let mut found: Vec<ParameterChange> = Vec::new();
    for (key, item) in index.keys() {
        let id = (*key, (*item).to_owned());
        let (was, is) = (texts_before.get(&id), texts_after.get(&id));
        if was != is {
            found.push(ParameterChange {
                key,
                item: id.1,
                before: was.cloned(),
                after: is.cloned(),
                before_at: None,
                after_at: None,
            });
        }
    }
    found.sort_by_cached_key(|change| {
        (rank(change.key), index.get(&(change.key, change.item.as_str())).copied(), change.item.clone())
    });
    found
}

fn texts(values: Vec<ParameterValue>) -> ParameterTexts {
    values.into_iter().map(|value| (value.key, value.item, value.text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_rules::testing::rules;

    const BASE: &str = "\
[[shared_credit]]
id = \"new-business\"
effective = { from = 2026-01-01 }
when = \"deal_type = 'new'\"
rate = \"10%\"
roles = [ { role = \"sourced\", share = \"30%\" }, { role = \"closed\", share = \"70%\" } ]
cap = [ { amount = \"5000\", per = \"payee\", every = \"quarter\" } ]
";

    /// Each change as `name: before → after @ line → line`.
    fn changed(from: &str, to: &str) -> Vec<String> {
        let (texts_before, texts_after) = (BASE.to_owned(), BASE.replacen(from, to, 1));
        let (before, after) = (rules(&[&texts_before]).0, rules(&[&texts_after]).0);
        let line = |text: &str, span: &Option<Span>| {
            span.as_ref().map_or(0, |span| text[..span.range.start].matches('\n').count() + 1)
        };
        compare(&before.rules[0].versions[0], &after.rules[0].versions[0], 2)
            .iter()
            .map(|change| {
                let text = |side: &Option<String>| side.clone().unwrap_or_else(|| "-".to_owned());
                format!(
                    "{}: {} → {} @ {} → {}",
                    change.name(),
                    text(&change.before),
                    text(&change.after),
                    line(&texts_before, &change.before_at),
                    line(&texts_after, &change.after_at)
                )
            })
            .collect()
    }

    #[test]
    fn spelling_is_no_change() {
        assert!(changed("\"10%\"", "0.1").is_empty());
        assert!(changed("deal_type = 'new'", "deal_type    =\\t 'new'").is_empty());
        assert!(changed("rate =", "# a remark\nrate =").is_empty());
    }

    #[test]
    fn each_key_is_told_with_both_values_and_its_lines() {
        assert_eq!(changed("\"10%\"", "\"12.5%\""), ["rate: 10% → 12.5% @ 5 → 5"]);
        assert_eq!(changed("'new'", "'a  b'"), ["when: deal_type = 'new' → deal_type = 'a  b' @ 4 → 4"]);
        assert_eq!(
            changed("5000\", per = \"payee\", every = \"quarter\"", "90\", per = \"deal\""),
            ["cap (per deal): - → 90.00 @ 0 → 7", "cap (per payee and quarter): 5000.00 → - @ 7 → 0"]
        );
        assert_eq!(
            changed(
                "\"30%\" }, { role = \"closed\", share = \"70%\"",
                "\"40%\" }, { role = \"closed\", share = \"60%\""
            ),
            ["roles (sourced): 30% → 40% @ 6 → 6", "roles (closed): 70% → 60% @ 6 → 6"]
        );
        assert_eq!(
            changed("rate = \"10%\"", "rate = { by = \"channel\", is = { a = \"1%\" }, else = \"2%\" }"),
            [
                "rate: 10% → - @ 5 → 0",
                "rate (by): - → deals.channel @ 0 → 5",
                "rate (a): - → 1% @ 0 → 5",
                "rate (else): - → 2% @ 0 → 5"
            ]
        );
    }
}
