//! Every code with the mistakes that cause it, with a file for each family.

mod cases;
mod channel;
mod configuration;
mod exports;
mod expressions;
mod files;
mod journals;
mod ledger;
mod rejects;
mod results;
mod rules;
mod uncredited;

use super::entry::Entry;

/// All entries, in the order of the page.
pub fn all() -> Vec<Entry> {
    let mut all = configuration::entries();
    all.extend(rules::entries());
    all.extend(expressions::entries());
    all.extend(files::entries());
    all.extend(rejects::entries());
    all.extend(uncredited::entries());
    all.extend(cases::entries());
    all.extend(ledger::entries());
    all.extend(journals::entries());
    all.extend(exports::entries());
    all.extend(results::entries());
    all.sort_by_key(|entry| (entry.family, entry.code));
    all
}
