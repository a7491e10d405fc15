//! The entries of lines: what is earned now less what was posted, and which part of it may be paid.
//!
//! ```text
//! earned   = amount now - what was posted for the key
//! released = round(earned so far * share) - released before
//! ```

use std::collections::BTreeMap;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::{Minor, Overflow, Rounding};
use apportion_book::Period;
use apportion_data::{DealIx, PayeeIx};
use apportion_engine::holds::{AskedLine, HeldBy, HeldShare, Holding, Share};
use rayon::prelude::*;

use crate::entry::{ACCEPTANCE, Entry, EntryType, Subject, Word, known_word};
use crate::key::{Key, Name, Names, Ranks};
use crate::posted::{LastOfDeal, Posted, PostedKey};
use crate::scope::{DealState, Ground, LineNow};
use crate::vanished::{Decision, VanishedThings};

/// So many keys, or those of one payee, are settled at once.
const AT_ONCE: usize = 1 << 14;

/// So many groups of payees are settled before their entries are put together.
const GROUPS: usize = 32;

/// What is held of a key at the end of the month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldKey {
    /// The line.
    pub key: Key,
    /// The close date of its deal.
    pub close_date: i32,
    /// Earned and not released.
    pub held: Minor,
    /// Which part is released; as text, because it may be any fraction.
    pub share: String,
    /// The hold, conflict or gate with the least share.
    pub by: Option<HeldBy>,
}

/// The entries of lines, and what is held after them.
#[derive(Debug, Default)]
pub struct EarnedEntries {
    /// In the order of the file.
    pub entries: Vec<Entry>,
    /// For each entry that is a true-up of a line: the line as it is now, if there is one.
    pub lines: Vec<Option<LineNow>>,
    /// In the order of the file.
    pub held: Vec<HeldKey>,
    /// Deals that moved before the horizon and keep what was posted, with what that is.
    pub moved_before: Vec<(Name, i128)>,
}

/// A key on its way to an entry.
struct Candidate {
    key: Key,
    line: Option<LineNow>,
    before: (Minor, Minor),
    now: Minor,
    close_date: i32,
    of_period: Period,
    kind: Option<Word>,
    /// Whether an acceptance decided its amount.
    accepted: bool,
}

/// A payee with keys.
struct OfPayee<'a> {
    name: Name,
    payee: Option<PayeeIx>,
    posted: &'a [PostedKey],
}

/// What all keys are settled with.
struct Settling<'a> {
    ground: &'a Ground<'a>,
    posted: &'a Posted,
    vanished: &'a VanishedThings,
    names: &'a Names,
    ranks: Ranks,
    /// What can be held.
    holding: Holding<'a>,
}

/// Makes the entries of all keys that were posted or have a line now. A key's entry follows from nothing of other payees, so the keys are
/// settled payee by payee.
///
/// # Errors
/// A number that can't be held, naming the hold or the deal.
pub fn entries(
    ground: &Ground<'_>,
    posted: &Posted,
    vanished: &VanishedThings,
    names: &Names,
) -> Result<EarnedEntries, Diagnostic> {
    let holding = Holding::new(ground.tables, ground.rules, ground.days.last);
    let settling = Settling { ground, posted, vanished, names, ranks: names.ranks(), holding };
    let payees = settling.payees();
    let groups = settling.groups(&payees);
    let mut made = EarnedEntries::default();
    // Some at a time, so that the memory of what the first ones made is that of the next.
    let mut left = groups.len();
    for groups in groups.chunks(GROUPS) {
        let parts: Vec<Result<EarnedEntries, Diagnostic>> =
            groups.par_iter().with_max_len(1).map(|payees| settling.settle(payees)).collect();
        let parts = parts.into_iter().collect::<Result<Vec<_>, _>>()?;
        if made.entries.is_empty() {
            // As many of all as of the first ones, and some more.
            let first: usize = parts.iter().map(|part| part.entries.len()).sum();
            let all = first / groups.len() * left;
            made.entries.reserve(all + all / 16);
            made.lines.reserve(all + all / 16);
        }
        left -= groups.len();
        for part in parts {
            made.entries.extend(part.entries);
            made.lines.extend(part.lines);
            made.held.extend(part.held);
            made.moved_before.extend(part.moved_before);
        }
    }
    made.moved_before = added_up(made.moved_before, names);
    Ok(made)
}

/// Sums of each deal, in order.
fn added_up(amounts: Vec<(Name, i128)>, names: &Names) -> Vec<(Name, i128)> {
    let mut sums: BTreeMap<&str, (Name, i128)> = BTreeMap::new();
    for (deal, amount) in amounts {
        sums.entry(names.text(deal)).or_insert((deal, 0)).1 += amount;
    }
    sums.into_values().collect()
}

impl<'a> Settling<'a> {
    /// The payees who have keys, or are in the data, in order of their ids.
    fn payees(&self) -> Vec<OfPayee<'a>> {
        let own = |name| OfPayee { name, payee: self.ground.payee(name), posted: self.posted.of_payee(name) };
        let of_data = self.ground.payee_names().iter().copied().map(own);
        let gone = self.posted.payees().map(own).filter(|payee| payee.payee.is_none());
        let mut all: Vec<OfPayee<'_>> = of_data.chain(gone).collect();
        all.sort_by_key(|payee| self.ranks.of(Some(payee.name)));
        all
    }

    /// Payees side by side who have enough keys to be worth a thread's while.
    fn groups<'p>(&self, payees: &'p [OfPayee<'a>]) -> Vec<&'p [OfPayee<'a>]> {
        let mut groups = Vec::new();
        let (mut from, mut keys) = (0, 0);
        for (place, payee) in payees.iter().enumerate() {
            keys += payee.posted.len() + payee.payee.map_or(0, |payee| self.ground.count(payee));
            if keys >= AT_ONCE {
                groups.push(&payees[from..=place]);
                (from, keys) = (place + 1, 0);
            }
        }
        groups.push(&payees[from..]);
        groups
    }

    /// The entries of some payees, in the order of the file.
    fn settle(&self, payees: &[OfPayee<'_>]) -> Result<EarnedEntries, Diagnostic> {
        let mut candidates = Vec::new();
        let mut moved_before = Vec::new();
        for payee in payees {
            let from = candidates.len();
            self.add_candidates(payee, &mut candidates);
            candidates[from..].sort_by_cached_key(|candidate: &Candidate| candidate.key.rank(&self.ranks));
            moved_before.extend(payee.posted.iter().filter_map(|posted| self.moved_before(posted)));
        }
        Ok(EarnedEntries { moved_before, ..settle((self.ground, &self.holding), candidates, self.names)? })
    }

    /// What was posted of a deal that was in the horizon and moved before it.
    fn moved_before(&self, posted: &PostedKey) -> Option<(Name, i128)> {
        let deal = posted.key.deal;
        let is_moved = !posted.earned.is_zero()
            && matches!(self.ground.state(&posted.key), DealState::Before(_))
            && self.posted.last(&posted.key).is_some_and(|last| self.ground.days.holds(last.close_date));
        is_moved.then(|| (deal, posted.earned.wide()))
    }

    /// Walks what was posted of a payee and the payee's lines, both in order of their keys.
    fn add_candidates(&self, payee: &OfPayee<'_>, candidates: &mut Vec<Candidate>) {
        let (ground, vanished) = (self.ground, self.vanished);
        let lines = payee.payee.map_or_else(Vec::new, |payee| ground.lines_of(payee));
        // Where nothing can be held, a key that is as it was posted has no entry.
        let can_hold = !self.holding.is_empty();
        let counts = |candidate: &Candidate| can_hold || candidate.before != (candidate.now, candidate.now);
        let mut add = |candidate: Option<Candidate>| candidates.extend(candidate.filter(counts));
        let mut lines = lines.into_iter().peekable();
        for posted in payee.posted {
            while let Some((key, line)) = lines.next_if(|(key, _)| *key < posted.key) {
                add(of_line(ground, vanished, key, line));
            }
            let line = lines.next_if(|(key, _)| *key == posted.key).map(|(_, line)| line);
            let last = self.posted.last(&posted.key);
            add(last.and_then(|last| of_posted(ground, (vanished, self.names), (posted, last), line)));
        }
        lines.for_each(|(key, line)| add(of_line(ground, vanished, key, line)));
    }
}

/// A key that was posted before.
fn of_posted(
    ground: &Ground<'_>,
    (vanished, names): (&VanishedThings, &Names),
    (state, last): (&PostedKey, LastOfDeal),
    line: Option<LineNow>,
) -> Option<Candidate> {
    let key = state.key;
    let decision = vanished.decision(ground, &key);
    let (close_date, of_period) = match ground.state(&key) {
        DealState::Settled(day) | DealState::Before(day) => (day, ground.days.month_of(day)),
        DealState::Later | DealState::Absent => (last.close_date, last.of_period),
    };
    let now = left_of_posted(ground, decision, (&key, state.earned), line.map(|line| line.amount));
    let unchanged = now == state.earned;
    let asked = matches!(ground.state(&key), DealState::Settled(_)) || state.earned != state.released;
    (!unchanged || asked).then(|| Candidate {
        key,
        line: line.filter(|_| !matches!(decision, Some(Decision::Keep | Decision::TakeBack))),
        before: (state.earned, state.released),
        now,
        close_date,
        of_period,
        kind: line.map_or_else(|| names.maybe_text(state.kind).map(known_word), |_| kind(ground, &key)),
        accepted: decision.is_some_and(|decision| decision != Decision::Keep)
            || vanished.gives_back(ground, &key),
    })
}

/// What a close leaves of a key for which `earned` was posted, and that has a line of this amount now, or none.
pub fn left_of_posted(
    ground: &Ground<'_>,
    decision: Option<Decision>,
    (key, earned): (&Key, Minor),
    line: Option<Minor>,
) -> Minor {
    match (decision, ground.state(key)) {
        (Some(Decision::Keep), _) => earned,
        (Some(Decision::TakeBack), _) => Minor::ZERO,
        (Some(Decision::AsSettled) | None, DealState::Settled(_)) => match line {
            Some(amount) => amount,
            None if takes_back_the_unknown(ground, key) => earned,
            None => Minor::ZERO,
        },
        (_, DealState::Later) => Minor::ZERO,
        (_, DealState::Before(_) | DealState::Absent) => earned,
    }
}

/// Whether a key takes back a line of another system that is not computed any more: what it was can't be known now.
fn takes_back_the_unknown(ground: &Ground<'_>, key: &Key) -> bool {
    let original = key.of_deal.and_then(|original| ground.deal(original));
    original.is_some_and(|original| {
        let day = ground.tables.deals.close_date[original];
        day < ground.days.ledger_from && !ground.computes(day)
    })
}

/// What a close leaves of a key for which nothing was posted, and that has a line of this amount now; none where it gets nothing.
pub fn left_of_line(decision: Option<Decision>, amount: Minor) -> Option<Minor> {
    match decision {
        Some(Decision::Keep | Decision::TakeBack) => None,
        Some(Decision::AsSettled) | None => Some(amount),
    }
}

/// A key with a line now and nothing posted.
fn of_line(ground: &Ground<'_>, vanished: &VanishedThings, key: Key, line: LineNow) -> Option<Candidate> {
    let now = left_of_line(vanished.decision(ground, &key), line.amount)?;
    let DealState::Settled(close_date) = ground.state(&key) else { return None };
    Some(Candidate {
        key,
        line: Some(line),
        before: (Minor::ZERO, Minor::ZERO),
        now,
        close_date,
        of_period: ground.days.month_of(close_date),
        kind: kind(ground, &key),
        accepted: false,
    })
}

/// The kind of the rule of a key that has a line now.
fn kind(ground: &Ground<'_>, key: &Key) -> Option<Word> {
    ground.rule(key.rule).map(|rule| ground.rules[rule].kind.word().into())
}

/// What holds, conflicts and gates are asked of a key, about its deal or that of the line that it takes back.
pub fn asked_line<'n>(
    key: &Key,
    names: &'n Names,
    deal: DealIx,
    payee_of: impl Fn(Name) -> Option<PayeeIx>,
) -> AskedLine<'n> {
    let payee = payee_of(key.payee);
    AskedLine {
        rule: names.text(key.asked().0),
        deal,
        payee,
        role: names.maybe_text(key.role),
        credit_of: key.from_payee.map_or(payee, payee_of),
    }
}

/// Asks the holds, and makes the entries.
fn settle(
    (ground, holding): (&Ground<'_>, &Holding<'_>),
    candidates: Vec<Candidate>,
    names: &Names,
) -> Result<EarnedEntries, Diagnostic> {
    let mut asked = Vec::with_capacity(candidates.len());
    let mut places = Vec::with_capacity(candidates.len());
    for candidate in &candidates {
        let (_, deal) = candidate.key.asked();
        let deal =
            if deal == candidate.key.deal { ground.deal_of(&candidate.key) } else { ground.deal(deal) };
        places.push(deal.map(|deal| {
            asked.push(asked_line(&candidate.key, names, deal, |payee| ground.payee(payee)));
            asked.len() - 1
        }));
    }
    let shares = holding.shares(&asked)?;
    let mut made = EarnedEntries::default();
    for (candidate, place) in candidates.iter().zip(places) {
        let share = place.map(|place| shares[place]);
        add(ground, candidate, share, &mut made).map_err(|error| {
            let deal = names.text(candidate.key.deal);
            let message = format!("rule `{}` on deal `{deal}`: {error}", names.text(candidate.key.rule));
            Diagnostic::error(Code::NumberTooLarge, message)
        })?;
    }
    Ok(made)
}

fn add(
    ground: &Ground<'_>,
    candidate: &Candidate,
    share: Option<HeldShare>,
    made: &mut EarnedEntries,
) -> Result<(), Overflow> {
    let (earned_before, released_before) = candidate.before;
    let earned = candidate.now.checked_sub(earned_before)?;
    let rounding = ground.book.rounding;
    let released_now = match share {
        Some(held) => held.share.of(candidate.now, rounding)?,
        // The deal is not in the data any more: the share is what it was.
        None => as_before(candidate.now, (earned_before, released_before), rounding)?,
    };
    let released = released_now.checked_sub(released_before)?;
    let held = candidate.now.checked_sub(released_now)?;
    if !held.is_zero() {
        made.held.push(HeldKey {
            key: candidate.key,
            close_date: candidate.close_date,
            held,
            share: share.map_or_else(|| ratio(released_before, earned_before), |held| held.share.text()),
            by: share.and_then(|held| held.by),
        });
    }
    if earned.is_zero() && released.is_zero() {
        return Ok(());
    }
    let entry = if candidate.of_period == ground.days.period { EntryType::New } else { EntryType::TrueUp };
    let cause = match entry {
        _ if earned.is_zero() => "release",
        _ if candidate.accepted => ACCEPTANCE,
        EntryType::New => "new",
        // What differs behind the line is looked for where all true-ups are known.
        EntryType::TrueUp | EntryType::Adjustment => "",
    };
    made.entries.push(Entry {
        subject: Subject::Line { key: candidate.key, close_date: candidate.close_date },
        kind: candidate.kind.clone(),
        of_period: candidate.of_period,
        entry,
        cause: cause.into(),
        earned,
        released,
        earned_to_date: candidate.now,
        released_to_date: released_now,
    });
    made.lines.push(candidate.line);
    Ok(())
}

/// The part of an amount that was released before of another one: `now * released / earned`, rounded.
fn as_before(now: Minor, (earned, released): (Minor, Minor), rounding: Rounding) -> Result<Minor, Overflow> {
    if earned.is_zero() {
        return Ok(released);
    }
    let product = now.wide().checked_mul(released.wide()).ok_or(Overflow)?;
    Minor::from_wide(rounding.divide(product * earned.wide().signum(), earned.wide().abs()))
}

/// A share that was, to 9 decimals.
fn ratio(released: Minor, earned: Minor) -> String {
    let sign = earned.wide().signum();
    if sign == 0 {
        return Share::WHOLE.text();
    }
    let product = released.wide() * 1_000_000_000 * sign;
    let mantissa = Rounding::HalfAwayFromZero.divide(product, earned.wide().abs());
    Share { mantissa, scale: 9 }.text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_keeps_its_share() {
        let minor = Minor::new;
        for (now, earned, released, expected) in
            [(100, 100, 80, 80), (50, 100, 80, 40), (0, 100, 80, 0), (-50, -100, -25, -13), (7, 3, 1, 2)]
        {
            let share = as_before(minor(now), (minor(earned), minor(released)), Rounding::HalfAwayFromZero);
            assert_eq!(share, Ok(minor(expected)), "{now} of {earned}, {released}");
        }
        assert_eq!(ratio(minor(1), minor(3)), "0.333333333");
        assert_eq!(ratio(minor(-1), minor(-2)), "0.5");
    }
}
