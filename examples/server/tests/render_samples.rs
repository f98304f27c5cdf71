//! Every page, rendered with sample values: held to rules that all share, and written down to be looked at.
//!
//! The files lie in the folder that `PORTAL_SAMPLES` names, or in Cargo's own for temporary files, with assets and themes
//! beside them: serve the folder (`python3 -m http.server`), and a browser shows each as the server would.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test may stop where it fails"
)]

mod samples;

use std::collections::BTreeSet;
use std::path::PathBuf;

use portal_server::views::{Hidden, PlainFrame, assets, errors::ErrorPage, paths, theme};

use samples::{all, firm, plain_frame};

#[test]
fn render_samples() {
    let folder = std::env::var_os("PORTAL_SAMPLES")
        .map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("samples"), PathBuf::from);
    for part in ["assets", "theme"] {
        std::fs::create_dir_all(folder.join(part)).unwrap();
    }
    for asset in assets::ALL {
        std::fs::write(folder.join("assets").join(asset.name), asset.text).unwrap();
    }
    let color = firm().color;
    std::fs::write(folder.join(paths::theme(color).trim_start_matches('/')), theme::stylesheet(color)).unwrap();
    let samples = all();
    for sample in &samples {
        std::fs::write(folder.join(format!("{}.html", sample.name)), &sample.html).unwrap();
    }
    let names: BTreeSet<&str> = samples.iter().map(|sample| sample.name).collect();
    assert_eq!(names.len(), samples.len(), "two samples share a name");
    println!("{} pages in {}", samples.len(), folder.display());
}

#[test]
fn l24_no_page_holds_an_inline_script_or_style() {
    for sample in all() {
        let page = &sample.html;
        assert!(!page.contains(" style="), "{}: a style attribute", sample.name);
        assert!(!page.contains("<style"), "{}: a style element", sample.name);
        assert!(!page.contains("javascript:"), "{}: a script in an address", sample.name);
        for (at, _) in page.match_indices("<script") {
            let tag = page[at..].split('>').next().unwrap();
            assert!(tag.contains(" src=\"/assets/"), "{}: an inline script", sample.name);
            assert!(tag.starts_with("<script nonce=\""), "{}: a script without the page's nonce", sample.name);
        }
        let handler = page.split(['<', '>']).any(|part| part.contains(" onclick=") || part.contains(" onload="));
        assert!(!handler, "{}: a handler in an attribute", sample.name);
    }
}

#[test]
fn l23_every_form_that_posts_carries_the_token_first() {
    for sample in all() {
        for form in sample.html.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            let (head, body) = form.split_once('>').unwrap();
            if head.contains("action=\"/unsubscribe/") {
                // Its address carries a token of its own: whoever reads the mail has no session, nor a cookie.
                assert!(!body.contains("_csrf"), "{}", sample.name);
            } else if head.contains("method=\"post\"") {
                let first = body.trim_start();
                assert!(
                    first.starts_with(r#"<input type="hidden" name="_csrf" value="sample-token">"#),
                    "{}: {head}",
                    sample.name
                );
            } else {
                assert!(!body.contains("_csrf"), "{}: the token goes into an address", sample.name);
            }
        }
    }
}

#[test]
fn every_page_has_one_heading_one_main_and_no_id_twice() {
    for sample in all() {
        let page = &sample.html;
        assert_eq!(page.matches("<h1").count(), 1, "{}", sample.name);
        assert_eq!(page.matches("<main").count(), 1, "{}", sample.name);
        let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let distinct: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(distinct.len(), ids.len(), "{}: an id stands twice", sample.name);
        for attribute in [" for=\"", " aria-labelledby=\"", " aria-describedby=\""] {
            for target in page.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(distinct.contains(target), "{}: {attribute}{target} leads nowhere", sample.name);
            }
        }
    }
}

#[test]
fn every_control_has_a_name_that_can_be_read_out() {
    for sample in all() {
        for control in ["<button", "<summary"] {
            for part in sample.html.split(control).skip(1) {
                let (head, rest) = part.split_once('>').unwrap();
                let inner = rest.split(&control.replace('<', "</")).next().unwrap();
                let words: String =
                    inner.split('<').filter_map(|piece| piece.split('>').nth(1).or(Some(piece))).collect();
                assert!(head.contains("aria-label=") || !words.trim().is_empty(), "{}: {control} {head}", sample.name);
            }
        }
    }
}

#[test]
fn what_people_typed_is_shown_and_never_run() {
    let hostile = "<script>alert(1)</script>\"'&";
    let page = ErrorPage { title: hostile.to_owned(), ..ErrorPage::of(plain_frame(), 404) };
    let html = askama::Template::render(&page).unwrap();
    assert!(!html.contains("<script>alert"));
    assert!(html.contains("&#60;script&#62;alert(1)"));
}

#[test]
fn l38_a_view_in_debug_tells_no_token() {
    let frame = PlainFrame { csrf: Hidden::new("planted-secret"), ..plain_frame() };
    assert!(!format!("{frame:?}").contains("planted-secret"));
}
