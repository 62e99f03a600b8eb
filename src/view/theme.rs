//! The theme: every colour, size and distance of window and map, in one place.
//!
//! Light is warm paper, dark is ink, print is line work only. Text keeps a contrast of at least 4.5:1 on its ground,
//! symbols and rules that carry meaning 3:1; the tests below measure it. The two party colours are plum and teal:
//! neither is in the flag of either side, and they stay apart for deuteranopia, protanopia and tritanopia because they
//! differ in lightness as well as hue. Each also has a second cue, the half of the symbol it fills.

use crate::model::{Ink, Kind};

/// A colour, sRGB, 8 bits a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// Which theme is in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    /// Warm paper.
    #[default]
    Light,
    /// Ink.
    Dark,
    /// White paper, line work only.
    Print,
}

impl Theme {
    /// All themes.
    pub const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::Print];

    /// The id used in settings and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Print => "print",
        }
    }

    /// The value with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.id() == id)
    }

    /// The colours of this theme.
    pub fn colors(self) -> &'static Colors {
        match self {
            Self::Light => &LIGHT,
            Self::Dark => &DARK,
            Self::Print => &PRINT,
        }
    }
}

/// Distances in points: hair's breadth to section.
pub mod space {
    /// Between things that belong together.
    pub const XS: f32 = 4.0;
    /// Within a control.
    pub const S: f32 = 8.0;
    /// Between controls.
    pub const M: f32 = 12.0;
    /// Between groups.
    pub const L: f32 = 16.0;
    /// Between sections.
    pub const XL: f32 = 24.0;
    /// Corner radius.
    pub const RADIUS: f32 = 6.0;
}

/// Type sizes in points.
pub mod type_size {
    /// Captions, status bar, map labels of villages.
    pub const CAPTION: f32 = 12.0;
    /// Running text and controls.
    pub const BODY: f32 = 13.0;
    /// Emphasis, map labels of towns.
    pub const EMPHASIS: f32 = 15.0;
    /// Titles of panels.
    pub const TITLE: f32 = 20.0;
    /// Titles of pages.
    pub const PAGE: f32 = 28.0;
}

/// The colours of map sources that are drawn from shapes (vector tiles).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shapes {
    /// Fields, meadows, parks.
    pub open: Rgb,
    /// Woods.
    pub wood: Rgb,
    /// Sand, rock, ice.
    pub bare: Rgb,
    /// Towns and works.
    pub built: Rgb,
    /// Buildings.
    pub building: Rgb,
    /// Roads and their edges.
    pub road: Rgb,
    /// See above.
    pub road_edge: Rgb,
    /// Roads between towns and their edges.
    pub main_road: Rgb,
    /// See above.
    pub main_edge: Rgb,
    /// Railways.
    pub rail: Rgb,
    /// What is of no known kind.
    pub other: Rgb,
}

/// The colours of one theme.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Colors {
    /// Whether light text stands on dark ground.
    pub is_dark: bool,

    // --- window ---
    /// Panels.
    pub panel: Rgb,
    /// Fields, cards and hovered rows on a panel.
    pub raised: Rgb,
    /// Pressed and selected ground.
    pub selected: Rgb,
    /// Rules and outlines of controls.
    pub rule: Rgb,
    /// Ground of check boxes and radio buttons.
    pub switch: Rgb,
    /// Text.
    pub text: Rgb,
    /// Text of less weight, still at least 4.5:1 on panels.
    pub text_weak: Rgb,
    /// The one accent: links, focus, primary button.
    pub accent: Rgb,
    /// Text on the accent.
    pub on_accent: Rgb,
    /// Wrong input and failed work.
    pub error: Rgb,
    /// Findings and contradictions.
    pub warning: Rgb,

    // --- map ground ---
    /// Sea and large lakes.
    pub sea: Rgb,
    /// The deeper tint towards the middle of the Caspian.
    pub sea_deep: Rgb,
    /// Low land.
    pub land: Rgb,
    /// High land, where heights are tinted.
    pub land_high: Rgb,
    /// Shore lines.
    pub shore: Rgb,
    /// Rivers.
    pub river: Rgb,
    /// Strength of the relief, 0..=1.
    pub relief: f32,
    /// What is drawn from shapes over the ground.
    pub shapes: Shapes,

    // --- map lines ---
    /// The Armenia–Azerbaijan border, the strongest line.
    pub border_focus: Rgb,
    /// Other international borders.
    pub border: Rgb,
    /// The casing under borders.
    pub casing: Rgb,
    /// Province lines.
    pub province: Rgb,
    /// The area held 1994–2020: outline and hatch.
    pub held: Rgb,
    /// Lines of contact.
    pub contact: Rgb,

    // --- map type ---
    /// Settlements.
    pub label: Rgb,
    /// Regions and countries.
    pub label_region: Rgb,
    /// Water.
    pub label_water: Rgb,
    /// Halo behind map type; the land's colour.
    pub halo: Rgb,

    // --- symbols ---
    /// First main party (alphabetical: Armenia).
    pub party_a: Rgb,
    /// Second main party (alphabetical: Azerbaijan).
    pub party_b: Rgb,
    /// Every other party, and all parties together.
    pub party_other: Rgb,
    /// Families of kinds, as [`kind_ink`] numbers them; never on the map, where colours are parties.
    pub kinds: [Rgb; 5],
    /// Colours of drawings beside those of map type and of the parties: brown, dull yellow-green, violet.
    pub inks: [Rgb; 3],
    /// Thin rim of a symbol, of the opposite lightness.
    pub rim: Rgb,
    /// Ring round the selected symbol.
    pub ring: Rgb,
}

const LIGHT: Colors = Colors {
    is_dark: false,
    panel: Rgb(0xFB, 0xF9, 0xF5),
    raised: Rgb(0xF1, 0xED, 0xE4),
    selected: Rgb(0xE4, 0xDD, 0xCD),
    rule: Rgb(0xD8, 0xD1, 0xC3),
    switch: Rgb(0xC9, 0xC0, 0xAF),
    text: Rgb(0x25, 0x25, 0x28),
    text_weak: Rgb(0x5E, 0x5B, 0x57),
    accent: Rgb(0x2A, 0x5D, 0x84),
    on_accent: Rgb(0xFF, 0xFF, 0xFF),
    error: Rgb(0xA0, 0x36, 0x1B),
    warning: Rgb(0x7D, 0x5A, 0x00),
    sea: Rgb(0xCB, 0xDF, 0xE6),
    sea_deep: Rgb(0xB4, 0xCF, 0xDB),
    land: Rgb(0xF4, 0xEF, 0xE4),
    land_high: Rgb(0xEA, 0xE0, 0xCF),
    shore: Rgb(0x7E, 0xA3, 0xB5),
    river: Rgb(0x93, 0xB7, 0xC9),
    relief: 0.5,
    shapes: Shapes {
        open: Rgb(0xE9, 0xEA, 0xD2),
        wood: Rgb(0xD3, 0xDC, 0xBC),
        bare: Rgb(0xEF, 0xE9, 0xDC),
        built: Rgb(0xE2, 0xD8, 0xCB),
        building: Rgb(0xD2, 0xC6, 0xB7),
        road: Rgb(0xFF, 0xFD, 0xF8),
        road_edge: Rgb(0xC4, 0xB7, 0xA4),
        main_road: Rgb(0xFB, 0xEE, 0xCF),
        main_edge: Rgb(0xB2, 0xA0, 0x83),
        rail: Rgb(0x96, 0x8E, 0x87),
        other: Rgb(0x7A, 0x6A, 0x58),
    },
    border_focus: Rgb(0x3A, 0x2E, 0x3F),
    border: Rgb(0x6F, 0x66, 0x6B),
    casing: Rgb(0xFF, 0xFC, 0xF3),
    province: Rgb(0xA9, 0x9F, 0x93),
    held: Rgb(0x8A, 0x6A, 0x3B),
    contact: Rgb(0x6B, 0x4E, 0x1E),
    label: Rgb(0x2E, 0x2A, 0x28),
    label_region: Rgb(0x6A, 0x60, 0x58),
    label_water: Rgb(0x33, 0x5E, 0x77),
    halo: Rgb(0xF8, 0xF4, 0xEB),
    party_a: Rgb(0x7A, 0x2E, 0x68),
    party_b: Rgb(0x1F, 0x8A, 0x86),
    party_other: Rgb(0x6E, 0x6A, 0x64),
    kinds: [
        Rgb(0x30, 0x34, 0x3C),
        Rgb(0xB0, 0x7A, 0x00),
        Rgb(0x3E, 0x5F, 0xB0),
        Rgb(0x68, 0x8E, 0xB4),
        Rgb(0x7A, 0x5C, 0x52),
    ],
    inks: [Rgb(0x7A, 0x44, 0x26), Rgb(0x54, 0x62, 0x14), Rgb(0x5A, 0x46, 0x9E)],
    rim: Rgb(0xFF, 0xFD, 0xF7),
    ring: Rgb(0x1B, 0x1B, 0x1F),
};

const DARK: Colors = Colors {
    is_dark: true,
    panel: Rgb(0x1A, 0x1D, 0x21),
    raised: Rgb(0x25, 0x29, 0x2F),
    selected: Rgb(0x34, 0x3A, 0x42),
    rule: Rgb(0x3A, 0x40, 0x48),
    switch: Rgb(0x56, 0x5D, 0x67),
    text: Rgb(0xE9, 0xE6, 0xDF),
    text_weak: Rgb(0xA9, 0xA6, 0x9E),
    accent: Rgb(0x7F, 0xB7, 0xDD),
    on_accent: Rgb(0x10, 0x18, 0x20),
    error: Rgb(0xF0, 0x9A, 0x7E),
    warning: Rgb(0xE0, 0xBE, 0x6A),
    sea: Rgb(0x1E, 0x30, 0x3B),
    sea_deep: Rgb(0x18, 0x27, 0x31),
    land: Rgb(0x23, 0x27, 0x2B),
    land_high: Rgb(0x2F, 0x31, 0x32),
    shore: Rgb(0x4C, 0x6C, 0x7C),
    river: Rgb(0x38, 0x55, 0x64),
    relief: 0.55,
    shapes: Shapes {
        open: Rgb(0x29, 0x2F, 0x2B),
        wood: Rgb(0x26, 0x33, 0x2B),
        bare: Rgb(0x33, 0x34, 0x35),
        built: Rgb(0x31, 0x34, 0x38),
        building: Rgb(0x44, 0x49, 0x50),
        road: Rgb(0x57, 0x5E, 0x66),
        road_edge: Rgb(0x22, 0x26, 0x2A),
        main_road: Rgb(0x7C, 0x74, 0x62),
        main_edge: Rgb(0x18, 0x1B, 0x1E),
        rail: Rgb(0x64, 0x68, 0x6D),
        other: Rgb(0xA0, 0x92, 0x80),
    },
    border_focus: Rgb(0xEF, 0xE3, 0xD2),
    border: Rgb(0xA3, 0x9C, 0x92),
    casing: Rgb(0x12, 0x15, 0x18),
    province: Rgb(0x5C, 0x5E, 0x5F),
    held: Rgb(0xC9, 0xA6, 0x6B),
    contact: Rgb(0xE2, 0xBE, 0x80),
    label: Rgb(0xEA, 0xE6, 0xDC),
    label_region: Rgb(0xA8, 0xA2, 0x98),
    label_water: Rgb(0x93, 0xBC, 0xD2),
    halo: Rgb(0x1C, 0x20, 0x24),
    party_a: Rgb(0xC9, 0x78, 0xB5),
    party_b: Rgb(0x86, 0xDB, 0xD3),
    party_other: Rgb(0xA5, 0xA2, 0x9B),
    kinds: [
        Rgb(0xF2, 0xEB, 0xDD),
        Rgb(0xD3, 0x9A, 0x2E),
        Rgb(0x6C, 0x7F, 0xD0),
        Rgb(0xA9, 0xCB, 0xEF),
        Rgb(0x8A, 0x74, 0x66),
    ],
    inks: [Rgb(0xD6, 0xA0, 0x7A), Rgb(0xC9, 0xCC, 0x6E), Rgb(0xB4, 0xA4, 0xF0)],
    rim: Rgb(0x12, 0x15, 0x18),
    ring: Rgb(0xFF, 0xFB, 0xF0),
};

const PRINT: Colors = Colors {
    panel: Rgb(0xFF, 0xFF, 0xFF),
    raised: Rgb(0xF4, 0xF4, 0xF4),
    sea: Rgb(0xEE, 0xF3, 0xF5),
    sea_deep: Rgb(0xEE, 0xF3, 0xF5),
    land: Rgb(0xFF, 0xFF, 0xFF),
    land_high: Rgb(0xFF, 0xFF, 0xFF),
    shore: Rgb(0x5F, 0x83, 0x95),
    river: Rgb(0x86, 0xA8, 0xB8),
    relief: 0.0,
    shapes: Shapes {
        open: Rgb(0xFA, 0xFA, 0xF6),
        wood: Rgb(0xEF, 0xF2, 0xE8),
        bare: Rgb(0xFA, 0xFA, 0xFA),
        built: Rgb(0xF0, 0xF0, 0xF0),
        building: Rgb(0xD8, 0xD8, 0xD8),
        road: Rgb(0xFF, 0xFF, 0xFF),
        road_edge: Rgb(0xA8, 0xA8, 0xA8),
        main_road: Rgb(0xF4, 0xF4, 0xF4),
        main_edge: Rgb(0x80, 0x80, 0x80),
        rail: Rgb(0x88, 0x88, 0x88),
        other: Rgb(0x70, 0x70, 0x70),
    },
    border_focus: Rgb(0x10, 0x10, 0x12),
    border: Rgb(0x55, 0x55, 0x58),
    casing: Rgb(0xFF, 0xFF, 0xFF),
    halo: Rgb(0xFF, 0xFF, 0xFF),
    rim: Rgb(0xFF, 0xFF, 0xFF),
    ring: Rgb(0x00, 0x00, 0x00),
    ..LIGHT
};

impl Colors {
    /// The colour of a drawing.
    pub fn ink(&self, ink: Ink) -> Rgb {
        let [umber, olive, violet] = self.inks;
        match ink {
            Ink::Ink => self.label,
            Ink::Umber => umber,
            Ink::Olive => olive,
            Ink::Violet => violet,
            Ink::Plum => self.party_a,
            Ink::Teal => self.party_b,
        }
    }
}

/// A colour brought as far towards `strong` as words in it need for a contrast of 4.5:1 on a ground.
pub fn readable(color: Rgb, ground: Rgb, strong: Rgb) -> Rgb {
    let mix = |part: f64| {
        let of = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * part).round() as u8;
        Rgb(of(color.0, strong.0), of(color.1, strong.1), of(color.2, strong.2))
    };
    let steps = (0..=10).map(|n| mix(f64::from(n) / 10.0));
    steps.into_iter().find(|c| contrast(*c, ground) >= 4.5).unwrap_or(strong)
}

/// How an area is filled, the second cue beside its colour. All are made of level bars, so that they hold in a column of
/// three pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hatch {
    /// Whole.
    Solid,
    /// Bars as wide as their gaps.
    Even,
    /// Thin gaps.
    Dense,
    /// Thin bars.
    Sparse,
    /// An outline.
    Hollow,
}

/// Colour and fill of a kind: the families ground fighting, fire from afar, harm to civilians, other, spoken have a colour
/// each, their kinds a fill each.
pub fn kind_ink(kind: &Kind) -> (usize, Hatch) {
    match kind {
        Kind::ArmedClash => (0, Hatch::Solid),
        Kind::Battle => (0, Hatch::Even),
        Kind::War => (0, Hatch::Hollow),
        Kind::Shelling => (1, Hatch::Solid),
        Kind::AirStrike => (1, Hatch::Even),
        Kind::MissileStrike => (1, Hatch::Sparse),
        Kind::AgainstCivilians => (2, Hatch::Solid),
        Kind::Capture => (2, Hatch::Even),
        Kind::TerritorialChange => (3, Hatch::Solid),
        Kind::Sabotage => (3, Hatch::Even),
        Kind::AircraftLoss => (3, Hatch::Dense),
        Kind::Explosion => (3, Hatch::Sparse),
        Kind::Other(_) => (3, Hatch::Hollow),
        Kind::Ceasefire => (4, Hatch::Solid),
        Kind::Statement => (4, Hatch::Hollow),
    }
}

/// Relative luminance (WCAG 2.2, "relative luminance").
pub fn luminance(Rgb(r, g, b): Rgb) -> f64 {
    let f = |c: u8| {
        let c = f64::from(c) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b)
}

/// Contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio").
pub fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_readable_in_every_theme() {
        for theme in Theme::ALL {
            let c = theme.colors();
            for (name, ink, ground) in [
                ("text on panel", c.text, c.panel),
                ("text on raised", c.text, c.raised),
                ("text on selected", c.text, c.selected),
                ("weak text on panel", c.text_weak, c.panel),
                ("weak text on raised", c.text_weak, c.raised),
                ("accent on panel", c.accent, c.panel),
                ("text on accent", c.on_accent, c.accent),
                ("error on panel", c.error, c.panel),
                ("warning on panel", c.warning, c.panel),
                ("label on land", c.label, c.land),
                ("region label on land", c.label_region, c.land),
                ("water label on sea", c.label_water, c.sea),
            ] {
                let ratio = contrast(ink, ground);
                assert!(ratio >= 4.5, "{}: {name} {ratio:.2}", theme.id());
            }
        }
    }

    #[test]
    fn symbols_and_lines_stand_out_from_the_ground() {
        for theme in Theme::ALL {
            let c = theme.colors();
            for (name, ink) in [
                ("party a", c.party_a),
                ("party b", c.party_b),
                ("other party", c.party_other),
                ("focus border", c.border_focus),
                ("border", c.border),
                ("held area", c.held),
                ("contact", c.contact),
                ("ring", c.ring),
            ] {
                let ratio = contrast(ink, c.land);
                assert!(ratio >= 3.0, "{}: {name} {ratio:.2}", theme.id());
            }
        }
    }

    /// Simulated view of a dichromat: Viénot, Brettel, Mollon 1999 for the red and green kinds, and the single-plane
    /// approximation in the same form for the blue kind; in linear RGB.
    fn as_seen(Rgb(r, g, b): Rgb, kind: usize) -> [f64; 3] {
        let lin = |c: u8| (f64::from(c) / 255.0).powf(2.2);
        let (r, g, b) = (lin(r), lin(g), lin(b));
        match kind {
            0 => [0.112_38 * r + 0.887_62 * g, 0.112_38 * r + 0.887_62 * g, 0.004_01 * r - 0.004_01 * g + b],
            1 => [0.292_75 * r + 0.707_25 * g, 0.292_75 * r + 0.707_25 * g, -0.022_34 * r + 0.022_34 * g + b],
            _ => [r + 0.144_61 * g - 0.144_61 * b, 0.859_24 * g + 0.140_76 * b, 0.859_24 * g + 0.140_76 * b],
        }
    }

    #[test]
    fn every_kind_has_a_colour_and_fill_of_its_own_that_can_be_told_apart_by_everyone() {
        let mut inks: Vec<_> = Kind::KNOWN.iter().map(kind_ink).collect();
        inks.sort_unstable_by_key(|(family, hatch)| (*family, *hatch as u8));
        inks.dedup();
        assert_eq!(inks.len(), Kind::KNOWN.len());
        for theme in Theme::ALL {
            let c = theme.colors();
            for (n, ink) in c.kinds.iter().enumerate() {
                let ratio = contrast(*ink, c.panel);
                assert!(ratio >= 3.0, "{}: kinds {n} {ratio:.2}", theme.id());
                for other in c.kinds.iter().skip(n + 1) {
                    for kind in 0..3 {
                        let (a, b) = (as_seen(*ink, kind), as_seen(*other, kind));
                        let d = a.iter().zip(b).map(|(x, y)| (x.max(0.0).sqrt() - y.max(0.0).sqrt()).powi(2));
                        let d = d.sum::<f64>().sqrt();
                        assert!(d > 0.18, "{}: {ink:?} {other:?} kind {kind} {d:.3}", theme.id());
                    }
                }
            }
        }
    }

    #[test]
    fn inks_of_drawings_stand_out_are_no_flags_and_can_be_told_apart() {
        // Red, blue, orange, green, sky blue of the flags of the region.
        let flags = [
            Rgb(0xD9, 0x00, 0x12),
            Rgb(0x00, 0x33, 0xA0),
            Rgb(0xF2, 0xA8, 0x00),
            Rgb(0x00, 0x92, 0xBC),
            Rgb(0xE4, 0x00, 0x2B),
            Rgb(0x00, 0xAF, 0x66),
            Rgb(0xE3, 0x0A, 0x17),
        ];
        let apart = |a: Rgb, b: Rgb| {
            let d = |x: u8, y: u8| (f64::from(x) - f64::from(y)).powi(2);
            (d(a.0, b.0) + d(a.1, b.1) + d(a.2, b.2)).sqrt()
        };
        for theme in Theme::ALL {
            let c = theme.colors();
            for (n, ink) in Ink::ALL.into_iter().enumerate() {
                let color = c.ink(ink);
                let ratio = contrast(color, c.land);
                assert!(ratio >= 3.0, "{}: {ink:?} {ratio:.2}", theme.id());
                let words = readable(color, c.halo, c.label);
                assert!(contrast(words, c.halo) >= 4.5, "{}: {ink:?}", theme.id());
                for flag in flags {
                    assert!(apart(color, flag) > 55.0, "{}: {ink:?} {:.0}", theme.id(), apart(color, flag));
                }
                for other in Ink::ALL.into_iter().skip(n + 1) {
                    let d = apart(color, c.ink(other));
                    assert!(d > 44.0, "{}: {ink:?} {other:?} {d:.0}", theme.id());
                }
            }
        }
    }

    #[test]
    fn the_party_colours_stay_apart_for_every_kind_of_colour_vision_and_in_grey() {
        for theme in Theme::ALL {
            let c = theme.colors();
            assert!(
                contrast(c.party_a, c.party_b) >= 1.5,
                "{}: grey {:.2}",
                theme.id(),
                contrast(c.party_a, c.party_b)
            );
            for kind in 0..3 {
                let (a, b) = (as_seen(c.party_a, kind), as_seen(c.party_b, kind));
                let d =
                    a.iter().zip(b).map(|(x, y)| (x.max(0.0).sqrt() - y.max(0.0).sqrt()).powi(2)).sum::<f64>().sqrt();
                assert!(d > 0.18, "{}: kind {kind} {d:.3}", theme.id());
            }
        }
    }
}
