//! Case files: refused with a sentence, or run.
#![no_main]

use apportion::cases::CaseFile;
use apportion_fuzz::{folder, put};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    put("case.toml", text);
    let cases = match CaseFile::read(&folder().join("case.toml")) {
        Ok(cases) => cases,
        Err(error) => return assert_eq!(error.code, "bad-case-file"),
    };
    for case in cases.cases.iter().take(2) {
        // A fuzzed glob could walk through the whole machine.
        if case.book.contains_key("rules") {
            continue;
        }
        match case.run() {
            Ok(mismatches) => {
                for mismatch in mismatches {
                    let shown = mismatch.text;
                    assert!(!shown.is_empty() && !shown.contains("[internal]"), "{shown}");
                }
            }
            Err(error) => assert_eq!(error.code, "bad-case"),
        }
    }
});
