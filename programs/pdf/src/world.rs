//! What a template sees: itself, files beside it, the fonts, and one document as `document.json`.

use std::path::{Path, PathBuf};

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use crate::fit::Ruler;
use crate::fonts::Fonts;
use crate::layout::Earlier;

/// The template that is built in.
pub const TEMPLATE: &str = include_str!("../statement.typ");

/// What all documents share: it is made once.
pub struct Press {
    library: LazyHash<Library>,
    pub(crate) fonts: Fonts,
    /// None where widths can't be told before a page is laid out.
    pub(crate) ruler: Option<Ruler>,
    template: Source,
    /// The folder of a template of one's own, whose files it may use.
    folder: Option<PathBuf>,
    document: FileId,
    /// What documents that were made were like.
    pub(crate) earlier: Earlier,
    /// The picture that documents name as their logo.
    logo: Option<Bytes>,
}

impl Press {
    /// A press with the built-in template, or one of one's own.
    ///
    /// # Errors
    /// A template or a logo that can't be read.
    pub fn new(fonts: Fonts, template: Option<&Path>, logo: Option<&Path>) -> Result<Self, String> {
        let unreadable = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
        let text = match template {
            None => TEMPLATE.to_owned(),
            Some(path) => std::fs::read_to_string(path).map_err(|error| unreadable(path, error))?,
        };
        let logo = match logo {
            None => None,
            Some(path) => Some(Bytes::new(std::fs::read(path).map_err(|error| unreadable(path, error))?)),
        };
        let template_source = Source::new(id("statement.typ")?, text);
        let folder = template.map(|path| path.parent().unwrap_or(Path::new("")).to_owned());
        let library = LazyHash::new(Library::builder().build());
        let ruler = Ruler::new(&fonts);
        Ok(Self {
            library,
            fonts,
            ruler,
            template: template_source,
            folder,
            document: id("document.json")?,
            earlier: Earlier::default(),
            logo,
        })
    }

    /// Whether the template is the one that is built in.
    pub fn is_built_in(&self) -> bool {
        self.folder.is_none()
    }
}

fn id(path: &str) -> Result<FileId, String> {
    let path = VirtualPath::new(path).map_err(|error| error.to_string())?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// A press with a document in it.
pub struct Page<'p> {
    pub(crate) press: &'p Press,
    /// As JSON.
    pub(crate) document: Bytes,
    /// The name by which the document asks for its logo.
    pub(crate) logo: Option<String>,
    /// How many rows and paragraphs it has.
    pub(crate) rows: usize,
}

impl Page<'_> {
    fn read(&self, id: FileId) -> FileResult<Bytes> {
        let path = id.get();
        if id == self.press.document {
            return Ok(self.document.clone());
        }
        if matches!(path.root(), VirtualRoot::Package(_)) {
            return Err(FileError::Other(Some(
                "a template can't load packages: nothing is downloaded".into(),
            )));
        }
        let name = path.vpath().get_without_slash();
        if let Some(logo) = self.press.logo.as_ref().filter(|_| self.logo.as_deref() == Some(name)) {
            return Ok(logo.clone());
        }
        let missing = || FileError::NotFound(name.into());
        let folder = self.press.folder.as_ref().ok_or_else(missing)?;
        let file = path.vpath().realize(folder).map_err(|_| missing())?;
        std::fs::read(&file).map(Bytes::new).map_err(|error| FileError::from_io(error, &file))
    }
}

impl World for Page<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.press.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.press.fonts.book
    }

    fn main(&self) -> FileId {
        self.press.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.press.template.id() {
            return Ok(self.press.template.clone());
        }
        let bytes = self.read(id)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| FileError::InvalidUtf8)?;
        Ok(Source::new(id, text.to_owned()))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.read(id)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.press.fonts.get(index)
    }

    /// A document has the date that it is given.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
