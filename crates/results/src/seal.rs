//! The seal of run.json: its last key, the SHA-256 of every byte before it. The other files have their digests in
//! run.json; the seal is what tells a changed byte in run.json itself.
//!
//! A seal finds accidents and careless hands. Whoever changes a result on purpose can seal it anew: against that,
//! the digest of run.json has to be kept elsewhere.

use sha2::{Digest, Sha256};

use apportion_base::digest::hex;

/// What stands between the last fact and the seal, and after it.
const BEFORE: &str = ",\n  \"seal\": \"";
const AFTER: &str = "\"\n}\n";
/// Digits of a SHA-256 in hex.
const DIGITS: usize = 64;

/// How the seal of a run.json stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seal {
    /// It is that of the bytes before it.
    Whole,
    /// There is none at the end of the file.
    Missing,
    /// It is not that of the bytes before it.
    Broken { written: String, found: String },
}

/// A JSON object as serde_json writes it, pretty, without a newline at its end: the same with its seal.
///
/// ```
/// use apportion::statement::{Seal, seal_of, sealed};
/// let text = sealed("{\n  \"period\": \"2026-07\"\n}");
/// assert_eq!(seal_of(text.as_bytes()), Seal::Whole);
/// assert!(matches!(seal_of(text.replace("07", "08").as_bytes()), Seal::Broken { .. }));
/// ```
pub fn sealed(object: &str) -> String {
    let open = object.strip_suffix("\n}").unwrap_or(object);
    format!("{open}{BEFORE}{}{AFTER}", hex(&Sha256::digest(open.as_bytes())))
}

/// Holds the seal at the end of a run.json against the bytes before it.
pub fn seal_of(bytes: &[u8]) -> Seal {
    let parts = bytes.len().checked_sub(BEFORE.len() + DIGITS + AFTER.len()).map(|at| bytes.split_at(at));
    let Some((open, end)) = parts else { return Seal::Missing };
    let written = end.strip_prefix(BEFORE.as_bytes()).and_then(|end| end.strip_suffix(AFTER.as_bytes()));
    let Some(written) = written else { return Seal::Missing };
    let (written, found) = (String::from_utf8_lossy(written).into_owned(), hex(&Sha256::digest(open)));
    if written == found { Seal::Whole } else { Seal::Broken { written, found } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_changed_byte_breaks_the_seal() {
        let text = sealed("{\n  \"a\": 1,\n  \"b\": \"é\"\n}");
        assert_eq!(seal_of(text.as_bytes()), Seal::Whole);
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            assert_ne!(seal_of(&bytes), Seal::Whole, "byte {at}");
        }
        assert_eq!(seal_of(b"{}\n"), Seal::Missing);
        assert_eq!(seal_of(format!("{text}\n").as_bytes()), Seal::Missing);
    }
}
