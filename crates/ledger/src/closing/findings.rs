//! What somebody should know of a close: the rows of findings.csv.

use crate::balances::Balance;
use crate::earned::EarnedEntries;
use crate::folder::FindingRow;
use crate::key::Names;
use crate::people::ChangedPayee;
use apportion_base::money::{Minor, Overflow};

/// The rows, in no particular order; those of reversals are made in [`crate::reversals`].
pub(super) fn findings(
    made: &EarnedEntries,
    balances: &[Balance],
    changed: &[ChangedPayee],
    names: &Names,
) -> Result<Vec<FindingRow>, Overflow> {
    let mut rows = Vec::new();
    for (deal, amount) in &made.moved_before {
        rows.push(FindingRow {
            code: "moved-before-horizon".to_owned(),
            deal_id: names.text(*deal).to_owned(),
            amount: Some(Minor::from_wide(*amount)?),
            ..FindingRow::default()
        });
    }
    let of_payee = |code: &str, payee: &str, amount| FindingRow {
        code: code.to_owned(),
        payee_id: payee.to_owned(),
        amount,
        ..FindingRow::default()
    };
    rows.extend(changed.iter().map(|payee| of_payee("payee-changed", &payee.payee_id, None)));
    for row in balances {
        let carried = Some(row.payment.carried_out);
        if !row.is_known {
            rows.push(of_payee("unknown-payee", &row.payee_id, carried));
        }
        if row.payment.without_rate {
            rows.push(of_payee("no-fx-rate", &row.payee_id, carried));
        }
    }
    Ok(rows)
}
