//! Actions for people: a table for each stretch of days, and the reason of each action below it.

use apportion_base::terminal::escaped;
use apportion_book::display_day;

use super::super::number::{counted, money_or_dash};
use super::super::table::Table;
use super::due::{Due, due};
use crate::session::Actions;

/// All of them.
pub fn text(actions: &Actions) -> String {
    let day = display_day(actions.as_of);
    let number = counted(actions.actions.len() as u64, "thing");
    let book = escaped(&actions.book);
    if actions.actions.is_empty() {
        return format!("{book}, as of {day}: nothing is to be done.\n");
    }
    let mut text = format!("{book}, as of {day}: {number} to do, stakes in {}\n", actions.currency);
    for when in Due::ALL {
        text.push_str(&group(actions, when));
    }
    text
}

/// What is due then; nothing where nothing is.
fn group(actions: &Actions, when: Due) -> String {
    let due = due(actions, when);
    if due.clone().next().is_none() {
        return String::new();
    }
    let mut table = Table::new(&["action", "due", "payee", "subject", "stake"]).with_texts(&[1, 2, 3]);
    for action in due.clone() {
        table.row(vec![
            action.kind.word().to_owned(),
            action.due.map_or_else(|| "-".to_owned(), display_day),
            action.payee_id.clone().unwrap_or_else(|| "-".to_owned()),
            action.subject.clone(),
            money_or_dash(action.stake, actions.digits),
        ]);
    }
    let whys: String = due.map(|action| format!("  {}\n", escaped(&action.why))).collect();
    format!("\n{}\n{}\n{whys}", when.words(), table.text())
}
