//! A period settled by two projects, and what differs. Where both have the same data and rules allow it, lines of some payees are made on both
//! sides, compared and forgotten before the next ones are.

use std::sync::Arc;

use super::{Close, Prepared, Project};
use crate::diff::{self, Findings};
use crate::plan::Window;
use crate::settle::{self, PartedStageOne, Room};
use apportion_base::diagnostic::Diagnostic;
use apportion_book::Period;
use apportion_data::{Progress, Tables};

/// Two closes of a period, and what differs between them.
#[derive(Debug, Clone)]
pub struct Compared {
    /// The period by the one project, and by the other. Without lines where they were never together.
    pub sides: [Close; 2],
    /// Whether both were made of the same data; policies may make other tables of them.
    pub shares_data: bool,
    /// What differs.
    pub findings: Arc<Findings>,
}

/// What two projects settle, before it is settled.
struct BothPrepared {
    prepared: [Prepared; 2],
    shares_data: bool,
}

impl Project {
    /// Settles a period by this project and by another one, all of it. Data that both have alike are read once.
    ///
    /// # Errors
    ///
    /// As [`Project::settle`], on either side.
    pub fn settle_both(
        &self,
        other: &Self,
        period: Period,
        progress: &dyn Progress,
    ) -> Result<[Close; 2], Vec<Diagnostic>> {
        let BothPrepared { prepared, .. } = self.both_prepared(other, period, progress)?;
        self.close_both(other, prepared, period, progress)
    }

    /// Settles a period by this project, which is before, and by another one, which is after, and holds one against the other. `room` says of how
    /// many lines payees are paid together.
    ///
    /// # Errors
    ///
    /// As [`Project::settle_both`] and [`diff::diff`].
    pub fn compare(
        &self,
        other: &Self,
        period: Period,
        room: &Room,
        progress: &dyn Progress,
    ) -> Result<Compared, Vec<Diagnostic>> {
        let BothPrepared { prepared, shares_data } = self.both_prepared(other, period, progress)?;
        let tables = [&*prepared[0].tables, &*prepared[1].tables];
        if !diff::compares_some_at_a_time(tables, [&self.rules, &other.rules]) {
            let sides = self.close_both(other, prepared, period, progress)?;
            progress.phase("comparing", None);
            let found =
                diff::diff(sides[0].side(), sides[1].side(), period).map_err(|refused| vec![refused])?;
            let findings = found.into_findings();
            return Ok(Compared { sides, shares_data, findings });
        }
        let [before, after] = prepared;
        progress.phase("crediting as it is", None);
        let (mut before, of_before) = self.credited(before, period, room)?;
        progress.phase("crediting the other", None);
        let (mut after, of_after) = other.credited(after, period, room)?;
        progress.phase("paying and comparing", None);
        let sides = [before.side(), after.side()];
        let (settled, findings) =
            diff::diff_credited(sides, [of_before, of_after], period, room.portions.lines)?;
        [before.settlement, after.settlement] = settled;
        Ok(Compared { sides: [before, after], shares_data, findings: Arc::new(findings) })
    }

    /// The tables of both as they count for a period; those that both share are still shared when they know its end.
    fn both_prepared(
        &self,
        other: &Self,
        period: Period,
        progress: &dyn Progress,
    ) -> Result<BothPrepared, Vec<Diagnostic>> {
        let tables = self.tables(progress)?;
        let other_tables = other.tables(progress)?;
        let last_day = |project: &Self| project.book().calendar().last_day(period);
        let shares_data = Arc::ptr_eq(&tables, &other_tables) && last_day(self) == last_day(other);
        let tables = Tables::at_end_of(tables, last_day(self));
        let other_tables = if shares_data { Arc::clone(&tables) } else { other_tables };
        let prepared =
            [self.prepared(tables, last_day(self))?, other.prepared(other_tables, last_day(other))?];
        Ok(BothPrepared { prepared, shares_data })
    }

    fn close_both(
        &self,
        other: &Self,
        [before, after]: [Prepared; 2],
        period: Period,
        progress: &dyn Progress,
    ) -> Result<[Close; 2], Vec<Diagnostic>> {
        progress.phase("settling as it is", None);
        let before = self.close(before, period, |_| ())?;
        progress.phase("settling the other", None);
        Ok([before, other.close(after, period, |_| ())?])
    }

    /// A period whose deals are credited, and what its payees are paid of.
    fn credited(
        &self,
        Prepared { tables, governance }: Prepared,
        period: Period,
        room: &Room,
    ) -> Result<(Close, PartedStageOne), Vec<Diagnostic>> {
        let (book, rules) = (Arc::clone(self.book()), Arc::clone(&self.rules));
        let window = Window::new(book.calendar(), period);
        let stage_one = settle::credit_by_payees(&book, (&tables, None), &rules, (window, room))?;
        let settlement = settle::no_lines(&tables, &rules);
        let rule_files = self.rule_files.clone();
        Ok((Close { book, rules, rule_files, tables, settlement, period, governance }, stage_one))
    }
}
