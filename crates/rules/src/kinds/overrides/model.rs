//! An override, typed.

use rust_decimal::Decimal;

use apportion_expr::Expr;

/// Rates of a payee's credit for the managers above.
#[derive(Debug, Clone)]
pub struct Override {
    /// Ids of shared_credit rules, as listed.
    pub credits: Vec<String>,
    /// Over `payees`; which managers earn.
    pub payees: Option<Expr>,
    /// Rate of the credited payee's manager, of their manager, and so on; fractions of one.
    pub levels: Vec<Decimal>,
}
