//! Rules × tables: which deals a rule version pays, which engagements count for them, by which units and rates.
//!
//! The one module that knows both rules and data. It hands the kernels of `credit` plain slices, one partition of
//! deals at a time, so that a partition can run on any thread, or in another engine. [`inputs`], [`counted`], [`window`],
//! [`months`], [`matching`] and [`reach`] find the scope, [`groups`] the units, [`earners`] who earns on credits, [`quota`] and [`presence`] what is expected of them,
//! [`value`] the rates; the kinds of rule put these together.

pub(crate) mod batch;
pub(crate) mod counted;
pub(crate) mod earners;
pub(crate) mod engaged;
pub(crate) mod groups;
pub(crate) mod inputs;
pub(crate) mod matching;
pub(crate) mod months;
pub(crate) mod no_value;
pub(crate) mod payees_on;
pub(crate) mod presence;
pub(crate) mod quota;
pub(crate) mod rate_table;
pub(crate) mod reach;
pub(crate) mod registered;
pub(crate) mod trace;
pub(crate) mod unread;
pub(crate) mod value;
pub(crate) mod window;
pub(crate) mod work;

pub use apportion_data::{Bound, TemporaryTable};
pub use batch::{Tag, credit_rule};
pub(crate) use batch::{deal_array, index_array, state_array};
pub use counted::Counted;
pub(crate) use counted::Counting;
pub use earners::Earners;
pub use engaged::engaged_payees;
pub use inputs::Inputs;
pub(crate) use inputs::{reaches_accounts, reaches_prior};
pub use matching::{Matches, VersionByDeal, match_deals, match_rules};
pub use months::{MonthIx, Months};
pub(crate) use no_value::no_value;
pub use payees_on::payees_on;
pub use presence::{Presence, Stretch};
pub use quota::{Quota, QuotaTerms};
pub use rate_table::{LookupKey, Ties};
pub use reach::AccountIndex;
pub use trace::RowInReach;
pub use unread::{UnreadRuleTexts, unread_texts};
pub use value::{ValueColumn, by_rows, rate_e8, scaled};
pub use window::Window;
