//! The committed schemas are those of the types. `SNAPSHOTS=overwrite` writes them.

#![cfg(all(feature = "schema", feature = "reports"))]

use std::fs;

#[test]
fn committed_schemas_are_those_of_the_types() {
    for (name, schema) in [
        ("rules", firstlane::schema::rules()),
        ("output", firstlane::schema::output()),
        ("report", firstlane::schema::report()),
    ] {
        let path = format!("schema/{name}.schema.json");
        let text = serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n";
        if std::env::var_os("SNAPSHOTS").is_some_and(|v| v == "overwrite") {
            fs::write(&path, &text).expect("the checkout can be written");
        }
        assert!(fs::read_to_string(&path).is_ok_and(|old| old == text), "{path} is not what the types say");
    }
}
