//! What can be wrong with commands and results.

use crate::findings::entry::{Entry, Family, entry};
use crate::findings::project::{Change, FILES};

fn code(code: &'static str, what: &'static str, remedy: &'static str) -> Entry {
    entry(Family::Results, code, what, remedy)
}

pub fn entries() -> Vec<Entry> {
    vec![
        code("not-a-result", "The folder that a result should be written to holds something else, which will not be replaced.", "Write to another folder with `--out`, or move what is there.").commanded(
            &["run", "--period", "2026-07", "--out", "data"],
            vec![],
        ),
        code("cannot-write", "A file can't be written: no space, no permission, or a file where a folder should be. An earlier result stays as it was.", "Free some space, look at the permissions, or write elsewhere with `--out`.").commanded(
            &["run", "--period", "2026-07", "--out", "notes.txt/july"],
            vec![Change::Write("notes.txt", b"mine\n".to_vec())],
        ),
        code("result-in-use", "Another run is writing to the same folder at this moment.", "Wait until it has finished, or write elsewhere with `--out`. It takes two runs at a time to see it."),
        code("in-the-way", "A new project would overwrite files that are there; nothing was written.", "Name a folder that is empty or not there, or move the files.").commanded(
            &["init", "."],
            vec![],
        ),
        code("not-rules", "`diff --rules` names a whole project, and it compares rules alone.", "Take one of the two ways in the help.").commanded(
            &["diff", "--rules", ".", "--period", "2026-07"],
            vec![],
        ),
        code("currencies-differ", "The two books that `diff` should compare are in different currencies, so that no amount can be held against its other.", "Compare projects of one currency.").commanded(
            &["diff", "--against", "europe", "--period", "2026-07"],
            vec![Change::Write("europe/apportion.toml", in_euros().into_bytes())],
        ),
        code("days-reversed", "The two days between which `charter` looks for changes are in the wrong order.", "Name the earlier day with `--from`.").commanded(
            &["charter", "--from", "2026-07-01", "--to", "2026-01-01"],
            vec![],
        ),
        code("unknown-command", "There is no command of that name.", "`apportion --help` lists the commands.").commanded(&["man", "runn"], vec![]),
        code("no-such-payee", "`explain` is asked about a payee_id that is not among the payees, or whose row was rejected.", "Look at the nearest ids, or at the row that was rejected; a payee's name is not its id.")
            .commanded(&["explain", "--payee", "anne", "--period", "2026-07"], vec![]),
        code("no-such-deal", "`explain` is asked about a deal_id that is not among the deals, or whose row was rejected.", "Look at the nearest ids, or at the row that was rejected.")
            .commanded(&["explain", "--deal", "D11", "--period", "2026-07"], vec![])
            .commanded(
                &["explain", "--deal", "X1", "--period", "2026-07"],
                vec![Change::Add("data/deals.csv", "X1,won,2026-07-31,1000.00,CHF,new,A1,,,,,,\n".to_owned())],
            ),
        code("no-such-rule", "`explain` is asked about a rule that is in none of the rule files.", "Take the id of a rule, as in the rule file.")
            .commanded(&["explain", "--payee", "ann", "--rule", "accelarator", "--period", "2026-07"], vec![]),
        code("no-period", "`explain` is given no period.", "Add `--period`, or `--out` with the folder of a result, or `--deal`: then it is the month in which the deal closed.")
            .commanded(&["explain", "--payee", "ann"], vec![]),
        code("another-period", "The period that `explain` is given is not that of the result it is given.", "Name one of them. It takes a result to see it."),
        code("does-not-add-up", "The totals proven before writing don't agree: a cent was lost or made. Nothing is written.", "This is a mistake in apportion: report it with the message. No project is known that brings it."),
        code("lines-out-of-order", "The lines to be written are not in their order. Nothing is written.", "This is a mistake in apportion: report it with the message. No project is known that brings it."),
        code("overflow-unchecked", "The program was compiled so that an amount that is too large would come out wrong without a word. Nothing is computed.", "Programs that use the library set `overflow-checks = true` in the profiles of their own Cargo.toml, and leave `panic` at \"unwind\". The command that this project builds has both."),
        code("internal", "Something happened that can't.", "This is a mistake in apportion: report it with the message. No project is known that brings it."),
    ]
}

/// The sound project's file in another currency, as it would stand in a folder of the project.
fn in_euros() -> String {
    let (_, text) = FILES[0];
    let text = text.replace("\"USD\"", "\"EUR\"").replace("rules/*.toml", "../rules/*.toml");
    text.replace("path = \"data/", "path = \"../data/")
}
