//! Rule files.

use schemars::JsonSchema;

use super::parts::{Amount, AmountOrBy, Day, Rate, RateOrBy, Threshold};

/// Rules of apportion: who earns what on which deals, since when, and why. Tables with one id are versions of one rule.
#[derive(JsonSchema)]
#[schemars(title = "Rules of apportion", deny_unknown_fields)]
pub struct RuleFile {
    /// A deal's credit and pool, shared over roles and payees.
    shared_credit: Option<Vec<SharedCredit>>,
    /// An amount for every deal and payee with engagements that count.
    stipend: Option<Vec<Stipend>>,
    /// A rate of a renewal that grows with the work done.
    renewal_bonus: Option<Vec<RenewalBonus>>,
    /// Tiers over a payee's credit in a period.
    commission: Option<Vec<Commission>>,
    /// Rates of a payee's credit for the managers above.
    r#override: Option<Vec<Override>>,
}

/// Defines a kind of rule with the keys that all have, and its own.
macro_rules! rule {
    ($(#[$doc:meta])* $name:ident, $cap:ty { $($own:tt)* }) => {
        #[derive(JsonSchema)]
        #[schemars(deny_unknown_fields)]
        $(#[$doc])*
        struct $name {
            /// Small letters and digits with hyphens between; unique, but for versions of one rule.
            #[schemars(regex(pattern = r"^[a-z0-9]+(-[a-z0-9]+)*$"))]
            id: String,
            /// What people call the rule.
            title: Option<String>,
            /// The reason for the rule, with its clause; printed in the charter.
            why: Option<String>,
            /// The days on which it is in force, by close date.
            effective: Effective,
            /// Which won deals: a condition over deals, such as "amount >= 10000". Without it, all of them.
            when: Option<String>,
            /// Upper limits: per deal first, then per payee for month, quarter and year.
            cap: Option<Vec<$cap>>,
            $($own)*
        }
    };
}

/// The days on which a version is in force. It ends the day before the next version's `from`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Effective {
    /// The first day.
    from: Day,
    /// The last day, where it ends earlier.
    until: Option<Day>,
}

/// An upper limit of what the rule pays.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Cap {
    /// In book currency.
    amount: Amount,
    /// Of what it is the limit.
    per: CapPer,
    /// The period, of a cap per payee.
    every: Option<Every>,
}

/// An upper limit of what the rule pays; this kind has none per deal.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct PayeeCap {
    /// In book currency.
    amount: Amount,
    /// Of what it is the limit.
    per: OnlyPayee,
    /// The period.
    every: Every,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum CapPer {
    /// All that the rule pays on a deal
    Deal,
    /// All that it pays a payee in a period
    Payee,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum OnlyPayee {
    /// All that it pays a payee in a period
    Payee,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum Every {
    /// A calendar month
    Month,
    /// A fiscal quarter
    Quarter,
    /// A fiscal year
    Year,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum Reach {
    /// Engagements that name the deal
    Deal,
    /// Engagements that name the deal it renews
    Prior,
    /// Engagements of its account
    Account,
}

rule! {
    /// A deal's credit and pool, shared over roles and payees: by `roles` or by a `model`.
    #[schemars(extend(
        "oneOf" = [{ "required": ["roles"] }, { "required": ["model"] }],
        "if" = { "properties": { "model": { "const": "time-decay" } }, "required": ["model"] },
        "then" = { "required": ["half_life_days"] }
    ))]
    SharedCredit, Cap {
        /// What is shared: a number over deals. The amount, unless said.
        #[schemars(extend("default" = "amount"))]
        basis: Option<String>,
        /// The pool, as a rate of the basis. Without it the rule only credits and pays nothing.
        rate: Option<RateOrBy>,
        /// The roles and their shares, which add up to 100%.
        #[schemars(length(min = 1))]
        roles: Option<Vec<RoleShare>>,
        /// With roles: how payees of one role share.
        #[schemars(extend("default" = "weight"))]
        within: Option<Within>,
        /// With roles: what becomes of the part of a role that nobody filled.
        #[schemars(extend("default" = "redistribute"))]
        unfilled: Option<Unfilled>,
        /// Instead of roles: how all payees share.
        model: Option<Model>,
        /// With the model time-decay: days in which the value of an engagement halves.
        #[schemars(range(min = 1, max = 1_000_000))]
        half_life_days: Option<u32>,
        /// Which engagements count: a condition over engagements, payees and deals. Without it, all.
        engaged: Option<String>,
        /// Whose engagements may count.
        #[schemars(length(min = 1), extend("default" = ["deal"]))]
        reach: Option<Vec<Reach>>,
        /// With the model declared: which splits count, a condition over splits, payees and deals.
        splits: Option<String>,
        /// With the model declared: each percent is paid on its own, whatever they add up to.
        #[schemars(extend("default" = false))]
        overlay: Option<bool>,
        /// At most one rule with this name may match a deal.
        #[schemars(length(min = 1))]
        one_of: Option<String>,
    }
}

/// A role and its share.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RoleShare {
    /// As engagements have it.
    #[schemars(length(min = 1))]
    role: String,
    /// Of the deal; all shares add up to 100%.
    share: Rate,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum Within {
    /// By the sum of weights
    Weight,
    /// By the number of engagements
    Touches,
    /// Alike
    Equal,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum Unfilled {
    /// The other roles share it
    Redistribute,
    /// It is kept, and shown as retained
    Retain,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum Model {
    /// By the sum of weights
    Weight,
    /// By the number of engagements
    Touches,
    /// Alike
    Equal,
    /// All to the earliest engagement
    FirstTouch,
    /// All to the latest engagement
    LastTouch,
    /// 40% to the first, 40% to the last, 20% between
    Position,
    /// Halving with every `half_life_days` before the last engagement
    TimeDecay,
    /// As the source `splits` has it
    Declared,
}

rule! {
    /// An amount for every deal and payee with engagements that count.
    Stipend, Cap {
        /// Which engagements count: a condition over engagements, payees and deals. Without it, all.
        engaged: Option<String>,
        /// Whose engagements may count.
        #[schemars(length(min = 1), extend("default" = ["deal"]))]
        reach: Option<Vec<Reach>>,
        /// What the payee's engagements on the deal must come to: a condition over payees, deals, and touches, weight,
        /// first_on and last_on of the group.
        require: Option<String>,
        /// The stipend.
        amount: AmountOrBy,
        /// What it is multiplied by.
        #[schemars(extend("default" = "deal"))]
        per: Option<Per>,
    }
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum Per {
    /// Once for the deal
    Deal,
    /// For each engagement
    Touch,
    /// By the sum of weights
    Weight,
}

rule! {
    /// A rate of a renewal that grows with the work done.
    RenewalBonus, Cap {
        /// Which engagements count: a condition over engagements, payees and deals. Without it, all.
        engaged: Option<String>,
        /// Whose engagements may count.
        #[schemars(length(min = 1), extend("default" = ["deal"]))]
        reach: Option<Vec<Reach>>,
        /// What the rate is of: a number over deals. The amount, unless said.
        #[schemars(extend("default" = "amount"))]
        basis: Option<String>,
        /// What the work is measured in.
        #[schemars(extend("default" = "weight"))]
        measure: Option<Measure>,
        /// The rates, from the lowest `from` to the highest; below the first there is no bonus.
        #[schemars(length(min = 1))]
        rates: Vec<RateFrom>,
        /// Whose measure sets the rate.
        #[schemars(extend("default" = "deal"))]
        rate_by: Option<RateBy>,
    }
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum Measure {
    /// The sum of weights
    Weight,
    /// The number of engagements
    Touches,
}

/// A rate and the measure from which it holds.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RateFrom {
    /// Of weight or touches.
    from: Amount,
    /// Of the basis.
    rate: RateOrBy,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum RateBy {
    /// One rate for the deal, whose pool the payees share
    Deal,
    /// Each payee has the rate of its own measure
    Payee,
}

rule! {
    /// Tiers over a payee's credit in a period.
    Commission, PayeeCap {
        /// Ids of the shared_credit rules whose credit counts.
        #[schemars(length(min = 1))]
        credits: Vec<String>,
        /// Who earns it: a condition over payees. Without it, all.
        payees: Option<String>,
        /// The period over which credit is added up.
        every: Every,
        /// The tiers, from the lowest `from` to the highest: all in percent of quota, or all in amounts.
        #[schemars(length(min = 1))]
        tiers: Vec<Tier>,
        /// What the rate reached applies to.
        #[schemars(extend("default" = "marginal"))]
        mode: Option<Mode>,
    }
}

/// A tier.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Tier {
    /// With a percent sign a part of the quota, without one an amount.
    from: Threshold,
    /// Of the credit.
    rate: Rate,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum Mode {
    /// Each part of the credit earns the rate of its tier
    Marginal,
    /// The rate reached applies from the first cent
    Whole,
}

rule! {
    /// Rates of a payee's credit for the managers above.
    Override, PayeeCap {
        /// Ids of the shared_credit rules whose credit counts.
        #[schemars(length(min = 1))]
        credits: Vec<String>,
        /// Which managers earn: a condition over payees. Those left out still count as a level.
        payees: Option<String>,
        /// The rate of the payee's manager, of their manager, and so on.
        #[schemars(length(min = 1, max = 255))]
        levels: Vec<Level>,
    }
}

/// A level of managers.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Level {
    /// Of the credit.
    rate: Rate,
}
