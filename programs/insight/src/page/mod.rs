//! `report page`: a period of the channel as one document, which opens offline as a page or as a workbook.
//!
//! A section is a file. Each takes what is seen of the period and adds its blocks, and none where there is nothing to show.

mod actions;
mod changes;
mod contribution;
mod governance;
mod handoffs;
mod incentives;
mod joint_wins;
mod lift;
mod metrics;
mod names;
mod open;
mod prices;

use std::io;

use apportion::block::{Document, html, workbook};
use apportion::cli::reports::MadeReport;
use apportion::cli::reports::args::PageFormat;
use apportion::diagnostic::{Code, Diagnostic};
use apportion::language::Language;
use apportion::money::Currency;
use apportion::{Error, Session};

use crate::frames::{Insight, Sight};
use crate::scorecard::{Facts, rows};
use metrics::Metrics;

/// What sections are made of.
struct Ground<'a> {
    session: &'a Session,
    sight: Sight<'a>,
    facts: &'a Facts<'a>,
    /// By channel.
    channels: Metrics,
    /// By channel and month.
    months: Metrics,
    currency: Currency,
}

/// The page of what is seen of a period.
///
/// # Errors
/// A sum that can't be held, and as [`Session::actions`].
pub fn report_page(session: &Session, sight: Sight<'_>, format: PageFormat) -> Result<MadeReport, Error> {
    let insight = Insight::new(sight, &["channel".to_owned(), "month".to_owned()], &[])?;
    let groups = insight.groups.first(1);
    let facts = Facts::by(&insight, &groups)?;
    let by_month = rows(&Facts::new(&insight)?)?;
    let ground = Ground {
        session,
        sight,
        facts: &facts,
        channels: Metrics(rows(&facts)?),
        months: Metrics(by_month),
        currency: session.book().currency,
    };
    let document = document(&ground)?;
    let text = format!("{}: {}\n", document.title, format.file());
    let bytes = match format {
        PageFormat::Html => html(&document).into_bytes(),
        PageFormat::Xlsx => workbook(&document).map_err(|error| cannot_write(format, &error))?,
    };
    Ok(MadeReport { files: vec![(format.file(), bytes)], text })
}

fn cannot_write(format: PageFormat, error: &io::Error) -> Error {
    Diagnostic::error(Code::CannotWrite, format!("`{}` can't be made: {error}", format.file())).into()
}

fn document(ground: &Ground<'_>) -> Result<Document, Error> {
    let (book, settlement) = (ground.session.book(), ground.sight.settlement);
    let mut document = Document::new(Language::English, format!("{}: {}", book.name, settlement.period()));
    let whose = match ground.sight.seen {
        Some(seen) => format!("What {} may see of the channel", ground.name(seen.viewer)),
        None => "The channel in numbers".to_owned(),
    };
    let day = apportion::book::display_day(ground.facts.insight.as_of);
    document.lead.push(format!("{whose}, as of {day}. Amounts are in {}.", book.currency.code()));
    contribution::add(&mut document, ground);
    metrics::add_rates(&mut document, ground);
    lift::add(&mut document, ground)?;
    open::add(&mut document, ground);
    handoffs::add(&mut document, ground)?;
    governance::add(&mut document, ground);
    prices::add(&mut document, ground)?;
    incentives::add(&mut document, ground)?;
    joint_wins::add(&mut document, ground);
    changes::add(&mut document, ground)?;
    actions::add(&mut document, ground)?;
    document.footer.push(
        "Made by apportion report page. A number beside a value (n) says how many rows it rests on; what rests on few says little."
            .to_owned(),
    );
    Ok(document)
}
