//! Prepares the built-in pack, so that the program need not read TOML when it starts, and so that a rule file is added
//! without touching Rust. A pack that is broken breaks the build, with the faults as `firstlane rules check` shows them.

#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_imports,
    reason = "the modules serve the library; the build needs a part of them"
)]

#[path = "src/pack/mod.rs"]
mod pack;
#[path = "src/problem/mod.rs"]
mod problem;
#[path = "src/tables/mod.rs"]
mod tables;
#[path = "src/words.rs"]
mod words;
#[path = "src/zone.rs"]
mod zone;

use std::{env, error::Error, fs, path::Path, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=rules");
    for module in ["pack", "problem", "tables", "words.rs", "zone.rs"] {
        println!("cargo::rerun-if-changed=src/{module}");
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo sets CARGO_MANIFEST_DIR")?);

    let mut files = Vec::new();
    collect(&root.join("rules"), &mut files)?;
    files.sort();
    let mut code = String::from("&[\n");
    for file in files {
        let name = file.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        // Not the path of this checkout, which may be moved or share a target folder with another.
        code +=
            &format!("    ({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{name}\"))),\n");
    }
    fs::write(out.join("files.rs"), code + "]\n")?;

    let pack = match pack::Pack::load(Path::new("rules")) {
        Ok(pack) => pack,
        Err(problems) => return Err(format!("the built-in pack is broken\n\n{problems}").into()),
    };
    let mut builder = tables::Builder::default();
    for (at, cue) in pack.cues.iter().enumerate() {
        if let pack::Matcher::Phrase(forms) = &cue.matcher {
            forms.iter().for_each(|form| builder.add(form, pack::CueIx(at as u32)));
        }
    }
    fs::write(out.join("prepared"), postcard::to_stdvec(&(pack, builder.finish()))?)?;
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "toml") {
            files.push(path);
        }
    }
    Ok(())
}
