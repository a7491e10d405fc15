//! The files of a new project: the folders `template` and `channel` next to this file, included in the program.

use clap::ValueEnum;

/// What a new project is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Template {
    /// Rules of the usual kinds: shared credit, stipends, renewals, commissions, and closes
    #[default]
    Programme,
    /// A company that sells directly and through partners: registrations, conflicts, prices, gates
    Channel,
}

impl Template {
    /// Its files.
    pub const fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Programme => &FILES,
            Self::Channel => &CHANNEL,
        }
    }

    /// What it is, as the end of a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Programme => "a small channel programme",
            Self::Channel => "a charter between a company and its partners",
        }
    }
}

/// The period that has something of everything; README.md and the next steps name it.
pub const PERIOD: &str = "2026-Q2";

/// The first month that its ledger closes.
pub const FIRST_MONTH: &str = "2026-04";

/// Path in the project and text, in the order in which one would read them.
const FILES: [(&str, &str); 19] = [
    ("README.md", include_str!("template/README.md")),
    ("apportion.toml", include_str!("template/apportion.toml")),
    ("rules/shared-credit.toml", include_str!("template/rules/shared-credit.toml")),
    ("rules/stipends.toml", include_str!("template/rules/stipends.toml")),
    ("rules/renewals.toml", include_str!("template/rules/renewals.toml")),
    ("rules/sales.toml", include_str!("template/rules/sales.toml")),
    ("rules/payment.toml", include_str!("template/rules/payment.toml")),
    ("rates/renewals.csv", include_str!("template/rates/renewals.csv")),
    ("data/opportunities.csv", include_str!("template/data/opportunities.csv")),
    ("data/partner-activities.csv", include_str!("template/data/partner-activities.csv")),
    ("data/payees.csv", include_str!("template/data/payees.csv")),
    ("data/assignments.csv", include_str!("template/data/assignments.csv")),
    ("data/quotas.csv", include_str!("template/data/quotas.csv")),
    ("data/receipts.csv", include_str!("template/data/receipts.csv")),
    ("data/adjustments.csv", include_str!("template/data/adjustments.csv")),
    ("cases/closes.toml", include_str!("template/cases/closes.toml")),
    ("cases/partners.toml", include_str!("template/cases/partners.toml")),
    ("cases/sales.toml", include_str!("template/cases/sales.toml")),
    // Under its own name it would be one of this repository's.
    (".gitignore", include_str!("template/gitignore")),
];

/// The files of [`Template::Channel`].
const CHANNEL: [(&str, &str); 29] = [
    ("README.md", include_str!("channel/README.md")),
    ("apportion.toml", include_str!("channel/apportion.toml")),
    ("rules/lead.toml", include_str!("channel/rules/lead.toml")),
    ("rules/registration.toml", include_str!("channel/rules/registration.toml")),
    ("rules/conflicts.toml", include_str!("channel/rules/conflicts.toml")),
    ("rules/prices.toml", include_str!("channel/rules/prices.toml")),
    ("rules/gates.toml", include_str!("channel/rules/gates.toml")),
    ("rules/pay.toml", include_str!("channel/rules/pay.toml")),
    ("data/accounts.csv", include_str!("channel/data/accounts.csv")),
    ("data/certificates.csv", include_str!("channel/data/certificates.csv")),
    ("data/conflicts.csv", include_str!("channel/data/conflicts.csv")),
    ("data/deal_lines.csv", include_str!("channel/data/deal_lines.csv")),
    ("data/deals.csv", include_str!("channel/data/deals.csv")),
    ("data/decision_shares.csv", include_str!("channel/data/decision_shares.csv")),
    ("data/decisions.csv", include_str!("channel/data/decisions.csv")),
    ("data/holidays.csv", include_str!("channel/data/holidays.csv")),
    ("data/milestones.csv", include_str!("channel/data/milestones.csv")),
    ("data/opportunities.csv", include_str!("channel/data/opportunities.csv")),
    ("data/payees.csv", include_str!("channel/data/payees.csv")),
    ("data/price_approvals.csv", include_str!("channel/data/price_approvals.csv")),
    ("data/price_entries.csv", include_str!("channel/data/price_entries.csv")),
    ("data/registration_events.csv", include_str!("channel/data/registration_events.csv")),
    ("data/registration_members.csv", include_str!("channel/data/registration_members.csv")),
    ("data/registrations.csv", include_str!("channel/data/registrations.csv")),
    ("data/service_events.csv", include_str!("channel/data/service_events.csv")),
    ("data/territories.csv", include_str!("channel/data/territories.csv")),
    ("data/work.csv", include_str!("channel/data/work.csv")),
    ("cases/channel.toml", include_str!("channel/cases/channel.toml")),
    (".gitignore", include_str!("template/gitignore")),
];
