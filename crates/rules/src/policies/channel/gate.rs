//! What must be there to be paid. `docs/reference/rules/gate.md`.

use super::super::description::{PolicyDescription, PolicyKind, PolicyPart};
use super::super::hold::{PAYEES_KEY, WHEN};
use super::REVIEW;
use super::model::{Gate, GateCount, GateOtherwise, GateTable};
use crate::common::rule_ids;
use crate::context::{Context, PAYEES_AND_DEALS};
use crate::description::{EFFECTIVE, ID, RETROACTIVE, TITLE, WHY};
use crate::numbers::share;
use crate::values::Values;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_book::config::describe::{Choice, Default, Number, Parameter, Record, Scope, Shape, Word};
use apportion_book::config::number::percent;
use apportion_book::config::{Item, Table};
use apportion_contract::TableName;
use apportion_expr::Expr;
use rust_decimal::Decimal;

pub(in crate::policies) const RULES: Parameter = Parameter::required(
    "rules",
    Shape::some(&Shape::Text),
    "rules = [\"cosell-stipend\"]",
    "Ids of the rules that it is about: rules that pay on deals.",
);

const TABLE: Parameter = Parameter::required(
    "table",
    Shape::Choice(GateTable::WORDS),
    "table = \"certificates\"",
    "The table whose rows of the payee are counted.",
);

const WHERE: Parameter = Parameter::optional(
    "where",
    Shape::Condition(Scope::with_period_end(PAYEES_AND_DEALS)),
    "Which rows: a condition over the table, payees, deals and `period_end`. Without it, all of them.",
);

const AT_LEAST: Parameter = Parameter::optional(
    "at_least",
    Shape::Whole { least: 0, most: 1_000_000 },
    "How many rows there must be.",
);

const OF: Parameter = Parameter::optional(
    "of",
    Shape::Condition(Scope::with_period_end(PAYEES_AND_DEALS)),
    "Of which rows `share_at_least` is a part: a condition over what `where` sees. Without it, of all of them.",
);

const SHARE_AT_LEAST: Parameter = Parameter::optional(
    "share_at_least",
    Shape::Number(Number::Rate),
    "Which part of the rows of `of` must meet `where`, in place of `at_least`. It is met where there are none.",
);

const NEED_KEYS: Record = Record {
    about: "What must be there: a number of rows, or a part of them.",
    parameters: &[TABLE, WHERE, AT_LEAST, OF, SHARE_AT_LEAST],
};

const NEED: Parameter = Parameter::required(
    "need",
    Shape::Record(&NEED_KEYS),
    "need = { table = \"certificates\", at_least = 2 }",
    "What must be there.",
);

const WORDS: &[Word] = &[
    Word { word: FORFEIT, meaning: "It keeps nothing" },
    Word { word: HOLD, meaning: "It keeps all and waits" },
];
const FORFEIT: &str = "forfeit";
const HOLD: &str = "hold";

const OTHERWISE: Parameter = Parameter::with_default(
    "otherwise",
    Shape::Either(&[Shape::Choice(WORDS), Shape::Number(Number::Rate)]),
    Default::Text(FORFEIT),
    "What a line keeps without it: nothing (`forfeit`), a share such as \"50%\", or all of it, which waits until the gate is \
     met (`hold`).",
);

/// The description of the kind.
pub(in crate::policies) const DESCRIPTION: PolicyDescription = PolicyDescription {
    kind: PolicyKind::Gate,
    table: Record {
        about: "Says what must be there for lines of some rules to be paid in full.",
        parameters: &[
            ID,
            TITLE,
            WHY,
            EFFECTIVE,
            RETROACTIVE,
            REVIEW,
            RULES,
            WHEN,
            PAYEES_KEY,
            NEED,
            OTHERWISE,
        ],
    },
    examples: &[
        r#"
[[gate]]
id = "certified"
title = "Certified people"
why = "Charter 7.2"
effective = { from = 2026-01-01, until = 2026-12-31 }
retroactive = true
review = 2026-11-01
rules = ["credit"]
when = "amount > 0"
payees = "payees.kind = 'partner'"
need = { table = "certificates", where = "course = 'sales-core' AND earned_on <= close_date AND (expires_on IS NULL OR expires_on >= close_date)", at_least = 2 }
otherwise = "50%"
"#,
        r#"
[[gate]]
id = "answers"
effective = { from = 2026-01-01 }
rules = ["credit"]
need = { table = "service_events", of = "service_events.kind = 'ticket' AND opened_at <= period_end", where = "minutes_to_answer <= 240", share_at_least = "95%" }
otherwise = "hold"
"#,
    ],
};

/// Reads what only this kind has; problems are reported to the table's text.
pub(in crate::policies) fn read(context: &Context<'_>, table: &Table<'_>) -> Option<Gate> {
    let once = "a gate holds for a rule once";
    let rules = table.of(&RULES).and_then(|item| rule_ids(&item, "ids of rules that pay on deals", once));
    let when = context.expression(table, &WHEN);
    let payees = context.expression(table, &PAYEES_KEY);
    let need = table.of(&NEED).and_then(|item| need(context, table, &item));
    let otherwise =
        table.of(&OTHERWISE).map_or(Some(GateOtherwise::Share(Decimal::ZERO)), |item| otherwise(&item));
    let Need { table, counts, count } = need?;
    Some(Gate { rules: rules?, when, payees, table, counts, count, otherwise: otherwise? })
}

/// What must be there.
struct Need {
    table: GateTable,
    counts: Option<Expr>,
    count: GateCount,
}

fn need(context: &Context<'_>, policy: &Table<'_>, item: &Item<'_>) -> Option<Need> {
    let keys = item.table("`need`")?;
    keys.keys(NEED_KEYS.parameters);
    let item = keys.of(&TABLE)?;
    let table: GateTable = item.one_of()?;
    context.need_source(policy, table.table(), item.span(), "its rows are counted");
    let seen = [table.table(), TableName::Payees, TableName::Deals];
    let condition =
        |parameter: &Parameter| keys.optional(parameter, |item| context.condition_at_period_end(item, &seen));
    let counts = condition(&WHERE);
    let count = match (keys.get(AT_LEAST.key), keys.get(SHARE_AT_LEAST.key)) {
        (Some(_), None) => {
            keys.misplaced(OF.key, "it goes with `share_at_least`");
            keys.whole(&AT_LEAST).map(GateCount::AtLeast)
        }
        (None, Some(item)) => {
            let (part, of) = (share(&item), condition(&OF));
            part.zip(of).map(|(part, of)| GateCount::Share(part, of))
        }
        (at_least, _) => {
            let (code, message) = match at_least {
                Some(_) => (Code::MisplacedKey, "`need` has both `at_least` and `share_at_least`"),
                None => (Code::MissingKey, "`need` needs the key `at_least` or `share_at_least`"),
            };
            let help = "write how many rows there must be, `at_least = 2`, or which part of them, `share_at_least = \"95%\"`";
            keys.doc().report(Diagnostic::error(code, message).at(keys.span(), "").help(help));
            None
        }
    };
    Some(Need { table, counts: counts?, count: count? })
}

/// `forfeit`, `hold` or a share.
fn otherwise(item: &Item<'_>) -> Option<GateOtherwise> {
    let is_word =
        |text: &str| !text.starts_with(|first: char| first.is_ascii_digit() || "-+.".contains(first));
    if item.is_text() && is_word(&item.text()?.value) {
        let words = [(FORFEIT, GateOtherwise::Share(Decimal::ZERO)), (HOLD, GateOtherwise::Hold)];
        return item.choice(&words);
    }
    share(item).map(GateOtherwise::Share)
}

impl PolicyPart for Gate {
    fn values(&self, values: &mut Values, _: u32) {
        values.ids("rules", &self.rules);
        values.expression("when", self.when.as_ref());
        values.expression("payees", self.payees.as_ref());
        values.part("need", "table", self.table.word());
        if let Some(counts) = &self.counts {
            values.expression_part("need", "where", counts);
        }
        match &self.count {
            GateCount::AtLeast(number) => values.part("need", "at_least", number.to_string()),
            GateCount::Share(part, of) => {
                if let Some(of) = of {
                    values.expression_part("need", "of", of);
                }
                values.part("need", "share_at_least", percent(*part));
            }
        }
        values.put(
            "otherwise",
            match self.otherwise {
                GateOtherwise::Share(part) if part.is_zero() => FORFEIT.to_owned(),
                GateOtherwise::Share(part) => percent(part),
                GateOtherwise::Hold => HOLD.to_owned(),
            },
        );
    }
}
