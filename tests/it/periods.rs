//! A period as a view of its fiscal year: the same whether the year goes on after it or not, and months make up the
//! year.

use apportion::book::{Book, Period};
use apportion::credit::{Line, RuleTotals};
use apportion::data::{NoProgress, Tables};
use apportion::diagnostic::Files;
use apportion::project::{Project, TracedProject};
use apportion::rules::RuleBook;
use apportion::settle::{PeriodView, Settlement, settle};

use crate::support::repository;

/// Fiscal year 2014 of the fixture starts in May 2013.
const YEAR: &str = "2014";
const MONTHS: [&str; 12] = [
    "2013-05", "2013-06", "2013-07", "2013-08", "2013-09", "2013-10", "2013-11", "2013-12", "2014-01",
    "2014-02", "2014-03", "2014-04",
];

fn period(text: &str) -> Period {
    Period::parse(text).unwrap()
}

fn settled(book: &Book, tables: &Tables, rules: &RuleBook, until: &str) -> Settlement {
    settle(book, tables, rules, period(until)).unwrap()
}

fn lines(view: &PeriodView) -> Vec<Line> {
    view.lines.iter().copied().collect()
}

fn sum(views: &[PeriodView], rule: usize, field: impl Fn(&RuleTotals) -> Option<i128>) -> i128 {
    views.iter().filter_map(|view| field(&view.totals[rule])).sum()
}

fn traced() -> TracedProject {
    let world = apportion::world::Disk::shared();
    let folder = repository("fixtures/adventureworks");
    Project::open(&world, &folder, &mut Files::default()).unwrap().traced(&NoProgress).unwrap()
}

#[test]
fn a_period_is_the_same_in_every_settlement_that_holds_it() {
    let traced = traced();
    let (book, tables, rules) = (&traced.book, &traced.tables, &traced.rules);
    let year = settled(book, tables, rules, YEAR);
    for name in ["2013-05", "2013-09", "2014-Q2", "2014-Q4", "2014-04"] {
        let alone = settled(book, tables, rules, name).period(tables, period(name));
        let within = year.period(tables, period(name));
        assert!(!alone.lines.is_empty(), "{name}");
        assert_eq!(lines(&within), lines(&alone), "{name}");
        assert_eq!(within.uncredited, alone.uncredited, "{name}");
        assert_eq!(within.totals, alone.totals, "{name}");
        assert_eq!(within.prior, alone.prior, "{name}");
    }
}

#[test]
fn months_make_up_the_year() {
    let traced = traced();
    let (book, tables, rules) = (&traced.book, &traced.tables, &traced.rules);
    let year = settled(book, tables, rules, YEAR);
    let whole = year.whole(tables);
    let months: Vec<PeriodView> = MONTHS.iter().map(|month| year.period(tables, period(month))).collect();
    let len = |field: fn(&PeriodView) -> usize| months.iter().map(field).sum::<usize>();
    assert_eq!(len(|view| view.lines.len()), whole.lines.len());
    assert_eq!(len(|view| view.uncredited.len()), whole.uncredited.len());
    for (rule, totals) in whole.totals.iter().enumerate() {
        assert_eq!(sum(&months, rule, |totals| totals.amount), totals.amount.unwrap_or(0));
        assert_eq!(sum(&months, rule, |totals| totals.basis), totals.basis.unwrap_or(0));
        assert_eq!(sum(&months, rule, |totals| totals.retained), totals.retained.unwrap_or(0));
        assert_eq!(
            months.iter().map(|view| view.totals[rule].deals_matched).sum::<u64>(),
            totals.deals_matched
        );
    }
    // The prior months of the last month are the sums of the other months.
    let prior = &months[11].prior;
    for (view, prior) in months.iter().zip(prior) {
        assert_eq!(view.lines.len() as u64, prior.lines, "{}", prior.month);
        let amount: i128 = view.lines.iter().map(|line| i128::from(line.amount)).sum();
        assert_eq!(amount, prior.amount, "{}", prior.month);
    }
    assert_eq!(prior.len(), 11);
    // Nothing is settled of another year.
    assert!(year.period(tables, period("2013-04")).lines.is_empty());
}
