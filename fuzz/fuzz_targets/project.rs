//! Project files: refused with places, or read, and then every row of its sources is used, filtered, repeated or rejected.
#![no_main]

use std::path::Path;

use apportion::data::{NoProgress, UsedColumns};
use apportion::diagnostic::Files;
use apportion::project::Sources;
use apportion_fuzz::{accounted, diagnostics, put, put_project, world};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: put_project(), |text: &[u8]| {
    put("apportion.toml", text);
    let mut files = Files::default();
    let tables = Sources::open(&world(), Path::new(""), &mut files)
        .and_then(|sources| sources.load(&UsedColumns::new(), &NoProgress));
    match tables {
        Err(found) => diagnostics::check(&found, &files),
        Ok(tables) => accounted(&tables),
    }
});
