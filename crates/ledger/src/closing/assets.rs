//! What a close makes of costs that are capitalised. It changes nothing of what is posted.

use super::{Closing, ComputedClose, Grounds};
use crate::accruals::Assets;
use crate::accruals::assets::{AssetsBefore, assets};
use crate::folder::{read_contract_reversals, unreadable};
use crate::ledger::{Close, Closes, History};
use apportion_base::diagnostic::Diagnostic;
use apportion_contract::output::assets::{CONTRACT_REVERSALS, SCHEDULES};
use apportion_data::Tables;
use apportion_rules::PolicyKind;

impl Closing<'_> {
    /// The assets of the close, where a policy capitalises something or one did.
    pub(super) fn assets(
        &self,
        grounds: &Grounds<'_>,
        tables: &Tables,
        (history, computed): (&History, &ComputedClose),
    ) -> Result<Option<Assets>, Diagnostic> {
        let before = self.assets_before(&history.closes)?;
        let has_policy = self.project.rules().policies.of_kind(PolicyKind::Capitalise).next().is_some();
        if before.is_none() && !has_policy {
            return Ok(None);
        }
        let ground = (grounds.ground, &computed.names);
        let posted = (&history.posted, computed.entries.as_slice());
        assets(ground, tables, posted, before.unwrap_or_default()).map(Some)
    }

    /// What the close before made of contracts; none where it capitalised nothing.
    fn assets_before(&self, closes: &Closes) -> Result<Option<AssetsBefore>, Diagnostic> {
        let capitalises = |close: &&Close| close.record.files.iter().any(|file| file.file == SCHEDULES);
        let Some(close) = closes.last().filter(capitalises) else { return Ok(None) };
        let schedules = self.ledger.schedules(close)?;
        let reversals = read_contract_reversals(&self.ledger.file(&close.record, CONTRACT_REVERSALS)?)
            .map_err(|why| unreadable(&self.ledger.shown(&close.record.close, CONTRACT_REVERSALS), &why))?;
        Ok(Some(AssetsBefore { schedules, reversals }))
    }
}
