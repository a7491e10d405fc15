//! What all families of findings use: the book, the rules and the tables, which deals each rule matches, and how they
//! would be settled.

use crate::credit::{Fault, Line, Uncredited};
use crate::plan::{Counted, Inputs, Matches, Window, match_rules};
use crate::project::Governance;
use crate::settle::{self, PeriodView, settle_with_ties};
use apportion_base::diagnostic::{Diagnostic, Span};
use apportion_book::{Book, Period, display_day};
use apportion_data::{DealIx, PayeeIx, StateIx, Tables, UsedColumns};
use apportion_rules::{Places, Rule, RuleBook, RuleIx, Version, VersionIx};

/// A rule with lines on fewer than one in so many deals has them sorted.
const SORTED_PART: usize = 32;

/// A project and its settlement in the days that are checked.
pub struct Facts<'a> {
    pub book: &'a Book,
    pub rules: &'a RuleBook,
    /// Columns that the rules name.
    pub used: &'a UsedColumns,
    pub tables: &'a Tables,
    /// What the policies of the channel found.
    pub governance: Option<&'a Governance>,
    /// The day at whose end things are known, days since 1970-01-01.
    pub as_of: i32,
    /// The period to check; `None` checks all won deals.
    pub period: Option<Period>,
    /// The days that are checked are those that this window pays.
    pub inputs: Inputs<'a>,
    /// Won deals that closed in these days, ascending.
    pub won: Vec<DealIx>,
    /// Matched deals of all the data, in any period.
    pub ever: Matches,
    /// `[rule][version]`: matched won deals of these days, ascending.
    pub matched: Vec<Vec<Vec<DealIx>>>,
    pub settlement: PeriodView,
    /// By rule: the numbers of its statements among the settlement's.
    statements_of: Vec<Vec<usize>>,
    /// By rule: rows of what the settlement left uncredited.
    uncredited_of: Vec<Vec<usize>>,
}

impl<'a> Facts<'a> {
    /// Matches the rules and settles the days in memory.
    ///
    /// # Errors
    /// A number that can't be held, as a run would give it.
    pub fn new(
        book: &'a Book,
        rules: &'a RuleBook,
        used: &'a UsedColumns,
        counted: &'a Counted<'a>,
        period: Option<Period>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let tables = counted.tables();
        let window = window(book, tables, period);
        let fault = |(rule, fault): (RuleIx, Fault)| vec![settle::describe(tables, rules, rule, &fault)];
        let inputs = Inputs::new(book, counted, rules, window);
        let ever = match period {
            // All the data are what is checked.
            None => match_rules(&inputs, rules),
            Some(_) => {
                let years = all_years(book, tables);
                let counted = settle::count(book, counted.sold(), rules, years)?;
                match_rules(&Inputs::new(book, &counted, rules, years), rules)
            }
        };
        let ever = ever.map_err(fault)?;
        let settlement = settle_with_ties(book, counted.sold(), rules, window)?.paid(tables, window);
        let close_date = &tables.deals.close_date;
        let pays = |deal: &DealIx| window.pays(close_date[*deal]);
        let in_days = |deals: &Vec<DealIx>| deals.iter().copied().filter(pays).collect();
        let matched = ever.deals.iter().map(|versions| versions.iter().map(in_days).collect()).collect();
        let won = tables.deals.all().filter(|deal| tables.deals.won[*deal] && pays(deal)).collect();
        let lines = &settlement.lines;
        let statements = lines.statements().map(|lines| lines.first().map(|line| line.rule));
        let statements_of = by_rule(rules, statements.enumerate());
        let uncredited = settlement.uncredited.iter().map(|row| row.rule);
        let uncredited_of = by_rule(rules, uncredited.enumerate());
        Ok(Self {
            book,
            rules,
            used,
            tables,
            governance: None,
            as_of: window.paid_until,
            period,
            inputs,
            won,
            ever,
            matched,
            settlement,
            statements_of,
            uncredited_of,
        })
    }

    /// The same with what the policies of the channel found by a day.
    #[must_use]
    pub fn governed(self, governance: Option<&'a Governance>, as_of: i32) -> Self {
        Self { governance, as_of, ..self }
    }

    pub fn window(&self) -> Window {
        self.inputs.window
    }

    /// The days that are checked, as the end of a sentence: `in 2026-07`.
    pub fn in_days(&self) -> String {
        self.period.map_or_else(|| "in the data".to_owned(), |period| format!("in {period}"))
    }

    /// The rules with their index.
    pub fn each_rule(&self) -> impl Iterator<Item = (RuleIx, &'a Rule)> {
        self.rules.iter()
    }

    /// The versions that are in force on one of the days, each with the indices of its rule and itself.
    pub fn versions(&self) -> impl Iterator<Item = VersionPlace<'a>> {
        let window = self.window();
        self.each_rule().flat_map(move |(rule_at, rule)| {
            let versions = rule.iter();
            let in_force = versions.filter(move |(_, version)| in_force(window, version));
            in_force.map(move |(version_at, version)| VersionPlace { rule_at, version_at, rule, version })
        })
    }

    /// The version of a rule that is in force last in these days.
    pub fn last_version<'r>(&self, rule: &'r Rule) -> Option<&'r Version> {
        rule.versions.iter().rfind(|version| in_force(self.window(), version))
    }

    /// The deals of these days that a rule matches, over its versions, ascending by version.
    pub fn matched_by(&self, rule: RuleIx) -> impl Iterator<Item = DealIx> + '_ {
        self.matched[rule].iter().flatten().copied()
    }

    /// How many deals of these days a rule matches.
    pub fn matches(&self, rule: RuleIx) -> u64 {
        self.matched_by(rule).count() as u64
    }

    /// Deals and payees that a rule left uncredited, and why.
    pub fn uncredited(&self, rule: RuleIx) -> impl Iterator<Item = &Uncredited> {
        self.uncredited_of[rule].iter().map(|row| &self.settlement.uncredited[*row])
    }

    /// The lines of a rule, payee by payee.
    pub fn statements(&self, rule: RuleIx) -> impl Iterator<Item = &[Line]> {
        self.statements_of[rule].iter().map(|position| self.settlement.lines.statement(*position))
    }

    /// The deals on which a rule makes lines, ascending, each once.
    pub fn deals_with_lines(&self, rule: RuleIx) -> Vec<DealIx> {
        let lines: usize = self.statements(rule).map(<[Line]>::len).sum();
        let deals = self.statements(rule).flatten().map(|line| line.deal);
        let all = &self.tables.deals;
        // Many lines are on most deals, and to mark these takes a fraction of the time that sorting does.
        if lines > all.len() / SORTED_PART {
            let mut has_line = vec![false; all.len()];
            deals.for_each(|deal| has_line[deal] = true);
            return all.all().filter(|deal| has_line[*deal]).collect();
        }
        let mut deals: Vec<DealIx> = deals.collect();
        deals.sort_unstable();
        deals.dedup();
        deals
    }

    /// The deals of a list that closed while a version was in force.
    pub fn while_in_force(&self, version: &Version, deals: &[DealIx]) -> Vec<DealIx> {
        let close_date = &self.tables.deals.close_date;
        let inside = |deal: &DealIx| version.in_force(close_date[*deal]);
        deals.iter().copied().filter(inside).collect()
    }

    pub fn deal_id(&self, deal: DealIx) -> String {
        let deals = &self.tables.deals;
        if deal.at() < deals.len() { deals.id(deal).to_owned() } else { String::new() }
    }

    pub fn payee_id(&self, payee: PayeeIx) -> String {
        let payees = &self.tables.payees;
        if payee.at() < payees.len() { payees.id(payee).to_owned() } else { String::new() }
    }

    /// What a payee is on these days, in order of time.
    pub fn states_of(&self, payee: PayeeIx) -> impl Iterator<Item = StateIx> + '_ {
        let (states, window) = (&self.tables.payees.states, self.window());
        let last = states.on(payee, window.paid_until);
        let first = states.on(payee, window.paid_from);
        states.of(payee).filter(move |state| (first..=last).contains(state))
    }

    /// Whether a rule pays an amount; one that only credits does not.
    pub fn pays(&self, rule: RuleIx) -> bool {
        self.settlement.applies[rule].iter().any(|applies| applies.amount)
    }
}

/// A version of a rule, and where it is in the rule book.
#[derive(Debug, Clone, Copy)]
pub struct VersionPlace<'a> {
    pub rule_at: RuleIx,
    pub version_at: VersionIx,
    pub rule: &'a Rule,
    pub version: &'a Version,
}

impl<'a> VersionPlace<'a> {
    /// Where it is written.
    pub fn written(&self) -> WrittenVersion<'a> {
        let Version { places, span, .. } = self.version;
        WrittenVersion { id: &self.rule.id, places, span }
    }
}

/// Where a version of a rule or a policy is written.
#[derive(Debug, Clone, Copy)]
pub struct WrittenVersion<'a> {
    pub id: &'a str,
    pub places: &'a Places,
    /// The table's header.
    pub span: &'a Span,
}

impl WrittenVersion<'_> {
    /// The place of a value, or the nearest that holds it.
    pub fn place(&self, path: &str) -> Span {
        self.places.nearest(path).unwrap_or(self.span).clone()
    }
}

/// Whether a version is in force on one of the days that a window pays.
pub fn in_force(window: Window, version: &Version) -> bool {
    version.in_force_within((window.paid_from, window.paid_until))
}

/// `2026-07-01 to 2026-07-31`.
pub fn days(from: i32, until: i32) -> String {
    format!("{} to {}", display_day(from), display_day(until))
}

/// The days that are checked: those of a period, or all years of the data.
pub fn window(book: &Book, tables: &Tables, period: Option<Period>) -> Window {
    period.map_or_else(|| all_years(book, tables), |period| Window::new(book.calendar(), period))
}

/// The fiscal years in which the won deals of the data closed; those of all deals where none is won.
fn all_years(book: &Book, tables: &Tables) -> Window {
    let deals = &tables.deals;
    let won = deals.won.iter().zip(&deals.close_date).filter(|(won, _)| **won).map(|(_, day)| *day);
    let (first, last) = span(won).or_else(|| span(deals.close_date.iter().copied())).unwrap_or((0, 0));
    Window::of_years(book.calendar(), first, last)
}

/// Rows by the rule that they belong to; those of no rule are left out.
fn by_rule<R: Clone>(rules: &RuleBook, of_rows: impl Iterator<Item = (R, Option<RuleIx>)>) -> Vec<Vec<R>> {
    let mut rows = vec![Vec::new(); rules.rules.len()];
    for (row, rule) in of_rows {
        if let Some(rule) = rule {
            rows[rule].push(row);
        }
    }
    rows
}

/// The first and the last of some days.
pub fn span(days: impl Iterator<Item = i32>) -> Option<(i32, i32)> {
    days.fold(None, |span, day| match span {
        None => Some((day, day)),
        Some((first, last)) => Some((day.min(first), day.max(last))),
    })
}
