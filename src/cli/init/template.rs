//! The files of a new project: the folder `template` next to this file, included in the program.

/// The period that has something of everything; README.md and the next steps name it.
pub const PERIOD: &str = "2026-Q2";

/// The first month that its ledger closes.
pub const FIRST_MONTH: &str = "2026-04";

/// Path in the project and text, in the order in which one would read them.
pub const FILES: [(&str, &str); 19] = [
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
