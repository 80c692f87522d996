//! Tasks on their way: from a client to the balancer, from the balancer to a server, and, as an
//! answer, back over a link.
//!
//! The simulator moves most tasks in no time; the eye needs some. A task leaves its client a little
//! before it arrives (the timeline's head knows it already) and reaches its server's card a little
//! after it was decided on. An answer is where it is: it looks like the task with all of it done,
//! and comes only where links take time.

use super::clients::junction;
use super::layout::Layout;
use super::{Inside, Look, Scene, mean_size};
use crate::scene::{Block, Paint, Rect, along};
use equipoise_engine::sim::Timeline;

/// A task between balancer and server.
pub(super) struct Flight {
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
pub(super) fn flying(timeline: &Timeline, look: &Look) -> Vec<Flight> {
    let engine = timeline.engine();
    let now_s = engine.now_s();
    let latest = engine.totals().decided;
    let latency_s = engine.scenario().balancer.dispatcher.latency_s;
    // Where the tasks in flight are to be counted, all are shown where they are.
    let to_the_eye_s = match look.inside {
        Inside::Hidden => 0.0,
        _ => look.travel_s,
    };
    let travel_s = to_the_eye_s.max(latency_s);
    let crosses = engine.crossing() > 0;
    let due: Vec<_> = engine
        .tasks_coming()
        .filter(|(task, _)| task.decision + MOST as u64 > latest)
        .collect();
    timeline
        .log()
        .allocations
        .iter()
        .rev()
        .skip_while(|a| a.decision > latest)
        .take_while(|a| crosses || a.decided_s + travel_s > now_s || a.decision == latest)
        .take(MOST)
        .filter_map(|a| {
            let due_s = due.iter().find(|(task, _)| task.number == a.task);
            let travel_s = due_s.map_or(travel_s, |(_, due_s)| travel_s.max(due_s - a.decided_s));
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
pub(super) fn draw(
    timeline: &Timeline,
    layout: &Layout,
    look: &Look,
    flying: &[Flight],
    scene: &mut Scene,
) {
    let engine = timeline.engine();
    let now_s = engine.now_s();
    let mean_size = mean_size(engine.scenario());
    for f in flying.iter().rev() {
        let at = along(
            layout.balancer_exit(layout.balancer_of(f.balancer)),
            layout.server_entry(usize::from(f.server)),
            layout.upright,
            ease(f.part),
        );
        let paint = Paint::Server(f.server);
        scene
            .blocks
            .push(moving(at, f.size / mean_size, f.task, paint, layout));
    }
    for (task, part) in engine.answers_coming().take(MOST) {
        let at = along(
            layout.server_entry(usize::from(task.server)),
            layout.balancer_exit(layout.balancer_of(task.balancer.into())),
            layout.upright,
            part,
        );
        let paint = Paint::Server(task.server);
        let answer = moving(at, task.size / mean_size, task.number, paint, layout);
        scene.blocks.push(Block {
            left: 0.0,
            ..answer
        });
    }
    let decided = engine.totals().decided;
    let coming: Vec<_> = timeline
        .log()
        .allocations
        .iter()
        .rev()
        .take_while(|a| a.decision > decided)
        .filter(|a| {
            // A task that is to be guessed is at the door.
            let at_the_door = look.inside == Inside::Hidden && a.arrival_s == now_s;
            at_the_door || a.arrival_s > now_s && a.arrival_s <= now_s + 2.0 * look.travel_s
        })
        .collect();
    let entry = layout.entry();
    let middle = junction(layout);
    // Many at one moment (a batch) would lie on top of each other.
    for a in coming.iter().rev().take(MOST) {
        let part = 1.0 - (a.arrival_s - now_s) / (2.0 * look.travel_s);
        let client = (a.client as usize).min(layout.clients.len() - 1);
        let at = if part < 0.45 {
            let exit = layout.client_exit(client);
            along(exit, middle, layout.upright, part / 0.45)
        } else {
            let p = (part - 0.45) / 0.55;
            (
                middle.0 + (entry.0 - middle.0) * p,
                middle.1 + (entry.1 - middle.1) * p,
            )
        };
        let size = a.size / mean_size;
        scene
            .blocks
            .push(moving(at, size, a.task, Paint::Task, layout));
    }
}

/// A task on its way, kept within the stage. Its size is in mean sizes.
fn moving((x, y): (f64, f64), size: f64, task: u64, paint: Paint, layout: &Layout) -> Block {
    let side = (layout.task * 0.9 * size.sqrt())
        .clamp(layout.task * 0.4, layout.task * 1.1)
        .clamp(5.0, 30.0);
    let half = side / 2.0;
    Block {
        rect: Rect::around(
            x.clamp(half, layout.width - half),
            y.clamp(half, layout.height - half),
            side,
        ),
        paint,
        left: 1.0,
        number: (side >= 17.0).then_some(task),
    }
}

/// Slow at both ends.
fn ease(part: f64) -> f64 {
    let p = part.clamp(0.0, 1.0);
    p * p * (3.0 - 2.0 * p)
}
