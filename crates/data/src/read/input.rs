//! The bytes of a text file as UTF-8, in blocks that end where a record ends.
//!
//! A file is read once: its bytes are hashed as they come, then unpacked, then decoded.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::bufread::GzDecoder;

use encoding_rs::{Decoder, DecoderResult, UTF_16LE, WINDOWS_1252};
use sha2::{Digest, Sha256};

use super::fault;
use super::file::SourceFile;
use super::format::Compression;
use apportion_base::diagnostic::Diagnostic;
use apportion_base::world::ByteReader;
use apportion_book::{Encoding, Source};

/// Bytes of the longest record. One quote that is never closed would otherwise make a record of a whole file.
pub(super) const MOST_BYTES: usize = if cfg!(fuzzing) { 1 << 10 } else { 16 << 20 };
/// How much is asked of a file at once.
const READ: usize = 1 << 18;

/// The text of a file, unpacked and decoded (UTF-8 as it is: its validity is seen by who splits it into records).
pub(super) struct TextInput {
    text: Box<dyn Read + Send>,
    hash: SharedHash,
}

/// The hash of all bytes that a [`TextInput`] took from its file.
#[derive(Clone)]
pub(super) struct SharedHash(Arc<Mutex<Sha256>>);

impl SharedHash {
    /// Of the bytes read so far, in lower-case hex: once the text is at its end, of the whole file.
    pub fn hex(&self) -> String {
        hex(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

/// A finished hash in lower-case hex.
pub(super) fn hex(hash: Sha256) -> String {
    apportion_base::digest::hex(&hash.finalize())
}

impl TextInput {
    /// The text of a file from its first byte on.
    pub fn open(file: &SourceFile, source: &Source, packed: Compression) -> Result<Self, Diagnostic> {
        let hash = SharedHash(Arc::new(Mutex::new(Sha256::new())));
        let bytes = Hashing { file: file.handle()?.reader(), hash: hash.clone() };
        let bytes = BufReader::with_capacity(READ, bytes);
        let unpacked: Box<dyn Read + Send> = match packed {
            Compression::Plain => Box::new(bytes),
            Compression::Gzip => Box::new(GzipMembers::new(bytes)),
            Compression::Zstd => Box::new(
                zstd::stream::read::Decoder::with_buffer(bytes)
                    .map_err(|error| read_fault(file, source, &error))?,
            ),
        };
        let unpacked: Box<dyn Read + Send> = match packed {
            Compression::Plain => unpacked,
            Compression::Gzip | Compression::Zstd => {
                let most = source.layout.unpacked_at_most(file.handle()?.length());
                Box::new(Unpacked { bytes: unpacked, left: most })
            }
        };
        let decoder = match source.encoding {
            Encoding::Utf8 => None,
            // a byte-order mark overrules the order that is assumed
            Encoding::Utf16 => Some(UTF_16LE.new_decoder()),
            Encoding::Windows1252 => Some(WINDOWS_1252.new_decoder()),
        };
        let text = match decoder {
            None => unpacked,
            Some(decoder) => Box::new(Decoding::new(unpacked, decoder)),
        };
        Ok(Self { text, hash })
    }

    /// So many bytes of the text, or all of it.
    pub fn first(self, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.text.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The first bytes of the text, which stay in it: its first line, if that is short.
    pub fn peek(&mut self) -> io::Result<Vec<u8>> {
        let mut first = vec![0; PEEKED];
        let mut filled = 0;
        while filled < first.len() && !first[..filled].contains(&b'\n') {
            match self.text.read(&mut first[filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(0) => break,
                Ok(read) => filled += read,
            }
        }
        first.truncate(filled);
        let text = std::mem::replace(&mut self.text, Box::new(io::empty()));
        self.text = Box::new(io::Cursor::new(first.clone()).chain(text));
        Ok(first)
    }
}

/// Bytes that are looked at before a text is read.
const PEEKED: usize = 64;

/// The bytes of a gzip file: one member after the other, up to the end of the file or the zeros that tapes and some servers fill it
/// with.
struct GzipMembers<R: BufRead> {
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> GzipMembers<R> {
    fn new(bytes: R) -> Self {
        Self { member: Some(GzDecoder::new(bytes)) }
    }
}

impl<R: BufRead> Read for GzipMembers<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let read = member.read(out)?;
            if read > 0 || out.is_empty() {
                return Ok(read);
            }
            let Some(member) = self.member.take() else { break };
            let mut bytes = member.into_inner();
            let mut padded = false;
            let ended = loop {
                let left = bytes.fill_buf()?;
                let zeros = left.iter().take_while(|byte| **byte == 0).count();
                if left.is_empty() || zeros < left.len() {
                    break left.is_empty();
                }
                padded = true;
                bytes.consume(zeros);
            };
            // What follows zeros is no member, and dropping it could lose rows; the decoder says so of bytes that are none.
            if !ended && padded {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidInput,
                    "there are bytes behind the zeros at its end",
                ));
            }
            if !ended {
                self.member = Some(GzDecoder::new(bytes));
            }
        }
        Ok(0)
    }
}

/// The bytes of a compressed file, which may be no more than so many.
struct Unpacked {
    bytes: Box<dyn Read + Send>,
    left: u64,
}

impl Read for Unpacked {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(out)?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| io::Error::new(io::ErrorKind::FileTooLarge, UnpackedBeyondLimit))?;
        Ok(read)
    }
}

/// A compressed file that unpacks to more than it may.
#[derive(Debug)]
struct UnpackedBeyondLimit;

impl std::fmt::Display for UnpackedBeyondLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("it unpacks to more than it may")
    }
}

impl std::error::Error for UnpackedBeyondLimit {}

/// The encoding of a source as it is written in the project file.
pub(super) fn encoding_name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "UTF-8",
        Encoding::Utf16 => "UTF-16",
        Encoding::Windows1252 => "Windows-1252",
    }
}

/// What a failed read means to the analyst.
pub(super) fn read_fault(file: &SourceFile, source: &Source, error: &io::Error) -> Diagnostic {
    if error.get_ref().is_some_and(|inner| inner.is::<NoText>()) {
        return fault::bad_encoding(file, encoding_name(source.encoding), None);
    }
    if error.get_ref().is_some_and(|inner| inner.is::<UnpackedBeyondLimit>()) {
        let packed = file.handle().map_or(0, |handle| handle.length());
        return fault::unpacks_too_large(file, source.layout.unpacked_at_most(packed));
    }
    fault::unreadable(file, error)
}

struct Hashing {
    file: ByteReader,
    hash: SharedHash,
}

impl Read for Hashing {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(out)?;
        self.hash.0.lock().unwrap_or_else(PoisonError::into_inner).update(&out[..read]);
        Ok(read)
    }
}

/// Bytes that the encoding does not know.
#[derive(Debug)]
struct NoText;

impl std::fmt::Display for NoText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("bytes that are no text")
    }
}

impl std::error::Error for NoText {}

/// Turns bytes of another encoding into UTF-8. A character that does not fit what is left of a buffer is handed out in pieces: the decoder
/// would write nothing for ever.
struct Decoding {
    bytes: Box<dyn Read + Send>,
    decoder: Decoder,
    raw: Vec<u8>,
    /// What of `raw` is not decoded yet.
    index: usize,
    filled: usize,
    ended: bool,
    /// The decoder has ended and must not be called again.
    finished: bool,
    /// Text that is decoded and not handed out yet.
    spare: VecDeque<u8>,
}

/// Buffers below this may be too small for what the decoder writes at once.
const LEAST_OUT: usize = 16;

impl Decoding {
    fn new(bytes: Box<dyn Read + Send>, decoder: Decoder) -> Self {
        Self {
            bytes,
            decoder,
            raw: vec![0; READ],
            index: 0,
            filled: 0,
            ended: false,
            finished: false,
            spare: VecDeque::new(),
        }
    }
}

impl Read for Decoding {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.spare.is_empty() && out.len() < LEAST_OUT {
            let mut decoded = [0; LEAST_OUT];
            let written = self.decode(&mut decoded)?;
            self.spare.extend(&decoded[..written]);
        }
        match (self.spare.is_empty(), out.len() < LEAST_OUT) {
            (true, false) => self.decode(out),
            _ => self.spare.read(out),
        }
    }
}

impl Decoding {
    /// Decodes into a buffer of at least [`LEAST_OUT`] bytes; 0 at the end.
    fn decode(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while !self.finished {
            if self.index == self.filled && !self.ended {
                self.filled = self.bytes.read(&mut self.raw)?;
                self.index = 0;
                self.ended = self.filled == 0;
            }
            let raw = &self.raw[self.index..self.filled];
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(raw, out, self.ended);
            self.index += read;
            match result {
                DecoderResult::Malformed(..) => {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, NoText));
                }
                DecoderResult::InputEmpty => self.finished = self.ended,
                DecoderResult::OutputFull => {}
            }
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

/// Finds where records end.
pub(super) trait RecordEnds: Send {
    /// Takes the bytes that follow those taken before, and says after which of them the last record ended.
    fn feed(&mut self, bytes: &[u8]) -> Option<usize>;

    /// Whether the bytes taken so far end inside quotes.
    fn open_quote(&self) -> bool {
        false
    }
}

/// Records that are lines.
pub(super) struct Lines;

impl RecordEnds for Lines {
    fn feed(&mut self, bytes: &[u8]) -> Option<usize> {
        bytes.iter().rposition(|byte| *byte == b'\n').map(|index| index + 1)
    }
}

/// Cuts a text into blocks of whole records.
pub(super) struct Blocks<E> {
    input: TextInput,
    ends: E,
    size: usize,
    rest: Vec<u8>,
    started: bool,
    ended: bool,
}

/// Bytes whose lines are counted in one byte, so that the processor goes through many bytes at a time: no more than it can count.
const STRETCH: usize = 192;

/// Some whole records.
pub(super) struct Block {
    pub bytes: Vec<u8>,
    /// The last record of the block, which is the last of the file, ends inside quotes.
    pub open_quote: bool,
    /// The block is the beginning of a record that is longer than any may be.
    pub too_long: bool,
}

impl Block {
    /// How many lines it has.
    pub fn lines(&self) -> u64 {
        let of_stretch = |bytes: &[u8]| {
            bytes.iter().fold(0_u8, |lines, byte| lines.wrapping_add(u8::from(*byte == b'\n')))
        };
        self.bytes.chunks(STRETCH).map(|bytes| u64::from(of_stretch(bytes))).sum()
    }
}

impl<E: RecordEnds> Blocks<E> {
    /// Blocks of about `size` bytes.
    pub fn new(input: TextInput, ends: E, size: usize) -> Self {
        Self { input, ends, size, rest: Vec::new(), started: false, ended: false }
    }

    /// The hash of the file's bytes.
    pub fn hash(&self) -> SharedHash {
        self.input.hash.clone()
    }

    /// The next block, without a byte-order mark; `None` at the end of the text. Nothing follows a record that is too long.
    pub fn next(&mut self) -> io::Result<Option<Block>> {
        let mut bytes = std::mem::take(&mut self.rest);
        while !self.ended {
            let fed = bytes.len();
            self.fill(&mut bytes)?;
            if !self.started {
                self.started = true;
                if bytes.starts_with(b"\xEF\xBB\xBF") {
                    bytes.drain(..3);
                }
            }
            let end = self.ends.feed(&bytes[fed..]);
            if let Some(end) = end.filter(|_| !self.ended) {
                self.rest = bytes.split_off(fed + end);
                return Ok(Some(Block { bytes, open_quote: false, too_long: false }));
            }
            if end.is_none() && bytes.len() > MOST_BYTES {
                self.ended = true;
                return Ok(Some(Block { bytes: Vec::new(), open_quote: false, too_long: true }));
            }
        }
        let open_quote = self.ends.open_quote();
        Ok((!bytes.is_empty()).then_some(Block { bytes, open_quote, too_long: false }))
    }

    /// Adds `size` bytes of text, or what is left of it.
    fn fill(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        let start = bytes.len();
        let mut filled = start;
        while filled - start < self.size {
            bytes.resize(filled + READ.min(self.size), 0);
            let read = match self.input.text.read(&mut bytes[filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            filled += read;
            if read == 0 {
                self.ended = true;
                break;
            }
        }
        bytes.truncate(filled);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_lines_of_a_block_are_counted() {
        for length in [0, 1, STRETCH - 1, STRETCH, STRETCH + 1, 3 * STRETCH] {
            let block = |bytes| Block { bytes, open_quote: false, too_long: false };
            assert_eq!(block(vec![b'\n'; length]).lines(), length as u64);
            assert_eq!(block(b"x\n".repeat(length)).lines(), length as u64);
            assert_eq!(block(vec![b'x'; length]).lines(), 0);
        }
    }
}
