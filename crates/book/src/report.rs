//! `[report]` of the project file.

use crate::config::{Item, Table};
use crate::parameters::report as keys;

/// What reports go by. No amount depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportSettings {
    /// Roles of a partner's work that make revenue `sourced`.
    pub sourced_roles: Vec<String>,
    /// Roles of a partner's work that make revenue `co_sold`.
    pub cosell_roles: Vec<String>,
    /// Columns of deals that have discounts compared with each other.
    pub outliers_by: Vec<String>,
    /// Days without work after which an open opportunity is stale.
    pub stale_days: u32,
}

impl Default for ReportSettings {
    fn default() -> Self {
        Self {
            sourced_roles: vec!["sourced".to_owned()],
            cosell_roles: vec!["cosell".to_owned()],
            outliers_by: ["deal_type", "segment", "channel"].map(str::to_owned).to_vec(),
            stale_days: 30,
        }
    }
}

/// Reads `[report]`. `None` where it has errors, which were reported.
pub(crate) fn read(table: &Table<'_>) -> Option<ReportSettings> {
    table.keys(keys::REPORT.parameters);
    let sourced = table.optional(&keys::SOURCED_ROLES, |item| texts(item, "roles"));
    let cosell = table.optional(&keys::COSELL_ROLES, |item| texts(item, "roles"));
    let outliers = table.optional(&keys::OUTLIERS_BY, |item| texts(item, "columns of deals"));
    let stale_days = table.whole(&keys::STALE_DAYS);
    let plain = ReportSettings::default();
    Some(ReportSettings {
        sourced_roles: sourced?.unwrap_or(plain.sourced_roles),
        cosell_roles: cosell?.unwrap_or(plain.cosell_roles),
        outliers_by: outliers?.unwrap_or(plain.outliers_by),
        stale_days: stale_days?,
    })
}

fn texts(item: &Item<'_>, what: &str) -> Option<Vec<String>> {
    item.some_list(what)?.iter().map(|item| item.some_text().map(|text| text.value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing;

    #[test]
    fn every_key_may_be_left_out() {
        let (read, shown) = testing::read("sourced_roles = [\"referral\"]\nstale_days = 14\n", read);
        let settings = read.flatten().expect(&shown);
        assert_eq!((settings.sourced_roles, settings.stale_days), (vec!["referral".to_owned()], 14));
        assert_eq!(settings.cosell_roles, ReportSettings::default().cosell_roles);
        assert_eq!(settings.outliers_by, ReportSettings::default().outliers_by);
    }

    #[test]
    fn what_is_wrong() {
        for (text, expected) in
            [("stale_days = -1", "stale_days"), ("stale = 1", "stale"), ("cosell_roles = []", "cosell_roles")]
        {
            let (read, shown) = testing::read(&format!("{text}\n"), read);
            assert!(read.flatten().is_none() || shown.contains(expected), "{text}: {shown}");
            assert!(shown.contains(expected), "{text}: {shown}");
        }
    }
}
