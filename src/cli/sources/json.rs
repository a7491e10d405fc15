//! The sources for programs.

use serde_json::{Value, json};

use apportion_base::diagnostic::render_json;
use apportion_data::{ColumnOrigin, ColumnProfile, SourceProfile};

use crate::SourceReport;

/// All of it, as bytes for stdout.
pub fn json(report: &SourceReport) -> Result<Vec<u8>, serde_json::Error> {
    let mistakes =
        report.mistakes.iter().map(|mistake| serde_json::from_str(&render_json(mistake, &report.files)));
    let mistakes: Vec<Value> = mistakes.collect::<Result<_, _>>()?;
    let value = json!({
        "book": report.book.name,
        "currency": report.book.currency.code(),
        "sources": report.sources.iter().map(|profile| source(report, profile)).collect::<Vec<_>>(),
        "mistakes": mistakes,
    });
    let mut bytes = serde_json::to_vec_pretty(&value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn source(report: &SourceReport, profile: &SourceProfile) -> Value {
    let files = profile.files.iter().map(|file| {
        json!({
            "file": file.shown,
            "format": file.layout.format,
            "delimiter": file.layout.delimiter,
            "header_row": file.layout.header_row,
            "sheet": file.layout.sheet,
            "rows": file.rows,
            "filtered": file.filtered,
            "broken": file.broken,
            "passed_over": file.passed_over,
        })
    });
    let rows = profile.first_rows.iter().map(|(number, cells)| {
        let cells =
            profile.columns.iter().zip(cells).map(|(column, cell)| (column.name.clone(), json!(cell)));
        json!({ "row": number, "cells": cells.collect::<serde_json::Map<_, _>>() })
    });
    let condition = report.book.sources[profile.source].condition.as_ref();
    json!({
        "table": profile.table.word(),
        "files": files.collect::<Vec<_>>(),
        "where": condition.map(|condition| condition.text.to_string()),
        "columns": profile.columns.iter().map(column).collect::<Vec<_>>(),
        "expression_columns": profile.expression_columns,
        "not_read": profile.not_read,
        "first_rows": rows.collect::<Vec<_>>(),
    })
}

fn column(column: &ColumnProfile) -> Value {
    let (origin, from) = match &column.origin {
        ColumnOrigin::Mapped(name) => ("mapped", Some(name)),
        ColumnOrigin::Expression(text) => ("expression", Some(text)),
        ColumnOrigin::Marks(name) => ("marks", Some(name)),
        ColumnOrigin::OwnName => ("name", None),
        ColumnOrigin::Default(text) => ("default", Some(text)),
        ColumnOrigin::Absent => ("absent", None),
    };
    let example = column.example.as_ref().map(
        |cell| json!({ "file": cell.file, "row": cell.row, "text": cell.text, "accepted": cell.accepted }),
    );
    json!({
        "column": column.name,
        "origin": origin,
        "from": from,
        "type": column.kind.words().replace('`', ""),
        "written": column.written,
        "required": column.required,
        "default": column.default,
        "empty": column.nulls,
        "distinct": column.distinct,
        "unreadable": column.unreadable,
        "unreadable_example": example,
        "not_in": column.lacking,
    })
}
