//! JSON Schemas of the two contracts, made from the types that read and write them.

use schemars::{Schema, schema_for};

use crate::{pack, render::json};

/// JSON Schema of a pack file.
#[must_use]
pub fn rules() -> Schema {
    schema_for!(pack::schema::File)
}

/// JSON Schema of a line of output.
#[must_use]
pub fn output() -> Schema {
    schema_for!(json::Line<'static>)
}
