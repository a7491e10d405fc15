//! A template in a project file: refused with places, or a layout that reads a file again without a panic. The project file and the file
//! that is read are parted by a line of `---`.
#![no_main]

use std::path::Path;

use apportion::book::ExportFormat;
use apportion::diagnostic::Files;
use apportion::money::Currency;
use apportion::payments::job::{Created, Job, Occasion, Written};
use apportion::payments::writers;
use apportion::world::Memory;
use apportion_fuzz::diagnostics;
use libfuzzer_sys::fuzz_target;

const BOOK: &str = "[book]\nname = \"t\"\ncurrency = \"USD\"\nrules = [\"r.toml\"]\n[sources]\n\
                    deals = { path = \"d.csv\" }\n[exports.x]\nformat = \"template\"\n";

fuzz_target!(|input: &str| {
    let (keys, text) = input.split_once("\n---\n").unwrap_or((input, ""));
    let world = Memory::new().with("apportion.toml", format!("{BOOK}{keys}")).shared();
    let mut files = Files::default();
    let book = match apportion::book::read(world.as_ref(), Path::new(""), &mut files) {
        Ok(book) => book,
        Err(found) => return diagnostics::check(&found, &files),
    };
    let occasion = Occasion {
        period: "2026-07".to_owned(),
        month: (20_635, 20_665),
        execution: 20_679,
        created: Created { day: 20_678, second: 0 },
    };
    let currency = Currency::from_code("USD").expect("it is one of ISO 4217");
    for export in book.exports.iter().filter(|export| export.format.value == ExportFormat::Template) {
        let job = Job { export, occasion: &occasion, currency };
        for key_column in [None, Some(0), Some(1)] {
            let written = Written { key_column, ..Written::default() };
            if let Ok(rows) = writers::read(&job, &written, text.as_bytes()) {
                assert!(rows.iter().all(|row| row.amount != 0));
            }
        }
    }
});
