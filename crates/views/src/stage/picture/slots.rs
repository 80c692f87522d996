//! A key hashed to a slot.

use super::Frame;
use crate::scene::{Paint, Rect, bold, line, mono};
use crate::stage::grid::fitting_cell;
use equipoise_engine::scenario::letter;

impl Frame<'_, '_> {
    /// Key → hash → slot, if there is a key, and the slots by owner.
    pub(super) fn slots(
        &mut self,
        owners: &[u16],
        key: &str,
        hash: u64,
        slot: Option<usize>,
        slots: usize,
    ) {
        let a = self.area;
        let n = owners.len().max(1);
        let text_h = match a.h >= 110.0 {
            _ if key.is_empty() => 0.0,
            true => 62.0,
            false => 22.0,
        };
        // Of a long row only some slots are drawn: the last at or before the hit is marked for it.
        let drawn = slot.map(|slot| slot * n / slots.max(1));
        if let (Some(slot), Some(drawn), false) = (slot, drawn, key.is_empty()) {
            let server = if n == slots {
                owners[drawn]
            } else {
                self.chosen.map_or(owners[drawn], |s| s as u16)
            };
            if a.h >= 110.0 {
                self.d.text_in(
                    (a.centre(), a.y + 12.0),
                    key,
                    mono(13.0).middle(Paint::Ink),
                    a.w,
                );
                self.d.text(
                    (a.centre(), a.y + 31.0),
                    format!("↓ {hash}"),
                    mono(12.0).middle(Paint::Muted),
                );
                let text = format!("{hash} mod {slots} = {slot}");
                self.d.text_in(
                    (a.centre(), a.y + 50.0),
                    text,
                    mono(12.0).middle(Paint::Label(server)),
                    a.w,
                );
            } else {
                let text = format!("{key} → {hash} mod {slots} = {slot}");
                self.d.text_in(
                    (a.centre(), a.y + 8.0),
                    text,
                    mono(11.0).middle(Paint::Ink),
                    a.w,
                );
            }
        }
        let area = Rect::new(a.x, a.y + text_h, a.w, a.h - text_h);
        let mut cell = 34.0_f64.min(area.w / n as f64).max(2.0);
        if cell < 12.0 {
            cell = fitting_cell(&area, 1.0, n as f64, 12.0, 2.0);
        }
        let columns = ((area.w / cell).floor() as usize).clamp(1, n);
        let x0 = area.x + (area.w - columns as f64 * cell) / 2.0;
        let rows = n.div_ceil(columns) as f64;
        let y0 = area.y + ((area.h - rows * cell) / 2.0).max(0.0);
        for (k, &server) in owners.iter().enumerate() {
            let row = k / columns;
            let column = k % columns;
            let place = Rect::new(
                x0 + column as f64 * cell,
                y0 + row as f64 * cell,
                cell,
                cell,
            )
            .inset((cell * 0.06).min(2.0));
            if place.bottom() > a.bottom() + 1.0 {
                break;
            }
            let hit = drawn == Some(k);
            let server = if hit && n < slots {
                self.chosen.map_or(server, |s| s as u16)
            } else {
                server
            };
            let (fill, stroke) = if hit {
                (Paint::Server(server), line(Paint::Ink, 2.0))
            } else {
                (Paint::Soft(server), line(Paint::Server(server), 1.0))
            };
            self.d
                .boxed(place, 3.0_f64.min(cell / 4.0), Some(fill), stroke);
            if cell >= 22.0 {
                let label = if hit {
                    Paint::OnTask
                } else {
                    Paint::Label(server)
                };
                self.d.text(
                    (place.centre(), place.middle()),
                    letter(server.into()),
                    bold(12.0).middle(label),
                );
            }
        }
    }
}
