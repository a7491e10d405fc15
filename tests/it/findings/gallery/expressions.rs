//! What can be wrong with an expression, in a rule or in the project file.

use apportion::diagnostic::Code;

use crate::findings::entry::{Entry, Place, entry};
use crate::findings::project::Change;

const CREDIT: &str = "rules/new-business.toml";
const WHEN: &str = "deal_type = 'new' AND coalesce(seats, 1) > 0";

fn code(code: Code, remedy: &'static str) -> Entry {
    entry(code.family(), code.word(), code.meaning(), remedy)
}

pub fn entries() -> Vec<Entry> {
    vec![
        code(Code::Syntax, "Look at the place that the caret points to; docs/reference/expressions.md has all that can be written.")
            .when(CREDIT, WHEN, "deal_type == 'new'")
            .when(CREDIT, WHEN, "(deal_type = 'new'")
            .when(CREDIT, WHEN, "deal_type = 'new"),
        code(Code::UnsupportedExpression, "The help says what to write instead.")
            .when(CREDIT, WHEN, "deal_type ILIKE 'new'")
            .when(CREDIT, WHEN, "CAST(seats AS text) = '1'"),
        code(Code::BadLiteral, "Write dates as DATE '2026-07-01'.")
            .when(CREDIT, WHEN, "close_date > DATE '2026-02-30'")
            .when(CREDIT, WHEN, "amount < 999999999999999999999999999999999999999"),
        code(Code::UnknownColumn, "Take the name that is suggested; a column of a file that `apportion` does not know can be named as its header spells it.")
            .when(CREDIT, WHEN, "deal_typ = 'new'")
            .when("apportion.toml", "path = \"data/splits.csv\"", "path = \"data/splits.csv\"\nwhere = \"percentage > 0\"")
            .when("rules/stipend.toml", "amount = \"250\"", "amount = { by = \"payees.tir\", is = { gold = \"500\" }, else = \"250\" }"),
        code(Code::UnknownTable, "Name one of the tables in the help.").when(
            CREDIT,
            WHEN,
            "deal.deal_type = 'new'",
        ),
        code(Code::AmbiguousColumn, "Put the table before it: `deals.currency`.")
            .when("rules/stipend.toml", "engagements.role = 'cosell'", "account_id = 'A1'"),
        code(Code::UnknownFunction, "docs/reference/expressions.md lists the functions.").when(
            CREDIT,
            WHEN,
            "len(deal_type) > 2",
        ),
        code(Code::WrongArguments, "The help shows how it is written.")
            .when(CREDIT, WHEN, "nullif(deal_type) = 'new'")
            .when(CREDIT, WHEN, "round(amount, seats) > 1"),
        code(
            Code::ExpressionFailed,
            "Mend the row, or guard the expression with CASE.",
        )
        .refused(
            vec![Change::Replace(
                "apportion.toml",
                "path = \"data/splits.csv\"",
                "path = \"data/splits.csv\"\nwhere = \"lpad(percent, 100000, '0') <> '' AND percent <> ''\"",
            )],
            Place::Changed,
        ),
    ]
}
