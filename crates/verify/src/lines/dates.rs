//! Every line is of the period, of a deal that closed once, and of the rule version that was in force that day.

use super::super::calendar::Day;
use super::super::manifest::Terms;
use super::super::names::{Number, RuleNo};
use super::super::report::{Finding, Findings, Measure, Proof};
use super::Line;
use apportion_base::diagnostic::Code;
use apportion_contract::LINES;

/// The day of a deal that no line has named yet.
const NO_DAY: Day = Day(i32::MIN);

/// Looks at the dates of each line.
#[derive(Debug)]
pub struct Dates<'a> {
    terms: &'a Terms,
    /// First and last day of the period.
    days: (Day, Day),
    /// By deal: its close date on the first line that names it.
    close_date: Vec<Day>,
    versions: Vec<Version>,
    lines: u64,
    findings: Findings,
}

/// A rule version that lines name, and the last day that they name with it.
#[derive(Debug)]
struct Version {
    rule: RuleNo,
    from: Day,
    last_day: Day,
    row: u64,
}

impl<'a> Dates<'a> {
    /// No line yet.
    pub fn new(terms: &'a Terms) -> Self {
        let days = (terms.period.first_day(), terms.period.last_day());
        Self {
            terms,
            days,
            close_date: Vec::new(),
            versions: Vec::new(),
            lines: 0,
            findings: Findings::default(),
        }
    }

    /// Looks at a line.
    pub fn line(&mut self, line: &Line<'_>) {
        self.lines += 1;
        let (first, last) = self.days;
        if !(first..=last).contains(&line.close_date) {
            self.findings.add(Code::OutsidePeriod, || {
                let message = format!("the close date is not in the period ({})", line.shown());
                let period = format!("{first} to {last}");
                Finding::new(Code::OutsidePeriod, LINES, message)
                    .row(line.row)
                    .numbers(line.close_date, period)
            });
        }
        if line.rule_from > line.close_date {
            self.findings.add(Code::WrongVersion, || {
                let message =
                    format!("its rule version came into force after the deal closed ({})", line.shown());
                Finding::new(Code::WrongVersion, LINES, message)
                    .row(line.row)
                    .numbers(line.rule_from, line.close_date)
            });
        }
        // A milestone counts on another day under a rule that asks for both sides.
        if !self.terms.pays_milestones(line.rule) {
            self.deal(line);
        }
        self.version(line);
    }

    /// All lines of a deal have its close date.
    fn deal(&mut self, line: &Line<'_>) {
        let index = line.deal.index();
        if index >= self.close_date.len() {
            self.close_date.resize(index + 1, NO_DAY);
        }
        let known = self.close_date[index];
        if known == NO_DAY {
            self.close_date[index] = line.close_date;
        } else if known != line.close_date {
            self.findings.add(Code::TwoCloseDates, || {
                let deal = line.words.deal_id();
                let message = format!("another line gives deal `{deal}` another close date");
                Finding::new(Code::TwoCloseDates, LINES, message)
                    .row(line.row)
                    .numbers(line.close_date, known)
            });
        }
    }

    fn version(&mut self, line: &Line<'_>) {
        let Some(rule) = line.rule else { return };
        let key = (rule, line.rule_from);
        match self.versions.iter_mut().rev().find(|known| (known.rule, known.from) == key) {
            Some(known) if known.last_day >= line.close_date => {}
            Some(known) => (known.last_day, known.row) = (line.close_date, line.row),
            None => self.versions.push(Version {
                rule,
                from: line.rule_from,
                last_day: line.close_date,
                row: line.row,
            }),
        }
    }

    /// What was found.
    pub fn proof(mut self) -> Proof {
        // A version ends the day before the next one begins: no line of it may be of a later day.
        self.versions.sort_by_key(|version| (version.rule, version.from));
        for pair in self.versions.windows(2) {
            let (version, next) = (&pair[0], &pair[1]);
            if version.rule == next.rule && version.last_day >= next.from {
                let id = self.terms.id(version.rule);
                let message = format!("rule `{id}` had a newer version by then");
                let finding = Finding::new(Code::WrongVersion, LINES, message)
                    .row(version.row)
                    .numbers(version.from, next.from);
                self.findings.push(finding);
            }
        }
        let deals = self.close_date.iter().filter(|day| **day != NO_DAY).count();
        let measures = vec![
            Measure::Count("lines", self.lines),
            Measure::Count("deals", deals as u64),
            Measure::Count("rule versions", self.versions.len() as u64),
        ];
        let claim = "every line is of the period, at its deal's close date, by the version in force that day";
        Proof::new("dates", claim, measures, self.findings)
    }
}
