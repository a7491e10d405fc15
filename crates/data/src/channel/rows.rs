//! Reads the cells of kept rows of a staging table, and puts the rows in order.

use super::Ground;
use crate::column::{NO_NUMBER, NO_WIDE};
use crate::frames::{FrameSource, frame};
use crate::references::KeyIndex;
use crate::staging::StagingTable;
use crate::tables::frame::Frame;
use crate::tables::indices::{AccountIx, DealIx, NO_DAY, PayeeIx};
use crate::tables::{Moment, OpportunityIx};
use apportion_base::index::Optional;

/// A staging table, and what its rows name.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) staging: &'a StagingTable,
    pub(super) ground: Ground<'a>,
}

impl<'a> Rows<'a> {
    /// The kept rows in byte order of the ids in a column.
    pub(super) fn by_id(&self, position: usize) -> KeyIndex {
        KeyIndex::by_id(Some(self.staging), position, self.staging.texts(self.ground.names, position))
    }

    /// The columns of these rows that rules name.
    pub(super) fn frame(
        &self,
        rows: &[u32],
        special: impl Fn(&str) -> Option<arrow::array::ArrayRef>,
    ) -> Frame {
        let table = self.staging.table();
        let used = self.ground.used(table);
        let source = FrameSource { table, staging: Some(self.staging), names: self.ground.names, rows, used };
        frame(source, special)
    }

    pub(super) fn text(&self, position: usize, row: u32) -> Option<String> {
        self.str(position, row).map(str::to_owned)
    }

    pub(super) fn str(&self, position: usize, row: u32) -> Option<&'a str> {
        self.staging.text(self.ground.names, position, row)
    }

    pub(super) fn code(&self, position: usize, row: u32) -> u32 {
        self.staging.column(position).code(row as usize)
    }

    pub(super) fn day(&self, position: usize, row: u32) -> Option<i32> {
        Some(self.staging.column(position).day(row as usize)).filter(|day| *day != NO_DAY)
    }

    pub(super) fn moment(&self, position: usize, row: u32) -> Option<Moment> {
        self.staging.column(position).moment(row as usize)
    }

    pub(super) fn fixed(&self, position: usize, row: u32) -> Option<i64> {
        Some(self.staging.column(position).fixed(row as usize)).filter(|number| *number != NO_NUMBER)
    }

    pub(super) fn wide(&self, position: usize, row: u32) -> Option<i128> {
        Some(self.staging.column(position).wide(row as usize)).filter(|number| *number != NO_WIDE)
    }

    /// The payee of a kept row is known.
    pub(super) fn payee(&self, position: usize, row: u32) -> PayeeIx {
        PayeeIx::from_raw(self.ground.payees.index(self.code(position, row)))
    }

    pub(super) fn account(&self, position: usize, row: u32) -> Optional<AccountIx> {
        Optional::from_raw(self.code(position, row))
    }

    pub(super) fn opportunity(&self, position: usize, row: u32) -> Optional<OpportunityIx> {
        Optional::from_raw(self.code(position, row))
    }

    pub(super) fn deal(&self, position: usize, row: u32) -> Optional<DealIx> {
        self.ground.deal(self.code(position, row))
    }
}
