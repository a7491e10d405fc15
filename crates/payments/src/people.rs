//! What is known of payees beside what they are paid: their own columns, as of the month's last day, and their payment details.

use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, UInt32Type};

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::format_scaled;
use apportion_book::display_day;
use apportion_data::{Frame, Payees, PaymentDetails};
use apportion_engine::plan::Bound;
use apportion_expr::{ExprText, Scope, Type, compile};

use crate::account;

/// The payees of a project, as of a day.
#[derive(Debug, Clone)]
pub struct People {
    /// Names and types of their columns.
    pub columns: Vec<(String, Type)>,
    /// The columns, a row for each state of a payee.
    pub frame: Frame,
    /// By payee_id: the row of its state on the day.
    rows: BTreeMap<String, u32>,
}

impl People {
    /// The payees of a project on a day.
    pub fn new(payees: &Payees, columns: Vec<(String, Type)>, day: i32) -> Self {
        let rows =
            payees.all().map(|payee| (payees.id(payee).to_owned(), payees.states.on(payee, day).raw()));
        Self { columns, frame: payees.states.frame.clone(), rows: rows.collect() }
    }

    /// The row of a payee.
    pub fn row(&self, payee_id: &str) -> Option<u32> {
        self.rows.get(payee_id).copied()
    }

    /// All that is known of a payee, as texts; columns without a value are left out.
    pub fn cells(&self, payee_id: &str) -> BTreeMap<String, String> {
        self.row(payee_id).map(|row| cells(&self.frame, row as usize)).unwrap_or_default()
    }
}

/// The cells of a row that have a value, as texts.
pub fn cells(frame: &Frame, row: usize) -> BTreeMap<String, String> {
    let value = |(name, column): &(String, ArrayRef)| Some((name.clone(), cell(column, row)?));
    frame.columns.iter().filter_map(value).collect()
}

/// A cell as plain text, without blanks around it; none for null and for blanks alone.
fn cell(column: &ArrayRef, row: usize) -> Option<String> {
    if row >= column.len() || column.is_null(row) {
        return None;
    }
    let text = match column.data_type() {
        DataType::Utf8 => column.as_string_opt::<i32>()?.value(row).to_owned(),
        DataType::Dictionary(..) => {
            let cells = column.as_dictionary_opt::<UInt32Type>()?;
            let code = cells.keys().value(row) as usize;
            cells.values().as_string_opt::<i32>()?.value(code).to_owned()
        }
        DataType::Date32 => display_day(column.as_primitive_opt::<Date32Type>()?.value(row)),
        DataType::Boolean => column.as_boolean_opt()?.value(row).to_string(),
        DataType::Decimal128(_, scale) => {
            let value = column.as_primitive_opt::<Decimal128Type>()?.value(row);
            let text = format_scaled(value, u32::try_from(*scale).ok()?);
            match text.contains('.') {
                true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
                false => text,
            }
        }
        _ => return None,
    };
    let trimmed = text.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

/// For each of some payees: whether a condition over payees and payment_details is true.
///
/// # Errors
/// What is wrong with the condition, and a payee on which it has no value.
pub fn matching(
    condition: &ExprText,
    (people, details): (&People, &PaymentDetails),
    (payees, day): (&[&str], i32),
) -> Result<Vec<bool>, Vec<Diagnostic>> {
    let scope = Scope::default()
        .with("payees", people.columns.clone())
        .with("payment_details", details.columns.clone());
    let compiled = compile(condition, &scope, Type::Boolean)?;
    let rows = |row: &dyn Fn(&str) -> Option<u32>| {
        UInt32Array::from(payees.iter().map(|id| row(id)).collect::<Vec<_>>())
    };
    let of_people = rows(&|id| people.row(id));
    let of_details = rows(&|id| details.on(id, day).and_then(|row| u32::try_from(row).ok()));
    let frames = [Some(&people.frame), Some(&details.frame)];
    let mask = Bound::new(&compiled, &frames).mask(payees.len(), &[Some(&of_people), Some(&of_details)]);
    let mask = mask.map_err(|error| {
        let on = payees.get(error.row).map_or(String::new(), |id| format!(" on payee `{id}`"));
        let row = payees.get(error.row).and_then(|id| details.on(id, day));
        let own = row.map(|row| cells(&details.frame, row)).unwrap_or_default();
        let message = format!("`payees`{on}: {}", account::shown(&own, &error.message));
        let span = condition.place(0..condition.text.len());
        vec![Diagnostic::error(Code::NumberTooLarge, message).at(span, "has no value there")]
    })?;
    Ok((0..payees.len()).map(|row| mask.is_valid(row) && mask.value(row)).collect())
}
