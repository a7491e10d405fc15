//! What a line says is what its kind of rule has: null exactly where the contract has nothing to say.

use super::super::manifest::Terms;
use super::super::report::{Finding, Findings, Measure, Proof};
use super::Line;
use apportion_results::LINES;
use apportion_rules::Kind;

/// Columns that may be null, as bits.
mod bit {
    pub const ROLE: u16 = 1;
    pub const FROM: u16 = 1 << 1;
    pub const LEVEL: u16 = 1 << 2;
    pub const BASIS: u16 = 1 << 3;
    pub const RATE: u16 = 1 << 4;
    pub const UNITS: u16 = 1 << 5;
    pub const UNITS_TOTAL: u16 = 1 << 6;
    pub const CREDIT_TOTAL: u16 = 1 << 7;
    pub const POOL: u16 = 1 << 8;
    pub const CREDITED: u16 = 1 << 9;
    pub const UNCAPPED: u16 = 1 << 10;
    pub const AMOUNT: u16 = 1 << 11;
}
use bit::{
    AMOUNT, BASIS, CREDIT_TOTAL, CREDITED, FROM, LEVEL, POOL, RATE, ROLE, UNCAPPED, UNITS, UNITS_TOTAL,
};

/// Names in order of the bits.
const NAMES: [&str; 12] = [
    "role",
    "from_payee_id",
    "level",
    "basis",
    "rate",
    "units",
    "units_total",
    "credit_total",
    "pool",
    "credited",
    "uncapped",
    "amount",
];

const PAID: u16 = UNCAPPED | AMOUNT;
const SHARED: u16 = BASIS | UNITS | UNITS_TOTAL | CREDITED;

/// Every set of columns that a line of a kind may have.
fn shapes(kind: Kind) -> &'static [u16] {
    const WHOLE: u16 = SHARED | CREDIT_TOTAL;
    const WHOLE_PAID: u16 = WHOLE | RATE | POOL | PAID;
    match kind {
        // With roles or without; paid or credit only; as an overlay, which has neither whole nor roles.
        Kind::SharedCredit => {
            &[WHOLE, WHOLE | ROLE, WHOLE_PAID, WHOLE_PAID | ROLE, SHARED, SHARED | RATE | PAID]
        }
        Kind::Stipend => &[UNITS | PAID],
        // By payee; by deal.
        Kind::RenewalBonus => {
            &[BASIS | RATE | UNITS | UNITS_TOTAL | PAID, BASIS | RATE | UNITS | UNITS_TOTAL | POOL | PAID]
        }
        Kind::Commission => &[BASIS | RATE | PAID],
        Kind::Override => &[BASIS | RATE | PAID | FROM | LEVEL],
    }
}

/// The columns that a line has.
fn shape(line: &Line<'_>) -> u16 {
    let bits = [
        line.role.is_some(),
        line.from_payee_id.is_some(),
        line.level.is_some(),
        line.basis.is_some(),
        line.rate.is_some(),
        line.units.is_some(),
        line.units_total.is_some(),
        line.credit_total.is_some(),
        line.pool.is_some(),
        line.credited.is_some(),
        line.uncapped.is_some(),
        line.amount.is_some(),
    ];
    bits.iter().enumerate().fold(0, |shape, (at, has)| shape | (u16::from(*has) << at))
}

/// Looks at the shape of each line.
#[derive(Debug)]
pub struct Applies<'a> {
    terms: &'a Terms,
    /// Rule, version and the shape that its first line had.
    versions: Vec<(u16, i32, u16)>,
    lines: u64,
    findings: Findings,
}

impl<'a> Applies<'a> {
    pub fn new(terms: &'a Terms) -> Self {
        Self { terms, versions: Vec::new(), lines: 0, findings: Findings::default() }
    }

    pub fn line(&mut self, line: &Line<'_>) {
        self.lines += 1;
        let Some((_, kind)) = self.terms.rules.get(usize::from(line.rule)) else {
            self.findings.add("unknown-rule", || {
                let message = format!("run.json names no rule `{}`", line.rule_id);
                Finding::new("unknown-rule", LINES, message).row(line.row)
            });
            return;
        };
        if line.kind != kind.word() {
            self.findings.add("wrong-kind", || {
                let message = format!("the kind of rule `{}` is not the one in run.json", line.rule_id);
                Finding::new("wrong-kind", LINES, message).row(line.row).numbers(line.kind, kind.word())
            });
        }
        let found = shape(line);
        if !shapes(*kind).contains(&found) {
            self.findings.add("wrong-nulls", || {
                let message =
                    format!("a {} has no line with just these columns ({})", kind.word(), line.shown());
                let nearest = shapes(*kind).iter().min_by_key(|shape| (**shape ^ found).count_ones());
                let nearest = nearest.copied().unwrap_or(0);
                Finding::new("wrong-nulls", LINES, message)
                    .row(line.row)
                    .numbers(names(found), names(nearest))
            });
            return;
        }
        self.version(line, found);
    }

    /// All lines of one version say the same things.
    fn version(&mut self, line: &Line<'_>, found: u16) {
        let key = (line.rule, line.rule_from);
        // The last one first: neighbours are mostly of one rule.
        match self.versions.iter().rev().find(|(rule, from, _)| (*rule, *from) == key) {
            None => self.versions.push((line.rule, line.rule_from, found)),
            Some((.., first)) if *first == found => {}
            Some((.., first)) => self.findings.add("wrong-nulls", || {
                let message = format!("other lines of this version say other things ({})", line.shown());
                Finding::new("wrong-nulls", LINES, message).row(line.row).numbers(names(found), names(*first))
            }),
        }
    }

    pub fn proof(self) -> Proof {
        let claim = "each line has the columns that its kind of rule has, and nulls in the others";
        let measures = vec![
            Measure::Count("lines", self.lines),
            Measure::Count("rule versions", self.versions.len() as u64),
        ];
        Proof::of("columns in use", claim, measures, self.findings)
    }
}

/// The columns of a shape, for people.
fn names(shape: u16) -> String {
    let named = NAMES.iter().enumerate().filter(|(at, _)| shape & (1 << at) != 0);
    named.map(|(_, name)| *name).collect::<Vec<_>>().join("+")
}
