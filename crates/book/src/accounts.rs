//! `[accounts]` of the project file: the accounts that journals of closes post to.

use std::collections::BTreeMap;

use crate::SourceValue;
use crate::config::describe::Choice;
use crate::config::{Item, Table};
use crate::parameters::accounts as keys;
use apportion_base::diagnostic::{Code, Span};

/// What an account is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountRole {
    /// The cost of what was earned.
    Expense,
    /// What was earned for contracts that go on, and is no cost yet.
    Asset,
    /// The cost of such a contract's month.
    Amortisation,
    /// What is earned and not paid: held or carried.
    Accrued,
    /// What payees owe from recoverable draws.
    Advance,
    /// What payees owe through clawbacks.
    Receivable,
    /// What a close pays, until the bank or payroll has paid it.
    Payable,
    /// Where the money comes from.
    Bank,
}

impl AccountRole {
    /// All of them, in the order of the reference.
    pub const ALL: [Self; 8] = [
        Self::Expense,
        Self::Asset,
        Self::Amortisation,
        Self::Accrued,
        Self::Advance,
        Self::Receivable,
        Self::Payable,
        Self::Bank,
    ];

    /// The key in `[accounts]`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Expense => "expense",
            Self::Asset => "asset",
            Self::Amortisation => "amortisation",
            Self::Accrued => "accrued",
            Self::Advance => "advance",
            Self::Receivable => "receivable",
            Self::Payable => "payable",
            Self::Bank => "bank",
        }
    }

    /// What it has, in a sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Expense => "The cost of what is earned, of adjustments, guarantees and forgiven advances.",
            Self::Asset => "What was earned for contracts that go on, as long as it is no cost.",
            Self::Amortisation => "The cost of a month of such contracts, and of those that end early.",
            Self::Accrued => "What is earned and not paid: held or carried. A liability.",
            Self::Advance => "What payees owe from recoverable draws.",
            Self::Receivable => "What payees owe through clawbacks.",
            Self::Payable => {
                "What closes pay until the money has left: for payroll a clearing account, as the provider's own journal \
                 has net pay and taxes."
            }
            Self::Bank => "Where the money comes from.",
        }
    }

    /// Whether it is an account of costs, which goes by rules and cost centers; the others go by payees alone.
    pub const fn is_cost(self) -> bool {
        matches!(self, Self::Expense | Self::Asset | Self::Amortisation)
    }

    /// The columns that its account may go by.
    pub const fn columns(self) -> &'static [AccountColumn] {
        if self.is_cost() {
            &[AccountColumn::Rule, AccountColumn::Kind, AccountColumn::CostCenter]
        } else {
            &[AccountColumn::Kind, AccountColumn::Export]
        }
    }
}

/// What an account may go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountColumn {
    /// The rule that was earned by, or the draw.
    Rule,
    /// The payee's kind.
    Kind,
    /// The payee's cost center.
    CostCenter,
    /// The export that pays the payee.
    Export,
}

impl AccountColumn {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Rule, Self::Kind, Self::CostCenter, Self::Export];

    /// As it is written.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Kind => "kind",
            Self::CostCenter => "cost_center",
            Self::Export => "export",
        }
    }
}

/// How an account is found.
#[derive(Debug, Clone)]
pub enum Account {
    /// The same for all.
    One(SourceValue<String>),
    /// By one column.
    ByColumn {
        /// The column.
        by: AccountColumn,
        /// By its values.
        is: BTreeMap<String, SourceValue<String>>,
        /// For any other value, and where there is none.
        otherwise: Option<SourceValue<String>>,
    },
    /// By the rows of a file.
    ByTable(AccountTable),
}

/// A file of accounts.
#[derive(Debug, Clone)]
pub struct AccountTable {
    /// The file, relative to the project's folder.
    pub path: SourceValue<String>,
    /// The column of the accounts.
    pub value: SourceValue<String>,
    /// The columns that are compared, besides dates; all others without it.
    pub only: Option<Vec<SourceValue<String>>>,
}

/// The accounts of a project.
#[derive(Debug, Clone)]
pub struct Accounts {
    /// The place of its header.
    pub span: Span,
    /// By role: how its account is found, and the place of the key.
    pub by_role: BTreeMap<AccountRole, SourceValue<Account>>,
}

/// Reads `[accounts]`; `None` where it has errors, which were reported.
pub(crate) fn read(table: &Table<'_>) -> Option<Accounts> {
    table.keys(crate::parameters::ACCOUNTS.parameters);
    let mut by_role = BTreeMap::new();
    let mut is_right = true;
    for role in AccountRole::ALL {
        let Some(item) = table.of(&keys::of_role(role)) else { continue };
        match account(&item, role) {
            Some(account) => {
                by_role.insert(role, SourceValue { value: account, span: item.span() });
            }
            None => is_right = false,
        }
    }
    is_right.then_some(Accounts { span: table.span(), by_role })
}

fn account(item: &Item<'_>, role: AccountRole) -> Option<Account> {
    if !item.is_table() {
        return item.some_text().map(Account::One);
    }
    let table = item.table(&format!("`{}`", role.word()))?;
    if table.get("table").is_some() {
        table.keys(&[keys::TABLE, keys::VALUE, keys::MATCH]);
        let path = table.of(&keys::TABLE).and_then(|item| item.some_text());
        let value = table.of(&keys::VALUE).and_then(|item| item.some_text());
        let only = table.optional(&keys::MATCH, Item::texts);
        return Some(Account::ByTable(AccountTable { path: path?, value: value?, only: only? }));
    }
    let by = if role.is_cost() { keys::COST_BY } else { keys::PAYEE_BY };
    table.keys(&[by, keys::IS, keys::ELSE]);
    let words: Vec<(&str, AccountColumn)> =
        role.columns().iter().map(|column| (column.word(), *column)).collect();
    let by = table.of(&by).and_then(|item| item.choice(&words));
    let is = table.of(&keys::IS).and_then(|item| texts_by_value(&item));
    let otherwise = table.optional(&keys::ELSE, Item::some_text);
    Some(Account::ByColumn { by: by?, is: is?, otherwise: otherwise? })
}

fn texts_by_value(item: &Item<'_>) -> Option<BTreeMap<String, SourceValue<String>>> {
    let entries = item.table("`is`")?.entries();
    if entries.is_empty() {
        let help = "write, for example, `is = { employee = \"6050\" }`";
        item.doc().report(item.error(Code::EmptyList, "`is` is empty").help(help));
        return None;
    }
    let texts = entries.iter().map(|(key, item)| Some((key.value.clone(), item.some_text()?)));
    texts.collect()
}

impl AccountColumn {
    /// The column with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        <Self as Choice>::from_word(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing;

    fn accounts(text: &str) -> Result<Accounts, String> {
        let (read, shown) = testing::read(text, read);
        read.flatten().filter(|_| shown.is_empty()).ok_or(shown)
    }

    #[test]
    fn one_account_one_column_or_a_table() {
        let read = accounts(
            "expense = { by = \"rule\", is = { tenth = \"6050\" }, else = \"6000\" }\naccrued = \"2150\"\n\
             bank = { table = \"banks.csv\", value = \"account\", match = [\"kind\"] }\n",
        )
        .expect("it is fine");
        let account = |role| read.by_role.get(&role).map(|account| &account.value);
        assert!(matches!(account(AccountRole::Accrued), Some(Account::One(one)) if one.value == "2150"));
        let Some(Account::ByColumn { by, is, otherwise }) = account(AccountRole::Expense) else {
            panic!("{read:?}")
        };
        assert_eq!((*by, is["tenth"].value.as_str()), (AccountColumn::Rule, "6050"));
        assert_eq!(otherwise.as_ref().map(|account| account.value.as_str()), Some("6000"));
        let Some(Account::ByTable(table)) = account(AccountRole::Bank) else { panic!("{read:?}") };
        assert_eq!((table.path.value.as_str(), table.value.value.as_str()), ("banks.csv", "account"));
        assert!(account(AccountRole::Advance).is_none());
    }

    #[test]
    fn what_is_wrong() {
        for (text, expected) in [
            ("expenses = \"1\"", "error[unknown-key]: the file has no key `expenses`"),
            ("expense = 6050", "error[wrong-type]: `expense` takes a string, and this is a number"),
            ("expense = \" \"", "error[empty-text]: `expense` is empty"),
            (
                "accrued = { by = \"rule\", is = { a = \"1\" } }",
                "error[unknown-choice]: `by` can't be \"rule\"",
            ),
            ("bank = { by = \"export\", is = {} }", "error[empty-list]: `is` is empty"),
            ("bank = { by = \"export\" }", "error[missing-key]: `bank` needs the key `is`"),
            ("bank = { table = \"a.csv\" }", "error[missing-key]: `bank` needs the key `value`"),
        ] {
            let shown = accounts(&format!("{text}\n")).expect_err("it is wrong");
            assert!(shown.starts_with(expected), "{text}: {shown}");
        }
    }
}
