//! The parameters of pay for milestones: their description, and their values as texts.

use super::model::Milestone;
use crate::Kind;
use crate::context::MILESTONES;
use crate::description::{CapScope, Description};
use crate::kinds::{CommonParameter, Part};
use crate::policies::REVIEW;
use crate::values::Values;
use apportion_book::config::describe::{Default, Number, Parameter, Record, Scope, Shape};
use apportion_book::display_day;

/// `when`, which is about milestones and not about deals.
pub(crate) const WHEN: Parameter = Parameter::optional(
    "when",
    Shape::Condition(Scope::new(MILESTONES)),
    "Which milestones: a condition over milestones, payees and accounts. Without it, all that were done.",
);

const ONE_AMOUNT: Shape = Shape::Number(Number::Amount);

/// The keys of an amount by a column.
pub(super) const AMOUNT_BY: Record = Record {
    about: "An amount that depends on a text column. No match and no `else`: no line.",
    parameters: &[
        Parameter::required(
            "by",
            Shape::Text,
            "by = \"payees.tier\"",
            "The text column of milestones, payees or accounts.",
        ),
        Parameter::required(
            "is",
            Shape::Map(&ONE_AMOUNT),
            "is = { gold = \"500\" }",
            "The amount for each text of the column.",
        ),
        Parameter::optional("else", ONE_AMOUNT, "The amount for any other text, and where there is none."),
    ],
};

pub(super) const AMOUNT: Parameter = Parameter::required(
    "amount",
    Shape::Either(&[ONE_AMOUNT, Shape::Record(&AMOUNT_BY)]),
    "amount = \"500\"",
    "What a milestone earns, in book currency; by a text column: `{ by = …, is = { … }, else = … }`.",
);

pub(super) const BOTH_SIDES: Parameter = Parameter::with_default(
    "both_sides",
    Shape::Flag,
    Default::Flag(false),
    "Whether it is earned only where the plan names two sides or more and each has done one.",
);

/// The description of the kind.
pub(in crate::kinds) const DESCRIPTION: Description = Description {
    kind: Kind::Milestone,
    about: ABOUT,
    table: Record { about: ABOUT, parameters: &[REVIEW, AMOUNT, BOTH_SIDES] },
    constraints: &[],
    caps: CapScope::Payee,
    of_reversals: false,
    examples: &[r#"
[[milestone]]
id = "joint-plans"
title = "Joint account plans"
why = "What was agreed with a partner and done is paid"
effective = { from = 2026-01-01, until = 2026-12-31 }
retroactive = true
review = 2026-11-01
when = "milestones.approved_by IS NOT NULL AND payees.kind = 'partner'"
amount = { by = "payees.tier", is = { gold = "500" }, else = "250" }
both_sides = true
cap = [ { amount = "2500", per = "payee", every = "quarter" } ]
"#],
};

const ABOUT: &str = "An amount for every milestone of a joint account plan that was done.";

impl Part for Milestone {
    fn credits(&self) -> Option<&[String]> {
        None
    }

    fn values(&self, values: &mut Values) {
        values.expression("when", self.when.as_ref());
        if let Some(review) = self.review {
            values.put("review", display_day(review));
        }
        values.amount("amount", &self.amount);
        values.put("both_sides", self.both_sides.to_string());
    }

    fn agreed(&self) -> Vec<CommonParameter> {
        Vec::new()
    }
}
