//! From a table to a [`Commission`].
//!
//! In `tiers`, a `from` with
//! a percent sign is a part of the quota, and one without is an amount.

use rust_decimal::Decimal;

use super::model::{Commission, Tier, Tiers};
use super::parameters::{BONUS, EVERY, FROM, MODE, PAYEES, RATE, TIER, TIERS};
use crate::common::credit_ids;
use crate::context::Context;
use crate::numbers::{amount, rate};
use crate::versions::ascending;
use apportion_base::diagnostic::{Code, Diagnostic, Span};
use apportion_book::TableName;
use apportion_book::config::{Item, Table};

/// Reads what only this kind has; problems are reported to the table's text.
pub(in crate::kinds) fn read(context: &Context<'_>, table: &Table<'_>) -> Option<Commission> {
    let credits = credit_ids(table);
    let payees = context.expression(table, &PAYEES);
    let every = table.choice(&EVERY);
    let item = table.of(&TIERS);
    let tiers = item.as_ref().and_then(tiers);
    if let (Some(Tiers::OfQuota(_)), Some(item)) = (&tiers, &item) {
        context.need_source(table, TableName::Quotas, item.span(), "its tiers are in percent of quota");
    }
    let mode = table.choice(&MODE);
    Some(Commission { credits: credits?, payees, every: every?, tiers: tiers?, mode: mode? })
}

/// What the thresholds are in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Percent,
    Amount,
}

impl Unit {
    /// A threshold is a percentage exactly if it is written with the sign.
    fn from_item(from: &Item<'_>) -> Self {
        let percent = from.is_text() && from.text().is_some_and(|text| text.value.ends_with('%'));
        if percent { Self::Percent } else { Self::Amount }
    }
}

fn tiers(item: &Item<'_>) -> Option<Tiers> {
    let items = item.some_list(&format!("tables: {}", TIERS.example()))?;
    let mut first: Option<(Unit, Span)> = None;
    let mut froms = Vec::new();
    let mut mixed = false;
    let mut tiers: Vec<Option<Tier>> = Vec::new();
    // Of the tier before, for one that has a bonus alone.
    let mut rate_before = Some(Decimal::ZERO);
    for item in &items {
        let Some(table) = item.table("`tiers`") else {
            tiers.push(None);
            continue;
        };
        table.keys(TIER.parameters);
        let from = table.of(&FROM).and_then(|from| {
            let unit = Unit::from_item(&from);
            let (first_unit, place) = first.get_or_insert_with(|| (unit, from.span())).clone();
            if unit != first_unit && !mixed {
                mixed = true;
                report_mixed(&from, place);
            }
            let value = if unit == Unit::Percent { rate(&from)? } else { amount(&from)? };
            froms.push((value, from.span()));
            Some(value)
        });
        let bonus = bonus(&table, from);
        let rate = match (table.get(RATE.key), &bonus) {
            (None, Bonus::Absent) => table.need(RATE.key, "rate = \"5%\"").and_then(|item| rate(&item)),
            (None, _) => rate_before,
            (Some(item), _) => rate(&item),
        };
        rate_before = rate;
        let tier = |(from, rate)| match bonus {
            Bonus::Wrong => None,
            Bonus::Absent => Some(Tier { from, rate, bonus: None }),
            Bonus::Amount(bonus) => Some(Tier { from, rate, bonus: Some(bonus) }),
        };
        tiers.push(from.zip(rate).and_then(tier));
    }
    if mixed {
        return None;
    }
    ascending(item, "tiers", &froms);
    let tiers = tiers.into_iter().collect::<Option<Vec<_>>>()?;
    match first?.0 {
        Unit::Percent => Some(Tiers::OfQuota(tiers)),
        Unit::Amount => Some(Tiers::Amounts(tiers)),
    }
}

/// The `bonus` of a tier.
#[derive(Clone, Copy)]
enum Bonus {
    Absent,
    /// It was reported.
    Wrong,
    Amount(Decimal),
}

/// Reads the `bonus` of a tier; one that every payee would have from the start is no bonus for reaching something.
fn bonus(table: &Table<'_>, from: Option<Decimal>) -> Bonus {
    let Some(item) = table.of(&BONUS) else { return Bonus::Absent };
    let Some(bonus) = amount(&item) else { return Bonus::Wrong };
    if from.is_some_and(|from| from.is_zero()) {
        let error = item
            .error(Code::BonusFromZero, "a tier from 0 has a `bonus`, and everyone has reached 0")
            .help("give the tier that is to be reached a `from` above 0; a fixed amount for each deal is a stipend");
        item.doc().report(error);
        return Bonus::Wrong;
    }
    Bonus::Amount(bonus)
}

fn report_mixed(from: &Item<'_>, first: Span) {
    let error =
        Diagnostic::error(Code::MixedTiers, "tiers are in percent of quota or in amounts, not in both")
            .at(from.span(), "")
            .at(first, "the first tier decides")
            .help(
                "\"100%\" is a part of the quota, 10000 is an amount; write \"0%\" for a first tier from 0",
            );
    from.doc().report(error);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{body, book, catalogue_without, wrong_in, wrong_with};
    use crate::{Body, Every, Mode};

    const KEYS: &str = "credits = [\"credit\"]\nevery = \"quarter\"\n";

    fn commission(keys: &str) -> Commission {
        let Body::Commission(commission) = body("commission", &format!("{KEYS}{keys}")) else { panic!() };
        commission
    }

    fn shown(tiers: &[Tier]) -> Vec<String> {
        tiers.iter().map(|tier| format!("{} {}", tier.from, tier.rate)).collect()
    }

    #[test]
    fn tiers_of_quota() {
        let commission = commission(
            "tiers = [ { from = \"0%\", rate = \"5%\" }, { from = \"100%\", rate = 0.075 }, { from = \"150%\", rate = \"10%\" } ]\n",
        );
        let Tiers::OfQuota(tiers) = &commission.tiers else { panic!() };
        assert_eq!(shown(tiers), ["0 0.05", "1 0.075", "1.5 0.1"]);
        assert_eq!((commission.every, commission.mode), (Every::Quarter, Mode::Marginal));
        assert_eq!(commission.credits, ["credit"]);
        assert!(commission.payees.is_none());
    }

    #[test]
    fn tiers_in_amounts() {
        let commission = commission(
            "mode = \"whole\"\ntiers = [ { from = 0, rate = \"5%\" }, { from = \"10000.50\", rate = \"7%\" } ]\n",
        );
        let Tiers::Amounts(tiers) = &commission.tiers else { panic!() };
        assert_eq!(shown(tiers), ["0 0.05", "10000.5 0.07"]);
        assert_eq!(commission.mode, Mode::Whole);
    }

    #[test]
    fn what_is_wrong_with_a_commission() {
        let tiers = "tiers = [ { from = 0, rate = 0.1 } ]";
        for (keys, expected) in [
            (
                format!("every = \"month\"\n{tiers}"),
                "missing-key: [[commission]] needs the key `credits` @ [[commission]]",
            ),
            (
                format!("credits = [\"credit\"]\n{tiers}"),
                "missing-key: [[commission]] needs the key `every` @ [[commission]]",
            ),
            (
                format!("{KEYS}{tiers}\nmode = \"step\""),
                "unknown-choice: `mode` can't be \"step\" @ \"step\"",
            ),
            (KEYS.to_owned(), "missing-key: [[commission]] needs the key `tiers` @ [[commission]]"),
            (format!("{KEYS}tiers = []"), "empty-list: `tiers` is empty @ []"),
            (
                format!("{KEYS}tiers = [ {{ from = 0, rate = 0.1 }}, {{ from = \"100%\", rate = 0.2 }} ]"),
                "mixed-tiers: tiers are in percent of quota or in amounts, not in both @ \"100%\" | 0",
            ),
            (
                format!(
                    "{KEYS}tiers = [ {{ from = \"100%\", rate = 0.1 }}, {{ from = \"50%\", rate = 0.2 }} ]"
                ),
                "not-ascending: the `from`s of `tiers` must ascend @ \"50%\" | \"100%\"",
            ),
            (
                format!("{KEYS}tiers = [ {{ from = \"-1%\", rate = 0.1 }} ]"),
                "bad-rate: `from` is negative @ \"-1%\"",
            ),
            (
                format!("{KEYS}tiers = [ {{ from = 0 }} ]"),
                "missing-key: `tiers` needs the key `rate` @ { from = 0 }",
            ),
            (
                format!("{KEYS}{tiers}\nengaged = \"weight > 0\""),
                "unknown-key: [[commission]] has no key `engaged` @ engaged",
            ),
        ] {
            assert_eq!(wrong_in("commission", &format!("{keys}\n")), [expected], "{keys}");
        }
    }

    #[test]
    fn tiers_of_quota_need_the_quotas() {
        let text = |from: &str| {
            format!(
                "{}[[commission]]\nid = \"x\"\neffective = {{ from = 2026-01-01 }}\n{KEYS}\
                 tiers = [ {{ from = {from}, rate = 0.1 }} ]\n",
                crate::testing::CREDIT
            )
        };
        let wrong = |from: &str| wrong_with(&[&text(from)], &book(), &catalogue_without(TableName::Quotas));
        assert_eq!(
            wrong("\"0%\""),
            ["missing-source: [[commission]] needs the source `quotas`: its tiers are in percent of quota \
              @ [ { from = \"0%\", rate = 0.1 } ]"]
        );
        assert!(wrong("0").is_empty());
    }
}
