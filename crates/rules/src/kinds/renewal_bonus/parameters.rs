//! The parameters of a renewal bonus: their description, and their values as texts.

use super::model::{Measure, RateBy, RenewalBonus};
use crate::Kind;
use crate::context::{DEALS, PAYEES_AND_DEALS};
use crate::description::{CapScope, Description};
use crate::engaged::{ENGAGED, REACH};
use crate::kinds::{CommonParameter, Part};
use crate::values::{Values, plain};
use apportion_book::config::describe::{Choice, Default, Number, Parameter, Record, Scope, Shape};

pub(super) const BASIS: Parameter = Parameter::with_default(
    "basis",
    Shape::Expression(Scope::new(DEALS)),
    Default::Text("amount"),
    "What the rate is applied to: a number over deals. The amount by default.",
);

pub(super) const MEASURE: Parameter = Parameter::with_default(
    "measure",
    Shape::Choice(Measure::WORDS),
    Default::Text("weight"),
    "What the work is measured in.",
);

pub(super) const RATES: Parameter = Parameter::required(
    "rates",
    Shape::some(&Shape::Record(&STEP)),
    "rates = [ { from = 3, rate = \"1%\" } ]",
    "The rates, from the lowest `from` to the highest; below the first there is no bonus.",
);

pub(super) const FROM: Parameter =
    Parameter::required("from", Shape::Number(Number::Measure), "from = 3", "Of weight or touches.");

/// With `rate_by = "deal"` it can depend on a column of deals only.
pub(super) const RATE: Parameter = Parameter::required(
    "rate",
    Shape::NumberBy(Number::Rate, PAYEES_AND_DEALS),
    "rate = \"1%\"",
    "Of the basis.",
);

pub(super) const STEP: Record =
    Record { about: "A rate and the measure from which it holds.", parameters: &[FROM, RATE] };

pub(super) const RATE_BY: Parameter = Parameter::with_default(
    "rate_by",
    Shape::Choice(RateBy::WORDS),
    Default::Text("deal"),
    "Whose measure sets the rate.",
);

/// The description of the kind.
pub(in crate::kinds) const DESCRIPTION: Description = Description {
    kind: Kind::RenewalBonus,
    about: ABOUT,
    table: Record { about: ABOUT, parameters: &[ENGAGED, REACH, BASIS, MEASURE, RATES, RATE_BY] },
    constraints: &[],
    caps: CapScope::DealAndPayee,
    of_reversals: false,
    examples: &[r#"
[[renewal_bonus]]
id = "renewal-care"
title = "Renewal care"
why = "Work that keeps a customer is paid when the customer renews"
effective = { from = 2026-01-01, until = 2026-12-31 }
retroactive = true
when = "deal_type = 'renewal'"
engaged = "role = 'care'"
reach = ["prior"]
basis = "amount * 0.5"
measure = "touches"
rates = [ { from = 3, rate = "1%" }, { from = 8, rate = { by = "payees.tier", is = { gold = "3%" }, else = "2%" } } ]
rate_by = "payee"
cap = [ { amount = "1000", per = "deal" } ]
"#],
};

const ABOUT: &str = "A rate of a renewal that grows with the work done.";

impl Part for RenewalBonus {
    fn credits(&self) -> Option<&[String]> {
        None
    }

    fn values(&self, values: &mut Values) {
        values.engaged(&self.engaged);
        values.expression("basis", self.basis.as_ref());
        values.put("measure", self.measure.word());
        for step in &self.rates {
            values.rate("rates", &format!("from {}", plain(step.from)), &step.rate);
        }
        values.put("rate_by", self.rate_by.word());
    }

    fn agreed(&self) -> Vec<CommonParameter> {
        Vec::new()
    }
}
