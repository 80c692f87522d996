//! A drawing as data: shapes in CSS pixels, colours by role. The page paints it on a canvas.

use crate::palette::{Rgb, Theme, server_colour, text_colour};

/// A colour by what it means; the theme decides what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Paint {
    /// Text and marks.
    Ink,
    /// Secondary text.
    Muted,
    /// Borders and idle paths.
    Line,
    /// Empty tracks, dashed places.
    Faint,
    /// The surface of cards.
    Card,
    /// The surface behind cards.
    Ground,
    /// What is being pointed at.
    Accent,
    /// A task that has no server yet.
    Task,
    /// Text on a task.
    OnTask,
    /// Something lost or refused.
    Alarm,
    /// A server's colour.
    Server(u16),
    /// A server's colour, thin.
    Soft(u16),
    /// A server's colour, dark enough for text.
    Label(u16),
}

impl Paint {
    /// The colour in a theme.
    pub fn colour(self, theme: Theme) -> Rgb {
        match self {
            Self::Ink => theme.ink(),
            Self::Muted | Self::Task => theme.ink2(),
            Self::Line => theme.line(),
            Self::Faint => theme.grid(),
            Self::Card | Self::OnTask => theme.card(),
            Self::Ground => theme.background(),
            Self::Accent => theme.accent(),
            Self::Alarm => theme.warning(),
            Self::Server(server) => server_colour(server.into()),
            Self::Soft(server) => server_colour(server.into()).mix(theme.card(), 0.75),
            Self::Label(server) => text_colour(server.into(), theme),
        }
    }
}

/// A line around or along something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub paint: Paint,
    /// Its width (px).
    pub width: f64,
    /// Whether it is dashed.
    pub dashed: bool,
}

/// A solid line of this colour and width (px).
pub const fn line(paint: Paint, width: f64) -> Stroke {
    Stroke {
        paint,
        width,
        dashed: false,
    }
}

/// A rectangle (px).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

impl Rect {
    /// A rectangle.
    pub const fn new(x: f64, y: f64, w: f64, h: f64) -> Self {
        Self { x, y, w, h }
    }

    /// A square of this side around a point.
    pub fn around(x: f64, y: f64, side: f64) -> Self {
        Self::new(x - side / 2.0, y - side / 2.0, side, side)
    }

    /// Smaller by `by` on each side.
    pub fn inset(self, by: f64) -> Self {
        Self::new(
            self.x + by,
            self.y + by,
            (self.w - 2.0 * by).max(0.0),
            (self.h - 2.0 * by).max(0.0),
        )
    }

    /// Right edge.
    pub fn right(&self) -> f64 {
        self.x + self.w
    }

    /// Bottom edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.h
    }

    /// Half way down.
    pub fn middle(&self) -> f64 {
        self.y + self.h / 2.0
    }

    /// Half way across.
    pub fn centre(&self) -> f64 {
        self.x + self.w / 2.0
    }
}

/// Where a text is relative to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// It is centred there.
    Middle,
    /// It ends there.
    End,
}

/// How a text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Font {
    /// Height (px).
    pub size: f64,
    /// Bold.
    pub bold: bool,
    /// All digits equally wide.
    pub mono: bool,
}

impl Font {
    /// In this colour, at this side of its point.
    pub const fn at(self, anchor: Anchor, paint: Paint) -> TextStyle {
        TextStyle {
            font: self,
            paint,
            anchor,
        }
    }

    /// In this colour, beginning at its point.
    pub const fn start(self, paint: Paint) -> TextStyle {
        self.at(Anchor::Start, paint)
    }

    /// In this colour, centred at its point.
    pub const fn middle(self, paint: Paint) -> TextStyle {
        self.at(Anchor::Middle, paint)
    }

    /// In this colour, ending at its point.
    pub const fn end(self, paint: Paint) -> TextStyle {
        self.at(Anchor::End, paint)
    }
}

/// How a text looks and on which side of its point it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextStyle {
    /// Its font.
    pub font: Font,
    /// Its colour.
    pub paint: Paint,
    /// Its side.
    pub anchor: Anchor,
}

/// A plain font of this size (px).
pub const fn font(size: f64) -> Font {
    Font {
        size,
        bold: false,
        mono: false,
    }
}

/// A bold font of this size (px).
pub const fn bold(size: f64) -> Font {
    Font {
        size,
        bold: true,
        mono: false,
    }
}

/// A font with digits of equal width.
pub const fn mono(size: f64) -> Font {
    Font {
        size,
        bold: false,
        mono: true,
    }
}

/// One thing to draw.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A rectangle with rounded corners.
    Box {
        /// Where.
        rect: Rect,
        /// Radius of its corners (px).
        radius: f64,
        /// Its inside.
        fill: Option<Paint>,
        /// Its border.
        stroke: Option<Stroke>,
    },
    /// A line of text; it is shortened with an ellipsis if it is wider than `room`.
    Text {
        /// Where its baseline's anchor is: x.
        x: f64,
        /// Where its middle is: y.
        y: f64,
        /// What it says.
        text: String,
        /// How it looks.
        font: Font,
        /// Its colour.
        paint: Paint,
        /// Its side of the point.
        anchor: Anchor,
        /// The width it may take (px).
        room: f64,
    },
    /// A curve from `from` to `to` that leaves and arrives level (or, with `upright`, plumb).
    Curve {
        /// Its beginning.
        from: (f64, f64),
        /// Its end.
        to: (f64, f64),
        /// Vertical at both ends.
        upright: bool,
        /// How it is drawn.
        stroke: Stroke,
    },
    /// A straight line.
    Line {
        /// Its beginning.
        from: (f64, f64),
        /// Its end.
        to: (f64, f64),
        /// How it is drawn.
        stroke: Stroke,
    },
}

/// The point at `part` (0 to 1) of the curve that [`Shape::Curve`] draws.
pub fn along(from: (f64, f64), to: (f64, f64), upright: bool, part: f64) -> (f64, f64) {
    let (a, b) = controls(from, to, upright);
    (
        bezier([from.0, a.0, b.0, to.0], part),
        bezier([from.1, a.1, b.1, to.1], part),
    )
}

/// A cubic Bézier curve's coordinate at `p`.
fn bezier([from, a, b, to]: [f64; 4], p: f64) -> f64 {
    let q = 1.0 - p;
    q * q * q * from + 3.0 * q * q * p * a + 3.0 * q * p * p * b + p * p * p * to
}

/// The control points of the curve that [`Shape::Curve`] draws.
pub fn controls(from: (f64, f64), to: (f64, f64), upright: bool) -> ((f64, f64), (f64, f64)) {
    if upright {
        let middle = f64::midpoint(from.1, to.1);
        ((from.0, middle), (to.0, middle))
    } else {
        let middle = f64::midpoint(from.0, to.0);
        ((middle, from.1), (middle, to.1))
    }
}

/// A task: its place, and the part of it that is still to be done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block {
    /// Its place.
    pub rect: Rect,
    /// Its colour.
    pub paint: Paint,
    /// What is left of it, from 0 to 1; drawn filled from below.
    pub left: f64,
    /// Its number, if there is room to show it.
    pub number: Option<u64>,
}

/// A list of shapes, with short ways to add them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing(pub Vec<Shape>);

impl Drawing {
    /// Adds a filled box without border.
    pub fn fill(&mut self, rect: Rect, radius: f64, paint: Paint) {
        self.0.push(Shape::Box {
            rect,
            radius,
            fill: Some(paint),
            stroke: None,
        });
    }

    /// Adds a bordered box.
    pub fn boxed(&mut self, rect: Rect, radius: f64, fill: Option<Paint>, stroke: Stroke) {
        self.0.push(Shape::Box {
            rect,
            radius,
            fill,
            stroke: Some(stroke),
        });
    }

    /// Adds a line of text at a point, with unlimited room.
    pub fn text(&mut self, at: (f64, f64), text: impl Into<String>, style: TextStyle) {
        self.text_in(at, text, style, f64::INFINITY);
    }

    /// Adds a line of text that must not be wider than `room` (px).
    pub fn text_in(
        &mut self,
        (x, y): (f64, f64),
        text: impl Into<String>,
        TextStyle {
            font,
            paint,
            anchor,
        }: TextStyle,
        room: f64,
    ) {
        self.0.push(Shape::Text {
            x,
            y,
            text: text.into(),
            font,
            paint,
            anchor,
            room,
        });
    }

    /// Adds a straight line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke: Stroke) {
        self.0.push(Shape::Line { from, to, stroke });
    }

    /// Adds a curve.
    pub fn curve(&mut self, from: (f64, f64), to: (f64, f64), upright: bool, stroke: Stroke) {
        self.0.push(Shape::Curve {
            from,
            to,
            upright,
            stroke,
        });
    }
}

/// Everything on a stage: what keeps its place, drawn a few times a second, and what moves, drawn
/// every frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// Cards, labels, paths, the balancer's state.
    pub base: Drawing,
    /// Bars and marks that follow time.
    pub live: Drawing,
    /// Tasks.
    pub blocks: Vec<Block>,
}
