//! actions.csv: a row for each action.

use std::io;

use apportion_base::spreadsheet::guarded;
use apportion_book::display_day;
use apportion_engine::actions::Action;

use crate::csv_file::csv_file;
use crate::session::Actions;

/// The columns.
const HEADER: [&str; 6] = ["action", "payee_id", "subject", "due", "stake", "why"];

/// All of them as one table; texts that a spreadsheet would run are guarded.
pub fn csv(actions: &Actions) -> io::Result<Vec<u8>> {
    let row = |action: &Action| {
        [
            action.kind.word().to_owned(),
            guarded(action.payee_id.as_deref().unwrap_or_default()).into_owned(),
            guarded(&action.subject).into_owned(),
            action.due.map(display_day).unwrap_or_default(),
            actions.stake(action).map(|stake| stake.to_string()).unwrap_or_default(),
            guarded(&action.why).into_owned(),
        ]
    };
    csv_file(&HEADER, actions.actions.iter().map(row))
}
