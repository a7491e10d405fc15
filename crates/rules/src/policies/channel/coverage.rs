//! Who covers which deals. `docs/reference/rules/coverage.md`.

use super::super::description::{PolicyDescription, PolicyKind, PolicyPart};
use super::super::hold::WHEN;
use super::model::{Coverage, MatchColumn};
use super::{REVIEW, made::Seen, match_columns};
use crate::context::Context;
use crate::description::{EFFECTIVE, ID, RETROACTIVE, TITLE, WHY};
use crate::values::Values;
use apportion_book::config::Table;
use apportion_book::config::describe::{Parameter, Record, Shape};
use apportion_contract::TableName;

const MATCH: Parameter = Parameter::required(
    "match",
    Shape::some(&Shape::SomeText),
    "match = [\"country\", \"segment\"]",
    "Text columns of territories and of deals, or else of accounts. An empty cell of a territory matches everything.",
);

const ROLE: Parameter = Parameter::required(
    "role",
    Shape::SomeText,
    "role = \"territory\"",
    "The role of the engagement that it gives the deal.",
);

/// The description of the kind.
pub(in crate::policies) const DESCRIPTION: PolicyDescription = PolicyDescription {
    kind: PolicyKind::Coverage,
    table: Record {
        about: "Gives deals an engagement of those who cover their territory.",
        parameters: &[ID, TITLE, WHY, EFFECTIVE, RETROACTIVE, REVIEW, WHEN, MATCH, ROLE],
    },
    examples: &[r#"
[[coverage]]
id = "territory-owners"
title = "Territories"
why = "Charter 1.3"
effective = { from = 2026-01-01, until = 2026-12-31 }
retroactive = true
review = 2026-11-01
when = "amount > 0"
match = ["channel"]
role = "territory"
"#],
};

/// Reads what only this kind has; problems are reported to the table's text.
pub(in crate::policies) fn read(context: &Context<'_>, table: &Table<'_>) -> Option<Coverage> {
    context.need_source(table, TableName::Territories, table.span(), "it says who covers what");
    context.seeing(Seen::Leads, || {
        let when = context.expression(table, &WHEN);
        let tables = [TableName::Territories, TableName::Deals, TableName::Accounts];
        let by = table.of(&MATCH).and_then(|item| match_columns(context, &item, &tables));
        let role = table.of(&ROLE).and_then(|item| item.some_text());
        Some(Coverage { when, by: by?, role: role?.value.into() })
    })
}

impl PolicyPart for Coverage {
    fn values(&self, values: &mut Values, _: u32) {
        values.expression("when", self.when.as_ref());
        let names: Vec<String> = self.by.iter().map(|MatchColumn { name, .. }| name.clone()).collect();
        values.ids("match", &names);
        values.put("role", &*self.role);
    }
}
