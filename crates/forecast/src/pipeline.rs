//! Which open opportunities are drawn, by which chance, and which are not, and why.

use std::collections::BTreeSet;
use std::sync::Arc;

use apportion_base::diagnostic::Diagnostic;
use apportion_book::{TableName, choices};
use apportion_channel::Texts;
use apportion_data::{OpenIx, Progress, Tables, UsedColumns};
use apportion_engine::project::Project;

use crate::Question;
use crate::chance::Chance;
use crate::win_rate::WinRates;

choices! {
    /// Where the chance of an opportunity comes from.
    pub enum ChanceOf {
        Probability = "probability", "Its own probability";
        ChannelAndSegment = "channel-segment", "The win rate of deals of its channel and segment";
        Channel = "channel", "The win rate of deals of its channel";
        All = "all", "The win rate of all deals";
    }
}

choices! {
    /// Why an open opportunity is not drawn. The first that holds.
    pub enum NotDrawn {
        Overdue = "overdue", "Its expected_close is before the as-of day";
        NoDate = "no-date", "It has no expected_close";
        NoAmount = "no-amount", "It has no amount, or there is no rate for its currency on the as-of day";
        NoProbability = "no-probability", "It has no probability, and no deal was decided in the 365 days through the as-of day";
        DealId = "deal-id", "A deal has its id";
    }
}

/// An opportunity that is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnOpportunity {
    /// Its `opportunity_id`.
    pub id: String,
    /// When it closes, days since 1970-01-01.
    pub close_date: i32,
    /// The amount in book currency at the as-of day's rate, in millionths.
    pub amount_e6: i64,
    /// How likely it is won.
    pub chance: Chance,
    /// Where that comes from.
    pub chance_of: ChanceOf,
}

/// An opportunity that is told and not drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldOpportunity {
    /// Its `opportunity_id`.
    pub id: String,
    /// Why.
    pub reason: NotDrawn,
}

/// What is open on the as-of day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pipeline {
    /// In byte order of ids.
    pub drawn: Vec<DrawnOpportunity>,
    /// In byte order of ids.
    pub told: Vec<ToldOpportunity>,
    /// How many are expected to close outside of the period: another forecast draws them.
    pub outside: usize,
    /// How many deals of the data closed after the as-of day. They count as they are.
    pub closed_later: usize,
    /// How many rows of the data can't be used.
    pub rejected: u64,
    /// Whether the project has a source of opportunities.
    pub has_source: bool,
}

impl Pipeline {
    /// What is open in a project.
    ///
    /// # Errors
    /// As [`Project::prepared`](Project::prepared).
    pub(crate) fn of(
        project: &Project,
        question: Question,
        progress: &dyn Progress,
    ) -> Result<Self, Vec<Diagnostic>> {
        let asking = project.clone().naming(&asked_columns());
        let read = asking.tables(progress)?;
        progress.phase("looking at what is open", None);
        let last_day = project.book().calendar().last_day(question.period);
        let prepared = asking.prepared_as_of(Arc::clone(&read), last_day, question.as_of)?;
        Ok(Ground { project, read: &read, known: &prepared.tables, question }.pipeline())
    }
}

/// The columns that win rates are asked by.
fn asked_columns() -> UsedColumns {
    UsedColumns::from([(TableName::Deals, ["channel", "segment"].map(str::to_owned).into())])
}

/// What is asked about each opportunity.
struct Ground<'a> {
    project: &'a Project,
    /// The tables as they were read.
    read: &'a Tables,
    /// The tables as they are known at the end of the day, and as policies leave them.
    known: &'a Tables,
    question: Question,
}

/// What becomes of an opportunity.
enum Judged {
    Drawn(DrawnOpportunity),
    Told(NotDrawn),
    Outside,
}

impl Ground<'_> {
    fn pipeline(&self) -> Pipeline {
        let (open, as_of) = (&self.known.channel.opportunities, self.question.as_of);
        let rates = WinRates::new(self.known, as_of);
        let amounts = open.seen_on(as_of, &self.known.rates, self.project.book()).amount_e6;
        let taken = self.taken();
        let segments = Texts::of(&open.frame, "segment");
        let deals = &self.read.deals;
        let mut pipeline = Pipeline {
            closed_later: deals.len() - deals.first_from(as_of.saturating_add(1)).at(),
            rejected: self.read.counts.iter().map(|counts| counts.rejected).sum(),
            has_source: self.read.channel.present.contains(&TableName::Opportunities),
            ..Pipeline::default()
        };
        for place in OpenIx::all(open.len()) {
            let id = open.ids.value(place.at());
            let own = open.probability_e9[place].and_then(Chance::of_probability);
            let chance = own
                .map(|chance| (chance, ChanceOf::Probability))
                .or_else(|| rates.of(open.channel[place].as_deref(), segments.get(place.at())));
            let seen = Seen {
                expected_close: open.expected_close[place],
                amount_e6: amounts[place],
                chance,
                is_deal: taken.contains(id),
            };
            match self.judge(id, &seen) {
                Judged::Drawn(drawn) => pipeline.drawn.push(drawn),
                Judged::Told(reason) => pipeline.told.push(ToldOpportunity { id: id.to_owned(), reason }),
                Judged::Outside => pipeline.outside += 1,
            }
        }
        pipeline
    }

    fn judge(&self, id: &str, seen: &Seen) -> Judged {
        let calendar = self.project.book().calendar();
        let period = self.question.period;
        let days = calendar.first_day(period)..=calendar.last_day(period);
        let Some(close_date) = seen.expected_close else { return Judged::Told(NotDrawn::NoDate) };
        if close_date < self.question.as_of {
            return Judged::Told(NotDrawn::Overdue);
        }
        if !days.contains(&close_date) {
            return Judged::Outside;
        }
        let Some(amount_e6) = seen.amount_e6 else { return Judged::Told(NotDrawn::NoAmount) };
        let Some((chance, chance_of)) = seen.chance else { return Judged::Told(NotDrawn::NoProbability) };
        if seen.is_deal {
            return Judged::Told(NotDrawn::DealId);
        }
        Judged::Drawn(DrawnOpportunity { id: id.to_owned(), close_date, amount_e6, chance, chance_of })
    }

    /// The ids of opportunities that deals have.
    fn taken(&self) -> BTreeSet<&str> {
        let open: BTreeSet<&str> = self.known.channel.opportunities.ids.iter().flatten().collect();
        let deals = &self.read.deals;
        deals.all().map(|deal| deals.id(deal)).filter(|id| open.contains(id)).collect()
    }
}

/// What an opportunity is judged by.
struct Seen {
    expected_close: Option<i32>,
    amount_e6: Option<i64>,
    chance: Option<(Chance, ChanceOf)>,
    is_deal: bool,
}
