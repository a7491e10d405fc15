//! What can be wrong with commands and results.

use apportion::diagnostic::Code;

use crate::findings::entry::{Entry, entry};
use crate::findings::project::{Change, FILES};

fn code(code: Code, remedy: &'static str) -> Entry {
    entry(code.family(), code.word(), code.meaning(), remedy)
}

pub fn entries() -> Vec<Entry> {
    vec![
        code(Code::NotAResult, "Write to another folder with `--out`, or move what is there.").commanded(
            &["run", "--period", "2026-07", "--out", "data"],
            vec![],
        ),
        code(Code::CannotWrite, "Free some space, look at the permissions, or write elsewhere with `--out`.").commanded(
            &["run", "--period", "2026-07", "--out", "notes.txt/july"],
            vec![Change::Write("notes.txt", b"mine\n".to_vec())],
        ),
        code(Code::OtherResult, "Write to another folder with `--out`. Where the earlier result may go, say so with `--replace`.").commanded(
            &["run", "--period", "2026-07", "--out", "result"],
            vec![Change::Write(
                "result/run.json",
                br#"{"period": "2026-06", "engine": {"name": "apportion"}, "book": {"name": "Northwind channel programme"}}"#.to_vec(),
            )],
        ),
        code(Code::ProjectFile, "Name another file or folder with `--out` or `--junit`.").commanded(
            &["diff", "--rules", "rules", "--period", "2026-07", "--out", "data/deals.csv"],
            vec![],
        ),
        code(Code::Leftover, "The new result is whole. Remove the folder that the message names; its permissions, or another program that has it open, keep the run from doing so. It takes a disk that says no to see it."),
        code(Code::Unconfirmed, "Prove the result with `apportion verify`, and look at the disk before you rely on it: its log has an error of just this time. It takes a failing disk to see it."),
        code(Code::NotShown, "The result is whole: `apportion verify` shows its totals. Make room where stdout goes. It takes a full disk to see it."),
        code(Code::NoMoreThreads, "Ask for fewer threads with `--threads`, or raise the limit on processes or memory. It takes a system at its limit to see it."),
        code(Code::NoInsightProgram, "Build it once: `cargo install --locked --path programs/insight`, or name it in `APPORTION_INSIGHT`. It takes `report` without it to see it."),
        code(Code::NoPdfProgram, "Build it once: `cargo install --locked --path programs/pdf`, or name it in `APPORTION_PDF`. It takes `statements --format pdf` without it to see it."),
        code(Code::LettersMissing, "Name a font that has them in `fonts` of `[statements]`. It takes the program that makes PDF files to see it."),
        code(Code::ResultInUse, "Wait until it has finished, or write elsewhere with `--out`. It takes two runs at a time to see it."),
        code(Code::NotStatements, "Write to another folder with `--out`, or move what is there.").commanded(
            &["statements", "--result", "settled", "--out", "data"],
            vec![Change::Ran(&["run", "--period", "2026-07", "--out", "settled"])],
        ),
        code(Code::NotAForecast, "Write to another folder with `--out`, or move what is there.").commanded(
            &["forecast", "--period", "2026-07", "--as-of", "2026-06-30", "--draws", "1", "--out", "data"],
            vec![],
        ),
        code(Code::NoAsOfDay, "Name the day: `--as-of 2026-06-30`. Projects whose months are closed need not.").commanded(
            &["forecast", "--period", "2026-07"],
            vec![],
        ),
        code(Code::BadDraws, "Ask for 1 to 100000 draws with `--draws`; where what they come to is too much to be held, for as many as the help says.").commanded(
            &["forecast", "--period", "2026-07", "--as-of", "2026-06-30", "--draws", "0"],
            vec![],
        ),
        code(Code::InTheWay, "Name a folder that is empty or not there, or move the files.").commanded(
            &["init", "."],
            vec![],
        ),
        code(Code::NotRules, "Take one of the two ways in the help.").commanded(
            &["diff", "--rules", ".", "--period", "2026-07"],
            vec![],
        ),
        code(Code::CurrenciesDiffer, "Compare projects of one currency.").commanded(
            &["diff", "--against", "europe", "--period", "2026-07"],
            vec![Change::Write("europe/apportion.toml", in_euros().into_bytes())],
        ),
        code(Code::DaysReversed, "Name the earlier day with `--from`.").commanded(
            &["charter", "--from", "2026-07-01", "--to", "2026-01-01"],
            vec![],
        ),
        code(Code::UnknownCommand, "`apportion --help` lists the commands.").commanded(&["man", "runn"], vec![]),
        code(Code::NoSuchPayee, "Look at the nearest ids, or at the row that was rejected; a payee's name is not its id.")
            .commanded(&["explain", "--payee", "anne", "--period", "2026-07"], vec![]),
        code(Code::NoSuchDeal, "Look at the nearest ids, or at the row that was rejected.")
            .commanded(&["explain", "--deal", "D11", "--period", "2026-07"], vec![])
            .commanded(
                &["explain", "--deal", "X1", "--period", "2026-07"],
                vec![Change::Add("data/deals.csv", "X1,won,2026-07-31,1000.00,CHF,new,A1,,,,,,\n".to_owned())],
            ),
        code(Code::NoSuchConflict, "Look at the nearest ids, or at conflicts.csv of a run; `--as-of` says as of which day conflicts are found.")
            .commanded(&["explain", "--conflict", "C-1", "--as-of", "2026-07-31"], vec![]),
        code(Code::NoSuchRule, "Take the id of a rule, as in the rule file.")
            .commanded(&["explain", "--payee", "ann", "--rule", "accelarator", "--period", "2026-07"], vec![]),
        code(Code::NoPeriod, "Add `--period`, or `--out` with the folder of a result, or `--deal`: then it is the month in which the deal closed.")
            .commanded(&["explain", "--payee", "ann"], vec![]),
        code(Code::AnotherPeriod, "Name one of them. It takes a result to see it."),
        code(Code::DoesNotAddUp, "This is a mistake in apportion: report it with the message. No project is known that brings it."),
        code(Code::OutOfMemory, "Look at the file that is named; else close a shorter period, leave rows out with `where`, or give the process more memory. It takes a system at its limit to see it."),
        code(Code::Usage, "`apportion COMMAND --help` says what a command takes. People see the message as the command line writes it; this code is in `--message-format json`."),
        code(Code::UnsortedLines, "This is a mistake in apportion: report it with the message. No project is known that brings it."),
        code(Code::OverflowUnchecked, "Programs that use the library set `overflow-checks = true` in the profiles of their own Cargo.toml, and leave `panic` at \"unwind\". The command that this project builds has both."),
        code(Code::Internal, "This is a mistake in apportion: report it with the message. No project is known that brings it."),
    ]
}

/// The sound project's file in another currency, as it would be in a folder of the project.
fn in_euros() -> String {
    let (_, text) = FILES[0];
    let text = text.replace("\"USD\"", "\"EUR\"").replace("rules/*.toml", "../rules/*.toml");
    text.replace("path = \"data/", "path = \"../data/")
}
