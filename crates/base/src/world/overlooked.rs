//! Files that a pattern misses by upper and lower case alone.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::{Entry, MATCHING, World};

/// Files whose names fit the last part of a pattern only where capitals count as small letters: `Bonus.TOML` for `rules/*.toml`. Who wrote
/// the pattern most likely means them, and whether they were read would depend on the system. Folders that can't be listed
/// have none.
pub fn overlooked(world: &dyn World, pattern: &str) -> Vec<PathBuf> {
    let (folder, name) = pattern.rsplit_once('/').map_or(("", pattern), |(folder, name)| (folder, name));
    let Ok(name) = glob::Pattern::new(name) else { return Vec::new() };
    let any_case = glob::MatchOptions { case_sensitive: false, ..MATCHING };
    let missed = |file: &str| name.matches_with(file, any_case) && !name.matches_with(file, MATCHING);
    in_folders(world, pattern, folder, |name| name.to_str().is_some_and(missed))
}

/// Files whose names fit the last part of a pattern but are no text of UTF-8, so that no pattern finds them and no message could name
/// them.
pub fn nameless(world: &dyn World, pattern: &str) -> Vec<PathBuf> {
    let (folder, name) = pattern.rsplit_once('/').map_or(("", pattern), |(folder, name)| (folder, name));
    let Ok(name) = glob::Pattern::new(name) else { return Vec::new() };
    let fits = |file: &OsStr| file.to_str().is_none() && name.matches_with(&file.to_string_lossy(), MATCHING);
    in_folders(world, pattern, folder, fits)
}

/// The files of the folders of a pattern whose names are wanted.
fn in_folders(
    world: &dyn World,
    pattern: &str,
    folder: &str,
    wanted: impl Fn(&OsStr) -> bool,
) -> Vec<PathBuf> {
    let folders = match folder.contains(['*', '?', '[']) {
        true => world.glob(folder).unwrap_or_default(),
        false if folder.is_empty() && pattern.starts_with('/') => vec![PathBuf::from("/")],
        false => vec![PathBuf::from(folder)],
    };
    let mut found = Vec::new();
    for folder in folders {
        let listed = if folder.as_os_str().is_empty() { Path::new(".") } else { folder.as_path() };
        let names = world.names(listed).unwrap_or_default();
        let files = names.iter().filter(|name| wanted(name)).map(|name| folder.join(name));
        found.extend(files.filter(|path| world.entry(path) != Entry::Folder));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::Memory;
    use super::*;

    #[test]
    fn names_are_compared_without_case() {
        let world = Memory::new()
            .with("rules/a.toml", "")
            .with("rules/B.TOML", "")
            .with("rules/c.Toml", "")
            .with("rules/d.txt", "")
            .with("F.TOML", "");
        let found = |pattern: &str| {
            let found = overlooked(&world, pattern);
            found.iter().map(|path| path.display().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(found("rules/*.toml"), ["rules/B.TOML", "rules/c.Toml"]);
        assert_eq!(found("*.toml"), ["F.TOML"]);
        assert_eq!(found("rules/?.TOML"), ["rules/a.toml", "rules/c.Toml"]);
        assert_eq!(found("rules/["), Vec::<String>::new());
    }
}
