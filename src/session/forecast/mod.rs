//! What a plan will cost.

mod files;
mod folder;

use std::sync::Arc;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::store::Store;
use apportion_book::Period;
use apportion_forecast::{Forecast, Question, forecast};
use apportion_ledger::rewritten::parse_day;

use super::{Amount, Session};
use crate::Error;

pub use folder::WrittenForecast;

/// What is asked of a forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForecastRequest {
    /// What is forecast: a month, a fiscal quarter or a fiscal year.
    pub period: Period,
    /// How often what is open is drawn.
    pub draws: u32,
    /// The key of the generator.
    pub seed: u64,
}

/// What a plan will cost, or two plans in the same draws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanForecast {
    /// The name of the book.
    pub book: String,
    /// The currency of amounts.
    pub currency: &'static str,
    /// The digits of its minor unit.
    pub digits: u32,
    /// What the draws come to.
    pub forecast: Forecast,
}

impl PlanForecast {
    /// An amount of minor units.
    pub fn amount(&self, minor: i128) -> Amount {
        Amount { minor, digits: self.digits }
    }
}

impl Session {
    /// Forecasts a period as of the session's day ([`Session::known_at`]), or else of the as-of day of the last close in a store; with
    /// `other`, a session with other rules over the same data, both plans in the same draws.
    ///
    /// # Errors
    ///
    /// As [`Session::settle`]; `no-as-of-day` and `bad-draws`.
    pub fn forecast(
        &self,
        store: &Arc<dyn Store>,
        other: Option<&Self>,
        request: ForecastRequest,
    ) -> Result<PlanForecast, Error> {
        let ForecastRequest { period, draws, seed } = request;
        let question = Question { period, as_of: self.forecast_day(store)?, draws, seed, whole: false };
        let other = other.map(|other| &other.project);
        let forecast = forecast(&self.project, other, question, self.progress.as_ref());
        let currency = self.book().currency;
        Ok(PlanForecast {
            book: self.book().name.clone(),
            currency: currency.code(),
            digits: currency.digits(),
            forecast: forecast.map_err(|found| self.error(found))?,
        })
    }

    /// The day that was asked for, or that of the last close.
    fn forecast_day(&self, store: &Arc<dyn Store>) -> Result<i32, Error> {
        if let Some(day) = self.project.as_of() {
            return Ok(day);
        }
        let of_close = match self.book().ledger {
            None => None,
            Some(_) => {
                let closes = self.ledger(store)?.closes().map_err(|found| self.error(vec![found]))?;
                closes.last().and_then(|close| parse_day(&close.record.as_of))
            }
        };
        of_close.ok_or_else(|| {
            let message =
                "a forecast begins with an as-of day, and there is no close whose day it could take";
            let help = "name the day at whose end things are known: `--as-of 2026-06-30`";
            self.error(vec![Diagnostic::error(Code::NoAsOfDay, message).help(help)])
        })
    }
}
