//! The parameters of a commission: their description, and their values as texts.

use rust_decimal::Decimal;

use super::model::{Commission, CreditOf, Mode, Prorate, Tiers, TiersBy};
use crate::Kind;
use crate::common::CREDITS;
use crate::context::PAYEES as PAYEES_TABLE;
use crate::description::{CapScope, Description};
use crate::kinds::{CommonParameter, Part};
use crate::values::{Values, plain};
use apportion_book::Every;
use apportion_book::config::describe::{Choice, Default, Number, Parameter, Record, Scope, Shape};
use apportion_book::config::number::percent;

pub(super) const PAYEES: Parameter = Parameter::optional(
    "payees",
    Shape::Condition(Scope::new(PAYEES_TABLE)),
    "Who earns it: a condition over payees. Without it, all.",
);

pub(super) const EVERY: Parameter = Parameter::required(
    "every",
    Shape::Choice(Every::WORDS),
    "every = \"quarter\"",
    "The period over which credit is added up.",
);

pub(super) const TIERS: Parameter = Parameter::required(
    "tiers",
    Shape::some(&Shape::Record(&TIER)),
    "tiers = [ { from = \"0%\", rate = \"5%\" }, { from = \"100%\", rate = \"7.5%\" } ]",
    "The tiers, from the lowest `from` to the highest: all in percent of quota, or all in amounts.",
);

pub(super) const FROM: Parameter = Parameter::required(
    "from",
    Shape::Number(Number::Threshold),
    "from = \"100%\"",
    "With a percent sign a part of the quota, without one an amount.",
);

pub(super) const RATE: Parameter = Parameter::optional(
    "rate",
    Shape::Number(Number::Rate),
    "Of the credit. A tier with a bonus may leave it out, and then has the rate of the tier before it: 0 for the first.",
);

pub(super) const BONUS: Parameter = Parameter::optional(
    "bonus",
    Shape::Number(Number::Amount),
    "Paid once when the threshold is reached, and taken back by a refund that falls below it. Not for a tier from 0.",
);

pub(super) const TIER: Record =
    Record { about: "A tier: a rate, a bonus, or both.", parameters: &[FROM, RATE, BONUS] };

pub(super) const MODE: Parameter = Parameter::with_default(
    "mode",
    Shape::Choice(Mode::WORDS),
    Default::Text("marginal"),
    "What the rate reached applies to.",
);

pub(super) const TIERS_BY: Parameter = Parameter::optional(
    "tiers_by",
    Shape::SomeText,
    "What the thresholds are compared with in place of the credit: \"deals\", the number of deals, or a number column of \
     deals, whose values are added up.",
);

pub(super) const QUOTA_MEASURE: Parameter = Parameter::optional(
    "quota_measure",
    Shape::SomeText,
    "The `measure` of the quotas that count. Without it, those that have none.",
);

pub(super) const PRORATE: Parameter = Parameter::optional(
    "prorate",
    Shape::Choice(Prorate::WORDS),
    "\"days\": each quota counts by the days of its period from the payee's `start_date` to `end_date`, each multiplied by the \
     `fte` in force on it. Without it, quotas count as they are.",
);

pub(super) const CREDIT_OF: Parameter = Parameter::with_default(
    "credit_of",
    Shape::Choice(CreditOf::WORDS),
    Default::Text("own"),
    "Whose credit it is paid on.",
);

pub(super) const LEVELS: Parameter = Parameter::optional(
    "levels",
    Shape::Whole { least: 1, most: 255 },
    "With credit_of = \"team\": how many levels below the payee count; 1 is the direct reports. Without it, all.",
);

/// The description of the kind.
pub(in crate::kinds) const DESCRIPTION: Description = Description {
    kind: Kind::Commission,
    about: ABOUT,
    table: Record { about: ABOUT, parameters: PARAMETERS },
    constraints: &[],
    caps: CapScope::Payee,
    of_reversals: false,
    examples: &[
        r#"
[[commission]]
id = "rep-commission"
title = "Commission of representatives"
why = "More credit, a higher rate"
effective = { from = 2026-01-01, until = 2026-12-31 }
retroactive = true
when = "deal_type = 'new'"
credits = ["credit"]
payees = "kind = 'rep'"
every = "quarter"
tiers = [ { from = "0%", rate = "5%" }, { from = "100%", rate = "7.5%", bonus = "1000" } ]
mode = "whole"
cap = [ { amount = "50000", per = "payee", every = "year" } ]
"#,
        r#"
[[commission]]
id = "seats-of-a-team"
title = "Seats of a team"
why = "Managers reach a number of seats together with their people"
effective = { from = 2026-01-01, until = 2026-12-31 }
when = "deal_type = 'new'"
credits = ["credit"]
credit_of = "team"
levels = 2
payees = "kind = 'manager'"
every = "year"
tiers = [ { from = "0%", rate = "1%" }, { from = "100%", rate = "2%" } ]
tiers_by = "seats"
quota_measure = "seats"
prorate = "days"
mode = "whole"
cap = [ { amount = "50000", per = "payee", every = "year" } ]
"#,
    ],
};

const PARAMETERS: &[Parameter] =
    &[CREDITS, CREDIT_OF, LEVELS, PAYEES, EVERY, TIERS, TIERS_BY, QUOTA_MEASURE, PRORATE, MODE];

const ABOUT: &str = "Tiers over a payee's credit in a period.";

impl Part for Commission {
    fn credits(&self) -> Option<&[String]> {
        Some(&self.credits)
    }

    fn values(&self, values: &mut Values) {
        values.credits(&self.credits);
        values.put("credit_of", self.credit_of.word());
        if let Some(levels) = self.levels {
            values.put("levels", levels.to_string());
        }
        values.expression("payees", self.payees.as_ref());
        values.put("every", self.every.word());
        let (tiers, from): (_, fn(Decimal) -> String) = match &self.tiers {
            Tiers::OfQuota(tiers) => (tiers, percent),
            Tiers::Amounts(tiers) => (tiers, plain),
        };
        for tier in tiers {
            let bonus = tier.bonus.map(|bonus| format!(", bonus {}", plain(bonus))).unwrap_or_default();
            values.part("tiers", format!("from {}", from(tier.from)), percent(tier.rate) + &bonus);
        }
        if let Some(by) = &self.tiers_by {
            values.put("tiers_by", by.text());
        }
        if let Some(measure) = &self.quota_measure {
            values.put("quota_measure", measure.as_str());
        }
        if let Some(prorate) = self.prorate {
            values.put("prorate", prorate.word());
        }
        values.put("mode", self.mode.word());
    }

    fn agreed(&self) -> Vec<CommonParameter> {
        let unit = match (&self.tiers, &self.tiers_by) {
            (Tiers::OfQuota(_), _) => "percent of quota",
            (Tiers::Amounts(_), None) => "amounts",
            (Tiers::Amounts(_), Some(_)) => "numbers",
        };
        let by = self.tiers_by.as_ref().map_or("the credit", TiersBy::text);
        let measure = self.quota_measure.as_deref().unwrap_or("none");
        let levels = self.levels.map_or("all".to_owned(), |levels| levels.to_string());
        vec![
            CommonParameter::credits(&self.credits),
            CommonParameter::key("credit_of", self.credit_of.word()),
            CommonParameter::key("levels", levels),
            CommonParameter::key("every", self.every.word()),
            CommonParameter::key("tiers_by", by),
            CommonParameter::key("quota_measure", measure),
            CommonParameter::key("mode", self.mode.word()),
            CommonParameter { key: "tiers", what: "the unit of `tiers`".to_owned(), value: unit.to_owned() },
        ]
    }
}
