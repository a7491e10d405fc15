//! The cells of a template: each column's expression on all rows at once.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Date32Array, Decimal128Array, StringArray, UInt32Array};
use arrow::datatypes::{Date32Type, Decimal128Type};

use apportion_base::money::format_scaled;
use apportion_book::exports::QuoteStyle;
use apportion_data::{Frame, PaymentDetails};
use apportion_engine::plan::Bound;
use apportion_expr::{Expr, Scope, ScopeTable, Type, compile_any};

use super::layout::{Column, Layout};
use super::{TemplateRow, minor};
use crate::job::Job;
use crate::notes::Notes;
use crate::people::People;
use crate::text::would_run;

/// The columns that a payment has by itself.
const OWN: [(&str, Type); 12] = [
    ("amount", Type::Number),
    ("code", Type::Text),
    ("company_code", Type::Text),
    ("payee_id", Type::Text),
    ("name", Type::Text),
    ("paid_currency", Type::Text),
    ("period", Type::Text),
    ("period_start", Type::Date),
    ("period_end", Type::Date),
    ("execution_date", Type::Date),
    ("reference", Type::Text),
    ("line", Type::Number),
];

/// The cells of all rows; none where something was noted that stops the export.
pub(super) fn table(
    job: &Job<'_>,
    layout: &Layout,
    rows: &[TemplateRow<'_>],
    (people, details): (&People, &PaymentDetails),
    notes: &mut Notes,
) -> Option<Vec<Vec<String>>> {
    let scope = scope(people, details);
    let own = own(job, rows, notes);
    let index = |of: &dyn Fn(&TemplateRow<'_>) -> Option<u32>| {
        UInt32Array::from(rows.iter().map(of).collect::<Vec<_>>())
    };
    let of_people = index(&|row| row.payment.rows.0);
    let of_details = index(&|row| row.payment.rows.1);
    let frames =
        [Some(&own), Some(&people.frame), Some(&details.frame), Some(&people.frame), Some(&details.frame)];
    let indices = [None, Some(&of_people), Some(&of_details), Some(&of_people), Some(&of_details)];
    let mut columns: Vec<Vec<Option<String>>> = Vec::new();
    for (place, column) in layout.columns.iter().enumerate() {
        let compiled = match compile_any(&column.value, &scope) {
            Ok(compiled) => compiled,
            Err(found) => {
                found.into_iter().for_each(|error| notes.error(error));
                continue;
            }
        };
        if place == layout.amount {
            columns.push(rows.iter().map(|row| Some(layout.money(minor(row).wide()))).collect());
            continue;
        }
        columns.extend(values(job, layout, &compiled, (frames.as_slice(), indices.as_slice(), rows), notes));
    }
    if columns.len() != layout.columns.len() {
        return None;
    }
    let cells = |(place, row): (usize, &TemplateRow<'_>)| {
        let cells = layout.columns.iter().zip(&columns).enumerate();
        cells
            .map(|(at_column, (column, values))| {
                let is_amount = at_column == layout.amount;
                finished(
                    job,
                    layout,
                    (column, is_amount),
                    (values[place].as_deref().unwrap_or(""), row),
                    notes,
                )
            })
            .collect()
    };
    Some(rows.iter().enumerate().map(cells).collect())
}

/// What expressions see. The columns of a payment hide those of payees and payment_details, which can be named with their table.
fn scope(people: &People, details: &PaymentDetails) -> Scope {
    let own: Vec<(String, Type)> = OWN.iter().map(|(name, ty)| ((*name).to_owned(), *ty)).collect();
    let bare = |columns: &[(String, Type)]| -> Vec<(String, Type)> {
        let hidden = |name: &str| OWN.iter().any(|(own, _)| *own == name);
        // A hidden column keeps its place, under a name that nobody can write.
        let renamed =
            |(name, ty): &(String, Type)| (if hidden(name) { format!(" {name}") } else { name.clone() }, *ty);
        columns.iter().map(renamed).collect()
    };
    Scope {
        tables: vec![
            ScopeTable::new("payment", own),
            ScopeTable::new("", bare(&people.columns)),
            ScopeTable::new("", bare(&details.columns)),
        ],
        zone: None,
    }
    .with_qualified("payees", people.columns.clone())
    .with_qualified("payment_details", details.columns.clone())
}

/// The columns of the payments themselves.
fn own(job: &Job<'_>, rows: &[TemplateRow<'_>], notes: &mut Notes) -> Frame {
    let digits = job.currency.digits();
    let texts = |of: &mut dyn FnMut(&TemplateRow<'_>) -> Option<String>| -> ArrayRef {
        Arc::new(rows.iter().map(&mut *of).collect::<StringArray>())
    };
    let numbers = |values: Vec<i128>, scale: u32| -> ArrayRef {
        let plain = Decimal128Array::from(values);
        match plain.clone().with_precision_and_scale(38, i8::try_from(scale).unwrap_or(0)) {
            Ok(scaled) => Arc::new(scaled),
            Err(_) => Arc::new(plain),
        }
    };
    let days = |day: i32| -> ArrayRef { Arc::new(Date32Array::from(vec![day; rows.len()])) };
    let occasion = job.occasion;
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("amount", numbers(rows.iter().map(|row| i128::from(row.coded.amount)).collect(), digits)),
        ("code", texts(&mut |row| Some(row.coded.code.clone()))),
        (
            "company_code",
            texts(&mut |row| {
                let own = row.payment.detail("company_code").map(str::to_owned);
                own.or_else(|| job.text_of("company_code", row.payment, None, notes))
            }),
        ),
        ("payee_id", texts(&mut |row| Some(row.payment.payee_id.clone()))),
        ("name", texts(&mut |row| row.payment.holder())),
        ("paid_currency", texts(&mut |row| Some(row.payment.currency.code().to_owned()))),
        ("period", texts(&mut |_| Some(occasion.period.clone()))),
        ("period_start", days(occasion.month.0)),
        ("period_end", days(occasion.month.1)),
        ("execution_date", days(occasion.execution)),
        ("reference", texts(&mut |_| Some(job.reference()))),
        ("line", numbers((1..).take(rows.len()).collect(), 0)),
    ];
    let columns = columns.into_iter().map(|(name, column)| (name.to_owned(), column)).collect();
    Frame { rows: rows.len(), columns }
}

/// The frames that an expression reads, how their rows are found, and the rows.
type Ground<'g, 'p> = (&'g [Option<&'g Frame>], &'g [Option<&'g UInt32Array>], &'g [TemplateRow<'p>]);

/// The values of a column as texts.
fn values(
    job: &Job<'_>,
    layout: &Layout,
    compiled: &Expr,
    (frames, indices, rows): Ground<'_, '_>,
    notes: &mut Notes,
) -> Option<Vec<Option<String>>> {
    // A hidden column has no array under its new name; nothing can name it.
    let values = match Bound::new(compiled, frames).evaluate(rows.len(), indices) {
        Ok(values) => values,
        Err(error) => {
            if let Some(TemplateRow { payment, .. }) = rows.get(error.row) {
                let why = payment.shown(&error.message);
                notes.unfit(&payment.payee_id, format!("`{}`: {why}", compiled.text().text));
            }
            return None;
        }
    };
    let mut texts = Vec::with_capacity(rows.len());
    for row in 0..values.len() {
        if values.is_null(row) {
            texts.push(None);
            continue;
        }
        texts.push(match compiled.ty() {
            Type::Text => values.as_string_opt::<i32>().map(|array| array.value(row).to_owned()),
            Type::Boolean => values.as_boolean_opt().map(|array| array.value(row).to_string()),
            Type::Number => {
                let scale = match values.data_type() {
                    arrow::datatypes::DataType::Decimal128(_, scale) => u32::try_from(*scale).unwrap_or(0),
                    _ => 0,
                };
                values.as_primitive_opt::<Decimal128Type>().map(|array| shortest(array.value(row), scale))
            }
            Type::Date => {
                let day = values.as_primitive_opt::<Date32Type>().map(|array| array.value(row));
                match day.map(|day| dated(day, &layout.dates)) {
                    Some(Some(text)) => Some(text),
                    Some(None) => {
                        let message = format!("`dates` is \"{}\", which writes no date", layout.dates);
                        notes.error(job.error("dates", message).help("strftime, such as \"%d.%m.%Y\""));
                        return None;
                    }
                    None => None,
                }
            }
        });
    }
    Some(texts)
}

/// A number without needless zeros.
fn shortest(value: i128, scale: u32) -> String {
    let text = format_scaled(value, scale);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A day as a format writes it.
fn dated(day: i32, format: &str) -> Option<String> {
    let (year, month, day) = apportion_base::calendar::civil_from_days(day);
    let date =
        jiff::civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
            .ok()?;
    jiff::fmt::strtime::format(format, date).ok()
}

/// A cell as it stands in the file.
fn finished(
    job: &Job<'_>,
    layout: &Layout,
    (column, is_amount): (&Column, bool),
    (text, row): (&str, &TemplateRow<'_>),
    notes: &mut Notes,
) -> String {
    let payee = row.payment.payee_id.as_str();
    let field = format!("`{}`", column.name);
    if column.required && text.trim().is_empty() {
        notes.bad(payee, format!("{field} is empty"));
    }
    let most = column.width.unwrap_or(usize::MAX);
    let fitted = if is_amount {
        let plain = layout.plain(minor(row));
        if text.chars().count() > most {
            notes.unfit(payee, format!("its amount of {plain} does not fit into {most} characters"));
        }
        text.to_owned()
    } else {
        let field = if column.value.text.trim() == "name" { "the name".to_owned() } else { field.clone() };
        job.fitted((row.payment, &field), text, (layout.charset(), most), notes).unwrap_or_default()
    };
    if !is_amount && !layout.fixed && would_run(&fitted) {
        notes.unfit(payee, format!("{field} begins with a character that a spreadsheet would run"));
    }
    let needs_quotes = fitted.contains([char::from(layout.delimiter), '"']);
    if !layout.fixed && layout.quotes == QuoteStyle::None && needs_quotes {
        notes.unfit(payee, format!("{field} has the delimiter or a quote, and the file quotes nothing"));
    }
    layout.aligned(column, &fitted)
}
