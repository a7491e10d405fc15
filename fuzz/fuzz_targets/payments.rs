//! Files of payments and of payroll: refused with a sentence, or rows whose sums by payee can be told. The same bytes are read alike
//! each time, and no format reads a payment of nothing.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use apportion::book::{ExportFormat, ExportSettings};
use apportion::diagnostic::Files;
use apportion::money::Currency;
use apportion::payments::job::{Created, Job, Occasion, Written};
use apportion::payments::read::by_payee;
use apportion::payments::writers;
use apportion::world::Memory;
use libfuzzer_sys::fuzz_target;

/// An export of each format that pays.
static EXPORTS: LazyLock<Vec<ExportSettings>> = LazyLock::new(|| {
    let world = Memory::new().with("apportion.toml", include_str!("../seeds/payments.toml")).shared();
    let book = apportion::book::read(world.as_ref(), Path::new(""), &mut Files::default());
    book.expect("the project of the seeds is sound").exports
});

fuzz_target!(|input: &[u8]| {
    let Some((first, bytes)) = input.split_first() else { return };
    let export = &EXPORTS[usize::from(*first) % EXPORTS.len()];
    let occasion = Occasion {
        period: "2026-07".to_owned(),
        month: (20_635, 20_665),
        execution: 20_679,
        created: Created { day: 20_678, second: 0 },
    };
    let code = if export.name.starts_with("eur-") { "EUR" } else { "USD" };
    let currency = Currency::from_code(code).expect("it is one of ISO 4217");
    let job = Job { export, occasion: &occasion, currency };
    let written = Written { key_column: Some(0), ..Written::default() };
    let rows = writers::read(&job, &written, bytes);
    assert_eq!(rows, writers::read(&job, &written, bytes));
    let Ok(rows) = rows else { return };
    let pays = !matches!(export.format.value, ExportFormat::Gusto);
    assert!(!pays || rows.iter().all(|row| row.amount != 0), "{}", export.name);
    let keys = rows.iter().map(|row| (row.key.clone(), row.key.clone())).collect();
    // Sums that can't be held are told.
    let _ = by_payee(&rows, &keys, code);
});
