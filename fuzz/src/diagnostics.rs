//! What must hold for every diagnostic.

use apportion::diagnostic::{Code, Diagnostic, Files, render, render_json};

/// A failure says why; every finding can be shown, points into its file, and is not a mistake of ours.
pub fn check(found: &[Diagnostic], files: &Files) {
    assert!(!found.is_empty(), "a failure without a reason");
    for finding in found {
        assert_ne!(finding.code, Code::Internal, "{}", finding.message);
        assert!(!finding.message.trim().is_empty(), "[{}] says nothing", finding.code);
        for label in &finding.labels {
            let text = files.get(label.span.file).expect("a file that was read");
            let piece = text.text.get(label.span.range.clone());
            assert!(piece.is_some(), "[{}] points outside of its file: {:?}", finding.code, label.span.range);
        }
        let shown = render(finding, files);
        assert!(shown.contains(finding.code.word()), "{shown}");
        assert!(finding.labels.is_empty() || shown.contains("┌─"), "its place is not shown: {shown}");
        assert!(serde_json::from_str::<serde_json::Value>(&render_json(finding, files)).is_ok());
    }
}
