//! The parts of a server's card.

use super::kv_gauge;
use crate::scene::Rect;
use crate::stage::layout::{Layout, ServerDetail};
use equipoise_engine::scenario::Service;

/// Whether a card is so narrow that its parts are below each other.
pub(super) fn is_tall(rect: &Rect) -> bool {
    rect.h > rect.w * 0.75 && rect.h > 70.0 && rect.w < 180.0
}

/// Whether a card has no room to name its parts.
pub(super) fn is_low(rect: &Rect) -> bool {
    rect.h < 70.0
}

/// What a card that is not high spares above its heading and below its bar (px).
fn spare(rect: &Rect) -> f64 {
    match rect.h < 96.0 {
        _ if is_low(rect) => 5.0,
        true => 3.0,
        false => 0.0,
    }
}

/// How far below a card's upper edge the middle of its heading is (px).
pub(super) fn heading(rect: &Rect) -> f64 {
    17.0 - spare(rect)
}

/// The parts of a card.
pub(super) struct CardParts {
    /// Tasks in service.
    pub slots: Rect,
    /// Tasks that wait.
    pub queue: Rect,
    /// How full the KV cache of a replica is; empty for other servers.
    pub gauge: Rect,
    /// How busy the server has been.
    pub bar: Rect,
    /// Where it is said what the tasks in service and those that wait are, if there is room: the
    /// left end and the middle of a line.
    pub names: [Option<(f64, f64)>; 2],
}

/// The height of the line that says so (px), and of a narrow card's part with tasks that has room
/// for it.
const NAME: f64 = 14.0;
const NAMED_FROM: f64 = 70.0;
/// The longest of the first names, and a space (px).
const FIRST_NAME: f64 = 48.0;

/// Divides a card.
pub(super) fn parts(rect: &Rect, layout: &Layout, service: Service, slots: u32) -> CardParts {
    let side = layout.task;
    let is_replica = service == Service::Replica;
    let (body, bar) = match layout.detail {
        ServerDetail::Full => {
            // Below the heading and, but for replicas, what the tasks are.
            let (name, foot) = match is_replica {
                _ if is_low(rect) => (10.0, 15.0),
                true => (15.0, 22.0),
                false => (22.0, 18.0),
            };
            let top = heading(rect) + name;
            let h = rect.h - top - foot + spare(rect);
            let body = Rect::new(rect.x + 14.0, rect.y + top, rect.w - 28.0, h);
            let bar_y = rect.bottom() - 13.0 + spare(rect);
            (body, Rect::new(body.x, bar_y, body.w, 5.0))
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
    // A line of text where there is room for one, else a thin bar.
    let gauge_h = match body.h >= 22.0 {
        _ if !is_replica => 0.0,
        true => kv_gauge::HEIGHT,
        false => 3.0,
    };
    let gauge = Rect::new(body.x, body.bottom() - gauge_h, body.w, gauge_h);
    let body = Rect::new(body.x, body.y, body.w, body.h - gauge_h);
    let slot = match is_replica {
        // A batch takes more room than slots do; the queue is what waits to join it.
        true => body.h * 0.6,
        false => (side + 8.0).min(body.h),
    };
    if is_tall(rect) && service != Service::ProcessorSharing {
        // In service above, waiting below.
        let slots_w = (slot * f64::from(slots.min(6))).min(body.w);
        let is_named = !is_replica && body.h >= NAMED_FROM;
        let used = slot + 6.0 + if is_named { NAME } else { 0.0 };
        let below = Rect::new(body.x, body.y + used, body.w, (body.h - used).max(0.0));
        let at = (body.x, below.y - NAME / 2.0);
        return CardParts {
            slots: Rect::new(body.x, body.y, slots_w, slot),
            queue: below,
            gauge,
            bar,
            names: [None, is_named.then_some(at)],
        };
    }
    let is_named = layout.detail == ServerDetail::Full && !is_replica && !is_low(rect);
    let line = body.y - NAME / 2.0;
    let slots_w = match service {
        Service::ProcessorSharing => body.w,
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
        gauge,
        bar,
        names: [0.0, (slots_w + 8.0).max(FIRST_NAME)]
            .map(|x| is_named.then_some((body.x + x, line))),
    }
}

/// Between the frame of a replica's batch and its requests (px); tiny cards have no frame.
pub(super) fn batch_inset(layout: &Layout) -> f64 {
    match layout.detail {
        ServerDetail::Tiny => 0.0,
        ServerDetail::Full | ServerDetail::Compact => 3.0,
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
