//! Tables made by hand, for the tests of this crate.

use std::sync::Arc;

use apportion_base::diagnostic::{FileId, Span};
use apportion_base::digest::FileDigest;
use apportion_base::money::{Currency, Rounding};
use apportion_book::{Book, IncompletePolicy};
use apportion_data::{DealIx, Deals, Frame, Optional, PayeeStates, Payees};
use apportion_expr::{Expr, ExprText, Scope, Type, compile};
use apportion_rules::PolicyIx;
use arrow::array::{Array, ArrayRef, Decimal128Array, StringArray};
use arrow::datatypes::DataType;

use crate::scope::{Dated, DatedTerms};

/// A frame of these columns.
pub fn frame(columns: Vec<(&str, ArrayRef)>) -> Frame {
    let rows = columns.first().map_or(0, |(_, array)| array.len());
    Frame { rows, columns: columns.into_iter().map(|(name, array)| (name.to_owned(), array)).collect() }
}

/// Texts, one each row; `-` is null.
pub fn texts(texts: &[&str]) -> ArrayRef {
    Arc::new(texts.iter().map(|text| Some(*text).filter(|text| *text != "-")).collect::<StringArray>())
}

/// Whole numbers of money.
pub fn money(amounts: &[i64]) -> ArrayRef {
    let array: Decimal128Array = amounts.iter().map(|amount| Some(i128::from(*amount) * 1_000_000)).collect();
    Arc::new(array.with_data_type(DataType::Decimal128(38, 6)))
}

/// An expression over one table with the columns of a frame.
pub fn over(table: &str, frame: &Frame, text: &str, ty: Type) -> Expr {
    let type_of = |array: &ArrayRef| match array.data_type() {
        DataType::Decimal128(..) => Type::Number,
        DataType::Date32 => Type::Date,
        DataType::Boolean => Type::Boolean,
        _ => Type::Text,
    };
    let columns = frame.columns.iter().map(|(name, array)| (name.clone(), type_of(array))).collect();
    let span = Span { file: FileId(0), range: 0..text.len() };
    let offsets = (0..=text.len()).collect::<Vec<usize>>();
    let text = ExprText { text: text.into(), span, offsets: offsets.into() };
    compile(&text, &Scope::default().with(table, columns), ty).expect("a good expression")
}

/// A condition over deals with the columns of a frame.
pub fn when(frame: &Frame, text: &str) -> Expr {
    over("deals", frame, text, Type::Boolean)
}

/// A policy with a version for each of these stretches of days.
pub fn dated<'a, T>(id: &'a str, versions: Vec<(i32, Option<i32>, &'a T)>) -> Dated<'a, T> {
    let version = |(from, until, terms)| DatedTerms { from, until, terms };
    Dated { policy: PolicyIx::FIRST, id, versions: versions.into_iter().map(version).collect() }
}

/// Won deals `D-0`, `D-1` and so on that close on these days, which ascend, with these amounts.
pub fn deals(days: &[i32], amounts: &[i64], frame: Frame) -> Deals {
    let count = days.len();
    let ids: Vec<String> = (0..count).map(|deal| format!("D-{deal}")).collect();
    Deals {
        ids: StringArray::from(ids),
        id_rank: (0..count as u32).collect(),
        won: vec![true; count],
        close_date: days.to_vec(),
        amount_e6: amounts.iter().map(|amount| amount * 1_000_000).collect(),
        account: vec![Optional::NONE; count],
        accounts: 0,
        renews: vec![Optional::NONE; count],
        incomplete_engagements: vec![false; count],
        incomplete_splits: vec![false; count],
        reversals: Vec::new(),
        frame,
    }
}

/// Payees `P-0`, `P-1` and so on, each with a role.
pub fn payees(roles: &[&str]) -> Payees {
    let ids: Vec<String> = (0..roles.len()).map(|payee| format!("P-{payee}")).collect();
    let frame = frame(vec![("role", texts(roles))]);
    let states = PayeeStates::lasting(frame.clone(), vec![Optional::NONE; roles.len()]);
    Payees { ids: StringArray::from(ids), frame, states }
}

/// A deal by its number.
pub fn deal(number: usize) -> DealIx {
    DealIx::new(number).expect("few deals")
}

/// A book in US dollars.
pub fn book() -> Book {
    Book {
        root: "project".into(),
        file: FileDigest::new("apportion.toml", b""),
        name: "Test".to_owned(),
        currency: Currency::from_code("USD").expect("a currency"),
        fiscal_year_starts: 1,
        rounding: Rounding::HalfAwayFromZero,
        rules: Vec::new(),
        fx_max_age_days: 31,
        incomplete: IncompletePolicy::Hold,
        timezone: None,
        warn_over_e8: 50_000_000,
        sources: Vec::new(),
        payment_details: Vec::new(),
        exports: Vec::new(),
        ledger: None,
        accounts: None,
        statements: apportion_book::StatementSettings::default(),
        report: apportion_book::ReportSettings::default(),
        forecast: apportion_book::ForecastSettings::default(),
    }
}
