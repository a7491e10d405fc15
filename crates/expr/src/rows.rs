//! The rows on which a tree is evaluated, and on how few of them a part of it has to be.

use std::cell::RefCell;
use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef, UInt32Array};
use arrow::compute::take;

use super::error::Fault;
use super::input::{Input, TableInput};
use super::scope::ColumnRef;
use super::tree::TableUse;
use super::types::Type;
use super::value::Value;

/// The rows on which a subtree is evaluated.
pub(super) struct Rows {
    /// Their number.
    pub rows: usize,
    /// Whether a subtree over one table may be evaluated on the table's own rows.
    factor: bool,
    /// The tables of the scope, in its order.
    tables: Vec<Table>,
    /// Cache of columns that were taken through an index.
    taken: RefCell<BTreeMap<ColumnRef, Value>>,
}

/// A table of the input, as [`TableInput`].
#[derive(Clone, Default)]
struct Table {
    columns: Vec<Option<ArrayRef>>,
    rows: usize,
    index: Option<UInt32Array>,
}

/// A computation on any rows of the tables that it uses.
pub(super) type Work<'w> = &'w dyn Fn(&Rows) -> Result<Value, Fault>;

fn missing_table() -> Fault {
    Fault::new("a table of the scope was not given, which is a mistake of this program")
}

impl Rows {
    fn new(rows: usize, factor: bool, tables: Vec<Table>) -> Self {
        Self { rows, factor, tables, taken: RefCell::default() }
    }

    pub fn of_input(input: &Input) -> Self {
        let table =
            |t: &TableInput| Table { columns: t.columns.to_vec(), rows: t.rows, index: t.index.cloned() };
        Self::new(input.rows, true, input.tables.iter().map(table).collect())
    }

    /// Does the work on as few rows as its tables allow; the result is that for all rows.
    pub fn factored(&self, uses: TableUse, work: Work) -> Result<Value, Fault> {
        match uses {
            TableUse::Nothing if self.rows != 1 => work(&Self::new(1, false, Vec::new())),
            TableUse::One(table) if self.may_factor(table) => self
                .through_index(table, work)
                .or_else(|_| work(&Self::new(self.rows, false, self.tables.clone()))),
            _ => work(self),
        }
    }

    /// Does the work on the table's own rows and takes the results through the index.
    fn through_index(&self, table: usize, work: Work) -> Result<Value, Fault> {
        let source = self.tables.get(table).ok_or_else(missing_table)?;
        let Some(index) = &source.index else { return work(self) };
        let own = self.alone(table, Table { index: None, ..source.clone() }, source.rows);
        let results = work(&own)?;
        if index.null_count() == 0 {
            let constant = results.len() == 1 && source.rows != 1;
            return if constant { Ok(results) } else { results.take(index) };
        }
        // Where the index is null, every column of the table is null, so the result is that for a row of nulls.
        let null_row = Table { index: Some(UInt32Array::new_null(1)), ..source.clone() };
        let null_result = work(&self.alone(table, null_row, 1))?;
        let all = Value::concat(&results.repeated(source.rows)?, &null_result)?;
        let last = u32::try_from(source.rows).map_err(|_| Fault::new("a table has too many rows"))?;
        let filled: Vec<u32> = index.iter().map(|row| row.unwrap_or(last)).collect();
        all.take(&UInt32Array::from(filled))
    }

    /// One table at its index in the scope, and the others empty.
    fn alone(&self, index: usize, table: Table, rows: usize) -> Self {
        let mut tables = vec![Table::default(); self.tables.len()];
        if let Some(slot) = tables.get_mut(index) {
            *slot = table;
        }
        Self::new(rows, false, tables)
    }

    /// `rows` of the rows, from `start` on.
    pub fn part(&self, start: usize, rows: usize) -> Self {
        let part = |table: &Table| match &table.index {
            Some(index) => Table { index: Some(index.slice(start, rows)), ..table.clone() },
            None => {
                let columns =
                    table.columns.iter().map(|c| c.as_ref().map(|c| c.slice(start, rows))).collect();
                Table { columns, rows, index: None }
            }
        };
        Self::new(rows, self.factor, self.tables.iter().map(part).collect())
    }

    /// Refuses columns of different lengths: their results would be wrong.
    pub fn check(&self) -> Result<(), Fault> {
        // A table without loaded columns is not read, so its length does not matter.
        for table in self.tables.iter().filter(|table| table.columns.iter().any(Option::is_some)) {
            let rows = table.index.as_ref().map_or(table.rows, Array::len);
            let ragged = table.columns.iter().flatten().any(|column| column.len() != table.rows);
            if rows != self.rows || ragged {
                return Err(Fault::new(
                    "columns of different lengths were given, which is a mistake of this program",
                ));
            }
        }
        Ok(())
    }

    /// Whether evaluating on the table's own rows is worth it: not if the table is much longer than its index.
    fn may_factor(&self, table: usize) -> bool {
        self.factor
            && self
                .tables
                .get(table)
                .is_some_and(|table| table.index.is_some() && table.rows > 0 && table.rows / 2 <= self.rows)
    }

    /// The values of a column on these rows.
    pub fn column(&self, column: ColumnRef, ty: Type) -> Result<Value, Fault> {
        if let Some(value) = self.taken.borrow().get(&column) {
            return Ok(value.clone());
        }
        let table = self.tables.get(column.table).ok_or_else(missing_table)?;
        let array = table.columns.get(column.column).and_then(Option::as_ref).ok_or_else(|| {
            Fault::new("a column that an expression names was not loaded, which is a mistake of this program")
        })?;
        let value = match &table.index {
            None => Value::from_array(array, ty)?,
            // From an empty table only nulls can be taken.
            Some(index) if table.rows == 0 => Value::null(ty).repeated(index.len())?,
            Some(index) if Value::is_native(array) => Value::from_array(array, ty)?.take(index)?,
            // A column that must be converted is taken first, as the table may be much longer than the index.
            Some(index) => Value::from_array(&take(array, index, None)?, ty)?,
        };
        self.taken.borrow_mut().insert(column, value.clone());
        Ok(value)
    }
}
