//! From a table to a [`Stipend`].

use super::model::Stipend;
use super::parameters::{AMOUNT, PER, REQUIRE};
use crate::context::{Context, PAYEES_AND_DEALS};
use crate::engaged::engaged;
use crate::numbers::value;
use apportion_book::config::Table;
use apportion_book::config::describe::Number;

/// Reads what only this kind has; problems are reported to the table's text.
pub(in crate::kinds) fn read(context: &Context<'_>, table: &Table<'_>) -> Option<Stipend> {
    let engaged = engaged(context, table);
    let require = context.expression(table, &REQUIRE);
    let amount = table.of(&AMOUNT).and_then(|item| value(context, &item, PAYEES_AND_DEALS, Number::Amount));
    let per = table.choice(&PER);
    Some(Stipend { engaged, require, amount: amount?, per: per? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{body, wrong_in};
    use crate::{Body, Per, Value};

    fn stipend(keys: &str) -> Stipend {
        let Body::Stipend(stipend) = body("stipend", keys) else { panic!() };
        stipend
    }

    #[test]
    fn an_amount_per_deal_unless_said() {
        let plain = stipend("amount = \"250.10\"\n");
        assert!(plain.require.is_none() && plain.engaged.condition.is_none());
        assert_eq!(plain.per, Per::Deal);
        let Value::Plain(amount) = plain.amount else { panic!() };
        assert_eq!(amount.to_string(), "250.1");
        let full =
            stipend("amount = 1\nper = \"weight\"\nrequire = \"touches >= 2\"\nengaged = \"role = 'a'\"\n");
        assert!(full.require.is_some() && full.engaged.condition.is_some());
        assert_eq!(full.per, Per::Weight);
    }

    #[test]
    fn what_is_wrong_with_a_stipend() {
        for (keys, expected) in [
            ("", "missing-key: [[stipend]] needs the key `amount` @ [[stipend]]"),
            ("amount = -1", "bad-amount: `amount` is negative @ -1"),
            (
                "amount = 1\nper = \"engagement\"",
                "unknown-choice: `per` can't be \"engagement\" @ \"engagement\"",
            ),
            ("amount = 1\nrate = \"10%\"", "unknown-key: [[stipend]] has no key `rate` @ rate"),
            (
                "amount = 1\nrequire = 2",
                "wrong-type: `require` takes an expression in a string, and this is a number @ 2",
            ),
        ] {
            assert_eq!(wrong_in("stipend", &format!("{keys}\n")), [expected], "{keys}");
        }
    }
}
