//! From a table to a [`Milestone`].

use super::model::Milestone;
use super::parameters::{AMOUNT, AMOUNT_BY, BOTH_SIDES, WHEN};
use crate::context::{Context, MILESTONES};
use crate::numbers::amount_by_column;
use crate::policies::REVIEW;
use apportion_book::TableName;
use apportion_book::config::{Item, Table};

/// Reads what only this kind has; problems are reported to the table's text.
pub(in crate::kinds) fn read(context: &Context<'_>, table: &Table<'_>) -> Option<Milestone> {
    context.need_source(table, TableName::Milestones, table.span(), "it pays for milestones");
    let when = context.expression(table, &WHEN);
    let amount = table.of(&AMOUNT).and_then(|item| amount_by_column(context, &item, MILESTONES, &AMOUNT_BY));
    let both_sides = table.of(&BOTH_SIDES).map_or(Some(false), |item| item.flag());
    let review = table.optional(&REVIEW, Item::date);
    Some(Milestone { when, amount: amount?, both_sides: both_sides?, review: review? })
}

#[cfg(test)]
mod tests {
    use crate::testing::{body, book, catalogue_without, wrong_in, wrong_with};
    use crate::{Body, Value};
    use apportion_book::TableName;

    #[test]
    fn milestones_are_asked_with_their_payees() {
        let Body::Milestone(rule) = body("milestone", "amount = 500\nwhen = \"side = 'partner'\"\n") else {
            panic!()
        };
        assert!(rule.when.is_some() && !rule.both_sides && rule.review.is_none());
        assert!(matches!(rule.amount, Value::Plain(_)));
        let by_side = "amount = { by = \"milestones.side\", is = { partner = 1 } }\n";
        assert!(matches!(body("milestone", by_side), Body::Milestone(_)));
    }

    #[test]
    fn what_is_wrong_with_pay_for_milestones() {
        for (keys, expected) in [
            ("", "missing-key: [[milestone]] needs the key `amount` @ [[milestone]]"),
            (
                "amount = 1\nwhen = \"deal_type = 'new'\"",
                "unknown-column: there is no column `deal_type` in milestones or payees @ deal_type",
            ),
            (
                "amount = 1\nreview = \"soon\"",
                "invalid-date: `review` takes a date such as 2026-01-01, and this is not one @ \"soon\"",
            ),
            (
                "amount = 1\ncap = [ { amount = 1, per = \"deal\" } ]",
                "misplaced-cap: [[milestone]] has no cap per deal @ \"deal\"",
            ),
        ] {
            assert_eq!(wrong_in("milestone", &format!("{keys}\n")), [expected], "{keys}");
        }
        let text = "[[milestone]]\nid = \"x\"\neffective = { from = 2026-01-01 }\namount = 1\n";
        assert_eq!(
            wrong_with(&[text], &book(), &catalogue_without(TableName::Milestones)),
            [
                "missing-source: [[milestone]] needs the source `milestones`: it pays for milestones @ [[milestone]]"
            ]
        );
    }
}
