//! Programs of their own that a command starts: what they are made with takes minutes to build, and nothing else needs it.

use std::ffi::OsString;
use std::io;

use apportion_base::diagnostic::{Code, Diagnostic};

/// A program beside `apportion`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Program {
    /// Its name.
    pub name: &'static str,
    /// The variable that says where it is.
    pub variable: &'static str,
    /// The folder of the repository that it is built from.
    pub folder: &'static str,
    /// What it makes.
    pub makes: &'static str,
    /// What goes without it.
    pub without: &'static str,
    /// The error where it can't be started.
    pub code: Code,
}

/// PDF files.
pub(crate) const PDF: Program = Program {
    name: "apportion-pdf",
    variable: "APPORTION_PDF",
    folder: "programs/pdf",
    makes: "PDF files",
    without: "pages and workbooks need nothing else",
    code: Code::NoPdfProgram,
};

/// Reports.
pub(crate) const INSIGHT: Program = Program {
    name: "apportion-insight",
    variable: "APPORTION_INSIGHT",
    folder: "programs/insight",
    makes: "Reports",
    without: "all other commands need nothing else",
    code: Code::NoInsightProgram,
};

impl Program {
    /// Where it is: where the variable says, beside this program, or where the system looks for programs.
    pub fn path(self) -> OsString {
        if let Some(named) = std::env::var_os(self.variable).filter(|named| !named.is_empty()) {
            return named;
        }
        let name = format!("{}{}", self.name, std::env::consts::EXE_SUFFIX);
        let beside = std::env::current_exe().ok().and_then(|own| Some(own.parent()?.join(&name)));
        match beside {
            Some(path) if path.is_file() => path.into_os_string(),
            _ => name.into(),
        }
    }

    /// That it can't be started.
    pub fn absent(self, path: &OsString, error: &io::Error) -> Diagnostic {
        let Self { variable, folder, makes, without, .. } = self;
        let shown = path.to_string_lossy();
        let message =
            format!("{makes} are made by a program of its own, and `{shown}` can't be started: {error}");
        Diagnostic::error(self.code, message).help(format!(
            "build it once, in the repository: `cargo install --locked --path {folder}`; or say in {variable} where it is; {without}"
        ))
    }
}
