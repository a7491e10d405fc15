//! Rule files: a whole close over a small project. It is refused with places, or settled with its control totals proven.
#![no_main]

use apportion::book::Period;
use apportion::close::close;
use apportion::data::Unwatched;
use apportion::diagnostic::Files;
use apportion_fuzz::{folder, put, put_project, told};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: put_project(), |text: &[u8]| {
    put("rules.toml", text);
    let mut files = Files::default();
    let period = Period::Quarter { year: 2026, quarter: 1 };
    if let Err(found) = close(folder(), period, &mut files, &Unwatched) {
        told::check(&found, &files);
    }
});
