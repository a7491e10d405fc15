//! The folder of a forecast: there as a whole or not at all.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::store::Store;

use super::PlanForecast;
use super::files::{ALL, ATTAINMENT, BUDGET, COSTS, OPPORTUNITIES, REVENUE};
use crate::Error;
use crate::session::whole_folder::{Name, WholeFolder, cannot_write, write_file};

const FOLDER: WholeFolder = WholeFolder {
    name: Name::One("forecast"),
    other: "no part of one",
    foreign: Code::NotAForecast,
    is_ours: |name| [COSTS, ATTAINMENT, OPPORTUNITIES, BUDGET, REVENUE, ALL].contains(&name),
};

/// What was written.
#[derive(Debug)]
pub struct WrittenForecast {
    /// The folder.
    pub folder: PathBuf,
    /// What is left to say.
    pub warnings: Vec<Diagnostic>,
}

impl PlanForecast {
    /// Writes the files into a folder, in the place of an earlier forecast: all of them or none.
    ///
    /// # Errors
    /// `not-a-forecast` where the folder holds something else; what the system says.
    pub fn write(&self, store: &Arc<dyn Store>, folder: &Path) -> Result<WrittenForecast, Error> {
        Ok(self.write_to(store, folder)?)
    }

    fn write_to(&self, store: &Arc<dyn Store>, folder: &Path) -> Result<WrittenForecast, Diagnostic> {
        let names = FOLDER.earlier(store.as_ref(), folder)?;
        // A result has an attainment.csv as well.
        if !names.is_empty() && !names.iter().any(|name| name == ALL) {
            return Err(FOLDER.foreign(folder, &format!("it has no `{ALL}`")));
        }
        let files = self.files().map_err(|error| cannot_write(folder, &error))?;
        let staging = FOLDER.begin(store, folder)?;
        for (name, bytes) in &files {
            write_file(&staging, folder, name, bytes)?;
        }
        let warnings = FOLDER.publish(staging, folder)?;
        Ok(WrittenForecast { folder: folder.to_owned(), warnings })
    }
}
