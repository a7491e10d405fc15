//! What `apportion report` can make.

use apportion::cli::reports::args::Report;
use apportion::cli::reports::{MadeReport, ReportMaker};
use apportion::{Error, Session, Settlement};

use crate::{health, lift, page, scorecard};

/// All reports.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reports;

impl ReportMaker for Reports {
    fn make(&self, session: &Session, settlement: &Settlement, report: &Report) -> Result<MadeReport, Error> {
        let made = match report {
            Report::Scorecard(args) => {
                let (by, exclude, matrix) = (args.by.clone(), args.exclude.clone(), args.matrix);
                scorecard::scorecard(settlement, &scorecard::Question { by, exclude, matrix })
            }
            Report::Lift(args) => {
                let (strata, at_least, exclude) = (args.strata.clone(), args.at_least, args.exclude.clone());
                lift::lift(settlement, &lift::Question { strata, at_least, exclude })
            }
            Report::Health(_) => health::health(settlement),
            Report::Page(_) => page::report_page(session, settlement),
        };
        Ok(made?)
    }
}
