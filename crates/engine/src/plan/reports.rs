//! Who reports to whom.

use apportion_data::{PayeeIx, Payees};

/// The managers above a payee as of a day (days since 1970-01-01), from the nearest up. Managers have no cycles.
///
/// The chain of managers does not change with time yet; whoever pays on it says the day all the same, because it is the
/// day that decides who a team is.
pub fn managers(payees: &Payees, payee: PayeeIx, _day: i32) -> impl Iterator<Item = PayeeIx> + '_ {
    let above = |payee: PayeeIx| payees.manager[payee].get();
    std::iter::successors(above(payee), move |manager| above(*manager))
}
