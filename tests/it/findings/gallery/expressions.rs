//! What can be wrong with an expression, in a rule or in the project file.

use crate::findings::entry::{Entry, Family, Place, entry};
use crate::findings::project::Change;

const CREDIT: &str = "rules/new-business.toml";
const WHEN: &str = "deal_type = 'new' AND coalesce(seats, 1) > 0";

fn code(code: &'static str, what: &'static str, remedy: &'static str) -> Entry {
    entry(Family::Expressions, code, what, remedy)
}

pub fn entries() -> Vec<Entry> {
    vec![
        code("syntax", "An expression that can't be read.", "Look at the place that the caret points to; docs/reference/expressions.md has all that can be written.")
            .when(CREDIT, WHEN, "deal_type == 'new'")
            .when(CREDIT, WHEN, "(deal_type = 'new'")
            .when(CREDIT, WHEN, "deal_type = 'new"),
        code("unsupported-expression", "A part of SQL that the expression language leaves out.", "The help says what to write instead.")
            .when(CREDIT, WHEN, "deal_type ILIKE 'new'")
            .when(CREDIT, WHEN, "CAST(seats AS text) = '1'"),
        code("bad-literal", "A literal that has no value: a date that is not in the calendar, a number of more than 38 digits.", "Write dates as DATE '2026-07-01'.")
            .when(CREDIT, WHEN, "close_date > DATE '2026-02-30'")
            .when(CREDIT, WHEN, "amount < 999999999999999999999999999999999999999"),
        code("unknown-column", "A name that is no column of a table in scope.", "Take the name that is suggested; a column of a file that the contract does not know can be named as its header spells it.")
            .when(CREDIT, WHEN, "deal_typ = 'new'")
            .when("apportion.toml", "path = \"data/splits.csv\"", "path = \"data/splits.csv\"\nwhere = \"percentage > 0\"")
            .when("rules/stipend.toml", "amount = \"250\"", "amount = { by = \"payees.tir\", is = { gold = \"500\" }, else = \"250\" }"),
        code("unknown-table", "A table that the expression can't see. What is in scope depends on the key: `when` sees deals, `engaged` sees engagements, payees and deals.", "Name one of the tables in the help.").when(
            CREDIT,
            WHEN,
            "deal.deal_type = 'new'",
        ),
        code("ambiguous-column", "A bare name that two tables in scope have.", "Put the table before it: `deals.currency`.")
            .when("rules/stipend.toml", "engagements.role = 'cosell'", "account_id = 'A1'"),
        code("unknown-function", "A function that the language does not have.", "docs/reference/expressions.md lists the functions.").when(
            CREDIT,
            WHEN,
            "len(deal_type) > 2",
        ),
        code("wrong-arguments", "A function with too many arguments, too few, or others than it takes.", "The help shows how it is written.")
            .when(CREDIT, WHEN, "nullif(deal_type) = 'new'")
            .when(CREDIT, WHEN, "round(amount, seats) > 1"),
        code(
            "expression-failed",
            "An expression of a source has no value on a row of its file: a number of more than 38 digits, a date outside of the years 1 to 9999.",
            "Mend the row, or guard the expression with CASE.",
        )
        .refused(
            vec![Change::Replace(
                "apportion.toml",
                "path = \"data/splits.csv\"",
                "path = \"data/splits.csv\"\nwhere = \"DATE '9999-12-31' + 10 > DATE '2026-01-01' AND percent <> ''\"",
            )],
            Place::Changed,
        ),
    ]
}
