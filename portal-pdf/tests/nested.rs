//! What is nested so deep that it ends whoever follows it to the end: it ends the child at most.
#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use std::time::Duration;

use bytes::Bytes;
use portal_core::ports::{PreviewError, Previewer as _};
use portal_pdf::ChildPreviewer;
use support::decoded;

/// Makes a file of one page in which something is nested so deep.
type Nested = fn(usize) -> Bytes;

/// What a page that is drawn whole shows: all of it is black.
const ALL: &str = "0 0 100 100 re f";

/// A file of one page with these further entries, which draws `content`, with objects from number 5 on.
fn page_of(further: &str, content: &str, objects: impl IntoIterator<Item = String>) -> Bytes {
    let page = format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R {further} >>");
    let before =
        ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", &page, &stream("", content)];
    let objects: Vec<Vec<u8>> = before.map(str::to_owned).into_iter().chain(objects).map(String::into_bytes).collect();
    support::file(&objects)
}

fn stream(entries: &str, content: &str) -> String {
    format!("<< {entries} /Length {} >> stream\n{content}\nendstream", content.len())
}

/// A file of one page, of which the tree is so deep: each node holds the next alone.
fn tree(depth: usize) -> Bytes {
    let mut objects = vec!["<< /Type /Catalog /Pages 2 0 R >>".to_owned()];
    let node = |number| format!("<< /Type /Pages /Parent {} 0 R /Kids [{} 0 R] /Count 1 >>", number - 1, number + 1);
    objects.extend((2..depth + 2).map(node));
    let (parent, content) = (depth + 1, depth + 3);
    objects.push(format!("<< /Type /Page /Parent {parent} 0 R /MediaBox [0 0 100 100] /Contents {content} 0 R >>"));
    objects.push(stream("", ALL));
    support::file(&objects.into_iter().map(String::into_bytes).collect::<Vec<_>>())
}

/// Objects from number 5 on, each made with the number of the next, and the last.
fn chain(depth: usize, link: impl Fn(usize) -> String, last: String) -> Vec<String> {
    (5..depth + 4).map(|number| link(number + 1)).chain([last]).collect()
}

/// A page that shows a form, which shows a form, and so on.
fn forms(depth: usize) -> Bytes {
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 100 100]";
    let shows = |next| stream(&format!("{form} /Resources << /XObject << /F {next} 0 R >> >>"), "/F Do");
    page_of("/Resources << /XObject << /F 5 0 R >> >>", "/F Do", chain(depth, shows, stream(form, ALL)))
}

/// A page that is filled with a pattern, which is filled with a pattern, and so on.
fn patterns(depth: usize) -> Bytes {
    let pattern = "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 100 100] /XStep 100 /YStep 100";
    let filled = format!("/Pattern cs /P scn {ALL}");
    let resources = |next| format!("/Resources << /Pattern << /P {next} 0 R >> >>");
    let fills = |next| stream(&format!("{pattern} {}", resources(next)), &filled);
    let last = stream(&format!("{pattern} /Resources << >>"), ALL);
    page_of(&resources(5), &filled, chain(depth, fills, last))
}

/// A page behind a mask, which is a form behind a mask, and so on.
fn masks(depth: usize) -> Bytes {
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 100 100] /Group << /S /Transparency /CS /DeviceGray >>";
    let resources = |next| format!("/Resources << /ExtGState << /G << /SMask << /S /Alpha /G {next} 0 R >> >> >> >>");
    let masked = format!("/G gs {ALL}");
    let link = |next| stream(&format!("{form} {}", resources(next)), &masked);
    page_of(&resources(5), &masked, chain(depth, link, stream(form, ALL)))
}

/// A colour in a space that is told by another, and so on.
fn colors(depth: usize) -> Bytes {
    let link = |next| format!("[/Indexed {next} 0 R 0 <000000>]");
    let resources = "/Resources << /ColorSpace << /C 5 0 R >> >>";
    page_of(resources, &format!("/C cs 0 sc {ALL}"), chain(depth, link, "/DeviceRGB".to_owned()))
}

/// A colour that a function tells, which is stitched of another, and so on.
fn functions(depth: usize) -> Bytes {
    let link = |next| format!("<< /FunctionType 3 /Domain [0 1] /Functions [{next} 0 R] /Bounds [] /Encode [0 1] >>");
    let last = "<< /FunctionType 2 /Domain [0 1] /C0 [0] /C1 [0] /N 1 >>".to_owned();
    let resources = "/Resources << /ColorSpace << /C [/Separation /Ink /DeviceGray 5 0 R] >> >>";
    page_of(resources, &format!("/C cs 1 sc {ALL}"), chain(depth, link, last))
}

/// A file that was changed so often, each time with a table that names the one before.
fn tables(depth: usize) -> Bytes {
    let mut bytes = page_of("", ALL, []).to_vec();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let mut before = text.rsplit("startxref\n").next().and_then(|rest| rest.lines().next()).unwrap().to_owned();
    for _ in 0..depth {
        let start = bytes.len().to_string();
        let table = format!(
            "xref\n0 1\n0000000000 65535 f \ntrailer << /Size 5 /Root 1 0 R /Prev {before} >>\nstartxref\n{start}\n%%EOF\n"
        );
        bytes.extend(table.into_bytes());
        before = start;
    }
    bytes.into()
}

fn array(depth: usize) -> String {
    format!("{}{}", "[".repeat(depth), "]".repeat(depth))
}

fn dictionary(depth: usize) -> String {
    format!("{}null{}", "<< /D ".repeat(depth), " >>".repeat(depth))
}

#[tokio::test]
async fn l28_what_is_nested_a_hundred_thousand_deep_gets_a_typed_answer_and_the_next_page_is_drawn() {
    let nested: [(&str, Nested); 12] = [
        ("page trees", tree),
        ("forms", forms),
        ("patterns", patterns),
        ("masks", masks),
        ("colour spaces", colors),
        ("functions", functions),
        ("tables of objects", tables),
        ("arrays in a page", |depth| page_of(&format!("/Annots {}", array(depth)), ALL, [])),
        ("dictionaries in a page", |depth| page_of(&format!("/PieceInfo {}", dictionary(depth)), ALL, [])),
        ("arrays in what is drawn", |depth| page_of("", &format!("BT {} TJ ET {ALL}", array(depth)), [])),
        ("dictionaries in what is drawn", |depth| {
            page_of("", &format!("/Span {} BDC EMC {ALL}", dictionary(depth)), [])
        }),
        ("states that are kept", |depth| page_of("", &format!("{} {ALL}", "q ".repeat(depth)), [])),
    ];
    let patient = Duration::from_secs(300);
    let previewer = ChildPreviewer::new(env!("CARGO_BIN_EXE_portal-render-page"), [] as [&str; 0]).time_limit(patient);
    let is_drawn = async |file| {
        let answer = previewer.preview(file, 0, 100).await;
        answer.map(|preview| decoded(&preview.png).get_pixel(50, 50).0 == [0, 0, 0, 255])
    };
    let mut crashed = 0;
    for (what, of_depth) in nested {
        assert!(matches!(is_drawn(of_depth(3)).await, Ok(true)), "a few {what} are fine");
        // The renderer stops by itself, or its stack ends and it with it; here that is a typed answer like any other.
        match is_drawn(of_depth(100_000)).await {
            Ok(_) | Err(PreviewError::TooMuch { .. }) => {}
            Err(PreviewError::Unreadable { why }) => crashed += usize::from(why == "the renderer crashes on it"),
            other => panic!("{what}: {other:?}"),
        }
        let next = is_drawn(page_of("", ALL, [])).await;
        assert!(matches!(next, Ok(true)), "after {what}: {next:?}");
    }
    assert!(crashed > 0, "files that the renderer survives say nothing of what it may not take with it");
}
