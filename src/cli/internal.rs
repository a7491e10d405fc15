//! What the program says of its own mistakes: that it is one, where, and how to report it.

use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook, take_hook};
use std::sync::{Mutex, PoisonError};

use super::{Ending, Failure};
use apportion_base::VERSION;
use apportion_base::diagnostic::{Code, Diagnostic};

/// The first panic of the process: those that follow are mostly of threads that waited for it.
static FIRST: Mutex<Option<Panic>> = Mutex::new(None);

/// A panic as it was raised.
struct Panic {
    message: String,
    place: String,
}

/// Notes panics for [`caught`], in place of the message of the standard library. With `RUST_BACKTRACE` that is written as well.
pub fn note_panics() {
    let standard = take_hook();
    let wanted = std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0");
    set_hook(Box::new(move |panic| {
        FIRST.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| noted(panic));
        if wanted {
            standard(panic);
        }
    }));
}

fn noted(panic: &PanicHookInfo<'_>) -> Panic {
    let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line()));
    let payload = panic.payload();
    let message = payload.downcast_ref::<String>().map(String::as_str);
    Panic {
        message: message.or(payload.downcast_ref::<&str>().copied()).unwrap_or("no reason given").to_owned(),
        place: place.unwrap_or_default(),
    }
}

/// Does a command's work, and turns a panic into an error.
pub fn caught(work: impl FnOnce() -> Result<Ending, Failure>) -> Result<Ending, Failure> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let first = FIRST.lock().unwrap_or_else(PoisonError::into_inner).take();
        Err(explained(first).into())
    })
}

fn explained(panic: Option<Panic>) -> Diagnostic {
    let (message, place) = panic
        .map_or_else(|| ("no reason given".to_owned(), String::new()), |panic| (panic.message, panic.place));
    // The standard library panics where the system refuses a thread, and libraries start some.
    if message.starts_with("failed to spawn thread") {
        return super::system::no_more_threads(&message);
    }
    let index = if place.is_empty() { String::new() } else { format!(" at {place}") };
    Diagnostic::error(Code::Internal, format!("internal error of apportion {VERSION}{index}: {message}"))
        .help("this is a mistake in apportion and not in the project; no result was replaced")
        .help("report it in the issues of the repository that the program is from, with this message and the command line; `RUST_BACKTRACE=1` adds how it came there")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_that_says_how_to_report_it() {
        let panic = Panic { message: "planted".to_owned(), place: "src/a.rs:7".to_owned() };
        let error = explained(Some(panic));
        assert_eq!(error.code, Code::Internal);
        assert_eq!(error.message, format!("internal error of apportion {VERSION} at src/a.rs:7: planted"));
        assert!(error.help[1].starts_with("report it"));
        let panic = Panic { message: "failed to spawn thread: EAGAIN".to_owned(), place: String::new() };
        assert_eq!(explained(Some(panic)).code, Code::NoMoreThreads);
        assert_eq!(caught(|| Ok(Ending::Fine)).unwrap(), Ending::Fine);
        assert_eq!(caught(|| panic!("planted")).unwrap_err().diagnostics()[0].code, Code::Internal);
    }
}
