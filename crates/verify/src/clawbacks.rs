//! A clawback takes back a part of a line: its basis is what that line paid, and what it takes is the part that its rate
//! says. Several that take of one line add up to what one of them all would take.
//!
//! The line may have been paid in another period, and then it is not in the file. Where it is, it is looked for when the
//! lines are read once more, which is done only for a result with clawbacks.

use std::collections::{BTreeMap, BTreeSet};

use super::calendar::Day;
use super::kinds::{self, Amount};
use super::lines::{Ids, Line};
use super::manifest::Terms;
use super::names::{DealNo, Number, PayeeNo, RoleNo, RuleDeal, RuleNo};
use super::report::{Finding, Findings, Measure, Proof};
use apportion_base::diagnostic::Code;
use apportion_contract::LINES;

/// 100% as a rate, in hundred-millionths.
const WHOLE: i128 = 100_000_000;

/// What a line is known by, apart from its period: rule, deal, payee, role, and the payee whose credit it is on.
type Key = (RuleNo, DealNo, PayeeNo, Option<RoleNo>, Option<PayeeNo>);

/// A clawback line.
#[derive(Debug, Clone, Copy)]
struct Taken {
    row: u64,
    rule: RuleNo,
    deal: DealNo,
    close_date: Day,
    /// `None` where run.json does not list the rule: it need not be there any more.
    of_rule: Option<RuleNo>,
    of_deal: DealNo,
    payee: PayeeNo,
    role: Option<RoleNo>,
    from: Option<PayeeNo>,
    basis: i64,
    rate: i64,
    amount: i64,
}

impl Taken {
    /// What the line that it takes back is known by.
    fn key(&self) -> Option<Key> {
        Some((self.of_rule?, self.of_deal, self.payee, self.role, self.from))
    }
}

/// All clawback lines, and the lines that they take back as far as the file has them.
#[derive(Debug, Default)]
pub struct Clawbacks {
    taken: Vec<Taken>,
    /// Deals whose lines are taken back.
    wanted: BTreeSet<DealNo>,
    /// Of these, the lines with an amount.
    originals: BTreeMap<Key, (i64, Day)>,
    /// Of these, the deals that the file has any line of.
    present: BTreeSet<DealNo>,
}

impl Clawbacks {
    /// Takes a line of the first reading.
    pub fn line(&mut self, line: &Line<'_>, terms: &Terms) {
        let Some(rule) = line.rule.filter(|rule| kinds::amount(terms.kind(*rule)) == Amount::TakenBack)
        else {
            return;
        };
        let Some((of_rule, of_deal)) = line.of_rule.zip(line.of_deal) else { return };
        self.wanted.insert(of_deal);
        self.taken.push(Taken {
            row: line.row,
            rule,
            deal: line.deal,
            close_date: line.close_date,
            of_rule,
            of_deal,
            payee: line.payee,
            role: line.role,
            from: line.from_payee,
            basis: line.basis.unwrap_or(0),
            rate: line.rate.unwrap_or(0),
            amount: line.amount.unwrap_or(0),
        });
    }

    /// Whether the lines have to be read again.
    pub fn wants_originals(&self) -> bool {
        !self.taken.is_empty()
    }

    /// Takes a line of the second reading.
    pub fn original(&mut self, line: &Line<'_>, terms: &Terms) {
        let is_wanted = !terms.pays_milestones(line.rule) && self.wanted.contains(&line.deal);
        let Some(rule) = line.rule.filter(|_| is_wanted) else { return };
        self.present.insert(line.deal);
        if let Some(amount) = line.amount {
            let key = (rule, line.deal, line.payee, line.role, line.from_payee);
            self.originals.insert(key, (amount, line.close_date));
        }
    }

    /// Proves each of them, and those of one line together. `made` are rule and deal of every line, sorted.
    pub fn proof(self, terms: &Terms, ids: &Ids, made: &[RuleDeal]) -> Proof {
        let mut findings = Findings::default();
        let mut reversals: BTreeMap<DealNo, &Taken> = BTreeMap::new();
        let mut find = |taken: &Taken, what: &str, numbers: (Option<i64>, Option<i64>)| {
            let deal = ids.deals.text(taken.deal);
            let message = format!("{what} (rule `{}`, deal `{deal}`)", terms.id(taken.rule));
            let finding = Finding::new(Code::WrongClawback, LINES, message).row(taken.row);
            findings.push(finding.amounts(
                numbers.0.map(Into::into),
                numbers.1.map(Into::into),
                terms.digits,
            ));
        };
        let nothing = (None, None);
        for taken in &self.taken {
            let first = *reversals.entry(taken.deal).or_insert(taken);
            if (first.rule, first.of_deal) != (taken.rule, taken.of_deal) {
                find(taken, "a reversal reverses one deal, under one rule", nothing);
            }
            self.of_its_line(taken, &mut find);
        }
        for taken in self.taken.iter().filter(|taken| reversals.contains_key(&taken.of_deal)) {
            find(taken, "the deal whose line it takes back is itself a reversal", nothing);
        }
        for pair in made {
            let other = reversals.get(&pair.deal()).filter(|taken| taken.rule.index() != pair.rule().index());
            if let Some(taken) = other {
                find(taken, "another rule has lines of the reversal as well", nothing);
            }
        }
        self.together(&mut find);
        let measures = vec![
            Measure::Count("lines", self.taken.len() as u64),
            Measure::Count("of lines in this file", self.in_file()),
            Measure::Amount("taken back", self.taken.iter().map(|taken| i128::from(taken.amount)).sum()),
        ];
        let claim = "a clawback takes back the part of a line that its rate says, and several add up to what they take together";
        Proof::new("clawbacks", claim, measures, findings)
    }

    /// How many take back a line that the file has.
    fn in_file(&self) -> u64 {
        let known = |taken: &&Taken| taken.key().is_some_and(|key| self.originals.contains_key(&key));
        self.taken.iter().filter(known).count() as u64
    }

    /// The line that is taken back, where the file has lines of its deal.
    fn of_its_line(&self, taken: &Taken, find: &mut impl FnMut(&Taken, &str, (Option<i64>, Option<i64>))) {
        let Some(key) = taken.key().filter(|_| self.present.contains(&taken.of_deal)) else { return };
        match self.originals.get(&key) {
            None => find(taken, "the line that it takes back is not there", (Some(taken.basis), None)),
            Some((amount, _)) if *amount != taken.basis => {
                let what = "its basis is not the amount of the line that it takes back";
                find(taken, what, (Some(taken.basis), Some(*amount)));
            }
            Some((_, closed)) if *closed > taken.close_date => {
                find(taken, "it closed before the deal that it reverses", (None, None));
            }
            Some(_) => {}
        }
    }

    /// The clawbacks of one line telescope: what they take together is the part that their rates add up to, rounded twice
    /// and not twice for each.
    fn together(&self, find: &mut impl FnMut(&Taken, &str, (Option<i64>, Option<i64>))) {
        let mut of_lines: BTreeMap<Key, Vec<&Taken>> = BTreeMap::new();
        for taken in &self.taken {
            if let Some(key) = taken.key() {
                of_lines.entry(key).or_default().push(taken);
            }
        }
        for taken in of_lines.values() {
            let Some(last) = taken.last() else { continue };
            if taken.iter().any(|one| one.basis != last.basis) {
                find(last, "others of the same line have another basis", (None, None));
                continue;
            }
            let sum =
                |number: fn(&Taken) -> i64| taken.iter().map(|one| i128::from(number(one))).sum::<i128>();
            let (amount, rate) = (sum(|one| one.amount), sum(|one| one.rate));
            if !follows(amount, last.basis.into(), rate, taken.len()) {
                find(last, "those of one line do not add up to what they take together", (None, None));
            }
        }
    }
}

/// Whether an amount is what is taken of a basis by rates that are rounded to 8 decimals: within the rounding of two amounts
/// and of each rate.
pub fn follows(amount: i128, basis: i128, rate: i128, rates: usize) -> bool {
    let exact = || {
        let taken = amount.checked_mul(2 * WHOLE)?;
        let product = basis.checked_mul(rate)?.checked_mul(2)?;
        let within = basis.abs().checked_mul(i128::try_from(rates).ok()?)?.checked_add(2 * WHOLE)?;
        Some(taken.checked_add(product)?.abs() <= within)
    };
    exact().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_follows_from_basis_and_rate_within_their_roundings() {
        assert!(follows(-33, 100, 33_333_333, 1));
        assert!(follows(-34, 100, 33_333_333, 1));
        assert!(!follows(-35, 100, 33_333_333, 1));
        assert!(!follows(33, 100, 33_333_333, 1));
        assert!(follows(0, 100, 0, 1) && follows(100, -100, WHOLE, 1));
        // A third of 10^12 cents is known to 8 decimals of the rate: some thousand cents.
        assert!(follows(-333_333_333_333, 1_000_000_000_000, 33_333_333, 1));
        assert!(!follows(-333_333_343_333, 1_000_000_000_000, 33_333_333, 1));
        assert!(!follows(i128::MAX, 1, 1, 1));
    }
}
