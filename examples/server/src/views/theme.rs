//! A firm's colour, made to serve everywhere: on white and on black, as a surface and as text.
//!
//! Firms choose any colour. What a page uses is the nearest of its hue that still reads: at least 4.5 : 1 as text and under
//! text (WCAG 2.2, 1.4.3), computed here and held by tests for every corner of the colour cube.

use portal_core::values::Color;

/// What text must reach against what it stands on.
pub const TEXT_CONTRAST: f64 = 4.5;

/// The grounds that the accent stands on, as the stylesheet has them: the dimmest of the light ones, the brightest of the
/// dark ones.
const LIGHT_GROUND: Color = Color::from_rgb([0xee, 0xf1, 0xf1]);
const DARK_GROUND: Color = Color::from_rgb([0x2a, 0x31, 0x32]);
const WHITE: Color = Color::from_rgb([0xff, 0xff, 0xff]);
const BLACK: Color = Color::from_rgb([0x0e, 0x13, 0x14]);

/// The colours that a firm's choice becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// The accent on light pages.
    pub light: Color,
    /// What is written on it.
    pub on_light: Color,
    /// The accent on dark pages.
    pub dark: Color,
    /// What is written on it.
    pub on_dark: Color,
}

impl Theme {
    /// The theme of a firm with this colour.
    pub fn of(color: Color) -> Self {
        let light = nearest(color, BLACK, LIGHT_GROUND);
        let dark = nearest(color, WHITE, DARK_GROUND);
        Self { light, on_light: readable_on(light), dark, on_dark: readable_on(dark) }
    }
}

/// The stylesheet of a firm with this colour; the address names it, so that it can be kept for good.
pub fn stylesheet(color: Color) -> String {
    let Theme { light, on_light, dark, on_dark } = Theme::of(color);
    format!(
        ":root{{--accent:{light};--on-accent:{on_light}}}\n\
         @media (prefers-color-scheme:dark){{:root{{--accent:{dark};--on-accent:{on_dark}}}}}\n"
    )
}

/// The contrast of two colours: 1 (none) to 21 (black on white); WCAG 2.2.
pub fn contrast(one: Color, other: Color) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// White or near-black, whichever reads better on `ground`.
fn readable_on(ground: Color) -> Color {
    if contrast(WHITE, ground) >= contrast(BLACK, ground) { WHITE } else { BLACK }
}

/// The first colour on the way from `color` to `end` that reads on `ground` and can be written on.
fn nearest(color: Color, end: Color, ground: Color) -> Color {
    (0..=100_u32)
        .map(|step| mixed(color, end, f64::from(step) / 100.0))
        .find(|mix| contrast(*mix, ground) >= TEXT_CONTRAST && contrast(readable_on(*mix), *mix) >= TEXT_CONTRAST)
        .unwrap_or(end)
}

fn mixed(one: Color, other: Color, share: f64) -> Color {
    let ([red, green, blue], [to_red, to_green, to_blue]) = (one.rgb(), other.rgb());
    let mix = |from: u8, to: u8| channel(f64::from(from) + (f64::from(to) - f64::from(from)) * share);
    Color::from_rgb([mix(red, to_red), mix(green, to_green), mix(blue, to_blue)])
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what a byte holds")]
fn channel(value: f64) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

fn luminance(color: Color) -> f64 {
    let linear = |byte: u8| {
        let value = f64::from(byte) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let [red, green, blue] = color.rgb();
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_firm_chooses_can_be_read() {
        let steps = [0_u8, 32, 64, 96, 128, 160, 192, 224, 255];
        for red in steps {
            for green in steps {
                for blue in steps {
                    let color = Color::from_rgb([red, green, blue]);
                    let theme = Theme::of(color);
                    for (one, other) in [
                        (theme.light, LIGHT_GROUND),
                        (theme.light, WHITE),
                        (theme.on_light, theme.light),
                        (theme.dark, DARK_GROUND),
                        (theme.dark, BLACK),
                        (theme.on_dark, theme.dark),
                    ] {
                        assert!(contrast(one, other) >= TEXT_CONTRAST, "{color}: {one} on {other}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_color_that_reads_is_left_as_it_is() {
        let color: Color = "#1f5f5b".parse().unwrap();
        assert_eq!(Theme::of(color).light, color);
        assert_ne!(Theme::of(color).dark, color);
        assert!((contrast(WHITE, Color::from_rgb([0, 0, 0])) - 21.0).abs() < 1e-9);
    }
}
