//! The parameters of a shared credit: their description, and their values as texts.

use super::model::{Model, ModelWord, SharedCredit, Sharing, Vacancy, Within};
use crate::Kind;
use crate::context::{DEALS, SPLITS as SPLITS_TABLES};
use crate::description::{CapScope, Constraint, Description};
use crate::engaged::{ENGAGED, REACH};
use crate::kinds::{CommonParameter, Part};
use crate::values::Values;
use apportion_book::config::describe::{Choice, Default, Number, Parameter, Record, Scope, Shape};
use apportion_book::config::number::percent;

pub(super) const BASIS: Parameter = Parameter::with_default(
    "basis",
    Shape::Expression(Scope::new(DEALS)),
    Default::Text("amount"),
    "What is shared: a number over deals. The amount by default.",
);

pub(super) const RATE: Parameter = Parameter::optional(
    "rate",
    Shape::NumberBy(Number::Rate, DEALS),
    "The pool, as a rate of the basis. Without it the rule only credits and pays nothing.",
);

pub(super) const ROLES: Parameter = Parameter::optional(
    "roles",
    Shape::some(&Shape::Record(&ROLE_SHARE)),
    "The roles and their shares, which add up to 100%.",
);

pub(super) const ROLE: Parameter =
    Parameter::required("role", Shape::SomeText, "role = \"sourced\"", "As engagements have it.");

pub(super) const SHARE: Parameter = Parameter::required(
    "share",
    Shape::Number(Number::Rate),
    "share = \"30%\"",
    "Of the deal; all shares add up to 100%.",
);

pub(super) const ROLE_SHARE: Record = Record { about: "A role and its share.", parameters: &[ROLE, SHARE] };

pub(super) const WITHIN: Parameter = Parameter::with_default(
    "within",
    Shape::Choice(Within::WORDS),
    Default::Text("weight"),
    "With roles: how payees of one role share.",
);

pub(super) const UNFILLED: Parameter = Parameter::with_default(
    "unfilled",
    Shape::Choice(Vacancy::WORDS),
    Default::Text("redistribute"),
    "With roles: what happens to the part of an unfilled role.",
);

pub(super) const MODEL: Parameter =
    Parameter::optional("model", Shape::Choice(ModelWord::WORDS), "Instead of roles: how all payees share.");

pub(super) const HALF_LIFE: Parameter = Parameter::optional(
    "half_life_days",
    Shape::Whole { least: 1, most: MOST_DAYS },
    "With the model time-decay: days in which the value of an engagement halves.",
);

/// The longest half life, in days.
pub(super) const MOST_DAYS: u32 = 1_000_000;

pub(super) const SPLITS: Parameter = Parameter::optional(
    "splits",
    Shape::Condition(Scope::new(SPLITS_TABLES)),
    "With the model declared: which splits count, a condition over splits, payees and deals.",
);

pub(super) const OVERLAY: Parameter = Parameter::with_default(
    "overlay",
    Shape::Flag,
    Default::Flag(false),
    "With the model declared: each percent is paid by itself; they need not add up to 100.",
);

pub(super) const ONE_OF: Parameter =
    Parameter::optional("one_of", Shape::SomeText, "At most one rule with this name may match a deal.");

/// The description of the kind.
pub(in crate::kinds) const DESCRIPTION: Description = Description {
    kind: Kind::SharedCredit,
    about: "A deal's credit and pool, shared over roles and payees.",
    table: Record {
        about: "A deal's credit and pool, shared over roles and payees: by `roles` or by a `model`.",
        parameters: &[
            BASIS, RATE, ROLES, WITHIN, UNFILLED, MODEL, HALF_LIFE, ENGAGED, REACH, SPLITS, OVERLAY, ONE_OF,
        ],
    },
    constraints: &[
        Constraint::OneOf(&["roles", "model"]),
        Constraint::With { key: "model", is: "time-decay", needs: "half_life_days" },
    ],
    caps: CapScope::DealAndPayee,
    of_reversals: false,
    examples: &[
        r#"
[[shared_credit]]
id = "new-business"
title = "New business"
why = "Whoever works on a deal shares in it"
effective = { from = 2026-01-01, until = 2026-12-31 }
retroactive = true
when = "deal_type = 'new'"
basis = "amount * 0.5"
rate = { by = "deal_type", is = { new = "10%" }, else = "5%" }
roles = [ { role = "sourced", share = "30%" }, { role = "closed", share = "70%" } ]
within = "touches"
unfilled = "retain"
engaged = "weight > 0"
reach = ["deal", "account"]
one_of = "primary"
cap = [ { amount = "5000", per = "payee", every = "quarter" } ]
"#,
        r#"
[[shared_credit]]
id = "influence"
effective = { from = 2026-01-01 }
rate = "2%"
model = "time-decay"
half_life_days = 90
"#,
        r#"
[[shared_credit]]
id = "as-declared"
effective = { from = 2026-01-01 }
model = "declared"
splits = "percent > 0"
overlay = true
"#,
    ],
};

impl Part for SharedCredit {
    fn credits(&self) -> Option<&[String]> {
        None
    }

    fn values(&self, values: &mut Values) {
        values.expression("basis", self.basis.as_ref());
        if let Some(rate) = &self.rate {
            values.rate("rate", "", rate);
        }
        sharing(values, &self.sharing);
        if let Some(one_of) = &self.one_of {
            values.put("one_of", one_of);
        }
    }

    fn agreed(&self) -> Vec<CommonParameter> {
        Vec::new()
    }
}

fn sharing(values: &mut Values, sharing: &Sharing) {
    match sharing {
        Sharing::Roles { engaged, roles, within, unfilled } => {
            values.put("within", within.word());
            values.put("unfilled", unfilled.word());
            values.engaged(engaged);
            for share in roles {
                values.part("roles", &share.role, percent(share.share));
            }
            // The order decides who gets the unit that is left, so it is a parameter too.
            let names: Vec<&str> = roles.iter().map(|share| share.role.as_str()).collect();
            values.part("roles", "in the order", names.join(", "));
        }
        Sharing::Model { engaged, model } => {
            values.put("model", model.word());
            if let Model::TimeDecay { half_life_days } = model {
                values.put("half_life_days", half_life_days.to_string());
            }
            values.engaged(engaged);
        }
        Sharing::Declared { condition, overlay } => {
            values.put("model", ModelWord::Declared.word());
            values.put("overlay", if *overlay { "true" } else { "false" });
            values.expression("splits", condition.as_ref());
        }
    }
}
