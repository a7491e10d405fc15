//! What can be wrong with commands and results.

use crate::findings::entry::{Entry, Expected, Family, Mistake, Place, entry};
use crate::findings::project::Change;

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
        code("unknown-command", "There is no command of that name.", "`apportion --help` lists the commands.").commanded(&["man", "runn"], vec![]),
        code("does-not-add-up", "The totals proven before writing don't agree: a cent was lost or made. Nothing is written.", "This is a mistake in apportion: report it with the message. No project is known that brings it."),
        code("lines-out-of-order", "The lines to be written are not in their order. Nothing is written.", "This is a mistake in apportion: report it with the message. No project is known that brings it."),
        code("internal", "Something happened that can't.", "This is a mistake in apportion: report it with the message. No project is known that brings it."),
        code("no-cases", "There are no cases where they are looked for, or none of the name that was asked for.", "A project has its cases in `cases/*.toml`; name other files after `apportion test`.")
            .commanded(&["test"], vec![])
            .commanded(&["test", "--case", "dollar"], case("", "")),
        code("bad-period", "The period of a case is none.", "Write a month as `2026-07`, a quarter as `2026-Q3` or a year as `2026`.").tested("2026-07", "2026-7"),
        code("bad-table", "A table of a case has a row with more or fewer cells than its header, or no header.", "Put the same number of `|` into each line.").tested("D1 | won", "D1"),
        duplicate_case(),
        code("in-the-way", "`init` would have to replace files that are there already. Nothing was written.", "Name a folder that is empty or not there.").commanded(&["init", "."], vec![]),
    ]
}

const CASE: &str = "[[case]]\nname = \"one deal\"\nperiod = \"2026-07\"\ndeals = '''\ndeal_id | outcome | close_date | amount\nD1 | won | 2026-07-03 | 100\n'''\npayees = '''\npayee_id\nann\n'''\n";

/// A file of cases with one change.
fn case(from: &str, to: &str) -> Vec<Change> {
    vec![Change::Write("cases/one.toml", CASE.replacen(from, to, 1).into_bytes())]
}

impl Entry {
    /// A mistake in a case, told by `apportion test`.
    fn tested(mut self, from: &str, to: &str) -> Self {
        let expected = Expected::Refused { place: Place::Changed };
        self.mistakes.push(Mistake { changes: case(from, to), arguments: &["test"], expected });
        self
    }
}

fn duplicate_case() -> Entry {
    let entry = code(
        "duplicate-case",
        "Two cases of a file have one name.",
        "Say in each name what is special about the case.",
    );
    entry.tested("[[case]]", &format!("{CASE}\n[[case]]"))
}
