//! Shell completions and the manual page, from the definition of the command line.

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::Cli;
use super::{Ending, Failure, print_data};
use apportion_base::diagnostic::{Code, Diagnostic};

/// Prints the completion script of a shell.
pub fn completions(shell: Shell) -> Result<Ending, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "apportion", &mut script);
    print_data(&script)?;
    Ok(Ending::Fine)
}

/// Prints the manual page of the program or of one of its commands, as roff.
pub fn man(command: Option<&str>) -> Result<Ending, Failure> {
    // Built first, so that the pages of commands have the global flags too.
    let mut all = Cli::command();
    all.build();
    let page = match command {
        None => all,
        Some(name) => match all.find_subcommand(name) {
            Some(found) => found.clone(),
            None => return Err(no_such_command(name, &all).into()),
        },
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text).map_err(|error| {
        Diagnostic::error(Code::CannotWrite, format!("could not make the manual page: {error}"))
    })?;
    print_data(&text)?;
    Ok(Ending::Fine)
}

fn no_such_command(name: &str, all: &clap::Command) -> Diagnostic {
    let known: Vec<&str> = all.get_subcommands().map(clap::Command::get_name).collect();
    Diagnostic::error(Code::UnknownCommand, format!("there is no command `{name}`"))
        .help(format!("the commands are: {}", known.join(", ")))
}
