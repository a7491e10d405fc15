//! The same bytes whatever the threads and the order of rows.

use super::random::{Case, sample};
use super::{content, made, open, question};

#[test]
fn threads_and_the_order_of_rows_change_nothing() {
    let case: Case = sample(3);
    let question = question("2026", "2026-06-30", 40);
    let texts = case.texts();
    let alone = with_threads(1, || made(&open(&texts), question));
    assert!(alone.pipeline.drawn.len() > 3, "something is drawn");
    assert_eq!(with_threads(2, || made(&open(&texts), question)), alone);
    let mut shuffled = texts;
    for (name, text) in &mut shuffled {
        if name.ends_with(".csv") {
            let mut lines: Vec<&str> = text.lines().collect();
            lines[1..].reverse();
            *text = lines.join("\n") + "\n";
        }
    }
    assert_eq!(content(made(&open(&shuffled), question)), content(alone));
}

fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads").install(work)
}

#[test]
fn another_seed_gives_other_draws() {
    let texts = sample(3).texts();
    let of_seed = |seed| {
        let question = crate::Question { seed, ..question("2026", "2026-06-30", 40) };
        made(&open(&texts), question).costs
    };
    assert_eq!(of_seed(5), of_seed(5));
    assert_ne!(of_seed(5), of_seed(6));
}
