//! Each folder of the crate imports only from those that ARCHITECTURE.md lists above it.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::path::{Path, PathBuf};

/// From the bottom to the top.
const LAYERS: [&[&str]; 13] = [
    &["values"],
    &["change"],
    &["audit"],
    &["directory"],
    &["sharing"],
    &["files"],
    &["identity"],
    &["event"],
    &["notifications", "record"],
    &["ports"],
    &["authenticators", "encryption"],
    &["engine", "memory"],
    &["testing", "conformance"],
];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match (path.is_dir(), path.extension().is_some_and(|extension| extension == "rs")) {
            (true, _) => sources(&path, found),
            (false, true) => found.push(path),
            (false, false) => {}
        }
    }
}

/// The modules of the crate that a source names, in the code that is not for its own tests.
fn named(source: &str) -> Vec<String> {
    let code: String = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
    let code: Vec<&str> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let mut names = Vec::new();
    for part in code.join("\n").split("crate::").skip(1) {
        let listed = part.strip_prefix('{').map(|list| list.split('}').next().unwrap_or_default());
        for name in listed.unwrap_or(part).split(',').take(if listed.is_some() { usize::MAX } else { 1 }) {
            let word: String = name.trim().chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect();
            names.push(word);
        }
    }
    names
}

#[test]
fn a_folder_imports_only_from_those_above_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    let (mut seen, mut wrong) = (0, Vec::new());
    for path in &paths {
        let within = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        let own = within.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
        let for_tests = within.contains("tests");
        let Some(height) = layer(&own).filter(|_| !for_tests) else { continue };
        for name in named(&fs::read_to_string(path).unwrap()) {
            // The crate's own root offers the engine, which nothing below it may name.
            let imported = layer(&name).unwrap_or(if name.starts_with(char::is_uppercase) { 11 } else { 0 });
            seen += 1;
            if imported > height {
                wrong.push(format!("{within} names {name}"));
            }
        }
    }
    assert!(seen > 500, "only {seen} imports were found");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_module_has_its_layer() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(root).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let module = name.trim_end_matches(".rs");
        assert!(module == "lib" || layer(module).is_some(), "{module} has no layer");
    }
}

#[test]
fn imports_are_found_in_whatever_way_they_are_written() {
    assert_eq!(
        named("use crate::{directory, files::name};\nlet x = crate::ports::Store;"),
        ["directory", "files", "ports"]
    );
    assert_eq!(
        named("// crate::engine\nuse crate::values::Digest;\n#[cfg(test)]\nmod tests {\nuse crate::engine::X;"),
        ["values"]
    );
}
