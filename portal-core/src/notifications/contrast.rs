//! A firm's colour, made readable wherever it stands (WCAG 2.2, relative luminance and contrast ratio).

use crate::values::Color;

const BLACK: Color = Color::from_rgb([0, 0, 0]);
const WHITE: Color = Color::from_rgb([255, 255, 255]);
/// What mail stands on by day and by night.
const LIGHT_CARD: Color = WHITE;
const DARK_CARD: Color = Color::from_rgb([0x1b, 0x20, 0x1f]);

/// The contrast that text needs, and that the edge of a control needs.
const TEXT: f64 = 4.5;
const EDGE: f64 = 3.0;

/// The colours of a mail: the firm's own, and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Palette {
    /// The firm's colour, for surfaces.
    pub accent: Color,
    /// Black or white: what is read on the accent.
    pub on_accent: Color,
    /// The firm's colour as text on a light page, darkened where it must be.
    pub ink: Color,
    /// The firm's colour as the edge of a control on a light page.
    pub edge: Color,
    /// The firm's colour as text on a dark page, lightened where it must be.
    pub dark_ink: Color,
    /// The firm's colour as the edge of a control on a dark page.
    pub dark_edge: Color,
}

impl Palette {
    /// What follows from the firm's colour.
    pub fn of(accent: Color) -> Self {
        Self {
            accent,
            on_accent: readable_on(accent),
            ink: toward(accent, BLACK, LIGHT_CARD, TEXT),
            edge: toward(accent, BLACK, LIGHT_CARD, EDGE),
            dark_ink: toward(accent, WHITE, DARK_CARD, TEXT),
            dark_edge: toward(accent, WHITE, DARK_CARD, EDGE),
        }
    }
}

/// Black or white, whichever is read better on `surface`; one of them always reaches 4.5:1.
pub fn readable_on(surface: Color) -> Color {
    if contrast(surface, WHITE) >= contrast(surface, BLACK) { WHITE } else { BLACK }
}

/// How strongly two colours differ: from 1 for equal ones to 21 for black and white.
pub fn contrast(one: Color, other: Color) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(color: Color) -> f64 {
    let [red, green, blue] = color.rgb().map(|channel| {
        let part = f64::from(channel) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// `color`, mixed with as little of `end` as it takes to differ from `card` by `ratio`.
fn toward(color: Color, end: Color, card: Color, ratio: f64) -> Color {
    let mixed = |step: u16| {
        let mut rgb = color.rgb();
        for (channel, end) in rgb.iter_mut().zip(end.rgb()) {
            let blended = (u16::from(*channel) * (20 - step) + u16::from(end) * step) / 20;
            *channel = u8::try_from(blended).unwrap_or(u8::MAX);
        }
        Color::from_rgb(rgb)
    };
    (0..=20).map(mixed).find(|mixed| contrast(*mixed, card) >= ratio).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn color(text: &str) -> Color {
        text.parse().unwrap()
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((contrast(BLACK, WHITE) - 21.0).abs() < 1e-9);
        assert!((contrast(color("#777777"), WHITE) - 4.478).abs() < 0.001);
        assert_eq!(readable_on(color("#1f5f5b")), WHITE);
        assert_eq!(readable_on(color("#ffd400")), BLACK);
    }

    #[test]
    fn every_colour_a_firm_may_choose_becomes_readable() {
        let steps = || (0..=255u8).step_by(15);
        for rgb in steps().flat_map(|red| steps().flat_map(move |green| steps().map(move |blue| [red, green, blue]))) {
            let palette = Palette::of(Color::from_rgb(rgb));
            assert!(contrast(palette.on_accent, palette.accent) >= TEXT, "{palette:?}");
            assert!(contrast(palette.ink, LIGHT_CARD) >= TEXT, "{palette:?}");
            assert!(contrast(palette.edge, LIGHT_CARD) >= EDGE, "{palette:?}");
            assert!(contrast(palette.dark_ink, DARK_CARD) >= TEXT, "{palette:?}");
            assert!(contrast(palette.dark_edge, DARK_CARD) >= EDGE, "{palette:?}");
        }
    }

    #[test]
    fn a_colour_that_is_readable_already_stays_as_it_is() {
        let teal = color("#1f5f5b");
        assert_eq!(Palette::of(teal).ink, teal);
        assert_eq!(Palette::of(color("#9fe0d9")).dark_ink, color("#9fe0d9"));
    }
}
