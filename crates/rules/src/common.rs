//! What all kinds of rule share: id, title, reason, dates in force, `when`, and caps.

use std::collections::BTreeMap;

use super::cap_per::CapPer;
use super::context::Context;
use super::description::{
    CAP_AMOUNT, CAP_PER, CapScope, DAYS, Description, EFFECTIVE, FROM, ID, ONE_CAP, RETROACTIVE, TITLE,
    UNTIL, WHY,
};
use super::kinds;
use super::numbers::amount;
use super::versions::Draft;
use super::{Caps, Every, Kind, Places, Version};
use apportion_base::calendar::FIRST_DAY;
use apportion_base::diagnostic::{Code, Diagnostic, Span};
use apportion_base::money::Minor;
use apportion_book::SourceValue;
use apportion_book::config::describe::{Parameter, Presence, Shape};
use apportion_book::config::number::scaled;
use apportion_book::config::{Item, Table};

/// Reads one table of a rule file. Problems are reported to the text. A table that could not be read gives no
/// version, but its id is known.
pub(super) fn draft(context: &Context<'_>, kind: &Description, table: &Table<'_>) -> Option<Draft> {
    let known: Vec<&str> = kind.parameters().map(|parameter| parameter.key).collect();
    table.known(&known);
    let Head { id, title, why, effective, retroactive } = head(table, &EFFECTIVE);
    // What is asked of milestones is no condition over deals: the kind reads it itself.
    let asks_deals = kind.kind != Kind::Milestone;
    let when = asks_deals.then(|| context.expression(table, kind.when())).flatten();
    let body = kinds::read(kind.kind, context, table);
    let mut places = places(table);
    let caps = table
        .get("cap")
        .filter(|_| kind.caps != CapScope::Nothing)
        .map(|item| caps(context, kind, &item, &mut places))
        .unwrap_or_default();

    let version = effective.zip(body).map(|(effective, body)| Version {
        span: table.span(),
        title,
        why,
        retroactive,
        from: effective.from.value,
        until: effective.until.map(|until| until.value),
        when,
        body,
        caps,
        places: places.clone(),
    });
    let (credits, rules) = (credits(table), id_texts(table, LINES_OF.key));
    Some(Draft { id: id?, kind: kind.kind, version, places, credits, rules })
}

/// What every table of a rule file begins with.
pub(super) struct Head {
    pub id: Option<SourceValue<String>>,
    pub title: Option<String>,
    pub why: Option<String>,
    pub effective: Option<EffectiveDays>,
    pub retroactive: bool,
}

/// Reads the keys that every table of a rule file has. `days` describes `effective`, which some kinds may leave out.
pub(super) fn head(table: &Table<'_>, days: &Parameter) -> Head {
    let text =
        |parameter: &Parameter| table.of(parameter).and_then(|item| item.text()).map(|text| text.value);
    let id = table.of(&ID).and_then(|item| kebab_case(&item));
    let (title, why) = (text(&TITLE), text(&WHY));
    let effective = match table.of(days) {
        Some(item) => item.table("`effective`").and_then(|table| effective(&table)),
        None if matches!(days.need, Presence::Required { .. }) => None,
        None => {
            Some(EffectiveDays { from: SourceValue { value: FIRST_DAY, span: table.span() }, until: None })
        }
    };
    let retroactive = table.of(&RETROACTIVE).and_then(|item| item.flag()).unwrap_or(false);
    Head { id, title, why, effective, retroactive }
}

/// Words of small letters and digits, with hyphens between.
pub(super) fn kebab_case(item: &Item<'_>) -> Option<SourceValue<String>> {
    let id = item.text()?;
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if !id.value.split('-').all(word) {
        let message = format!("`id` is \"{}\", which is not kebab-case", id.value);
        let help = "small letters and digits, with single hyphens between: \"new-business\"";
        item.doc().report(item.error(Code::BadId, message).help(help));
        return None;
    }
    Some(id)
}

/// The days in force: days since 1970-01-01, both inclusive.
pub(super) struct EffectiveDays {
    pub from: SourceValue<i32>,
    pub until: Option<SourceValue<i32>>,
}

fn effective(table: &Table<'_>) -> Option<EffectiveDays> {
    table.keys(DAYS.parameters);
    let day = |item: &Item<'_>| item.date().map(|value| SourceValue { value, span: item.span() });
    let from = table.of(&FROM).and_then(|item| day(&item));
    let until = table.of(&UNTIL).map(|item| day(&item));
    let effective = match until {
        None => EffectiveDays { from: from?, until: None },
        Some(until) => EffectiveDays { from: from?, until: Some(until?) },
    };
    if let Some(until) = &effective.until
        && until.value < effective.from.value
    {
        let error =
            Diagnostic::error(Code::UntilBeforeFrom, "`until` is before `from`: the rule is never in force")
                .at(until.span.clone(), "the last day in force")
                .at(effective.from.span.clone(), "the first day in force")
                .help("`until` is the last day in force; leave it out for a rule without an end");
        table.doc().report(error);
        return None;
    }
    Some(effective)
}

/// The list under `cap`: at most one per deal, at most one per payee for each length of period.
///
/// Their places are added as `cap.deal`, `cap.month`, `cap.quarter` and `cap.year`.
fn caps(context: &Context<'_>, kind: &Description, item: &Item<'_>, places: &mut Places) -> Caps {
    let mut caps = Caps::default();
    let mut seen: Vec<(CapPer, Option<Every>, Span)> = Vec::new();
    for item in item
        .list("tables: cap = [ { amount = \"5000\", per = \"payee\", every = \"quarter\" } ]")
        .unwrap_or_default()
    {
        let Some((per, every, minor)) = cap(context, kind, &item) else { continue };
        if let Some((_, _, first)) = seen.iter().find(|(p, e, _)| (*p, *e) == (per, every)) {
            let what = match every {
                None => "deal".to_owned(),
                Some(every) => format!("payee and {}", every.word()),
            };
            let error = Diagnostic::error(Code::DuplicateCap, format!("there are two caps per {what}"))
                .at(item.span(), "the second")
                .at(first.clone(), "the first")
                .help("at most one cap per deal, and one per payee for each of month, quarter and year");
            item.doc().report(error);
            continue;
        }
        seen.push((per, every, item.span()));
        places.0.insert(format!("cap.{}", every.map_or("deal", Every::word)), item.span());
        *match every {
            None => &mut caps.per_deal,
            Some(Every::Month) => &mut caps.per_payee_month,
            Some(Every::Quarter) => &mut caps.per_payee_quarter,
            Some(Every::Year) => &mut caps.per_payee_year,
        } = Some(minor);
    }
    caps
}

/// One cap and its amount; `every` is there exactly if it is per payee.
fn cap(context: &Context<'_>, kind: &Description, item: &Item<'_>) -> Option<(CapPer, Option<Every>, Minor)> {
    let table = item.table("`cap`")?;
    table.keys(ONE_CAP.parameters);
    let amount = table.of(&CAP_AMOUNT).and_then(|item| minor_amount(context, &item));
    let per = table.of(&CAP_PER);
    let choice = per.as_ref()?.one_of::<CapPer>()?;
    let every = match choice {
        CapPer::Payee => Some(every(&table)?),
        CapPer::Deal => {
            table.misplaced("every", "a cap per deal has no period");
            if kind.caps != CapScope::DealAndPayee {
                let message = format!("[[{}]] has no cap per deal", kind.kind.word());
                let help = "its caps are per payee: per = \"payee\", every = \"quarter\"";
                item.doc().report(per?.error(Code::MisplacedCap, message).help(help));
                return None;
            }
            None
        }
    };
    Some((choice, every, amount?))
}

/// An amount that the currency can pay out.
pub(super) fn minor_amount(context: &Context<'_>, item: &Item<'_>) -> Option<Minor> {
    let value = amount(item)?;
    let currency = context.book.currency;
    let minor = scaled(value, currency.digits()).map(Minor::new);
    if minor.is_none() {
        let message = format!(
            "`{}` is {value}, and {} has {} decimals",
            item.name(),
            currency.code(),
            currency.digits()
        );
        let help = "it is an amount that can be paid out";
        item.doc().report(item.error(Code::BadAmount, message).help(help));
    }
    minor
}

/// The required key `every` of a cap per payee.
fn every(table: &Table<'_>) -> Option<Every> {
    table.need("every", "every = \"quarter\"")?.one_of()
}

/// The key `credits` of the kinds that pay on credit.
pub(super) const CREDITS: Parameter = Parameter::required(
    "credits",
    Shape::some(&Shape::Text),
    "credits = [\"new-business\"]",
    "Ids of the shared_credit rules whose credit counts.",
);

/// The key `rules` of the kinds that are about lines of other rules.
pub(super) const LINES_OF: Parameter = Parameter::optional(
    "rules",
    Shape::some(&Shape::Text),
    "Ids of the rules whose lines it is about. Without it, all that pay.",
);

/// Reads [`CREDITS`]. Whether the rules exist is seen when all files are read.
pub(super) fn credit_ids(table: &Table<'_>) -> Option<Vec<String>> {
    rule_ids(&table.of(&CREDITS)?, "ids of shared_credit rules", "each rule's credit counts once")
}

/// Ids of rules, each once. Whether the rules exist is seen when all files are read.
pub(super) fn rule_ids(item: &Item<'_>, elements: &str, why_once: &str) -> Option<Vec<String>> {
    let items = item.some_list(elements)?;
    let ids: Vec<Option<SourceValue<String>>> = items.iter().map(Item::text).collect();
    let ids = ids.into_iter().collect::<Option<Vec<_>>>()?;
    for (index, id) in ids.iter().enumerate() {
        if let Some(first) = ids[..index].iter().find(|earlier| earlier.value == id.value) {
            let message = format!("`{}` names `{}` twice", item.name(), id.value);
            let error = Diagnostic::error(Code::DuplicateCredit, message)
                .at(id.span.clone(), "")
                .at(first.span.clone(), "named here first")
                .help(format!("{why_once}: take one of them out"));
            item.doc().report(error);
        }
    }
    Some(ids.into_iter().map(|id| id.value).collect())
}

/// The strings under `credits` with their places.
pub(super) fn credits(table: &Table<'_>) -> Vec<SourceValue<String>> {
    id_texts(table, CREDITS.key)
}

/// The strings under `rules`.
pub(super) fn line_rules(table: &Table<'_>) -> Vec<String> {
    id_texts(table, LINES_OF.key).into_iter().map(|id| id.value).collect()
}

/// The strings of a list with their places; what is wrong with them is reported elsewhere.
pub(super) fn id_texts(table: &Table<'_>, key: &str) -> Vec<SourceValue<String>> {
    let Some(item) = table.get(key).filter(Item::is_list) else { return Vec::new() };
    item.list("strings")
        .unwrap_or_default()
        .iter()
        .filter(|item| item.is_text())
        .filter_map(Item::text)
        .collect()
}

/// The places of all values of a table, also those within tables and lists.
pub(super) fn places(table: &Table<'_>) -> Places {
    let mut places = BTreeMap::new();
    for (key, item) in table.entries() {
        note_places(key.value, &item, &mut places);
    }
    Places(places)
}

fn note_places(path: String, item: &Item<'_>, places: &mut BTreeMap<String, Span>) {
    let table = if item.is_table() { item.table("") } else { None };
    for (key, item) in table.iter().flat_map(Table::entries) {
        note_places(format!("{path}.{}", key.value), &item, places);
    }
    let list = if item.is_list() { item.list("") } else { None };
    for (index, item) in list.iter().flatten().enumerate() {
        note_places(format!("{path}.{index}"), item, places);
    }
    places.insert(path, item.span());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{rules, shown, wrong, wrong_in};
    use apportion_book::day_of_date;

    #[test]
    fn the_common_keys() {
        let (book, _) = rules(&["[[stipend]]\nid = \"co-sell-2\"\ntitle = \"T\"\nwhy = \"W\"\namount = 1\n\
             effective = { from = 2026-01-01, until = \"2026-06-30\" }\n\
             cap = [ { amount = \"5000\", per = \"payee\", every = \"quarter\" }, { amount = 1000.5, per = \"deal\" } ]\n"]);
        let rule = &book.rules[0];
        assert_eq!((rule.id.as_str(), rule.kind), ("co-sell-2", Kind::Stipend));
        let version = &rule.versions[0];
        assert_eq!((version.title.as_deref(), version.why.as_deref()), (Some("T"), Some("W")));
        assert_eq!(Some(version.from), day_of_date(2026, 1, 1));
        assert_eq!(version.until, day_of_date(2026, 6, 30));
        assert!(version.when.is_none());
        assert_eq!(
            version.caps,
            Caps {
                per_deal: Some(Minor::new(100_050)),
                per_payee_quarter: Some(Minor::new(500_000)),
                ..Caps::default()
            }
        );
    }

    #[test]
    fn what_is_wrong_with_the_common_keys() {
        let effective = "effective = { from = 2026-01-01 }";
        for (text, expected) in [
            (format!("{effective}\n"), "missing-key: [[stipend]] needs the key `id` @ [[stipend]]"),
            (
                format!("id = \"New_Business\"\n{effective}\n"),
                "bad-id: `id` is \"New_Business\", which is not kebab-case @ \"New_Business\"",
            ),
            (
                format!("id = \"a--b\"\n{effective}\n"),
                "bad-id: `id` is \"a--b\", which is not kebab-case @ \"a--b\"",
            ),
            ("id = \"x\"\n".to_owned(), "missing-key: [[stipend]] needs the key `effective` @ [[stipend]]"),
            (
                "id = \"x\"\neffective = { until = 2026-01-01 }\n".to_owned(),
                "missing-key: `effective` needs the key `from` @ { until = 2026-01-01 }",
            ),
            (
                "id = \"x\"\neffective = 2026-01-01\n".to_owned(),
                "wrong-type: `effective` takes a table, and this is a date or a time @ 2026-01-01",
            ),
            (
                "id = \"x\"\neffective = { from = \"1.1.2026\" }\n".to_owned(),
                "invalid-date: `from` takes a date such as 2026-01-01, and this is not one @ \"1.1.2026\"",
            ),
            (
                "id = \"x\"\neffective = { from = 2026-01-02, until = 2026-01-01 }\n".to_owned(),
                "until-before-from: `until` is before `from`: the rule is never in force @ 2026-01-01 | 2026-01-02",
            ),
            (
                format!("id = \"x\"\n{effective}\ntitle = 1\n"),
                "wrong-type: `title` takes a string, and this is a number @ 1",
            ),
        ] {
            assert_eq!(wrong(&[&format!("[[stipend]]\namount = 1\n{text}")]), [expected], "{text}");
        }
    }

    #[test]
    fn a_key_that_the_kind_does_not_have_is_shown_with_the_nearest() {
        assert_eq!(
            shown(&["[[stipend]]\nid = \"x\"\neffective = { from = 2026-01-01 }\nammount = 1\namount = 1\n"]),
            "\
error[unknown-key]: [[stipend]] has no key `ammount`
┌─ rules/0.toml:4:1
4│ ammount = 1
│ ^^^^^^^
= help: did you mean `amount`? [[stipend]] also has: id, title, why, effective, retroactive, when, cap, engaged, reach, require, per"
        );
    }

    #[test]
    fn kinds_are_arrays_of_tables() {
        assert_eq!(
            wrong(&["[stipend]\nid = \"x\"\n"]),
            ["wrong-type: `stipend` takes a list of tables, each under a header [[stipend]], \
              and this is a table @ [stipend]"]
        );
        assert_eq!(
            wrong(&["[[stipends]]\nid = \"x\"\n"]),
            ["unknown-key: rules/0.toml has no key `stipends` @ stipends"]
        );
    }

    #[test]
    fn what_is_wrong_with_caps() {
        for (caps, expected) in [
            (
                "{ amount = 1, per = \"deal\" }",
                "wrong-type: `cap` takes a list of tables: cap = [ { amount = \"5000\", per = \"payee\", every = \"quarter\" } ], and this is a table @ { amount = 1, per = \"deal\" }",
            ),
            ("[ { per = \"deal\" } ]", "missing-key: `cap` needs the key `amount` @ { per = \"deal\" }"),
            ("[ { amount = 1 } ]", "missing-key: `cap` needs the key `per` @ { amount = 1 }"),
            (
                "[ { amount = 1, per = \"payee\" } ]",
                "missing-key: `cap` needs the key `every` @ { amount = 1, per = \"payee\" }",
            ),
            (
                "[ { amount = 1, per = \"deal\", every = \"month\" } ]",
                "misplaced-key: `every` means nothing here: a cap per deal has no period @ every",
            ),
            (
                "[ { amount = 1.001, per = \"deal\" } ]",
                "bad-amount: `amount` is 1.001, and USD has 2 decimals @ 1.001",
            ),
            ("[ { amount = 1, per = \"deals\" } ]", "unknown-choice: `per` can't be \"deals\" @ \"deals\""),
            (
                "[ { amount = 1, per = \"payee\", every = \"week\" } ]",
                "unknown-choice: `every` can't be \"week\" @ \"week\"",
            ),
            (
                "[ { amount = 1, per = \"deal\" }, { amount = 2, per = \"deal\" } ]",
                "duplicate-cap: there are two caps per deal @ { amount = 2, per = \"deal\" } | { amount = 1, per = \"deal\" }",
            ),
            (
                "[ { amount = 1, per = \"payee\", every = \"year\" }, { amount = 2, per = \"payee\", every = \"year\" } ]",
                "duplicate-cap: there are two caps per payee and year @ { amount = 2, per = \"payee\", every = \"year\" } | { amount = 1, per = \"payee\", every = \"year\" }",
            ),
        ] {
            assert_eq!(wrong_in("stipend", &format!("amount = 1\ncap = {caps}\n")), [expected], "{caps}");
        }
    }

    #[test]
    fn a_cap_per_deal_is_not_for_every_kind() {
        let keys = "credits = [\"credit\"]\nlevels = [ { rate = \"1%\" } ]\ncap = [ { amount = 1, per = \"deal\" } ]\n";
        assert_eq!(
            wrong_in("override", keys),
            ["misplaced-cap: [[override]] has no cap per deal @ \"deal\""]
        );
    }

    #[test]
    fn credits_are_a_list_without_repetition() {
        let levels = "levels = [ { rate = \"1%\" } ]\n";
        for (credits, expected) in [
            ("[]", "empty-list: `credits` is empty @ []"),
            (
                "[\"credit\", \"credit\"]",
                "duplicate-credit: `credits` names `credit` twice @ \"credit\" | \"credit\"",
            ),
            ("[\"credits\"]", "unknown-rule: there is no shared_credit rule `credits` @ \"credits\""),
            ("[\"x\"]", "unknown-rule: `x` is an override, and `credits` takes shared_credit rules @ \"x\""),
        ] {
            assert_eq!(wrong_in("override", &format!("credits = {credits}\n{levels}")), [expected]);
        }
    }
}
