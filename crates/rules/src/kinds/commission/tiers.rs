//! The `tiers` of a commission. A `from` with a percent sign is a part of the quota, and one without is an amount, or a
//! number of what `tiers_by` counts.

use rust_decimal::Decimal;

use super::model::{Tier, Tiers};
use super::parameters::{BONUS, FROM, RATE, TIER, TIERS};
use crate::numbers::{amount, measure, rate};
use crate::versions::ascending;
use apportion_base::diagnostic::{Code, Diagnostic, Span};
use apportion_book::config::{Item, Table};

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

/// Reads them; `counted` says that thresholds without a percent sign are numbers of something and not amounts.
pub(super) fn tiers(item: &Item<'_>, counted: bool) -> Option<Tiers> {
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
            let value = match unit {
                Unit::Percent => rate(&from)?,
                Unit::Amount if counted => measure(&from)?,
                Unit::Amount => amount(&from)?,
            };
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
    ascending(item, FROM.key, &froms);
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
