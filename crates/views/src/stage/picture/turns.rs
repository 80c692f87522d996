//! Servers that take turns.

use super::Frame;
use super::marked_name;
use crate::scene::{Paint, Rect, bold, font, line};
use crate::stage::grid::fitting_cell;
use equipoise_engine::scenario::letter;

impl Frame<'_, '_> {
    /// The servers as cells in the order of their turns, a pointer at the next.
    pub(super) fn turns(&mut self, order: &[u16], next: usize) {
        self.caption("picture.turns");
        let a = self.area;
        let count = order.len().max(1) as f64;
        let mut cell = fitting_cell(&a, 1.35, count, 44.0_f64.min(a.w).min(a.h), 3.0);
        // A few are in one row, if they can still be read.
        let in_one_row = a.w / count;
        if in_one_row >= 28.0 {
            cell = cell.min(in_one_row);
        }
        let columns = ((a.w / cell).floor() as usize).clamp(1, order.len().max(1));
        let rows = order.len().div_ceil(columns) as f64;
        let x0 = a.x + (a.w - columns as f64 * cell) / 2.0;
        let y0 = a.y + ((a.h - rows * cell * 1.35) / 2.0).max(0.0);
        for (k, &server) in order.iter().enumerate() {
            let row = k / columns;
            let column = k % columns;
            let place = Rect::new(
                x0 + column as f64 * cell,
                y0 + row as f64 * cell * 1.35,
                cell,
                cell,
            )
            .inset((cell * 0.07).min(3.0));
            let last = (next + order.len() - 1) % order.len() == k
                && self.chosen == Some(usize::from(server));
            let (fill, stroke) = if last {
                (Paint::Soft(server), line(Paint::Server(server), 2.0))
            } else {
                (Paint::Card, line(Paint::Line, 1.0))
            };
            self.d
                .boxed(place, (cell * 0.15).min(6.0), Some(fill), stroke);
            if cell >= 20.0 {
                let size = (cell * 0.36).min(14.0);
                let name = if cell >= 34.0 {
                    marked_name(server.into())
                } else {
                    letter(server.into())
                };
                self.d.text(
                    (place.centre(), place.middle()),
                    name,
                    bold(size).middle(Paint::Label(server)),
                );
            } else {
                self.d.fill(place, 1.0, Paint::Server(server));
            }
            if k == next {
                let y = place.bottom() + (cell * 0.22).min(9.0);
                self.d.text(
                    (place.centre(), y),
                    "▲",
                    font((cell * 0.32).clamp(7.0, 12.0)).middle(Paint::Ink),
                );
            }
        }
    }
}
