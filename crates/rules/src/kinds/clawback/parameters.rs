//! The parameters of a clawback: their description, and their values as texts.

use super::model::{Clawback, ClawbackMethod, ShareStep};
use crate::Kind;
use crate::common::LINES_OF;
use crate::context::PAYEES as PAYEES_TABLE;
use crate::description::{CapScope, Description};
use crate::kinds::{CommonParameter, Part};
use crate::values::Values;
use apportion_book::config::describe::{Choice, Number, Parameter, Record, Scope, Shape};
use apportion_book::config::number::percent;

/// More days than the calendar has.
pub(super) const MOST_DAYS: u32 = 4_000_000;

pub(super) const METHOD: Parameter = Parameter::required(
    "method",
    Shape::Choice(ClawbackMethod::WORDS),
    "method = \"mirror\"",
    "How it is taken back.",
);

pub(super) const RULES: Parameter = Parameter {
    meaning: "With `mirror`: ids of the rules whose lines are taken back. Without it, all that pay.",
    ..LINES_OF
};

pub(super) const SCHEDULE: Parameter = Parameter::optional(
    "schedule",
    Shape::some(&Shape::Record(&STEP)),
    "With `mirror`: the share by the days since the reversed deal closed, from the shortest to the longest; nothing after \
     the last. Without it, all, however late.",
);

pub(super) const WITHIN: Parameter = Parameter::required(
    "within",
    Shape::Whole { least: 0, most: MOST_DAYS },
    "within = 90",
    "The last day of the step, counted from the day on which the reversed deal closed.",
);

pub(super) const SHARE: Parameter = Parameter::required(
    "share",
    Shape::Number(Number::Rate),
    "share = \"100%\"",
    "The share that is taken back.",
);

pub(super) const TO: Parameter = Parameter::optional(
    "to",
    Shape::Number(Number::Rate),
    "The share on the last day: it moves in a line from `share`, which holds at the end of the step before.",
);

pub(super) const STEP: Record =
    Record { about: "The share that is taken back within some days.", parameters: &[WITHIN, SHARE, TO] };

pub(super) const PAYEES: Parameter = Parameter::optional(
    "payees",
    Shape::Condition(Scope::new(PAYEES_TABLE)),
    "With `mirror`: whose lines are taken back, a condition over payees. Without it, everybody's.",
);

/// The description of the kind.
pub(in crate::kinds) const DESCRIPTION: Description = Description {
    kind: Kind::Clawback,
    about: ABOUT,
    table: Record { about: ABOUT, parameters: &[METHOD, RULES, SCHEDULE, PAYEES] },
    constraints: &[],
    caps: CapScope::Nothing,
    of_reversals: true,
    examples: &[
        r#"
[[clawback]]
id = "cancellations"
title = "Cancelled orders"
why = "What a customer cancels was not earned"
effective = { from = 2026-01-01, until = 2026-12-31 }
when = "deal_type = 'cancelled' AND original.amount >= 1000"
method = "mirror"
rules = ["credit"]
schedule = [ { within = 90, share = "100%" }, { within = 365, share = "100%", to = "0%" } ]
payees = "kind = 'partner'"
"#,
        r#"
[[clawback]]
id = "returns"
effective = { from = 2026-01-01 }
retroactive = true
method = "recompute"
"#,
    ],
};

const ABOUT: &str = "What happens to what a deal paid where a later deal reverses it.";

impl Part for Clawback {
    fn credits(&self) -> Option<&[String]> {
        None
    }

    fn values(&self, values: &mut Values) {
        values.put("method", self.method().word());
        let Self::Mirror(mirror) = self else { return };
        if let Some(rules) = &mirror.rules {
            values.ids("rules", rules);
        }
        for step in mirror.schedule.iter().flatten() {
            let ShareStep { within, share, to } = step;
            let to = to.map(|to| format!(" to {}", percent(to))).unwrap_or_default();
            values.part("schedule", format!("within {within}"), format!("{}{to}", percent(*share)));
        }
        values.expression("payees", mirror.payees.as_ref());
    }

    fn agreed(&self) -> Vec<CommonParameter> {
        Vec::new()
    }
}
