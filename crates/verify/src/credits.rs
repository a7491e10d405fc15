//! What commissions and overrides pay on is credit that is in the same file.
//!
//! The rules whose credits a commission counts are named in its rule, not in the result. But they are the same for
//! all of its lines: so one choice of rules has to explain every basis, and where none does, a basis or a credit was
//! changed.

use super::calendar::Day;
use super::kinds;
use super::lines::{Ids, Line};
use super::manifest::Terms;
use super::names::{DealNo, PayeeNo, RuleNo};
use super::report::{Finding, Findings, Measure, Proof};
use rayon::prelude::*;

use apportion_base::diagnostic::Code;
use apportion_contract::LINES;

/// Choices of rules that are tracked at a time. With more than these, nothing is concluded.
const MOST_CHOICES: usize = 1024;
/// Rules that may credit one payee on one deal before the choices among them are no longer tried.
const MOST_RULES: usize = 10;

/// Credit of one payee on one deal by one rule and role. Minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Credit {
    payee: PayeeNo,
    deal: DealNo,
    rule: RuleNo,
    credited: i64,
}

/// A line that pays on credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct PayingLine {
    rule: RuleNo,
    /// Whose credit it is; `None` in an override that does not say it.
    credited: Option<PayeeNo>,
    deal: DealNo,
    level: i32,
    payee: PayeeNo,
    basis: i64,
    row: u64,
    /// The day as of which managers are asked; one for all lines where they do not change.
    day: Day,
}

/// All credits, and all lines that pay on them.
#[derive(Debug)]
pub struct Credits {
    /// Whether any rule pays on credits.
    wanted: bool,
    credits: Vec<Credit>,
    paid: Vec<PayingLine>,
    /// By rule with lines: whether any is for the credit of another payee.
    of_teams: Vec<(RuleNo, bool)>,
    /// Deals with credit and whose it is, sorted.
    deals: Vec<(DealNo, PayeeNo)>,
    /// Rule, payee and deal of the lines that pay on credit, sorted.
    paid_to: Vec<(RuleNo, PayeeNo, DealNo)>,
}

impl Credits {
    /// No line yet.
    pub fn new(terms: &Terms) -> Self {
        let on_credit =
            |kind| matches!(kinds::credit(kind), kinds::Credit::OfPayee | kinds::Credit::OfManaged);
        let wanted = terms.rules.iter().any(|(_, kind)| on_credit(*kind));
        Self {
            wanted,
            credits: Vec::new(),
            paid: Vec::new(),
            of_teams: Vec::new(),
            deals: Vec::new(),
            paid_to: Vec::new(),
        }
    }

    /// Takes a line.
    pub fn line(&mut self, line: &Line<'_>, terms: &Terms) {
        let Some(rule) = line.rule.filter(|_| self.wanted) else { return };
        let credit = kinds::credit(terms.kind(rule));
        match credit {
            kinds::Credit::Gives => self.credits.push(Credit {
                payee: line.payee,
                deal: line.deal,
                rule,
                credited: line.credited.unwrap_or(0),
            }),
            kinds::Credit::OfPayee | kinds::Credit::OfManaged => self.paid.push(PayingLine {
                rule,
                credited: match credit {
                    kinds::Credit::OfManaged => line.from_payee,
                    _ => line.from_payee.or(Some(line.payee)),
                },
                deal: line.deal,
                level: line.level.unwrap_or(0),
                payee: line.payee,
                basis: line.basis.unwrap_or(0),
                row: line.row,
                day: if terms.payees_change { line.close_date } else { Day(0) },
            }),
            kinds::Credit::None => {}
        }
    }

    /// Sorts everything for the questions that follow.
    pub fn sort(&mut self) {
        rayon::join(|| sort_by_payee(&mut self.credits), || self.paid.par_sort_unstable());
    }

    /// Prepares [`Credits::of_deal`] and [`Credits::is_paid`], which only reasons without a line need.
    pub fn index(&mut self) {
        self.deals = self.credits.iter().map(|credit| (credit.deal, credit.payee)).collect();
        self.deals.par_sort_unstable();
        self.deals.dedup();
        let of_rule = |lines: &[PayingLine]| {
            (lines[0].rule, lines.iter().any(|paid| paid.credited != Some(paid.payee)))
        };
        self.of_teams = self.paid.chunk_by(|a, b| a.rule == b.rule).map(of_rule).collect();
        self.paid_to = self.paid.iter().map(|paid| (paid.rule, paid.payee, paid.deal)).collect();
        self.paid_to.par_sort_unstable();
    }

    /// Whether a payee has credit on a deal.
    pub fn has(&self, payee: PayeeNo, deal: DealNo) -> bool {
        !self.of_payee_on(payee, deal).is_empty()
    }

    /// The payees with credit on a deal.
    pub fn of_deal(&self, deal: DealNo) -> impl Iterator<Item = PayeeNo> + '_ {
        let from = self.deals.partition_point(|(owner, _)| *owner < deal);
        self.deals[from..].iter().take_while(move |(owner, _)| *owner == deal).map(|(_, payee)| *payee)
    }

    /// Whether a rule may pay on the credit of teams: it does, or it has no line that says otherwise.
    pub fn may_be_of_teams(&self, rule: RuleNo) -> bool {
        self.of_teams.iter().find(|(owner, _)| *owner == rule).is_none_or(|(_, team)| *team)
    }

    /// Whether a rule has a line for a payee on a deal, for their own credit or that of their team.
    pub fn is_paid(&self, rule: RuleNo, payee: Option<PayeeNo>, deal: DealNo) -> bool {
        payee.is_some_and(|payee| self.paid_to.binary_search(&(rule, payee, deal)).is_ok())
    }

    /// The credits of a payee on a deal.
    fn of_payee_on(&self, payee: PayeeNo, deal: DealNo) -> &[Credit] {
        let from = self.credits.partition_point(|credit| (credit.payee, credit.deal) < (payee, deal));
        let rest = &self.credits[from..];
        let many = rest.iter().take_while(|credit| (credit.payee, credit.deal) == (payee, deal)).count();
        &rest[..many]
    }

    /// Every basis is a credit, and a payee has one manager at each level.
    pub fn proof(&self, terms: &Terms, ids: &Ids) -> Proof {
        let mut findings = Findings::default();
        let mut basis: i128 = 0;
        for lines in self.paid.chunk_by(|a, b| a.rule == b.rule) {
            let mut choices = Choices::default();
            // Lines of a rule ascend by whose credit they are on and by deal, as credits do.
            let mut rest = self.credits.as_slice();
            let mut credits = Vec::new();
            for line in lines {
                basis += i128::from(line.basis);
                credits.clear();
                if let Some(payee) = line.credited {
                    let key = (payee, line.deal);
                    rest = &rest[first_from(rest, key)..];
                    let theirs = rest.iter().take_while(|credit| (credit.payee, credit.deal) == key);
                    by_rule(theirs, &mut credits);
                }
                let explained = !credits.is_empty() && choices.explain(&credits, line.basis.into());
                if !explained {
                    findings.add(Code::UnexplainedBasis, || {
                        let sum: i128 = credits.iter().map(|(_, credited)| credited).sum();
                        let message = format!(
                            "no choice of rules makes the basis of `{}` on deal `{}` the credit of payee `{}`",
                            terms.id(line.rule),
                            ids.deals.text(line.deal),
                            line.credited.map_or("", |payee| ids.payees.text(payee))
                        );
                        Finding::new(Code::UnexplainedBasis, LINES, message)
                            .row(line.row)
                            .amounts(Some(line.basis.into()), Some(sum), terms.digits)
                    });
                }
            }
        }
        self.managers(ids, &mut findings);
        let measures = vec![
            Measure::Count("lines", self.paid.len() as u64),
            Measure::Count("credits", self.credits.len() as u64),
            Measure::Amount("basis", basis),
        ];
        let claim = "commissions and overrides are paid on credits that are in the same file";
        Proof::new("credits", claim, measures, findings)
    }

    /// Managers do not change from deal to deal; with assignments, not on one day.
    fn managers(&self, ids: &Ids, findings: &mut Findings) {
        let mut above: Vec<(PayeeNo, i32, Day, PayeeNo, u64)> = self
            .paid
            .iter()
            .filter(|paid| paid.level > 0)
            .filter_map(|paid| Some((paid.credited?, paid.level, paid.day, paid.payee, paid.row)))
            .collect();
        above.sort_unstable();
        above.dedup_by_key(|(credited, level, day, payee, _)| (*credited, *level, *day, *payee));
        let same = |a: &(_, _, _, _, _), b: &(_, _, _, _, _)| (a.0, a.1, a.2) == (b.0, b.1, b.2);
        for pair in above.windows(2).filter(|pair| same(&pair[0], &pair[1])) {
            let (credited, level, _, payee, row) = pair[1];
            findings.add(Code::TwoManagers, || {
                let message =
                    format!("payee `{}` has two managers at level {level}", ids.payees.text(credited));
                let shown = |payee: PayeeNo| format!("`{}`", ids.payees.text(payee));
                Finding::new(Code::TwoManagers, LINES, message)
                    .row(row)
                    .numbers(shown(payee), shown(pair[0].3))
            });
        }
    }
}

/// Sorts credits. Lines come payee by payee, and payees are numbered as they come: so it is mostly enough to sort those of each payee.
fn sort_by_payee(credits: &mut [Credit]) {
    if credits.is_sorted_by_key(|credit| credit.payee) {
        credits.par_chunk_by_mut(|a, b| a.payee == b.payee).for_each(|own| own.sort_unstable());
    } else {
        credits.par_sort_unstable();
    }
}

/// The first place of credits whose payee and deal are not before a key. Mostly it is near: places are tried in steps that double.
fn first_from(credits: &[Credit], key: (PayeeNo, DealNo)) -> usize {
    let is_before = |credit: &Credit| (credit.payee, credit.deal) < key;
    let (mut start, mut step) = (0, 1);
    while credits.get(start + step - 1).is_some_and(is_before) {
        start += step;
        step *= 2;
    }
    let end = credits.len().min(start + step - 1);
    start + credits[start..end].partition_point(is_before)
}

/// Adds the credits of a payee on a deal up over roles.
fn by_rule<'c>(credits: impl Iterator<Item = &'c Credit>, sums: &mut Vec<(RuleNo, i128)>) {
    for credit in credits {
        match sums.last_mut() {
            Some((rule, sum)) if *rule == credit.rule => *sum += i128::from(credit.credited),
            _ => sums.push((credit.rule, credit.credited.into())),
        }
    }
}

/// Which rules may be the ones that count: each choice says yes or no to the rules it has seen, in order of rule.
#[derive(Debug)]
struct Choices {
    left: Vec<Vec<(RuleNo, bool)>>,
}

impl Default for Choices {
    fn default() -> Self {
        Self { left: vec![Vec::new()] }
    }
}

impl Choices {
    /// Keeps the choices under which the counted credits add up to `basis`. If there is none, all are kept, so that
    /// one bad line gives one finding.
    fn explain(&mut self, credits: &[(RuleNo, i128)], basis: i128) -> bool {
        // Once all rules of the credits were seen, and one choice is left, there is nothing to try.
        if let [choice] = self.left.as_slice() {
            let said =
                |rule: RuleNo| choice.iter().find(|(owner, _)| *owner == rule).map(|(_, counts)| *counts);
            if credits.iter().all(|(rule, credit)| *credit == 0 || said(*rule).is_some()) {
                let counted = credits.iter().filter(|(rule, _)| said(*rule) == Some(true));
                return counted.map(|(_, credit)| credit).sum::<i128>() == basis;
            }
        }
        let mut left = Vec::new();
        for choice in &self.left {
            let said =
                |rule: RuleNo| choice.iter().find(|(owner, _)| *owner == rule).map(|(_, counts)| *counts);
            let sum: i128 =
                credits.iter().filter(|(rule, _)| said(*rule) == Some(true)).map(|(_, credit)| credit).sum();
            // A credit of 0 says nothing about its rule.
            let open: Vec<(RuleNo, i128)> = credits
                .iter()
                .filter(|(rule, credit)| *credit != 0 && said(*rule).is_none())
                .copied()
                .collect();
            if open.len() > MOST_RULES {
                return true;
            }
            for subset in 0_u32..1 << open.len() {
                let chosen = |position: usize| subset & (1 << position) != 0;
                let chosen_sum: i128 = open
                    .iter()
                    .enumerate()
                    .filter(|(position, _)| chosen(*position))
                    .map(|(_, (_, credit))| credit)
                    .sum();
                if sum + chosen_sum == basis {
                    let mut longer = choice.clone();
                    longer.extend(
                        open.iter().enumerate().map(|(position, (rule, _))| (*rule, chosen(position))),
                    );
                    left.push(longer);
                }
            }
        }
        let explained = !left.is_empty();
        if explained && left.len() <= MOST_CHOICES {
            self.left = left;
        }
        explained
    }
}

#[cfg(test)]
mod tests {
    use super::super::names::Number;
    use super::*;

    /// Credits by place of the rule.
    fn credits(credits: &[(usize, i128)]) -> Vec<(RuleNo, i128)> {
        credits.iter().map(|(rule, credit)| (RuleNo::new(*rule), *credit)).collect()
    }

    #[test]
    fn the_next_credits_are_found_from_any_place() {
        let credit = |payee, deal| Credit {
            payee: PayeeNo::new(payee),
            deal: DealNo::new(deal),
            rule: RuleNo::new(0),
            credited: 1,
        };
        let mut credits: Vec<Credit> = (0..300).map(|place| credit(place % 7, place % 60 * 2)).collect();
        sort_by_payee(&mut credits);
        assert!(credits.is_sorted());
        for (payee, deal) in (0..8).flat_map(|payee| (0..122).map(move |deal| (payee, deal))) {
            let key = (PayeeNo::new(payee), DealNo::new(deal));
            let expected = credits.partition_point(|credit| (credit.payee, credit.deal) < key);
            for from in [0, expected / 2, expected] {
                assert_eq!(from + first_from(&credits[from..], key), expected);
            }
        }
        assert_eq!(first_from(&[], (PayeeNo::new(0), DealNo::new(0))), 0);
    }

    #[test]
    fn one_choice_of_rules_explains_every_line() {
        let mut choices = Choices::default();
        assert!(choices.explain(&credits(&[(0, 100), (1, 50)]), 150));
        assert!(choices.explain(&credits(&[(1, 70)]), 70));
        // Rule 0 counts, as the first line says.
        assert!(!choices.explain(&credits(&[(0, 30), (1, 70)]), 70));
        assert!(choices.explain(&credits(&[(0, 30), (1, 70)]), 100));
    }

    #[test]
    fn choices_stay_open_until_a_line_decides() {
        let mut choices = Choices::default();
        assert!(choices.explain(&credits(&[(0, 50), (1, 50)]), 50));
        assert_eq!(choices.left.len(), 2);
        assert!(choices.explain(&credits(&[(0, 0), (1, 20)]), 20));
        assert!(!choices.explain(&credits(&[(0, 10)]), 10), "rule 1 counts, so rule 0 does not");
        assert!(choices.explain(&credits(&[(0, 10)]), 0));
    }
}
