//! `apportion forecast`: what a plan will cost.

mod args;
mod text;

pub use args::{EXAMPLES, ForecastArgs};

use std::sync::Arc;

use args::ForecastFormat;

use super::options::Global;
use super::progress::Bars;
use super::report::Reporter;
use super::{Ending, Failure, disk, print_data, project};
use crate::session::{ForecastRequest, PlanForecast};
use crate::{Error, Session};
use apportion_base::diagnostic::{Code, Diagnostic, Files};

/// Forecasts a period, and prints or writes what it comes to.
pub fn forecast(args: &ForecastArgs, global: &Global, reporter: &Reporter) -> Result<Ending, Failure> {
    let folder = project::find(global)?;
    let bars = Arc::new(Bars::new(reporter));
    let made = made(&folder, args, &bars);
    bars.finish(reporter);
    let made = made?;
    notes(&made, reporter);
    let mut ending = Ending::Fine;
    if let Some(out) = &args.out {
        let written = made.write(&disk(), out)?;
        written.warnings.iter().for_each(|warning| reporter.diagnostic(warning, &Files::default()));
        if !written.warnings.is_empty() {
            ending = Ending::Findings;
        }
        reporter.note(&format!("Wrote {}", project::shown(&written.folder)));
    }
    if args.out.is_none() || args.format.is_some() {
        print_data(&printed(&made, args)?)?;
    }
    Ok(ending)
}

fn made(folder: &std::path::Path, args: &ForecastArgs, bars: &Arc<Bars>) -> Result<PlanForecast, Failure> {
    let session = Session::open(folder)?.with_progress(Arc::<Bars>::clone(bars));
    let session = session.known_at(args.as_of);
    let other = args.rules.as_ref().map(|rules| session.with_rules(rules)).transpose()?;
    let request = ForecastRequest { period: args.period, draws: args.draws, seed: args.seed };
    session.forecast(&disk(), other.as_ref(), request)
}

fn printed(made: &PlanForecast, args: &ForecastArgs) -> Result<Vec<u8>, Failure> {
    let printed = match args.format.unwrap_or(ForecastFormat::Table) {
        ForecastFormat::Table => Ok(text::text(made, args.top).into_bytes()),
        ForecastFormat::Csv => made.costs_csv(),
        ForecastFormat::Json => made.json(),
    };
    printed.map_err(|error| {
        let message = format!("could not make the forecast's text: {error}");
        Error::from(Diagnostic::error(Code::CannotWrite, message))
    })
}

/// What a reader has to know to judge the figures.
fn notes(made: &PlanForecast, reporter: &Reporter) {
    let pipeline = &made.forecast.pipeline;
    if !pipeline.has_source {
        reporter.note("Nothing is drawn: the project has no [sources.opportunities]");
    }
    if pipeline.rejected > 0 {
        let rows = super::number::counted(pipeline.rejected, "row");
        reporter.note(&format!("{rows} rejected, not in the forecast (a run lists them in rejects.csv)"));
    }
    if pipeline.closed_later > 0 {
        let deals = super::number::count(pipeline.closed_later as u64);
        reporter
            .note(&format!("Deals of the data that closed after the as-of day count as they are: {deals}"));
    }
}
