//! Which account a role has, for a rule and a payee: `docs/reference/accounts.md`.

mod table;

use std::collections::BTreeMap;
use std::path::Path;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::world::World;
use apportion_book::{Account, AccountColumn, AccountRole, Accounts};

use table::Table;

/// The accounts of a project.
#[derive(Debug, Clone, Default)]
pub struct Chart {
    by_role: BTreeMap<AccountRole, Way>,
}

/// How the account of a role is found.
#[derive(Debug, Clone)]
enum Way {
    One(String),
    ByColumn { by: AccountColumn, is: BTreeMap<String, String>, otherwise: Option<String> },
    ByTable(Table),
}

/// What an account goes by.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// The rule that was earned by, or the draw.
    pub rule: Option<&'a str>,
    /// The payee's kind.
    pub kind: Option<&'a str>,
    /// The payee's cost center.
    pub cost_center: Option<&'a str>,
    /// The export that pays the payee.
    pub export: Option<&'a str>,
    /// The day, since 1970-01-01.
    pub day: i32,
}

impl<'a> Asked<'a> {
    fn value(&self, column: AccountColumn) -> Option<&'a str> {
        match column {
            AccountColumn::Rule => self.rule,
            AccountColumn::Kind => self.kind,
            AccountColumn::CostCenter => self.cost_center,
            AccountColumn::Export => self.export,
        }
    }
}

/// Why there is no account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoAccount {
    /// `[accounts]` has none for the role.
    NoKey(AccountRole),
    /// None for the value of its column.
    NoMatch(AccountRole, AccountColumn, Option<String>),
    /// No row of its table.
    NoRow(AccountRole, String),
    /// Two rows of its table, by their lines, which match with as many cells as each other.
    Tie(AccountRole, String, [u64; 2]),
}

impl NoAccount {
    /// The error, of the payees that need the account.
    pub fn diagnostic(&self, accounts: Option<&Accounts>, payees: &str) -> Diagnostic {
        let (role, why, help) = match self {
            Self::NoKey(role) => (
                *role,
                format!("the project names no account `{}`", role.word()),
                format!("add to apportion.toml: [accounts] with {} = \"…\"", role.word()),
            ),
            Self::NoMatch(role, column, value) => {
                let word = column.word();
                let whose = match value {
                    Some(value) => format!("{word} \"{value}\""),
                    None => format!("a payee without {word}"),
                };
                (
                    *role,
                    format!("`{}` has no account for {whose}", role.word()),
                    "add it under `is`, or an `else`".to_owned(),
                )
            }
            Self::NoRow(role, asked) => (
                *role,
                format!("no row of the table of `{}` has an account for {asked}", role.word()),
                "add a row; an empty cell matches everything".to_owned(),
            ),
            Self::Tie(role, asked, [first, second]) => (
                *role,
                format!(
                    "lines {first} and {second} of the table of `{}` both have an account for {asked}",
                    role.word()
                ),
                "add a row that has the cells of both: it counts before them".to_owned(),
            ),
        };
        let error = Diagnostic::error(Code::NoAccount, format!("{why}, needed for {payees}")).help(help);
        let place =
            accounts.map(|accounts| accounts.by_role.get(&role).map_or(&accounts.span, |key| &key.span));
        match place {
            Some(place) => error.at(place.clone(), ""),
            None => error,
        }
    }
}

impl Chart {
    /// The accounts of a project, with the files of its tables, which are below a folder.
    ///
    /// # Errors
    /// What is wrong with the files.
    pub fn load(world: &dyn World, root: &Path, accounts: &Accounts) -> Result<Self, Vec<Diagnostic>> {
        let (mut chart, mut found) = (Self::default(), Vec::new());
        for (role, account) in &accounts.by_role {
            let way = match &account.value {
                Account::One(account) => Way::One(account.value.clone()),
                Account::ByColumn { by, is, otherwise } => Way::ByColumn {
                    by: *by,
                    is: is.iter().map(|(value, account)| (value.clone(), account.value.clone())).collect(),
                    otherwise: otherwise.as_ref().map(|account| account.value.clone()),
                },
                Account::ByTable(described) => match Table::load(world, root, described, *role) {
                    Ok(table) => Way::ByTable(table),
                    Err(error) => {
                        found.push(error);
                        continue;
                    }
                },
            };
            chart.by_role.insert(*role, way);
        }
        if found.is_empty() { Ok(chart) } else { Err(found) }
    }

    /// One account for each of some roles.
    pub fn of_roles<'a>(roles: impl IntoIterator<Item = (AccountRole, &'a str)>) -> Self {
        let by_role = roles.into_iter().map(|(role, account)| (role, Way::One(account.to_owned())));
        Self { by_role: by_role.collect() }
    }

    /// Lets a role go by the payee's kind.
    pub fn by_kind<'a>(
        &mut self,
        role: AccountRole,
        is: impl IntoIterator<Item = (&'a str, String)>,
        otherwise: Option<String>,
    ) {
        let is = is.into_iter().map(|(kind, account)| (kind.to_owned(), account)).collect();
        self.by_role.insert(role, Way::ByColumn { by: AccountColumn::Kind, is, otherwise });
    }

    /// The account of a role.
    ///
    /// # Errors
    /// Why there is none.
    pub fn account(&self, role: AccountRole, asked: &Asked<'_>) -> Result<&str, NoAccount> {
        match self.by_role.get(&role).ok_or(NoAccount::NoKey(role))? {
            Way::One(account) => Ok(account),
            Way::ByColumn { by, is, otherwise } => {
                let value = asked.value(*by);
                let account = value.and_then(|value| is.get(value)).or(otherwise.as_ref());
                account
                    .map(String::as_str)
                    .ok_or_else(|| NoAccount::NoMatch(role, *by, value.map(str::to_owned)))
            }
            Way::ByTable(table) => table.account(role, asked),
        }
    }

    /// Whether an account goes by this column.
    pub fn goes_by(&self, column: AccountColumn) -> bool {
        self.by_role.values().any(|way| match way {
            Way::One(_) => false,
            Way::ByColumn { by, .. } => *by == column,
            Way::ByTable(table) => table.has(column),
        })
    }
}

/// What was asked, for people: `rule "tenth", kind "partner"`.
fn shown(asked: &Asked<'_>, columns: &[AccountColumn]) -> String {
    let part = |column: &AccountColumn| match asked.value(*column) {
        Some(value) => format!("{} \"{value}\"", column.word()),
        None => format!("no {}", column.word()),
    };
    columns.iter().map(part).collect::<Vec<_>>().join(", ")
}
