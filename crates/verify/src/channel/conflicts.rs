//! conflicts.csv: an id says what it is of, a decision is there where one is said to hold, and what is held is the lines'.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use csv::StringRecord;

use super::{is_day, out_of_order, scaled_or_empty, sum_e6, wrong};
use crate::csv_file::records;
use crate::kinds::{self, Credit};
use crate::lines::{self, Ids, Line};
use crate::manifest::Terms;
use crate::names::{DealNo, Number, PayeeNo, RuleNo};
use crate::report::{Findings, Measure, Proof};
use apportion_base::diagnostic::Diagnostic;
use apportion_contract::CONFLICTS;
use apportion_contract::governance::{CONFLICT_KINDS, CONFLICT_STATES, DECISION_OUTCOMES, MeantWord};
use apportion_contract::output::CONFLICT_FILE;

/// Rules that may pay on credit before the choices among them are no longer tried.
const MOST_RULES: usize = 10;
/// The kind of those that people raise, which have ids of their own.
const RAISED: &str = "raised";

/// What a row holds, and of whom.
struct Hold {
    row: u64,
    deal: DealNo,
    claimants: [PayeeNo; 2],
    held: i128,
    role: String,
    sums: Sums,
}

/// The amounts of lines of a deal that a conflict may hold, in minor units.
#[derive(Default)]
struct Sums {
    /// Of all.
    all: i128,
    /// Of the claimants' and of those on their credit.
    theirs: i128,
    /// Of the claimants' in the disputed role.
    in_role: i128,
    /// Of those that are paid on the claimants' credit, by rule: whether a rule pays on credit of that role is not in the result.
    on_credit: BTreeMap<RuleNo, i128>,
}

impl Sums {
    /// Takes a line of the deal.
    fn line(&mut self, line: &Line<'_>, claimants: &[String; 2], role: &str, terms: &Terms) {
        let amount = i128::from(line.amount.unwrap_or(0));
        let is_claimant = |payee: &str| claimants.iter().any(|claimant| claimant == payee);
        self.all += amount;
        let words = line.words;
        let theirs = is_claimant(words.payee_id());
        if theirs || words.origin_id().is_some_and(is_claimant) {
            self.theirs += amount;
        }
        let Some(rule) = line.rule else { return };
        let on_credit = matches!(kinds::credit(terms.kind(rule)), Credit::OfPayee | Credit::OfManaged);
        if theirs && words.role_id() == Some(role) {
            self.in_role += amount;
        } else if on_credit && is_claimant(words.origin_id().unwrap_or(words.payee_id())) {
            *self.on_credit.entry(rule).or_default() += amount;
        }
    }

    /// Whether a conflict can hold so much: all, what the claimants have anything to do with, or their share, with what some rules pay on
    /// it.
    fn can_be(&self, held: i128) -> bool {
        let rules: Vec<i128> = self.on_credit.values().copied().collect();
        if held == self.all || held == self.theirs || rules.len() > MOST_RULES {
            return true;
        }
        let is_chosen = |choice: u32, place: usize| choice & (1 << place) != 0;
        let of_choice = |choice: u32| -> i128 {
            rules.iter().enumerate().filter(|(place, _)| is_chosen(choice, *place)).map(|(_, sum)| sum).sum()
        };
        (0_u32..1 << rules.len()).any(|choice| self.in_role + of_choice(choice) == held)
    }
}

/// Proves the file. `deals` are so many of `ids` as lines and uncredited.csv name.
///
/// # Errors
/// A file that the disk does not give.
pub(super) fn prove(
    (out, as_of): (&Path, Option<&str>),
    terms: &Terms,
    (ids, deals): (&mut Ids, usize),
) -> Result<Proof, Diagnostic> {
    let mut findings = Findings::default();
    let mut holds: Vec<Hold> = Vec::new();
    let mut before: Option<[String; 2]> = None;
    let count = records((out, terms.raw), &CONFLICT_FILE, &mut findings, |row, cells, findings| {
        let key = [cells[0].to_owned(), cells[2].to_owned()];
        if before.as_ref().is_some_and(|before| *before >= key) {
            out_of_order(CONFLICTS, row, findings);
        }
        before = Some(key);
        let contradictions =
            identity(cells).into_iter().chain(verdict(cells, as_of)).chain(numbers(cells, terms));
        contradictions.flatten().for_each(|message| wrong(CONFLICTS, row, message, findings));
        let deal = (!cells[2].is_empty()).then(|| ids.deals.number(&cells[2]));
        if &cells[10] == "decided" && deal.is_some_and(|deal| deal.index() >= deals) {
            wrong(CONFLICTS, row, "it is decided, and its deal is neither paid nor uncredited", findings);
        }
        let held = terms.minor(&cells[13]).filter(|held| *held != 0);
        if let (Some(deal), Some(held)) = (deal, held) {
            let claimants = [5, 6].map(|at| ids.payees.number(&cells[at]));
            let role = cells[4].to_owned();
            holds.push(Hold { row, deal, claimants, held, role, sums: Sums::default() });
        }
    })?;
    let sum = holds.iter().fold(0_i128, |sum, hold| sum.saturating_add(hold.held));
    hold_against_lines(out, terms, ids, (holds, &mut findings));
    let measures = vec![Measure::Count("rows", count.unwrap_or(0)), Measure::Amount("held", sum)];
    let claim = "conflicts.csv is in order, its decisions are whole, and what is held is of the claimants' lines or of all of a deal";
    Ok(Proof::new("conflicts", claim, measures, findings))
}

/// A message where something is wrong.
fn when(is_wrong: bool, message: &'static str) -> Option<&'static str> {
    is_wrong.then_some(message)
}

fn is_word(words: &[MeantWord], cell: &str) -> bool {
    words.iter().any(|(word, _)| *word == cell)
}

/// What the row is of.
fn identity(cells: &StringRecord) -> [Option<&'static str>; 4] {
    let [id, kind, deal, opportunity, a, b] = [0, 1, 2, 3, 5, 6].map(|at| &cells[at]);
    let subject = if opportunity.is_empty() { deal } else { opportunity };
    let found = kind != RAISED;
    [
        when(!is_word(&CONFLICT_KINDS, kind), "its kind is none"),
        when(subject.is_empty(), "it names neither a deal nor an opportunity"),
        when(
            a.is_empty() || b.is_empty() || a == b || (found && a > b),
            "its claimants are not two payees in order",
        ),
        when(
            found && *id != format!("{kind}:{subject}:{a}:{b}"),
            "its id is not that of its kind, subject and claimants",
        ),
    ]
}

/// What has become of it.
fn verdict(cells: &StringRecord, as_of: Option<&str>) -> [Option<&'static str>; 6] {
    let [day, level, due, state, decision, outcome] = [7, 8, 9, 10, 11, 12].map(|at| &cells[at]);
    let waits = ["open", "overdue"].contains(&state);
    let later = |day: &str| as_of.is_some_and(|as_of| !day.is_empty() && day > as_of);
    let passed = |day: &str| as_of.is_some_and(|as_of| !day.is_empty() && day < as_of);
    [
        when(!is_word(&CONFLICT_STATES, state), "its state is none"),
        when(!is_day(day) || !(due.is_empty() || is_day(due)), "it has no day, or one that is none"),
        when(
            waits != decision.is_empty() || waits != outcome.is_empty(),
            "it waits and has a decision, or has none and does not wait",
        ),
        when(!outcome.is_empty() && !is_word(&DECISION_OUTCOMES, outcome), "its outcome is none"),
        when(
            !waits && ((outcome == "withdrawn") != (state == "withdrawn") || level.is_empty()),
            "its state is not what its decision says, or no level made it",
        ),
        when(
            (state == "overdue" && later(due)) || (state == "open" && passed(due)),
            "it is overdue before its time, or not in time",
        ),
    ]
}

/// Its numbers.
fn numbers(cells: &StringRecord, terms: &Terms) -> [Option<&'static str>; 3] {
    let [state, held, value, a, b] = [10, 13, 14, 15, 16].map(|at| &cells[at]);
    let held = terms.minor(held);
    let nothing = held.is_some_and(|held| held == 0);
    let waits = ["open", "overdue"].contains(&state);
    [
        when(
            held.is_none() || !(value.is_empty() || sum_e6(value, terms.digits).is_some()),
            "it has a number that is none",
        ),
        when(
            !nothing && (!waits || cells[2].is_empty()),
            "it holds something, and does not wait or is of no deal",
        ),
        when(
            [a, b].iter().any(|score| {
                scaled_or_empty(score, 6).is_none_or(|score| score.is_some_and(|score| score < 0))
            }),
            "it has a score that is none",
        ),
    ]
}

/// What is held is the sum of all lines of the deal, of those of the claimants and from them, or of their share.
fn hold_against_lines(
    out: &Path,
    terms: &Terms,
    ids: &mut Ids,
    (mut holds, findings): (Vec<Hold>, &mut Findings),
) {
    if holds.is_empty() {
        return;
    }
    let mut of_deal: HashMap<DealNo, Vec<usize>> = HashMap::new();
    for (place, hold) in holds.iter().enumerate() {
        of_deal.entry(hold.deal).or_default().push(place);
    }
    let payees: Vec<[String; 2]> =
        holds.iter().map(|hold| hold.claimants.map(|payee| ids.payees.text(payee).to_owned())).collect();
    let read = lines::scan(out, terms, ids, |batch| {
        for line in batch.lines().filter(|line| !terms.pays_milestones(line.rule)) {
            for &place in of_deal.get(&line.deal).into_iter().flatten() {
                let hold = &mut holds[place];
                hold.sums.line(&line, &payees[place], &hold.role, terms);
            }
        }
    });
    // Lines that can't be read were found before.
    if read.is_err() {
        return;
    }
    for hold in holds {
        if !hold.sums.can_be(hold.held) {
            wrong(
                CONFLICTS,
                hold.row,
                "what it holds is neither all of the deal, nor all or the share of the claimants",
                findings,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_all_or_a_share() {
        let on_credit = [(RuleNo::new(0), 7), (RuleNo::new(1), 11)].into();
        let sums = Sums { all: 1_000, theirs: 500, in_role: 100, on_credit };
        for held in [1_000, 500, 100, 107, 111, 118] {
            assert!(sums.can_be(held), "{held}");
        }
        for held in [999, 499, 101, 7, 119] {
            assert!(!sums.can_be(held), "{held}");
        }
    }
}
