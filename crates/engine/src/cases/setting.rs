//! What a case takes from the project that it is in: the book, the rules, and the types of columns.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use toml_edit::{Array, Item, Table, Value, value};

use super::{Case, RulesUnderTest};
use apportion_base::diagnostic::{Code, Diagnostic, Files};
use apportion_base::world::World;
use apportion_book::config::known_names;
use apportion_book::{Book, ColumnType, TableName};
use apportion_rules::{Outline, RuleFiles};

/// The surroundings in which cases are settled.
#[derive(Debug, Clone, Default)]
pub struct Setting {
    /// Keys of `[book]`, which a case's own go before.
    pub(super) book: Vec<(String, Item)>,
    /// `true_up` of the project's ledger.
    true_up: Option<u32>,
    /// Types of columns that the project's sources declare.
    pub(super) types: BTreeMap<TableName, BTreeMap<String, ColumnType>>,
    pub(super) rules: Option<ProjectRules>,
}

/// The rule files of a project.
#[derive(Debug, Clone)]
pub(super) struct ProjectRules {
    pub(super) files: RuleFiles,
    pub(super) outline: Outline,
}

impl Setting {
    /// A US-dollar book by calendar year, without rules: for cases outside of a project.
    pub fn plain() -> Self {
        Self {
            book: vec![("name".to_owned(), value("A case")), ("currency".to_owned(), value("USD"))],
            ..Self::default()
        }
    }

    /// The project in a folder. Its data are not opened.
    ///
    /// # Errors
    /// What is wrong with the project file, and with the rule files as far as no data are needed to see it.
    pub fn of_project(
        world: &Arc<dyn World>,
        project: &Path,
        files: &mut Files,
    ) -> Result<Self, Vec<Diagnostic>> {
        let book = apportion_book::read(world.as_ref(), project, files)?;
        let rule_files = RuleFiles::of_book(world, &book);
        let outline = rule_files.outline(files)?;
        let mut types: BTreeMap<TableName, BTreeMap<String, ColumnType>> = BTreeMap::new();
        for source in &book.sources {
            let of_source = source.types.iter().map(|(column, ty)| (column.clone(), ty.value));
            types.entry(source.table).or_default().extend(of_source);
        }
        let rules = Some(ProjectRules { files: rule_files, outline });
        let true_up = book.ledger.as_ref().map(|ledger| ledger.true_up);
        Ok(Self { book: book_keys(&book), true_up, types, rules })
    }

    /// The outline of the project's rules; `None` outside a project.
    pub fn outline(&self) -> Option<&Outline> {
        self.rules.as_ref().map(|rules| &rules.outline)
    }

    /// Ids of the project's rules that a case tests; empty if it has its own rules.
    pub(super) fn under_test(&self, case: &Case) -> BTreeSet<String> {
        match (&case.rules, &self.rules) {
            (RulesUnderTest::All, Some(rules)) => {
                let mut all = rules.outline.ids();
                // Only a ledger asks the others, and they may name columns that the case has no need of.
                if !case.months.is_empty() {
                    all.extend(rules.outline.policy_ids());
                }
                all.into_iter().map(str::to_owned).collect()
            }
            (RulesUnderTest::Named(ids), _) => ids.iter().map(|id| id.value.clone()).collect(),
            _ => BTreeSet::new(),
        }
    }

    /// Whether the rules that a case puts to the test are there.
    pub(super) fn check(&self, case: &Case, found: &mut Vec<Diagnostic>) {
        let Some(rules) = &self.rules else {
            if !matches!(case.rules, RulesUnderTest::Own(_)) {
                let message =
                    format!("case \"{}\" has no rules of its own and is not in a project", case.name);
                let error = Diagnostic::error(Code::NoProject, message).at(case.span.clone(), "");
                found.push(error.help("write rules = '''…''', or name the project with `--project DIR`"));
            }
            return;
        };
        let RulesUnderTest::Named(named) = &case.rules else { return };
        let mut known = rules.outline.ids();
        known.extend(rules.outline.policy_ids());
        for id in named.iter().filter(|id| !known.contains(id.value.as_str())) {
            let message = format!("the project has no rule `{}`", id.value);
            let help = known_names(&id.value, "the rule book", known.iter().copied());
            found.push(Diagnostic::error(Code::UnknownRule, message).at(id.span.clone(), "").help(help));
        }
    }

    /// `[book]` of a case's project file.
    pub(super) fn book_of(&self, case: &Case, rules: &str) -> Table {
        let mut table = Table::new();
        for (key, item) in self.book.iter().chain(&case.book) {
            table.insert(key, item.clone());
        }
        table.insert("rules", value(Array::from_iter([rules])));
        table
    }

    /// `[ledger]` of a case that closes months; `opening` is the file of its opening balances.
    pub(super) fn ledger_of(&self, case: &Case, opening: &str) -> Table {
        let mut table = Table::new();
        table.insert("first", value(case.period.to_string()));
        if let Some(true_up) = self.true_up {
            table.insert("true_up", value(i64::from(true_up)));
        }
        // Nobody signs what is only tried, and nobody replays it.
        table.insert("approvals", value(0));
        table.insert("keep_inputs", value(false));
        if case.opening.is_some() {
            table.insert("opening", value(opening));
        }
        for (key, item) in &case.ledger {
            table.insert(key, item.clone());
        }
        table
    }

    /// `[sources.…]` of one table of a case's project file. `columns` are those that the table has.
    pub(super) fn source_of(&self, case: &Case, input: TableName, columns: &[String]) -> Table {
        let mut table = Table::new();
        let own = case.sources.iter().find(|(name, _)| name == input.word());
        if let Some(own) = own.and_then(|(_, item)| item.as_table_like()) {
            own.iter().for_each(|(key, item)| {
                table.insert(key, item.clone());
            });
        }
        // What only one of the two tables of people has in the project, a case may write in the other.
        let alike = match input {
            TableName::Payees => Some(TableName::Assignments),
            TableName::Assignments => Some(TableName::Payees),
            _ => None,
        };
        let declared = [alike, Some(input)].into_iter().flatten();
        let declared = declared.filter_map(|table| self.types.get(&table)).flatten();
        let here: BTreeMap<_, _> = declared.filter(|(column, _)| columns.contains(column)).collect();
        if !here.is_empty() && !table.contains_key("types") {
            let types = here.into_iter().map(|(column, ty)| (column.as_str(), Value::from(ty.word())));
            table.insert("types", value(types.collect::<toml_edit::InlineTable>()));
        }
        table.insert("path", value(format!("{}.csv", input.word())));
        table
    }
}

/// The keys of a book as a project file has them.
fn book_keys(book: &Book) -> Vec<(String, Item)> {
    [
        ("name", value(&book.name)),
        ("currency", value(book.currency.code())),
        ("fiscal_year_starts", value(i64::from(book.fiscal_year_starts))),
        ("rounding", value(book.rounding.word())),
        ("fx_max_age_days", value(i64::from(book.fx_max_age_days))),
        ("incomplete", value(book.incomplete.word())),
    ]
    .into_iter()
    .map(|(key, item)| (key.to_owned(), item))
    .collect()
}
