//! Drawing in a child: what it may not do to us.
#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use std::io::Read as _;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use bytes::Bytes;
use portal_core::ports::{PreviewError, Previewer as _};
use portal_pdf::{ChildPreviewer, MAX_FILE_BYTES, PagePreviewer, render, serve_one};
use support::{Page, decoded, pdf, through};

fn previewer() -> ChildPreviewer {
    let patient = Duration::from_secs(300);
    ChildPreviewer::new(env!("CARGO_BIN_EXE_portal-render-page"), [] as [&str; 0]).time_limit(patient)
}

/// A child that is a script.
fn script(text: &str) -> ChildPreviewer {
    ChildPreviewer::new("/bin/sh", ["-c", text]).time_limit(Duration::from_secs(300))
}

#[tokio::test]
async fn a_child_answers_as_the_function_does() {
    let file = pdf(&[Page::letter("Engagement letter"), Page::with_corners(100.0, 100.0)]);
    for previewer in [&previewer() as &dyn portal_core::ports::Previewer, &PagePreviewer::default()] {
        assert_eq!(previewer.max_bytes(), MAX_FILE_BYTES);
        assert_eq!(previewer.preview(file.clone(), 0, 700).await.unwrap(), render(&file, 0, 700).unwrap());
        let answers = [
            (file.clone(), 2),
            (Bytes::from("Dear Ana"), 0),
            (Bytes::from("%PDF-1.7\n"), 0),
            (Bytes::from(vec![0; usize::try_from(MAX_FILE_BYTES).unwrap() + 1]), 0),
        ];
        for (file, page) in answers {
            let answer = previewer.preview(file.clone(), page, 700).await;
            assert_eq!(format!("{answer:?}"), format!("{:?}", render(&file, page, 700)));
        }
    }
}

#[tokio::test]
async fn a_large_file_goes_through_the_pipe_and_so_does_a_large_picture() {
    let mut letter = pdf(&[Page::letter("Engagement letter")]).to_vec();
    letter.extend(std::iter::repeat_n(b'%', 20_000_000));
    assert_eq!(previewer().preview(letter.into(), 0, 4096).await.unwrap().width_pixels, 3516);
}

/// A page that shows an image of this many pixels a side, a few kilobytes in the file.
fn image_bomb(side: usize) -> Bytes {
    let rows = through(
        "python3",
        &[
            "-c",
            &format!(
                "import sys, zlib\npacker = zlib.compressobj(9)\nfor _ in range({side}): sys.stdout.buffer.write(packer.compress(bytes(3 * {side})))\nsys.stdout.buffer.write(packer.flush())"
            ),
        ],
        b"",
    );
    let stream = |dictionary: &str, bytes: &[u8]| {
        [format!("<< {dictionary} /Length {} >> stream\n", bytes.len()).as_bytes(), bytes, b"\nendstream"].concat()
    };
    support::file(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>"
            .to_vec(),
        stream("", b"100 0 0 100 0 0 cm /I Do"),
        stream(
            &format!(
                "/Type /XObject /Subtype /Image /Width {side} /Height {side} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode"
            ),
            &rows,
        ),
    ])
}

#[tokio::test]
async fn l28_a_file_that_takes_more_memory_than_it_may_ends_the_child_and_nothing_else() {
    let limited = previewer().memory_limit_bytes(100 << 20);
    let bomb = image_bomb(6_000);
    assert!(bomb.len() < 200_000);
    let answer = limited.preview(bomb, 0, 100).await;
    assert!(matches!(answer, Err(PreviewError::TooMuch { what: "memory" })), "{answer:?}");
    assert!(limited.preview(image_bomb(500), 0, 100).await.is_ok());
}

#[tokio::test]
async fn l28_a_child_that_takes_more_processor_time_than_it_may_is_ended_by_the_kernel() {
    // The previewer waits for minutes; the child's own limit is what ends it, as it would if the previewer had been killed.
    let answer = script("ulimit -S -t 1; while :; do :; done");
    let answer = answer.preview(Bytes::new(), 0, 100).await;
    assert!(matches!(answer, Err(PreviewError::TooMuch { what: "time" })), "{answer:?}");
}

/// A pipe with a name: whoever opens it to read waits until somebody writes, and reads its end when nobody can any more.
struct Lifeline {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

impl Lifeline {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lifeline");
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        Self { path, _folder: folder }
    }

    /// A child that holds the line, takes the file, and never answers.
    fn hung_child(&self) -> ChildPreviewer {
        script(&format!("exec 9>'{}'; cat >/dev/null; exec sleep infinity", self.path.display()))
    }

    /// Waits until the child holds the line; then the end of what is given back is the end of the child.
    async fn taken_up(&self) -> std::fs::File {
        let path = self.path.clone();
        tokio::task::spawn_blocking(move || std::fs::File::open(path)).await.unwrap().unwrap()
    }
}

async fn is_dropped(mut line: std::fs::File) {
    tokio::task::spawn_blocking(move || line.read_to_end(&mut Vec::new())).await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn l28_a_child_that_hangs_is_killed_when_its_time_is_over() {
    let lifeline = Lifeline::new();
    let previewer = lifeline.hung_child();
    let preview = tokio::spawn(async move { previewer.preview(Bytes::from(vec![0; 1_000_000]), 0, 100).await });
    let line = lifeline.taken_up().await;
    // The clock is paused: it moves on to the time limit as soon as everybody only waits.
    assert!(matches!(preview.await.unwrap(), Err(PreviewError::TooMuch { what: "time" })));
    is_dropped(line).await;
}

#[tokio::test]
async fn a_child_is_killed_when_nobody_waits_for_it_any_more() {
    let lifeline = Lifeline::new();
    let previewer = lifeline.hung_child().time_limit(Duration::from_secs(3600));
    let preview = tokio::spawn(async move { previewer.preview(Bytes::new(), 0, 100).await });
    let line = lifeline.taken_up().await;
    preview.abort();
    is_dropped(line).await;
}

#[tokio::test]
async fn no_more_children_than_are_allowed_draw_at_once() {
    let lifeline = Lifeline::new();
    let previewer = lifeline.hung_child().at_once(1).time_limit(Duration::from_secs(3600));
    let first = tokio::spawn({
        let previewer = previewer.clone();
        async move { previewer.preview(Bytes::new(), 0, 100).await }
    });
    let line = lifeline.taken_up().await;
    let impatient = previewer.time_limit(Duration::ZERO);
    let answer = impatient.preview(Bytes::new(), 0, 100).await;
    assert!(matches!(answer, Err(PreviewError::Failed(_))), "{answer:?}");
    first.abort();
    is_dropped(line).await;
}

#[tokio::test]
async fn whatever_a_child_says_or_does_there_is_a_typed_answer() {
    let failed = [
        "exit 0",
        "exit 3",
        "echo rubbish",
        "printf '\\000\\001'",
        "echo no such subcommand >&2; exit 2",
        "exec /nowhere",
    ];
    for text in failed {
        let answer = script(text).preview(Bytes::from(vec![0; 1_000_000]), 0, 100).await;
        assert!(matches!(answer, Err(PreviewError::Failed(_))), "`{text}`: {answer:?}");
    }
    let crashed = ["kill -SEGV $$", "kill -ABRT $$"];
    for text in crashed {
        let answer = script(text).preview(Bytes::new(), 0, 100).await;
        assert!(matches!(answer, Err(PreviewError::Unreadable { .. })), "`{text}`: {answer:?}");
    }
    let answer =
        script("echo memory allocation of 9 bytes failed >&2; kill -ABRT $$").preview(Bytes::new(), 0, 100).await;
    assert!(matches!(answer, Err(PreviewError::TooMuch { what: "memory" })), "{answer:?}");
    let missing = ChildPreviewer::new("/no/such/program", ["render-page"]).preview(Bytes::new(), 0, 100).await;
    assert!(matches!(missing, Err(PreviewError::Failed(_))), "{missing:?}");
}

#[tokio::test]
async fn a_child_knows_nothing_of_our_environment() {
    let previewer = script("test -z \"$HOME$CARGO_MANIFEST_DIR\" && test \"$PWD\" = / && printf '\\001'");
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
    assert!(matches!(previewer.preview(Bytes::new(), 0, 100).await, Err(PreviewError::Unsupported)));
}

#[test]
fn what_is_no_request_is_refused_before_anything_is_limited() {
    let mut answer = Vec::new();
    assert!(serve_one(&b"too short"[..], &mut answer).is_err());
    assert!(answer.is_empty());
}

#[tokio::test]
async fn a_picture_that_a_child_draws_is_a_picture() {
    let file = pdf(&[Page::with_corners(100.0, 50.0)]);
    let preview = previewer().preview(file, 0, 200).await.unwrap();
    assert_eq!(decoded(&preview.png).dimensions(), (200, 100));
}
