//! A period whose deals are credited and whose payees are not paid yet: what a run needs of it in memory, where payees can be paid some at a time.

use std::sync::Arc;

use super::{Close, Prepared, Project, forget_engagements};
use crate::plan::Window;
use crate::settle::{self, PartedStageOne, Room};
use apportion_base::diagnostic::Diagnostic;
use apportion_book::Period;
use apportion_data::Progress;

/// A period as far as all of it has to be in memory at once.
#[derive(Debug)]
pub struct CreditedPeriod {
    /// The period. Where payees are not paid yet it has no lines, and nothing that follows from them: that is what
    /// [`PartedStageOne::pay`] gives.
    pub close: Close,
    /// What payees are paid of, some at a time; `None` where all were paid, because rules do not pay so
    /// ([`pays_some_at_a_time`](settle::pays_some_at_a_time)).
    pub stage_one: Option<PartedStageOne>,
}

impl Project {
    /// Settles a period as [`Project::into_close`] does, as far as all of it has to be in memory at once.
    ///
    /// # Errors
    ///
    /// As [`Project::settle`].
    pub fn into_credited(
        self,
        period: Period,
        room: &Room,
        progress: &dyn Progress,
    ) -> Result<CreditedPeriod, Vec<Diagnostic>> {
        let (book, rules) = (Arc::clone(self.book()), Arc::clone(&self.rules));
        if !settle::pays_some_at_a_time(&rules) {
            let prepared = self.own_prepared(period, progress)?;
            let close = self.close(prepared, period, forget_engagements)?;
            return Ok(CreditedPeriod { close, stage_one: None });
        }
        let (prepared, ungrouped) = match settle::credits_some_at_a_time(&book, &rules) {
            true => self.own_prepared_ungrouped((period, room.portions.grouped_up_to), progress)?,
            false => (self.own_prepared(period, progress)?, None),
        };
        let Prepared { mut tables, governance } = prepared;
        let window = Window::new(book.calendar(), period);
        let stage_one = settle::credit_by_payees(&book, (&tables, ungrouped), &rules, (window, room))?;
        forget_engagements(&mut tables);
        let settlement = settle::no_lines(&tables, &rules);
        let rule_files = self.rule_files.clone();
        let close = Close { book, rules, rule_files, tables, settlement, period, governance };
        Ok(CreditedPeriod { close, stage_one: Some(stage_one) })
    }
}
