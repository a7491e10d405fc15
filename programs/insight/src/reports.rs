//! What `apportion report` can make.

use apportion::cli::reports::args::Report;
use apportion::cli::reports::{MadeReport, ReportMaker};
use apportion::{Error, Session, Settlement};

use crate::frames::{Seen, Sight};
use crate::page::review;
use crate::{health, lift, page, scorecard};

/// All reports.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reports;

impl ReportMaker for Reports {
    fn make(&self, session: &Session, settlement: &Settlement, report: &Report) -> Result<MadeReport, Error> {
        let viewer = report.viewer();
        let seen = viewer.map(|payee| Seen::new(session, settlement, payee)).transpose()?;
        let sight = Sight { settlement, seen: seen.as_ref() };
        let made = match report {
            Report::Scorecard(args) => {
                let (by, exclude, matrix) = (args.by.clone(), args.exclude.clone(), args.matrix);
                scorecard::scorecard(sight, &scorecard::Question { by, exclude, matrix })
            }
            Report::Lift(args) => {
                let (strata, at_least, exclude) = (args.strata.clone(), args.at_least, args.exclude.clone());
                lift::lift(sight, &lift::Question { strata, at_least, exclude })
            }
            Report::Health(_) => health::health(sight),
            Report::Page(args) => {
                let question = page::Question { format: args.format, draws: args.draws };
                return page::report_page(session, sight, question);
            }
            Report::Review(args) => {
                let payee = args.payee.as_str();
                let seen = Seen::new(session, settlement, payee)?;
                let question = review::Question { payee, since: args.since, format: args.format };
                return review::review(session, settlement, &seen, question);
            }
        };
        Ok(made?)
    }
}
