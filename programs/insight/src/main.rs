//! `apportion-insight`: the program that `apportion report` hands its arguments to.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    apportion::cli::reports::program(&apportion_insight::reports::Reports)
}
