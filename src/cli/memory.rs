//! Memory that the system refuses: a sentence that names the file that was read, and exit code 2.
//!
//! The standard library ends the process (`SIGABRT`) where an allocation fails, and nothing can be done about that in the thread that
//! wanted the memory. So a second thread waits for the signal and says what happened, while the handler holds the first one. It was
//! given everything that it needs when there was memory.

use std::sync::{Mutex, TryLockError};

/// The file that is being read, as messages name it.
static FILE: Mutex<String> = Mutex::new(String::new());

/// Notes that a file is being read.
pub fn reading(file: &str) {
    if let Ok(mut noted) = FILE.lock() {
        noted.clear();
        noted.push_str(file);
    }
}

/// Waits for memory to be refused. Where that can't be set up, the process ends as it would without it.
pub fn notice_refusals() {
    #[cfg(unix)]
    {
        let _ = unix::watch();
    }
}

/// The message, in pieces, so that no memory is needed for it.
fn pieces(file: &str) -> [&str; 4] {
    let (before, help) = if file.is_empty() { ("", HELP) } else { (" after `", HELP_AFTER_FILE) };
    ["error[out-of-memory]: the system gives this process no more memory", before, file, help]
}

const HELP: &str = "\n  = help: no result was replaced; close a shorter period, read less with `where`, or give the process more memory (`ulimit -v`)\n";
const HELP_AFTER_FILE: &str = "` was begun to be read\n  = help: no result was replaced; see whether that file is what the source means, or give the process more memory (`ulimit -v`)\n";

/// What to say; without the file where a thread was just about to name another one.
fn with_message(say: impl FnOnce([&str; 4])) {
    match FILE.try_lock() {
        Ok(file) => say(pieces(&file)),
        Err(TryLockError::Poisoned(file)) => say(pieces(&file.into_inner())),
        Err(TryLockError::WouldBlock) => say(pieces("")),
    }
}

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io::{self, Read, Write};
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;
    use std::thread;

    use signal_hook::consts::SIGABRT;
    use signal_hook::low_level::{exit, pipe};

    /// Stack of the thread that waits, which does next to nothing.
    const STACK: usize = 1 << 16;

    pub fn watch() -> io::Result<()> {
        let (signal, mut signalled) = UnixStream::pair()?;
        // The handler writes a byte into each of these: the first wakes the thread below, the second is full and has no reader, so that the
        // handler waits there until the process ends.
        let (kept, full) = full_pipe()?;
        let mut stderr = File::from(io::stderr().as_fd().try_clone_to_owned()?);
        let wait = move || {
            let _kept = kept;
            let mut byte = [0];
            if signalled.read_exact(&mut byte).is_ok() {
                super::with_message(|pieces| {
                    for piece in pieces {
                        let _ = stderr.write_all(piece.as_bytes());
                    }
                });
                exit(2);
            }
        };
        thread::Builder::new().stack_size(STACK).spawn(wait)?;
        pipe::register(SIGABRT, signal)?;
        let waiting = full.as_fd().try_clone_to_owned()?;
        pipe::register(SIGABRT, full)?;
        // It was made not to wait when it was registered.
        let flags = rustix::fs::fcntl_getfl(&waiting)?;
        rustix::fs::fcntl_setfl(&waiting, flags - rustix::fs::OFlags::NONBLOCK)?;
        Ok(())
    }

    /// A pipe that takes no further byte.
    fn full_pipe() -> io::Result<(io::PipeReader, io::PipeWriter)> {
        let (reader, mut writer) = io::pipe()?;
        let flags = rustix::fs::fcntl_getfl(&writer)?;
        rustix::fs::fcntl_setfl(&writer, flags | rustix::fs::OFlags::NONBLOCK)?;
        let bytes = [0; 1 << 12];
        loop {
            match writer.write(&bytes) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok((reader, writer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_names_the_file() {
        assert!(
            pieces("")
                .concat()
                .starts_with("error[out-of-memory]: the system gives this process no more memory\n  = help")
        );
        let of_file = pieces("data/deals.csv").concat();
        assert!(
            of_file.contains("no more memory after `data/deals.csv` was begun to be read\n"),
            "{of_file}"
        );
    }
}
