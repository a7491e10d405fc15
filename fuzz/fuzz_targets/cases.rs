//! Case files: refused with places, or run.
#![no_main]

use apportion::cases::{CaseFile, Setting};
use apportion::diagnostic::Files;
use apportion_fuzz::diagnostics;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut files = Files::default();
    let cases = match CaseFile::parse("cases/fuzzed.toml", text, &mut files) {
        Ok(cases) => cases,
        Err(found) => return diagnostics::check(&found, &files),
    };
    let setting = Setting::plain();
    for case in cases.cases.iter().take(2) {
        for mismatch in apportion::ledger::cases::run(case, &setting, &files).mismatches {
            let shown = mismatch.text();
            assert!(!shown.trim().is_empty() && !shown.contains("[internal]"), "{shown}");
        }
    }
});
