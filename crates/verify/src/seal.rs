//! The seal of run.json: its last key, the SHA-256 of every byte before it. The other files have their digests in
//! run.json; the seal is what shows a changed byte in run.json itself.

use sha2::{Digest, Sha256};

use apportion_base::digest::hex;
use apportion_contract::run_json::{AFTER_SEAL, BEFORE_SEAL};

/// Digits of a SHA-256 in hex.
const DIGITS: usize = 64;

/// Whether a run.json is as it was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seal {
    /// The seal is that of the bytes before it.
    Whole,
    /// The file does not end with a seal.
    Missing,
    /// The seal is that of other bytes.
    Broken {
        /// The digest in the file.
        written: String,
        /// The digest of the bytes before it.
        found: String,
    },
}

/// Compares the seal at the end of a run.json with the bytes before it.
pub fn seal_of(bytes: &[u8]) -> Seal {
    let Some((sealed, written)) = parts(bytes) else { return Seal::Missing };
    let (written, found) = (String::from_utf8_lossy(written).into_owned(), hex(&Sha256::digest(sealed)));
    if written == found { Seal::Whole } else { Seal::Broken { written, found } }
}

/// The bytes that were sealed, and the digits of the seal.
fn parts(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let open = bytes.strip_suffix(AFTER_SEAL.as_bytes())?;
    let (before, digits) = open.split_at_checked(open.len().checked_sub(DIGITS)?)?;
    Some((before.strip_suffix(BEFORE_SEAL.as_bytes())?, digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf '{\n  "period": "2026-07"' | sha256sum`
    const DIGEST: &str = "3466060e153368a8a3a8b42b8d7b96970812e3b47df904b21deb17f259387acd";

    fn sealed() -> Vec<u8> {
        format!("{{\n  \"period\": \"2026-07\",\n  \"seal\": \"{DIGEST}\"\n}}\n").into_bytes()
    }

    #[test]
    fn every_changed_byte_breaks_the_seal() {
        assert_eq!(seal_of(&sealed()), Seal::Whole);
        for index in 0..sealed().len() {
            let mut bytes = sealed();
            bytes[index] ^= 1;
            assert_ne!(seal_of(&bytes), Seal::Whole, "byte {index}");
        }
    }

    #[test]
    fn what_does_not_end_with_a_seal_has_none() {
        assert_eq!(seal_of(b""), Seal::Missing);
        assert_eq!(seal_of(b"{}\n"), Seal::Missing);
        assert_eq!(seal_of(&[sealed().as_slice(), b"\n"].concat()), Seal::Missing);
    }
}
