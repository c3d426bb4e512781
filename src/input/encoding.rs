//! Bytes to text and back: UTF-8, UTF-16, and Windows-1252 for what is neither.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The text of a file, and how it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decoded {
    /// The text, without a byte order mark.
    pub(super) text: String,
    pub(super) encoding: &'static Encoding,
    mark: bool,
}

impl Decoded {
    /// Reads text: by its byte order mark; else as UTF-16 if every other byte is nearly always zero; else as UTF-8; else
    /// as Windows-1252, in which every byte is a character.
    ///
    /// # Errors
    ///
    /// What does not fit the encoding that the byte order mark names.
    pub(super) fn new(bytes: &[u8]) -> Result<Self, String> {
        let (encoding, mark) = match Encoding::for_bom(bytes) {
            Some((encoding, length)) => (encoding, length),
            None => (guess(bytes), 0),
        };
        let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]) else {
            return Err(format!("file says that it is {} and is not", encoding.name()));
        };
        let text = text.into_owned();
        Ok(Self { text, encoding, mark: mark > 0 })
    }

    /// Whether it is neither UTF-8 nor UTF-16, which is a guess that people should hear of.
    pub(super) fn is_guess(&self) -> bool {
        self.encoding == WINDOWS_1252
    }

    /// Whether it is UTF-16, of either order.
    pub(super) fn is_utf16(&self) -> bool {
        self.encoding == UTF_16LE || self.encoding == UTF_16BE
    }

    /// Another text, written in the same way. A character that the encoding does not have is an error.
    pub(super) fn encode(&self, text: &str) -> Result<Vec<u8>, String> {
        let utf16 = |unit: fn(u16) -> [u8; 2]| {
            let mark = self.mark.then_some(0xfeff);
            mark.into_iter().chain(text.encode_utf16()).flat_map(unit).collect()
        };
        if self.encoding == UTF_16LE {
            return Ok(utf16(u16::to_le_bytes));
        }
        if self.encoding == UTF_16BE {
            return Ok(utf16(u16::to_be_bytes));
        }
        let (bytes, _, unmappable) = self.encoding.encode(text);
        if unmappable {
            return Err(format!(
                "{} does not have every character that is to be written",
                self.encoding.name()
            ));
        }
        let mark: &[u8] = if self.mark { b"\xef\xbb\xbf" } else { b"" };
        Ok([mark, &bytes].concat())
    }
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let head = &bytes[..bytes.len().min(1024) & !1];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|&&b| b == 0).count() * 2;
    // English text in UTF-16 has a zero in nearly every pair of bytes.
    if zeros(1) > head.len() / 2 && zeros(0) < head.len() / 4 {
        UTF_16LE
    } else if zeros(0) > head.len() / 2 && zeros(1) < head.len() / 4 {
        UTF_16BE
    } else if std::str::from_utf8(bytes).is_ok() {
        UTF_8
    } else {
        WINDOWS_1252
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_back_as_it_was_written() {
        let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            text.encode_utf16().flat_map(bytes).collect()
        };
        for (bytes, text, name) in [
            (b"caf\xc3\xa9".to_vec(), "café", "UTF-8"),
            (b"\xef\xbb\xbfcaf\xc3\xa9".to_vec(), "café", "UTF-8"),
            (b"caf\xe9 \x93x\x94".to_vec(), "café “x”", "windows-1252"),
            (utf16("\u{feff}a drift", u16::to_le_bytes), "a drift", "UTF-16LE"),
            (utf16("\u{feff}a drift", u16::to_be_bytes), "a drift", "UTF-16BE"),
            (utf16("a drift 😀", u16::to_le_bytes), "a drift 😀", "UTF-16LE"),
            (Vec::new(), "", "UTF-8"),
        ] {
            let decoded = Decoded::new(&bytes).expect("it fits");
            assert_eq!((decoded.text.as_str(), decoded.encoding.name()), (text, name));
            assert_eq!(decoded.encode(&decoded.text).as_deref(), Ok(&bytes[..]));
        }
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert!(Decoded::new(b"\xff\xfea\x00\x00\xd8").is_err());
        assert!(Decoded::new(b"caf\xe9").expect("any byte fits").encode("→").is_err());
    }
}
