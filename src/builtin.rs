//! The pack that is built into the program: as it is written, and as the build prepared it.

use crate::{engine::Engine, pack::Pack, tables::Tables};

/// The files, name and text.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/files.rs"));
/// The pack without its examples, and its tables.
const PREPARED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/prepared"));

impl Pack {
    /// The pack that is built into the program, read from its TOML files, with its examples and places.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(!firstlane::Pack::builtin().rules().is_empty());
    /// ```
    ///
    /// # Panics
    ///
    /// Never: the build read the same files.
    #[must_use]
    pub fn builtin() -> Self {
        Self::parse(Self::builtin_files()).expect("the build read the same files")
    }

    /// The files of the pack that is built into the program, name and text.
    #[must_use]
    pub fn builtin_files() -> Vec<(String, String)> {
        FILES.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }
}

impl Engine {
    /// The engine of the built-in pack, as the build prepared it: the same answers as from [`Pack::builtin`], some
    /// twenty times sooner. Its rules have no examples and no places.
    ///
    /// # Panics
    ///
    /// Never: the build wrote what is read here.
    #[must_use]
    pub fn builtin() -> Self {
        let (pack, mut tables): (Pack, Tables) = postcard::from_bytes(PREPARED).expect("the build wrote it");
        tables.prepare();
        Self::with_tables(pack, tables)
    }
}
