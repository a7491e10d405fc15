//! The texts of a line, for findings: proofs go by numbers, so that a line that is right costs no look at its texts.

use super::batch::Batch;

/// Where the texts of a line are.
#[derive(Clone, Copy)]
pub struct LineWords<'a>(Source<'a>);

#[derive(Clone, Copy)]
enum Source<'a> {
    Batch(&'a Batch<'a>, usize),
    #[cfg(test)]
    Given(Given<'a>),
}

/// The texts of a line that a test makes.
#[cfg(test)]
#[derive(Clone, Copy)]
pub struct Given<'a> {
    pub payee_id: &'a str,
    pub rule_id: &'a str,
    pub deal_id: &'a str,
    pub role_id: Option<&'a str>,
}

impl<'a> LineWords<'a> {
    /// Those of a line of a batch.
    pub(super) fn of_batch(batch: &'a Batch<'a>, index: usize) -> Self {
        Self(Source::Batch(batch, index))
    }

    /// Those of a line that a test makes.
    #[cfg(test)]
    pub fn given(given: Given<'a>) -> Self {
        Self(Source::Given(given))
    }

    /// Who is paid or credited.
    pub fn payee_id(self) -> &'a str {
        match self.0 {
            Source::Batch(batch, index) => batch.payee.text(index).unwrap_or_default(),
            #[cfg(test)]
            Source::Given(given) => given.payee_id,
        }
    }

    /// The rule's id.
    pub fn rule_id(self) -> &'a str {
        match self.0 {
            Source::Batch(batch, index) => batch.rule.text(index).unwrap_or_default(),
            #[cfg(test)]
            Source::Given(given) => given.rule_id,
        }
    }

    /// The deal.
    pub fn deal_id(self) -> &'a str {
        match self.0 {
            Source::Batch(batch, index) => batch.deal.text(index),
            #[cfg(test)]
            Source::Given(given) => given.deal_id,
        }
    }

    /// The role.
    pub fn role_id(self) -> Option<&'a str> {
        match self.0 {
            Source::Batch(batch, index) => batch.role.text(index),
            #[cfg(test)]
            Source::Given(given) => given.role_id,
        }
    }

    /// Whose credit an override pays on.
    pub fn origin_id(self) -> Option<&'a str> {
        self.in_batch(|batch, index| batch.from_payee.text(index))
    }

    /// The word of the rule's kind.
    pub fn kind(self) -> &'a str {
        self.in_batch(|batch, index| batch.kind.text(index)).unwrap_or_default()
    }

    /// The code of the currency.
    pub fn currency(self) -> &'a str {
        self.in_batch(|batch, index| batch.currency.text(index)).unwrap_or_default()
    }

    /// The rule whose line is taken back.
    pub fn of_rule_id(self) -> Option<&'a str> {
        self.in_batch(|batch, index| batch.of_rule.text(index))
    }

    /// The deal whose line is taken back.
    pub fn of_deal_id(self) -> Option<&'a str> {
        self.in_batch(|batch, index| batch.of_deal.text(index))
    }

    /// A text that lines of tests do not have.
    fn in_batch(self, text: impl FnOnce(&'a Batch<'a>, usize) -> Option<&'a str>) -> Option<&'a str> {
        match self.0 {
            Source::Batch(batch, index) => text(batch, index),
            #[cfg(test)]
            Source::Given(_) => None,
        }
    }
}
