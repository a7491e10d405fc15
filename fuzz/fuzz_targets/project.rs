//! Project files: refused with places, or read, and then every row of its sources is used, filtered or rejected.
#![no_main]

use apportion::book::{self, Book};
use apportion::data::{self, Unwatched, Used};
use apportion::diagnostic::Files;
use apportion_fuzz::{folder, put, put_project, told};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: put_project(), |text: &[u8]| {
    put("apportion.toml", text);
    let mut files = Files::default();
    let book = match book::read(folder(), &mut files) {
        Ok(book) => book,
        Err(found) => return told::check(&found, &files),
    };
    if !stays_in_its_folder(&book) {
        return;
    }
    let tables = data::open(&book).and_then(|opened| opened.load(&book, &Used::new(), &Unwatched));
    match tables {
        Err(found) => told::check(&found, &files),
        Ok(tables) => {
            for counts in &tables.counts {
                assert_eq!(counts.read, counts.used + counts.filtered + counts.rejected, "{}", counts.table.word());
            }
        }
    }
});

/// A fuzzed glob could walk through the whole machine.
fn stays_in_its_folder(book: &Book) -> bool {
    let plain = |path: &str| path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_*?.".contains(&byte));
    let paths = book.sources.iter().flat_map(|source| &source.paths);
    paths.clone().all(|path| plain(&path.value) && !path.value.contains("**") && !path.value.contains(".."))
}
