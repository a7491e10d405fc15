//! Actions for programs.

use std::io;

use serde::Serialize;

use apportion_book::display_day;

use crate::session::Actions;

#[derive(Serialize)]
struct JsonActions<'a> {
    book: &'a str,
    currency: &'a str,
    as_of: String,
    actions: Vec<JsonAction<'a>>,
}

#[derive(Serialize)]
struct JsonAction<'a> {
    action: &'a str,
    payee_id: Option<&'a str>,
    subject: &'a str,
    due: Option<String>,
    stake: Option<String>,
    why: &'a str,
}

/// All of them; amounts are strings.
pub fn json(actions: &Actions) -> io::Result<Vec<u8>> {
    let action = |action| {
        let apportion_engine::actions::Action { kind, payee_id, subject, due, why, .. } = action;
        JsonAction {
            action: kind.word(),
            payee_id: payee_id.as_deref(),
            subject,
            due: due.map(display_day),
            stake: actions.stake(action).map(|stake| stake.to_string()),
            why,
        }
    };
    let json = JsonActions {
        book: &actions.book,
        currency: actions.currency,
        as_of: display_day(actions.as_of),
        actions: actions.actions.iter().map(action).collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&json)?;
    bytes.push(b'\n');
    Ok(bytes)
}
