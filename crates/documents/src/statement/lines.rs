//! The lines of a month, by payee.

use std::collections::BTreeMap;
use std::ops::Range;

use arrow::array::{Array, RecordBatch};
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::lines::cell::{Cells, columns};
use apportion_contract::output::LINE_FILE;

/// All lines of a month.
#[derive(Debug, Default)]
pub struct LineTable {
    batches: Vec<RecordBatch>,
    /// By payee: batches and rows in them.
    payees: BTreeMap<String, Vec<(usize, Range<usize>)>>,
}

/// A line as it was written. Amounts are minor units, rates hundred-millionths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WrittenLine {
    pub rule: String,
    pub rule_from: i32,
    pub kind: String,
    pub key: LineId,
    pub close_date: i32,
    pub basis: Option<i128>,
    pub rate: Option<i128>,
    pub credited: Option<i128>,
    pub uncapped: Option<i128>,
    pub amount: Option<i128>,
}

/// What identifies a line of a payee under a rule; empty where it has none.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LineId {
    pub deal: String,
    pub role: String,
    pub from_payee: String,
    pub of_rule: String,
    pub of_deal: String,
}

impl LineTable {
    /// Reads lines.parquet.
    ///
    /// # Errors
    /// What is wrong with the file, as the end of a sentence.
    pub fn read(bytes: Vec<u8>) -> Result<Self, String> {
        let damaged = |error: &dyn std::fmt::Display| format!("it is no Parquet file of lines: {error}");
        let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes))
            .and_then(|builder| builder.with_batch_size(1 << 14).build())
            .map_err(|error| damaged(&error))?;
        let mut table = Self::default();
        for batch in reader {
            table.add(batch.map_err(|error| damaged(&error))?)?;
        }
        Ok(table)
    }

    fn add(&mut self, batch: RecordBatch) -> Result<(), String> {
        let place = self.batches.len();
        let all = columns(&batch).map_err(|error| error.to_string())?;
        let Some(Cells::Text(payees)) = LINE_FILE.position("payee_id").and_then(|column| all.get(column))
        else {
            return Err("its column `payee_id` is none of texts".to_owned());
        };
        let mut start = 0;
        for row in 0..batch.num_rows() {
            // A payee's lines follow each other.
            if row + 1 == batch.num_rows() || payees.value(row + 1) != payees.value(row) {
                let ranges = self.payees.entry(payees.value(row).to_owned()).or_default();
                ranges.push((place, start..row + 1));
                start = row + 1;
            }
        }
        self.batches.push(batch);
        Ok(())
    }

    /// All payees with a line.
    pub fn payees(&self) -> impl Iterator<Item = &str> {
        self.payees.keys().map(String::as_str)
    }

    /// The lines of a payee, in the order of the file.
    pub(super) fn of_payee(&self, payee: &str) -> Result<Vec<WrittenLine>, String> {
        let mut lines = Vec::new();
        for (batch, rows) in self.payees.get(payee).into_iter().flatten() {
            let columns = columns(&self.batches[*batch]).map_err(|error| error.to_string())?;
            lines.extend(rows.clone().map(|row| line(&columns, row)));
        }
        Ok(lines)
    }
}

fn line(columns: &[Cells<'_>], row: usize) -> WrittenLine {
    let cells = |name: &str| LINE_FILE.position(name).and_then(|place| columns.get(place));
    let text = |name: &str| match cells(name) {
        Some(Cells::Text(texts)) if !texts.is_null(row) => texts.value(row).to_owned(),
        _ => String::new(),
    };
    let number = |name: &str| cells(name).and_then(|cells| cells.decimal(row)).map(|(digits, _)| digits);
    let day = |name: &str| match cells(name) {
        Some(Cells::Date(days)) if !days.is_null(row) => days.value(row),
        _ => 0,
    };
    WrittenLine {
        rule: text("rule_id"),
        rule_from: day("rule_from"),
        kind: text("kind"),
        key: LineId {
            deal: text("deal_id"),
            role: text("role"),
            from_payee: text("from_payee_id"),
            of_rule: text("of_rule_id"),
            of_deal: text("of_deal_id"),
        },
        close_date: day("close_date"),
        basis: number("basis"),
        rate: number("rate"),
        credited: number("credited"),
        uncapped: number("uncapped"),
        amount: number("amount"),
    }
}
