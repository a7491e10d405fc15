//! claims.csv: the claims on a deal count from 1, in the order of their states, and one at most holds it: one of the best.

use std::collections::BTreeSet;
use std::path::Path;

use csv::StringRecord;

use super::{flag, is_day, out_of_order, wrong};
use crate::csv_file::records;
use crate::manifest::Terms;
use crate::report::{Findings, Measure, Proof};
use apportion_base::diagnostic::Diagnostic;
use apportion_contract::CLAIMS;
use apportion_contract::governance::CLAIM_STATES;
use apportion_contract::output::CLAIM_FILE;

/// States that pay.
const HOLDING: [&str; 2] = ["protected", "grace"];
/// States of claims that were approved: they have an end.
const APPROVED: [&str; 4] = ["protected", "grace", "lapsed", "expired"];
/// States of claims that have none.
const WITHOUT_END: [&str; 3] = ["returned", "denied", "no-policy"];

/// The claims on one deal, as far as they were read.
#[derive(Default)]
struct Claimed {
    deal: String,
    rank: u64,
    /// The places of the state of the first and of the last claim in their order.
    states: Option<(usize, usize)>,
    registrations: BTreeSet<String>,
    holders: u64,
    /// Whether the first ties.
    ties: bool,
    row: u64,
}

/// Proves the file.
///
/// # Errors
/// A file that the disk does not give.
pub(super) fn prove(out: &Path, terms: &Terms) -> Result<Proof, Diagnostic> {
    let mut findings = Findings::default();
    let mut claimed = Claimed::default();
    let mut holders = 0;
    let count = records((out, terms.raw), &CLAIM_FILE, &mut findings, |row, cells, findings| {
        if cells[0] != claimed.deal {
            if cells[0] < *claimed.deal {
                out_of_order(CLAIMS, row, findings);
            }
            holders += claimed.holders;
            std::mem::take(&mut claimed).finish(findings);
            cells[0].clone_into(&mut claimed.deal);
        }
        claimed.claim(row, cells, findings);
    })?;
    holders += claimed.holders;
    claimed.finish(&mut findings);
    let measures = vec![Measure::Count("rows", count.unwrap_or(0)), Measure::Count("holders", holders)];
    let claim =
        "claims.csv is in order, ranks count from 1, and at most one claim, of the best, holds a deal";
    Ok(Proof::new("claims", claim, measures, findings))
}

impl Claimed {
    fn claim(&mut self, row: u64, cells: &StringRecord, findings: &mut Findings) {
        self.row = row;
        self.rank += 1;
        let [registration, payee, state, rank, holder, until, reason] =
            [1, 2, 3, 4, 5, 6, 7].map(|at| &cells[at]);
        let place = CLAIM_STATES.iter().position(|(word, _)| *word == state);
        let holder = flag(holder);
        let (Some(place), Some(holds)) = (place, holder) else {
            return wrong(CLAIMS, row, "it is not a row that a run writes", findings);
        };
        let best = self.states.map_or(place, |(best, _)| best);
        for (is_wrong, message) in [
            (
                cells[0].is_empty() || registration.is_empty() || payee.is_empty(),
                "it names no deal, no registration or no payee",
            ),
            (rank != self.rank.to_string(), "its rank does not count on from the row before, or from 1"),
            (self.states.is_some_and(|(_, last)| place < last), "a claim of a lesser state is before it"),
            (!self.registrations.insert(registration.to_owned()), "the registration claims the deal twice"),
            (
                holds && (!HOLDING.contains(&state) || place != best),
                "it holds the deal, and its state is none of those that hold, or another claim has a better one",
            ),
            (!until.is_empty() && !is_day(until), "`until` is no day"),
            (until.is_empty() && APPROVED.contains(&state), "its protection has no end"),
            (
                !until.is_empty() && WITHOUT_END.contains(&state),
                "its protection has an end, and it was not approved",
            ),
        ] {
            if is_wrong {
                wrong(CLAIMS, row, message, findings);
            }
        }
        self.holders += u64::from(holds);
        self.ties |= self.states.is_none() && reason == "registration-tie";
        self.states = Some((best, place));
    }

    /// What is known once all claims on the deal are.
    fn finish(self, findings: &mut Findings) {
        let Some((best, _)) = self.states else { return };
        let pays = CLAIM_STATES.get(best).is_some_and(|(word, _)| HOLDING.contains(word));
        if self.holders > 1 {
            wrong(CLAIMS, self.row, "more than one claim holds the deal", findings);
        }
        if pays && self.holders == 0 && !self.ties {
            wrong(
                CLAIMS,
                self.row,
                "no claim holds the deal, and the first neither ties nor is over",
                findings,
            );
        }
    }
}
