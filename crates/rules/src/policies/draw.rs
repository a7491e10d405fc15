//! A draw: an amount a month in advance, or a guarantee. `docs/reference/rules/draw.md`.

use super::description::{PolicyDescription, PolicyKind, PolicyPart};
use crate::Value;
use crate::common::minor_amount;
use crate::context::{Context, PAYEES};
use crate::description::{EFFECTIVE_BY_MONTH, FROM, ID, RETROACTIVE, TITLE, WHY};
use crate::numbers::{amount_by_column, share};
use crate::values::Values;
use apportion_base::money::Minor;
use apportion_book::config::describe::{Choice, Default, Number, Parameter, Presence, Record, Scope, Shape};
use apportion_book::config::number::percent;
use apportion_book::config::{Item, Table};
use apportion_book::{choices, display_day};
use apportion_expr::Expr;
use rust_decimal::Decimal;

/// An amount a month in advance, or a guarantee.
#[derive(Debug, Clone)]
pub struct Draw {
    /// Over `payees`; `None` is everybody.
    pub payees: Option<Expr>,
    /// A month, in the major unit of the book's currency; by columns of payees alone. Where there is none, there is no draw.
    pub amount: Value,
    /// How it goes with what was earned.
    pub pays: DrawPays,
    /// Whether it is less in a month in which the payee is not there in full.
    pub prorate: Option<DrawProrate>,
    /// What only a recoverable draw has; `None` for one that is not given back.
    pub recoverable: Option<Recoverable>,
}

/// How a recoverable draw is given back.
#[derive(Debug, Clone, Copy)]
pub struct Recoverable {
    /// The most that may be owed.
    pub limit: Option<Minor>,
    /// Which part of what is above the draw is taken, 1 at most.
    pub share: Decimal,
    /// The first day on which a close may end that recovers, days since 1970-01-01.
    pub recover_from: Option<i32>,
    /// What becomes of what is owed when the draw ends.
    pub at_end: AtEnd,
}

choices! {
    /// How a draw goes with what was earned.
    pub enum DrawPays {
        UpTo = "up-to", "It fills up what is missing";
        OnTop = "on-top", "It is paid besides";
    }
}

choices! {
    /// How a draw is less in a month in which the payee is not there in full.
    pub enum DrawProrate {
        Days = "days", "By the days of the month, each with the payee's part time";
    }
}

choices! {
    /// What becomes of what is owed when a recoverable draw ends.
    pub enum AtEnd {
        Carry = "carry", "It goes on being recovered";
        Forgive = "forgive", "The first close without a draw forgives all of it";
    }
}

const PAYEES_KEY: Parameter = Parameter::optional(
    "payees",
    Shape::Condition(Scope::new(PAYEES)),
    "Who has it: a condition over payees. Without it, everybody.",
);

const BY: Parameter =
    Parameter::required("by", Shape::Text, "by = \"payees.region\"", "The text column of payees.");
const ONE_AMOUNT: Shape = Shape::Number(Number::Amount);
const IS: Parameter = Parameter::required(
    "is",
    Shape::Map(&ONE_AMOUNT),
    "is = { EMEA = \"4000\" }",
    "The amount for each text of the column.",
);
const ELSE: Parameter =
    Parameter::optional("else", ONE_AMOUNT, "The amount for any other text, and where there is none.");

/// The keys of an amount by a column.
pub(crate) const AMOUNT_BY: Record = Record {
    about: "An amount that depends on a text column of payees. No match and no `else`: no draw.",
    parameters: &[BY, IS, ELSE],
};

const AMOUNT: Parameter = Parameter::required(
    "amount",
    Shape::Either(&[ONE_AMOUNT, Shape::Record(&AMOUNT_BY)]),
    "amount = \"3500\"",
    "What it is a month, in book currency; by a text column of payees: `{ by = …, is = { … }, else = … }`.",
);

const RECOVERABLE: Parameter = Parameter::with_default(
    "recoverable",
    Shape::Flag,
    Default::Flag(false),
    "Whether it is an advance that later earnings pay back. Otherwise it is a guarantee.",
);

const PAYS: Parameter = Parameter::with_default(
    "pays",
    Shape::Choice(DrawPays::WORDS),
    Default::Text(DrawPays::UpTo.word()),
    "Whether it fills up or comes on top.",
);

const PRORATE: Parameter = Parameter::optional(
    "prorate",
    Shape::Choice(DrawProrate::WORDS),
    "How it is less in a month in which the payee is not there in full. Without it, the month is whole.",
);

const LIMIT: Parameter = Parameter::optional(
    "limit",
    Shape::Number(Number::Amount),
    "The most that may be owed, of a recoverable draw.",
);

const RECOVER: Parameter = Parameter::optional(
    "recover",
    Shape::Record(&RECOVERY),
    "How a recoverable draw is given back. Without it, all that is above the draw is taken, at once.",
);

const AT_END: Parameter = Parameter::with_default(
    "at_end",
    Shape::Choice(AtEnd::WORDS),
    Default::Text(AtEnd::Carry.word()),
    "What becomes of what is owed when a recoverable draw ends.",
);

const SHARE: Parameter = Parameter::with_default(
    "share",
    Shape::Number(Number::Rate),
    Default::Text("100%"),
    "Which part of what is above the draw is taken.",
);

const RECOVER_FROM: Parameter = Parameter {
    need: Presence::Optional,
    meaning: "The first close whose last day is on or after it recovers. Without it, at once.",
    ..FROM
};

/// The keys of `recover`.
pub(crate) const RECOVERY: Record =
    Record { about: "How a recoverable draw is given back.", parameters: &[SHARE, RECOVER_FROM] };

/// The description of the kind.
pub(super) const DESCRIPTION: PolicyDescription = PolicyDescription {
    kind: PolicyKind::Draw,
    table: Record {
        about: "Gives payees an amount a month: an advance that is paid back, or a guarantee.",
        parameters: &[
            ID,
            TITLE,
            WHY,
            EFFECTIVE_BY_MONTH,
            RETROACTIVE,
            PAYEES_KEY,
            AMOUNT,
            RECOVERABLE,
            PAYS,
            PRORATE,
            LIMIT,
            RECOVER,
            AT_END,
        ],
    },
    examples: &[r#"
[[draw]]
id = "ramp"
title = "Ramp"
why = "The first six months"
effective = { from = 2026-01-01, until = 2026-12-31 }
retroactive = true
payees = "kind = 'employee'"
amount = { by = "payees.tier", is = { gold = "4000" }, else = "3500" }
recoverable = true
pays = "up-to"
prorate = "days"
limit = "12000"
recover = { share = "50%", from = 2026-04-01 }
at_end = "forgive"
"#],
};

/// Reads what only this kind has; problems are reported to the table's text.
pub(super) fn read(context: &Context<'_>, table: &Table<'_>) -> Option<Draw> {
    let payees = context.expression(table, &PAYEES_KEY);
    let amount = table.of(&AMOUNT).and_then(|item| amount_by_column(context, &item, PAYEES, &AMOUNT_BY));
    let is_recoverable = table.of(&RECOVERABLE).map_or(Some(false), |item| item.flag());
    let pays = table.choice(&PAYS);
    let prorate = table.optional(&PRORATE, Item::one_of)?;
    let recoverable = match is_recoverable? {
        true => Some(recoverable(context, table)?),
        false => {
            for key in [LIMIT.key, RECOVER.key, AT_END.key] {
                table.misplaced(key, "it belongs to a draw with `recoverable = true`");
            }
            None
        }
    };
    Some(Draw { payees, amount: amount?, pays: pays?, prorate, recoverable })
}

fn recoverable(context: &Context<'_>, table: &Table<'_>) -> Option<Recoverable> {
    let limit = table.optional(&LIMIT, |item| minor_amount(context, item))?;
    let at_end = table.choice(&AT_END);
    let (mut part, mut recover_from) = (Decimal::ONE, None);
    if let Some(item) = table.of(&RECOVER) {
        let table = item.table("`recover`")?;
        table.keys(RECOVERY.parameters);
        if let Some(item) = table.of(&SHARE) {
            part = share(&item)?;
        }
        recover_from = table.optional(&RECOVER_FROM, Item::date)?;
    }
    Some(Recoverable { limit, share: part, recover_from, at_end: at_end? })
}

impl PolicyPart for Draw {
    fn values(&self, values: &mut Values, digits: u32) {
        values.expression("payees", self.payees.as_ref());
        values.amount("amount", &self.amount);
        values.put("recoverable", self.recoverable.is_some().to_string());
        values.put("pays", self.pays.word());
        if let Some(prorate) = self.prorate {
            values.put("prorate", prorate.word());
        }
        if let Some(Recoverable { limit, share, recover_from, at_end }) = self.recoverable {
            if let Some(limit) = limit {
                values.put("limit", limit.text(digits));
            }
            values.part("recover", "share", percent(share));
            if let Some(from) = recover_from {
                values.part("recover", "from", display_day(from));
            }
            values.put("at_end", at_end.word());
        }
    }
}
