//! What a source says of its file, with the file: keys of `[sources.deals]`, a line `---`, and the deals. Refused with places, or read, and
//! then every row is used, filtered, repeated or rejected.
#![no_main]

use std::path::Path;

use apportion::data::{NoProgress, UsedColumns};
use apportion::diagnostic::Files;
use apportion::project::Sources;
use apportion_fuzz::{accounted, diagnostics, put, put_project, world};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: put_project(), |text: &str| {
    let Some((keys, deals)) = text.split_once("\n---\n") else { return };
    put("fuzzed.csv", deals);
    put(
        "apportion.toml",
        format!(
            "[book]\nname = \"Fuzzed\"\ncurrency = \"USD\"\ntimezone = \"Europe/Berlin\"\nrules = [\"rules.toml\"]\n\n\
             [sources.payees]\npath = \"payees.csv\"\n\n[sources.engagements]\npath = \"engagements.csv\"\n\n\
             [sources.fx_rates]\npath = \"fx_rates.csv\"\n\n[sources.deals]\npath = \"fuzzed.csv\"\n{keys}\n"
        ),
    );
    let mut files = Files::default();
    let tables = Sources::open(&world(), Path::new(""), &mut files)
        .and_then(|sources| sources.load(&UsedColumns::new(), &NoProgress));
    match tables {
        Err(found) => diagnostics::check(&found, &files),
        Ok(tables) => accounted(&tables),
    }
});
