//! Parquet and Arrow files: any bytes give an error or a complete reading.
#![no_main]

use apportion_fuzz::put;
use apportion_fuzz::reading::{allow_guarded_panics, read, source};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: allow_guarded_panics(), |bytes: &[u8]| {
    let name = if bytes.starts_with(b"PAR1") { "t.parquet" } else { "t.arrow" };
    put(name, bytes);
    if let Err(error) = read(&source(name)) {
        let known = ["unreadable-file", "empty-file", "duplicate-column", "unsupported-column"];
        assert!(known.contains(&error.code.word()), "[{}] {}", error.code, error.message);
    }
});
