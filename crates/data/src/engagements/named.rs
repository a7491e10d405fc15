//! Which deal an engagement names.

use apportion_base::diagnostic::{Code, Diagnostic};

use crate::buckets::Buckets;
use crate::channel::DealsOf;
use crate::contract::engagements::{DEAL_ID, OPPORTUNITY_ID};
use crate::packed::Packed;
use crate::staging::StagingTable;
use crate::tables::indices::{DealIx, NONE};
use apportion_base::index::Optional;

/// The deal that each row of a staging table names.
#[derive(Debug, Clone, Default)]
pub(crate) struct DealOfRow(Packed<u32>);

impl DealOfRow {
    /// Of `rows` rows; `deal` gives the number of a deal, or [`NONE`].
    pub(crate) fn new(rows: usize, deal: impl Fn(usize) -> u32 + Sync) -> Self {
        Self(Packed::of_places(rows, deal))
    }

    #[inline]
    pub(crate) fn get(&self, row: usize) -> Optional<DealIx> {
        Optional::from_raw(self.0.get(row))
    }
}

/// The deals that engagements name.
#[derive(Debug, Default)]
pub(crate) struct DealsNamed {
    /// The deal that each row of the staging table names, or the first of its opportunity.
    pub(crate) first: DealOfRow,
    /// Rows that name an opportunity with each further deal of it, by row.
    pub(crate) others: Vec<(u32, DealIx)>,
}

/// The most further deals: each is a row more, though no file has it.
const MOST_OTHERS: usize = 1 << 28;

impl DealsNamed {
    /// What rows name by their deal, and those that name none by their opportunity.
    ///
    /// # Errors
    /// The engagements with the deals of opportunities are more rows than can be held.
    pub(crate) fn new(
        staging: Option<&StagingTable>,
        mut first: DealOfRow,
        deals_of: &DealsOf,
    ) -> Result<Self, Diagnostic> {
        let mut others = Vec::new();
        let name_opportunities = |staging: &&StagingTable| {
            let known = staging.spec.columns.len() > OPPORTUNITY_ID;
            known && staging.column(OPPORTUNITY_ID).present && !deals_of.of_deal.is_empty()
        };
        let Some(staging) = staging.filter(name_opportunities) else {
            return Ok(Self { first, others });
        };
        let (deal, opportunity) = (staging.column(DEAL_ID), staging.column(OPPORTUNITY_ID));
        for row in staging.kept() {
            let code = opportunity.code(row as usize);
            if code == NONE || deal.code(row as usize) != NONE {
                continue;
            }
            let mut deals = deals_of.opportunity(code);
            if let Some(deal) = deals.next() {
                first.0.set(row as usize, deal.raw());
            }
            others.extend(deals.map(|deal| (row, deal)));
            if others.len() > MOST_OTHERS {
                let message = "engagements that name opportunities, with all their deals, are more rows than can be held";
                return Err(Diagnostic::error(Code::TooManyRows, message.to_owned()));
            }
        }
        Ok(Self { first, others })
    }

    /// By row of the dense table: the row of the staging table.
    pub(crate) fn dense_rows(&self, staging: &StagingTable, deals: usize) -> Vec<u32> {
        let kept = staging.kept().into_iter().map(|row| (row, self.first.get(row as usize).code()));
        let mut rows: Vec<(u32, u32)> = kept.collect();
        if !self.others.is_empty() {
            rows.extend(self.others.iter().map(|(row, deal)| (*row, deal.raw())));
            rows.sort_by_key(|(row, _)| *row);
        }
        let by_deal = Buckets::new(rows.iter(), deals + 1, |(_, deal)| (*deal as usize).min(deals));
        by_deal.rows.into_iter().map(|(row, _)| row).collect()
    }
}
