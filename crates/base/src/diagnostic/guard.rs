//! Catches panics of third-party readers, because some of them panic on damaged files.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// How many guarded calls are active on this thread.
    static GUARDS: Cell<u32> = const { Cell::new(0) };
}

/// Runs a third-party reader and turns a panic into an error.
///
/// # Errors
/// The reason for the panic, worded to follow "can't be read: ".
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    GUARDS.set(GUARDS.get() + 1);
    let done = catch_unwind(AssertUnwindSafe(work));
    GUARDS.set(GUARDS.get() - 1);
    done.map_err(|panic| reason(panic.as_ref()))
}

/// Installs a panic hook that keeps guarded panics off stderr, because they are reported as errors.
/// With `RUST_BACKTRACE=full` they are written nevertheless.
pub fn hush_guarded_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let others = take_hook();
        let wanted = std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value == "full");
        set_hook(Box::new(move |panic| {
            if wanted || GUARDS.get() == 0 {
                others(panic);
            }
        }));
    });
}

fn reason(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
    format!("its contents do not hold together ({})", text.unwrap_or("no reason given"))
}
