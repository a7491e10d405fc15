//! Expressions compared with sqlparser: both split any text into the same tokens, and what both can parse has one tree.
#![no_main]

use apportion::expr::outline;
use apportion_fuzz::sql;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if text.len() > 2000 {
        return;
    }
    assert_eq!(outline::tokens(text), sql::tokens(text));
    if let (Some(ours), Some(theirs)) = (outline::tree(text), sql::tree(text)) {
        assert_eq!(ours, theirs);
    }
});
