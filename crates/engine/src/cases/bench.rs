//! Finds and reads the cases of a project, and binds them to its rule book.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{CaseFile, Setting};
use apportion_base::diagnostic::{Code, Diagnostic, Files};
use apportion_base::world::{Entry, World};

/// Where a project has its cases: `cases/*.toml`, beside the project file.
pub const FOLDER: &str = "cases";

/// Case files and the surroundings in which they are settled.
#[derive(Debug, Clone)]
pub struct Bench {
    /// The book and the sources in which cases are settled.
    pub setting: Setting,
    /// In byte order of their names.
    pub case_files: Vec<CaseFile>,
}

impl Bench {
    /// Reads the case files of a project, or those that `paths` name: files, or folders with `*.toml`. Without a
    /// project, cases have their own rules. `files` gathers the texts that diagnostics point into.
    ///
    /// # Errors
    /// Everything that is wrong with the project file, the rule files and the case files as far as it shows without
    /// settling a case; `no-cases` where there are none.
    pub fn read(
        world: &Arc<dyn World>,
        project: Option<&Path>,
        paths: &[PathBuf],
        files: &mut Files,
    ) -> Result<Self, Vec<Diagnostic>> {
        let setting = match project {
            Some(project) => Setting::of_project(world, project, files)?,
            None => Setting::plain(),
        };
        let places = match project {
            Some(project) if paths.is_empty() => vec![project.join(FOLDER)],
            _ => paths.to_vec(),
        };
        let mut found = Vec::new();
        let mut paths: Vec<(String, PathBuf)> = Vec::new();
        for place in &places {
            match files_at(world.as_ref(), place) {
                Ok(index) => paths.extend(index.into_iter().map(|path| (shown(project, &path), path))),
                Err(why) => found.push(no_cases(&format!("{}: {why}", shown(project, place)))),
            }
        }
        paths.sort();
        paths.dedup();
        let mut case_files = Vec::new();
        for (name, path) in &paths {
            match CaseFile::read(world.as_ref(), path, name, files) {
                Ok(file) => {
                    file.cases.iter().for_each(|case| setting.check(case, &mut found));
                    case_files.push(file);
                }
                Err(errors) => found.extend(errors),
            }
        }
        if found.is_empty() { Ok(Self { setting, case_files }) } else { Err(found) }
    }
}

/// A file, or the case files of a folder.
fn files_at(world: &dyn World, place: &Path) -> Result<Vec<PathBuf>, String> {
    if world.entry(place) == Entry::File {
        return Ok(vec![place.to_owned()]);
    }
    let names = world.names(place).map_err(|error| error.to_string())?;
    let mut paths: Vec<PathBuf> = names.into_iter().map(|name| place.join(name)).collect();
    let hidden = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    // What is neither a file nor a folder can't be read, and that is said.
    let is_file = |path: &Path| world.entry(path) != Entry::Folder;
    let is_toml = |path: &Path| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml"));
    paths.retain(|path| is_toml(path) && is_file(path) && !hidden(path));
    if paths.is_empty() { Err("no *.toml is in it".to_owned()) } else { Ok(paths) }
}

fn no_cases(why: &str) -> Diagnostic {
    Diagnostic::error(Code::NoCases, format!("there are no cases at {why}")).help(format!(
        "a project has its cases in {FOLDER}/*.toml beside apportion.toml; `apportion init` shows some"
    ))
}

/// A path relative to the project if it is within it, with `/`.
fn shown(project: Option<&Path>, path: &Path) -> String {
    let relative = project.and_then(|project| path.strip_prefix(project).ok()).unwrap_or(path);
    relative
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
        .replace("//", "/")
}
