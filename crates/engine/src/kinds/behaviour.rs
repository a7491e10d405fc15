//! What the engine needs of a rule version of any kind.

use rust_decimal::Decimal;

use crate::cases::coverage::Point;
use crate::charter::facts::Fact;
use crate::credit::{Fault, FilledColumns, Line, Outcome};
use crate::explain::amounts::{ExplainedLine, Running};
use crate::explain::explainer::Explainer;
use crate::explain::nothing::DealVersion;
use crate::explain::tree::{Amount, Shortfall};
use crate::plan::{Inputs, Tag};
use apportion_base::money::Overflow;
use apportion_book::{Book, Every};
use apportion_data::{DealIx, PayeeIx, Tables};
use apportion_expr::Expr;
use apportion_rules::{EngagementTerms, RoleShare, RuleBook, RuleIx, Vacancy, Value, Version};

/// The answers of a version's parameters. There are no defaults: a new kind answers everything.
pub(crate) trait Behaviour: Sync {
    /// What it counts.
    fn counts(&self) -> Counts<'_>;
    /// What a rate is taken of; `None` for the amount of the deal, or where there is no rate of a deal.
    fn basis(&self) -> Option<&Expr>;
    /// Which payees earn it, of the kinds that pay on credits.
    fn payees(&self) -> Option<&Expr>;
    /// The name that at most one matching rule may have on a deal.
    fn one_of(&self) -> Option<&str>;
    /// The roles that share a deal, and what happens to one that no one filled.
    fn roles(&self) -> Option<(&[RoleShare], Vacancy)>;
    /// Which columns its lines have.
    fn applies(&self) -> FilledColumns;
    /// Plans it against the tables; `None` for the kinds that pay on credits.
    fn deal_plan<'a>(&'a self, inputs: &Inputs) -> Result<Option<Box<dyn DealPlan + 'a>>, Overflow>;
    /// Plans it to be explained.
    fn explains<'a>(&'a self, inputs: &Inputs) -> Result<Box<dyn Explains + 'a>, Overflow>;

    /// All conditions but `when`.
    fn conditions(&self) -> Vec<&Expr>;
    /// Its rates and amounts that may depend on a column, with the path of each in the rule file.
    fn values(&self) -> Vec<(String, &Value)>;
    /// The paths of values of 0 that pay no one, and what follows.
    fn zeros(&self) -> Vec<(String, String)>;
    /// Steps whose rate is below that of the step before.
    fn falls(&self) -> Vec<RateFall>;
    /// The first step, if payees can stay below it.
    fn first_step(&self) -> Option<FirstStep>;
    /// The whole amount that a deal earns a payee, where the rule fixes it.
    fn fixed_amount(&self) -> Option<&Value>;
    /// How it uses quotas, if it does.
    fn of_quota(&self) -> Option<OfQuota<'_>>;

    /// Its facts for the charter; `id` is the rule's.
    fn facts(&self, book: &Book, rules: &RuleBook, id: &str) -> Vec<Fact>;
    /// What it pays, in a few words.
    fn in_short(&self) -> String;
    /// Words of these facts that have to be explained.
    fn terms(&self) -> Vec<Term>;

    /// The points of it that a case can reach, with what they are called, in the order of its keys.
    fn points(&self) -> Vec<(Point, String)>;
    /// The points that a line of it reaches.
    fn reached(&self, tables: &Tables, line: &Line) -> Vec<Point>;
    /// The points that the credit of a line is paid at on the way to the one that it reaches. `before` is the payee's line before it in
    /// the period over which credit is added up; there is none where the line begins it.
    fn passed(&self, before: Option<&Line>, line: &Line) -> Vec<Point>;
    /// The period over which it adds up credit, if it does.
    fn adds_up_over(&self) -> Option<Every>;

    /// Whether the chain of managers decides whom it pays, or on what.
    fn follows_managers(&self) -> bool;
    /// Whether data of deals other than their credit decide what is paid on credit.
    fn measures_deals(&self) -> bool;
    /// Whether the basis of a line is the payee's part of the deal's.
    fn pays_parts(&self) -> bool;
}

/// What a version counts.
pub(crate) enum Counts<'a> {
    Engagements(&'a EngagementTerms),
    /// Declared splits; the condition narrows them.
    Splits(Option<&'a Expr>),
    /// The credits of other rules.
    Credits,
    /// The lines of other rules.
    Lines,
    /// Milestones that were done.
    Milestones,
}

/// A version that pays by deal, with everything looked up that does not depend on the partition.
pub(crate) trait DealPlan: Sync {
    /// Runs the kernel on the deals of a partition.
    ///
    /// # Errors
    /// A number that is too large, with the deal.
    fn run(&self, inputs: &Inputs, version: &Version, tag: &Tag, deals: &[DealIx]) -> Result<Outcome, Fault>;
}

/// A rule version that explains its lines.
///
/// # Errors
/// A number that is too large. The settlement had none, so this is not expected.
pub(crate) trait Explains {
    /// Adds the steps of a line, and what they rest on.
    fn explain(
        &self,
        explainer: &Explainer,
        explained: ExplainedLine,
        running: &Running,
        amount: &mut Amount,
    ) -> Result<(), Fault>;
    /// Why it has no line on a deal that it matches, for a payee, or without one for any payee.
    fn nothing(
        &self,
        explainer: &Explainer,
        on: DealVersion,
        payee: Option<PayeeIx>,
    ) -> Result<Shortfall, Fault>;
    /// The deals on which the payee may have expected something; `worked_on` are those that their work names.
    fn expected(
        &self,
        explainer: &Explainer,
        rule: RuleIx,
        payee: PayeeIx,
        worked_on: &[DealIx],
    ) -> Vec<DealIx>;
    /// Why it never had anything for the payee in the period.
    fn never(&self, explainer: &Explainer, payee: PayeeIx) -> Shortfall;
}

/// A step whose rate is below that of the step before.
pub(crate) struct RateFall {
    /// Paths of the two rates.
    pub before: String,
    pub after: String,
    pub rates: (Decimal, Decimal),
    /// The case, where rates depend on a column.
    pub case: Option<String>,
}

/// The first step of a version.
pub(crate) enum FirstStep {
    /// A measure of work from which the first rate applies.
    Rate { from: Decimal },
    /// A total of credit above zero from which the first tier applies.
    Tier,
}

/// What is measured on the quotas of payees.
pub(crate) struct OfQuota<'a> {
    pub every: Every,
    pub payees: Option<&'a Expr>,
    /// The `measure` of the quotas.
    pub measure: Option<&'a str>,
    /// Whether quotas count by the days on which payees are there.
    pub prorates: bool,
}

/// Words of a charter that are explained where a rule uses them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Term {
    Pool,
    Tier,
    Quota,
    Reversal,
}
