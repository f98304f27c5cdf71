//! `docs/cases.md` names every test whose name begins with the number of a case, under that case, and no test that is not there.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// How many cases each letter has.
const CASES: [(char, u8); 5] = [('S', 40), ('N', 13), ('L', 40), ('R', 10), ('G', 19)];

/// A test: its file from the root of the repository on, and its name.
type Test = (String, String);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            sources(&path, found);
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
}

/// Every function of the repository.
fn functions() -> BTreeSet<Test> {
    let (root, mut paths) = (root(), Vec::new());
    sources(&root, &mut paths);
    let mut functions = BTreeSet::new();
    for path in paths {
        let file = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        for line in fs::read_to_string(&path).unwrap().lines() {
            functions.extend(declared(line).map(|name| (file.clone(), name)));
        }
    }
    functions
}

/// The name of the function that a line declares.
fn declared(line: &str) -> Option<String> {
    let (before, name) = line.split_once("fn ")?;
    let words = ["pub", "pub(super)", "pub(crate)", "const", "async"];
    let is_declared = before.split_whitespace().all(|word| words.contains(&word));
    let name: String = name.chars().take_while(|it| it.is_ascii_alphanumeric() || *it == '_').collect();
    (is_declared && !name.is_empty()).then_some(name)
}

/// The cases that a test is for, by the numbers in front of its name.
fn numbers(name: &str) -> Vec<String> {
    let number = |part: &str| {
        let letter = part.chars().next()?.to_ascii_uppercase();
        let digits = part.get(1..).filter(|digits| digits.len() == 2)?;
        let is_case = part.starts_with(|first: char| first.is_ascii_lowercase())
            && CASES.iter().any(|(known, _)| *known == letter)
            && digits.bytes().all(|digit| digit.is_ascii_digit());
        is_case.then(|| format!("{letter}{}", digits.trim_start_matches('0')))
    };
    name.split('_').map_while(number).collect()
}

/// What stands on the page: each case that it speaks of, several for a range, with the tests under it.
fn listed(page: &str) -> Vec<(Vec<String>, Vec<Test>)> {
    let mut entries: Vec<(Vec<String>, Vec<Test>)> = Vec::new();
    let mut file = String::new();
    for line in page.lines() {
        if let Some((cases, _)) = line.strip_prefix("**").and_then(|rest| rest.split_once(".**")) {
            entries.push((range(cases), Vec::new()));
            file.clear();
        } else if line.starts_with('#') {
            file.clear();
        }
        for word in line.split('`').skip(1).step_by(2) {
            match entries.last_mut() {
                Some((_, tests)) if word.ends_with(".rs") => {
                    word.clone_into(&mut file);
                    // The file by itself, so that it is looked for, too.
                    tests.push((file.clone(), String::new()));
                }
                Some((_, tests)) if !file.is_empty() => tests.push((file.clone(), word.to_owned())),
                _ => {}
            }
        }
    }
    entries
}

/// `S1`, or `S18–S22`.
fn range(cases: &str) -> Vec<String> {
    let Some((first, last)) = cases.split_once('–') else { return vec![cases.to_owned()] };
    let (letter, first) = first.split_at(1);
    let last = last.strip_prefix(letter).unwrap();
    (first.parse::<u8>().unwrap()..=last.parse().unwrap()).map(|number| format!("{letter}{number}")).collect()
}

#[test]
fn every_case_stands_once_on_the_page() {
    let page = fs::read_to_string(root().join("docs/cases.md")).unwrap();
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for case in listed(&page).into_iter().flat_map(|(cases, _)| cases) {
        *count.entry(case).or_default() += 1;
    }
    let all = CASES.iter().flat_map(|(letter, last)| (1..=*last).map(move |number| (format!("{letter}{number}"), 1)));
    assert_eq!(count, all.collect());
}

#[test]
fn every_numbered_test_is_listed_and_every_listed_test_is_there() {
    let page = fs::read_to_string(root().join("docs/cases.md")).unwrap();
    let there = functions();
    let (mut under, mut wrong): (BTreeSet<(String, Test)>, _) = (BTreeSet::new(), Vec::new());
    for (cases, tests) in listed(&page) {
        for (file, name) in tests {
            let is_there = match name.as_str() {
                "" => root().join(&file).is_file(),
                _ => there.contains(&(file.clone(), name.clone())),
            };
            if !is_there {
                wrong.push(format!("there is no `{file}`: `{name}`"));
            }
            under.extend(cases.iter().map(|case| (case.clone(), (file.clone(), name.clone()))));
        }
    }
    let mut numbered = 0;
    for (file, name) in &there {
        for case in numbers(name) {
            numbered += 1;
            if !under.contains(&(case.clone(), (file.clone(), name.clone()))) {
                wrong.push(format!("write under {case}: - `{file}`: `{name}`"));
            }
        }
    }
    assert!(numbered > 250, "only {numbered} numbered tests were found");
    assert!(wrong.is_empty(), "docs/cases.md does not say what there is:\n{}", wrong.join("\n"));
}

#[test]
fn names_and_entries_are_read_as_they_are_written() {
    assert_eq!(declared("    pub async fn l05_x(store: &dyn Store) {").as_deref(), Some("l05_x"));
    assert_eq!(declared("/// fn l05_x() is one."), None);
    assert_eq!(numbers("l31_l05_a_b12_c"), ["L31", "L5"]);
    assert_eq!(numbers("settles_s12"), [""; 0]);
    let page =
        "`x.rs` is no test.\n**S1.** Text with `explain`.\n\n- `a.rs`: `one`,\n  `two`\n**S2–S4.** Later.\n## `z`";
    let test = |name: &str| ("a.rs".to_owned(), name.to_owned());
    let entries = listed(page);
    assert_eq!(entries.first().unwrap(), &(vec!["S1".to_owned()], vec![test(""), test("one"), test("two")]));
    assert_eq!(entries.last().unwrap().0, ["S2", "S3", "S4"]);
    assert!(entries.last().unwrap().1.is_empty());
}
