//! From a table to a [`SharedCredit`]: shared over roles and payees, by a model, or as declared.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::model::{Model, ModelWord, RoleShare, SharedCredit, Sharing};
use super::parameters::{
    BASIS, HALF_LIFE, MODEL, MOST_DAYS, ONE_OF, OVERLAY, RATE, ROLE, ROLE_SHARE, ROLES, SHARE, SPLITS,
    UNFILLED, WITHIN,
};
use crate::context::{Context, DEALS};
use crate::engaged::{ENGAGED, REACH, engaged};
use crate::model::SlotIx;
use crate::numbers::{rate, value};
use crate::versions::too_many;
use apportion_base::diagnostic::{Code, Diagnostic, Span};
use apportion_book::config::describe::Number;
use apportion_book::config::number::percent;
use apportion_book::config::{Item, Table};
use apportion_book::{SourceValue, TableName};
use apportion_data::ORDER_OF_WORK;

/// Reads what only this kind has; problems are reported to the table's text.
pub(in crate::kinds) fn read(context: &Context<'_>, table: &Table<'_>) -> Option<SharedCredit> {
    let basis = context.expression(table, &BASIS);
    let rate = table.of(&RATE).map(|item| value(context, &item, DEALS, Number::Rate));
    let one_of = table.of(&ONE_OF).and_then(|item| item.some_text()).map(|name| name.value);
    let sharing = sharing(context, table);
    let rate = match rate {
        Some(rate) => Some(rate?),
        None => None,
    };
    Some(SharedCredit { basis, rate, sharing: sharing?, one_of })
}

/// Exactly one of `roles` and `model`.
fn sharing(context: &Context<'_>, table: &Table<'_>) -> Option<Sharing> {
    match (table.of(&ROLES), table.of(&MODEL)) {
        (Some(roles), Some(model)) => {
            let error = Diagnostic::error(
                Code::RolesAndModel,
                "a rule shares by `roles` or by a `model`, not by both",
            )
            .at(model.span(), "a model shares among all payees, without roles")
            .at(roles.span(), "the roles")
            .help("take one of them out");
            table.doc().report(error);
            None
        }
        (None, None) => {
            let message = format!("{} needs `roles` or a `model`", table.name());
            let help = "write, for example, `roles = [ { role = \"sourced\", share = \"100%\" } ]` or `model = \"weight\"`";
            table.doc().report(Diagnostic::error(Code::MissingKey, message).at(table.span(), "").help(help));
            None
        }
        (Some(roles), None) => by_roles(context, table, &roles),
        (None, Some(model)) => by_model(context, table, &model),
    }
}

fn by_roles(context: &Context<'_>, table: &Table<'_>, roles: &Item<'_>) -> Option<Sharing> {
    table.misplaced("half_life_days", "it belongs to model = \"time-decay\"");
    without_declared(table);
    let engaged = engaged(context, table);
    let within = table.choice(&WITHIN);
    let unfilled = table.choice(&UNFILLED);
    let roles = shares(roles);
    Some(Sharing::Roles { engaged, roles: roles?, within: within?, unfilled: unfilled? })
}

/// The roles in the order of the file; their shares add up to one.
fn shares(item: &Item<'_>) -> Option<Vec<RoleShare>> {
    let items = item.some_list("tables: roles = [ { role = \"sourced\", share = \"100%\" } ]")?;
    if let Some(beyond) = items.get(SlotIx::LIMIT) {
        let what = format!("`roles` has {} roles", items.len());
        item.doc().report(too_many(&what, SlotIx::LIMIT, Some(beyond.span())));
        return None;
    }
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    let mut shares: Vec<Option<RoleShare>> = Vec::new();
    for item in &items {
        let Some(table) = item.table("`roles`") else {
            shares.push(None);
            continue;
        };
        table.keys(ROLE_SHARE.parameters);
        let role = table.of(&ROLE).and_then(|item| item.some_text());
        let share = table.of(&SHARE).and_then(|item| rate(&item));
        if let Some(role) = &role {
            distinct(item, role, &mut seen);
        }
        shares.push(role.zip(share).map(|(role, share)| RoleShare { role: role.value, share }));
    }
    let shares: Vec<RoleShare> = shares.into_iter().collect::<Option<_>>()?;
    let sum = shares.iter().try_fold(Decimal::ZERO, |sum, role| sum.checked_add(role.share))?;
    if sum != Decimal::ONE {
        let message = format!("the shares of `roles` add up to {}, not to 100%", percent(sum));
        let error = item.error(Code::SharesNot100, message);
        item.doc().report(error.help("a deal is shared as a whole: the shares must add up to exactly 100%"));
        return None;
    }
    Some(shares)
}

/// Reports a role that is listed twice.
fn distinct(item: &Item<'_>, role: &SourceValue<String>, seen: &mut BTreeMap<String, Span>) {
    let first = seen.entry(role.value.clone()).or_insert_with(|| role.span.clone());
    if *first != role.span {
        let error =
            Diagnostic::error(Code::DuplicateRole, format!("the role `{}` is listed twice", role.value))
                .at(role.span.clone(), "")
                .at(first.clone(), "listed here first")
                .help("add the shares up in one entry");
        item.doc().report(error);
    }
}

fn by_model(context: &Context<'_>, table: &Table<'_>, model: &Item<'_>) -> Option<Sharing> {
    for key in ["within", "unfilled"] {
        table.misplaced(key, "it belongs to `roles`, and this rule shares by a model");
    }
    let word = model.one_of()?;
    if word != ModelWord::TimeDecay {
        table.misplaced("half_life_days", "it belongs to model = \"time-decay\"");
    }
    if word == ModelWord::Declared {
        return Some(declared(context, table, model));
    }
    without_declared(table);
    let engaged = engaged(context, table);
    let model = match word {
        ModelWord::Declared => return None,
        ModelWord::Weight => Model::Weight,
        ModelWord::Touches => Model::Touches,
        ModelWord::Equal => Model::Equal,
        ModelWord::FirstTouch => Model::FirstTouch,
        ModelWord::LastTouch => Model::LastTouch,
        ModelWord::Position => Model::Position,
        ModelWord::TimeDecay => {
            let days = table.need(HALF_LIFE.key, "half_life_days = 90")?;
            Model::TimeDecay { half_life_days: days.whole(1..=MOST_DAYS)? }
        }
    };
    if model.is_ordered() {
        // Engagements of one date are in the order of their ids.
        context.uses(TableName::Engagements, ORDER_OF_WORK);
    }
    Some(Sharing::Model { engaged, model })
}

fn declared(context: &Context<'_>, table: &Table<'_>, model: &Item<'_>) -> Sharing {
    for parameter in [ENGAGED, REACH] {
        table.misplaced(parameter.key, "declared shares come from the source `splits`, not from engagements");
    }
    context.need_source(table, TableName::Splits, model.span(), "it shares as declared there");
    Sharing::Declared {
        condition: context.expression(table, &SPLITS),
        overlay: table.of(&OVERLAY).and_then(|item| item.flag()).unwrap_or(false),
    }
}

/// Reports the keys that only declared shares have.
fn without_declared(table: &Table<'_>) {
    for key in ["splits", "overlay"] {
        table.misplaced(key, "it belongs to model = \"declared\"");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{body, book, catalogue_without, shown, wrong_in, wrong_with};
    use crate::{Body, Vacancy, Value, Within};

    const ROLES: &str =
        "roles = [ { role = \"sourced\", share = \"33.33%\" }, { role = \"closed\", share = 0.6667 } ]\n";

    fn credit(keys: &str) -> SharedCredit {
        let Body::SharedCredit(credit) = body("shared_credit", keys) else { panic!() };
        credit
    }

    #[test]
    fn roles_with_their_exact_shares() {
        let credit = credit(&format!("rate = \"10%\"\none_of = \"primary\"\n{ROLES}"));
        assert!(credit.basis.is_none());
        let Some(Value::Plain(rate)) = credit.rate else { panic!() };
        assert_eq!(rate.to_string(), "0.1");
        assert_eq!(credit.one_of.as_deref(), Some("primary"));
        let Sharing::Roles { roles, within, unfilled, .. } = credit.sharing else { panic!() };
        let roles: Vec<String> = roles.iter().map(|role| format!("{} {}", role.role, role.share)).collect();
        assert_eq!(roles, ["sourced 0.3333", "closed 0.6667"]);
        assert_eq!((within, unfilled), (Within::Weight, Vacancy::Redistribute));
    }

    #[test]
    fn more_roles_than_can_be_numbered_are_refused() {
        let role = |index: usize| format!("{{ role = \"r{index}\", share = \"{}\" }}", u32::from(index == 0));
        let roles = |count: usize| {
            format!("roles = [\n{}\n]\n", (0..count).map(role).collect::<Vec<_>>().join(",\n"))
        };
        let found = wrong_in("shared_credit", &roles(65_537));
        let expected = "too-many-rules: `roles` has 65537 roles: at most 65535 can be numbered @ { role = \"r65535\", share = \"0\" }";
        assert_eq!(found, [expected]);
        let Sharing::Roles { roles, .. } = credit(&roles(65_535)).sharing else { panic!() };
        assert_eq!(roles.len(), SlotIx::LIMIT);
    }

    #[test]
    fn roles_with_other_words() {
        let credit =
            credit(&format!("{ROLES}within = \"equal\"\nunfilled = \"retain\"\nbasis = \"amount\"\n"));
        assert!(credit.rate.is_none() && credit.basis.is_some());
        let Sharing::Roles { within, unfilled, .. } = credit.sharing else { panic!() };
        assert_eq!((within, unfilled), (Within::Equal, Vacancy::Retain));
    }

    #[test]
    fn models() {
        for (word, expected) in [
            ("weight", Model::Weight),
            ("touches", Model::Touches),
            ("equal", Model::Equal),
            ("first-touch", Model::FirstTouch),
            ("last-touch", Model::LastTouch),
            ("position", Model::Position),
        ] {
            let Sharing::Model { model, .. } = credit(&format!("model = \"{word}\"\n")).sharing else {
                panic!()
            };
            assert_eq!(model, expected);
        }
        let keys = "model = \"time-decay\"\nhalf_life_days = 90\n";
        let Sharing::Model { model, .. } = credit(keys).sharing else { panic!() };
        assert_eq!(model, Model::TimeDecay { half_life_days: 90 });
    }

    #[test]
    fn declared_shares() {
        let Sharing::Declared { condition: None, overlay: false } = credit("model = \"declared\"\n").sharing
        else {
            panic!()
        };
        let keys = "model = \"declared\"\noverlay = true\nsplits = \"percent > 0\"\n";
        let Sharing::Declared { condition: Some(_), overlay: true } = credit(keys).sharing else { panic!() };
    }

    #[test]
    fn the_rate_may_depend_on_a_column_of_deals() {
        let keys = "model = \"equal\"\nrate = { by = \"deal_type\", is = { new = \"10%\" }, else = 0.05 }\n";
        let Some(Value::By { is, otherwise, .. }) = credit(keys).rate else { panic!() };
        assert_eq!(
            (is["new"].to_string(), otherwise.map(|rate| rate.to_string())),
            ("0.1".into(), Some("0.05".into()))
        );
        assert_eq!(
            wrong_in(
                "shared_credit",
                "model = \"equal\"\nrate = { by = \"payees.tier\", is = { a = 0.1 } }\n"
            ),
            ["unknown-column: `by` can depend on a column of deals here, not of payees @ \"payees.tier\""]
        );
    }

    #[test]
    fn shares_that_do_not_make_a_whole() {
        let keys = "roles = [ { role = \"a\", share = \"33.33%\" }, { role = \"b\", share = \"33.33%\" } ]\n";
        let text = format!("[[shared_credit]]\nid = \"x\"\neffective = {{ from = 2026-01-01 }}\n{keys}");
        assert_eq!(
            shown(&[&text]),
            "\
error[shares-not-100]: the shares of `roles` add up to 66.66%, not to 100%
┌─ rules/0.toml:4:9
4│ roles = [ { role = \"a\", share = \"33.33%\" }, { role = \"b\", share = \"33.33%\" } ]
│         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
= help: a deal is shared as a whole: the shares must add up to exactly 100%"
        );
    }

    #[test]
    fn what_is_wrong_with_a_shared_credit() {
        let belongs = "means nothing here: it belongs to";
        for (keys, expected) in [
            ("", "missing-key: [[shared_credit]] needs `roles` or a `model` @ [[shared_credit]]".to_owned()),
            (
                "roles = []\nmodel = \"equal\"",
                "roles-and-model: a rule shares by `roles` or by a `model`, not by both @ \"equal\" | []".to_owned(),
            ),
            ("roles = []", "empty-list: `roles` is empty @ []".to_owned()),
            (
                "roles = [ { role = \"a\", share = \"50%\" }, { role = \"a\", share = \"50%\" } ]",
                "duplicate-role: the role `a` is listed twice @ \"a\" | \"a\"".to_owned(),
            ),
            (
                "roles = [ { role = \" \", share = \"100%\" } ]",
                "empty-text: `role` is empty @ \" \"".to_owned(),
            ),
            (
                "roles = [ { role = \"a\" } ]",
                "missing-key: `roles` needs the key `share` @ { role = \"a\" }".to_owned(),
            ),
            (
                "roles = [ { role = \"a\", share = 100 } ]",
                "bad-rate: `share` is 100, and a rate without a percent sign is a fraction of at most 1 @ 100".to_owned(),
            ),
            ("model = \"linear\"", "unknown-choice: `model` can't be \"linear\" @ \"linear\"".to_owned()),
            (
                "model = \"equal\"\nwithin = \"equal\"",
                format!("misplaced-key: `within` {belongs} `roles`, and this rule shares by a model @ within"),
            ),
            (
                "model = \"equal\"\nunfilled = \"retain\"",
                format!("misplaced-key: `unfilled` {belongs} `roles`, and this rule shares by a model @ unfilled"),
            ),
            (
                "model = \"equal\"\nhalf_life_days = 90",
                format!("misplaced-key: `half_life_days` {belongs} model = \"time-decay\" @ half_life_days"),
            ),
            (
                "model = \"time-decay\"",
                "missing-key: [[shared_credit]] needs the key `half_life_days` @ [[shared_credit]]".to_owned(),
            ),
            (
                "model = \"time-decay\"\nhalf_life_days = 1.5",
                "invalid-number: `half_life_days` takes a whole number from 1 to 1000000 @ 1.5".to_owned(),
            ),
            (
                "model = \"time-decay\"\nhalf_life_days = 0",
                "invalid-number: `half_life_days` takes a whole number from 1 to 1000000 @ 0".to_owned(),
            ),
            (
                "model = \"equal\"\noverlay = true",
                format!("misplaced-key: `overlay` {belongs} model = \"declared\" @ overlay"),
            ),
            (
                "model = \"equal\"\nsplits = \"percent > 0\"",
                format!("misplaced-key: `splits` {belongs} model = \"declared\" @ splits"),
            ),
            (
                "model = \"declared\"\nengaged = \"weight > 0\"",
                "misplaced-key: `engaged` means nothing here: declared shares come from the source `splits`, \
                 not from engagements @ engaged"
                    .to_owned(),
            ),
            (
                "model = \"declared\"\nreach = [\"deal\"]",
                "misplaced-key: `reach` means nothing here: declared shares come from the source `splits`, \
                 not from engagements @ reach"
                    .to_owned(),
            ),
            ("model = \"equal\"\none_of = \"\"", "empty-text: `one_of` is empty @ \"\"".to_owned()),
        ] {
            assert_eq!(wrong_in("shared_credit", &format!("{keys}\n")), [expected], "{keys}");
        }
    }

    #[test]
    fn declared_shares_need_the_splits() {
        let text = "[[shared_credit]]\nid = \"x\"\neffective = { from = 2026-01-01 }\nmodel = \"declared\"\n";
        assert_eq!(
            wrong_with(&[text], &book(), &catalogue_without(TableName::Splits)),
            [
                "missing-source: [[shared_credit]] needs the source `splits`: it shares as declared there @ \"declared\""
            ]
        );
        assert!(wrong_with(&[text], &book(), &catalogue_without(TableName::Engagements)).is_empty());
    }
}
