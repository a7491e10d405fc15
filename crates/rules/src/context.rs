//! What a rule may name: tables in scope, columns by which a value depends, sources that must be there.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use super::ByColumn;
use super::policies::{Made, Seen};
use super::tables::TableRequest;
use apportion_base::diagnostic::{Code, Diagnostic, Span};
use apportion_book::config::describe::{Parameter, Shape};
use apportion_book::config::{Item, Table, known_names};
use apportion_book::{Book, TableName};
use apportion_contract::is_assignable;
use apportion_data::{Catalogue, UsedColumns};
use apportion_expr::{self as expr, Expr, Scope, ScopeTable, Type};

/// The tables that an expression sees (`docs/reference/rules.md#what-an-expression-sees`), in the order of
/// [`Scope::tables`].
pub(super) const DEALS: &[TableName] = &[TableName::Deals];
pub(super) const PAYEES: &[TableName] = &[TableName::Payees];
pub(super) const DEALS_AND_PAYEES: &[TableName] = &[TableName::Deals, TableName::Payees];
pub(super) const PAYEES_AND_DEALS: &[TableName] = &[TableName::Payees, TableName::Deals];
pub(super) const REGISTRATIONS: &[TableName] = &[TableName::Registrations, TableName::Payees];
pub(super) const MILESTONES: &[TableName] = &[TableName::Milestones, TableName::Payees];
pub(super) const ENGAGEMENTS: &[TableName] = &[TableName::Engagements, TableName::Payees, TableName::Deals];
pub(super) const SPLITS: &[TableName] = &[TableName::Splits, TableName::Payees, TableName::Deals];

/// The deal that a reversal reverses, in expressions.
pub const ORIGINAL: &str = "original";

/// What all rules of a rule set are read against.
pub(super) struct Context<'a> {
    pub book: &'a Book,
    catalogue: &'a Catalogue,
    /// What policies of the channel make of deals.
    made: Made,
    /// How much of that the table that is being read sees.
    seen: Cell<Seen>,
    used: RefCell<UsedColumns>,
    tables: RefCell<Vec<TableRequest>>,
}

/// The column that a name means.
pub(super) enum ColumnInScope {
    /// This one.
    One(ByColumn, Type),
    /// One of several: their names with their tables.
    Several(Vec<String>),
    /// None.
    None,
}

impl<'a> Context<'a> {
    /// `made` are the attributes that policies of the channel make of deals.
    pub(super) fn new(book: &'a Book, catalogue: &'a Catalogue, made: Made) -> Self {
        let made = made.with(catalogue.tables.get(&TableName::Deals).map_or(&[], |schema| &schema.columns));
        Self {
            book,
            catalogue,
            made,
            seen: Cell::new(Seen::Everything),
            used: RefCell::default(),
            tables: RefCell::default(),
        }
    }

    /// What `read` gives where it sees only what is made of deals until then.
    pub(super) fn seeing<T>(&self, seen: Seen, read: impl FnOnce() -> T) -> T {
        let before = self.seen.replace(seen);
        let value = read();
        self.seen.set(before);
        value
    }

    /// What policies of the channel make of deals.
    pub(super) fn made(&self) -> &Made {
        &self.made
    }

    /// Notes that a rule asks for a rate table, and numbers it.
    pub(super) fn want_table(&self, request: TableRequest) -> usize {
        let mut tables = self.tables.borrow_mut();
        tables.push(request);
        tables.len() - 1
    }

    /// The rate tables that the rules read so far ask for, by their numbers.
    pub(super) fn table_requests(&self) -> Vec<TableRequest> {
        self.tables.borrow().clone()
    }

    /// The column of one of `tables` that a name means, with or without its table.
    pub(super) fn in_scope(&self, name: &str, tables: &[TableName]) -> ColumnInScope {
        let named = |table: TableName, column: &str| {
            let column = unquoted(column);
            let found = self.columns(table).iter().find(|(name, _)| name == column);
            found.map(|(name, column_type)| (ByColumn { table, column: name.clone() }, *column_type))
        };
        let qualifier =
            name.split_once('.').and_then(|(table, rest)| Some((TableName::from_word(table)?, rest)));
        let mut found: Vec<(ByColumn, Type)> = match qualifier {
            Some((table, column)) if tables.contains(&table) => named(table, column).into_iter().collect(),
            _ => tables.iter().filter_map(|table| named(*table, name)).collect(),
        };
        match found.len() {
            0 | 1 => found.pop().map_or(ColumnInScope::None, |(column, ty)| ColumnInScope::One(column, ty)),
            _ => {
                let name =
                    |(column, _): &(ByColumn, Type)| format!("`{}.{}`", column.table.word(), column.column);
                ColumnInScope::Several(found.iter().map(name).collect())
            }
        }
    }

    /// The names of all columns of some tables, in byte order.
    pub(super) fn columns_in_scope(&self, tables: &[TableName]) -> BTreeSet<String> {
        tables.iter().flat_map(|table| self.columns(*table)).map(|(name, _)| name.clone()).collect()
    }

    /// The columns that the rules read so far name.
    pub(super) fn into_used(self) -> UsedColumns {
        self.used.into_inner()
    }

    /// The expression under a described key, if the key is there: a condition or a number, as its shape says.
    pub(super) fn expression(&self, table: &Table<'_>, parameter: &Parameter) -> Option<Expr> {
        let (scope, wanted) = match parameter.shape {
            Shape::Condition(scope) => (scope, Type::Boolean),
            Shape::Expression(scope) => (scope, Type::Number),
            _ => return None,
        };
        let mut columns = self.scope(scope.tables);
        if scope.group {
            columns.tables.push(group());
        }
        if scope.original {
            columns = columns.with_qualified(ORIGINAL, self.columns(TableName::Deals).to_vec());
        }
        if scope.period_end {
            columns.tables.push(period());
        }
        if scope.claim {
            columns.tables.push(claim());
        }
        self.compile(&table.of(parameter)?, &columns, wanted)
    }

    /// The condition of an item over some tables.
    pub(super) fn condition(&self, item: &Item<'_>, tables: &[TableName]) -> Option<Expr> {
        self.compile(item, &self.scope(tables), Type::Boolean)
    }

    /// The condition of an item over some tables and `period_end`.
    pub(super) fn condition_at_period_end(&self, item: &Item<'_>, tables: &[TableName]) -> Option<Expr> {
        let mut scope = self.scope(tables);
        scope.tables.push(period());
        self.compile(item, &scope, Type::Boolean)
    }

    /// The type of a column of a table, if there is such a column.
    pub(super) fn column_type(&self, table: TableName, column: &str) -> Option<Type> {
        let found = self.columns(table).iter().find(|(name, _)| name == column);
        found.map(|(_, column_type)| *column_type)
    }

    /// Reports a source that a rule needs and the project does not have.
    pub(super) fn need_source(&self, table: &Table<'_>, source: TableName, span: Span, why: &str) {
        if !self.has(source) {
            let word = source.word();
            let message = format!("{} needs the source `{word}`: {why}", table.name());
            let help = format!("add `[sources.{word}]` with its `path` to apportion.toml");
            table.doc().report(Diagnostic::error(Code::MissingSource, message).at(span, "").help(help));
        }
    }

    /// The text column that a `by` names; a bare name is fine while one of `tables` has it.
    pub(super) fn by_column(&self, item: &Item<'_>, tables: &[TableName]) -> Option<ByColumn> {
        self.column(item, tables, Type::Text)
    }

    /// The number column that a key names.
    pub(super) fn number_column(&self, item: &Item<'_>, tables: &[TableName]) -> Option<ByColumn> {
        self.column(item, tables, Type::Number)
    }

    fn column(&self, item: &Item<'_>, tables: &[TableName], wanted: Type) -> Option<ByColumn> {
        let text = item.text()?.value;
        let named = |table: TableName, column: &str| {
            let column = unquoted(column);
            let found = self.columns(table).iter().find(|(name, _)| name == column);
            found.map(|(name, column_type)| (table, name.clone(), *column_type))
        };
        let qualifier =
            text.split_once('.').and_then(|(table, rest)| Some((TableName::from_word(table)?, rest)));
        // Columns of accounts are columns of what names the account, and are always written with their table.
        let qualifier = qualifier.filter(|(table, _)| *table != TableName::Accounts);
        let candidates: Vec<(TableName, String, Type)> = match qualifier {
            Some((table, column)) if tables.contains(&table) => named(table, column).into_iter().collect(),
            Some(_) => Vec::new(),
            None => tables.iter().filter_map(|table| named(*table, &text)).collect(),
        };
        match candidates.as_slice() {
            [(table, column, column_type)] if *column_type == wanted => {
                self.uses(*table, column);
                Some(ByColumn { table: *table, column: column.clone() })
            }
            [(table, column, _)] => {
                let message = format!(
                    "`{}` takes a {} column, and `{}.{column}` is none",
                    item.name(),
                    adjective(wanted),
                    table.word()
                );
                item.doc().report(item.error(Code::WrongType, message).help(self.columns_of(tables, wanted)));
                None
            }
            [] => {
                self.unknown_by(item, &text, qualifier, (tables, wanted));
                None
            }
            several => {
                let names: Vec<String> =
                    several.iter().map(|(table, column, _)| format!("`{}.{column}`", table.word())).collect();
                let message = format!("`{text}` may be {}", names.join(" or "));
                item.doc()
                    .report(item.error(Code::AmbiguousColumn, message).help("put the table before the name"));
                None
            }
        }
    }

    /// Reports a `by` that names no column that it may name.
    fn unknown_by(
        &self,
        item: &Item<'_>,
        text: &str,
        qualifier: Option<(TableName, &str)>,
        (tables, wanted): (&[TableName], Type),
    ) {
        let allowed = words(tables);
        let (message, help) = match qualifier {
            Some((table, _)) if !tables.contains(&table) => (
                format!(
                    "`{}` can depend on a column of {allowed} here, not of {}",
                    item.name(),
                    table.word()
                ),
                self.columns_of(tables, wanted),
            ),
            Some((table, column)) => (
                format!("there is no column `{column}` in {}", table.word()),
                known_names(unquoted(column), table.word(), self.names(table, wanted)),
            ),
            None => {
                let names = tables.iter().flat_map(|table| self.names(*table, wanted));
                (
                    format!("there is no column `{text}` in {allowed}"),
                    known_names(unquoted(text), &allowed, names),
                )
            }
        };
        item.doc().report(item.error(Code::UnknownColumn, message).help(help));
    }

    /// Help that lists the columns of a type of some tables.
    fn columns_of(&self, tables: &[TableName], wanted: Type) -> String {
        let names: Vec<String> = tables
            .iter()
            .flat_map(|table| self.names(*table, wanted).map(|column| format!("{}.{column}", table.word())))
            .collect();
        format!("{} columns: {}", adjective(wanted), names.join(", "))
    }

    /// Names of the columns of a type of a table, in byte order.
    pub(super) fn names(&self, table: TableName, wanted: Type) -> impl Iterator<Item = &str> {
        let texts: BTreeSet<&str> = self
            .columns(table)
            .iter()
            .filter(|(_, column_type)| *column_type == wanted)
            .map(|(name, _)| name.as_str())
            .collect();
        texts.into_iter()
    }

    fn columns(&self, table: TableName) -> &[(String, Type)] {
        if table == TableName::Deals {
            return self.made.columns(self.seen.get());
        }
        self.catalogue.tables.get(&table).map_or(&[], |schema| schema.columns.as_slice())
    }

    fn scope(&self, tables: &[TableName]) -> Scope {
        let table = |name: &TableName| ScopeTable::new(name.word(), self.columns(*name).to_vec());
        Scope { tables: tables.iter().map(table).collect(), zone: self.book.timezone.clone() }
    }

    /// Notes that a rule needs a column.
    pub(super) fn uses(&self, table: TableName, column: &str) {
        self.note(&mut self.used.borrow_mut(), table, column);
    }

    /// A column of payees is one of assignments as well, if there are any.
    fn note(&self, used: &mut UsedColumns, table: TableName, column: &str) {
        used.entry(table).or_default().insert(column.to_owned());
        if table == TableName::Payees && is_assignable(column) && self.has(TableName::Assignments) {
            used.entry(TableName::Assignments).or_default().insert(column.to_owned());
        }
    }

    /// Whether the project has a source of a table.
    pub(super) fn has(&self, table: TableName) -> bool {
        self.catalogue.tables.get(&table).is_some_and(|schema| schema.present)
    }

    /// What came in of a deal is known where there are receipts.
    fn need_receipts(&self, item: &Item<'_>) {
        if !self.has(TableName::Receipts) {
            let message =
                format!("`{}` names `received_share`, which needs the source `receipts`", item.name());
            let help = "add `[sources.receipts]` with its `path` to apportion.toml";
            item.doc().report(item.error(Code::MissingSource, message).help(help));
        }
    }

    /// Compiles an expression and notes the columns that it names.
    fn compile(&self, item: &Item<'_>, scope: &Scope, wanted: Type) -> Option<Expr> {
        let expr = match expr::compile(&item.expression()?, scope, wanted) {
            Ok(expr) => expr,
            Err(found) => {
                item.doc().report_all(found);
                return None;
            }
        };
        let mut used = self.used.borrow_mut();
        for column in expr.columns() {
            let Some(table) = scope.tables.get(column.table) else { continue };
            // The group of `require` is no table of the data.
            let Some(name) = table_of(&table.name) else { continue };
            if let Some((column, _)) = table.columns.get(column.column) {
                if name == TableName::Deals && column == "received_share" {
                    self.need_receipts(item);
                }
                self.note(&mut used, name, column);
            }
        }
        drop(used);
        Some(expr)
    }
}

/// The group of engagements that `require` sees.
fn group() -> ScopeTable {
    let columns = [
        ("touches", Type::Number),
        ("weight", Type::Number),
        ("first_on", Type::Date),
        ("last_on", Type::Date),
    ];
    let columns = columns.into_iter().map(|(name, column_type)| (name.to_owned(), column_type));
    ScopeTable::new("group", columns.collect())
}

/// What one who claims a deal did for it, as a criterion's score sees it.
fn claim() -> ScopeTable {
    let columns = [
        ("first", Type::Boolean),
        ("days_registered", Type::Number),
        ("touches", Type::Number),
        ("weight", Type::Number),
        ("first_on", Type::Date),
        ("last_on", Type::Date),
        ("won", Type::Number),
        ("lost", Type::Number),
        ("revenue", Type::Number),
    ];
    let columns = columns.into_iter().map(|(name, column_type)| (name.to_owned(), column_type));
    ScopeTable::new("claim", columns.collect())
}

/// The table of the data that an expression names so; `None` for a group of engagements.
pub fn table_of(name: &str) -> Option<TableName> {
    if name == ORIGINAL { Some(TableName::Deals) } else { TableName::from_word(name) }
}

/// The month that is closed, as `release` sees it.
fn period() -> ScopeTable {
    ScopeTable::new("period", vec![("period_end".to_owned(), Type::Date)])
}

/// `"odd name"` is written in double quotes, as in expressions.
fn unquoted(name: &str) -> &str {
    name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name)
}

/// The type of a column in a sentence: `text column`.
fn adjective(column_type: Type) -> &'static str {
    match column_type {
        Type::Text => "text",
        Type::Number => "number",
        Type::Date => "date",
        Type::Boolean => "true-or-false",
    }
}

/// `payees or deals`.
fn words(tables: &[TableName]) -> String {
    tables.iter().map(|table| table.word()).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::RuleFiles;
    use crate::testing::{CREDIT, ID, book, catalogue, rules, shown, wrong_in};
    use apportion_base::diagnostic::{Files, render};
    use apportion_base::world::Disk;

    #[test]
    fn columns_that_rules_name_are_used() {
        let text = format!(
            "{CREDIT}[[stipend]]\n{ID}when = \"deal_type = 'new' AND \\\"Odd Name\\\" IS NULL\"\n\
             engaged = \"engagements.role = 'a' AND payees.kind = 'b'\"\n\
             require = \"touches >= 2 AND group.first_on < close_date\"\n\
             amount = {{ by = \"tier\", is = {{ gold = 1 }} }}\n"
        );
        let (_, used) = rules(&[&text]);
        let used: Vec<String> = used
            .into_iter()
            .map(|(table, columns)| {
                format!("{}: {}", table.word(), columns.into_iter().collect::<Vec<_>>().join(", "))
            })
            .collect();
        assert_eq!(
            used,
            ["deals: Odd Name, close_date, deal_type", "engagements: role", "payees: kind, tier"]
        );
    }

    #[test]
    fn an_expression_is_shown_with_the_place_inside_it() {
        let shown = shown(&["[[stipend]]\nid = \"x\"\neffective = { from = 2026-01-01 }\namount = 1\n\
             when = \"\\\"Odd Name\\\" = 'a' AND deal_typ = 'renewal'\"\n"]);
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0], "error[unknown-column]: there is no column `deal_typ` in deals");
        assert_eq!(lines[1], "┌─ rules/0.toml:5:32");
        assert_eq!(lines[3], "│                                ^^^^^^^^");
        assert!(lines[4].contains("did you mean `deal_type`?"), "{shown}");
    }

    #[test]
    fn expressions_see_their_own_tables_only() {
        let codes = |kind: &str, keys: &str| {
            let found = wrong_in(kind, keys);
            found.iter().map(|line| line.split(':').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(codes("stipend", "amount = 1\nwhen = \"payees.kind = 'a'\"\n").len(), 1);
        assert_eq!(codes("stipend", "amount = 1\nwhen = \"amount\"\n"), ["wrong-type"]);
        assert_eq!(codes("stipend", "amount = 1\nengaged = \"touches > 1\"\n"), ["unknown-column"]);
        assert_eq!(codes("stipend", "amount = 1\nengaged = \"payee_id = 'a'\"\n"), ["ambiguous-column"]);
        assert_eq!(codes("shared_credit", "model = \"equal\"\nbasis = \"deal_type\"\n"), ["wrong-type"]);
        assert_eq!(codes("shared_credit", "model = \"equal\"\nbasis = \"amount * 2\"\n"), [""; 0]);
        assert_eq!(
            codes("shared_credit", "model = \"declared\"\nsplits = \"percent > 0 AND kind = 'a'\"\n"),
            [""; 0]
        );
    }

    #[test]
    fn the_rule_book_of_the_fixtures_is_read() {
        let mut catalogue = catalogue();
        let deals = &mut catalogue.tables.get_mut(&TableName::Deals).unwrap().columns;
        deals.push(("territory_group".to_owned(), Type::Text));
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        let mut book = book();
        book.root = root.to_owned();
        let mut files = Files::default();
        let found = RuleFiles::of_book(&Disk::shared(), &book).read(&book, &catalogue, &mut files);
        if let Err(found) = found {
            panic!("{}", found.iter().map(|error| render(error, &files)).collect::<String>());
        }
    }
}
