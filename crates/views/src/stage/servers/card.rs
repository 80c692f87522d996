//! The parts of a server's card.

use crate::scene::Rect;
use crate::stage::layout::{Layout, ServerDetail};
use equipoise_engine::scenario::Service;

/// Whether a card is so narrow that its parts are below each other.
pub(super) fn is_tall(rect: &Rect) -> bool {
    rect.h > rect.w * 0.75 && rect.h > 70.0 && rect.w < 180.0
}

/// The parts of a card.
pub(super) struct CardParts {
    /// Tasks in service.
    pub slots: Rect,
    /// Tasks that wait.
    pub queue: Rect,
    /// How busy the server has been.
    pub bar: Rect,
}

/// Divides a card.
pub(super) fn parts(rect: &Rect, layout: &Layout, service: Service, slots: u32) -> CardParts {
    let side = layout.task;
    let (body, bar) = match layout.detail {
        ServerDetail::Full => {
            let body = Rect::new(rect.x + 14.0, rect.y + 32.0, rect.w - 28.0, rect.h - 54.0);
            (
                body,
                Rect::new(rect.x + 14.0, rect.bottom() - 13.0, rect.w - 28.0, 5.0),
            )
        }
        ServerDetail::Compact if is_tall(rect) => {
            let body = Rect::new(rect.x + 8.0, rect.y + 30.0, rect.w - 16.0, rect.h - 46.0);
            (
                body,
                Rect::new(rect.x + 8.0, rect.bottom() - 9.0, rect.w - 16.0, 3.0),
            )
        }
        ServerDetail::Compact => {
            let body = Rect::new(rect.x + 42.0, rect.y + 4.0, rect.w - 50.0, rect.h - 13.0);
            (
                body,
                Rect::new(rect.x + 42.0, rect.bottom() - 7.0, rect.w - 50.0, 3.0),
            )
        }
        ServerDetail::Tiny => {
            let body = Rect::new(rect.x + 5.0, rect.y + 2.0, rect.w - 7.0, rect.h - 5.0);
            (
                body,
                Rect::new(rect.x + 5.0, rect.bottom() - 2.5, rect.w - 7.0, 1.5),
            )
        }
    };
    let slot = (side + 8.0).min(body.h);
    if is_tall(rect) && service == Service::FirstCome {
        // In service above, waiting below.
        let slots_w = (slot * f64::from(slots.min(6))).min(body.w);
        let below = Rect::new(
            body.x,
            body.y + slot + 6.0,
            body.w,
            (body.h - slot - 6.0).max(0.0),
        );
        return CardParts {
            slots: Rect::new(body.x, body.y, slots_w, slot),
            queue: below,
            bar,
        };
    }
    let slots_w = match service {
        Service::ProcessorSharing => body.w,
        // A batch takes more room than slots do; the queue is what waits to join it.
        Service::Replica => body.w * 0.6,
        Service::FirstCome => (slot * f64::from(slots.min(6))).min(body.w * 0.6),
    };
    CardParts {
        slots: Rect::new(body.x, body.y, slots_w, body.h),
        queue: Rect::new(
            body.x + slots_w + 8.0,
            body.y,
            (body.w - slots_w - 8.0).max(0.0),
            body.h,
        ),
        bar,
    }
}

/// The place of slot `k`, or of task `k` in service.
pub(super) fn slot_place(area: &Rect, slots: u32, k: u32) -> Rect {
    let w = area.w / f64::from(slots.clamp(1, 6));
    let side = (w - 4.0).min(area.h).max(2.0);
    Rect::new(
        area.x + f64::from(k) * w,
        area.y + (area.h - side) / 2.0,
        side,
        side,
    )
}
