//! What can be wrong with case files.

use crate::findings::entry::{Entry, Family, entry};

const CASE: &str = "[[case]]
name = \"two meetings earn the stipend\"
period = \"2026-07\"
rules = [\"cosell-stipend\"]
deals = '''
deal_id | outcome | close_date | amount
D1      | won     | 2026-07-15 |   5000
'''
payees = '''
payee_id
eve
'''
lines = '''
payee_id | amount
'''
";

fn code(code: &'static str, what: &'static str, remedy: &'static str) -> Entry {
    entry(Family::Cases, code, what, remedy)
}

pub fn entries() -> Vec<Entry> {
    vec![
        code(
            "no-cases",
            "There is no case file where one was looked for, or no case with the text of `--case` in its name.",
            "Write cases into `cases/*.toml` beside `apportion.toml`, or name the files: `apportion test elsewhere/*.toml`. `apportion init` shows some.",
        )
        .commanded(&["test"], vec![]),
        code(
            "bad-table",
            "A table of a case is none: a row has more or fewer cells than the header, or a column has no name or the name of another.",
            "Put a `|` between all cells of the row that is shown, also where one is empty.",
        )
        .tested(&CASE.replace("2026-07-15 |   5000", "2026-07-15"))
        .tested(&CASE.replace("payee_id | amount", "payee_id | payee_id"))
        .tested(&CASE.replace("payee_id\neve\n", "")),
        code("bad-period", "The period of a case is none.", "Write a month as 2026-07, a fiscal quarter as 2026-Q3, a fiscal year as 2026.")
            .tested(&CASE.replace("\"2026-07\"", "\"July 2026\"")),
        code("duplicate-case", "Two cases of a file have the same name, so that it would not be clear which one failed.", "Say in each name what is special about the case.")
            .tested(&CASE.repeat(2)),
    ]
}
