//! From a table to a [`RenewalBonus`].
//!
//! With `rate_by = "deal"` the rates
//! make a pool and depend on columns of deals only; with `"payee"` also on those of payees.

use super::model::{RateBy, RateFrom, RenewalBonus};
use super::parameters::{BASIS, FROM, MEASURE, RATE, RATE_BY, RATES, STEP};
use crate::context::{Context, DEALS, PAYEES_AND_DEALS};
use crate::engaged::engaged;
use crate::numbers::{measure, value};
use crate::versions::ascending;
use apportion_book::TableName;
use apportion_book::config::describe::Number;
use apportion_book::config::{Item, Table};

/// Reads what only this kind has; problems are reported to the table's text.
pub(in crate::kinds) fn read(context: &Context<'_>, table: &Table<'_>) -> Option<RenewalBonus> {
    let engaged = engaged(context, table);
    let basis = context.expression(table, &BASIS);
    let measure = table.choice(&MEASURE);
    let rate_by = table.choice(&RATE_BY);
    let tables = if rate_by == Some(RateBy::Deal) { DEALS } else { PAYEES_AND_DEALS };
    let rates = table.of(&RATES).and_then(|item| rates(context, &item, tables));
    Some(RenewalBonus { engaged, basis, measure: measure?, rates: rates?, rate_by: rate_by? })
}

/// The list of rates, in ascending order of `from`.
fn rates(context: &Context<'_>, item: &Item<'_>, tables: &'static [TableName]) -> Option<Vec<RateFrom>> {
    let items = item.some_list(&format!("tables: {}", RATES.example()))?;
    let mut froms = Vec::new();
    let mut rates: Vec<Option<RateFrom>> = Vec::new();
    for item in &items {
        let Some(table) = item.table("`rates`") else {
            rates.push(None);
            continue;
        };
        table.keys(STEP.parameters);
        let from = table.of(&FROM);
        let from = from.and_then(|item| Some((measure(&item)?, item.span())));
        let rate = table.of(&RATE).and_then(|item| value(context, &item, tables, Number::Rate));
        froms.extend(from.clone());
        rates.push(from.zip(rate).map(|((from, _), rate)| RateFrom { from, rate }));
    }
    ascending(item, FROM.key, &froms);
    rates.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{body, wrong_in};
    use crate::{Body, Measure, Value};

    fn bonus(keys: &str) -> RenewalBonus {
        let Body::RenewalBonus(bonus) = body("renewal_bonus", keys) else { panic!() };
        bonus
    }

    #[test]
    fn rates_by_measure() {
        let plain = bonus("rates = [ { from = 0.5, rate = \"1%\" }, { from = \"8\", rate = 0.02 } ]\n");
        assert_eq!((plain.measure, plain.rate_by), (Measure::Weight, RateBy::Deal));
        assert!(plain.basis.is_none());
        let rates: Vec<String> = plain
            .rates
            .iter()
            .map(|rate| match &rate.rate {
                Value::Plain(plain) => format!("{} {plain}", rate.from),
                Value::By { .. } | Value::Table(_) => panic!(),
            })
            .collect();
        assert_eq!(rates, ["0.5 0.01", "8 0.02"]);
    }

    #[test]
    fn a_rate_by_payee_may_depend_on_the_payee() {
        let rates = "rates = [ { from = 0, rate = { by = \"payees.tier\", is = { gold = \"2%\" } } } ]\n";
        let by_payee = bonus(&format!("{rates}rate_by = \"payee\"\nmeasure = \"touches\"\n"));
        assert_eq!((by_payee.measure, by_payee.rate_by), (Measure::Touches, RateBy::Payee));
        assert_eq!(
            wrong_in("renewal_bonus", rates),
            ["unknown-column: `by` can depend on a column of deals here, not of payees @ \"payees.tier\""]
        );
    }

    #[test]
    fn what_is_wrong_with_a_renewal_bonus() {
        for (keys, expected) in [
            ("", "missing-key: [[renewal_bonus]] needs the key `rates` @ [[renewal_bonus]]"),
            ("rates = []", "empty-list: `rates` is empty @ []"),
            ("rates = [ { rate = 0.1 } ]", "missing-key: `rates` needs the key `from` @ { rate = 0.1 }"),
            (
                "rates = [ { from = 3, rate = 0.1 }, { from = 3.0, rate = 0.2 } ]",
                "not-ascending: the `from`s of `rates` must ascend @ 3.0 | 3",
            ),
            ("rates = [ { from = -1, rate = 0.1 } ]", "invalid-number: `from` is negative @ -1"),
            (
                "rates = [ { from = 0.1234567891, rate = 0.1 } ]",
                "invalid-number: `from` has more than 9 decimals @ 0.1234567891",
            ),
            (
                "rates = [ { from = \"3%\", rate = 0.1 } ]",
                "invalid-number: `from` is a number, and this has a percent sign @ \"3%\"",
            ),
            (
                "rates = [ { from = 1, rate = 0.1 } ]\nrate_by = \"rep\"",
                "unknown-choice: `rate_by` can't be \"rep\" @ \"rep\"",
            ),
        ] {
            assert_eq!(wrong_in("renewal_bonus", &format!("{keys}\n")), [expected], "{keys}");
        }
    }
}
