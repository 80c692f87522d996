//! A point drawn from the unit interval, which servers divide.

use super::Frame;
use crate::scene::{Anchor, Paint, Rect, bold, line, mono};
use equipoise_engine::number::significant;
use equipoise_engine::scenario::letter;

impl Frame<'_, '_> {
    /// The unit interval and the point drawn.
    pub(super) fn interval(&mut self, ends: &[f64], drawn: Option<f64>) {
        self.caption("picture.interval");
        let a = self.area;
        let h = 46.0_f64.min(a.h * 0.5);
        let y = a.middle() - h / 2.0;
        let mut from = 0.0;
        for (i, &to) in ends.iter().enumerate() {
            let cell = Rect::new(a.x + a.w * from, y, a.w * (to - from), h);
            let paint = if self.chosen == Some(i) {
                Paint::Server(i as u16)
            } else {
                Paint::Soft(i as u16)
            };
            self.d.fill(cell.inset(0.5), 2.0, paint);
            if cell.w >= 12.0 {
                let below = cell.bottom() + 12.0;
                self.d.text(
                    (cell.centre(), below),
                    letter(i),
                    bold(12.0).middle(Paint::Label(i as u16)),
                );
            }
            from = to;
        }
        if let Some(u) = drawn {
            let x = a.x + a.w * u;
            self.d
                .line((x, y - 8.0), (x, y + h + 2.0), line(Paint::Ink, 2.0));
            let anchor = if u < 0.2 {
                Anchor::Start
            } else if u > 0.8 {
                Anchor::End
            } else {
                Anchor::Middle
            };
            self.d.text(
                (x, y - 16.0),
                format!("u = {}", significant(u, 3)),
                mono(12.0).at(anchor, Paint::Ink),
            );
        }
    }
}
