//! A key on a ring of servers.

use super::Frame;
use super::marked_name;
use crate::scene::{Paint, Rect, bold, line, mono};

impl Frame<'_, '_> {
    /// A ring in its servers' colours; a mark at the key, and outside it the way to the point that
    /// it went to.
    pub(super) fn ring(&mut self, owners: &[u16], key: &str, at: Option<(f64, f64)>) {
        self.caption("picture.ring");
        let a = self.area;
        let width = (a.w.min(a.h) * 0.08).clamp(3.0, 16.0);
        let radius = (a.w.min(a.h) / 2.0 - width - 3.0).max(2.0);
        let n = owners.len() as f64;
        for (i, &server) in owners.iter().enumerate() {
            // A little longer than its part, so that no gap shows between two.
            let from = i as f64 / n;
            let to = (i as f64 + 1.1) / n;
            self.d.line(
                around(&a, from, radius),
                around(&a, to, radius),
                line(Paint::Server(server), width),
            );
        }
        let Some((hash, point)) = at else { return };
        let server = self.chosen.unwrap_or(0) as u16;
        let outside = radius + width * 0.5 + 3.0;
        // The shorter way: to the nearest point it may go back.
        let way = (point - hash).rem_euclid(1.0);
        let way = if way > 0.9 { way - 1.0 } else { way };
        let steps = libm::ceil(way.abs() * n).max(1.0);
        for i in 0..steps as u16 {
            let from = hash + way * f64::from(i) / steps;
            let to = hash + way * (f64::from(i) + 1.0) / steps;
            self.d.line(
                around(&a, from, outside),
                around(&a, to, outside),
                line(Paint::Label(server), 2.0),
            );
        }
        self.d.line(
            around(&a, hash, radius - width),
            around(&a, hash, outside + 3.0),
            line(Paint::Ink, 2.0),
        );
        let inside = 2.0 * (radius - width) - 8.0;
        if inside >= 40.0 {
            let name = marked_name(server.into());
            let x = a.centre();
            let y = a.middle();
            self.d
                .text_in((x, y - 9.0), key, mono(12.0).middle(Paint::Ink), inside);
            self.d
                .text((x, y + 9.0), name, bold(13.0).middle(Paint::Label(server)));
        }
    }
}

/// A point of a circle around an area's middle: from the top, clockwise.
fn around(area: &Rect, part: f64, radius: f64) -> (f64, f64) {
    let (sin, cos) = of_turn(part);
    (area.centre() + radius * sin, area.middle() - radius * cos)
}

/// Sine and cosine of a part of a turn, to the millionth: by their series, which is all that a
/// picture needs. `libm` would be two kilobytes of the first visit.
fn of_turn(part: f64) -> (f64, f64) {
    let quarters = (part * 4.0).round();
    let x = (part - quarters / 4.0) * std::f64::consts::TAU;
    let x2 = x * x;
    let sin = x * (1.0 - x2 / 6.0 * (1.0 - x2 / 20.0 * (1.0 - x2 / 42.0)));
    let cos = 1.0 - x2 / 2.0 * (1.0 - x2 / 12.0 * (1.0 - x2 / 30.0 * (1.0 - x2 / 56.0)));
    match (quarters as i32).rem_euclid(4) {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_turn_are_those_of_the_library() {
        for i in -200..=200 {
            let part = f64::from(i) / 100.0;
            let (sin, cos) = of_turn(part);
            let (exact_sin, exact_cos) = libm::sincos(part * std::f64::consts::TAU);
            assert!((sin - exact_sin).abs() < 1e-6, "{part}: {sin}");
            assert!((cos - exact_cos).abs() < 1e-6, "{part}: {cos}");
        }
    }
}
