//! `engaged` and `reach`: which engagements count for a deal. Without `engaged` all count, and `reach` is `["deal"]`.

use super::context::{Context, ENGAGEMENTS};
use super::{EngagementTerms, Reach};
use apportion_book::TableName;
use apportion_book::config::Table;
use apportion_book::config::describe::{Choice, Default, Parameter, Scope, Shape};
use apportion_contract::ReachWord;

/// `engaged`.
pub(super) const ENGAGED: Parameter = Parameter::optional(
    "engaged",
    Shape::Condition(Scope::new(ENGAGEMENTS)),
    "Which engagements count: a condition over engagements, payees and deals. Without it, all.",
);

/// `reach`.
pub(super) const REACH: Parameter = Parameter::with_default(
    "reach",
    Shape::some(&Shape::Choice(ReachWord::WORDS)),
    Default::Texts(&["deal"]),
    "Whose engagements may count.",
);

/// Reads both keys; the rule then needs engagements.
pub(super) fn engaged(context: &Context<'_>, table: &Table<'_>) -> EngagementTerms {
    context.need_source(table, TableName::Engagements, table.span(), "it pays for engagements");
    EngagementTerms { condition: context.expression(table, &ENGAGED), reach: reach(table) }
}

fn reach(table: &Table<'_>) -> Reach {
    let Some(item) = table.of(&REACH) else {
        return Reach { deal: true, prior: false, account: false };
    };
    let mut reach = Reach { deal: false, prior: false, account: false };
    for item in item.some_list("\"deal\", \"prior\" or \"account\"").unwrap_or_default() {
        match item.one_of() {
            Some(ReachWord::Deal) => reach.deal = true,
            Some(ReachWord::Prior) => reach.prior = true,
            Some(ReachWord::Account) => reach.account = true,
            None => {}
        }
    }
    reach
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{body, book, catalogue_without, wrong_in, wrong_with};
    use crate::{Body, Stipend};

    fn reach_of(keys: &str) -> Reach {
        let Body::Stipend(Stipend { engaged, .. }) = body("stipend", &format!("amount = 1\n{keys}\n")) else {
            panic!()
        };
        engaged.reach
    }

    #[test]
    fn reach_is_the_deal_unless_said() {
        assert_eq!(reach_of(""), Reach { deal: true, prior: false, account: false });
        assert_eq!(reach_of("reach = [\"prior\"]"), Reach { deal: false, prior: true, account: false });
        assert_eq!(
            reach_of("reach = [\"account\", \"deal\", \"prior\"]"),
            Reach { deal: true, prior: true, account: true }
        );
    }

    #[test]
    fn what_is_wrong_with_reach() {
        for (reach, expected) in [
            ("[]", "empty-list: `reach` is empty @ []"),
            ("[\"deals\"]", "unknown-choice: `reach` can't be \"deals\" @ \"deals\""),
        ] {
            assert_eq!(wrong_in("stipend", &format!("amount = 1\nreach = {reach}\n")), [expected]);
        }
    }

    #[test]
    fn engagements_must_have_a_source() {
        let text = "[[stipend]]\nid = \"x\"\neffective = { from = 2026-01-01 }\namount = 1\n";
        assert_eq!(
            wrong_with(&[text], &book(), &catalogue_without(TableName::Engagements)),
            [
                "missing-source: [[stipend]] needs the source `engagements`: it pays for engagements @ [[stipend]]"
            ]
        );
    }
}
