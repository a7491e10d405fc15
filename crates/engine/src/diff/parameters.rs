//! The parameters of a rule version as texts, one by one, so that two versions can be told apart key by key.
//!
//! The texts are what the rule means, not how it is spelled: `"10%"` and `0.10` are one rate, and neither blanks nor
//! comments nor the order of keys are a change.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use apportion_base::diagnostic::Span;
use apportion_base::money::format_scaled;
use apportion_book::config::number::percent;
use apportion_book::display_day;
use apportion_expr::Expr;
use apportion_rules::{
    Body, Caps, Engaged, Measure, Mode, Model, Per, RateBy, Reach, Sharing, Tiers, Unfilled, Value, Version,
    Within,
};

/// A parameter that differs between two versions of a rule, or between two books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterChange {
    /// The key of the rule file.
    pub key: &'static str,
    /// Which part of it: a role, a tier, what a cap is per. Empty where the key is one value.
    pub item: String,
    /// `None` where the side does not have it.
    pub before: Option<String>,
    pub after: Option<String>,
    /// Where the key stands, in the rules that have it.
    pub before_at: Option<Span>,
    pub after_at: Option<Span>,
}

impl ParameterChange {
    /// Key and part: `roles (cosell)`.
    pub fn name(&self) -> String {
        if self.item.is_empty() { self.key.to_owned() } else { format!("{} ({})", self.key, self.item) }
    }
}

/// Key and part → text; in the order in which a rule is read.
type Listed = Vec<(&'static str, String, String)>;

/// What differs between two versions, in the order of the keys. Amounts of caps have the currency's `digits`.
pub fn compare(before: &Version, after: &Version, digits: u32) -> Vec<ParameterChange> {
    let place = |version: &Version, key: &str| {
        let path = if matches!(key, "from" | "until") { format!("effective.{key}") } else { key.to_owned() };
        Some(version.place(&path))
    };
    changes(&list(before, digits), &list(after, digits))
        .into_iter()
        .map(|change| ParameterChange {
            before_at: change.before.as_ref().and_then(|_| place(before, change.key)),
            after_at: change.after.as_ref().and_then(|_| place(after, change.key)),
            ..change
        })
        .collect()
}

/// What differs between two lists.
pub(super) fn changes(before: &Listed, after: &Listed) -> Vec<ParameterChange> {
    let texts = |listed: &Listed| -> BTreeMap<(&'static str, String), String> {
        listed.iter().map(|(key, item, text)| ((*key, item.clone()), text.clone())).collect()
    };
    let (texts_before, texts_after) = (texts(before), texts(after));
    let mut found: Vec<ParameterChange> = Vec::new();
    for (key, item, _) in before.iter().chain(after) {
        let id = (*key, item.clone());
        let (was, is) = (texts_before.get(&id), texts_after.get(&id));
        if was != is && !found.iter().any(|change| change.key == *key && change.item == *item) {
            found.push(ParameterChange {
                key,
                item: item.clone(),
                before: was.cloned(),
                after: is.cloned(),
                before_at: None,
                after_at: None,
            });
        }
    }
    // The earlier of both positions, so that the order is the same whichever side came first.
    let at = |change: &ParameterChange| {
        let of = |listed: &Listed| {
            listed.iter().position(|(key, item, _)| *key == change.key && *item == change.item)
        };
        [of(before), of(after)].into_iter().flatten().min()
    };
    found.sort_by_cached_key(|change| (order(change.key), at(change), change.item.clone()));
    found
}

/// The keys in the order in which people read them.
const ORDER: [&str; 27] = [
    "from",
    "until",
    "when",
    "engaged",
    "reach",
    "require",
    "basis",
    "rate",
    "rates",
    "rate_by",
    "measure",
    "amount",
    "per",
    "roles",
    "within",
    "unfilled",
    "model",
    "half_life_days",
    "splits",
    "overlay",
    "one_of",
    "credits",
    "payees",
    "every",
    "tiers",
    "mode",
    "levels",
];

fn order(key: &str) -> usize {
    ORDER.iter().position(|known| *known == key).unwrap_or(ORDER.len())
}

fn list(version: &Version, digits: u32) -> Listed {
    let mut listed = Listed::new();
    let mut put = |key: &'static str, text: String| listed.push((key, String::new(), text));
    put("from", display_day(version.from));
    if let Some(until) = version.until {
        put("until", display_day(until));
    }
    expr(&mut listed, "when", version.when.as_ref());
    body(&mut listed, &version.body);
    caps(&mut listed, &version.caps, digits);
    listed
}

fn body(listed: &mut Listed, body: &Body) {
    let mut word = |key: &'static str, text: &str| listed.push((key, String::new(), text.to_owned()));
    match body {
        Body::SharedCredit(rule) => {
            if let Some(one_of) = &rule.one_of {
                word("one_of", one_of);
            }
            expr(listed, "basis", rule.basis.as_ref());
            if let Some(rate) = &rule.rate {
                value(listed, "rate", "", rate, percent);
            }
            sharing(listed, &rule.sharing);
        }
        Body::Stipend(rule) => {
            word(
                "per",
                match rule.per {
                    Per::Deal => "deal",
                    Per::Touch => "touch",
                    Per::Weight => "weight",
                },
            );
            engaged(listed, &rule.engaged);
            expr(listed, "require", rule.require.as_ref());
            value(listed, "amount", "", &rule.amount, plain);
        }
        Body::RenewalBonus(rule) => {
            word("measure", if rule.measure == Measure::Weight { "weight" } else { "touches" });
            word("rate_by", if rule.rate_by == RateBy::Deal { "deal" } else { "payee" });
            engaged(listed, &rule.engaged);
            expr(listed, "basis", rule.basis.as_ref());
            for step in &rule.rates {
                value(listed, "rates", &format!("from {}", plain(step.from)), &step.rate, percent);
            }
        }
        Body::Commission(rule) => {
            word("every", rule.every.word());
            word("mode", if rule.mode == Mode::Marginal { "marginal" } else { "whole" });
            credits(listed, &rule.credits);
            expr(listed, "payees", rule.payees.as_ref());
            let (tiers, from): (_, fn(Decimal) -> String) = match &rule.tiers {
                Tiers::OfQuota(tiers) => (tiers, percent),
                Tiers::Amounts(tiers) => (tiers, plain),
            };
            for tier in tiers {
                listed.push(("tiers", format!("from {}", from(tier.from)), percent(tier.rate)));
            }
        }
        Body::Override(rule) => {
            credits(listed, &rule.credits);
            expr(listed, "payees", rule.payees.as_ref());
            for (at, rate) in rule.levels.iter().enumerate() {
                listed.push(("levels", format!("level {}", at + 1), percent(*rate)));
            }
        }
    }
}

fn sharing(listed: &mut Listed, sharing: &Sharing) {
    let mut word = |key: &'static str, text: &str| listed.push((key, String::new(), text.to_owned()));
    match sharing {
        Sharing::Roles { engaged: who, roles, within, unfilled } => {
            word(
                "within",
                match within {
                    Within::Weight => "weight",
                    Within::Touches => "touches",
                    Within::Equal => "equal",
                },
            );
            word("unfilled", if *unfilled == Unfilled::Redistribute { "redistribute" } else { "retain" });
            engaged(listed, who);
            for share in roles {
                listed.push(("roles", share.role.clone(), percent(share.share)));
            }
            // The order decides who gets the unit that is left, so it is a parameter too.
            let names: Vec<&str> = roles.iter().map(|share| share.role.as_str()).collect();
            listed.push(("roles", "in the order".to_owned(), names.join(", ")));
        }
        Sharing::Model { engaged: who, model } => {
            word("model", model_word(*model));
            if let Model::TimeDecay { half_life_days } = model {
                word("half_life_days", &half_life_days.to_string());
            }
            engaged(listed, who);
        }
        Sharing::Declared { condition, overlay } => {
            word("model", "declared");
            word("overlay", if *overlay { "true" } else { "false" });
            expr(listed, "splits", condition.as_ref());
        }
    }
}

fn model_word(model: Model) -> &'static str {
    match model {
        Model::Weight => "weight",
        Model::Touches => "touches",
        Model::Equal => "equal",
        Model::FirstTouch => "first-touch",
        Model::LastTouch => "last-touch",
        Model::Position => "position",
        Model::TimeDecay { .. } => "time-decay",
    }
}

fn engaged(listed: &mut Listed, engaged: &Engaged) {
    expr(listed, "engaged", engaged.condition.as_ref());
    let Reach { deal, prior, account } = engaged.reach;
    let words = [(deal, "deal"), (prior, "prior"), (account, "account")];
    let words: Vec<&str> = words.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
    listed.push(("reach", String::new(), words.join(", ")));
}

fn credits(listed: &mut Listed, ids: &[String]) {
    let mut ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    ids.sort_unstable();
    listed.push(("credits", String::new(), ids.join(", ")));
}

/// An expression with single blanks between its words.
fn expr(listed: &mut Listed, key: &'static str, expr: Option<&Expr>) {
    if let Some(expr) = expr {
        listed.push((key, String::new(), single_blanks(&expr.text().text)));
    }
}

/// Blanks and line ends outside of quotes as one blank each.
fn single_blanks(text: &str) -> String {
    let mut single = String::with_capacity(text.len());
    let mut quote = None;
    for c in text.trim().chars() {
        match quote {
            None if c.is_whitespace() => {
                if !single.ends_with(' ') {
                    single.push(' ');
                }
                continue;
            }
            None if c == '\'' || c == '"' => quote = Some(c),
            Some(open) if open == c => quote = None,
            _ => {}
        }
        single.push(c);
    }
    single
}

fn value(listed: &mut Listed, key: &'static str, part: &str, value: &Value, text: fn(Decimal) -> String) {
    let item = |case: &str| {
        let parts: Vec<&str> = [part, case].into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(", ")
    };
    match value {
        Value::Plain(plain) => listed.push((key, item(""), text(*plain))),
        Value::By { column, is, otherwise } => {
            let column = format!("{}.{}", column.table.word(), column.column);
            listed.push((key, item("by"), column));
            listed.extend(is.iter().map(|(case, value)| (key, item(case), text(*value))));
            listed.extend(otherwise.iter().map(|value| (key, item("else"), text(*value))));
        }
    }
}

fn caps(listed: &mut Listed, caps: &Caps, digits: u32) {
    for (of, cap) in [
        ("per deal", caps.per_deal),
        ("per payee and month", caps.per_payee_month),
        ("per payee and quarter", caps.per_payee_quarter),
        ("per payee and year", caps.per_payee_year),
    ] {
        if let Some(cap) = cap {
            listed.push(("cap", of.to_owned(), format_scaled(i128::from(cap), digits)));
        }
    }
}

fn plain(number: Decimal) -> String {
    number.normalize().to_string()
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
