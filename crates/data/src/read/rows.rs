//! Header and rows of a file, by the reader of its format.

use std::sync::mpsc::sync_channel;
use std::thread;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_book::Source;

use super::chunk::{Chunk, FileSummary, Sink};
use super::file::SourceFile;
use super::format::Format;
use super::header::Header;
use super::layout::FileLayout;
use super::request::{Projection, Request};
use super::{delimited, fault, ipc, ndjson, ordered, parquet, reshape, sheet};

impl SourceFile {
    /// The columns of the file, and those that joins bring. Reads no rows, except of NDJSON, whose columns are the keys of
    /// all its records.
    pub fn header(&self, source: &Source) -> Result<Header, Diagnostic> {
        let own = self.own_header(source)?;
        if reshape::reshapes(source) { reshape::header(self, source, own) } else { Ok(own) }
    }

    /// How the file is laid out, as the source's keys and the file itself say it.
    pub fn layout(&self, source: &Source) -> Result<FileLayout, Diagnostic> {
        match self.format {
            Format::Delimited { .. } => delimited::layout(self, source),
            Format::Sheet(_) => sheet::layout(self, source),
            format => Ok(FileLayout::of(format)),
        }
    }

    /// The names of the sheets of a workbook that hold cells; of any other file none.
    pub fn sheets(&self) -> Result<Vec<String>, Diagnostic> {
        if self.is_workbook() { sheet::names_of_sheets(self) } else { Ok(Vec::new()) }
    }

    /// How many rows the file says that it has: a number for reserving memory, no more than its size makes likely. 0
    /// where it does not say.
    pub fn rows_said(&self) -> usize {
        match self.format {
            Format::Parquet => parquet::rows_said(self),
            _ => 0,
        }
    }

    /// Reads the columns `wanted` (ascending indices into `header.columns`) and hands them on chunk by chunk.
    pub fn rows(
        &self,
        source: &Source,
        header: &Header,
        wanted: &[usize],
        sink: &mut Sink<'_>,
    ) -> Result<FileSummary, Diagnostic> {
        if !reshape::reshapes(source) {
            return self.own_rows(Request::whole(self, source, header, wanted), sink);
        }
        let own = self.own_header(source)?;
        let mut shaping = reshape::Shaping::new(self, source, own, wanted)?;
        let (own, own_wanted) = (shaping.own().clone(), shaping.own_wanted.clone());
        let mut rows = 0;
        let request = Request::whole(self, source, &own, &own_wanted);
        let done = self.own_rows(request, &mut |chunk| {
            let chunk = shaping.shaped(chunk)?;
            rows += chunk.rows as u64 + chunk.broken.len() as u64;
            sink(chunk)
        })?;
        Ok(FileSummary { rows, ..done })
    }

    /// Reads the columns `wanted`, as [`SourceFile::rows`] does: several threads turn chunks into what `take` makes of
    /// them, and `append` gets that in file order.
    pub fn rows_taken<T: Send>(
        &self,
        columns: Projection<'_>,
        take: impl Fn(Chunk) -> Result<T, Diagnostic> + Sync,
        mut append: impl FnMut(T) -> Result<(), Diagnostic> + Send,
    ) -> Result<FileSummary, Diagnostic> {
        let Projection { source, header, columns: wanted, picked, digest } = columns;
        if matches!(self.format, Format::Parquet) && !reshape::reshapes(source) {
            let request = Request { file: self, source, header, wanted, picked, digest };
            let done = parquet::taken(request, take, append)?;
            return self.unchanged(done);
        }
        if ordered::workers() == 1 {
            return self.rows(source, header, wanted, &mut |chunk| append(take(chunk)?));
        }
        let (send, chunks) = sync_channel::<Chunk>(1);
        thread::scope(|scope| {
            let reader = scope.spawn(move || {
                // The receiver is gone if a chunk could not be parsed, and that error will be reported.
                let given_up = |_| Diagnostic::error(Code::Internal, "reading was given up");
                self.rows(source, header, wanted, &mut |chunk| send.send(chunk).map_err(given_up))
            });
            let broken = |reason| fault::unreadable(self, reason);
            let taken = ordered::in_order(move || Ok(chunks.recv().ok()), take, broken, append);
            match reader.join() {
                Ok(done) => taken.and(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }

    fn own_header(&self, source: &Source) -> Result<Header, Diagnostic> {
        let header = match self.format {
            Format::Delimited { .. } => delimited::header(self, source),
            Format::Ndjson { .. } => ndjson::header(self, source),
            Format::Parquet => parquet::header(self),
            Format::Arrow => ipc::header(self),
            Format::Sheet(_) => sheet::header(self, source),
        }?;
        if header.columns.is_empty() && header.repeated.is_empty() {
            Err(fault::empty_file(self))
        } else {
            Ok(header)
        }
    }

    fn own_rows(&self, request: Request<'_>, sink: &mut Sink<'_>) -> Result<FileSummary, Diagnostic> {
        match self.format {
            Format::Delimited { .. } => delimited::rows(request, sink),
            Format::Ndjson { .. } => ndjson::rows(request, sink),
            Format::Parquet => parquet::rows(request, sink),
            Format::Arrow => ipc::rows(request, sink),
            Format::Sheet(_) => sheet::rows(request, sink),
        }
        .and_then(|done| self.unchanged(done))
    }
}
