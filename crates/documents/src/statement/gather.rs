//! From the files of a month to the statement of a payee.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::files::{Month, MonthKind, WrittenUncredited};
use super::known::Known;
use super::lines::{LineId, WrittenLine};
use super::model::{
    AdjustmentLine, Attainment, Change, EarnedLine, HeldChange, HeldLine, RuleLines, Statement, TeamMember,
    UnpaidDeal, YearMonth,
};
use apportion_base::money::Minor;
use apportion_contract::RuleKind;
use apportion_ledger::entry::{Entry, EntryType, Subject};
use apportion_ledger::key::{Key, Names};

/// Makes statements of a month, payee by payee.
#[derive(Debug)]
pub struct Gatherer<'m> {
    month: &'m Month,
    known: &'m Known,
    /// By payee: its entries.
    entries: BTreeMap<&'m str, Range<usize>>,
    /// By payee: rows of uncredited.csv that name it, or on whose deals it worked.
    unpaid: BTreeMap<&'m str, Vec<&'m WrittenUncredited>>,
}

/// What is gathered of one payee.
struct Gathering<'g> {
    month: &'g Month,
    known: &'g Known,
    /// Entries about lines, by rule and what identifies the line.
    entries: BTreeMap<(String, LineId), &'g Entry>,
    /// What is held at the end, by the same.
    held: BTreeMap<(String, LineId), i128>,
}

impl<'m> Gatherer<'m> {
    /// Prepares to make statements of a month.
    pub fn new(month: &'m Month, known: &'m Known) -> Self {
        let mut entries: BTreeMap<&str, Range<usize>> = BTreeMap::new();
        for (place, entry) in month.entries.iter().enumerate() {
            let range = entries.entry(month.names.text(entry.payee())).or_insert(place..place);
            range.end = place + 1;
        }
        let mut unpaid: BTreeMap<&str, Vec<&WrittenUncredited>> = BTreeMap::new();
        for row in &month.uncredited {
            if row.payee.is_empty() {
                for payee in known.payees_on(&row.deal) {
                    unpaid.entry(payee).or_default().push(row);
                }
            } else {
                unpaid.entry(&row.payee).or_default().push(row);
            }
        }
        Self { month, known, entries, unpaid }
    }

    /// Everybody of whom the month says something, in order.
    pub fn payees(&self) -> BTreeSet<&str> {
        let mut payees: BTreeSet<&str> = self.month.balances.keys().map(String::as_str).collect();
        payees.extend(self.entries.keys());
        payees.extend(self.month.lines.payees());
        payees.extend(self.month.attainment.keys().map(String::as_str));
        payees.extend(self.unpaid.keys());
        payees.extend(self.known.askers());
        payees
    }

    /// The statement of a payee; empty where the month says nothing of it. `with_team` adds those below.
    ///
    /// # Errors
    /// Lines that are not those that were written, as the end of a sentence.
    pub fn statement(&self, payee: &str, with_team: bool) -> Result<Statement, String> {
        let Self { month, known, .. } = *self;
        let range = self.entries.get(payee).cloned().unwrap_or(0..0);
        let entries = &month.entries[range];
        let lines = month.lines.of_payee(payee)?;
        let gathering = Gathering::new(month, known, payee, entries);
        let (rules, mut clawbacks) = gathering.lines(&lines);
        let mut true_ups = Vec::new();
        for entry in entries {
            match gathering.change(entry) {
                Some((change, true)) => clawbacks.push(change),
                Some((change, false)) => true_ups.push(change),
                None => {}
            }
        }
        let balance = month.balances.get(payee).cloned();
        let name = balance.as_ref().map(|balance| balance.name.clone()).filter(|name| !name.is_empty());
        Ok(Statement {
            payee_id: payee.to_owned(),
            name: name.unwrap_or_else(|| known.name(payee)),
            language: known.language(payee),
            email: known.email(payee),
            rules,
            true_ups,
            clawbacks,
            adjustments: gathering.adjustments(entries),
            held: gathering.held_lines(payee),
            held_changes: gathering.held_changes(entries),
            attainment: gathering.attainment(payee, &lines),
            year: self.year(payee),
            unpaid: self.unpaid_deals(payee),
            inquiries: known.inquiries(payee),
            team: if with_team { self.team(payee)? } else { Vec::new() },
            balance,
        })
    }

    fn year(&self, payee: &str) -> Vec<YearMonth> {
        let month = self.month;
        let earlier = month.year.iter().map(|(period, balances)| (*period, balances));
        let all = earlier.chain([(month.period, &month.balances)]);
        all.filter_map(|(period, balances)| {
            balances.get(payee).map(|balance| YearMonth { period, balance: balance.clone() })
        })
        .collect()
    }

    fn unpaid_deals(&self, payee: &str) -> Vec<UnpaidDeal> {
        let deal = |row: &&WrittenUncredited| UnpaidDeal {
            deal: row.deal.clone(),
            customer: self.known.customer(&row.deal),
            close_date: self.known.close_date(&row.deal),
            rule: (!row.rule.is_empty()).then(|| self.known.rule(&row.rule, None)),
            reason: row.reason,
        };
        self.unpaid.get(payee).into_iter().flatten().map(deal).collect()
    }

    fn team(&self, payee: &str) -> Result<Vec<TeamMember>, String> {
        let member = |(id, level): (&str, u32)| {
            let balance = self.month.balances.get(id).cloned();
            Ok(TeamMember {
                payee_id: id.to_owned(),
                name: self.known.name(id),
                level,
                earned: self.earned(id)?,
                balance,
            })
        };
        self.known.team(payee).into_iter().map(member).collect()
    }

    /// What a payee earned in the month, differences and clawbacks included.
    fn earned(&self, payee: &str) -> Result<i128, String> {
        if self.month.kind == MonthKind::Result {
            return Ok(self.month.lines.of_payee(payee)?.iter().filter_map(|line| line.amount).sum());
        }
        let balance = self.month.balances.get(payee);
        Ok(balance.map_or(0, |row| sum([row.lines, row.true_ups, row.clawbacks].into_iter())))
    }
}

impl<'g> Gathering<'g> {
    fn new(month: &'g Month, known: &'g Known, payee: &str, entries: &'g [Entry]) -> Self {
        let keyed = entries.iter().filter_map(|entry| match &entry.subject {
            Subject::Line { key, .. } => Some((id_of(key, &month.names), entry)),
            Subject::Adjustment { .. } => None,
        });
        let held = month.held.get(payee).into_iter().flatten();
        Self {
            month,
            known,
            entries: keyed.collect(),
            held: held.map(|row| ((row.rule.clone(), row.key.clone()), row.held)).collect(),
        }
    }

    /// The lines of the month by rule, and the clawbacks among them that took back nothing. New entries without a line come last.
    fn lines(&self, lines: &[WrittenLine]) -> (Vec<RuleLines>, Vec<Change>) {
        let is_result = self.month.kind == MonthKind::Result;
        let mut by_rule: Vec<(String, Option<i32>, Vec<EarnedLine>)> = Vec::new();
        let mut clawbacks = Vec::new();
        let mut seen: BTreeSet<(&str, &LineId)> = BTreeSet::new();
        for line in lines {
            seen.insert((&line.rule, &line.key));
            let entry = self.entries.get(&(line.rule.clone(), line.key.clone()));
            if line.kind == RuleKind::Clawback.word() && !is_result {
                if entry.is_none_or(|entry| entry.earned.is_zero()) {
                    clawbacks.push(self.nothing_taken(line));
                }
                continue;
            }
            push(&mut by_rule, &line.rule, Some(line.rule_from), self.earned(line, entry.copied()));
        }
        for ((rule, key), entry) in &self.entries {
            let is_new = entry.entry == EntryType::New && !entry.is_clawback();
            if is_new && !entry.earned.is_zero() && !seen.contains(&(rule.as_str(), key)) {
                push(&mut by_rule, rule, None, self.gone(key, entry));
            }
        }
        let rule = |(id, from, lines): (String, Option<i32>, Vec<EarnedLine>)| RuleLines {
            rule: self.known.rule(&id, from),
            lines,
        };
        (by_rule.into_iter().map(rule).collect(), clawbacks)
    }

    fn earned(&self, line: &WrittenLine, entry: Option<&Entry>) -> EarnedLine {
        let is_result = self.month.kind == MonthKind::Result;
        let (amount, posted_before) = match (line.amount, entry) {
            (None, _) => (None, 0),
            (Some(amount), _) if is_result => (Some(amount), 0),
            (Some(_), Some(entry)) => (Some(entry.earned.wide()), before(entry)),
            // What it is now was posted by then.
            (Some(amount), None) => (Some(0), amount),
        };
        EarnedLine {
            deal: line.key.deal.clone(),
            customer: self.known.customer(&line.key.deal),
            close_date: line.close_date,
            role: line.key.role.clone(),
            from_payee: line.key.from_payee.clone(),
            credit: line.credited.or(line.basis),
            rate: line.rate,
            amount,
            capped: line.uncapped.zip(line.amount).map_or(0, |(uncapped, amount)| uncapped - amount),
            posted_before,
            held: self.held.get(&(line.rule.clone(), line.key.clone())).copied().unwrap_or(0),
        }
    }

    /// A line that is not there any more: what was posted is taken back.
    fn gone(&self, key: &LineId, entry: &Entry) -> EarnedLine {
        EarnedLine {
            deal: key.deal.clone(),
            customer: self.known.customer(&key.deal),
            close_date: close_date(entry),
            role: key.role.clone(),
            from_payee: key.from_payee.clone(),
            amount: Some(entry.earned.wide()),
            posted_before: before(entry),
            ..EarnedLine::default()
        }
    }

    fn nothing_taken(&self, line: &WrittenLine) -> Change {
        let key = &line.key;
        let amount = line.amount.unwrap_or(0);
        Change {
            period: self.month.period,
            rule: self.known.rule(&line.rule, Some(line.rule_from)),
            deal: key.deal.clone(),
            customer: self.known.customer(&key.of_deal),
            close_date: line.close_date,
            role: key.role.clone(),
            from_payee: key.from_payee.clone(),
            of_rule: key.of_rule.clone(),
            of_deal: key.of_deal.clone(),
            before: amount,
            now: amount,
            earned: 0,
            cause: String::new(),
        }
    }

    /// What an entry changes, and whether a clawback does; none where it earns nothing or stands among the lines of the month.
    fn change(&self, entry: &Entry) -> Option<(Change, bool)> {
        let Subject::Line { key, close_date } = &entry.subject else { return None };
        let is_clawback = entry.is_clawback();
        if entry.earned.is_zero() || entry.entry != EntryType::TrueUp && !is_clawback {
            return None;
        }
        let (rule, id) = id_of(key, &self.month.names);
        let customer = if is_clawback { &id.of_deal } else { &id.deal };
        let change = Change {
            period: entry.of_period,
            rule: self.known.rule(&rule, None),
            customer: self.known.customer(customer),
            deal: id.deal,
            close_date: *close_date,
            role: id.role,
            from_payee: id.from_payee,
            of_rule: id.of_rule,
            of_deal: id.of_deal,
            before: before(entry),
            now: entry.earned_to_date.wide(),
            earned: entry.earned.wide(),
            cause: entry.cause.to_string(),
        };
        Some((change, is_clawback))
    }

    fn adjustments(&self, entries: &[Entry]) -> Vec<AdjustmentLine> {
        let names = &self.month.names;
        let adjustment = |entry: &Entry| match &entry.subject {
            Subject::Adjustment { key, deal, reason, .. } => Some(AdjustmentLine {
                id: names.text(key.adjustment).to_owned(),
                period: entry.of_period,
                reason: reason.clone(),
                deal: names.maybe_text(*deal).unwrap_or_default().to_owned(),
                amount: entry.earned.wide(),
            }),
            Subject::Line { .. } => None,
        };
        entries.iter().filter_map(adjustment).collect()
    }

    fn held_lines(&self, payee: &str) -> Vec<HeldLine> {
        let line = |row: &super::files::WrittenHeld| {
            // A clawback is held as the line that it takes back.
            let asked = if row.key.of_deal.is_empty() { &row.key.deal } else { &row.key.of_deal };
            let day = self.known.close_date(asked).unwrap_or(row.close_date);
            let (by, release) = self.known.policy(&row.by, day);
            HeldLine {
                rule: self.known.rule(&row.rule, None),
                deal: row.key.deal.clone(),
                customer: self.known.customer(&row.key.deal),
                close_date: row.close_date,
                role: row.key.role.clone(),
                held: row.held,
                share: row.share.clone(),
                by,
                release,
            }
        };
        self.month.held.get(payee).into_iter().flatten().map(line).collect()
    }

    fn held_changes(&self, entries: &[Entry]) -> Vec<HeldChange> {
        let change = |entry: &Entry| match &entry.subject {
            Subject::Line { key, .. } if entry.earned != entry.released => {
                let (rule, id) = id_of(key, &self.month.names);
                Some(HeldChange {
                    rule: self.known.rule(&rule, None),
                    deal: id.deal,
                    earned: entry.earned.wide(),
                    released: entry.released.wide(),
                })
            }
            _ => None,
        };
        entries.iter().filter_map(change).collect()
    }

    fn attainment(&self, payee: &str, lines: &[WrittenLine]) -> Vec<Attainment> {
        let reached = |row: &super::files::WrittenAttainment| {
            let of_rule = lines.iter().rfind(|line| line.rule == row.rule);
            let from = of_rule.map(|line| line.rule_from);
            Attainment {
                rule: self.known.rule(&row.rule, from),
                period: row.period.clone(),
                quota: row.quota,
                credit: row.credit,
                measure: row.measure,
                attained: row.attained,
                rate: row.rate,
                tiers: self.known.tiers(&row.rule, from),
            }
        };
        self.month.attainment.get(payee).into_iter().flatten().map(reached).collect()
    }
}

/// Adds a line to those of its rule, which follow each other.
fn push(
    by_rule: &mut Vec<(String, Option<i32>, Vec<EarnedLine>)>,
    rule: &str,
    from: Option<i32>,
    line: EarnedLine,
) {
    match by_rule.iter_mut().find(|(id, ..)| id == rule) {
        Some((_, latest, lines)) => {
            *latest = (*latest).max(from);
            lines.push(line);
        }
        None => by_rule.push((rule.to_owned(), from, vec![line])),
    }
}

/// The rule of a key, and what identifies its line beside it.
fn id_of(key: &Key, names: &Names) -> (String, LineId) {
    let text = |name| names.maybe_text(name).unwrap_or_default().to_owned();
    let id = LineId {
        deal: text(Some(key.deal)),
        role: text(key.role),
        from_payee: text(key.from_payee),
        of_rule: text(key.of_rule),
        of_deal: text(key.of_deal),
    };
    (text(Some(key.rule)), id)
}

/// What closes before have posted of an entry's line.
fn before(entry: &Entry) -> i128 {
    entry.earned_to_date.wide() - entry.earned.wide()
}

fn close_date(entry: &Entry) -> i32 {
    match &entry.subject {
        Subject::Line { close_date, .. } => *close_date,
        Subject::Adjustment { .. } => 0,
    }
}

/// The sum of some amounts.
fn sum(amounts: impl Iterator<Item = Minor>) -> i128 {
    amounts.map(Minor::wide).sum()
}
