//! `apportion access`: what somebody may see of other people, and by which rule.

mod args;

pub use args::{AccessArgs, EXAMPLES};

use args::AccessFormat;
use serde_json::json;

use super::close::pretty;
use super::number::counted;
use super::options::Global;
use super::{Ending, Failure, print_data, project};
use crate::Session;
use crate::session::{AccessGrant, AccessReport};
use apportion_base::terminal::escaped;
use apportion_book::config::describe::Choice;
use apportion_book::display_day;
use apportion_rules::AccessWord;

/// How many payees are named before the others are counted.
const NAMED: usize = 20;

/// Finds out what somebody sees, and prints it.
pub fn access(args: &AccessArgs, global: &Global) -> Result<Ending, Failure> {
    let session = Session::open(project::find(global)?)?;
    let report = session.access(&args.payee, args.as_of)?;
    match args.format {
        AccessFormat::Text => print_data(text(&report).as_bytes())?,
        AccessFormat::Json => print_data(&pretty(&json(&report))?)?,
    }
    Ok(Ending::Fine)
}

fn text(report: &AccessReport) -> String {
    let name = match report.name.is_empty() {
        true => String::new(),
        false => format!(" ({})", report.name),
    };
    let mut text = format!("{}{name}, as of {}\n\n", report.payee_id, display_day(report.as_of));
    text.push_str("Sees what is their own.\n");
    if report.grants.is_empty() {
        text.push_str("No [[access]] rule lets them see anything of others.\n");
    }
    for grant in &report.grants {
        let why = grant.why.as_ref().map_or(String::new(), |why| format!(" ({why})"));
        text.push_str(&format!("\nBy `{}`{why}: {} of {}\n", grant.rule_id, what(grant), whom(grant)));
        for payee in grant.payee_ids.iter().take(NAMED).filter(|_| !grant.all) {
            text.push_str(&format!("  {payee}\n"));
        }
        if !grant.all && grant.payee_ids.len() > NAMED {
            text.push_str(&format!("  and {} more (--format json has all)\n", grant.payee_ids.len() - NAMED));
        }
    }
    text.lines().map(|line| format!("{}\n", escaped(line))).collect()
}

fn what(grant: &AccessGrant) -> String {
    if grant.what.len() == AccessWord::ALL.len() {
        return "everything".to_owned();
    }
    let words: Vec<&str> = grant.what.iter().map(|word| word.word()).collect();
    words.join(", ")
}

fn whom(grant: &AccessGrant) -> String {
    let others = grant.payee_ids.len() as u64;
    match (grant.all, others) {
        (true, _) => format!("everybody ({}), with whose it is", counted(others, "other payee")),
        (false, 0) => "nobody else".to_owned(),
        (false, _) => counted(others, "payee"),
    }
}

fn json(report: &AccessReport) -> serde_json::Value {
    let grant = |grant: &AccessGrant| {
        let what: Vec<&str> = grant.what.iter().map(|word| word.word()).collect();
        json!({ "rule_id": grant.rule_id, "why": grant.why, "what": what, "all": grant.all, "payee_ids": grant.payee_ids })
    };
    json!({
        "payee_id": report.payee_id,
        "name": Some(&report.name).filter(|name| !name.is_empty()),
        "as_of": display_day(report.as_of),
        "payees": report.payees,
        "grants": report.grants.iter().map(grant).collect::<Vec<_>>(),
    })
}
