//! Verdicts to bytes. Only here are indexes turned back into words.

pub mod json;
#[cfg(feature = "cli")]
pub mod text;
