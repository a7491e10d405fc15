//! Payment terms: how much is paid at a time, and in which currency. `docs/reference/rules/payment.md`.

use super::description::{PolicyDescription, PolicyKind, PolicyPart};
use crate::common::minor_amount;
use crate::context::{Context, PAYEES};
use crate::description::{EFFECTIVE_BY_MONTH, ID, RETROACTIVE, TITLE, WHY};
use crate::numbers::share;
use crate::values::Values;
use apportion_base::money::Minor;
use apportion_book::choices;
use apportion_book::config::Table;
use apportion_book::config::describe::{Choice, Default, Number, Parameter, Record, Scope, Shape};
use apportion_book::config::number::percent;
use apportion_expr::Expr;
use rust_decimal::Decimal;

/// How much is paid at a time, and in which currency.
#[derive(Debug, Clone)]
pub struct Payment {
    /// Over `payees`; `None` is everybody.
    pub payees: Option<Expr>,
    /// Below it nothing is paid, unless it is the last payment.
    pub minimum: Option<Minor>,
    /// The most that is paid in one close.
    pub maximum: Option<Minor>,
    /// Which part of what is there is taken for debts in one close, 1 at most.
    pub debt_share: Decimal,
    /// The currency of what is paid.
    pub currency: PaymentCurrency,
}

choices! {
    /// The currency in which payees are paid.
    pub enum PaymentCurrency {
        Book = "book", "The book's currency";
        Payee = "payee", "That of the payee, at the latest rate";
    }
}

const PAYEES_KEY: Parameter = Parameter::optional(
    "payees",
    Shape::Condition(Scope::new(PAYEES)),
    "Whose terms: a condition over payees. Without it, everybody's.",
);

const MINIMUM: Parameter = Parameter::optional(
    "minimum",
    Shape::Number(Number::Amount),
    "Below it nothing is paid and all is carried to the next close, unless it is the payee's last payment.",
);

const MAXIMUM: Parameter = Parameter::optional(
    "maximum",
    Shape::Number(Number::Amount),
    "The most that is paid in one close. What is above it is carried.",
);

const DEBT_SHARE: Parameter = Parameter::with_default(
    "debt_share",
    Shape::Number(Number::Rate),
    Default::Text("100%"),
    "Which part of what is there is taken for debts in one close, at most.",
);

const CURRENCY: Parameter = Parameter::with_default(
    "currency",
    Shape::Choice(PaymentCurrency::WORDS),
    Default::Text(PaymentCurrency::Book.word()),
    "The currency of what is paid.",
);

/// The description of the kind.
pub(super) const DESCRIPTION: PolicyDescription = PolicyDescription {
    kind: PolicyKind::Payment,
    table: Record {
        about: "Says how much is paid at a time, how debts are taken, and in which currency.",
        parameters: &[
            ID,
            TITLE,
            WHY,
            EFFECTIVE_BY_MONTH,
            RETROACTIVE,
            PAYEES_KEY,
            MINIMUM,
            MAXIMUM,
            DEBT_SHARE,
            CURRENCY,
        ],
    },
    examples: &[r#"
[[payment]]
id = "partners"
title = "Partners"
why = "Small amounts wait"
effective = { from = 2026-01-01, until = 2026-12-31 }
retroactive = true
payees = "kind = 'partner'"
minimum = "200"
maximum = "50000"
debt_share = "25%"
currency = "payee"
"#],
};

/// Reads what only this kind has; problems are reported to the table's text.
pub(super) fn read(context: &Context<'_>, table: &Table<'_>) -> Option<Payment> {
    let payees = context.expression(table, &PAYEES_KEY);
    let amount = |parameter: &Parameter| table.optional(parameter, |item| minor_amount(context, item));
    let (minimum, maximum) = (amount(&MINIMUM), amount(&MAXIMUM));
    let debt_share = table.of(&DEBT_SHARE).map_or(Some(Decimal::ONE), |item| share(&item));
    let currency = table.choice(&CURRENCY);
    Some(Payment {
        payees,
        minimum: minimum?,
        maximum: maximum?,
        debt_share: debt_share?,
        currency: currency?,
    })
}

impl PolicyPart for Payment {
    fn values(&self, values: &mut Values, digits: u32) {
        values.expression("payees", self.payees.as_ref());
        if let Some(minimum) = self.minimum {
            values.put("minimum", minimum.text(digits));
        }
        if let Some(maximum) = self.maximum {
            values.put("maximum", maximum.text(digits));
        }
        values.put("debt_share", percent(self.debt_share));
        values.put("currency", self.currency.word());
    }
}
