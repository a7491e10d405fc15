//! The folder of a report: there as a whole or not at all.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use super::MadeReport;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::store::{Fault, Staging, Store};

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

/// Writes a report; an earlier one there is replaced as a whole, and nothing else.
pub fn folder(store: &Arc<dyn Store>, folder: &Path, made: &MadeReport) -> Result<(), Diagnostic> {
    let shown = folder.display();
    let failed = |why: String| {
        Diagnostic::error(Code::CannotWrite, format!("`{shown}` can't be written: {why}"))
            .help("what was there is as it was; check free space and permissions, or name another folder")
    };
    let names = match store.look(folder) {
        Ok(Some(_)) => store.names(folder).map_err(|error| failed(error.to_string()))?,
        _ => Vec::new(),
    };
    if names.iter().any(|name| !name.to_str().is_some_and(is_one_of_ours)) {
        let message = format!("`{shown}` holds other files than those of a report, and will not be replaced");
        return Err(
            Diagnostic::error(Code::OtherResult, message).help("name a folder of its own with `--out`")
        );
    }
    let fault = |fault: Fault| failed(said(&fault));
    let staging = Staging::create(store, folder, is_one_of_ours).map_err(fault)?;
    for (name, bytes) in &made.files {
        let mut file = staging.file(name).map_err(|error| failed(error.to_string()))?;
        let written = file.write_all(bytes).and_then(|()| file.sync());
        written.map_err(|error| failed(error.to_string()))?;
    }
    staging.publish().map(|_| ()).map_err(fault)
}

fn is_one_of_ours(name: &str) -> bool {
    FILES.contains(&name)
}

fn said(fault: &Fault) -> String {
    match fault {
        Fault::NoName => "it has no name that a folder could have".to_owned(),
        Fault::Busy => "another process writes it".to_owned(),
        Fault::ForeignLock(path) => format!("`{}` is in the way", path.display()),
        Fault::Failed { path, error } | Fault::SetAside { path, error } => {
            format!("`{}`: {error}", path.display())
        }
    }
}
