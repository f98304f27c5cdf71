//! PDFs of a page or more, drawn with the standard fonts: letters, forms, statements.

use pdf_writer::{Content, Name, Pdf, Rect, Ref, Str};

const WIDTH: f32 = 612.0;
const HEIGHT: f32 = 792.0;
const MARGIN: f32 = 64.0;
const GREEN: [f32; 3] = [0.12, 0.37, 0.36];
const INK: [f32; 3] = [0.13, 0.15, 0.16];
const GREY: [f32; 3] = [0.42, 0.46, 0.47];
const PALE: [f32; 3] = [0.93, 0.95, 0.95];

/// A document under way, written from top to bottom.
pub(super) struct Paper {
    author: &'static str,
    pages: Vec<Content>,
    y: f32,
}

#[derive(Clone, Copy)]
enum Font {
    Plain,
    Bold,
}

impl Font {
    const fn name(self) -> Name<'static> {
        match self {
            Self::Plain => Name(b"F1"),
            Self::Bold => Name(b"F2"),
        }
    }
}

impl Paper {
    /// A document by `author`, whose first page begins with its title.
    pub(super) fn new(author: &'static str, title: &str, below: &str) -> Self {
        let mut paper = Self { author, pages: Vec::new(), y: 0.0 };
        paper.turn();
        paper.text(Font::Bold, 20.0, INK, MARGIN, title);
        paper.y -= 18.0;
        paper.text(Font::Plain, 11.0, GREY, MARGIN, below);
        paper.y -= 30.0;
        paper
    }

    /// Begins a page: a band in the author's colour, and the author's name.
    pub(super) fn turn(&mut self) {
        let mut page = Content::new();
        let [red, green, blue] = GREEN;
        page.set_fill_rgb(red, green, blue).rect(0.0, HEIGHT - 8.0, WIDTH, 8.0).fill_nonzero();
        self.pages.push(page);
        self.y = HEIGHT - 48.0;
        self.text(Font::Bold, 10.0, GREEN, MARGIN, self.author);
        self.y -= 40.0;
    }

    /// A heading.
    pub(super) fn heading(&mut self, text: &str) -> &mut Self {
        self.need(60.0);
        self.y -= 8.0;
        self.text(Font::Bold, 13.0, GREEN, MARGIN, text);
        self.y -= 20.0;
        self
    }

    /// A paragraph, broken into lines.
    pub(super) fn paragraph(&mut self, text: &str) -> &mut Self {
        const CHARS: usize = 88;
        let mut line = String::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && line.len() + 1 + word.len() > CHARS {
                self.line(&std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.line(&line);
        self.y -= 8.0;
        self
    }

    fn line(&mut self, text: &str) {
        self.need(20.0);
        self.text(Font::Plain, 11.0, INK, MARGIN, text);
        self.y -= 16.0;
    }

    /// A row of a form or statement: what it is, and how much.
    pub(super) fn row(&mut self, label: &str, amount: &str) -> &mut Self {
        self.written(Font::Plain, label, amount)
    }

    /// The row that sums up those above it.
    pub(super) fn total(&mut self, label: &str, amount: &str) -> &mut Self {
        self.need(30.0);
        let [red, green, blue] = PALE;
        let y = self.y - 7.0;
        if let Some(page) = self.pages.last_mut() {
            page.set_fill_rgb(red, green, blue).rect(MARGIN - 6.0, y, WIDTH - 2.0 * MARGIN + 12.0, 22.0).fill_nonzero();
        }
        self.written(Font::Bold, label, amount)
    }

    fn written(&mut self, font: Font, label: &str, amount: &str) -> &mut Self {
        self.need(30.0);
        self.text(font, 11.0, INK, MARGIN, label);
        self.text(font, 11.0, INK, WIDTH - MARGIN - width_of(amount, 11.0), amount);
        self.y -= 7.0;
        if let Some(page) = self.pages.last_mut() {
            let [red, green, blue] = PALE;
            page.set_stroke_rgb(red, green, blue).move_to(MARGIN, self.y).line_to(WIDTH - MARGIN, self.y).stroke();
        }
        self.y -= 17.0;
        self
    }

    /// A line to sign on.
    pub(super) fn signature(&mut self, who: &str) -> &mut Self {
        self.need(80.0);
        self.y -= 44.0;
        if let Some(page) = self.pages.last_mut() {
            let [red, green, blue] = INK;
            page.set_stroke_rgb(red, green, blue).move_to(MARGIN, self.y + 14.0).line_to(MARGIN + 230.0, self.y + 14.0);
            page.stroke();
        }
        self.text(Font::Plain, 9.0, GREY, MARGIN, who);
        self.y -= 24.0;
        self
    }

    fn need(&mut self, height: f32) {
        if self.y - height < MARGIN {
            self.turn();
        }
    }

    fn text(&mut self, font: Font, size: f32, color: [f32; 3], x: f32, text: &str) {
        let Some(page) = self.pages.last_mut() else { return };
        let [red, green, blue] = color;
        page.set_fill_rgb(red, green, blue).begin_text().set_font(font.name(), size);
        page.next_line(x, self.y).show(Str(&encoded(text))).end_text();
    }

    /// The file.
    pub(super) fn finish(self) -> Vec<u8> {
        let mut next = 1;
        let mut fresh = || {
            next += 1;
            Ref::new(next - 1)
        };
        let (catalog, tree, plain, bold) = (fresh(), fresh(), fresh(), fresh());
        let leaves: Vec<(Ref, Ref, Content)> =
            self.pages.into_iter().map(|content| (fresh(), fresh(), content)).collect();
        let mut pdf = Pdf::new();
        pdf.catalog(catalog).pages(tree);
        let count = i32::try_from(leaves.len()).unwrap_or(i32::MAX);
        pdf.pages(tree).kids(leaves.iter().map(|(page, _, _)| *page)).count(count);
        for (base, id) in [(Name(b"Helvetica"), plain), (Name(b"Helvetica-Bold"), bold)] {
            pdf.type1_font(id).base_font(base).encoding_predefined(Name(b"WinAnsiEncoding"));
        }
        for (id, content_id, content) in leaves {
            let mut page = pdf.page(id);
            page.media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).parent(tree).contents(content_id);
            page.resources().fonts().pair(Font::Plain.name(), plain).pair(Font::Bold.name(), bold);
            page.finish();
            pdf.stream(content_id, &content.finish());
        }
        pdf.finish()
    }
}

use pdf_writer::Finish as _;

/// How wide an amount is in Helvetica, for figures and the signs among them (Adobe's metrics of the standard fonts).
fn width_of(amount: &str, size: f32) -> f32 {
    let width = |character: char| match character {
        ',' | '.' | ' ' | ':' | '/' => 278.0,
        '(' | ')' | '-' => 333.0,
        '%' => 889.0,
        _ => 556.0,
    };
    amount.chars().map(width).sum::<f32>() * size / 1000.0
}

/// The text in WinAnsi, as far as it goes.
fn encoded(text: &str) -> Vec<u8> {
    let code = |character: char| match character {
        '–' => 0x96,
        '—' => 0x97,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        character => u8::try_from(u32::from(character)).unwrap_or(b'?'),
    };
    text.chars().map(code).collect()
}
