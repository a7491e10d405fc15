//! What is known of payees: the attributes that rules use, as a close keeps them.

use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, UInt32Type};

use apportion_base::money::format_scaled;
use apportion_book::display_day;
use apportion_data::{PayeeIx, Tables};
use apportion_rules::{Body, CreditOf, RuleBook, policy_values, values};

/// The attributes in use, and what each payee has of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// Names of the columns, `kind` first.
    pub columns: Vec<String>,
    /// By payee_id: the cells in the order of the columns; empty for null.
    pub rows: BTreeMap<String, Vec<String>>,
}

/// A payee whose attributes differ from what they were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedPayee {
    /// The payee.
    pub payee_id: String,
    /// Column, what it was, what it is.
    pub changes: Vec<(String, String, String)>,
}

impl People {
    /// What the payees of some tables are on a day, in these columns.
    pub fn new(tables: &Tables, columns: Vec<String>, day: i32) -> Self {
        let states = &tables.payees.states;
        // A name and the days of a contract are no matter of assignments.
        let frame = |column: &str| states.frame.column(column).map(|array| (true, array));
        let own = |column: &str| tables.payees.frame.column(column).map(|array| (false, array));
        let frames: Vec<Option<(bool, &ArrayRef)>> =
            columns.iter().map(|column| frame(column).or_else(|| own(column))).collect();
        let row = |payee: PayeeIx| {
            let state = states.on(payee, day);
            let cells = frames.iter().zip(&columns).map(|(column, name)| match name.as_str() {
                "manager_id" => {
                    let manager = states.manager(state).get();
                    manager.map_or_else(String::new, |manager| tables.payees.id(manager).to_owned())
                }
                _ => column.map_or_else(String::new, |(of_state, column)| {
                    cell(column, if of_state { state.at() } else { payee.at() })
                }),
            });
            (tables.payees.id(payee).to_owned(), cells.collect())
        };
        let rows = tables.payees.all().map(row).collect();
        Self { columns, rows }
    }

    /// The payees of both whose attributes are others now, by the columns that both know.
    pub fn changed(&self, now: &Self) -> Vec<ChangedPayee> {
        let common: Vec<(usize, usize)> = self
            .columns
            .iter()
            .enumerate()
            .filter_map(|(was, name)| Some((was, now.columns.iter().position(|other| other == name)?)))
            .collect();
        let of_payee = |(payee, was): (&String, &Vec<String>)| {
            let is = now.rows.get(payee)?;
            let changes: Vec<(String, String, String)> = common
                .iter()
                .filter(|(before, after)| was[*before] != is[*after])
                .map(|(before, after)| {
                    (self.columns[*before].clone(), was[*before].clone(), is[*after].clone())
                })
                .collect();
            (!changes.is_empty()).then(|| ChangedPayee { payee_id: payee.clone(), changes })
        };
        self.rows.iter().filter_map(of_payee).collect()
    }
}

/// The columns of payees that rules use: `kind`, then those that they name, in byte order; their managers where somebody is paid by
/// them, and their part time where amounts go by it.
pub fn columns_in_use<'n>(named: impl IntoIterator<Item = &'n String>, rules: &RuleBook) -> Vec<String> {
    let mut columns: Vec<String> = named.into_iter().filter(|name| *name != "payee_id").cloned().collect();
    let bodies = || rules.rules.iter().flat_map(|rule| &rule.versions).map(|version| &version.body);
    let by_manager = bodies().any(|body| match body {
        Body::Override(_) => true,
        Body::Commission(commission) => commission.credit_of == CreditOf::Team,
        _ => false,
    });
    if by_manager {
        columns.push("manager_id".to_owned());
    }
    // A commission that prorates reads all of these, and only its part time is an attribute.
    let prorates =
        bodies().any(|body| matches!(body, Body::Commission(commission) if commission.prorate.is_some()));
    if prorates {
        columns.retain(|column| {
            !["start_date", "end_date"].contains(&column.as_str()) || is_named(rules, column)
        });
        columns.push("fte".to_owned());
    }
    columns.retain(|column| column != "kind");
    columns.sort_unstable();
    columns.dedup();
    columns.insert(0, "kind".to_owned());
    columns
}

/// Whether a rule writes a column's name.
fn is_named(rules: &RuleBook, column: &str) -> bool {
    let of_rules = rules.rules.iter().flat_map(|rule| &rule.versions).flat_map(|version| values(version, 0));
    let policies = rules.policies.iter().flat_map(|(_, policy)| &policy.versions);
    of_rules
        .chain(policies.flat_map(|version| policy_values(version, 0)))
        .any(|value| value.text.contains(column))
}

/// A cell as plain text; empty for null.
fn cell(column: &ArrayRef, row: usize) -> String {
    if row >= column.len() || column.is_null(row) {
        return String::new();
    }
    match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
        DataType::Dictionary(..) => {
            let Some(cells) = column.as_dictionary_opt::<UInt32Type>() else { return String::new() };
            let code = cells.keys().value(row) as usize;
            cells
                .values()
                .as_string_opt::<i32>()
                .map_or_else(String::new, |texts| texts.value(code).to_owned())
        }
        DataType::Date32 => display_day(column.as_primitive::<Date32Type>().value(row)),
        DataType::Boolean => column.as_boolean().value(row).to_string(),
        DataType::Decimal128(_, scale) => {
            let text = format_scaled(
                column.as_primitive::<Decimal128Type>().value(row),
                u32::try_from(*scale).unwrap_or_default(),
            );
            match text.contains('.') {
                true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
                false => text,
            }
        }
        _ => String::new(),
    }
}
