//! Verdicts to bytes. Only here and in reports are indexes turned back into words.

pub mod json;
pub mod json_writer;
#[cfg(feature = "page")]
pub(crate) mod mark;
#[cfg(feature = "cli")]
pub mod text;

#[cfg(feature = "page")]
mod view;

#[cfg(feature = "page")]
pub use self::view::View;
