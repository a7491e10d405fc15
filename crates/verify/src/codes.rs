//! The codes of what a verification finds, and what each one means to the person who has to do something about it.

use apportion_base::diagnostic::Code;

/// Code and advice, in order of the proofs.
pub const CODES: [(Code, &str); 39] = [
    (
        Code::IncompleteResult,
        "a result is whole or none: run the period again, or fetch the file from where it was copied",
    ),
    (Code::ExtraFile, "move it elsewhere: only what a run wrote is proved"),
    (Code::BrokenSeal, "run.json was changed after the run; take it from a copy, or run the period again"),
    (Code::BadRunJson, "run.json was changed after the run; take it from a copy, or run the period again"),
    (Code::OtherDigest, "this is another result than the one whose digest was noted"),
    (
        Code::ChangedFile,
        "the file was changed after the run; opening a CSV in a spreadsheet and saving it is enough",
    ),
    (
        Code::ChangedInput,
        "the amounts were computed from another version of this file; `apportion diff` shows what the change moves",
    ),
    (
        Code::ChangedRuleFile,
        "the amounts were computed from another version of this file; `apportion diff` shows what the change moves",
    ),
    (
        Code::ChangedSetting,
        "run.json and the project file disagree although the project file is the one that was used",
    ),
    (Code::NotAtHand, "name the project with `--project DIR`, or leave out `--inputs`"),
    (Code::UnreadableLines, "lines.parquet is damaged; take it from a copy, or run the period again"),
    (Code::WrongColumn, "lines.parquet was written by something else than a run"),
    (Code::OtherEngine, "run.json and lines.parquet come from different runs"),
    (Code::LinesOutOfOrder, "lines.parquet was rewritten after the run"),
    (Code::DuplicateLine, "one line twice is one amount paid twice"),
    (Code::UnlistedRule, "run.json and lines.parquet come from different runs, or a line was added"),
    (Code::WrongKind, "run.json and lines.parquet come from different runs, or a line was changed"),
    (Code::WrongNulls, "a line was changed or added"),
    (Code::OutsidePeriod, "a line was changed or added, or run.json names another period"),
    (Code::WrongVersion, "a line's dates were changed"),
    (Code::TwoCloseDates, "a line's dates were changed"),
    (Code::WrongCurrency, "all amounts of a result are in the book's currency"),
    (Code::CapAdds, "an amount was changed"),
    (Code::WrongUnits, "units were changed, or a line is missing"),
    (Code::WrongLevel, "a line was changed or added"),
    (Code::LineTooLarge, "no run writes such a number"),
    (Code::WrongAmount, "an amount, a basis, a rate or a pool was changed"),
    (Code::WrongSplit, "an amount was moved from one payee to another"),
    (Code::DealDiffers, "a line was changed"),
    (Code::NotConserved, "money was lost or made: a line is missing, was added or changed"),
    (Code::UnexplainedBasis, "a credit or a basis was changed, or a credited line is missing"),
    (Code::TwoManagers, "a line was moved to another payee"),
    (Code::WrongClawback, "a clawback was changed or added, or the line that it takes back"),
    (Code::MissingRow, "a row was removed or changed, or is in another place"),
    (Code::RowWithoutLines, "a row was added or changed, or is in another place"),
    (Code::WrongSum, "a row or a line was changed"),
    (Code::TwoNames, "a name was changed; payroll goes by payee_id"),
    (Code::WrongAttainment, "a row was changed or removed, or the lines that it follows from"),
    (Code::WrongTotal, "run.json, or a file that it sums up, was changed"),
];

/// The same for what is found in the files beside the lines.
pub const MORE_CODES: [(Code, &str); 9] = [
    (Code::WrongPrior, "run.json was changed"),
    (Code::BadCsv, "the file was rewritten after the run; take it from a copy, or run the period again"),
    (Code::RowsOutOfOrder, "the file was rewritten after the run"),
    (Code::BadUncredited, "a row was changed or added"),
    (Code::ContradictedReason, "a row or a line was added, removed or changed"),
    (Code::BadReject, "a row was changed or added"),
    (Code::RowsLost, "run.json or rejects.csv was changed"),
    (
        Code::WrongReconciliation,
        "run.json, reconciliation.csv, a line or a row of uncredited.csv was changed",
    ),
    (Code::WrongGovernance, "a row was changed, added or removed, or a line"),
];

/// What to think of a finding, or to do about it.
pub fn advice(code: Code) -> Option<&'static str> {
    let all = CODES.iter().chain(&MORE_CODES);
    all.filter(|(known, _)| *known == code).map(|(_, advice)| *advice).next()
}
