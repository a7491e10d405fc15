//! Expressions: parsed, typed and evaluated on a few rows. A row has the same value alone and together with others, and
//! every part has the same value in its place and alone: `explain` depends on that.
#![no_main]

use std::sync::{Arc, OnceLock};

use apportion::diagnostic::{Files, Span};
use apportion::expr::{EvalError, Expr, ExprText, Input, Node, Scope, TableInput, Type, compile, compile_any};
use apportion_fuzz::diagnostics;
use arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, StringArray, UInt32Array,
};
use arrow::compute::{cast, take};
use arrow::datatypes::DataType;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|source: &str| {
    if source.len() > 2000 {
        return;
    }
    let (scope, tables) = world();
    let mut files = Files::default();
    let text = expression(&mut files, source);
    match compile_any(&text, scope) {
        Err(found) => diagnostics::check(&found, &files),
        Ok(expr) => {
            rows_agree(&expr, tables);
            parts_agree(&expr, expr.tree(), tables);
            let wrapped = expression(&mut files, &format!("( {source}\n)"));
            // Another pair fails only where the expression is already nested as deeply as is allowed.
            if let Ok(wrapped) = compile(&wrapped, scope, expr.ty()) {
                assert_eq!(texts(expr.evaluate(&input(tables))), texts(wrapped.evaluate(&input(tables))));
            }
        }
    }
    for expected in [Type::Text, Type::Number, Type::Date, Type::Boolean] {
        match compile(&text, scope, expected) {
            Ok(expr) => assert_eq!(expr.ty(), expected),
            Err(found) => diagnostics::check(&found, &files),
        }
    }
});

type Tables = Vec<Vec<Option<ArrayRef>>>;

/// Rows of each table.
const ROWS: usize = 4;

fn world() -> &'static (Scope, Tables) {
    static WORLD: OnceLock<(Scope, Tables)> = OnceLock::new();
    WORLD.get_or_init(|| {
        let numbers = |values: [Option<i128>; ROWS], scale| -> ArrayRef {
            let values = Decimal128Array::from(values.to_vec());
            Arc::new(values.with_precision_and_scale(38, scale).expect("38 digits"))
        };
        let keys = UInt32Array::from(vec![Some(1), Some(0), None, Some(2)]);
        let kinds = StringArray::from(vec![Some("partner"), Some("employee"), None]);
        let deals: Vec<(&str, Type, ArrayRef)> = vec![
            ("amount", Type::Number, numbers([Some(10_000), Some(-550), None, Some(0)], 2)),
            ("huge", Type::Number, numbers([Some(10_i128.pow(38) - 1), Some(1), None, Some(-7)], 9)),
            (
                "stage",
                Type::Text,
                Arc::new(StringArray::from(vec![Some("Won"), Some("lost"), None, Some("")])),
            ),
            (
                "close_date",
                Type::Date,
                Arc::new(Date32Array::from(vec![Some(20_484), Some(2_932_896), None, Some(-354_285)])),
            ),
            ("open", Type::Boolean, Arc::new(BooleanArray::from(vec![Some(true), Some(false), None, Some(true)]))),
        ];
        let payees: Vec<(&str, Type, ArrayRef)> = vec![
            ("kind", Type::Text, Arc::new(DictionaryArray::new(keys, Arc::new(kinds)))),
            ("amount", Type::Number, numbers([Some(1), Some(2), Some(3), None], 0)),
        ];
        let mut scope = Scope::default();
        let mut tables = Vec::new();
        for (name, columns) in [("deals", deals), ("payees", payees)] {
            scope = scope.with(name, columns.iter().map(|(name, ty, _)| ((*name).to_owned(), *ty)).collect());
            tables.push(columns.into_iter().map(|(_, _, array)| Some(array)).collect());
        }
        (scope, tables)
    })
}

fn expression(files: &mut Files, text: &str) -> ExprText {
    let file = files.add("rules/fuzzed.toml", text);
    ExprText {
        text: text.into(),
        span: Span { file, range: 0..text.len() },
        offsets: (0..=text.len()).collect::<Vec<_>>().into(),
    }
}

fn input(tables: &Tables) -> Input<'_> {
    let tables = tables.iter().map(|columns| TableInput { columns, rows: ROWS, index: None }).collect();
    Input { rows: ROWS, tables }
}

/// The value of each row, or the row that has none and why.
fn texts(values: Result<ArrayRef, EvalError>) -> Result<Vec<Option<String>>, (usize, String)> {
    let values = values.map_err(|error| (error.row, error.message))?;
    let number = matches!(values.data_type(), DataType::Decimal128(..));
    let texts = cast(&values, &DataType::Utf8).expect("every value has a text");
    let texts = texts.as_any().downcast_ref::<StringArray>().expect("texts");
    let plain = |text: &str| match text.contains('.') && number {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    Ok(texts.iter().map(|text| text.map(plain)).collect())
}

fn rows_agree(expr: &Expr, tables: &Tables) {
    let together = texts(expr.evaluate(&input(tables)));
    for row in 0..ROWS {
        let position = UInt32Array::from(vec![u32::try_from(row).expect("a few rows")]);
        let taken: Tables = tables
            .iter()
            .map(|columns| {
                columns.iter().flatten().map(|array| Some(take(array, &position, None).expect("a row"))).collect()
            })
            .collect();
        let one = taken.iter().map(|columns| TableInput { columns, rows: 1, index: None }).collect();
        let alone = texts(expr.evaluate(&Input { rows: 1, tables: one }));
        match (&together, alone) {
            (Ok(all), Ok(alone)) => assert_eq!(all[row], alone[0]),
            (Ok(_), Err(error)) => panic!("row {row} fails alone: {error:?}"),
            (Err((first, message)), Err((_, alone))) if *first == row => assert_eq!(*message, alone),
            (Err((first, message)), Ok(_)) if *first == row => assert!(message.contains("38 digits"), "{message}"),
            (Err(_), _) => {}
        }
    }
}

fn parts_agree(expr: &Expr, node: &Node, tables: &Tables) {
    for part in node.children() {
        assert!(node.range.start <= part.range.start && part.range.end <= node.range.end);
        let source = expr.source(part);
        let mut files = Files::default();
        // A text compared with a date is a date, and a null has the type of the other operand. Alone they have other
        // types.
        if let Ok(alone) = compile(&expression(&mut files, source), expr.scope(), part.ty) {
            let here = texts(expr.evaluate_node(part, &input(tables)));
            assert_eq!(here, texts(alone.evaluate(&input(tables))), "{source:?}");
        }
        parts_agree(expr, part, tables);
    }
}
