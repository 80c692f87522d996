//! Colours: the two themes and the servers.
//!
//! Servers take the colours of Okabe and Ito ("Color Universal Design", 2008), which people with
//! any common colour vision tell apart. Colour is never the only cue: each server has a shape too.
//! There are 7 colours and 8 shapes, so the pair repeats only after 56 servers. Dashes are no
//! server's cue: a dash always means a prediction.

/// A colour in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// From 0xRRGGBB.
    pub const fn hex(rgb: u32) -> Self {
        Self((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
    }

    /// As CSS and SVG write it.
    pub fn css(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// As CSS writes it with an opacity from 0 to 1.
    pub fn css_alpha(self, alpha: f64) -> String {
        format!("rgba({},{},{},{alpha})", self.0, self.1, self.2)
    }

    /// This colour with `part` of another mixed in, from 0 to 1.
    pub fn mix(self, other: Self, part: f64) -> Self {
        Self(
            mix_channel(self.0, other.0, part),
            mix_channel(self.1, other.1, part),
            mix_channel(self.2, other.2, part),
        )
    }

    /// Relative luminance, as WCAG 2 defines it.
    fn luminance(self) -> f64 {
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }
}

fn mix_channel(a: u8, b: u8, part: f64) -> u8 {
    (f64::from(a) + (f64::from(b) - f64::from(a)) * part).round() as u8
}

/// A channel of sRGB in linear light, from 0 to 1.
fn linear(channel: u8) -> f64 {
    let c = f64::from(channel) / 255.0;
    if c <= 0.040_45 {
        c / 12.92
    } else {
        libm::pow((c + 0.055) / 1.055, 2.4)
    }
}

/// Contrast of two colours, as WCAG 2 defines it: from 1 to 21. Text needs 4.5.
pub fn contrast(a: Rgb, b: Rgb) -> f64 {
    let a = a.luminance();
    let b = b.luminance();
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Contrast that text needs (WCAG 2, level AA).
pub const TEXT_CONTRAST: f64 = 4.5;

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    const fn pick(self, light: u32, dark: u32) -> Rgb {
        Rgb::hex(match self {
            Self::Light => light,
            Self::Dark => dark,
        })
    }

    /// Text and marks that matter.
    pub const fn ink(self) -> Rgb {
        self.pick(0x1b_1f24, 0xe7_eaed)
    }

    /// Text that matters less.
    pub const fn ink2(self) -> Rgb {
        self.pick(0x4f_5963, 0xb0_b8c0)
    }

    /// The faintest text that can still be read, such as tick labels.
    pub const fn ink3(self) -> Rgb {
        self.pick(0x66_707a, 0x8b_959f)
    }

    /// Lines around things.
    pub const fn line(self) -> Rgb {
        self.pick(0xdf_e3e6, 0x2c_333a)
    }

    /// Lines behind things: a chart's grid.
    pub const fn grid(self) -> Rgb {
        self.pick(0xe9_ecee, 0x29_3037)
    }

    /// The page.
    pub const fn background(self) -> Rgb {
        self.pick(0xf6_f7f8, 0x14_181c)
    }

    /// Panels on the page, with charts and tables.
    pub const fn card(self) -> Rgb {
        self.pick(0xff_ffff, 0x1a_1f24)
    }

    /// The one accent: controls, and predictions.
    pub const fn accent(self) -> Rgb {
        self.pick(0x00_72b2, 0x56_b4e9)
    }

    /// A second thing beside one in ink: Okabe and Ito's reddish purple, far from accent and
    /// warning.
    pub const fn second(self) -> Rgb {
        self.pick(0xa6_4a7d, 0xdd_93bd)
    }

    /// What is wrong or disputed.
    pub const fn warning(self) -> Rgb {
        self.pick(0xb8_4a00, 0xf0_7a2a)
    }

    /// Whatever text this theme needs most contrast against: its darkest or lightest ground.
    fn grounds(self) -> [Rgb; 2] {
        [self.background(), self.card()]
    }
}

const SERVERS: [u32; 7] = [
    0xe6_9f00, 0x56_b4e9, 0x00_9e73, 0xcc_79a7, 0xd5_5e00, 0x00_72b2, 0xf0_e442,
];

/// The second cue of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// ■
    Square,
    /// ▲
    Triangle,
    /// ●
    Circle,
    /// ◆
    Diamond,
    /// ★
    Star,
    /// ▼
    TriangleDown,
    /// ✚
    Cross,
    /// ⬟
    Pentagon,
}

impl Marker {
    /// All shapes, in the servers' order.
    pub const ALL: [Self; 8] = [
        Self::Square,
        Self::Triangle,
        Self::Circle,
        Self::Diamond,
        Self::Star,
        Self::TriangleDown,
        Self::Cross,
        Self::Pentagon,
    ];

    /// As a character.
    pub const fn glyph(self) -> char {
        match self {
            Self::Square => '■',
            Self::Triangle => '▲',
            Self::Circle => '●',
            Self::Diamond => '◆',
            Self::Star => '★',
            Self::TriangleDown => '▼',
            Self::Cross => '✚',
            Self::Pentagon => '⬟',
        }
    }

    /// The outline around the origin, about as large to the eye as a circle of radius 1. A circle
    /// has 16 corners.
    pub fn outline(self) -> Vec<(f64, f64)> {
        match self {
            Self::Square => vec![(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)],
            Self::Triangle => vec![(0.0, -1.15), (1.1, 0.8), (-1.1, 0.8)],
            Self::TriangleDown => vec![(0.0, 1.15), (1.1, -0.8), (-1.1, -0.8)],
            Self::Circle => corners(16, [1.0; 2]),
            Self::Diamond => vec![(0.0, -1.2), (1.1, 0.0), (0.0, 1.2), (-1.1, 0.0)],
            Self::Star => corners(10, [1.35, 0.6]),
            Self::Pentagon => corners(5, [1.15; 2]),
            Self::Cross => {
                let mut arm = [(-0.38, -1.1), (0.38, -1.1), (0.38, -0.38)];
                let mut outline = Vec::with_capacity(12);
                for _ in 0..4 {
                    outline.extend(arm);
                    arm = arm.map(|(x, y): (f64, f64)| (-y, x));
                }
                outline
            }
        }
    }
}

/// The corners of a polygon or star around the origin, from the top; odd corners have the second
/// radius.
fn corners(count: usize, radii: [f64; 2]) -> Vec<(f64, f64)> {
    (0..count)
        .map(|i| {
            let angle = i as f64 / count as f64 * std::f64::consts::TAU;
            let radius = radii[i % 2];
            (radius * libm::sin(angle), -radius * libm::cos(angle))
        })
        .collect()
}

/// The colour of a server, for areas and lines. Not for text: see [`text_colour`].
pub fn server_colour(server: usize) -> Rgb {
    Rgb::hex(SERVERS[server % SERVERS.len()])
}

/// The shape of a server.
pub fn server_marker(server: usize) -> Marker {
    Marker::ALL[server % Marker::ALL.len()]
}

/// The colour of a server for text on the theme's page or panels, darker or lighter than
/// [`server_colour`] as far as it must be to be read.
pub fn text_colour(server: usize, theme: Theme) -> Rgb {
    readable(server_colour(server), theme)
}

/// A colour, moved towards the theme's ink until it can be read as text.
pub fn readable(colour: Rgb, theme: Theme) -> Rgb {
    (0..=20)
        .map(|i| colour.mix(theme.ink(), f64::from(i) / 20.0))
        .find(|mixed| {
            let grounds = theme.grounds().into_iter();
            grounds
                .map(|ground| contrast(*mixed, ground))
                .all(|contrast| contrast >= TEXT_CONTRAST)
        })
        .unwrap_or(theme.ink())
}

/// Black or white ink for text on an area of this colour, whichever can be read better.
pub fn text_on(area: Rgb) -> Rgb {
    let dark = Rgb::hex(0x0b_0d0f);
    let light = Rgb::hex(0xff_ffff);
    if contrast(dark, area) >= contrast(light, area) {
        dark
    } else {
        light
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THEMES: [Theme; 2] = [Theme::Light, Theme::Dark];

    #[test]
    fn contrast_is_wcags() {
        assert!((contrast(Rgb::hex(0), Rgb::hex(0xff_ffff)) - 21.0).abs() < 1e-9);
        // The grey that WebAIM names as the lightest that passes on white.
        assert!((contrast(Rgb::hex(0x76_7676), Rgb::hex(0xff_ffff)) - 4.54).abs() < 0.01);
    }

    #[test]
    fn every_text_can_be_read() {
        for theme in THEMES {
            let inks = [
                theme.ink(),
                theme.ink2(),
                theme.ink3(),
                theme.accent(),
                theme.second(),
                theme.warning(),
            ];
            for text in inks
                .into_iter()
                .chain((0..7).map(|s| text_colour(s, theme)))
            {
                for ground in theme.grounds() {
                    let contrast = contrast(text, ground);
                    assert!(
                        contrast >= TEXT_CONTRAST,
                        "{} on {}: {contrast:.2}",
                        text.css(),
                        ground.css()
                    );
                }
            }
        }
    }

    /// The page's text and the canvas's are of the same colours.
    #[test]
    fn the_style_sheet_has_the_same_colours() {
        let style = include_str!("../../../static/style.css");
        let (light, dark) = style
            .split_once(":root[data-theme=\"dark\"]")
            .expect("a dark theme");
        for (theme, rules) in [(Theme::Light, light), (Theme::Dark, dark)] {
            for (name, colour) in [
                ("ink", theme.ink()),
                ("ink2", theme.ink2()),
                ("line", theme.line()),
                ("bg", theme.background()),
                ("card", theme.card()),
                ("accent", theme.accent()),
            ] {
                let rule = format!("--{name}: {};", colour.css());
                assert!(rules.contains(&rule), "{rule} in {theme:?}");
            }
        }
    }

    #[test]
    fn text_on_a_servers_colour_can_be_read() {
        for server in 0..7 {
            let area = server_colour(server);
            assert!(contrast(text_on(area), area) >= TEXT_CONTRAST, "{server}");
        }
    }

    #[test]
    fn no_two_of_56_servers_look_alike() {
        for s in 0..56 {
            for other in 0..s {
                assert!(
                    server_colour(s) != server_colour(other)
                        || server_marker(s) != server_marker(other)
                );
            }
        }
    }
}
