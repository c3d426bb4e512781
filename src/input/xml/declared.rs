//! The text of an XML file, and what the file says of its encoding.
//!
//! In: bytes. Out: text, decoded by what the bytes are; many files say something else than they are, so what they say is
//! only compared. An encoding that is not read is refused rather than guessed at.

use std::borrow::Cow;

use quick_xml::{Reader, events::Event};

use crate::input::{document::Note, encoding::Decoded};

/// Reads the text of an XML file, in the encoding that it is in. What it says of its encoding and is not so becomes a
/// note.
///
/// # Errors
///
/// Why it cannot be read as text.
pub(in crate::input) fn decoded(bytes: &[u8]) -> Result<(Decoded, Option<Note>), String> {
    let decoded = Decoded::new(bytes)?;
    let found = decoded.encoding.name();
    let says = declared(&decoded.text);
    let known = says.as_deref().map(|says| encoding_rs::Encoding::for_label(says.as_bytes()));
    let told = match (known, says) {
        _ if decoded.text.is_ascii() && !found.starts_with("UTF-16") => None,
        (Some(Some(known)), _) if known == decoded.encoding => None,
        (Some(Some(known)), _) if known.name() == "UTF-16LE" && found == "UTF-16BE" => None,
        (Some(_), Some(says)) if decoded.is_guess() && !says.eq_ignore_ascii_case("utf-8") => {
            return Err(format!("file says that it is {says}, which is not read; save it as UTF-8"));
        }
        (_, Some(says)) => Some(format!("file says that it is {says} and is not; it is read as {found}")),
        (_, None) if decoded.is_guess() => {
            Some(format!("file is not UTF-8 and does not say what it is; it is read as {found}"))
        }
        (_, None) => None,
    };
    Ok((decoded, told.map(|message| Note { line: 1, message })))
}

/// The encoding that the XML declaration names.
fn declared(text: &str) -> Option<String> {
    match Reader::from_str(text).read_event() {
        Ok(Event::Decl(declaration)) => declaration.encoding()?.ok().map(Cow::into_owned),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_says_of_its_encoding_is_checked() {
        for (declared, body, told) in [
            ("UTF-8", &b"caf\xc3\xa9"[..], Ok(false)),
            ("UTF-8", b"caf\xe9", Ok(true)),
            ("ISO-8859-1", b"caf\xe9", Ok(false)),
            ("ISO-8859-1", b"caf\xc3\xa9", Ok(true)),
            ("Shift_JIS", b"\x93\xfa", Err(())),
            ("utf-16", b"cafe", Ok(false)),
        ] {
            let head = format!("<?xml version=\"1.0\" encoding=\"{declared}\"?><a>");
            let bytes = [head.as_bytes(), body].concat();
            let found = decoded(&bytes).map(|(_, note)| note.is_some()).map_err(|_| ());
            assert_eq!(found, told, "{declared} {body:?}");
        }
    }
}
