//! An override, typed.

use rust_decimal::Decimal;

use apportion_expr::Expr;

#[derive(Debug, Clone)]
pub struct Override {
    pub credits: Vec<String>,
    /// Over `payees`; which managers earn.
    pub payees: Option<Expr>,
    /// Rate of the credited payee's manager, of their manager, and so on.
    pub levels: Vec<Decimal>,
}
