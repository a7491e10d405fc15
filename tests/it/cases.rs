//! The worked examples under tests/cases: adding one needs no recompiling.

use apportion::cases::Bench;
use apportion::diagnostic::{Files, render};

use crate::support::repository;

#[test]
fn every_case_comes_out_as_it_says() {
    let mut files = Files::default();
    let bench = Bench::read(None, &[repository("tests/cases")], &mut files)
        .unwrap_or_else(|found| panic!("{}", found.iter().map(|e| render(e, &files)).collect::<String>()));
    let only = std::env::var("CASE").unwrap_or_default();
    let (mut run, mut failures) = (0, String::new());
    for file in &bench.case_files {
        for case in file.cases.iter().filter(|case| case.name.contains(&only)) {
            run += 1;
            for mismatch in case.run(&bench.setting, &files).mismatches {
                failures += &format!("\n{}: {}\n{}", file.name, case.name, mismatch.text());
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
    assert!(run >= 80 || !only.is_empty(), "only {run} cases were found");
}
