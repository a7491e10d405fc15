//! The decided conflicts of conflicts.csv, as proofs of lines ask for them.

use std::collections::HashMap;
use std::path::Path;

use crate::csv_file::records;
use crate::manifest::Manifest;
use crate::manifest::Terms;
use crate::report::Findings;
use apportion_base::diagnostic::Diagnostic;
use apportion_contract::CONFLICTS;
use apportion_contract::governance::DECISION_OUTCOMES;
use apportion_contract::output::CONFLICT_FILE;

/// What was decided about one role of one deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The disputed role.
    pub role: String,
    /// In byte order.
    pub claimants: [String; 2],
    /// Whether nobody gets anything.
    pub voids: bool,
}

impl Decision {
    /// Whether it is about what a payee has.
    pub fn names(&self, payee: &str) -> bool {
        self.claimants.iter().any(|claimant| claimant == payee)
    }
}

/// What was decided, by deal, in the order in which it applies: that of the conflicts' ids.
#[derive(Debug, Clone, Default)]
pub struct Decisions {
    of_deals: HashMap<String, Vec<Decision>>,
}

impl Decisions {
    /// Those that a result has. What is wrong with the rows is found where the file is proved.
    ///
    /// # Errors
    /// A file that the disk does not give.
    pub fn read(out: &Path, manifest: &Manifest, terms: &Terms) -> Result<Self, Diagnostic> {
        if manifest.outputs.iter().all(|output| output.file != CONFLICTS) {
            return Ok(Self::default());
        }
        let mut all: Vec<(String, String, Decision)> = Vec::new();
        let mut passed_over = Findings::default();
        let (void, _) = DECISION_OUTCOMES[2];
        records((out, terms.raw), &CONFLICT_FILE, &mut passed_over, |_, cells, _| {
            if &cells[10] == "decided" && !cells[2].is_empty() {
                let mut claimants = [5, 6].map(|at| cells[at].to_owned());
                claimants.sort_unstable();
                let decision = Decision { role: cells[4].to_owned(), claimants, voids: &cells[12] == void };
                all.push((cells[0].to_owned(), cells[2].to_owned(), decision));
            }
        })?;
        // A file in another order is found as well, and must not give findings of lines that are right.
        all.sort_by(|one, other| one.0.cmp(&other.0));
        let mut decisions = Self::default();
        for (_, deal, decision) in all {
            decisions.add(deal, decision);
        }
        Ok(decisions)
    }

    /// Adds one that applies after the others.
    pub fn add(&mut self, deal: String, decision: Decision) {
        self.of_deals.entry(deal).or_default().push(decision);
    }

    /// Those about a deal.
    pub fn of_deal<'t>(&self, deal: impl FnOnce() -> &'t str) -> &[Decision] {
        // Mostly there are none, and no id of a deal has to be looked up.
        if self.of_deals.is_empty() {
            return &[];
        }
        self.of_deals.get(deal()).map_or(&[], Vec::as_slice)
    }
}
