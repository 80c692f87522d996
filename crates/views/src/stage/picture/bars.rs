//! A number for each server, as bars.

use super::Frame;
use super::marked_name;
use crate::scene::{Paint, Rect, bold, font, line, mono};
use equipoise_engine::number::significant;
use equipoise_engine::scenario::letter;

impl Frame<'_, '_> {
    /// A bar for each server from a common zero. Where only some were looked at, they are marked
    /// and the others fade.
    pub(super) fn bars(
        &mut self,
        label: &str,
        values: &[f64],
        largest_wins: bool,
        drawn: Option<&[u16]>,
    ) {
        self.caption(&format!("picture.{label}"));
        let a = self.area;
        let row = (a.h / values.len() as f64).min(58.0);
        let y0 = a.y + (a.h - row * values.len() as f64) / 2.0;
        let named = row >= 11.0;
        let (name_w, number_w) = if named { (40.0, 44.0) } else { (0.0, 0.0) };
        let finite = values.iter().copied().filter(|v| v.is_finite());
        let low = finite.clone().fold(0.0, f64::min);
        let high = finite.fold(0.0, f64::max);
        let span = (high - low).max(1e-9);
        let negative_w = if low < 0.0 && named { 34.0 } else { 0.0 };
        let room = a.w - name_w - number_w - negative_w;
        let zero = a.x + name_w + negative_w + room * (-low / span);
        let seen = values
            .iter()
            .enumerate()
            .filter(|(i, v)| v.is_finite() && drawn.is_none_or(|d| d.contains(&(*i as u16))));
        let best = if largest_wins {
            high
        } else {
            seen.map(|(_, &v)| v).fold(f64::INFINITY, f64::min)
        };
        self.d.line(
            (zero, y0),
            (zero, y0 + row * values.len() as f64),
            line(Paint::Muted, 1.0),
        );
        for (i, &value) in values.iter().enumerate() {
            let y = y0 + (i as f64 + 0.5) * row;
            let server = i as u16;
            if self.chosen == Some(i) && row >= 16.0 {
                let frame = Rect::new(a.x - 4.0, y - row / 2.0 + 2.0, a.w + 8.0, row - 4.0);
                self.d
                    .boxed(frame, 8.0, None, line(Paint::Server(server), 2.0));
            }
            if named {
                let size = (row * 0.6).min(14.0);
                let name = if row >= 16.0 {
                    marked_name(i)
                } else {
                    letter(i)
                };
                self.d
                    .text((a.x + 3.0, y), name, bold(size).start(Paint::Label(server)));
            }
            if !value.is_finite() {
                self.d
                    .text((zero + 8.0, y), "–", font(12.0).start(Paint::Muted));
                continue;
            }
            let w = room * value.abs() / span;
            let h = (row * 0.5).clamp(1.0, 22.0);
            let x = if value < 0.0 { zero - w } else { zero };
            let looked_at = drawn.is_none_or(|d| d.contains(&server));
            let paint = if looked_at {
                Paint::Server(server)
            } else {
                Paint::Soft(server)
            };
            self.d
                .fill(Rect::new(x, y - h / 2.0, w, h), 3.0_f64.min(h / 2.0), paint);
            if drawn.is_some() && looked_at {
                let size = (row * 0.6).clamp(5.0, 11.0);
                self.d
                    .text((a.right(), y), "◆", font(size).end(Paint::Server(server)));
            }
            if named {
                let text = significant(value, 3);
                let weight = if value == best {
                    Paint::Ink
                } else {
                    Paint::Muted
                };
                let size = (row * 0.6).min(12.0);
                if value < 0.0 {
                    self.d.text((x - 6.0, y), text, mono(size).end(weight));
                } else {
                    self.d
                        .text((x + w + 6.0, y), text, mono(size).start(weight));
                }
            }
        }
    }
}
