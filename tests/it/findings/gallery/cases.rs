//! What can be wrong with case files.

use apportion::diagnostic::Code;

use crate::findings::entry::{Entry, entry};

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

fn code(code: Code, remedy: &'static str) -> Entry {
    entry(code.family(), code.word(), code.meaning(), remedy)
}

pub fn entries() -> Vec<Entry> {
    vec![
        code(
            Code::NoCases,
            "Write cases into `cases/*.toml` beside `apportion.toml`, or name the files: `apportion test elsewhere/*.toml`. `apportion init` shows some.",
        )
        .commanded(&["test"], vec![]),
        code(
            Code::BadTable,
            "Put a `|` between all cells of the row that is shown, also where one is empty.",
        )
        .tested(&CASE.replace("2026-07-15 |   5000", "2026-07-15"))
        .tested(&CASE.replace("payee_id | amount", "payee_id | payee_id"))
        .tested(&CASE.replace("payee_id\neve\n", "")),
        code(Code::BadPeriod, "Write a month as 2026-07, a fiscal quarter as 2026-Q3, a fiscal year as 2026.")
            .tested(&CASE.replace("\"2026-07\"", "\"July 2026\"")),
        code(Code::DuplicateCase, "Say in each name what is special about the case.")
            .tested(&CASE.repeat(2)),
    ]
}
