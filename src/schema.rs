//! JSON Schemas of the contracts, made from the types that read and write them.

use schemars::{Schema, schema_for};

#[cfg(feature = "reports")]
use crate::report;
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

/// JSON Schema of a report of a check: the JSON document, or a line of JSON Lines.
#[cfg(feature = "reports")]
#[must_use]
pub fn report() -> Schema {
    // As it is written: what may be left out is not required.
    let settings = schemars::generate::SchemaSettings::default().for_serialize();
    settings.into_generator().into_root_schema_for::<report::json::Output<'static>>()
}
