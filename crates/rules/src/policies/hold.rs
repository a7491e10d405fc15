//! A hold: which part of what was earned may be paid. `docs/reference/rules/hold.md`.

use super::description::{PolicyDescription, PolicyKind, PolicyPart};
use crate::context::{Context, DEALS, DEALS_AND_PAYEES, PAYEES};
use crate::description::{EFFECTIVE, ID, RETROACTIVE, TITLE, WHY};
use crate::values::Values;
use apportion_book::config::describe::{Parameter, Record, Scope, Shape};
use apportion_book::config::{Item, Table};
use apportion_expr::Expr;

/// Which part of what was earned may be paid.
#[derive(Debug, Clone)]
pub struct Hold {
    /// Ids of the rules whose lines it holds; `None` is all that pay.
    pub rules: Option<Vec<String>>,
    /// Over `deals`; `None` is every deal.
    pub when: Option<Expr>,
    /// Over `payees`; `None` is everybody.
    pub payees: Option<Expr>,
    /// Over `deals`, `payees` and `period`, in this order; the third has `period_end` date.
    pub release: Expr,
}

pub(super) const RULES: Parameter = Parameter::optional(
    "rules",
    Shape::some(&Shape::Text),
    "Ids of the rules whose lines it holds. Without it, those of all rules that pay.",
);

/// `when`, also of other policies that are about deals.
pub(super) const WHEN: Parameter = Parameter::optional(
    "when",
    Shape::Condition(Scope::new(DEALS)),
    "Which deals: a condition over deals. Without it, all of them.",
);

/// `payees`, also of other policies that are about lines.
pub(super) const PAYEES_KEY: Parameter = Parameter::optional(
    "payees",
    Shape::Condition(Scope::new(PAYEES)),
    "Whose lines: a condition over payees. Without it, everybody's.",
);

const RELEASE: Parameter = Parameter::required(
    "release",
    Shape::Expression(Scope::with_period_end(DEALS_AND_PAYEES)),
    "release = \"deals.received_share\"",
    "Which part may be paid: a number over deals, payees and `period_end`, the last day of the month. It is kept within 0 \
     and 1; null is 0.",
);

/// The description of the kind.
pub(super) const DESCRIPTION: PolicyDescription = PolicyDescription {
    kind: PolicyKind::Hold,
    table: Record {
        about: "Says which part of what was earned may be paid by now.",
        parameters: &[ID, TITLE, WHY, EFFECTIVE, RETROACTIVE, RULES, WHEN, PAYEES_KEY, RELEASE],
    },
    examples: &[r#"
[[hold]]
id = "holdback"
title = "Holdback"
why = "A fifth waits until the customer can't cancel any more"
effective = { from = 2026-01-01, until = 2026-12-31 }
retroactive = true
rules = ["credit"]
when = "amount > 1000"
payees = "kind = 'partner'"
release = "CASE WHEN period_end >= close_date + 90 THEN 1 ELSE 0.8 END"
"#],
};

/// Reads what only this kind has; problems are reported to the table's text.
pub(super) fn read(context: &Context<'_>, table: &Table<'_>) -> Option<Hold> {
    let text = |item: &Item<'_>| item.text().map(|text| text.value);
    let ids = |item: &Item<'_>| item.some_list("ids of rules")?.iter().map(text).collect();
    let rules = table.optional(&RULES, ids)?;
    let when = context.expression(table, &WHEN);
    let payees = context.expression(table, &PAYEES_KEY);
    let release = context.expression(table, &RELEASE)?;
    Some(Hold { rules, when, payees, release })
}

impl PolicyPart for Hold {
    fn values(&self, values: &mut Values, _: u32) {
        if let Some(rules) = &self.rules {
            values.ids("rules", rules);
        }
        values.expression("when", self.when.as_ref());
        values.expression("payees", self.payees.as_ref());
        values.expression("release", Some(&self.release));
    }
}
