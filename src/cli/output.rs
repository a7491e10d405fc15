//! Files that a person names for output: whole or not at all, and never in the place of something that the project is made of.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::project::{PROJECT_FILE, above, shown};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::store::{Store, Target, create_folders, replace_file, target};
use apportion_base::world::{Disk, Entry, World};
use apportion_data::own::OwnResult;
use apportion_engine::project::files_of;
use apportion_rules::RuleFiles;

/// Where output must not go.
#[derive(Debug, Default)]
pub struct ProtectedPaths {
    projects: Vec<PathBuf>,
    rules: Vec<PathBuf>,
}

impl ProtectedPaths {
    /// The files of some projects. That of the folder in which the output goes is always among them.
    pub fn projects<'a>(folders: impl IntoIterator<Item = &'a Path>) -> Self {
        Self { projects: folders.into_iter().map(Path::to_path_buf).collect(), rules: Vec::new() }
    }

    /// And the rule files that a folder, a file or a glob names.
    pub fn and_rules(mut self, rules: Option<&Path>) -> Self {
        self.rules.extend(rules.map(Path::to_path_buf));
        self
    }

    /// Why nothing may be written to a file, if so.
    fn refuses(&self, path: &Path) -> Option<&'static str> {
        let world: Arc<dyn World> = Disk::shared();
        if path.file_name().is_some_and(|name| name == PROJECT_FILE) {
            return Some("is a project file");
        }
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        if matches!(OwnResult::read(world.as_ref(), &folder), Ok(Some(_))) {
            return Some("is in the folder of a result, which a run alone may change");
        }
        if world.entry(path) != Entry::File {
            return None;
        }
        let is_it = |file: &PathBuf| world.identity(file) == path;
        let around = above(&folder).map(Path::to_path_buf);
        let mut files = self.projects.iter().chain(&around).flat_map(|project| files_of(&world, project));
        let roots: Vec<&Path> = self.projects.iter().map(PathBuf::as_path).chain(above(&folder)).collect();
        let of_root = |root: &&Path| {
            let root = *root;
            self.rules
                .iter()
                .flat_map(|rules| RuleFiles::named(&world, rules).paths(root))
                .collect::<Vec<_>>()
        };
        let mut rules = roots.iter().flat_map(of_root);
        let of_project = files.any(|file| is_it(&file)) || rules.any(|file| is_it(&file));
        of_project.then_some("is a file of the project: its data, its rules or its cases")
    }
}

/// Writes what `fill` writes to a file that a person named. A link is followed and stays; a device, a pipe and what this process has
/// open, such as `/dev/stdout`, are written to as they are.
pub fn to_file(
    path: &Path,
    protected: &ProtectedPaths,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Diagnostic> {
    let failed = |error: io::Error| {
        Diagnostic::error(Code::CannotWrite, format!("`{}` can't be written: {error}", path.display()))
            .help("a file of that name is as it was; check free space and permissions, or name another file")
    };
    let target = target(&Disk, path).map_err(failed)?;
    if let Target::File(file) = &target
        && let Some(why) = protected.refuses(&Disk.identity(file))
    {
        let message = format!("`{}` {why}, and will not be replaced", shown(path));
        return Err(Diagnostic::error(Code::ProjectFile, message).help("name another file"));
    }
    replace_file(&Disk, path, fill).map_err(failed)
}

/// Creates a file that is not there, and the folders above it.
pub fn new_file(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        create_folders(&Disk, folder)?;
    }
    // Somebody may have been quicker since it was looked for.
    let mut file = Disk.create(path, None)?;
    file.write_all(text.as_bytes())?;
    file.sync()
}
