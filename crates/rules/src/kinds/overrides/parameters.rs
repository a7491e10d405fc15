//! The parameters of an override: their description, and their values as texts.

use super::model::Override;
use crate::Kind;
use crate::common::CREDITS;
use crate::context::PAYEES as PAYEES_TABLE;
use crate::description::{CapScope, Description};
use crate::kinds::{CommonParameter, Part};
use crate::values::Values;
use apportion_book::config::describe::{Number, Parameter, Record, Scope, Shape};
use apportion_book::config::number::percent;

/// A line's level is a byte, and 0 says that there is none.
pub(super) const MOST_LEVELS: usize = 255;

pub(super) const PAYEES: Parameter = Parameter::optional(
    "payees",
    Shape::Condition(Scope::new(PAYEES_TABLE)),
    "Which managers earn: a condition over payees. Those left out still count as a level.",
);

pub(super) const LEVELS: Parameter = Parameter::required(
    "levels",
    Shape::List { item: &Shape::Record(&LEVEL), least: 1, most: Some(MOST_LEVELS) },
    "levels = [ { rate = \"1%\" }, { rate = \"0.5%\" } ]",
    "The rate of the payee's manager, of their manager, and so on.",
);

pub(super) const RATE: Parameter =
    Parameter::required("rate", Shape::Number(Number::Rate), "rate = \"1%\"", "Of the credit.");

pub(super) const LEVEL: Record = Record { about: "A level of managers.", parameters: &[RATE] };

/// The description of the kind.
pub(in crate::kinds) const DESCRIPTION: Description = Description {
    kind: Kind::Override,
    about: ABOUT,
    table: Record { about: ABOUT, parameters: &[CREDITS, PAYEES, LEVELS] },
    constraints: &[],
    caps: CapScope::Payee,
    of_reversals: false,
    examples: &[r#"
[[override]]
id = "manager-override"
title = "Override of managers"
why = "Managers earn on what their people are credited with"
effective = { from = 2026-01-01, until = 2026-12-31 }
retroactive = true
when = "deal_type = 'new'"
credits = ["credit"]
payees = "kind = 'manager'"
levels = [ { rate = "1%" }, { rate = "0.5%" } ]
cap = [ { amount = "5000", per = "payee", every = "month" } ]
"#],
};

const ABOUT: &str = "Rates of a payee's credit for the managers above.";

impl Part for Override {
    fn credits(&self) -> Option<&[String]> {
        Some(&self.credits)
    }

    fn values(&self, values: &mut Values) {
        values.credits(&self.credits);
        values.expression("payees", self.payees.as_ref());
        for (index, rate) in self.levels.iter().enumerate() {
            values.part("levels", format!("level {}", index + 1), percent(*rate));
        }
    }

    fn agreed(&self) -> Vec<CommonParameter> {
        vec![CommonParameter::credits(&self.credits)]
    }
}
