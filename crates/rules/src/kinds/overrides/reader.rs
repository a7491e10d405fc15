//! From a table to an [`Override`].

use apportion_base::diagnostic::Code;
use rust_decimal::Decimal;

use super::model::Override;
use super::parameters::{LEVEL, LEVELS, MOST_LEVELS, PAYEES, RATE};
use crate::common::credit_ids;
use crate::context::Context;
use crate::numbers::rate;
use apportion_book::config::{Item, Table};

/// Reads what only this kind has; problems are reported to the table's text.
pub(in crate::kinds) fn read(context: &Context<'_>, table: &Table<'_>) -> Option<Override> {
    let credits = credit_ids(table);
    let payees = context.expression(table, &PAYEES);
    let levels = table.of(&LEVELS).and_then(|item| levels(&item));
    Some(Override { credits: credits?, payees, levels: levels? })
}

/// The rate of each level, the credited payee's own manager first.
fn levels(item: &Item<'_>) -> Option<Vec<Decimal>> {
    let items = item.some_list(&format!("tables: {}", LEVELS.example()))?;
    if items.len() > MOST_LEVELS {
        let message = format!("`levels` has {} levels: that is too many", items.len());
        item.doc().report(
            item.error(Code::TooManyLevels, message).help(format!("at most {MOST_LEVELS} are taken")),
        );
        return None;
    }
    let rates: Vec<Option<Decimal>> = items
        .iter()
        .map(|item| {
            let table = item.table("`levels`")?;
            table.keys(LEVEL.parameters);
            rate(&table.of(&RATE)?)
        })
        .collect();
    rates.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Body;
    use crate::testing::{body, wrong_in};

    #[test]
    fn levels_in_order() {
        let keys = "credits = [\"credit\"]\nlevels = [ { rate = \"1%\" }, { rate = 0.005 } ]\npayees = \"kind = 'a'\"\n";
        let Body::Override(found) = body("override", keys) else { panic!() };
        let levels: Vec<String> = found.levels.iter().map(Decimal::to_string).collect();
        assert_eq!(levels, ["0.01", "0.005"]);
        assert_eq!(found.credits, ["credit"]);
        assert!(found.payees.is_some());
    }

    #[test]
    fn what_is_wrong_with_an_override() {
        let many = format!("levels = [ {} ]", "{ rate = 0.1 }, ".repeat(256));
        let found = wrong_in("override", &format!("credits = [\"credit\"]\n{many}\n"));
        assert!(
            found[0].starts_with("too-many-levels: `levels` has 256 levels: that is too many @ ["),
            "{found:?}"
        );
        for (keys, expected) in [
            ("", "missing-key: [[override]] needs the key `levels` @ [[override]]"),
            ("levels = []", "empty-list: `levels` is empty @ []"),
            ("levels = [ {} ]", "missing-key: `levels` needs the key `rate` @ {}"),
            ("levels = [ \"1%\" ]", "wrong-type: `levels` takes a table, and this is a string @ \"1%\""),
            (
                "levels = [ { rate = 2 } ]",
                "bad-rate: `rate` is 2, and a rate without a percent sign is a fraction of at most 1 @ 2",
            ),
        ] {
            assert_eq!(
                wrong_in("override", &format!("credits = [\"credit\"]\n{keys}\n")),
                [expected],
                "{keys}"
            );
        }
    }
}
