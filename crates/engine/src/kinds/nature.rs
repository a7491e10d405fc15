//! What all rules of a kind have in common: it does not depend on parameters.

use crate::credit::Fault;
use crate::diff::Cause;
use crate::explain::tree::Row;
use crate::settle::{RuleResult, StageTwoRule};

/// The nature of a kind of rule.
#[derive(Debug)]
pub(crate) struct Nature {
    pub pays: PaymentBasis,
    /// Whether its lines have a basis.
    pub basis: bool,
    /// Whether its lines carry credit, on which other rules pay.
    pub credits: bool,
    /// Whether rules of it can exclude each other by `one_of`.
    pub excludes: bool,
    /// Several rules of it in a sentence: `stipends`.
    pub plural: &'static str,
    /// Why a rule of this kind pays no one, where no deal has a reason.
    pub idle: Option<&'static str>,
    /// The heading of its rules in a charter, and what the kind is.
    pub heading: (&'static str, &'static str),
    /// How an amount of it is laid out for people.
    pub rows: &'static [Row],
    pub differs: NatureDifference,
}

/// What the rules of a kind are paid on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum PaymentBasis {
    /// Stage one makes their lines, deal by deal ([`super::Behaviour::deal_plan`]).
    ByDeal,
    /// Stage two makes their lines, from the credits of other rules.
    OnCredits(PayStageTwo),
    /// They are made last, from the lines of other rules.
    OnLines,
    /// Stage two makes their lines, from milestones that were done.
    OnMilestones(PayStageTwo),
}

/// Pays a rule whose lines stage two makes.
pub(crate) type PayStageTwo = fn(&StageTwoRule) -> Result<RuleResult, Fault>;

impl Nature {
    /// Whether stage one makes the lines of these rules.
    pub fn pays_by_deal(&self) -> bool {
        match self.pays {
            PaymentBasis::ByDeal => true,
            PaymentBasis::OnCredits(_) | PaymentBasis::OnLines | PaymentBasis::OnMilestones(_) => false,
        }
    }
}

/// Causes of a difference between two lines, in addition to those of every kind.
#[derive(Debug, Clone, Copy)]
pub(crate) enum NatureDifference {
    ByDeal {
        /// Whether an amount of the rule itself is paid.
        amount: bool,
        /// What is behind other parts of a deal that is otherwise alike.
        parts: Option<PartsOf>,
    },
    OnCredits {
        /// Whether it is paid on a running total, which may be measured on a quota.
        running: bool,
        /// Whether managers are paid, level by level, for the credit of others.
        levels: bool,
    },
    /// A part of other rules' lines.
    OnLines,
    /// An amount of its own for a milestone.
    OnMilestones,
}

/// How the parts of a deal can change where nothing else of a line does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PartsOf {
    pub cause: Cause,
    /// Whether parameters of the rule can be behind it as well.
    pub by_rule: bool,
}
