//! What a rule version says, fact by fact: each with a name, a sentence, and perhaps items or a table.
//!
//! The charter is made of these facts, and a comparison of two versions' facts shows what changed between them.

use super::condition::{self, ConditionText};
use super::document::Table;
use super::names;
use super::prose::{Prose, listed};
use super::words;
use crate::kinds;
use apportion_book::{Book, Every};
use apportion_expr::Expr;
use apportion_rules::tables::{ColumnTest, TableCondition};
use apportion_rules::{Body, Caps, EngagementTerms, RateTable, RuleBook, Value, Version};

/// One thing that a rule says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub label: &'static str,
    pub says: Prose,
    /// Parts of it, one a line.
    pub items: Vec<Prose>,
    pub table: Option<Table>,
    /// The table in a line, for comparing two versions side by side.
    short: Option<Prose>,
}

impl Fact {
    pub fn new(label: &'static str, says: impl Into<String>) -> Self {
        Self { label, says: Prose::ours(says), items: Vec::new(), table: None, short: None }
    }

    /// A sentence that ends in a condition: on the same line where it is short, else part by part.
    pub fn where_holds(label: &'static str, says: &str, condition: &ConditionText) -> Self {
        if condition.all.len() <= 2 {
            return Self::new(label, format!("{says} where {}.", condition.inline()));
        }
        let fact = Self::new(label, format!("{says} where all of this holds:"));
        fact.items(condition.all.clone())
    }

    #[must_use]
    pub fn items(mut self, items: Vec<Prose>) -> Self {
        self.items.extend(items);
        self
    }

    /// A table, and the same in a line.
    #[must_use]
    pub fn table(mut self, table: Table, short: impl Into<String>) -> Self {
        self.table = Some(table);
        self.short = Some(Prose::ours(short));
        self
    }

    /// The whole fact as one cell of a table.
    pub fn in_a_line(&self) -> Prose {
        let mut text = self.says.to_string();
        if !self.items.is_empty() {
            let items: Vec<&str> = self.items.iter().map(Prose::as_str).collect();
            text = format!("{text} {}.", items.join("; "));
        }
        if let Some(short) = &self.short {
            text = format!("{} {short}", text.trim_end_matches(':').trim_end_matches('.').to_owned() + ":");
        }
        Prose::ours(text)
    }
}

/// Everything that a version says, in the order of the charter.
pub fn facts(version: &Version, book: &Book, rules: &RuleBook, id: &str) -> Vec<Fact> {
    let of_deals = !matches!(version.body, Body::Milestone(_));
    let mut facts: Vec<Fact> = of_deals.then(|| deals(version.when.as_ref())).into_iter().collect();
    facts.extend(kinds::of(&version.body).facts(book, rules, id));
    facts.extend(limits(&version.caps, book));
    facts.extend(closed_months(version.retroactive));
    facts
}

/// Whether it may change what closed months gave.
pub fn closed_months(retroactive: bool) -> Option<Fact> {
    retroactive.then(|| {
        Fact::new(
            "Closed months",
            "It also holds for months that were closed before, where it differs from what they had.",
        )
    })
}

fn deals(when: Option<&Expr>) -> Fact {
    match when {
        None => Fact::new("Deals", "All won deals."),
        Some(expr) => Fact::where_holds("Deals", "Won deals", &condition::condition(expr)),
    }
}

/// Whose work counts for a deal.
pub fn work(engaged: &EngagementTerms) -> Fact {
    let reach = [
        (engaged.reach.deal, "the deal"),
        (engaged.reach.prior, "the deal that it renews"),
        (engaged.reach.account, "the deal’s account or any deal of that account"),
    ];
    let named: Vec<&str> = reach.into_iter().filter(|(on, _)| *on).map(|(_, what)| what).collect();
    let once = if named.len() > 1 { "; each counts once" } else { "" };
    let says = format!("Engagements that name {}", named.join(", or "));
    match &engaged.condition {
        None => Fact::new("Work that counts", format!("{says}{once}.")),
        Some(expr) => {
            Fact::where_holds("Work that counts", &format!("{says}{once},"), &condition::condition(expr))
        }
    }
}

/// The basis of a rule as words: the amount of the deal unless it says otherwise.
pub fn basis(basis: Option<&Expr>) -> Prose {
    basis.map_or_else(|| Prose::ours("the deal’s amount"), condition::value)
}

/// A rate or an amount: one for all, or a table by a column.
pub struct ValueText<'a> {
    pub label: &'static str,
    pub shown: &'a dyn Fn(rust_decimal::Decimal) -> String,
    /// A sentence of the one.
    pub one: &'a dyn Fn(&str) -> String,
    /// A sentence of many, which depend on something.
    pub many: &'a dyn Fn(&Prose) -> String,
    /// What becomes of those for whom the table has nothing.
    pub left_out: &'static str,
}

/// A rate or an amount in words.
pub fn value(value: &Value, said: &ValueText<'_>) -> Fact {
    let shown = said.shown;
    match value {
        Value::Plain(number) => Fact::new(said.label, (said.one)(&shown(*number))),
        Value::By { column, is, otherwise } => {
            let by = names::of_table(column.table, &column.column);
            let mut table = Table::new(&[("where", false), ("it is", true)]);
            table.header[0] = Prose::ours(format!("{by} is")).capital();
            let mut short = Vec::new();
            for (text, number) in is {
                table.row(vec![Prose::quoted(text), Prose::ours(shown(*number))]);
                short.push(format!("{} for {}", shown(*number), Prose::quoted(text)));
            }
            let other = otherwise.map_or_else(|| said.left_out.to_owned(), shown);
            table.row(vec![Prose::ours("anything else"), Prose::ours(other.clone())]);
            short.push(format!("anything else: {other}"));
            Fact::new(said.label, (said.many)(&by)).table(table, format!("{}.", short.join(", ")))
        }
        Value::Table(rates) => by_rows(rates, said),
    }
}

/// A rate table with all its rows, and what becomes of those for whom it has none.
fn by_rows(rates: &RateTable, said: &ValueText<'_>) -> Fact {
    let shown = said.shown;
    let columns: Vec<Prose> = rates
        .conditions
        .iter()
        .map(|condition| match condition.test {
            ColumnTest::Days => Prose::ours("close date"),
            ColumnTest::Equal | ColumnTest::Range => {
                names::of_table(condition.column.table, &condition.column.column)
            }
        })
        .collect();
    let mut table = Table::new(&[]);
    table.header = columns.iter().map(Prose::capital).collect();
    table.header.push(Prose::ours("It is"));
    table.numbers = vec![false; columns.len()];
    table.numbers.push(true);
    for row in 0..rates.len() {
        let cell = |condition: &TableCondition| match rates.cell(row, condition) {
            empty if empty.is_empty() => Prose::ours("any"),
            text if condition.test == ColumnTest::Equal => Prose::quoted(&text),
            text => Prose::text(&text),
        };
        let mut cells: Vec<Prose> = rates.conditions.iter().map(cell).collect();
        cells.push(Prose::ours(shown(rates.value(row))));
        table.row(cells);
    }
    let by = if columns.is_empty() { Prose::ours("nothing else") } else { listed(&columns, "and") };
    let says = format!(
        "{}. Of the rows that match, the one that names most counts; anything else: {}. From {}:",
        (said.many)(&by).trim_end_matches(':'),
        said.left_out,
        Prose::code(&rates.path)
    );
    Fact::new(said.label, says).table(table, format!("{}.", rows_in_a_line(rates, shown)))
}

/// Some rows are listed; of more their number is said, and their file.
fn rows_in_a_line(rates: &RateTable, shown: impl Fn(rust_decimal::Decimal) -> String) -> String {
    const FEW: usize = 12;
    if rates.len() > FEW {
        let rows = apportion_base::diagnostic::count(rates.len() as u64);
        return format!("{rows} rows of {}", Prose::code(&rates.path));
    }
    let row = |row: usize| format!("{} for {}", shown(rates.value(row)), Prose::text(&rates.text(row)));
    (0..rates.len()).map(row).collect::<Vec<_>>().join("; ")
}

/// The same in one cell.
pub fn value_in_a_cell(value: &Value, shown: impl Fn(rust_decimal::Decimal) -> String) -> Prose {
    match value {
        Value::Plain(number) => Prose::ours(shown(*number)),
        Value::By { column, is, otherwise } => {
            let by = names::of_table(column.table, &column.column);
            let mut parts: Vec<String> = is
                .iter()
                .map(|(text, number)| format!("{} for {}", shown(*number), Prose::quoted(text)))
                .collect();
            parts.push(match otherwise {
                Some(number) => format!("{} for others", shown(*number)),
                None => "nothing for others".to_owned(),
            });
            Prose::ours(format!("{} (by {by})", parts.join(", ")))
        }
        Value::Table(table) => Prose::ours(rows_in_a_line(table, shown)),
    }
}

/// The rules whose credit counts, by title.
pub fn credits(ids: &[String], rules: &RuleBook) -> Prose {
    let named: Vec<Prose> = ids.iter().map(|id| rule_name(id, rules)).collect();
    listed(&named, "and")
}

/// A rule as it is named in another: its title, and its id where it has one.
pub fn rule_name(id: &str, rules: &RuleBook) -> Prose {
    let rule = rules.rules.iter().find(|rule| rule.id == id);
    let title = rule.and_then(|rule| rule.versions.last()?.title.as_deref());
    match title {
        Some(title) => Prose::ours(format!("“{}” ({})", Prose::text(title), Prose::code(id))),
        None => Prose::code(id),
    }
}

fn limits(caps: &Caps, book: &Book) -> Option<Fact> {
    const IN_ORDER: &str = "deals count in the order in which they close";
    let per_deal = caps.per_deal.map(|cap| {
        format!(
            "on one deal, all payees together get at most {}; what is more than that is taken from each in proportion",
            words::minor(cap, book)
        )
    });
    let per_payee: Vec<String> = [
        (Every::Month, caps.per_payee_month),
        (Every::Quarter, caps.per_payee_quarter),
        (Every::Year, caps.per_payee_year),
    ]
    .into_iter()
    .filter_map(|(every, cap)| {
        Some(format!("one payee gets at most {} in a {}", words::minor(cap?, book), words::period(every)))
    })
    .collect();
    match (per_deal, per_payee.as_slice()) {
        (None, []) => None,
        (Some(deal), []) => Some(Fact::new("Limit", format!("{}.", Prose::ours(deal).capital()))),
        (None, [one]) => Some(Fact::new("Limit", format!("{}; {IN_ORDER}.", Prose::ours(one).capital()))),
        (deal, _) => {
            let items = deal.into_iter().chain(per_payee.iter().cloned()).map(Prose::ours).collect();
            let says = format!("One after the other; within a period, {IN_ORDER}:");
            Some(Fact::new("Limits", says).items(items))
        }
    }
}

/// A fact that two versions see differently; `None` on the side that has no such fact.
#[derive(Debug, Clone)]
pub struct Change {
    pub label: &'static str,
    pub before: Option<Prose>,
    pub after: Option<Prose>,
}

/// What another version says differently, in order of the facts.
pub fn changes(before: &[Fact], after: &[Fact]) -> Vec<Change> {
    // The label depends on the number of limits.
    let key = |label: &'static str| if label == "Limits" { "Limit" } else { label };
    let mut labels: Vec<&'static str> = Vec::new();
    for fact in before.iter().chain(after) {
        if !labels.contains(&key(fact.label)) {
            labels.push(key(fact.label));
        }
    }
    let find = |facts: &[Fact], label: &str| facts.iter().find(|fact| key(fact.label) == label).cloned();
    labels
        .into_iter()
        .filter_map(|label| {
            let (old, new) = (find(before, label), find(after, label));
            let same = match (&old, &new) {
                (Some(old), Some(new)) => {
                    old.says == new.says && old.items == new.items && old.table == new.table
                }
                _ => false,
            };
            (!same).then(|| Change {
                label,
                before: old.map(|fact| fact.in_a_line()),
                after: new.map(|fact| fact.in_a_line()),
            })
        })
        .collect()
}
