//! The marks of a plot: lines, bars, bands and points.

use super::super::{Form, Hue, Point, Role, Series};
use super::{Area, Drawn, FINE, Plot, line, rgb, solid};
use crate::palette::{Marker, Rgb, Theme, server_marker};
use plotters::element::DashedPathElement;
use plotters::prelude::*;

/// Width of a curve (px).
const CURVE: f64 = 2.0;
/// Length of a prediction's dashes (px).
const DASH: i32 = 6;
/// The gap between them (px).
const GAP: i32 = 4;
/// Opacity of a band.
const BAND: f64 = 0.12;

/// A series' points in the picture's units.
struct Pen<'a, 'b> {
    area: &'a Area<'b>,
    plot: &'a Plot<'b>,
    series: &'a Series,
    colour: Rgb,
    theme: Theme,
}

/// Draws a series; `crowd` is how many points there are in the fullest series of points, for the
/// size of their marks.
pub(super) fn draw<'a>(
    series: &Series,
    crowd: usize,
    theme: Theme,
    area: &Area<'a>,
    plot: &Plot<'a>,
) -> Drawn {
    let pen = Pen {
        area,
        plot,
        series,
        colour: series.hue.colour(theme),
        theme,
    };
    match series.form {
        Form::Line | Form::Step => pen.curve(),
        Form::Points | Form::Rings => pen.points(crowd),
        Form::Bars(width) => pen.bars(width),
        Form::Levels(width) => pen.levels(width),
        Form::Boxes(width) => pen.boxes(width),
        Form::Band => pen.band(),
        Form::VerticalMark => pen.vertical(),
        Form::HorizontalMark => pen.horizontal(),
    }
}

impl Pen<'_, '_> {
    /// The place of a value, kept within the plot.
    fn place(&self, x: f64, y: f64) -> (i32, i32) {
        let (xs, ys) = self.plot.plotting_area().get_pixel_range();
        let (px, py) = self.plot.plotting_area().map_coordinate(&(x, y));
        (px.clamp(xs.start, xs.end), py.clamp(ys.start, ys.end))
    }

    /// Whether a line leaves the plot at `from` and is not back at `to`.
    fn is_outside(&self, from: &Point, to: &Point) -> bool {
        let (_, ys) = self.plot.plotting_area().get_pixel_range();
        let [from, to] =
            [from, to].map(|p| self.plot.plotting_area().map_coordinate(&(p.x, p.y)).1);
        from.max(to) < ys.start || from.min(to) > ys.end
    }

    fn drawn(&self) -> impl Iterator<Item = &Point> {
        self.series
            .points
            .iter()
            .filter(|p| p.x.is_finite() && p.y.is_finite())
    }

    /// A line in the encoding of the series' role.
    fn stroke(&self, points: Vec<(i32, i32)>, width_px: f64) -> Drawn {
        match self.series.role {
            Role::Prediction => {
                let style = solid(self.colour, width_px);
                self.area.draw(&DashedPathElement::new(
                    points,
                    DASH * FINE,
                    GAP * FINE,
                    style,
                ))
            }
            Role::Guide => line(self.area, points, solid(self.colour, 1.25)),
            _ => line(self.area, points, solid(self.colour, width_px)),
        }
    }

    /// A line through the points, broken where one is undefined. A line that leaves the plot ends
    /// at its edge; steps beyond it stay there.
    fn curve(&self) -> Drawn {
        let step = self.series.form == Form::Step;
        // Step lines of several servers often have the same value: each is raised a little above
        // the one before, where a task is high enough for that not to mislead.
        let task = self.place(0.0, 0.0).1 - self.place(0.0, 1.0).1;
        let lift = match self.series.hue {
            Hue::Server(server) if step && task > 20 * FINE => (server % 6) as i32 * (FINE * 3 / 2),
            _ => 0,
        };
        let width = match (self.series.role, self.series.hue) {
            (_, Hue::Faint) => 1.0,
            (Role::Prediction, _) => 1.75,
            _ => CURVE,
        };
        let pieces = self
            .series
            .points
            .split(|p| !p.x.is_finite() || !p.y.is_finite());
        let inside =
            pieces.flat_map(|piece| piece.chunk_by(|from, to| step || !self.is_outside(from, to)));
        for piece in inside {
            let mut path: Vec<(i32, i32)> = Vec::with_capacity(piece.len() * 2);
            for p in piece {
                let (x, y) = self.place(p.x, p.y);
                let y = y - lift;
                if step && let Some(&(_, before)) = path.last() {
                    path.push((x, before));
                }
                path.push((x, y));
            }
            let end = path.last().copied();
            if path.len() > 1 {
                self.stroke(path, width)?;
            }
            if let (Some(end), Hue::Server(server), true) = (end, self.series.hue, step) {
                self.mark(end, server_marker(server), 4.0, self.colour, false)?;
            }
        }
        Ok(())
    }

    fn points(&self, crowd: usize) -> Drawn {
        let (xs, _) = self.plot.plotting_area().get_pixel_range();
        let px_each = xs.len() as f64 / f64::from(FINE) / crowd.max(1) as f64;
        let radius = (px_each * 0.45).clamp(1.5, 4.5);
        let hollow = self.series.form == Form::Rings;
        for p in self.drawn() {
            let server = match (p.server, self.series.hue) {
                (Some(server), _) | (None, Hue::Server(server)) => Some(server),
                _ => None,
            };
            let colour = server.map_or(self.colour, |s| Hue::Server(s).colour(self.theme));
            let shape = server.map_or(Marker::Circle, server_marker);
            self.mark(self.place(p.x, p.y), shape, radius, colour, hollow)?;
        }
        Ok(())
    }

    /// A shape with this radius (px).
    fn mark(&self, at: (i32, i32), shape: Marker, radius: f64, colour: Rgb, hollow: bool) -> Drawn {
        let unit = radius * f64::from(FINE);
        let mut corners = Vec::new();
        for (x, y) in shape.outline() {
            corners.push((
                at.0 + (x * unit).round() as i32,
                at.1 + (y * unit).round() as i32,
            ));
        }
        if hollow {
            corners.push(corners[0]);
            line(self.area, corners, solid(colour, 1.25))
        } else {
            self.area.draw(&Polygon::new(corners, rgb(colour).filled()))
        }
    }

    /// Two corners of a box around `x`.
    fn span(&self, x: f64, width: f64, low: f64, high: f64) -> [(i32, i32); 2] {
        [
            self.place(x - width / 2.0, high),
            self.place(x + width / 2.0, low),
        ]
    }

    fn bars(&self, width: f64) -> Drawn {
        for p in self.drawn() {
            let base = p.low.unwrap_or(0.0);
            let corners = self.span(p.x, width, base.min(p.y), base.max(p.y));
            let colour = p
                .server
                .map_or(self.colour, |s| Hue::Server(s).colour(self.theme));
            if self.series.role == Role::Prediction {
                let [(x0, y0), (x1, y1)] = corners;
                self.stroke(vec![(x0, y1), (x0, y0), (x1, y0), (x1, y1)], 1.5)?;
            } else if corners[0].1 < corners[1].1 {
                self.area
                    .draw(&Rectangle::new(corners, rgb(colour).filled()))?;
            }
        }
        Ok(())
    }

    fn levels(&self, width: f64) -> Drawn {
        for p in self.drawn() {
            let [from, to] = self.span(p.x, width, p.y, p.y);
            self.stroke(vec![from, to], CURVE)?;
        }
        Ok(())
    }

    fn boxes(&self, width: f64) -> Drawn {
        for p in self.drawn() {
            let corners = self.span(p.x, width, p.low.unwrap_or(0.0), p.y);
            self.area.draw(&Rectangle::new(
                corners,
                rgb(self.colour).mix(BAND).filled(),
            ))?;
        }
        Ok(())
    }

    fn band(&self) -> Drawn {
        for piece in self
            .series
            .points
            .split(|p| !p.x.is_finite() || !p.y.is_finite())
        {
            let upper = piece.iter().map(|p| self.place(p.x, p.y));
            let lower = piece
                .iter()
                .rev()
                .map(|p| self.place(p.x, p.low.unwrap_or(0.0)));
            if piece.len() > 1 {
                self.area.draw(&Polygon::new(
                    upper.chain(lower).collect::<Vec<_>>(),
                    rgb(self.colour).mix(BAND),
                ))?;
            }
        }
        Ok(())
    }

    fn vertical(&self) -> Drawn {
        let (_, ys) = self.plot.plotting_area().get_pixel_range();
        for p in self.series.points.iter().filter(|p| p.x.is_finite()) {
            let (x, _) = self.place(p.x, 0.0);
            self.stroke(vec![(x, ys.start), (x, ys.end)], 1.5)?;
        }
        Ok(())
    }

    fn horizontal(&self) -> Drawn {
        let (xs, _) = self.plot.plotting_area().get_pixel_range();
        for p in self.series.points.iter().filter(|p| p.y.is_finite()) {
            let (_, y) = self.place(0.0, p.y);
            self.stroke(vec![(xs.start, y), (xs.end, y)], 1.75)?;
        }
        Ok(())
    }
}
