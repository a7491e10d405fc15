//! Roles about which a conflict was decided. The two claimants' lines have percents as units, and their amounts are a split of what the two
//! had; everybody else has the part that their own units earn of the whole role.
//!
//! The file does not say what a decision found, only what it left. So proved is what is left: the pairs of claimants whom no later decision
//! names, and the lines of those whom none does.

use std::collections::BTreeSet;

use super::{Ids, OfDeal, Part, Proved, RuleDeal};
use crate::channel::Decision;
use crate::names::PayeeNo;
use crate::report::Finding;
use crate::split::{are_parts, is_split};
use apportion_base::diagnostic::Code;
use apportion_base::money::format_scaled;
use apportion_contract::{LINES, Reason, UNCREDITED};

/// 100% in billionths of a percent.
const WHOLE_PERCENT: i128 = 100_000_000_000;

/// An amount of a line that a decision splits.
type PartAmount<'a> = &'a dyn Fn(&Part) -> Option<i64>;

/// The lines of one role, and what was decided about it.
struct DecidedRole<'p> {
    of_deal: &'p OfDeal<'p>,
    parts: &'p [Part],
    decisions: Vec<&'p Decision>,
    ids: &'p Ids,
}

impl Proved<'_> {
    /// Proves a role if something was decided about it; false where nothing was.
    pub(super) fn decided_role(&mut self, of_deal: &OfDeal<'_>, parts: &[Part], ids: &Ids) -> bool {
        if of_deal.decisions.is_empty() {
            return false;
        }
        let Some(role) = parts[0].role.map(|role| ids.roles.text(role)) else { return false };
        let decisions: Vec<&Decision> =
            of_deal.decisions.iter().filter(|decision| decision.role == role).collect();
        let role = DecidedRole { of_deal, parts, decisions, ids };
        if !parts.iter().any(|part| role.is_decided(part)) {
            return false;
        }
        if let Err((row, message)) = role.units() {
            self.wrong(Code::WrongUnits, (row, message), parts, ids);
            return true;
        }
        type Amount = fn(&Part) -> Option<i64>;
        type Kept = fn(&super::Row) -> Option<i128>;
        let amounts: [(&str, Amount, Kept); 2] = [
            ("credit", |part| Some(part.credited), |row| row.retained_credit),
            ("pool", |part| part.before_gates, |row| row.retained),
        ];
        for (what, amount, kept) in amounts {
            for (row, message) in role.splits(&amount, kept) {
                self.wrong(Code::WrongSplit, (row, message.replace("{}", what)), parts, ids);
            }
        }
        true
    }

    /// What decisions keep back of a deal is kept back by one of them.
    pub(super) fn kept_by_decisions(&mut self, of_deal: &OfDeal<'_>, parts: &[Part], ids: &Ids) {
        for (_, row) in of_deal.kept {
            let payee = row.payee.map(|payee| ids.payees.text(payee));
            let is_decided = match row.reason {
                Reason::Voided => of_deal.decisions.iter().any(|decision| decision.voids),
                Reason::NotCounted => {
                    let names = |decision: &Decision| payee.is_some_and(|payee| decision.names(payee));
                    of_deal.decisions.iter().any(|decision| !decision.voids && names(decision))
                }
                _ => true,
            };
            if !is_decided {
                let message =
                    format!("no decision in conflicts.csv keeps this back of {}", self.shown(&parts[0], ids));
                self.whole.add(Code::ContradictedReason, || {
                    Finding::new(Code::ContradictedReason, UNCREDITED, message).row(row.row)
                });
            }
        }
    }

    fn wrong(&mut self, code: Code, (row, message): (u64, String), parts: &[Part], ids: &Ids) {
        let message = format!("{message} in {}", self.shown(&parts[0], ids));
        self.splits.add(code, || Finding::new(code, LINES, message).row(row));
    }
}

impl<'p> DecidedRole<'p> {
    fn payee(&self, part: &Part) -> &'p str {
        self.ids.payees.text(part.payee)
    }

    /// Whether a decision made the line what it is. One that names a payee with a line did: either it found the line or made it, or another
    /// decision did that one of the two has.
    fn is_decided(&self, part: &Part) -> bool {
        let payee = self.payee(part);
        self.decisions.iter().any(|decision| decision.names(payee))
    }

    fn others(&self) -> impl Iterator<Item = &'p Part> + Clone + '_ {
        self.parts.iter().filter(|part| !self.is_decided(part))
    }

    /// Units of decided lines are percents; those of the others are a part of their total.
    fn units(&self) -> Result<(), (u64, String)> {
        for part in self.parts.iter().filter(|part| self.is_decided(part)) {
            if part.units_total != WHOLE_PERCENT || !(0..=WHOLE_PERCENT).contains(&part.units) {
                return Err((part.row, "the units of a decided line are no percent".to_owned()));
            }
        }
        let Some(first) = self.others().next() else { return Ok(()) };
        let sum = self.others().try_fold(0_i128, |sum, part| sum.checked_add(part.units));
        let odd = self.others().find(|part| part.units_total != first.units_total || part.units <= 0);
        // The claimants had units, so that the others don't have all of them.
        if odd.is_some() || sum.is_none_or(|sum| sum >= first.units_total) {
            let sum = sum.map_or("more than 38 digits".to_owned(), |sum| format_scaled(sum, 9));
            let message =
                format!("units of those whom no decision names are {sum} in all, no part of their total");
            return Err((odd.unwrap_or(first).row, message));
        }
        Ok(())
    }

    /// What is wrong with the amounts of one sort; `{}` is what they are parts of.
    fn splits(&self, amount: PartAmount<'_>, kept: fn(&super::Row) -> Option<i128>) -> Vec<(u64, String)> {
        let mut wrong = Vec::new();
        for (place, decision) in self.decisions.iter().enumerate() {
            if self.is_last(place) {
                wrong.extend(self.pair(decision, amount, kept).err());
            }
        }
        if let Some((first, total)) = self.others().next().zip(self.total(amount, kept)) {
            let keys = self.others().map(|part| (part.units, amount(part).unwrap_or(0)));
            if are_parts(keys, total, first.units_total) == Some(false) {
                wrong.push((
                    first.row,
                    "the lines of those whom no decision names are not their parts of the {}".to_owned(),
                ));
            }
        }
        wrong
    }

    /// Whether no later decision is about one of the two.
    fn is_last(&self, place: usize) -> bool {
        let later = &self.decisions[place + 1..];
        let named = |payee: &String| later.iter().any(|decision| decision.names(payee));
        !self.decisions[place].claimants.iter().any(named)
    }

    /// The two claimants of a decision that nothing followed.
    fn pair(
        &self,
        decision: &Decision,
        amount: PartAmount<'_>,
        kept: fn(&super::Row) -> Option<i128>,
    ) -> Result<(), (u64, String)> {
        let lines = decision.claimants.each_ref().map(|claimant| self.line(claimant));
        let Some(row) = lines.iter().flatten().map(|part| part.row).next() else { return Ok(()) };
        if decision.voids {
            let is_left = |part: &&Part| part.units != 0 || amount(part).unwrap_or(0) != 0;
            let left = lines.iter().flatten().copied().find(is_left);
            return left.map_or(Ok(()), |part| {
                Err((part.row, "a void decision leaves something of the {}".to_owned()))
            });
        }
        let units = |side: usize| match (lines[side], lines[1 - side]) {
            (Some(part), _) => part.units,
            (None, Some(other)) => WHOLE_PERCENT - other.units,
            (None, None) => 0,
        };
        if units(0) + units(1) != WHOLE_PERCENT {
            return Err((row, "the percents of two claimants do not add up to 100".to_owned()));
        }
        let part = |side: usize| match lines[side] {
            Some(part) => Ok(amount(part)),
            None if units(side) == 0 => Ok(Some(0)),
            None => self.not_counted(&decision.claimants[side], kept).ok_or_else(|| {
                (row, "a claimant has a percent, and neither a line nor a part that is kept back".to_owned())
            }),
        };
        let (Some(one), Some(other)) = (part(0)?, part(1)?) else { return Ok(()) };
        if is_split([(units(0), one), (units(1), other)].into_iter()) == Some(false) {
            return Err((
                row,
                "what two claimants have is not the split of their {} that was decided".to_owned(),
            ));
        }
        Ok(())
    }

    fn line(&self, payee: &str) -> Option<&'p Part> {
        self.parts.iter().find(|part| self.payee(part) == payee)
    }

    /// What is kept back of a payee whom the rule does not count; the inner `None` where other decisions may keep a part of it, the outer
    /// where there is no such row.
    fn not_counted(&self, payee: &str, kept: fn(&super::Row) -> Option<i128>) -> Option<Option<i64>> {
        let is_theirs = |row: &super::Row| {
            row.reason == Reason::NotCounted
                && row.payee.is_some_and(|own: PayeeNo| self.ids.payees.text(own) == payee)
        };
        let (_, row) = self.of_deal.kept.iter().find(|(_, row)| is_theirs(row))?;
        let naming = self.of_deal.decisions.iter().filter(|decision| decision.names(payee)).count();
        Some((naming == 1).then(|| kept(row).unwrap_or(0)).and_then(|amount| i64::try_from(amount).ok()))
    }

    /// What the role has in all, with what decisions keep back of it; `None` where that can't be told from other roles' or a gate's.
    fn total(&self, amount: PartAmount<'_>, kept: fn(&super::Row) -> Option<i128>) -> Option<i64> {
        let by_decisions =
            |(_, row): &&(RuleDeal, super::Row)| matches!(row.reason, Reason::Voided | Reason::NotCounted);
        let kept: i128 = self.of_deal.kept.iter().filter(by_decisions).filter_map(|(_, row)| kept(row)).sum();
        let roles: BTreeSet<&str> =
            self.of_deal.decisions.iter().map(|decision| decision.role.as_str()).collect();
        if kept != 0 && roles.len() > 1 {
            return None;
        }
        let lines = self.parts.iter().try_fold(0_i128, |sum, part| Some(sum + i128::from(amount(part)?)))?;
        i64::try_from(lines + kept).ok()
    }
}
