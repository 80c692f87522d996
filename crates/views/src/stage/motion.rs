//! Tasks on their way: from a client to the balancer, and from the balancer to a server.
//!
//! The simulator moves most tasks in no time; the eye needs some. A task leaves its client a little
//! before it arrives (the timeline's head knows it already) and reaches its server's card a little
//! after it was decided on.

use super::clients::junction;
use super::layout::Layout;
use super::{Look, Scene};
use crate::scene::{Block, Paint, Rect, along};
use equipoise_engine::sim::Timeline;

/// A task between balancer and server.
pub struct Flight {
    /// Counts decisions from 1.
    pub decision: u64,
    /// The part of the way behind it.
    part: f64,
    task: u64,
    size: f64,
    server: u16,
    balancer: u16,
}

/// More than this many moving tasks are a blur; only the latest are drawn.
const MOST: usize = 120;

/// The tasks between balancer and server.
pub fn flying(timeline: &Timeline, look: &Look) -> Vec<Flight> {
    let engine = timeline.engine();
    let now_s = engine.now_s();
    let latest = engine.totals().decided;
    let latency_s = engine.scenario().balancer.dispatcher.latency_s;
    let travel_s = look.travel_s.max(latency_s);
    let past = timeline
        .log()
        .allocations
        .iter()
        .rev()
        .skip_while(|a| a.decision > latest);
    past.take_while(|a| a.decided_s + travel_s > now_s || a.decision == latest)
        .take(MOST)
        .filter_map(|a| {
            let mut part = if travel_s > 0.0 {
                (now_s - a.decided_s) / travel_s
            } else {
                1.0
            };
            if a.decision == latest && latency_s < look.travel_s {
                part = part.max(look.flight);
            }
            let gone = a.left_s <= now_s;
            (part < 1.0 && !gone).then_some(Flight {
                decision: a.decision,
                part,
                task: a.task,
                size: a.size,
                server: a.server,
                balancer: a.balancer,
            })
        })
        .collect()
}

/// Draws the moving tasks.
pub fn draw(
    timeline: &Timeline,
    layout: &Layout,
    look: &Look,
    flying: &[Flight],
    scene: &mut Scene,
) {
    let engine = timeline.engine();
    let (now_s, mean) = (engine.now_s(), engine.scenario().sizes.mean);
    let side = |size: f64| {
        (layout.task * 0.9 * (size / mean).sqrt())
            .clamp(layout.task * 0.4, layout.task * 1.1)
            .clamp(5.0, 30.0)
    };
    let inside = |(x, y): (f64, f64), s: f64| {
        Rect::around(
            x.clamp(s / 2.0, layout.width - s / 2.0),
            y.clamp(s / 2.0, layout.height - s / 2.0),
            s,
        )
    };
    for f in flying.iter().rev() {
        let server = usize::from(f.server);
        let at = along(
            layout.balancer_exit(layout.balancer_of(f.balancer)),
            layout.server_entry(server),
            layout.upright,
            ease(f.part),
        );
        let s = side(f.size);
        let number = (s >= 17.0).then_some(f.task);
        scene.blocks.push(Block {
            rect: inside(at, s),
            paint: Paint::Server(f.server),
            left: 1.0,
            number,
        });
    }
    let decided = engine.totals().decided;
    let coming = timeline
        .log()
        .allocations
        .iter()
        .rev()
        .take_while(|a| a.decision > decided);
    let coming: Vec<_> = coming
        .filter(|a| a.arrival_s > now_s && a.arrival_s <= now_s + 2.0 * look.travel_s)
        .collect();
    // Many at one moment (a batch) would lie on top of each other.
    for a in coming.iter().rev().take(MOST) {
        let part = 1.0 - (a.arrival_s - now_s) / (2.0 * look.travel_s);
        let client = (a.client as usize).min(layout.clients.len() - 1);
        let (entry, middle) = (layout.entry(), junction(layout));
        let at = if part < 0.45 {
            along(
                layout.client_exit(client),
                middle,
                layout.upright,
                part / 0.45,
            )
        } else {
            let p = (part - 0.45) / 0.55;
            (
                middle.0 + (entry.0 - middle.0) * p,
                middle.1 + (entry.1 - middle.1) * p,
            )
        };
        let s = side(a.size);
        let number = (s >= 17.0).then_some(a.task);
        scene.blocks.push(Block {
            rect: inside(at, s),
            paint: Paint::Task,
            left: 1.0,
            number,
        });
    }
}

/// Slow at both ends.
fn ease(part: f64) -> f64 {
    let p = part.clamp(0.0, 1.0);
    p * p * (3.0 - 2.0 * p)
}
