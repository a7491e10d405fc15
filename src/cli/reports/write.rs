//! The folder of a report: there as a whole or not at all.

use std::path::Path;
use std::sync::Arc;

use super::MadeReport;
use crate::session::whole_folder::{Name, WholeFolder, write_file};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::store::Store;

/// The files that such a folder may hold.
const FILES: [&str; 11] = [
    "scorecard.csv",
    "matrix.csv",
    "price_gaps.csv",
    "outliers.csv",
    "lift.csv",
    "strata.csv",
    "health.csv",
    "page.html",
    "page.xlsx",
    "review.html",
    "review.xlsx",
];

const FOLDER: WholeFolder = WholeFolder {
    name: Name::One("report"),
    other: "no part of one",
    foreign: Code::OtherResult,
    is_ours: |name| FILES.contains(&name),
};

/// Writes a report; an earlier one there is replaced as a whole, and nothing else. Returns what is left to say.
pub fn folder(
    store: &Arc<dyn Store>,
    folder: &Path,
    made: &MadeReport,
) -> Result<Vec<Diagnostic>, Diagnostic> {
    FOLDER.earlier(store.as_ref(), folder)?;
    let staging = FOLDER.begin(store, folder)?;
    for (name, bytes) in &made.files {
        write_file(&staging, folder, name, bytes)?;
    }
    FOLDER.publish(staging, folder)
}
