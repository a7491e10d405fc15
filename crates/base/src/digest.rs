//! SHA-256 digests, by which a result records the contents of the files it was computed from.

use sha2::{Digest, Sha256};

/// The digest of a file that a result was computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDigest {
    /// Relative to the project's folder (or to the root of the rule set), with `/` as separator.
    pub path: String,
    /// SHA-256 of the file's bytes, as 64 lower-case hex digits.
    pub sha256: String,
}

impl FileDigest {
    /// The digest of bytes that were read from `path`.
    pub fn new(path: impl Into<String>, bytes: &[u8]) -> Self {
        Self { path: path.into(), sha256: sha256_hex(bytes) }
    }
}

/// SHA-256 of some bytes, as 64 lower-case hex digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 0xf)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}
