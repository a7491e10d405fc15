//! An open file of any world.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

/// The bytes of an open file, by place.
pub trait FileBytes: fmt::Debug + Send + Sync {
    /// Length in bytes when it was opened.
    fn length(&self) -> u64;

    /// Reads some bytes from `offset` on, as many as are available; 0 at the end of the file.
    ///
    /// # Errors
    /// What the system says.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// Whether the file is as it was when it was opened.
    ///
    /// # Errors
    /// That it is not, or that it can't be seen.
    fn check_unchanged(&self) -> io::Result<()> {
        Ok(())
    }
}

/// An open file. A clone is the same file, and as many as like may read it at a time.
#[derive(Debug, Clone)]
pub struct FileHandle(Arc<dyn FileBytes>);

impl FileHandle {
    /// A handle on these bytes.
    pub fn new(bytes: impl FileBytes + 'static) -> Self {
        Self(Arc::new(bytes))
    }

    /// A handle on bytes in memory.
    pub fn of_bytes(bytes: Arc<[u8]>) -> Self {
        Self::new(MemoryFile(bytes))
    }

    /// Length in bytes when it was opened.
    pub fn length(&self) -> u64 {
        self.0.length()
    }

    /// Reads some bytes from `offset` on; 0 at the end of the file.
    ///
    /// # Errors
    /// What the system says.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read_at(offset, buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }

    /// All bytes of the file.
    ///
    /// # Errors
    /// What the system says.
    pub fn read_all(&self) -> io::Result<Vec<u8>> {
        // The length is only a hint for the capacity, and is limited, because a system may report any length.
        let room = usize::try_from(self.length()).unwrap_or(0).min(1 << 30);
        let mut bytes = Vec::with_capacity(room);
        self.reader().read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// A reader with its own position, which begins at the first byte.
    pub fn reader(&self) -> ByteReader {
        ByteReader { file: self.clone(), position: 0 }
    }

    /// Checks that the file is as it was when it was opened. After the last read, this means that all reads saw the
    /// same bytes.
    ///
    /// # Errors
    /// That it is not, or that it can't be seen.
    pub fn check_unchanged(&self) -> io::Result<()> {
        self.0.check_unchanged()
    }
}

/// Reads a file in order, from its own position.
#[derive(Debug, Clone)]
pub struct ByteReader {
    file: FileHandle,
    position: u64,
}

impl ByteReader {
    /// The file that is read.
    pub fn file(&self) -> &FileHandle {
        &self.file
    }
}

impl Read for ByteReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(self.position, buffer)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for ByteReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(offset) => self.file.length().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidInput, "a place before the first byte of the file")
        })?;
        Ok(self.position)
    }
}

#[derive(Debug)]
struct MemoryFile(Arc<[u8]>);

impl FileBytes for MemoryFile {
    fn length(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.0.get(offset..)).unwrap_or_default();
        let read = rest.len().min(buffer.len());
        buffer[..read].copy_from_slice(&rest[..read]);
        Ok(read)
    }
}
