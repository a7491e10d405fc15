//! Tests in the compiled code whether arithmetic stops at an overflow.
//!
//! An amount that wraps around is wrong and looks right. `overflow-checks = true` in a profile makes it an error, but
//! Cargo reads profiles in one place alone: the root of the workspace that builds. Another program that uses this
//! library gets code that wraps in its release builds, unless its own Cargo.toml says otherwise, and a crate can't
//! find out with a stable compiler how it is compiled. So each crate has a [`Probe`], an addition that is compiled
//! with it. Before amounts are computed, a [`Guard`] runs the probes of all crates involved.
//!
//! Generic functions are compiled with the crate that uses them, so a probe says nothing about those that other
//! programs instantiate. Amounts are added up in functions without type parameters.

use std::cell::Cell;
use std::hint::black_box;
use std::panic::{catch_unwind, set_hook, take_hook};
use std::sync::{Once, OnceLock};

use crate::diagnostic::{Code, Diagnostic};

/// An addition in the code of one crate: see [`overflow_probe!`](crate::overflow_probe).
#[derive(Debug, Clone, Copy)]
pub struct Probe {
    /// The crate's name, as Cargo has it.
    name: &'static str,
    add: fn(u32, u32) -> u32,
}

impl Probe {
    /// A probe of the crate that the function is compiled in.
    pub const fn new(name: &'static str, add: fn(u32, u32) -> u32) -> Self {
        Self { name, add }
    }

    /// The crate's name, as Cargo has it.
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Whether an addition that overflows is an error in that crate. Where a panic ends the process it cannot be
    /// tried, and the answer is no.
    pub fn stops(self) -> bool {
        cfg!(panic = "unwind") && panics_quietly(|| (self.add)(black_box(u32::MAX), black_box(1)))
    }
}

/// Gives a crate its probe, `OVERFLOW`, and the test that it stops. Written once, in the root of each crate of ours.
#[macro_export]
macro_rules! overflow_probe {
    () => {
        /// An addition of this crate, which shows whether its arithmetic stops at an overflow.
        #[doc(hidden)]
        pub const OVERFLOW: $crate::overflow::Probe = {
            // What is inlined into another crate is compiled with that crate's settings.
            #[inline(never)]
            fn add(a: u32, b: u32) -> u32 {
                a + b
            }
            $crate::overflow::Probe::new(env!("CARGO_PKG_NAME"), add)
        };

        #[cfg(test)]
        #[test]
        fn arithmetic_stops_at_an_overflow() {
            assert!(OVERFLOW.stops(), "this profile needs overflow-checks = true");
        }
    };
}

/// The crates that have to stop at an overflow before something is computed. They are tried once in a process.
#[derive(Debug)]
pub struct Guard {
    probes: &'static [Probe],
    wraps: OnceLock<Option<&'static str>>,
}

impl Guard {
    /// A guard that runs these probes on first use.
    pub const fn new(probes: &'static [Probe]) -> Self {
        Self { probes, wraps: OnceLock::new() }
    }

    /// The crates that are tried.
    pub const fn probes(&self) -> &'static [Probe] {
        self.probes
    }

    /// # Errors
    /// `overflow-unchecked` names the first crate whose arithmetic wraps, or cannot be tried because a panic ends the
    /// process.
    pub fn check(&self) -> Result<(), Diagnostic> {
        // The fuzzer ends the process at every panic, and its profile is our own.
        if cfg!(fuzzing) {
            return Ok(());
        }
        let first = || self.probes.iter().find(|probe| !probe.stops()).map(|probe| probe.name);
        match *self.wraps.get_or_init(first) {
            None => Ok(()),
            Some(name) => Err(unchecked(name)),
        }
    }
}

fn unchecked(name: &str) -> Diagnostic {
    let (message, help) = if cfg!(panic = "unwind") {
        (
            format!(
                "`{name}` was compiled without overflow checks, so an amount that is too large would come out wrong"
            ),
            "add `overflow-checks = true` to the profile in the Cargo.toml of the workspace that builds the program",
        )
    } else {
        (
            "the program was compiled with `panic = \"abort\"`, so it cannot be tried whether its arithmetic stops at an overflow"
                .to_owned(),
            "leave `panic` at \"unwind\" in the profile of the workspace that builds the program",
        )
    };
    Diagnostic::error(Code::OverflowUnchecked, message).help(help)
}

thread_local! {
    static PROBING: Cell<bool> = const { Cell::new(false) };
}

/// Whether `work` panics. The panic is not printed; all other panics go to the previous hook.
fn panics_quietly(work: impl FnOnce() -> u32 + std::panic::UnwindSafe) -> bool {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let others = take_hook();
        set_hook(Box::new(move |panic| {
            if !PROBING.get() {
                others(panic);
            }
        }));
    });
    PROBING.set(true);
    let outcome = catch_unwind(work);
    PROBING.set(false);
    outcome.map(black_box).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRAPPING: Probe = Probe::new("some-crate", u32::wrapping_add);

    #[test]
    fn a_crate_that_wraps_is_named() {
        static GUARD: Guard = Guard::new(&[crate::OVERFLOW, WRAPPING]);
        let refusal = GUARD.check().unwrap_err();
        assert_eq!(refusal.code, Code::OverflowUnchecked);
        assert!(refusal.message.contains("`some-crate` was compiled without overflow checks"), "{refusal:?}");
        assert_eq!(GUARD.check().unwrap_err(), refusal, "asked again, it says the same");
    }

    #[test]
    fn crates_that_stop_may_go_on() {
        static GUARD: Guard = Guard::new(&[crate::OVERFLOW]);
        assert_eq!(GUARD.check(), Ok(()));
    }
}
