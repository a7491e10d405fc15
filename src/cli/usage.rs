//! A command line that can't be understood.

use std::ffi::OsString;

use super::report::Reporter;
use apportion_base::diagnostic::{Code, Diagnostic};

/// Says what is wrong with the command line: for people as the parser says it, for machines as every other error.
pub fn report(message: &clap::Error) {
    if wants_json(std::env::args_os(), std::env::var_os("APPORTION_MESSAGE_FORMAT")) {
        Reporter::for_machines().failure(&diagnostic(message).into());
    } else {
        // A closed pipe is not an error.
        let _ = message.print();
    }
}

/// Whether messages are for machines, as far as that can be seen of a command line that can't be understood.
fn wants_json(arguments: impl Iterator<Item = OsString>, variable: Option<OsString>) -> bool {
    let flag = "--message-format";
    let mut said = variable.and_then(|value| value.into_string().ok());
    let mut arguments = arguments.filter_map(|argument| argument.into_string().ok());
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix(flag) {
            Some("") => said = arguments.next().or(said),
            Some(value) => said = value.strip_prefix('=').map(str::to_owned).or(said),
            None => {}
        }
    }
    said.as_deref() == Some("json")
}

/// The message without its layout: the first paragraph is the sentence, what follows is help.
fn diagnostic(message: &clap::Error) -> Diagnostic {
    let text = message.render().to_string();
    let mut parts =
        text.trim().split("\n\n").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    let first = parts.next().unwrap_or_default();
    let sentence = first.strip_prefix("error: ").unwrap_or(&first);
    parts.fold(Diagnostic::error(Code::Usage, sentence), Diagnostic::help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_seen_in_any_command_line() {
        let json = |arguments: &[&str], variable: Option<&str>| {
            wants_json(arguments.iter().map(OsString::from), variable.map(OsString::from))
        };
        assert!(json(&["run", "--bogus", "--message-format", "json"], None));
        assert!(json(&["--message-format=json", "rum"], Some("full")));
        assert!(json(&["run"], Some("json")));
        assert!(
            !json(&["run", "--message-format"], None)
                && !json(&["run", "--message-format=full"], Some("json"))
        );
    }
}
