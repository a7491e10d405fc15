//! SHA-256 of files.

use std::io::{self, Read};
use std::path::Path;

use apportion_base::digest::hex;
use apportion_base::world::open_regular;
use sha2::{Digest, Sha256};

/// Bytes hashed at once.
const READ: usize = 1 << 20;

/// The SHA-256 of a file in lower-case hex, and its length in bytes.
pub fn sha256(path: &Path) -> io::Result<(String, u64)> {
    let mut file = open_regular(path)?;
    let (mut hash, mut length) = (Sha256::new(), 0);
    let mut bytes = vec![0; READ];
    loop {
        match file.read(&mut bytes)? {
            0 => return Ok((hex(&hash.finalize()), length)),
            read => {
                hash.update(&bytes[..read]);
                length += read as u64;
            }
        }
    }
}
