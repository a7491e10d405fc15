//! actions.csv: a row for each action.

use std::io;

use apportion_base::spreadsheet::guarded;
use apportion_book::display_day;

use crate::session::Actions;

/// The columns.
const HEADER: [&str; 6] = ["action", "payee_id", "subject", "due", "stake", "why"];

/// All of them as one table; texts that a spreadsheet would run are guarded.
pub fn csv(actions: &Actions) -> io::Result<Vec<u8>> {
    let terminator = ::csv::Terminator::Any(b'\n');
    let mut out = ::csv::WriterBuilder::new().terminator(terminator).from_writer(Vec::new());
    out.write_record(HEADER)?;
    for action in &actions.actions {
        out.write_record([
            action.kind.word(),
            &guarded(action.payee_id.as_deref().unwrap_or_default()),
            &guarded(&action.subject),
            &action.due.map(display_day).unwrap_or_default(),
            &actions.stake(action).map(|stake| stake.to_string()).unwrap_or_default(),
            &guarded(&action.why),
        ])?;
    }
    out.into_inner().map_err(|error| io::Error::other(error.to_string()))
}
