//! The seal of run.json: its last key, the SHA-256 of every byte before it. The other files have their digests in
//! run.json; the seal is what shows a changed byte in run.json itself.
//!
//! A seal finds accidental changes. It does not prevent forgery, because anyone who can change a result can make a new
//! seal. To find that as well, keep the digest of run.json elsewhere.

use sha2::{Digest, Sha256};

use apportion_base::digest::hex;
use apportion_contract::run_json::{AFTER_SEAL, BEFORE_SEAL};

/// Adds the seal to a JSON object, which is as serde_json's pretty printer writes it, without a newline at its end.
///
/// ```
/// use apportion_results::sealed;
/// let text = sealed("{\n  \"period\": \"2026-07\"\n}");
/// assert!(text.starts_with("{\n  \"period\": \"2026-07\",\n  \"seal\": \""));
/// ```
pub fn sealed(object: &str) -> String {
    let open = object.strip_suffix("\n}").unwrap_or(object);
    format!("{open}{BEFORE_SEAL}{}{AFTER_SEAL}", hex(&Sha256::digest(open.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seal_is_the_digest_of_all_bytes_before_it() {
        let digest = hex(&Sha256::digest(b"{\n  \"period\": \"2026-07\""));
        assert_eq!(
            sealed("{\n  \"period\": \"2026-07\"\n}"),
            format!("{{\n  \"period\": \"2026-07\",\n  \"seal\": \"{digest}\"\n}}\n")
        );
    }
}
