//! What the program asks of the system before it does anything.

use super::args::{Cli, Command};
use apportion_base::diagnostic::{Code, Diagnostic};

/// Starts the threads of everything of ours, as many as were asked for. Once started they stay.
///
/// # Errors
/// `no-more-threads` where the system refuses one.
pub fn start_threads(cli: &Cli) -> Result<(), Diagnostic> {
    let alone = matches!(
        cli.command,
        Command::Init(_) | Command::Schema(_) | Command::Completions { .. } | Command::Man { .. }
    );
    if alone {
        return Ok(());
    }
    // 0 is one for each core.
    let threads = rayon::ThreadPoolBuilder::new().num_threads(cli.global.threads.unwrap_or(0));
    threads.build_global().map_err(|error| no_more_threads(&error.to_string()))
}

/// The system refused a thread.
pub fn no_more_threads(why: &str) -> Diagnostic {
    let message = format!("the system lets this process start no more threads: {why}");
    Diagnostic::error(Code::NoMoreThreads, message).help(
        "nothing was written; ask for fewer with `--threads`, or raise the limit on processes (`ulimit -u`) or memory (`ulimit -v`)",
    )
}

/// A file that reaches the limit on file sizes (`ulimit -f`) is an error of the write that wanted more. Without this the system ends
/// the process.
pub fn notice_full_files() {
    #[cfg(unix)]
    {
        use std::sync::Arc;
        use std::sync::atomic::AtomicBool;
        // Whoever asks sees the error of the write; the note itself is of no use. Where it can't be set, all is as it was.
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::new(AtomicBool::new(false)));
    }
}
