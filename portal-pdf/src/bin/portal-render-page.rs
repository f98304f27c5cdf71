//! A child for `portal_pdf::ChildPreviewer`, for those who would not have their own program be it.

fn main() -> std::io::Result<()> {
    portal_pdf::serve_one(std::io::stdin().lock(), std::io::stdout().lock())
}
