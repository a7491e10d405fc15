//! Price books and discounts. `docs/reference/rules/price.md`.

use super::super::description::{PolicyDescription, PolicyKind, PolicyPart};
use super::keyed::{BY as BY_COLUMN, is, keyed, or_else};
use super::made::Seen;
use super::model::{ApprovalStep, Price};
use super::{REVIEW, records};
use crate::context::{Context, DEALS, PAYEES};
use crate::description::{EFFECTIVE, ID, RETROACTIVE, TITLE, WHY};
use crate::numbers::{rate, rate_by_column};
use crate::values::Values;
use crate::versions::ascending;
use apportion_book::config::describe::{Default, Number, Parameter, Record, Scope, Shape};
use apportion_book::config::number::percent;
use apportion_book::config::{Item, Table};
use rust_decimal::Decimal;

const WHEN: Parameter = Parameter::optional(
    "when",
    Shape::Condition(Scope::new(DEALS)),
    "Which deals: a condition over deals. Without it, all of them. Of several that match, the first by id counts.",
);

const BOOK_BY: Record = Record {
    about: "A price book by a text column. No match and no `else`: none.",
    parameters: &[BY_COLUMN, is(&Shape::SomeText), or_else(Shape::SomeText)],
};

const BOOK: Parameter = Parameter::required(
    "book",
    Shape::Either(&[Shape::SomeText, Shape::Record(&BOOK_BY)]),
    "book = \"DIRECT\"",
    "The price book; by a text column of deals or accounts: `{ by = …, is = { … }, else = … }`.",
);

const HOLD_PRICE: Parameter = Parameter::with_default(
    "hold_price",
    Shape::Flag,
    Default::Flag(false),
    "Whether a deal has the prices of the day on which its holder submitted the registration, while that protects.",
);

const RATE: Shape = Shape::Number(Number::Rate);

const ALLOWED_BY: Record = Record {
    about: "A discount by a text column. No match and no `else`: there is nothing to compare with.",
    parameters: &[BY_COLUMN, is(&RATE), or_else(RATE)],
};

const ALLOWED: Parameter = Parameter::required(
    "allowed",
    Shape::Either(&[RATE, Shape::Record(&ALLOWED_BY)]),
    "allowed = \"15%\"",
    "The discount that is allowed; by a text column of deals or accounts: `{ by = …, is = { … }, else = … }`.",
);

const OVER: Parameter = Parameter::required(
    "over",
    RATE,
    "over = \"0%\"",
    "Discounts that are beyond what is allowed by more than this.",
);

const WHO: Parameter = Parameter::required(
    "who",
    Shape::Condition(Scope::new(PAYEES)),
    "who = \"role = 'manager'\"",
    "Who may approve them: a condition over payees.",
);

const STEP: Record = Record { about: "Who may approve how much.", parameters: &[OVER, WHO] };

const APPROVE: Parameter = Parameter::optional(
    "approve",
    Shape::list(&Shape::Record(&STEP)),
    "Who may approve more than is allowed, from the lowest `over` to the highest. Without it, anybody.",
);

const MAX_STEP: Parameter = Parameter::optional(
    "max_step",
    RATE,
    "The most that a unit price should move from one entry to the next; `check` tells those that move by more.",
);

const MAX_GAP: Parameter = Parameter::optional(
    "max_gap",
    RATE,
    "The most that two books' prices of a product should be apart on a day; `check` tells those that are further apart.",
);

/// The description of the kind.
pub(in crate::policies) const DESCRIPTION: PolicyDescription = PolicyDescription {
    kind: PolicyKind::Price,
    table: Record {
        about: "Says which price book holds for a deal, which discount is allowed, and who may approve more.",
        parameters: &[
            ID,
            TITLE,
            WHY,
            EFFECTIVE,
            RETROACTIVE,
            REVIEW,
            WHEN,
            BOOK,
            HOLD_PRICE,
            ALLOWED,
            APPROVE,
            MAX_STEP,
            MAX_GAP,
        ],
    },
    examples: &[r#"
[[price]]
id = "books"
title = "Price books"
why = "Charter 5"
effective = { from = 2026-01-01, until = 2026-12-31 }
retroactive = true
review = 2026-11-01
when = "amount > 0"
book = { by = "deals.channel", is = { partner = "PARTNER" }, else = "DIRECT" }
hold_price = true
allowed = { by = "deals.channel", is = { partner = "30%" }, else = "15%" }
approve = [ { over = "0%", who = "kind = 'manager'" }, { over = "10%", who = "tier = 'executive'" } ]
max_step = "10%"
max_gap = "15%"
"#],
};

/// Reads what only this kind has; problems are reported to the table's text.
pub(in crate::policies) fn read(context: &Context<'_>, table: &Table<'_>) -> Option<Price> {
    context.seeing(Seen::Registrations, || {
        let when = context.expression(table, &WHEN);
        let book = |item: &Item<'_>| item.some_text().map(|text| text.value);
        let book = table.of(&BOOK).and_then(|item| keyed(context, &item, DEALS, book));
        let hold_price = table.of(&HOLD_PRICE).map_or(Some(false), |item| item.flag());
        let allowed = table.of(&ALLOWED).and_then(|item| rate_by_column(context, &item, DEALS, &ALLOWED_BY));
        let approve = approval(context, table);
        let (max_step, max_gap) = (table.optional(&MAX_STEP, rate), table.optional(&MAX_GAP, rate));
        Some(Price {
            when,
            book: book?,
            hold_price: hold_price?,
            allowed: allowed?,
            approve: approve?,
            max_step: max_step?,
            max_gap: max_gap?,
        })
    })
}

/// The steps, whose `over`s must ascend.
fn approval(context: &Context<'_>, table: &Table<'_>) -> Option<Vec<ApprovalStep>> {
    let mut overs = Vec::new();
    let steps = records(table, &APPROVE, &STEP, |table| {
        let over = table.of(&OVER).and_then(|item| Some((rate(&item)?, item.span())));
        let who = context.expression(table, &WHO);
        let (over, place): (Decimal, _) = over?;
        overs.push((over, place));
        Some(ApprovalStep { over, who: who? })
    });
    if let Some(list) = table.get(APPROVE.key) {
        ascending(&list, OVER.key, &overs);
    }
    steps
}

impl PolicyPart for Price {
    fn values(&self, values: &mut Values, _: u32) {
        values.expression("when", self.when.as_ref());
        self.book.values(values, "book", Clone::clone);
        values.put("hold_price", self.hold_price.to_string());
        values.rate("allowed", "", &self.allowed);
        for (index, ApprovalStep { over, who }) in self.approve.iter().enumerate() {
            values.part("approve", format!("{}, over", index + 1), percent(*over));
            values.expression_part("approve", format!("{}, who", index + 1), who);
        }
        if let Some(step) = self.max_step {
            values.put("max_step", percent(step));
        }
        if let Some(gap) = self.max_gap {
            values.put("max_gap", percent(gap));
        }
    }
}
