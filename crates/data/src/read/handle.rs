//! A file is opened once, and must stay what it was.

use apportion_base::diagnostic::Diagnostic;
use apportion_base::world::FileHandle;

use super::chunk::FileSummary;
use super::fault;
use super::file::SourceFile;

impl SourceFile {
    /// The open file.
    pub(super) fn handle(&self) -> Result<&FileHandle, Diagnostic> {
        if let Some(handle) = self.handle.get() {
            return Ok(handle);
        }
        let opened = self.world.open(&self.path).map_err(|error| fault::unreadable(self, error))?;
        Ok(self.handle.get_or_init(|| opened))
    }

    /// What was read is worth something only where all of it was of one file.
    pub(super) fn unchanged(&self, done: FileSummary) -> Result<FileSummary, Diagnostic> {
        self.handle()?.check_unchanged().map_err(|error| fault::unreadable(self, error))?;
        Ok(done)
    }
}
