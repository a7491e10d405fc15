//! Conditions as masks, the way `when` and `engaged` are evaluated: over whole columns, and through an index into
//! another table.

use std::sync::Arc;

use apportion::diagnostic::{FileId, Span};
use apportion::expr::{Expr, ExprText, Input, Scope, TableInput, Type, compile};
use arrow::array::{ArrayRef, Date32Array, Decimal128Array, StringDictionaryBuilder, UInt32Array};
use arrow::datatypes::UInt32Type;
use criterion::{Criterion, Throughput};
use std::hint::black_box;

use super::numbers::Numbers;

const ROWS: usize = 100_000;
const DEALS: usize = 25_000;

pub fn bench(criterion: &mut Criterion) {
    let mut numbers = Numbers::new(9);
    let types = ["new", "expansion", "renewal"];
    let deals: Vec<Option<ArrayRef>> = vec![
        Some(words(&types, DEALS, &mut numbers)),
        Some(decimals((0..DEALS).map(|_| i128::from(numbers.cents())), 2)),
        Some(dates(DEALS, 20_635, 92, &mut numbers)),
    ];
    let deal_scope = vec![
        column("deal_type", Type::Text),
        column("amount", Type::Number),
        column("close_date", Type::Date),
    ];
    let engagements: Vec<Option<ArrayRef>> = vec![
        Some(words(&["sourced", "cosell", "closed", "support"], ROWS, &mut numbers)),
        Some(dates(ROWS, 20_300, 430, &mut numbers)),
        Some(decimals((0..ROWS).map(|_| i128::from(numbers.weight_e9())), 9)),
    ];
    let engagement_scope =
        vec![column("role", Type::Text), column("occurred_on", Type::Date), column("weight", Type::Number)];
    let deal_of = UInt32Array::from_iter_values((0..ROWS).map(|_| numbers.index(DEALS) as u32));

    let of_deals = Scope::default().with("deals", deal_scope.clone());
    let scope = Scope::default().with("engagements", engagement_scope).with("deals", deal_scope);
    let mut group = criterion.benchmark_group("expressions");

    group.throughput(Throughput::Elements(DEALS as u64));
    for (name, text) in [
        ("text in a list", "deal_type IN ('new', 'expansion')"),
        ("number", "amount >= 10000"),
        ("arithmetic", "round(amount * 0.125, 2) + 10 >= 1000 OR deal_type = 'renewal'"),
    ] {
        let expr = expr(text, &of_deals);
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let tables = vec![TableInput { columns: &deals, rows: DEALS, index: None }];
                black_box(expr.mask(&Input { rows: DEALS, tables }).unwrap())
            });
        });
    }

    group.throughput(Throughput::Elements(ROWS as u64));
    for (name, text) in [
        ("engaged, one table", "role = 'cosell' AND weight > 0.5"),
        (
            "engaged, window of dates",
            "role = 'cosell' AND occurred_on > close_date - 180 AND occurred_on <= close_date",
        ),
    ] {
        let expr = expr(text, &scope);
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let tables = vec![
                    TableInput { columns: &engagements, rows: ROWS, index: None },
                    TableInput { columns: &deals, rows: DEALS, index: Some(&deal_of) },
                ];
                black_box(expr.mask(&Input { rows: ROWS, tables }).unwrap())
            });
        });
    }
    group.finish();
}

fn column(name: &str, ty: Type) -> (String, Type) {
    (name.to_owned(), ty)
}

fn expr(text: &str, scope: &Scope) -> Expr {
    let text = ExprText {
        text: text.into(),
        span: Span { file: FileId(0), range: 0..text.len() },
        offsets: (0..=text.len()).collect(),
    };
    compile(&text, scope, Type::Boolean).unwrap()
}

fn words(words: &[&str], rows: usize, numbers: &mut Numbers) -> ArrayRef {
    let mut builder = StringDictionaryBuilder::<UInt32Type>::new();
    for _ in 0..rows {
        builder.append_value(words[numbers.index(words.len())]);
    }
    Arc::new(builder.finish())
}

fn decimals(mantissas: impl Iterator<Item = i128>, scale: i8) -> ArrayRef {
    Arc::new(Decimal128Array::from_iter_values(mantissas).with_precision_and_scale(38, scale).unwrap())
}

fn dates(rows: usize, from: i32, days: u64, numbers: &mut Numbers) -> ArrayRef {
    Arc::new(Date32Array::from_iter_values((0..rows).map(|_| from + numbers.below(days) as i32)))
}
