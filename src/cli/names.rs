//! Payees for people.

/// A payee, with its name where that says more than the id: `P-10 (Contoso)`.
pub fn named(payee_id: &str, name: &str) -> String {
    if name.is_empty() || name == payee_id { payee_id.to_owned() } else { format!("{payee_id} ({name})") }
}
