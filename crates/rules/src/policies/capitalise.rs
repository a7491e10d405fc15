//! What is capitalised: which costs of a contract are an asset, and over how many months. `docs/reference/rules/capitalise.md`.

use super::description::{PolicyDescription, PolicyKind, PolicyPart};
use super::hold::WHEN;
use crate::context::{Context, DEALS};
use crate::description::{EFFECTIVE, ID, RETROACTIVE, TITLE, WHY};
use crate::values::Values;
use apportion_book::choices;
use apportion_book::config::describe::{Choice, Default, Parameter, Record, Shape};
use apportion_book::config::{Item, Table};
use apportion_contract::TableName;
use apportion_expr::Expr;

/// Which costs of a contract are an asset, and over how many months.
#[derive(Debug, Clone)]
pub struct Capitalise {
    /// Ids of the rules whose cost it is; `None` is all that pay.
    pub rules: Option<Vec<String>>,
    /// Over `deals`; `None` is every deal.
    pub when: Option<Expr>,
    /// How many months the cost is spread over.
    pub months: Months,
    /// When they begin.
    pub starts: AmortisationStart,
    /// Whether what has 12 months or less is no asset.
    pub expedient: bool,
}

impl Capitalise {
    /// Whether the cost of a rule is among those that it is about.
    pub fn covers(&self, rule: &str) -> bool {
        self.rules.as_ref().is_none_or(|rules| rules.iter().any(|own| own == rule))
    }
}

/// How many months a cost is spread over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Months {
    /// As many for all deals.
    Fixed(u32),
    /// As many as a number column of deals says.
    Column(String),
}

choices! {
    /// When the months begin over which a cost is spread.
    pub enum AmortisationStart {
        NextMonth = "next-month", "With the month after the one in which the deal closed";
        Month = "month", "With the month in which it closed, which counts whole";
        Day = "day", "With the day on which it closed, and every day counts";
    }
}

const RULES: Parameter = Parameter::optional(
    "rules",
    Shape::some(&Shape::Text),
    "Ids of the rules whose cost it is. Without it, that of all rules that pay.",
);

/// The most months that a rule file may name: a hundred years.
const MOST_MONTHS: u32 = 1_200;

const MONTHS: Parameter = Parameter::required(
    "months",
    Shape::Either(&[Shape::Whole { least: 1, most: MOST_MONTHS }, Shape::SomeText]),
    "months = 36",
    "How many months the cost is spread over: a number, or a number column of deals. A deal for which the column has no whole \
     number above 0 is not capitalised.",
);

const STARTS: Parameter = Parameter::with_default(
    "starts",
    Shape::Choice(AmortisationStart::WORDS),
    Default::Text(AmortisationStart::NextMonth.word()),
    "When these months begin.",
);

const EXPEDIENT: Parameter = Parameter::with_default(
    "expedient",
    Shape::Flag,
    Default::Flag(false),
    "Whether what would be spread over 12 months or less is an expense at once.",
);

/// The description of the kind.
pub(super) const DESCRIPTION: PolicyDescription = PolicyDescription {
    kind: PolicyKind::Capitalise,
    table: Record {
        about: "Says which costs of obtaining a contract are an asset, and over how many months they become an expense.",
        parameters: &[ID, TITLE, WHY, EFFECTIVE, RETROACTIVE, RULES, WHEN, MONTHS, STARTS, EXPEDIENT],
    },
    examples: &[r#"
[[capitalise]]
id = "new-contracts"
title = "New contracts"
why = "Accounting manual 4.3"
effective = { from = 2026-01-01, until = 2026-12-31 }
retroactive = true
rules = ["credit"]
when = "deal_type = 'new'"
months = 36
starts = "day"
expedient = true
"#],
};

/// Reads what only this kind has; problems are reported to the table's text.
pub(super) fn read(context: &Context<'_>, table: &Table<'_>) -> Option<Capitalise> {
    for column in ["churned_on", "reverses_deal_id"] {
        if context.column_type(TableName::Deals, column).is_some() {
            context.uses(TableName::Deals, column);
        }
    }
    let once = "the cost of a rule is capitalised once";
    let rules = table.optional(&RULES, |item| crate::common::rule_ids(item, "ids of rules", once));
    let when = context.expression(table, &WHEN);
    let months = table.of(&MONTHS).and_then(|item| months(context, &item));
    let starts = table.choice(&STARTS);
    let expedient = table.of(&EXPEDIENT).map_or(Some(false), |item| item.flag());
    Some(Capitalise { rules: rules?, when, months: months?, starts: starts?, expedient: expedient? })
}

fn months(context: &Context<'_>, item: &Item<'_>) -> Option<Months> {
    match item.is_text() {
        true => context.number_column(item, DEALS).map(|column| Months::Column(column.column)),
        false => item.whole(1..=MOST_MONTHS).map(Months::Fixed),
    }
}

impl PolicyPart for Capitalise {
    fn values(&self, values: &mut Values, _: u32) {
        if let Some(rules) = &self.rules {
            values.ids("rules", rules);
        }
        values.expression("when", self.when.as_ref());
        match &self.months {
            Months::Fixed(months) => values.put("months", months.to_string()),
            Months::Column(column) => values.put("months", format!("deals.{column}")),
        }
        values.put("starts", self.starts.word());
        values.put("expedient", self.expedient.to_string());
    }
}
