//! The stylesheet's colours, computed: text reads at 4.5 : 1 and controls stand out at 3 : 1 (WCAG 2.2, 1.4.3 and 1.4.11),
//! by day and by night, whatever colour a firm chooses.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test may stop where it fails"
)]

use std::collections::BTreeMap;

use portal_core::values::Color;
use portal_server::views::theme::{TEXT_CONTRAST, Theme, contrast};

const STYLESHEET: &str = include_str!("../assets/styles/base.css");
const CONTROL_CONTRAST: f64 = 3.0;

/// The colours that `:root` gives by day, and by night.
fn colors(night: bool) -> BTreeMap<&'static str, Color> {
    let blocks: Vec<&str> = STYLESHEET.split(":root {").skip(1).filter_map(|rest| rest.split('}').next()).collect();
    let block = blocks[usize::from(night)];
    let variables = block.split(';').filter_map(|line| line.trim().strip_prefix("--")?.split_once(": "));
    variables.filter_map(|(name, value)| Some((name, value.parse().ok()?))).collect()
}

/// How much of the accent is in `--tint`.
fn tint_share(night: bool) -> f64 {
    let mixes: Vec<&str> = STYLESHEET.split("--tint: color-mix(in srgb, var(--accent) ").skip(1).collect();
    mixes[usize::from(night)].split('%').next().unwrap().parse::<f64>().unwrap() / 100.0
}

fn mixed(one: Color, other: Color, share: f64) -> Color {
    let mix = |index: usize| {
        let (one, other) = (f64::from(one.rgb()[index]), f64::from(other.rgb()[index]));
        u8::try_from((one * share + other * (1.0 - share)).round() as i64).unwrap()
    };
    Color::from_rgb([mix(0), mix(1), mix(2)])
}

fn firm_colors() -> impl Iterator<Item = Color> {
    let steps = [0_u8, 51, 102, 153, 204, 255];
    steps.into_iter().flat_map(move |red| {
        steps.into_iter().flat_map(move |green| steps.into_iter().map(move |blue| Color::from_rgb([red, green, blue])))
    })
}

#[test]
fn text_reads_on_every_ground_it_stands_on() {
    for night in [false, true] {
        let color = colors(night);
        let mut pairs = vec![
            ("on-accent", "accent"),
            ("on-bad", "bad"),
            ("bad", "bad-ground"),
            ("ink", "bad-ground"),
            ("waits", "waits-ground"),
            ("ink", "waits-ground"),
            ("surface", "ink"),
        ];
        for ground in ["ground", "surface", "hover"] {
            pairs.extend(["ink", "ink-soft", "bad", "waits", "accent"].map(|text| (text, ground)));
        }
        for (text, ground) in pairs {
            let reached = contrast(color[text], color[ground]);
            assert!(reached >= TEXT_CONTRAST, "night {night}: {text} on {ground} reaches {reached:.2}");
        }
    }
}

#[test]
fn borders_of_controls_stand_out() {
    for night in [false, true] {
        let color = colors(night);
        for ground in ["ground", "surface"] {
            let reached = contrast(color["line-control"], color[ground]);
            assert!(reached >= CONTROL_CONTRAST, "night {night}: on {ground} it reaches {reached:.2}");
        }
    }
}

#[test]
fn text_reads_on_the_tint_of_any_firm() {
    for night in [false, true] {
        let color = colors(night);
        for chosen in firm_colors() {
            let theme = Theme::of(chosen);
            let accent = if night { theme.dark } else { theme.light };
            let tint = mixed(accent, color["surface"], tint_share(night));
            for text in ["ink", "ink-soft"] {
                let reached = contrast(color[text], tint);
                assert!(reached >= TEXT_CONTRAST, "night {night}: {text} on the tint of {chosen} reaches {reached:.2}");
            }
            let mark = contrast(accent, tint);
            assert!(mark >= CONTROL_CONTRAST, "night {night}: an icon on the tint of {chosen} reaches {mark:.2}");
        }
    }
}

#[test]
fn the_stylesheet_has_the_theme_of_the_colour_a_firm_begins_with() {
    let theme = Theme::of(portal_core::directory::FirmSettings::DEFAULT_COLOR);
    let (day, night) = (colors(false), colors(true));
    assert_eq!((day["accent"], day["on-accent"]), (theme.light, theme.on_light));
    assert_eq!((night["accent"], night["on-accent"]), (theme.dark, theme.on_dark));
}
