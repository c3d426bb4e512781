//! The formats of banks, and which of them a file is in: by its content first, then by its name.

use std::borrow::Cow;

#[cfg(feature = "anki")]
use super::anki;
#[cfg(feature = "spreadsheets")]
use super::spreadsheet;
use super::{
    InputError, Reading, aiken, anki_text, document::Document, encoding::Decoded, gift, json, jsonl, list,
    markdown, moodle, notebook, package, qti, table,
};

/// The beginning of a file; all of it where it is a zip archive, whose directory is at the end.
#[derive(Debug)]
pub(super) struct Sample<'b> {
    pub(super) bytes: &'b [u8],
    /// As text; empty if it is none.
    pub(super) text: Cow<'b, str>,
}

impl<'b> Sample<'b> {
    fn new(bytes: &'b [u8]) -> Self {
        // A sample may end inside a character.
        let whole = bytes.utf8_chunks().next().map_or(0, |chunk| chunk.valid().len());
        let text = if whole + 4 > bytes.len() {
            let text = String::from_utf8_lossy(&bytes[..whole]);
            match text {
                Cow::Borrowed(text) => text.trim_start_matches('\u{feff}').into(),
                Cow::Owned(text) => text.into(),
            }
        } else {
            Decoded::new(&bytes[..bytes.len() & !1])
                .map_or_else(|_| Cow::default(), |decoded| decoded.text.into())
        };
        Self { bytes, text: if text.contains('\0') { Cow::default() } else { text } }
    }
}

/// A format of banks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Anki packages.
    #[cfg(feature = "anki")]
    Anki,
    /// XLSX and ODS.
    #[cfg(feature = "spreadsheets")]
    Spreadsheet,
    /// Zip packages of QTI.
    QtiPackage,
    /// Jupyter notebooks.
    Notebook,
    /// JSON Lines.
    Jsonl,
    /// JSON.
    Json,
    /// Moodle XML.
    MoodleXml,
    /// IMS QTI 1.2, 2.x and 3.0.
    Qti,
    /// Anki text exports.
    AnkiText,
    /// Moodle GIFT.
    Gift,
    /// Aiken.
    Aiken,
    /// Tab-separated values.
    Tsv,
    /// Comma-separated values.
    Csv,
    /// Markdown question lists.
    Markdown,
    /// Plain text.
    Text,
}

/// What there is to know about a format.
struct About {
    name: &'static str,
    title: &'static str,
    extensions: &'static [&'static str],
    looks: fn(&Sample<'_>) -> bool,
    read: fn(&[u8], &Reading<'_>) -> Result<Document, InputError>,
}

impl Format {
    /// All of them; where a file looks like several, the first counts.
    pub const ALL: &'static [Self] = &[
        #[cfg(feature = "anki")]
        Self::Anki,
        #[cfg(feature = "spreadsheets")]
        Self::Spreadsheet,
        Self::QtiPackage,
        Self::Notebook,
        Self::Jsonl,
        Self::Json,
        Self::MoodleXml,
        Self::Qti,
        Self::AnkiText,
        Self::Gift,
        Self::Aiken,
        Self::Tsv,
        Self::Csv,
        Self::Markdown,
        Self::Text,
    ];

    fn about(self) -> About {
        macro_rules! about {
            ($name:literal, $title:literal, $extensions:expr, $module:ident) => {
                About {
                    name: $name,
                    title: $title,
                    extensions: &$extensions,
                    looks: $module::looks,
                    read: $module::read,
                }
            };
        }
        match self {
            #[cfg(feature = "anki")]
            Self::Anki => about!("anki", "Anki package", ["apkg", "colpkg"], anki),
            #[cfg(feature = "spreadsheets")]
            Self::Spreadsheet => {
                about!("spreadsheet", "Excel or OpenDocument spreadsheet", ["xlsx", "ods"], spreadsheet)
            }
            Self::QtiPackage => {
                about!("qti-package", "QTI or Common Cartridge package", ["zip", "imscc"], package)
            }
            Self::Notebook => about!("notebook", "Jupyter notebook", ["ipynb"], notebook),
            Self::Jsonl => About {
                name: "jsonl",
                title: "JSON Lines",
                extensions: &["jsonl", "ndjson"],
                looks: jsonl::looks,
                read: jsonl::read_document,
            },
            Self::Json => about!("json", "JSON", ["json"], json),
            Self::MoodleXml => about!("moodle-xml", "Moodle XML", [], moodle),
            Self::Qti => about!("qti", "IMS QTI 1.2, 2.x or 3.0", ["xml", "qti"], qti),
            Self::AnkiText => about!("anki-text", "Anki text export", [], anki_text),
            Self::Gift => about!("gift", "Moodle GIFT", ["gift"], gift),
            Self::Aiken => about!("aiken", "Aiken", ["aiken"], aiken),
            Self::Tsv => About {
                name: "tsv",
                title: "tab-separated values",
                extensions: &["tsv", "tab"],
                looks: table::looks_tsv,
                read: table::read_tsv,
            },
            Self::Csv => about!("csv", "comma-separated values", ["csv"], table),
            Self::Markdown => about!("markdown", "Markdown question list", ["md", "markdown"], markdown),
            Self::Text => about!("text", "plain text", ["txt", "text"], list),
        }
    }

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.about().name
    }

    /// What people call it.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.about().title
    }

    /// The endings of file names.
    #[must_use]
    pub fn extensions(self) -> &'static [&'static str] {
        self.about().extensions
    }

    /// The format with a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.name() == name)
    }

    /// The format of a file: by its first bytes (all of them, if these begin with `PK`), else by the ending of its name,
    /// else plain text if it is text.
    #[must_use]
    pub fn of(bytes: &[u8], name: &str) -> Option<Self> {
        let sample = Sample::new(bytes);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let by_name = || {
            let fits = |format: &Self| format.extensions().iter().any(|e| e.eq_ignore_ascii_case(extension));
            Self::ALL.iter().copied().find(fits)
        };
        let by_content = Self::ALL.iter().copied().find(|format| (format.about().looks)(&sample));
        by_content.or_else(by_name).or((!sample.text.is_empty()).then_some(Self::Text))
    }

    /// Reads a file of this format.
    ///
    /// # Errors
    ///
    /// Why nothing of it can be read.
    pub fn read(self, bytes: &[u8], reading: &Reading<'_>) -> Result<Document, InputError> {
        (self.about().read)(bytes, reading)
    }
}
