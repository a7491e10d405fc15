//! What a close computes, and what is known of the data beside it: the present state of deals and payees by their ids.

use std::ops::Range;

use crate::drawn_in::DrawnIn;
use crate::key::{ByName, Key, Map, Name, Names};
use crate::posted::Posted;
use apportion_base::money::Minor;
use apportion_book::{Book, FiscalCalendar, Period};
use apportion_data::{DealIx, PayeeIx, Tables};
use apportion_engine::credit::Line;
use apportion_engine::kinds::milestone::done_under;
use apportion_engine::settle::PeriodView;
use apportion_rules::{Kind, RuleBook, RuleIx};

/// The days of a close.
#[derive(Debug, Clone, Copy)]
pub struct CloseDays {
    /// The fiscal calendar.
    pub calendar: FiscalCalendar,
    /// The month that is closed.
    pub period: Period,
    /// The first day of the horizon: deals from here on are settled.
    pub horizon: i32,
    /// The first day of the month.
    pub first: i32,
    /// The last day of the month.
    pub last: i32,
    /// The first day of the first month that is closed in the ledger: deals before it are another system's.
    pub ledger_from: i32,
}

impl CloseDays {
    /// The days of the close of a month.
    pub fn new(book: &Book, first_month: Period, true_up: u32, period: Period) -> Self {
        let calendar = book.calendar();
        let ledger_from = calendar.first_day(first_month);
        let horizon = match calendar.year_of(period) {
            Period::Year { year } => {
                let back = i32::try_from(true_up).unwrap_or_default();
                ledger_from.max(calendar.first_day(Period::Year { year: year - back }))
            }
            _ => ledger_from,
        };
        let (first, last) = (calendar.first_day(period), calendar.last_day(period));
        Self { calendar, period, horizon, first, last, ledger_from }
    }

    /// The first day of the fiscal year in which the horizon begins.
    pub fn computed_from(self) -> i32 {
        self.calendar.first_day(self.calendar.year_of(self.calendar.month_of(self.horizon)))
    }

    /// The fiscal years that are settled, in order: those of deals that are drawn in and those of the horizon, the last one as far as
    /// the month.
    pub fn years(self, drawn_in: &DrawnIn) -> Vec<Period> {
        let from = self.computed_from();
        let mut years: Vec<Period> =
            drawn_in.years().filter(|year| self.calendar.first_day(*year) < from).collect();
        let mut day = self.horizon;
        while day < self.calendar.first_day(self.calendar.year_of(self.period)) {
            let year = self.calendar.year_of(self.calendar.month_of(day));
            years.push(year);
            day = self.calendar.last_day(year) + 1;
        }
        years.push(self.period);
        years
    }

    /// The first month of which something may be posted again.
    pub fn first_month(self, drawn_in: &DrawnIn) -> Period {
        let of_drawn_in = drawn_in.years().next().map(|year| self.calendar.first_day(year));
        self.month_of(of_drawn_in.map_or(self.horizon, |day| day.min(self.horizon)))
    }

    /// Whether a day is in the horizon.
    pub fn holds(self, day: i32) -> bool {
        (self.horizon..=self.last).contains(&day)
    }

    /// The month of a day.
    pub fn month_of(self, day: i32) -> Period {
        self.calendar.month_of(day)
    }
}

/// What has become of a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DealState {
    /// It closed on this day in the horizon, or before it and is drawn in: it is settled.
    Settled(i32),
    /// It closes after the month.
    Later,
    /// It closed on this day before the horizon, and keeps what was posted.
    Before(i32),
    /// It is not in the data.
    Absent,
}

/// A line as it is now.
#[derive(Debug, Clone, Copy)]
pub struct LineNow {
    /// What it pays.
    pub amount: Minor,
    /// Its place: the fiscal year, and the line in it.
    pub place: (usize, usize),
}

/// The settled years, and the data by ids.
#[derive(Debug)]
pub struct Ground<'a> {
    /// The project file.
    pub book: &'a Book,
    /// The data as they count at the end of the month.
    pub tables: &'a Tables,
    /// The rules.
    pub rules: &'a RuleBook,
    /// The days.
    pub days: CloseDays,
    /// Deals from before the horizon that are settled.
    pub drawn_in: &'a DrawnIn,
    /// The settled fiscal years, each as a whole, in order.
    pub years: &'a [PeriodView],
    deals: ByName<DealIx>,
    milestones: MilestonesByName,
    payees: ByName<PayeeIx>,
    rule_names: ByName<RuleIx>,
    codes: Codes,
}

/// The milestones of the data.
#[derive(Debug, Default)]
struct MilestonesByName {
    /// By rule and id, those that count for the rule.
    done: Map<(RuleIx, Name), DealIx>,
    /// By id, all that are there: the day on which each was done.
    done_on: Map<Name, Option<i32>>,
    /// Rules that paid for milestones, also where they are gone.
    rules: Map<Name, ()>,
}

impl MilestonesByName {
    fn new((tables, rules): (&Tables, &RuleBook), posted: &Posted, names: &mut Names) -> Self {
        let mut all = Self { rules: posted.milestone_rules(), ..Self::default() };
        for row in &tables.channel.milestones.rows {
            all.done_on.insert(names.code(&row.id), row.done_on);
        }
        for (index, rule) in rules.iter().filter(|(_, rule)| rule.kind == Kind::Milestone) {
            for done in done_under(tables, rule) {
                let deal = done.milestone.deal;
                all.done.insert((index, names.code(tables.deals.id(deal))), deal);
            }
        }
        all
    }
}

/// The codes of ids by index: they are asked for each line.
#[derive(Debug)]
struct Codes {
    deals: Vec<Name>,
    payees: Vec<Name>,
    rules: Vec<Name>,
    roles: Vec<Name>,
    /// Of each year: those of the rules whose lines are taken back.
    of_rules: Vec<Vec<Name>>,
}

impl Codes {
    fn new(tables: &Tables, rules: &RuleBook, names: &mut Names) -> Self {
        names.reserve(tables.deals.len() + tables.payees.len());
        Self {
            deals: tables.deals.all().map(|deal| names.code(tables.deals.id(deal))).collect(),
            payees: tables.payees.all().map(|payee| names.code(tables.payees.id(payee))).collect(),
            rules: rules.iter().map(|(_, rule)| names.code(&rule.id)).collect(),
            roles: tables.engagements.roles.iter().map(|role| names.code(role)).collect(),
            of_rules: Vec::new(),
        }
    }
}

impl<'a> Ground<'a> {
    /// Gives all deals and payees their codes.
    pub fn new(
        (book, tables, rules): (&'a Book, &'a Tables, &'a RuleBook),
        (days, drawn_in): (CloseDays, &'a DrawnIn),
        (posted, names): (&Posted, &mut Names),
    ) -> Self {
        let codes = Codes::new(tables, rules, names);
        let is_deal = |(_, deal): &(Name, DealIx)| tables.effects.milestone(*deal).is_none();
        let deals = codes.deals.iter().copied().zip(tables.deals.all()).filter(is_deal).collect();
        let milestones = MilestonesByName::new((tables, rules), posted, names);
        let payees = codes.payees.iter().copied().zip(tables.payees.all()).collect();
        let rule_names = codes.rules.iter().copied().zip(rules.iter().map(|(index, _)| index)).collect();
        Self { book, tables, rules, days, drawn_in, years: &[], deals, milestones, payees, rule_names, codes }
    }

    /// The same once the years are settled.
    #[must_use]
    pub fn with_years(mut self, years: &'a [PeriodView], names: &mut Names) -> Self {
        let codes = |view: &PeriodView| view.of_rules.iter().map(|rule| names.code(rule)).collect();
        self.codes.of_rules = years.iter().map(codes).collect();
        Self { years, ..self }
    }

    /// A rule of the rule files.
    pub fn rule(&self, rule: Name) -> Option<RuleIx> {
        self.rule_names.get(rule)
    }

    /// A deal of the data.
    pub fn deal(&self, deal: Name) -> Option<DealIx> {
        self.deals.get(deal)
    }

    /// What a key is on: a deal, or a milestone that counts for the key's rule as a row of the deals.
    pub fn deal_of(&self, key: &Key) -> Option<DealIx> {
        match self.is_of_milestone(key) {
            true => self.milestones.done.get(&(self.rule(key.rule)?, key.deal)).copied(),
            false => self.deal(key.deal),
        }
    }

    /// Whether a key is about a milestone, whose id stands in the place of a deal's: by its rule, or by what that was before it was gone.
    pub fn is_of_milestone(&self, key: &Key) -> bool {
        match self.rule(key.rule) {
            Some(rule) => self.rules[rule].kind == Kind::Milestone,
            None => self.milestones.rules.contains_key(&key.rule),
        }
    }

    /// A payee of the data.
    pub fn payee(&self, payee: Name) -> Option<PayeeIx> {
        self.payees.get(payee)
    }

    /// The codes of the payees of the data, in order of their ids.
    pub fn payee_names(&self) -> &[Name] {
        &self.codes.payees
    }

    /// What has become of the deal of a key, or of its milestone: one that is there and not done is one whose day has not come.
    pub fn state(&self, key: &Key) -> DealState {
        if let Some(deal) = self.deal_of(key) {
            let day = self.tables.deals.close_date[deal];
            return if self.drawn_in.has(deal) { DealState::Settled(day) } else { self.on(day) };
        }
        let own = self.milestones.done_on.get(&key.deal);
        match own.filter(|_| self.is_of_milestone(key)) {
            None => DealState::Absent,
            Some(None) => DealState::Later,
            Some(Some(day)) => self.on(*day),
        }
    }

    fn on(&self, day: i32) -> DealState {
        match day {
            day if day > self.days.last => DealState::Later,
            day if day < self.days.horizon => DealState::Before(day),
            day => DealState::Settled(day),
        }
    }

    /// Whether a deal is settled: it closed in the horizon, or is drawn in.
    pub fn settles(&self, deal: DealIx) -> bool {
        self.days.holds(self.tables.deals.close_date[deal]) || self.drawn_in.has(deal)
    }

    /// Whether a day is in a fiscal year that is computed, and not after the month.
    pub fn computes(&self, day: i32) -> bool {
        let year = self.days.calendar.year_of(self.days.month_of(day));
        (self.days.computed_from()..=self.days.last).contains(&day)
            || self.drawn_in.years().any(|drawn| drawn == year)
    }

    /// The key of a line that takes none back.
    pub fn key(&self, line: &Line) -> Key {
        let Codes { deals, payees, rules, roles, .. } = &self.codes;
        Key {
            payee: payees[line.payee],
            rule: rules[line.rule],
            deal: deals[line.deal],
            role: line.role.get().map(|role| roles[role]),
            from_payee: line.from_payee.get().map(|payee| payees[payee]),
            of_rule: None,
            of_deal: None,
        }
    }

    /// The key of a line of a year.
    fn key_in(&self, year: usize, line: &Line) -> Key {
        let key = self.key(line);
        let Some(of_rule) = line.of_rule.get().map(|rule| self.codes.of_rules[year][rule]) else {
            return key;
        };
        let original = self.tables.deals.original(line.deal);
        Key { of_rule: Some(of_rule), of_deal: original.map(|deal| self.codes.deals[deal]), ..key }
    }

    /// How many lines of the years a payee has.
    pub fn count(&self, payee: PayeeIx) -> usize {
        self.years.iter().map(|view| view.lines.of_payee(payee).len()).sum()
    }

    /// The lines of settled deals that pay a payee, in order of their keys' codes.
    pub fn lines_of(&self, payee: PayeeIx) -> Vec<(Key, LineNow)> {
        let mut lines = Vec::with_capacity(self.count(payee));
        for (year, view) in self.years.iter().enumerate() {
            let Range { start, end } = view.lines.of_payee(payee);
            let all = view.lines.range(start, end).flatten();
            for (place, line) in (start..).zip(all) {
                let pays = view.applies[line.rule][line.version].amount;
                if pays && self.settles(line.deal) {
                    lines.push((
                        self.key_in(year, line),
                        LineNow { amount: line.amount, place: (year, place) },
                    ));
                }
            }
        }
        lines.sort_unstable_by_key(|(key, _)| *key);
        lines
    }
}
