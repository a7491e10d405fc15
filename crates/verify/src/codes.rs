//! The codes of what a verification finds, and what each one means to the person who has to do something about it.

/// Code and meaning, in order of the proofs.
pub const CODES: [(&str, &str); 37] = [
    (
        "missing-file",
        "a result is whole or none: run the period again, or fetch the file from where it was copied",
    ),
    ("extra-file", "move it elsewhere: only what a run wrote is proved"),
    ("broken-seal", "run.json was changed after the run; take it from a copy, or run the period again"),
    ("bad-run-json", "run.json was changed after the run; take it from a copy, or run the period again"),
    ("other-digest", "this is another result than the one whose digest was noted"),
    (
        "changed-file",
        "the file was changed after the run; opening a CSV in a spreadsheet and saving it is enough",
    ),
    (
        "changed-input",
        "the amounts were computed from another version of this file; `apportion diff` shows what the change moves",
    ),
    (
        "changed-rule-file",
        "the amounts were computed from another version of this file; `apportion diff` shows what the change moves",
    ),
    (
        "changed-setting",
        "run.json and the project file disagree although the project file is the one that was used",
    ),
    ("not-at-hand", "name the project with `--project DIR`, or leave out `--inputs`"),
    ("unreadable-lines", "lines.parquet is damaged; take it from a copy, or run the period again"),
    ("wrong-column", "lines.parquet was written by something else than a run"),
    ("other-engine", "run.json and lines.parquet come from different runs"),
    ("lines-out-of-order", "lines.parquet was rewritten after the run"),
    ("duplicate-line", "one line twice is one amount paid twice"),
    ("unknown-rule", "run.json and lines.parquet come from different runs, or a line was added"),
    ("wrong-kind", "run.json and lines.parquet come from different runs, or a line was changed"),
    ("wrong-nulls", "a line was changed or added"),
    ("outside-period", "a line was changed or added, or run.json names another period"),
    ("wrong-version", "a line's dates were changed"),
    ("two-close-dates", "a line's dates were changed"),
    ("wrong-currency", "all amounts of a result are in the book's currency"),
    ("cap-adds", "an amount was changed"),
    ("wrong-units", "units were changed, or a line is missing"),
    ("wrong-level", "a line was changed or added"),
    ("too-large", "no run writes such a number"),
    ("wrong-amount", "an amount, a basis, a rate or a pool was changed"),
    ("wrong-split", "an amount was moved from one payee to another"),
    ("deal-differs", "a line was changed"),
    ("not-conserved", "money was lost or made: a line is missing, was added or changed"),
    ("unexplained-basis", "a credit or a basis was changed, or a credited line is missing"),
    ("two-managers", "a line was moved to another payee"),
    ("missing-row", "a row was removed or changed, or stands in another place"),
    ("row-without-lines", "a row was added or changed, or stands in another place"),
    ("wrong-sum", "a row or a line was changed"),
    ("two-names", "a name was changed; payroll goes by payee_id"),
    ("wrong-total", "run.json, or a file that it sums up, was changed"),
];

/// The same for what is found in the files beside the lines.
pub const MORE_CODES: [(&str, &str); 7] = [
    ("wrong-prior", "run.json was changed"),
    ("bad-csv", "the file was rewritten after the run; take it from a copy, or run the period again"),
    ("rows-out-of-order", "the file was rewritten after the run"),
    ("bad-uncredited", "a row was changed or added"),
    ("contradicted-reason", "a row or a line was added, removed or changed"),
    ("bad-reject", "a row was changed or added"),
    ("rows-lost", "run.json or rejects.csv was changed"),
];

/// What a code means.
pub fn meaning(code: &str) -> Option<&'static str> {
    let all = CODES.iter().chain(&MORE_CODES);
    all.filter(|(known, _)| *known == code).map(|(_, meaning)| *meaning).next()
}
