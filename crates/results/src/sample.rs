//! A small settlement made by hand, for tests.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "it serves tests, which want to fail")]

use std::sync::Arc;

use arrow::array::StringArray;

use apportion_base::diagnostic::{FileId, Span};
use apportion_base::digest::FileDigest;
use apportion_base::money::{Currency, Minor, Rounding};
use apportion_book::{Book, IncompletePolicy, Period, TableName, days_from_civil};
use apportion_data::{
    Counts, DealIx, Deals, Engagements, Frame, Input, NONE, Optional, PayeeIx, PayeeStates, Payees, Quotas,
    Reject, RejectCode, Splits, Tables,
};
use apportion_engine::credit::{
    FilledColumns, Line, Lines, PriorMonth, Reason, RuleTotals, Uncredited, Units,
};
use apportion_engine::project::Close;
use apportion_engine::settle::{Attainment, PeriodView};
use apportion_rules::{
    Body, Caps, EngagementTerms, Kind, Override, Per, Places, Policies, Reach, Rule, RuleBook, RuleIx,
    Stipend, Value, Version, VersionIx,
};

pub struct Sample {
    pub settlement: PeriodView,
    pub tables: Tables,
    pub rules: RuleBook,
    pub rule_files: Vec<FileDigest>,
    pub book: Book,
    pub period: Period,
}

/// Three rules over three deals: `credit-only` recognises without pay, `manager` pays an override, `stipend` pays.
pub fn sample() -> Sample {
    Sample {
        settlement: settlement(),
        tables: tables(),
        rules: rules(),
        rule_files: vec![FileDigest { path: "rules/all.toml".to_owned(), sha256: "ab".repeat(32) }],
        book: book(),
        period: Period::Month { year: 2026, month: 7 },
    }
}

/// The same, as a project hands it to the command line.
pub fn sample_close() -> Close {
    let Sample { settlement, tables, rules, rule_files, book, period } = sample();
    Close {
        book: Arc::new(book),
        rules: Arc::new(rules),
        rule_files,
        tables: Arc::new(tables),
        settlement,
        period,
        governance: None,
    }
}

/// Its tables alone.
pub fn sample_tables() -> Tables {
    tables()
}

fn book() -> Book {
    Book {
        root: "project".into(),
        file: FileDigest::new("apportion.toml", b""),
        name: "Northwind, \"partners\"".to_owned(),
        currency: Currency::from_code("USD").unwrap(),
        fiscal_year_starts: 1,
        rounding: Rounding::HalfAwayFromZero,
        rules: Vec::new(),
        fx_max_age_days: 31,
        incomplete: IncompletePolicy::Hold,
        timezone: None,
        warn_over_e8: 50_000_000,
        sources: Vec::new(),
        payment_details: Vec::new(),
        exports: Vec::new(),
        ledger: None,
        accounts: None,
        statements: apportion_book::StatementSettings::default(),
        report: apportion_book::ReportSettings::default(),
        forecast: apportion_book::ForecastSettings::default(),
    }
}

fn rules() -> RuleBook {
    RuleBook {
        rules: vec![
            rule("credit-only", Kind::SharedCredit),
            rule("manager", Kind::Override),
            rule("stipend", Kind::Stipend),
        ],
        policies: Policies::default(),
    }
}

/// A rule with some body: results do not depend on it.
fn rule(id: &str, kind: Kind) -> Rule {
    let body = if kind == Kind::Override {
        Body::Override(Override { credits: Vec::new(), payees: None, levels: Vec::new() })
    } else {
        let reach = Reach { deal: true, prior: false, account: false };
        Body::Stipend(Stipend {
            engaged: EngagementTerms { condition: None, reach },
            require: None,
            amount: Value::Plain(250.into()),
            per: Per::Deal,
        })
    };
    let version = Version {
        span: Span { file: FileId(0), range: 0..0 },
        title: None,
        why: None,
        retroactive: false,
        from: days_from_civil(2026, 1, 1),
        until: None,
        when: None,
        body,
        caps: Caps::default(),
        places: Places::default(),
    };
    Rule { id: id.to_owned(), kind, versions: vec![version] }
}

fn tables() -> Tables {
    let days: Vec<i32> = [1, 15, 31].map(|day| days_from_civil(2026, 7, day)).to_vec();
    Tables {
        accepted: 0,
        repeated_engagements: Default::default(),
        left_out: Default::default(),
        lines_in_cells: Default::default(),
        deals: Deals {
            ids: StringArray::from(vec!["D-1", "D-2", "D-3"]),
            id_rank: vec![0, 1, 2],
            won: vec![true; 3],
            close_date: days,
            amount_e6: vec![1_000_000_000; 3],
            account: vec![Optional::NONE; 3],
            accounts: 0,
            renews: vec![Optional::NONE; 3],
            incomplete_engagements: vec![false; 3],
            incomplete_splits: vec![false; 3],
            reversals: Vec::new(),
            frame: Frame::default(),
        },
        engagements: Arc::new(Engagements { by_deal: vec![0; 4], ..Engagements::default() }),
        payees: Payees {
            ids: StringArray::from(vec!["P-1", "P-2", "P-3"]),
            states: PayeeStates::lasting(Frame::default(), vec![Optional::NONE; 3]),
            frame: Frame {
                rows: 3,
                columns: vec![(
                    "name".to_owned(),
                    Arc::new(StringArray::from(vec![Some("Ada, Inc."), None, Some("Grace")])),
                )],
            },
        },
        splits: Arc::new(Splits {
            by_deal: vec![0; 4],
            payee: Vec::new(),
            percent_e9: Vec::new(),
            frame: Frame::default(),
        }),
        quotas: Quotas::default(),
        receipts: Default::default(),
        adjustments: Vec::new(),
        acceptances: Vec::new(),
        rates: Default::default(),
        channel: Default::default(),
        effects: Default::default(),
        period_end: None,
        rejects: rejects(),
        unread: Vec::new(),
        beyond: Vec::new(),
        counts: vec![counts(TableName::Deals, 5, 3, 1, 1), counts(TableName::Payees, 3, 3, 0, 0)],
        inputs: vec![Input {
            path: "data/deals.csv".to_owned(),
            table: TableName::Deals,
            sha256: "cd".repeat(32),
        }],
    }
}

fn rejects() -> Vec<Reject> {
    let reject = |table, row, key: &str, code, value: &str, rejected| Reject {
        table,
        file: "data/deals.csv".to_owned(),
        row,
        key: key.to_owned(),
        column: "amount".to_owned(),
        code,
        value: value.to_owned(),
        message: "is not an amount, \"like\" 12.30".to_owned(),
        rejected,
    };
    vec![
        reject(TableName::Payees, 1, "P-9", RejectCode::UnknownManager, "P-0", false),
        reject(TableName::Deals, 4, "D-9", RejectCode::TooLarge, "-5", true),
        reject(TableName::Deals, 4, "D-9", RejectCode::BadNumber, "=1+1", true),
    ]
}

fn settlement() -> PeriodView {
    let credits = FilledColumns {
        basis: true,
        units: true,
        units_total: true,
        credit_total: true,
        credited: true,
        ..FilledColumns::default()
    };
    let pays = FilledColumns { basis: true, rate: true, amount: true, ..FilledColumns::default() };
    PeriodView {
        attainment: Some(vec![Attainment {
            payee: PayeeIx::FIRST,
            rule: RuleIx::from_raw(1),
            period: Period::Month { year: 2026, month: 7 },
            quota_e6: Some(1_000_000_000),
            credit: 85_000,
            measure_e9: None,
            attainment_e6: Some(850_000),
            rate_e8: 5_000_000,
        }]),
        lines: lines(),
        roles: vec!["closed".to_owned(), "cosell".to_owned()],
        of_rules: Arc::default(),
        clawbacks: Arc::default(),
        applies: vec![vec![credits], vec![pays], vec![FilledColumns { units: true, ..pays }]],
        beyond: Vec::new(),
        uncredited: vec![
            uncredited(1, Some(2), None, Reason::NoRate, None),
            uncredited(0, Some(0), None, Reason::UnfilledRole, Some(30_000)),
            uncredited(1, None, None, Reason::NoRule, None),
            uncredited(1, Some(2), Some(0), Reason::NoQuota, None),
        ],
        totals: vec![
            RuleTotals {
                deals_matched: 2,
                lines: 3,
                basis: Some(200_000),
                credit_total: Some(200_000),
                credited: Some(170_000),
                credit_retained: Some(30_000),
                ..RuleTotals::default()
            },
            pay_totals(1, -500, -500, 0),
            pay_totals(2, 25_000, 25_000, 10_000),
        ],
        prior: vec![PriorMonth {
            month: Period::Month { year: 2026, month: 6 },
            lines: 4,
            credited: 12_345,
            amount: -5,
        }],
    }
}

fn pay_totals(lines: u64, pool: i128, uncapped: i128, withheld: i128) -> RuleTotals {
    RuleTotals {
        deals_matched: lines,
        lines,
        basis: Some(100_000),
        pool: Some(pool),
        retained: Some(0),
        uncapped: Some(uncapped),
        withheld: Some(withheld),
        amount: Some(uncapped - withheld),
        ..RuleTotals::default()
    }
}

fn uncredited(
    deal: u32,
    rule: Option<u16>,
    payee: Option<u32>,
    reason: Reason,
    retained_credit: Option<i64>,
) -> Uncredited {
    let (deal, rule) = (DealIx::from_raw(deal), rule.map(RuleIx::from_raw));
    let (payee, retained_credit) = (payee.map(PayeeIx::from_raw), retained_credit.map(Minor::new));
    Uncredited { deal, rule, payee, reason, retained: None, retained_credit }
}

/// An empty line of the first version of a rule.
fn line(rule: u16, deal: u32, payee: u32) -> Line {
    let (rule, version) = (RuleIx::from_raw(rule), VersionIx::FIRST);
    Line::new(rule, version, DealIx::from_raw(deal), PayeeIx::from_raw(payee))
}

/// P-1: two credits and a stipend; P-2: a credit; P-3: an override and a stipend that cancels out.
fn lines() -> Lines {
    let units = |e9| Units::of_e9(e9).unwrap();
    let credit = |payee, deal, role, e9, credited| Line {
        role: Optional::from_raw(role),
        basis: Minor::new(100_000),
        units: units(e9),
        units_total: units(e9),
        credited: Minor::new(credited),
        ..line(0, deal, payee)
    };
    let stipend = |payee, deal, uncapped, amount| Line {
        basis: Minor::new(50_000),
        rate_e8: 100_000_000,
        units: units(1_000_000_000),
        uncapped: Minor::new(uncapped),
        amount: Minor::new(amount),
        ..line(2, deal, payee)
    };
    let override_of_p_1 = Line {
        from_payee: PayeeIx::FIRST.into(),
        level: 1,
        basis: Minor::new(100_000),
        rate_e8: 1_000_000,
        uncapped: Minor::new(-500),
        amount: Minor::new(-500),
        ..line(1, 1, 2)
    };
    Lines::of_stretches(vec![
        vec![
            credit(0, 0, 0, 3_000_000_000, 50_000),
            credit(0, 1, NONE, 1_000_000_000, 100_000),
            credit(1, 0, 1, 1_000_000_000, 20_000),
        ],
        vec![override_of_p_1],
        vec![stipend(0, 0, 24_500, 14_500), stipend(2, 2, 500, 500)],
    ])
}

fn counts(table: TableName, read: u64, used: u64, filtered: u64, rejected: u64) -> Counts {
    let (of_filtered_deals, repeated, rejected_parts, passed_over, rounded) = (0, 0, 0, 0, 0);
    Counts {
        table,
        read,
        used,
        filtered,
        of_filtered_deals,
        repeated,
        rejected,
        rejected_parts,
        passed_over,
        rounded,
    }
}
