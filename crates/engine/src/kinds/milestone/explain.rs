//! Lines of milestones: an amount of the rule, without a deal that it would be taken of.

use crate::credit::Fault;
use crate::explain::amounts::{ExplainedLine, Running};
use crate::explain::explainer::Explainer;
use crate::explain::nothing::DealVersion;
use crate::explain::tree::{Amount, Shortfall};
use crate::kinds::Explains;
use apportion_data::{DealIx, PayeeIx};
use apportion_rules::RuleIx;

/// A version.
pub(super) struct VersionExplainer;

impl Explains for VersionExplainer {
    fn explain(&self, _: &Explainer, _: ExplainedLine, _: &Running, _: &mut Amount) -> Result<(), Fault> {
        Ok(())
    }

    fn nothing(&self, _: &Explainer, _: DealVersion, _: Option<PayeeIx>) -> Result<Shortfall, Fault> {
        Ok(Shortfall::NoMilestone)
    }

    /// No deal lets anybody expect something of it.
    fn expected(&self, _: &Explainer, _: RuleIx, _: PayeeIx, _: &[DealIx]) -> Vec<DealIx> {
        Vec::new()
    }

    fn never(&self, _: &Explainer, _: PayeeIx) -> Shortfall {
        Shortfall::NoMilestone
    }
}
