//! Progress on stderr: phase, rows and rate on a terminal; the time of each phase with `-v`.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::report::Reporter;
use apportion_data::Progress;

/// A bar for the current phase, and how long each phase took.
pub struct Bars {
    visible: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    bar: Option<ProgressBar>,
    current: Option<(String, Instant)>,
    done: Vec<(String, Duration)>,
}

impl Bars {
    pub fn new(reporter: &Reporter) -> Self {
        Self { visible: reporter.shows_progress(), state: Mutex::default() }
    }

    /// Ends the last phase, removes the bar and reports the time of each phase.
    pub fn finish(&self, reporter: &Reporter) {
        let done = self.with(|state| {
            state.end_phase();
            std::mem::take(&mut state.done)
        });
        for (name, took) in done {
            reporter.detail(&format!("{name}: {took:.1?}"));
        }
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        // The state is valid even if a thread panicked while it counted rows.
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    fn end_phase(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        if let Some((name, since)) = self.current.take() {
            self.done.push((name, since.elapsed()));
        }
    }
}

impl Progress for Bars {
    fn phase(&self, name: &str, total_rows: Option<u64>) {
        let bar = self.visible.then(|| bar(name, total_rows));
        self.with(|state| {
            state.end_phase();
            state.current = Some((name.to_owned(), Instant::now()));
            state.bar = bar;
        });
    }

    fn file(&self, shown: &str) {
        super::memory::reading(shown);
    }

    fn rows(&self, n: u64) {
        self.with(|state| {
            if let Some(bar) = &state.bar {
                bar.inc(n);
            }
        });
    }
}

fn bar(name: &str, total_rows: Option<u64>) -> ProgressBar {
    let template = match total_rows {
        Some(_) => "{msg:<28} {bar:24} {human_pos}/{human_len} rows, {per_sec}",
        None => "{msg:<28} {spinner} {human_pos} rows, {per_sec}",
    };
    let bar = ProgressBar::with_draw_target(total_rows, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(name.to_owned());
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}
