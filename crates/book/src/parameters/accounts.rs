//! The keys of `[accounts]`: `docs/reference/accounts.md`.

use crate::config::describe::{Choice, Parameter, Record, Shape, Word};
use crate::{AccountColumn, AccountRole};

impl Choice for AccountColumn {
    const ALL: &'static [Self] = &Self::ALL;
    const WORDS: &'static [Word] = &[
        Word { word: Self::Rule.word(), meaning: "The rule that was earned by" },
        Word { word: Self::Kind.word(), meaning: "The payee's kind" },
        Word { word: Self::CostCenter.word(), meaning: "The payee's cost center in payment_details" },
        Word { word: Self::Export.word(), meaning: "The export that pays the payee" },
    ];
}

const COST_WORDS: &[Word] = &[
    <AccountColumn as Choice>::WORDS[0],
    <AccountColumn as Choice>::WORDS[1],
    <AccountColumn as Choice>::WORDS[2],
];
const PAYEE_WORDS: &[Word] = &[<AccountColumn as Choice>::WORDS[1], <AccountColumn as Choice>::WORDS[3]];

pub(crate) const COST_BY: Parameter =
    Parameter::required("by", Shape::Choice(COST_WORDS), "by = \"rule\"", "What the account goes by.");
pub(crate) const PAYEE_BY: Parameter =
    Parameter::required("by", Shape::Choice(PAYEE_WORDS), "by = \"kind\"", "What the account goes by.");
pub(crate) const IS: Parameter = Parameter::required(
    "is",
    Shape::Map(&Shape::SomeText),
    "is = { employee = \"6050\" }",
    "The account for each value of the column.",
);
pub(crate) const ELSE: Parameter =
    Parameter::optional("else", Shape::SomeText, "The account for any other value, and where there is none.");
pub(crate) const TABLE: Parameter = Parameter::required(
    "table",
    Shape::SomeText,
    "table = \"accounts.csv\"",
    "The file, by its path from the folder of apportion.toml.",
);
pub(crate) const VALUE: Parameter = Parameter::required(
    "value",
    Shape::SomeText,
    "value = \"account\"",
    "The column of the file that has the accounts.",
);
pub(crate) const MATCH: Parameter = Parameter::optional(
    "match",
    Shape::list(&Shape::Text),
    "The columns that are compared, besides dates. Without it, all others.",
);

const COST_COLUMN: Record =
    Record { about: "An account for each value of one column.", parameters: &[COST_BY, IS, ELSE] };
const PAYEE_COLUMN: Record =
    Record { about: "An account for each value of one column.", parameters: &[PAYEE_BY, IS, ELSE] };
const ROWS: Record = Record {
    about: "An account by several columns: that of the row of a CSV file with the most cells that match.",
    parameters: &[TABLE, VALUE, MATCH],
};
const COST: Shape = Shape::Either(&[Shape::SomeText, Shape::Record(&COST_COLUMN), Shape::Record(&ROWS)]);
const PAYEE: Shape = Shape::Either(&[Shape::SomeText, Shape::Record(&PAYEE_COLUMN), Shape::Record(&ROWS)]);

/// The key of a role.
pub(crate) const fn of_role(role: AccountRole) -> Parameter {
    let shape = if role.is_cost() { COST } else { PAYEE };
    Parameter::optional(role.word(), shape, role.meaning())
}

/// `[accounts]`.
pub const ACCOUNTS: Record = Record {
    about: "The accounts that journals of closes post to.",
    parameters: &[
        of_role(AccountRole::Expense),
        of_role(AccountRole::Asset),
        of_role(AccountRole::Amortisation),
        of_role(AccountRole::Accrued),
        of_role(AccountRole::Advance),
        of_role(AccountRole::Receivable),
        of_role(AccountRole::Payable),
        of_role(AccountRole::Bank),
    ],
};
