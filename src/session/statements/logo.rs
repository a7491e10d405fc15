//! The picture on statements.

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::world::World;
use apportion_book::Book;
use apportion_documents::block::Picture;

/// It is part of every page.
const LARGEST: u64 = 512 << 10;

/// Endings of pictures, and what they are.
const KINDS: [(&str, &str); 6] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("svg", "image/svg+xml"),
];

/// The picture.
pub(super) fn read(world: &dyn World, book: &Book, path: &str) -> Result<Picture, Diagnostic> {
    let refused = |why: String| {
        Diagnostic::error(Code::CannotRead, format!("the logo `{path}` of [statements] can't be used: {why}"))
            .help("name a picture beside apportion.toml: .png, .jpg, .gif, .webp or .svg, 512 KiB at most")
    };
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    let kind = KINDS.iter().find(|(known, _)| *known == ending);
    let (_, kind) = kind.ok_or_else(|| refused("its ending is that of no picture".to_owned()))?;
    let file = world.open(&book.root.join(path)).map_err(|error| refused(error.to_string()))?;
    if file.length() > LARGEST {
        return Err(refused(format!("it has {} bytes", file.length())));
    }
    let bytes = file.read_all().map_err(|error| refused(error.to_string()))?;
    let address = format!("data:{kind};base64,{}", base64(&bytes));
    Ok(Picture { name: format!("logo.{ending}").into(), address: address.into() })
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut group = [0; 3];
        group[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from(group[0]) << 16 | u32::from(group[1]) << 8 | u32::from(group[2]);
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test vectors of RFC 4648.
    #[test]
    fn base64_of_known_texts() {
        let texts = ["", "f", "fo", "foo", "foob", "fooba", "foobar"];
        let expected = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
        assert_eq!(texts.map(|text| base64(text.as_bytes())), expected);
    }
}
