//! Finds the rule files, reads them, and puts their tables together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::RuleBook;
use super::common::draft;
use super::context::Context;
use super::kinds::descriptions;
use super::policies::{self, PolicyDraft, PolicyKind};
use super::tables;
use super::versions::{Draft, assemble};
use apportion_base::diagnostic::{Code, Diagnostic, Files, Span};
use apportion_base::digest::{FileDigest, sha256_hex};
use apportion_base::world::{Entry, World, nameless, overlooked, pattern_below};
use apportion_book::Book;
use apportion_book::config::{Doc, Item, Table, sort};
use apportion_data::{Catalogue, UsedColumns};

/// A rule set: its rules, what they name, and the files that it was read from.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The rules.
    pub book: RuleBook,
    /// Columns that the rules name, by table.
    pub used: UsedColumns,
    /// In byte order of path.
    pub files: Vec<FileDigest>,
}

/// A path or glob of rule files, relative to the root of the rule set, and where it is written, if in a file.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// As it is written.
    pub text: String,
    /// Where it is written; `None` where it is an argument of a command.
    pub span: Option<Span>,
}

/// The files of a rule set, and which of their rules are used.
#[derive(Debug, Clone)]
pub struct RuleFiles {
    /// Where the files are.
    pub world: Arc<dyn World>,
    /// The folder that patterns and shown names are relative to.
    pub root: PathBuf,
    /// Paths and globs; a file that several of them name is read once.
    pub patterns: Vec<Pattern>,
    /// The folder that paths of rate tables are relative to; `None` is that of the project that the rules are read for.
    pub tables: Option<PathBuf>,
    /// Ids of the rules that are read; `None` reads all. What is wrong with the others is not looked at.
    pub only: Option<BTreeSet<String>>,
}

impl RuleFiles {
    /// The rule files that the project file names.
    pub fn of_book(world: &Arc<dyn World>, book: &Book) -> Self {
        let pattern = |glob: &apportion_book::SourceValue<String>| Pattern {
            text: glob.value.clone(),
            span: Some(glob.span.clone()),
        };
        let patterns = book.rules.iter().map(pattern).collect();
        Self {
            world: Arc::clone(world),
            root: book.root.clone(),
            patterns,
            tables: Some(book.root.clone()),
            only: None,
        }
    }

    /// Rule files by path: the `.toml` files of a folder, a file, or a glob. They are shown by the path that was given.
    pub fn named(world: &Arc<dyn World>, path: &Path) -> Self {
        let text = path.to_string_lossy();
        let text = match world.entry(path) {
            Entry::Folder => format!("{}/*.toml", glob::Pattern::escape(text.trim_end_matches('/'))),
            Entry::File | Entry::Other => glob::Pattern::escape(&text),
            Entry::Absent => text.into_owned(),
        };
        let patterns = vec![Pattern { text, span: None }];
        Self { world: Arc::clone(world), root: PathBuf::new(), patterns, tables: None, only: None }
    }

    /// The same files, and of their rules those with these ids.
    #[must_use]
    pub fn with_only(mut self, ids: BTreeSet<String>) -> Self {
        self.only = Some(ids);
        self
    }

    /// Reads the rules, typed against what the data of the book have. Texts are registered in `files`.
    ///
    /// # Errors
    ///
    /// All problems of all files, in the order of files and places.
    pub fn read(
        &self,
        book: &Book,
        catalogue: &Catalogue,
        files: &mut Files,
    ) -> Result<Rules, Vec<Diagnostic>> {
        let mut found = Vec::new();
        let mut texts = Vec::new();
        let mut rule_files = Vec::new();
        for (path, text, sha256) in self.load_all(&mut found) {
            texts.push((path.clone(), text));
            rule_files.push(FileDigest { path, sha256 });
        }
        let context = Context::new(book, catalogue, policies::made(&texts));
        let mut rules = rule_set(&context, &texts, self.only.as_ref(), files, &mut found);
        let folder = self.tables.as_ref().unwrap_or(&book.root);
        rule_files.extend(tables::load(
            (self.world.as_ref(), folder),
            &context,
            &mut rules,
            files,
            &mut found,
        ));
        rule_files.sort_by(|a, b| a.path.cmp(&b.path));
        if found.is_empty() {
            Ok(Rules { book: rules, used: context.into_used(), files: rule_files })
        } else {
            sort(&mut found);
            Err(found)
        }
    }

    /// Shown name, text and SHA-256 of all files that the patterns name; what can't be read is added to `found`.
    pub(super) fn load_all(&self, found: &mut Vec<Diagnostic>) -> Vec<(String, String, String)> {
        let mut all = Vec::new();
        for (name, path) in self.expand(found) {
            match load(self.world.as_ref(), &name, &path) {
                Ok((text, sha256)) => all.push((name, text, sha256)),
                Err(error) => found.push(error),
            }
        }
        all
    }

    /// The paths of the files, and of the rate tables that they name from the folder `root`, as far as they can be found.
    pub fn paths(&self, root: &Path) -> Vec<PathBuf> {
        let rules = self.load_all(&mut Vec::new());
        let tables = rules.iter().flat_map(|(name, text, _)| tables::written_paths(name, text));
        let tables: BTreeSet<PathBuf> = tables.map(|path| root.join(path)).collect();
        self.expand(&mut Vec::new()).into_values().chain(tables).collect()
    }

    /// The files that the patterns name: shown name → path, each once, in byte order of the name.
    fn expand(&self, found: &mut Vec<Diagnostic>) -> BTreeMap<String, PathBuf> {
        let mut all = BTreeMap::new();
        let mut missed = Vec::new();
        for pattern in &self.patterns {
            if self.root.to_str().is_none() {
                found.push(no_rule_files(pattern, "the folder of the project has a name that is not UTF-8"));
                continue;
            }
            let below = pattern_below(&self.root, &pattern.text);
            if let Some(path) = nameless(self.world.as_ref(), &below).first() {
                let why = format!("the name of {} is not UTF-8; rename the file", shown(&self.root, path));
                found.push(no_rule_files(pattern, &why));
                continue;
            }
            match self.world.glob(&below) {
                Ok(mut paths) => {
                    // What is neither a file nor a folder, such as a link that leads nowhere, can't be read, and that is said.
                    paths.retain(|path| self.world.entry(path) != Entry::Folder);
                    let by_case = overlooked(self.world.as_ref(), &below);
                    if paths.is_empty() && by_case.is_empty() {
                        found.push(no_rule_files(pattern, "no file matches"));
                    }
                    all.extend(paths.into_iter().map(|path| (shown(&self.root, &path), path)));
                    missed.extend(by_case.into_iter().map(|path| (pattern, shown(&self.root, &path))));
                }
                Err(error) => found.push(no_rule_files(pattern, &error.to_string())),
            }
        }
        // Another pattern may name it as it is spelled.
        missed.retain(|(_, name)| !all.contains_key(name));
        found.extend(missed.iter().map(|(pattern, name)| not_read(pattern, name)));
        all
    }
}

/// The rules of all texts (name and content), or `only` those with some ids; what is wrong with them is added to
/// `found`.
pub(super) fn rule_set(
    context: &Context<'_>,
    texts: &[(String, String)],
    only: Option<&BTreeSet<String>>,
    files: &mut Files,
    found: &mut Vec<Diagnostic>,
) -> RuleBook {
    // A file that could not even be loaded has rules, too.
    let mut tables = FileTables { all_known: found.is_empty(), ..FileTables::default() };
    for (name, text) in texts {
        let doc = Doc::new(name.clone(), text, files);
        match doc.parse() {
            Some(table) => tables.add(context, &doc.top(&table, name), only),
            None => tables.all_known = false,
        }
        found.extend(doc.into_findings());
    }
    let FileTables { rules, policies, all_known } = tables;
    let known =
        rules.iter().map(|draft| (draft.id.value.clone(), (draft.kind, draft.id.span.clone()))).collect();
    let mut book = assemble(rules, all_known, found);
    book.policies = policies::assemble(policies, &known, all_known, found);
    book
}

/// The tables of the rule files.
#[derive(Default)]
struct FileTables {
    rules: Vec<Draft>,
    policies: Vec<PolicyDraft>,
    /// Whether all of them could be read as far as their ids.
    all_known: bool,
}

impl FileTables {
    /// Adds all tables of one file that are wanted.
    fn add(&mut self, context: &Context<'_>, file: &Table<'_>, only: Option<&BTreeSet<String>>) {
        let found_before = file.doc().found_so_far();
        file.known(&headers());
        self.all_known &= file.doc().found_so_far() == found_before;
        for reader in descriptions() {
            for table in self.tables(file, reader.kind.word(), only) {
                match draft(context, reader, &table) {
                    Some(draft) => self.rules.push(draft),
                    None => self.all_known = false,
                }
            }
        }
        for kind in PolicyKind::ALL {
            policies::check_made(context, file, kind);
            for table in self.tables(file, kind.word(), only) {
                match policies::draft(context, kind, &table) {
                    Some(draft) => self.policies.push(draft),
                    None => self.all_known = false,
                }
            }
        }
    }

    /// The tables of one kind that are wanted.
    fn tables<'d>(
        &mut self,
        file: &Table<'d>,
        word: &str,
        only: Option<&BTreeSet<String>>,
    ) -> Vec<Table<'d>> {
        let Some(item) = file.get(word) else { return Vec::new() };
        let header = format!("[[{word}]]");
        let Some(items) = item.list(&format!("tables, each under a header {header}")) else {
            self.all_known = false;
            return Vec::new();
        };
        let tables: Vec<Table<'d>> = items.iter().filter_map(|item| item.table(&header)).collect();
        self.all_known &= tables.len() == items.len();
        tables.into_iter().filter(|table| only.is_none_or(|only| has_id(table, only))).collect()
    }
}

/// The headers of all tables that rule files may have.
pub(super) fn headers() -> Vec<&'static str> {
    let policies = PolicyKind::ALL.map(PolicyKind::word);
    descriptions().map(|reader| reader.kind.word()).into_iter().chain(policies).collect()
}

/// Whether a table's id is one of some.
fn has_id(table: &Table<'_>, ids: &BTreeSet<String>) -> bool {
    let id = table.get("id").filter(Item::is_text).and_then(|item| item.text());
    id.is_some_and(|id| ids.contains(&id.value))
}

fn no_rule_files(pattern: &Pattern, why: &str) -> Diagnostic {
    let error =
        Diagnostic::error(Code::NoRuleFiles, format!("there are no rule files \"{}\": {why}", pattern.text));
    match &pattern.span {
        Some(span) => error
            .help("paths and globs of rule files are relative to the folder of the project file")
            .at(span.clone(), ""),
        None => error.help("name a folder of .toml files, a file, or a glob in quotes"),
    }
}

fn not_read(pattern: &Pattern, shown: &str) -> Diagnostic {
    let message =
        format!("`{shown}` fits \"{}\" but for upper and lower case, and would not be read", pattern.text);
    let error = Diagnostic::error(Code::OverlookedFile, message)
        .help("rename it, or add its name to the patterns; give a draft another extension");
    match &pattern.span {
        Some(span) => error.at(span.clone(), ""),
        None => error,
    }
}

/// A path as it is shown and written: relative to the root if it is within it, with `/` and without `.`.
fn shown(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    if relative.is_absolute() {
        return relative.to_string_lossy().into_owned();
    }
    let parts = relative.components().filter(|part| *part != Component::CurDir);
    parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Text and SHA-256 of a file.
fn load(world: &dyn World, name: &str, path: &Path) -> Result<(String, String), Diagnostic> {
    let unreadable = |why: &str| {
        Diagnostic::error(Code::CannotRead, format!("{name} can't be read: {why}"))
            .help("it must be a text file in UTF-8 that this user may read")
    };
    let bytes = world.read(path).map_err(|error| unreadable(&error.to_string()))?;
    let sha256 = sha256_hex(&bytes);
    let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8"))?;
    Ok((text, sha256))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{book, catalogue};
    use apportion_base::diagnostic::render;
    use apportion_base::world::Disk;

    const STIPEND: &str = "[[stipend]]\nid = \"ID\"\neffective = { from = 2026-01-01 }\namount = 1\n";

    fn rule_files(root: &Path, texts: &[&str]) -> RuleFiles {
        let patterns = texts.iter().map(|text| Pattern { text: (*text).to_owned(), span: None }).collect();
        RuleFiles { world: Disk::shared(), root: root.to_owned(), patterns, tables: None, only: None }
    }

    fn project() -> tempfile::TempDir {
        // A folder whose name would be a pattern, if it were taken for one.
        let folder = tempfile::Builder::new().prefix("rules[x]").tempdir().unwrap();
        for (name, id) in [("b.toml", "beta"), ("a.toml", "alpha"), (".hidden.toml", "hidden")] {
            std::fs::create_dir_all(folder.path().join("rules")).unwrap();
            std::fs::write(folder.path().join("rules").join(name), STIPEND.replace("ID", id)).unwrap();
        }
        folder
    }

    #[test]
    fn globs_are_read_in_order_each_file_once() {
        let folder = project();
        let globs = rule_files(folder.path(), &["rules/b.toml", "./rules/*.toml", "rules/*.toml"]);
        let rules = globs.read(&book(), &catalogue(), &mut Files::default()).unwrap();
        let paths: Vec<&str> = rules.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["rules/a.toml", "rules/b.toml"]);
        let ids: Vec<&str> = rules.book.rules.iter().map(|rule| rule.id.as_str()).collect();
        assert_eq!(ids, ["alpha", "beta"]);
        std::fs::write(folder.path().join("empty.toml"), "").unwrap();
        let globs = rule_files(folder.path(), &["empty.toml"]);
        let none = globs.read(&book(), &catalogue(), &mut Files::default()).unwrap();
        assert_eq!(none.files[0].sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn the_books_own_patterns_are_read_from_its_folder() {
        let folder = project();
        let mut book = book();
        book.root = folder.path().to_owned();
        let rules = RuleFiles::of_book(&Disk::shared(), &book);
        let rules = rules.read(&book, &catalogue(), &mut Files::default()).unwrap();
        assert_eq!(rules.files.len(), 2);
    }

    #[test]
    fn rules_that_could_not_be_read_are_not_said_to_be_missing() {
        use crate::testing::{CREDIT, ID, wrong};
        let boss = format!("[[override]]\n{ID}credits = [\"credit\"]\nlevels = [ {{ rate = \"1%\" }} ]\n");
        for (lost, code) in [
            (CREDIT.to_owned(), ""),
            (CREDIT.replace("id = ", "id "), "toml-syntax"),
            (CREDIT.replace("id = \"credit\"\n", ""), "missing-key"),
            (CREDIT.replace("[[shared_credit]]", "[[shared_credits]]"), "unknown-key"),
            (CREDIT.replace("[[shared_credit]]", "[shared_credit]"), "wrong-type"),
        ] {
            let wrong = wrong(&[&lost, &boss]);
            let codes: Vec<&str> = wrong.iter().filter_map(|error| error.split(':').next()).collect();
            assert_eq!(codes.join(" "), code, "{lost}");
        }
    }

    #[test]
    fn files_that_are_not_there_or_not_text_are_errors() {
        let folder = project();
        std::fs::write(folder.path().join("bad.toml"), b"\xff\xfe").unwrap();
        let globs = rule_files(folder.path(), &["rule/*.toml", "bad.toml", "none.toml"]);
        let mut files = Files::default();
        let found = globs.read(&book(), &catalogue(), &mut files).unwrap_err();
        let shown: Vec<String> = found.iter().map(|error| render(error, &files)).collect();
        assert_eq!(shown.len(), 3);
        assert!(
            shown[0].starts_with(
                "error[no-rule-files]: there are no rule files \"rule/*.toml\": no file matches"
            )
        );
        assert!(shown[1].contains("\"none.toml\""));
        assert!(shown[2].starts_with("error[cannot-read]: bad.toml can't be read: it is not UTF-8"));
    }
}
