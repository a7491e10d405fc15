//! Spreadsheets: the XML of a sheet inside a sound workbook.
#![no_main]

use apportion_fuzz::reading::{allow_guarded_panics, read, source};
use apportion_fuzz::{put, workbook};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: allow_guarded_panics(), |sheet: &[u8]| {
    put("t.xlsx", workbook::around(sheet, sheet.len() % 2 == 0));
    if let Err(error) = read(&source("t.xlsx")) {
        let known = ["unreadable-file", "empty-file", "duplicate-column", "bad-encoding"];
        assert!(known.contains(&error.code.word()), "[{}] {}", error.code, error.message);
    }
});
