//! How often deals like an opportunity were won in the last 365 days.

use std::collections::BTreeMap;

use apportion_channel::Texts;
use apportion_data::{DealIx, Tables};

use crate::chance::Chance;
use crate::pipeline::ChanceOf;

/// Days that are looked at, the as-of day among them.
const DAYS: i32 = 365;

/// Fewer decided deals say nothing about a group.
const AT_LEAST: u32 = 20;

/// What stands for a channel or a segment that is not known.
const UNKNOWN: &str = "unknown";

/// Decided deals, and how many of them were won.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Decided {
    won: u32,
    all: u32,
}

impl Decided {
    fn count(&mut self, won: bool) {
        // There are fewer than 2^32 deals.
        self.won += u32::from(won);
        self.all += 1;
    }

    fn chance(self) -> Option<Chance> {
        (self.all > 0).then_some(Chance { won: self.won, of: self.all })
    }
}

/// The win rates of the deals that closed in the 365 days through a day.
#[derive(Debug, Default)]
pub struct WinRates<'a> {
    by_segment: BTreeMap<(&'a str, &'a str), Decided>,
    by_channel: BTreeMap<&'a str, Decided>,
    all: Decided,
}

impl<'a> WinRates<'a> {
    /// Of tables as policies leave them, through a day (since 1970-01-01). Deals count as they were sold; reversals and deals below 0
    /// are not decided.
    pub fn new(tables: &'a Tables, as_of: i32) -> Self {
        let deals = &tables.deals;
        let (channels, segments) = (Texts::of(&deals.frame, "channel"), Texts::of(&deals.frame, "segment"));
        let is_decided = |deal: DealIx| {
            deals.amount_e6[deal] >= 0
                && deals.reversal(deal).is_none()
                && tables.effects.milestone(deal).is_none()
        };
        let first = deals.first_from(as_of.saturating_sub(DAYS - 1));
        let through = deals.first_from(as_of.saturating_add(1));
        let mut rates = Self::default();
        for deal in DealIx::range(first..through).filter(|deal| is_decided(*deal)) {
            let channel = known(channels.get(deal.at()));
            let segment = known(segments.get(deal.at()));
            let won = deals.won[deal];
            rates.by_segment.entry((channel, segment)).or_default().count(won);
            rates.by_channel.entry(channel).or_default().count(won);
            rates.all.count(won);
        }
        rates
    }

    /// The win rate for a channel and a segment: of both where there are 20 deals, else of the channel where there are 20, else of all.
    /// `None` where nothing was decided.
    pub fn of(&self, channel: Option<&str>, segment: Option<&str>) -> Option<(Chance, ChanceOf)> {
        let (channel, segment) = (known(channel), known(segment));
        let enough = |decided: Option<&Decided>| decided.copied().filter(|decided| decided.all >= AT_LEAST);
        let groups = [
            (enough(self.by_segment.get(&(channel, segment))), ChanceOf::ChannelAndSegment),
            (enough(self.by_channel.get(channel)), ChanceOf::Channel),
            (Some(self.all), ChanceOf::All),
        ];
        groups.into_iter().find_map(|(decided, of)| Some((decided?.chance()?, of)))
    }
}

/// A channel or segment as the group that it is in.
fn known(text: Option<&str>) -> &str {
    text.unwrap_or(UNKNOWN)
}
