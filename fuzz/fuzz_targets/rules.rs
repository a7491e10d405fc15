//! Rule files: a whole close over a small project. It is refused with places, or settled with its control totals
//! proven.
#![no_main]

use std::path::Path;

use apportion::book::Period;
use apportion::data::NoProgress;
use apportion::diagnostic::Files;
use apportion::project::Project;
use apportion_fuzz::{diagnostics, put, put_project, world};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: put_project(), |text: &[u8]| {
    put("rules.toml", text);
    let mut files = Files::default();
    let period = Period::Quarter { year: 2026, quarter: 1 };
    let close = Project::open(&world(), Path::new(""), &mut files)
        .and_then(|project| project.settle(period, &NoProgress));
    if let Err(found) = close {
        diagnostics::check(&found, &files);
    }
});
