//! A chart as data: what it shows, not how it is drawn.
//!
//! One encoding holds everywhere: an observation is solid, a prediction is dashed or outlined, its
//! band is a light fill. Title, legend, hover and table are the page's; `svg` draws the plot, and a
//! whole chart only for saving.
//!
//! Life of a chart: a builder in [`charts`](super::charts) reads a run and returns a
//! [`Chart`]; [`svg()`] makes it a picture, [`legend()`] names what is in it, [`read()`] says what
//! is under the pointer, and [`table()`] gives the numbers. Values may be NaN; such points are
//! not drawn.

mod axis;
mod hover;
mod legend;
pub(crate) mod svg;
mod table;
mod thin;

pub use axis::{Axis, Ticks};
pub use hover::{Reading, plot_fraction, read};
pub use legend::{LegendItem, legend, swatch};
pub use svg::{MARGIN_BOTTOM, MARGIN_RIGHT, MARGIN_TOP, margin_left, svg, svg_document};
pub use table::{Table, table};
pub use thin::{MAX_POINTS, thin, thin_steps};

use equipoise_formulas::Formula;

use super::palette::{Rgb, Theme, readable, server_colour};

/// A chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    /// Which chart, for files and elements.
    pub id: &'static str,
    /// Its title, in the reader's language, as all texts here.
    pub title: String,
    /// The formula behind its prediction; beside the title.
    pub formula: Option<Formula>,
    /// The axis to the right.
    pub x: Axis,
    /// The axis upwards.
    pub y: Axis,
    /// What is drawn, the first at the back.
    pub series: Vec<Series>,
    /// What a reader should know, such as where a formula ends.
    pub notes: Vec<String>,
    /// Why there is no prediction.
    pub no_prediction: Option<String>,
    /// The numbers, where those drawn are not the ones to read.
    pub numbers: Option<Table>,
    /// Words for the heads of a table's columns.
    pub words: TableWords,
}

impl Chart {
    /// Whether there is nothing to be seen yet.
    pub fn is_empty(&self) -> bool {
        !self
            .series
            .iter()
            .filter(|s| s.role == Role::Observation)
            .any(|s| s.points.iter().any(|p| p.y.is_finite()))
    }
}

/// What a table calls what has no name of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableWords {
    /// A server.
    pub server: String,
    /// The lower end of a band.
    pub low: String,
    /// Its upper end.
    pub high: String,
}

/// One curve, row of bars, band or mark.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// For legend, hover and table; empty for what needs no naming, such as the line at the present
    /// moment.
    pub name: String,
    /// A few words drawn beside the curve's end, or at the mark.
    pub label: Option<String>,
    /// Its form.
    pub form: Form,
    /// What it says.
    pub role: Role,
    /// Its colour.
    pub hue: Hue,
    /// Its points in order of x.
    pub points: Vec<Point>,
}

impl Series {
    /// A series without a label.
    pub fn new(
        name: impl Into<String>,
        form: Form,
        role: Role,
        hue: Hue,
        points: Vec<Point>,
    ) -> Self {
        Self {
            name: name.into(),
            label: None,
            form,
            role,
            hue,
            points,
        }
    }

    /// What the run did.
    pub fn observed(name: impl Into<String>, form: Form, hue: Hue, points: Vec<Point>) -> Self {
        Self::new(name, form, Role::Observation, hue, points)
    }

    /// What a formula says.
    pub fn predicted(name: impl Into<String>, form: Form, hue: Hue, points: Vec<Point>) -> Self {
        Self::new(name, form, Role::Prediction, hue, points)
    }

    /// Where a formula, or an estimate, expects a value to lie.
    pub fn band(name: impl Into<String>, form: Form, hue: Hue, points: Vec<Point>) -> Self {
        Self::new(name, form, Role::Band, hue, points)
    }

    /// The same with a label.
    pub fn labelled(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }
}

/// The form of a series. Widths are in units of x.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    /// Points joined.
    Line,
    /// A value that stays until the next point.
    Step,
    /// Filled marks, in the shape of their server.
    Points,
    /// Hollow marks.
    Rings,
    /// Bars of this width from 0 to y (or from `low` if that is given).
    Bars(f64),
    /// Short levels of this width, each at its y.
    Levels(f64),
    /// Boxes of this width from `low` to y.
    Boxes(f64),
    /// The area from `low` to y.
    Band,
    /// A vertical line at each x.
    VerticalMark,
    /// A horizontal line at each y.
    HorizontalMark,
}

/// What a series says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// What the run did: solid.
    Observation,
    /// What a formula says: dashed or outlined.
    Prediction,
    /// Where a formula expects the observation to lie: a light fill.
    Band,
    /// A help for the eye, such as the present moment: thin.
    Guide,
}

/// A series' colour by its meaning; the theme gives the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hue {
    /// The theme's ink.
    Ink,
    /// Ink for what matters less.
    Muted,
    /// The faintest ink, for what is only background.
    Faint,
    /// The plain fill of bars and points that are no one server's.
    Plain,
    /// A second observation beside one in ink.
    Second,
    /// The accent.
    Accent,
    /// What is disputed: a formula that does not hold.
    Warning,
    /// A server's.
    Server(usize),
}

impl Hue {
    /// For areas and lines.
    pub fn colour(self, theme: Theme) -> Rgb {
        match self {
            Self::Ink => theme.ink(),
            Self::Muted => theme.ink3(),
            Self::Faint => theme.ink3().mix(theme.card(), 0.6),
            Self::Plain => theme.ink3().mix(theme.card(), 0.3),
            Self::Second => theme.second(),
            Self::Accent => theme.accent(),
            Self::Warning => theme.warning(),
            Self::Server(server) => server_colour(server),
        }
    }

    /// For text.
    pub fn text(self, theme: Theme) -> Rgb {
        readable(self.colour(theme), theme)
    }
}

/// One point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Upwards; of a band, its upper edge.
    pub y: f64,
    /// The lower edge of a band or box, or of a bar that does not begin at 0.
    pub low: Option<f64>,
    /// The server that it belongs to, if its series mixes several.
    pub server: Option<usize>,
}

impl Point {
    /// A plain point.
    pub const fn at(x: f64, y: f64) -> Self {
        Self {
            x,
            y,
            low: None,
            server: None,
        }
    }

    /// A piece of a band.
    pub const fn span(x: f64, low: f64, high: f64) -> Self {
        Self {
            x,
            y: high,
            low: Some(low),
            server: None,
        }
    }

    /// The same as a server's.
    pub const fn of(mut self, server: usize) -> Self {
        self.server = Some(server);
        self
    }
}
