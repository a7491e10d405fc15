//! `report page`: a period of the channel as one document, which opens offline as a page or as a workbook.
//!
//! A section is a file. Each takes what is seen of the period and adds its blocks, and none where there is nothing to show.

mod accruals;
mod actions;
mod changes;
mod contribution;
mod forecast;
mod governance;
mod handoffs;
mod incentives;
mod joint_wins;
mod lift;
mod metrics;
mod names;
mod open;
mod prices;
pub mod review;

use std::io;

use apportion::block::{Document, html, workbook};
use apportion::channel::{FoundConflict, Subject};
use apportion::cli::reports::MadeReport;
use apportion::cli::reports::args::PageFormat;
use apportion::diagnostic::{Code, Diagnostic};
use apportion::language::Language;
use apportion::money::Currency;
use apportion::{Error, Session};

use crate::frames::{Insight, Sight, Wanted};
use crate::scorecard::{Facts, rows};
use metrics::Metrics;

/// What sections are made of.
struct Ground<'a> {
    session: &'a Session,
    sight: Sight<'a>,
    facts: &'a Facts<'a>,
    /// By channel.
    channels: Metrics,
    currency: Currency,
}

/// What the sections of a page are grouped by. Behind them, frames have the groups by which lift compares deals.
const OWN_GROUPS: [&str; 2] = ["channel", "month"];

/// What is asked of a page.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// What is written.
    pub format: PageFormat,
    /// How often what is open is drawn for a forecast; `None` is no forecast.
    pub draws: Option<u32>,
}

/// The page of what is seen of a period.
///
/// # Errors
/// A sum that can't be held, and as [`Session::actions`].
pub fn report_page(session: &Session, sight: Sight<'_>, question: Question) -> Result<MadeReport, Error> {
    let own = OWN_GROUPS.map(str::to_owned).into_iter();
    let by: Vec<String> = own.chain(crate::lift::Strata::new(sight, &[]).columns().iter().cloned()).collect();
    let wanted = Wanted { by: &by, excluded: &[], touches: true, work: false };
    with_ground(session, sight, wanted, |ground| {
        made(&document(ground, question.draws)?, "page", question.format)
    })
}

/// Makes something of what is seen of a period; the first of the groups that are wanted is the channel.
fn with_ground<T>(
    session: &Session,
    sight: Sight<'_>,
    wanted: Wanted<'_>,
    make: impl FnOnce(&Ground<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let insight = Insight::new(sight, wanted)?;
    let channels = insight.groups.first(1);
    let facts = Facts::by(&insight, &channels);
    make(&Ground {
        session,
        sight,
        facts: &facts,
        channels: Metrics(rows(&facts)?),
        currency: session.book().currency,
    })
}

/// A document as a file.
fn made(document: &Document, name: &str, format: PageFormat) -> Result<MadeReport, Error> {
    let file = format!("{name}.{}", format.ending());
    let text = format!("{}: {file}\n", document.title);
    let bytes = match format {
        PageFormat::Html => html(document).into_bytes(),
        PageFormat::Xlsx => workbook(document).map_err(|error| cannot_write(&file, &error))?,
    };
    Ok(MadeReport { files: vec![(file, bytes)], text })
}

impl Ground<'_> {
    /// An empty document about the period.
    fn document(&self, what: &str) -> Document {
        let name = &self.session.book().name;
        Document::new(Language::English, format!("{name}: {what} {}", self.sight.settlement.period()))
    }

    /// The conflicts that are seen, about what was there on the as-of day.
    fn conflicts(&self) -> impl Iterator<Item = &FoundConflict> {
        let close = self.sight.settlement.as_close();
        let is_known = |conflict: &&FoundConflict| match conflict.subject {
            Some(Subject::Deal(deal)) => close.tables.deals.close_date[deal] <= self.facts.insight.as_of,
            Some(Subject::Open(_)) | None => true,
        };
        let all = close.governance.iter().flat_map(|governance| &governance.conflicts);
        all.filter(is_known).filter(|conflict| self.sight.sees_conflict(conflict))
    }

    /// What a conflict is about, where that is seen.
    fn about(&self, conflict: &FoundConflict) -> String {
        match conflict.subject.filter(|subject| self.sight.sees(*subject)) {
            Some(Subject::Deal(deal)) => self.deal(deal),
            Some(Subject::Open(open)) => self.open(open),
            None => String::new(),
        }
    }
}

fn cannot_write(file: &str, error: &io::Error) -> Error {
    Diagnostic::error(Code::CannotWrite, format!("`{file}` can't be made: {error}")).into()
}

fn document(ground: &Ground<'_>, draws: Option<u32>) -> Result<Document, Error> {
    let mut document = ground.document("the channel in");
    let whose = match ground.sight.seen {
        Some(seen) => format!("What {} may see of the channel", ground.name(seen.viewer)),
        None => "All of the channel".to_owned(),
    };
    let day = apportion::book::display_day(ground.facts.insight.as_of);
    document.lead.push(format!("{whose}, as of {day}. Amounts are in {}.", ground.currency.code()));
    contribution::add(&mut document, ground)?;
    metrics::add_rates(&mut document, ground);
    lift::add(&mut document, ground)?;
    open::add(&mut document, ground);
    handoffs::add(&mut document, ground)?;
    governance::add(&mut document, ground);
    prices::add(&mut document, ground)?;
    incentives::add(&mut document, ground)?;
    forecast::add(&mut document, ground, draws)?;
    accruals::add(&mut document, ground)?;
    joint_wins::add(&mut document, ground);
    changes::add(&mut document, ground)?;
    actions::add(&mut document, ground)?;
    document.footer.push(
        "Made by apportion report page. A number beside a value (n) says how many rows it rests on; what rests on few says little."
            .to_owned(),
    );
    Ok(document)
}
