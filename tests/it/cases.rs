//! The worked examples under tests/cases: adding one needs no recompiling.

use apportion::cases::CaseFile;

use crate::support::repository;

#[test]
fn every_case_comes_out_as_it_says() {
    let mut files: Vec<_> = std::fs::read_dir(repository("tests/cases"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    let only = std::env::var("CASE").unwrap_or_default();
    let (mut run, mut failures) = (0, String::new());
    for path in &files {
        let file = CaseFile::read(path).unwrap_or_else(|error| panic!("{}", error.message));
        for case in file.cases.iter().filter(|case| case.name.contains(&only)) {
            run += 1;
            let place = format!("{}: {}", path.file_name().unwrap().display(), case.name);
            match case.run() {
                Ok(mismatches) => {
                    for mismatch in mismatches {
                        failures += &format!("\n{place}\n{}", mismatch.text);
                    }
                }
                Err(error) => failures += &format!("\n{place}\n{}\n", error.message),
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
    assert!(run >= 80 || !only.is_empty(), "only {run} cases were found");
}
