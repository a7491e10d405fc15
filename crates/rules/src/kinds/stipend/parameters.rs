//! The parameters of a stipend: their description, and their values as texts.

use super::model::{Per, Stipend};
use crate::Kind;
use crate::context::PAYEES_AND_DEALS;
use crate::description::{CapScope, Description};
use crate::engaged::{ENGAGED, REACH};
use crate::kinds::{CommonParameter, Part};
use crate::values::Values;
use apportion_book::config::describe::{Choice, Default, Number, Parameter, Record, Scope, Shape};

pub(super) const REQUIRE: Parameter = Parameter::optional(
    "require",
    Shape::Condition(Scope::with_group(PAYEES_AND_DEALS)),
    "What the payee's engagements on the deal must come to: a condition over payees, deals, and touches, weight,\n\
     first_on and last_on of the group.",
);

pub(super) const AMOUNT: Parameter = Parameter::required(
    "amount",
    Shape::NumberBy(Number::Amount, PAYEES_AND_DEALS),
    "amount = \"250\"",
    "The stipend.",
);

pub(super) const PER: Parameter = Parameter::with_default(
    "per",
    Shape::Choice(Per::WORDS),
    Default::Text("deal"),
    "What it is multiplied by.",
);

/// The description of the kind.
pub(in crate::kinds) const DESCRIPTION: Description = Description {
    kind: Kind::Stipend,
    about: ABOUT,
    table: Record { about: ABOUT, parameters: &[ENGAGED, REACH, REQUIRE, AMOUNT, PER] },
    constraints: &[],
    caps: CapScope::DealAndPayee,
    of_reversals: false,
    examples: &[r#"
[[stipend]]
id = "cosell-stipend"
title = "Co-sell stipend"
why = "Partners who work on a deal are paid for it"
effective = { from = 2026-01-01, until = 2026-12-31 }
retroactive = true
when = "deal_type = 'new'"
engaged = "role = 'cosell'"
reach = ["deal", "account"]
require = "touches >= 2"
amount = { by = "payees.tier", is = { gold = "500" }, else = "250" }
per = "touch"
cap = [ { amount = "600", per = "deal" }, { amount = "2500", per = "payee", every = "quarter" } ]
"#],
};

const ABOUT: &str = "An amount for every deal and payee with engagements that count.";

impl Part for Stipend {
    fn credits(&self) -> Option<&[String]> {
        None
    }

    fn values(&self, values: &mut Values) {
        values.engaged(&self.engaged);
        values.expression("require", self.require.as_ref());
        values.amount("amount", &self.amount);
        values.put("per", self.per.word());
    }

    fn agreed(&self) -> Vec<CommonParameter> {
        Vec::new()
    }
}
