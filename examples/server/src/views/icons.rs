//! The pictures beside the words: drawn for this project on a 20-pixel square in 1.5-pixel strokes.

use std::fmt;

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $drawing:literal;)*) => {
        /// A picture. It always has a word beside it, and so is hidden from screen readers.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Icon {
            $($(#[$doc])* $name,)*
        }

        impl Icon {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            fn drawing(self) -> &'static str {
                match self { $(Self::$name => $drawing,)* }
            }
        }
    };
}

icons! {
    /// Several people.
    Clients = r#"<circle cx="7.5" cy="6.5" r="2.75"/><path d="M2.5 16c0-2.9 2.2-5 5-5s5 2.1 5 5M13 4.2a2.6 2.6 0 0 1 0 4.8M14.6 11.6c1.8.6 2.9 2.3 2.9 4.4"/>"#;
    /// One person.
    Person = r#"<circle cx="10" cy="6.5" r="3"/><path d="M4 17c0-3.3 2.6-5.5 6-5.5s6 2.2 6 5.5"/>"#;
    /// A paper plane.
    Send = r#"<path d="M17 3 2.5 8.2l6 2.8 2.8 6z M8.5 11 17 3"/>"#;
    /// Two sliders.
    Settings = r#"<path d="M3 6h8M15 6h2M3 14h2M9 14h8"/><circle cx="13" cy="6" r="2"/><circle cx="7" cy="14" r="2"/>"#;
    /// A letter.
    Mail = r#"<rect x="2.5" y="4" width="15" height="12" rx="1.5"/><path d="m3 5.5 7 5.5 7-5.5"/>"#;
    /// A plus.
    Plus = r#"<path d="M10 4v12M4 10h12"/>"#;
    /// A looking glass.
    Search = r#"<circle cx="8.75" cy="8.75" r="5.25"/><path d="m12.6 12.6 4.4 4.4"/>"#;
    /// A folder.
    Folder = r#"<path d="M2.5 15V5A1.5 1.5 0 0 1 4 3.5h3.6l2 2.5H16A1.5 1.5 0 0 1 17.5 7.5V15a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 15z"/>"#;
    /// A folder with an arrow into it: Client Uploads.
    Inbox = r#"<path d="M2.5 15V5A1.5 1.5 0 0 1 4 3.5h3.6l2 2.5H16A1.5 1.5 0 0 1 17.5 7.5V15a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 15z"/><path d="M10 14V9M7.8 11 10 8.8 12.2 11"/>"#;
    /// A sheet of paper.
    Document = r#"<path d="M5.5 2.5h6l4 4v11h-10z"/><path d="M11.5 2.5v4h4M8 10.5h5M8 13.5h5"/>"#;
    /// A sheet with a ribbon: PDF.
    Pdf = r#"<path d="M5.5 2.5h6l4 4v11h-10z"/><path d="M11.5 2.5v4h4"/><path d="M8 15c1.8-1.8 2.6-4.3 2.4-6.2 0 2.2 1.4 4 3.1 4.3-2-.2-4 .4-5.5 1.9z"/>"#;
    /// A picture.
    Image = r#"<rect x="2.5" y="3.5" width="15" height="13" rx="1.5"/><circle cx="7" cy="8" r="1.5"/><path d="m3 14.5 4-3.5 3 2.5 3.5-4 4 4"/>"#;
    /// A grid.
    Sheet = r#"<rect x="3" y="3" width="14" height="14" rx="1.5"/><path d="M3 8h14M3 12.5h14M8.5 3v14"/>"#;
    /// A box.
    Archive = r#"<path d="M3 4h14v3.5H3zM4 7.5h12V16a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1zM8.5 11h3"/>"#;
    /// An arrow up from a tray.
    Upload = r#"<path d="M10 13V3.5M6 7l4-4 4 4M3 13v2.5A1.5 1.5 0 0 0 4.5 17h11a1.5 1.5 0 0 0 1.5-1.5V13"/>"#;
    /// An arrow down into a tray.
    Download = r#"<path d="M10 3v9.5M6 9l4 4 4-4M3 13v2.5A1.5 1.5 0 0 0 4.5 17h11a1.5 1.5 0 0 0 1.5-1.5V13"/>"#;
    /// Three points joined.
    Share = r#"<circle cx="5" cy="10" r="2.25"/><circle cx="14.5" cy="4.750" r="2.25"/><circle cx="14.5" cy="15.250" r="2.25"/><path d="m7 9 5.5-3.1M7 11l5.5 3.1"/>"#;
    /// An eye.
    Eye = r#"<path d="M1.8 10S4.8 4.5 10 4.5 18.2 10 18.2 10 15.2 15.5 10 15.5 1.8 10 1.8 10z"/><circle cx="10" cy="10" r="2.5"/>"#;
    /// An eye with a stroke through it.
    EyeOff = r#"<path d="M1.8 10S4.8 4.5 10 4.5 18.2 10 18.2 10 15.2 15.5 10 15.5 1.8 10 1.8 10z"/><circle cx="10" cy="10" r="2.5"/><path d="m4 16.500 12-13"/>"#;
    /// A bin.
    Trash = r#"<path d="M3.5 5.5h13M8 5.5V3.5h4v2M5 5.5l.8 11.5h8.4L15 5.5M8.5 9v5M11.5 9v5"/>"#;
    /// An arrow that turns back.
    Undo = r#"<path d="M4 8h8a4.5 4.5 0 0 1 0 9H8M7 4.5 3.5 8 7 11.5"/>"#;
    /// A folder with an arrow out of it.
    Move = r#"<path d="M2.5 15V5A1.5 1.5 0 0 1 4 3.5h3.6l2 2.5H16A1.5 1.5 0 0 1 17.5 7.5V15a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 15z"/><path d="M6.500 11.250H13M10.750 9l2.250 2.250-2.250 2.250"/>"#;
    /// A pencil.
    Rename = r#"<path d="M3.5 16.5 4.3 13 13.5 3.8l2.7 2.7L7 15.7zM11.5 5.8l2.7 2.7"/>"#;
    /// Three dots.
    More = r#"<circle cx="4.5" cy="10" r=".9"/><circle cx="10" cy="10" r=".9"/><circle cx="15.5" cy="10" r=".9"/>"#;
    /// A question.
    Question = r#"<circle cx="10" cy="10" r="7.5"/><path d="M7.9 8a2.2 2.2 0 1 1 3.2 2c-.8.4-1.1.9-1.1 1.7"/><path d="M10 14.2v.1"/>"#;
    /// A tick.
    Check = r#"<path d="m4 10.5 4 4 8-9"/>"#;
    /// A triangle with a stroke in it.
    Warning = r#"<path d="M10 3.2 18 16.8H2zM10 8.2v4.2M10 14.6v.1"/>"#;
    /// A clock.
    Clock = r#"<circle cx="10" cy="10" r="7.5"/><path d="M10 5.5V10l3 2"/>"#;
    /// A house.
    Home = r#"<path d="M3 9.2 10 3.3l7 5.9V16a1 1 0 0 1-1 1h-3.8v-4.5H7.8V17H4a1 1 0 0 1-1-1z"/>"#;
    /// A step to the right.
    Next = r#"<path d="m7.5 4.5 5.5 5.5-5.5 5.5"/>"#;
    /// A step to the left.
    Back = r#"<path d="M12.5 4.5 7 10l5.5 5.5"/>"#;
    /// An arrow up: from the least to the greatest.
    Ascending = r#"<path d="M10 16V4.5M5.500 9 10 4.500 14.500 9"/>"#;
    /// An arrow down: from the greatest to the least.
    Descending = r#"<path d="M10 4v11.500M5.500 11 10 15.500 14.500 11"/>"#;
    /// A cross.
    Close = r#"<path d="m5 5 10 10M15 5 5 15"/>"#;
    /// Two sheets.
    Copy = r#"<rect x="6.5" y="6.5" width="10" height="10.5" rx="1.5"/><path d="M4 13.5h-.5V4.5A1.5 1.5 0 0 1 5 3h8v.8"/>"#;
    /// Two arrows that pass.
    Switch = r#"<path d="M3 7h13M12.5 3.5 16 7l-3.5 3.5M17 13H4M7.5 9.5 4 13l3.5 3.5"/>"#;
    /// A door with an arrow.
    SignOut = r#"<path d="M12 6V4.5A1.5 1.5 0 0 0 10.5 3h-5A1.5 1.5 0 0 0 4 4.5v11A1.5 1.5 0 0 0 5.5 17h5a1.5 1.5 0 0 0 1.5-1.5V14M8.5 10H17M14 7l3 3-3 3"/>"#;
    /// A lock.
    Lock = r#"<rect x="4" y="9" width="12" height="8" rx="1.5"/><path d="M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9"/>"#;
    /// A slip with a torn edge.
    Receipt = r#"<path d="M4.5 2.5h11v15l-1.85-1.4-1.8 1.4L10 16.1l-1.85 1.4-1.8-1.4-1.85 1.4zM7.5 6.5h5M7.5 10h5"/>"#;
    /// Sheets in a stack.
    Versions = r#"<path d="M10 3 17 6.5 10 10 3 6.5zM3 10l7 3.5 7-3.5M3 13.5 10 17l7-3.5"/>"#;
    /// A line that rises and falls.
    Activity = r#"<path d="M2.5 10.5h3.5l2.5-6 3.5 11 2.5-5h3"/>"#;
}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, r#"<svg class="icon" viewBox="0 0 20 20" aria-hidden="true">{}</svg>"#, self.drawing())
    }
}

impl askama::FastWritable for Icon {
    fn write_into(&self, dest: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        Ok(write!(dest, "{self}")?)
    }
}

/// The drawings are ours alone: nothing in them comes from outside.
impl askama::filters::HtmlSafe for Icon {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_is_one_well_formed_picture() {
        for icon in Icon::ALL {
            let markup = icon.to_string();
            assert_eq!(markup.matches('<').count(), markup.matches('>').count(), "{icon:?}");
            assert!(icon.drawing().split_inclusive("/>").all(|shape| shape.starts_with('<')), "{icon:?}");
        }
    }
}
