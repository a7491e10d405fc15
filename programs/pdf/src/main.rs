//! `apportion-pdf`: documents of `apportion` as PDF files.
//!
//! `apportion statements --format pdf` starts it and talks to it through standard input and output: see [`protocol`]. It reads no
//! file but the template, the fonts and the logo that it is given, asks no network and no clock, and makes the same bytes of the same
//! document.

mod fit;
mod fonts;
mod layout;
mod protocol;
mod render;
mod world;

use std::io::{BufReader, BufWriter, Write as _, stdin, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::fonts::Fonts;
use crate::world::Press;

/// Typesetting asks for memory and gives it back all the time.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Documents of `apportion` as PDF files.
#[derive(Debug, Parser)]
#[command(version, about = "Makes PDF files of the documents that `apportion` hands to it")]
struct Arguments {
    /// A template in place of the one that is built in
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
    /// A font beside the one that is built in; may be given several times
    #[arg(long = "font", value_name = "FILE")]
    fonts: Vec<PathBuf>,
    /// The picture that documents name as their logo
    #[arg(long, value_name = "FILE")]
    logo: Option<PathBuf>,
    /// Prints the built-in template and ends
    #[arg(long)]
    print_template: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    if arguments.print_template {
        return stdout().write_all(world::TEMPLATE.as_bytes()).map_err(|error| error.to_string());
    }
    let fonts = Fonts::new(&arguments.fonts)?;
    let press = Press::new(fonts, arguments.template.as_deref(), arguments.logo.as_deref())?;
    protocol::serve(&press, &mut BufReader::new(stdin()), &mut BufWriter::new(stdout()))
}
