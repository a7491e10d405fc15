//! What was found while an export was prepared: what stops it, what was changed, and what somebody should know.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use apportion_base::diagnostic::{Code, Diagnostic};

/// A text that a format could not take as it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TextChange {
    /// The payee; none of a text of the export itself.
    pub payee_id: Option<String>,
    /// Which text.
    pub field: String,
    /// As it was.
    pub before: String,
    /// As it stands in the file.
    pub after: String,
}

/// An item below 0 that came off the payee's other items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NettedItem {
    /// The payee.
    pub payee_id: String,
    /// The code of the item.
    pub code: String,
    /// Its amount, below 0, in the major unit.
    pub amount: String,
    /// The codes that it came off, in this order.
    pub off: Vec<String>,
}

/// What was found while an export was prepared.
#[derive(Debug, Clone, Default)]
pub struct Notes {
    /// By payee: what is missing of its details or wrong with them. Stops the export.
    pub bad_details: BTreeMap<String, BTreeSet<String>>,
    /// By payee: what does not fit into the format. Stops the export.
    pub unfit: BTreeMap<String, BTreeSet<String>>,
    /// What is wrong with the export itself. Stops it.
    pub errors: Vec<Diagnostic>,
    /// What somebody should know.
    pub warnings: Vec<Diagnostic>,
    /// Texts that were changed.
    pub changes: BTreeSet<TextChange>,
    /// Items that came off others.
    pub netted: Vec<NettedItem>,
}

impl Notes {
    /// Notes something about a payee's details that stops the export.
    pub fn bad(&mut self, payee_id: &str, what: impl Into<String>) {
        self.bad_details.entry(payee_id.to_owned()).or_default().insert(what.into());
    }

    /// Notes something about a payee that does not fit into the format.
    pub fn unfit(&mut self, payee_id: &str, what: impl Into<String>) {
        self.unfit.entry(payee_id.to_owned()).or_default().insert(what.into());
    }

    /// Notes something that is wrong with the export itself, once.
    pub fn error(&mut self, error: Diagnostic) {
        if !self.errors.iter().any(|known| known.message == error.message) {
            self.errors.push(error);
        }
    }

    /// Notes something that somebody should know, once.
    pub fn warn(&mut self, code: Code, message: impl Into<String>, help: impl Into<String>) {
        let message = message.into();
        if !self.warnings.iter().any(|known| known.message == message) {
            self.warnings.push(Diagnostic::warning(code, message).help(help));
        }
    }

    /// Notes a text that was changed.
    pub fn change(&mut self, payee_id: Option<&str>, field: &str, before: &str, after: &str) {
        if before != after {
            self.changes.insert(TextChange {
                payee_id: payee_id.map(str::to_owned),
                field: field.to_owned(),
                before: before.to_owned(),
                after: after.to_owned(),
            });
        }
    }

    /// Whether nothing stops the export.
    pub fn is_fine(&self) -> bool {
        self.bad_details.is_empty() && self.unfit.is_empty() && self.errors.is_empty()
    }

    /// Everything that stops an export, of which all payees are listed.
    pub fn failures(&self, export: &str) -> Vec<Diagnostic> {
        let mut failures = self.errors.clone();
        let listed = |code: Code, what: &str, of: &BTreeMap<String, BTreeSet<String>>, help: &str| {
            let count = of.len();
            let payees = if count == 1 { "payee" } else { "payees" };
            let message = format!("{what} {count} {payees} of export `{export}`; nothing was written");
            let line = |(payee, why): (&String, &BTreeSet<String>)| {
                let why: Vec<&str> = why.iter().map(String::as_str).collect();
                format!("`{payee}`: {}", why.join("; "))
            };
            let error = Diagnostic::error(code, message);
            of.iter().map(line).fold(error, Diagnostic::help).help(help)
        };
        if !self.bad_details.is_empty() {
            let help = "correct payment_details, or leave these payees out for now: --leave-out PAYEE";
            failures.push(listed(
                Code::BadPaymentDetails,
                "payment details are missing or wrong for",
                &self.bad_details,
                help,
            ));
        }
        if !self.unfit.is_empty() {
            let help =
                "nothing is cut or rounded; correct it, or leave these payees out for now: --leave-out PAYEE";
            failures.push(listed(
                Code::PaymentDoesNotFit,
                "the format does not take what it would say of",
                &self.unfit,
                help,
            ));
        }
        failures
    }
}
