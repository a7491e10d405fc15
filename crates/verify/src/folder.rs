//! The files themselves: all are there and no other, and each is byte for byte what run.json says.

use std::fs;
use std::io;
use std::path::Path;

use rayon::prelude::*;

use super::channel;
use super::digest::sha256;
use super::manifest::{Manifest, Terms};
use super::report::{Finding, Findings, Measure, Proof};
use super::seal::{Seal, seal_of};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::world::{Disk, World};
use apportion_contract::output::{self, FURTHER_FILES, SYSTEM_FILES};
use apportion_contract::{ATTAINMENT, FILES, RUN};

/// The bytes of run.json.
///
/// # Errors
/// `not-a-result` where there is no folder or no run.json in it, `cannot-read` where the disk does not give it.
pub fn run_json(out: &Path) -> Result<Vec<u8>, Diagnostic> {
    if !out.is_dir() {
        let message = format!("`{}` is not a folder", out.display());
        return Err(Diagnostic::error(Code::NotAResult, message)
            .help("name the folder that a run wrote, for example `apportion verify out/2026-07`"));
    }
    match Disk.read(&out.join(RUN)) {
        Ok(bytes) => Ok(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let message = format!("`{}` is not a result: it has no `{RUN}`", out.display());
            Err(Diagnostic::error(Code::NotAResult, message)
                .help("a folder without it holds nothing that a run vouches for; run the period again"))
        }
        Err(error) => Err(cannot_read(&out.join(RUN), &error)),
    }
}

/// All files are there, and none that no run writes.
pub fn names(out: &Path) -> Result<Proof, Diagnostic> {
    let mut findings = Findings::default();
    let mut names = Vec::new();
    for entry in fs::read_dir(out).map_err(|error| cannot_read(out, &error))? {
        let entry = entry.map_err(|error| cannot_read(out, &error))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    for name in FILES.iter().filter(|name| !out.join(name).is_file()) {
        findings.push(Finding::new(Code::IncompleteResult, *name, "it is not there"));
    }
    for name in &names {
        if !output::is_of_a_result(name) && !SYSTEM_FILES.contains(&name.as_str()) {
            findings.push(Finding::new(Code::ExtraFile, name, "no run writes it"));
        }
    }
    let measures = vec![Measure::Count("files", FILES.len() as u64)];
    Ok(Proof::new("files", "every file of a result is there, and no other", measures, findings))
}

/// run.json is as it was written.
pub fn seal(bytes: &[u8]) -> Proof {
    let mut findings = Findings::default();
    match seal_of(bytes) {
        Seal::Whole => {}
        Seal::Missing => {
            findings.push(Finding::new(Code::BrokenSeal, RUN, "it does not end with the seal of a run"));
        }
        Seal::Broken { written, found } => findings.push(
            Finding::new(Code::BrokenSeal, RUN, "its bytes are not those that were sealed")
                .numbers(written, found),
        ),
    }
    let measures = vec![Measure::Count("bytes", bytes.len() as u64)];
    Proof::new("seal", "run.json is byte for byte as it was written", measures, findings)
}

/// Every other file is as run.json says.
pub fn digests(out: &Path, manifest: &Manifest, terms: &Terms) -> Result<Proof, Diagnostic> {
    let mut findings = Findings::default();
    let named: Vec<&str> = manifest.outputs.iter().map(|output| output.file.as_str()).collect();
    let mut others = FILES[..FILES.len() - 1].to_vec();
    if terms.has_commission() {
        others.push(ATTAINMENT);
    }
    let of_channel = channel::expected(manifest, &mut findings);
    for name in channel::names().filter(|name| !of_channel.contains(name) && out.join(name).exists()) {
        findings.push(Finding::new(Code::ExtraFile, name, "run.json does not list it"));
    }
    others.extend(of_channel);
    for name in others.iter().filter(|name| !FILES.contains(name) && !out.join(name).is_file()) {
        findings.push(Finding::new(Code::IncompleteResult, *name, "it is not there"));
    }
    if !terms.has_commission() && out.join(ATTAINMENT).exists() {
        findings.push(Finding::new(Code::ExtraFile, ATTAINMENT, "no run without a commission writes it"));
    }
    // Files that were asked for come last.
    let further = FURTHER_FILES
        .into_iter()
        .filter(|file| named.get(others.len()..).is_some_and(|named| named.contains(file)));
    let expected: Vec<&str> = others.iter().copied().chain(further).collect();
    if named != expected {
        let message = format!("it lists {}, and a run writes {}", named.join(", "), expected.join(", "));
        findings.push(Finding::new(Code::BadRunJson, RUN, message));
    }
    for name in FURTHER_FILES {
        let is_listed = named.contains(&name);
        if out.join(name).is_file() != is_listed {
            let (code, what) = match is_listed {
                true => (Code::IncompleteResult, "it is not there"),
                false => (Code::ExtraFile, "run.json does not list it"),
            };
            findings.push(Finding::new(code, name, what));
        }
    }
    let known = manifest.outputs.iter().filter(|output| expected.contains(&output.file.as_str()));
    let known: Vec<_> = known.filter(|output| out.join(&output.file).is_file()).collect();
    let found: Vec<io::Result<(String, u64)>> =
        known.par_iter().map(|output| sha256(&out.join(&output.file))).collect();
    let mut bytes = 0;
    for (output, found) in known.iter().zip(found) {
        let (digest, length) = found.map_err(|error| cannot_read(&out.join(&output.file), &error))?;
        bytes += length;
        if digest != output.sha256 {
            let message = "its SHA-256 is not the one in run.json";
            findings
                .push(Finding::new(Code::ChangedFile, &output.file, message).numbers(&output.sha256, digest));
        }
        if length != output.bytes {
            let message = "its length in bytes is not the one in run.json";
            findings
                .push(Finding::new(Code::ChangedFile, &output.file, message).numbers(output.bytes, length));
        }
    }
    let measures = vec![Measure::Count("files", known.len() as u64), Measure::Count("bytes", bytes)];
    Ok(Proof::new("digests", "every file has the SHA-256 and length that run.json names", measures, findings))
}

/// A file that could not be read at all.
pub fn cannot_read(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::CannotRead, format!("could not read `{}`: {error}", path.display()))
}
