//! PDF files come from a program of its own, `apportion-pdf`: a typesetting engine takes minutes to build, and nothing else needs it.
//!
//! It gets a document a line on its standard input and answers each, in order, with a line and the bytes of a file; `programs/pdf` says
//! more. It is started once for all statements.

use std::ffi::OsString;
use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use apportion_base::diagnostic::{Code, Diagnostic};

/// The name of the program.
const PROGRAM: &str = "apportion-pdf";

/// The variable that says where the program is.
const VARIABLE: &str = "APPORTION_PDF";

/// The largest file that is taken from it.
const LARGEST: u64 = 1 << 30;

/// The longest line that it answers.
const LONGEST: u64 = 1 << 20;

/// What documents are laid out with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// A template in place of the built-in one.
    pub template: Option<PathBuf>,
    /// Fonts beside the built-in one.
    pub fonts: Vec<PathBuf>,
    /// The picture that documents name as their logo.
    pub logo: Option<PathBuf>,
}

/// A document that is handed over.
#[derive(Debug, Serialize)]
pub(super) struct Request {
    /// The name of the file.
    pub name: String,
    /// Year, month and day: the date of the file.
    pub date: (i32, u8, u8),
    /// What it says.
    pub document: Value,
}

/// What the program answers before the bytes of a file.
#[derive(Debug, Deserialize)]
struct Answer {
    #[serde(default)]
    bytes: u64,
    #[serde(default)]
    missing: String,
    error: Option<String>,
}

/// A file that was made.
#[derive(Debug)]
pub(super) struct Pdf {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Letters that no font has.
    pub missing: String,
}

/// The program, running.
pub(super) struct Printer {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Printer {
    /// Starts the program. Documents go into what is returned beside it, from another thread than the one that takes the files.
    ///
    /// # Errors
    /// `no-pdf-program` where there is none.
    pub fn start(layout: &Layout) -> Result<(Self, Documents), Diagnostic> {
        let program = program();
        let mut command = Command::new(&program);
        if let Some(template) = &layout.template {
            command.arg("--template").arg(template);
        }
        for font in &layout.fonts {
            command.arg("--font").arg(font);
        }
        if let Some(logo) = &layout.logo {
            command.arg("--logo").arg(logo);
        }
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = started.map_err(|error| absent(&program, &error))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(ended("it could not be spoken to"));
        };
        Ok((Self { child, output: BufReader::new(output) }, Documents(BufWriter::new(input))))
    }

    /// The file of the next document.
    ///
    /// # Errors
    /// What the program says, or that it ended.
    pub fn next(&mut self, name: &str) -> Result<Pdf, Diagnostic> {
        let mut line = Vec::new();
        let read = self.output.by_ref().take(LONGEST).read_until(b'\n', &mut line);
        if !read.is_ok_and(|count| count > 0) {
            return Err(self.why_ended());
        }
        let answer: Answer =
            serde_json::from_slice(&line).map_err(|_| ended("its answer can't be understood"))?;
        if let Some(error) = answer.error {
            let message = format!("`{name}` can't be made: {error}");
            return Err(Diagnostic::error(Code::CannotWrite, message)
                .help("a template of your own is the first thing to look at: `apportion-pdf --print-template` prints the built-in one"));
        }
        let mut bytes = Vec::new();
        let taken = self.output.by_ref().take(answer.bytes.min(LARGEST)).read_to_end(&mut bytes);
        match taken {
            Ok(_) if bytes.len() as u64 == answer.bytes => Ok(Pdf { bytes, missing: answer.missing }),
            _ => Err(self.why_ended()),
        }
    }

    /// Waits until the program has ended.
    ///
    /// # Errors
    /// That it failed.
    pub fn end(mut self) -> Result<(), Diagnostic> {
        match self.child.wait() {
            Ok(status) if status.success() => Ok(()),
            _ => Err(self.why_ended()),
        }
    }

    /// What the program said last.
    fn why_ended(&mut self) -> Diagnostic {
        let mut said = String::new();
        if let Some(errors) = self.child.stderr.take() {
            // What it says is a line; more is not kept.
            let _ = errors.take(LONGEST).read_to_string(&mut said);
        }
        let said = said.trim().trim_start_matches("error: ");
        ended(if said.is_empty() { "it gave no reason" } else { said })
    }
}

impl Drop for Printer {
    /// A program whose files nobody takes any more has nothing to do.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One document as a PDF.
///
/// # Errors
/// `no-pdf-program`, and what the program says.
pub(super) fn one(layout: &Layout, request: &Request) -> Result<Pdf, Diagnostic> {
    let (mut printer, mut documents) = Printer::start(layout)?;
    // A program that has ended says why where its answer is asked for.
    let _ = documents.hand_over(request);
    drop(documents);
    let pdf = printer.next(&request.name)?;
    printer.end().map(|()| pdf)
}

/// Where documents go in.
pub(super) struct Documents(BufWriter<ChildStdin>);

impl Documents {
    /// Hands a document over.
    pub fn hand_over(&mut self, request: &Request) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, request)?;
        self.0.write_all(b"\n")?;
        self.0.flush()
    }
}

/// Where the program is: where the variable says, beside this program, or where the system looks for programs.
fn program() -> OsString {
    if let Some(named) = std::env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
        return named;
    }
    let name = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
    let beside = std::env::current_exe().ok().and_then(|own| Some(own.parent()?.join(&name)));
    match beside {
        Some(path) if path.is_file() => path.into_os_string(),
        _ => name.into(),
    }
}

fn absent(program: &OsString, error: &io::Error) -> Diagnostic {
    let shown = program.to_string_lossy();
    let message =
        format!("PDF files are made by a program of its own, and `{shown}` can't be started: {error}");
    Diagnostic::error(Code::NoPdfProgram, message).help(format!(
        "build it once, in the repository: `cargo install --locked --path programs/pdf`; or say in {VARIABLE} where it is; pages and \
         workbooks need nothing else"
    ))
}

fn ended(why: &str) -> Diagnostic {
    let message = format!("`{PROGRAM}` ended before all files were made: {why}");
    Diagnostic::error(Code::CannotWrite, message).help("nothing was written")
}
