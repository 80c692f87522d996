//! The gauge of a replica's KV cache, on its card.

use crate::scene::{Drawing, Paint, Rect, font};
use crate::stage::whole_percent;

/// The height of a gauge with its number (px).
pub(super) const HEIGHT: f64 = 13.0;

/// How full a replica's KV cache is: a bar, with the number beside it or above where there is room.
pub(super) fn draw(area: &Rect, usage: f64, live: &mut Drawing) {
    let wide = area.w >= 90.0;
    let mut bar = Rect::new(area.x, area.bottom() - 3.0, area.w, 3.0);
    if area.h >= HEIGHT && area.w >= 37.0 {
        let y = if wide { area.middle() } else { area.y + 4.5 };
        let style = font(if wide { 10.0 } else { 9.0 });
        live.text((area.x, y), "KV", style.start(Paint::Muted));
        let number = whole_percent(usage);
        live.text((area.right(), y), number, style.end(Paint::Ink));
        if wide {
            bar = Rect::new(area.x + 19.0, y - 1.5, area.w - 51.0, 3.0);
        }
    }
    live.fill(bar, 1.5, Paint::Faint);
    bar.w *= usage.min(1.0);
    live.fill(bar, 1.5, Paint::Muted);
}
