//! SHA-256 digests, by which a result records the contents of the files it was computed from.

use std::io::{self, Write};

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

/// The SHA-256 of what is written to it.
#[derive(Debug, Clone, Default)]
pub struct DigestWriter {
    digest: Sha256,
    length: u64,
}

impl DigestWriter {
    /// The digest of all that was written, as 64 lower-case hex digits.
    pub fn finish(self) -> String {
        hex(&self.digest.finalize())
    }

    /// How many bytes were written.
    pub fn length(&self) -> u64 {
        self.length
    }
}

impl Write for DigestWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.digest.update(bytes);
        self.length += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Bytes as lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 0xf)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}
