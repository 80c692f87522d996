//! The balancer: its box with its strategy's state inside, and the tasks that wait at it.

use super::grid::fitting_cell;
use super::layout::Layout;
use super::picture::Frame;
use super::servers::split_view;
use super::{Inside, Look, Scene};
use crate::scene::{Block, Drawing, Paint, Rect, bold, font, line};
use equipoise_engine::scenario::Place;
use equipoise_engine::sim::Timeline;
use equipoise_engine::workload::Task;

/// The balancer's box, its heading, and the picture of its state.
pub(super) fn draw(timeline: &Timeline, layout: &Layout, look: &Look, d: &mut Drawing) {
    let engine = timeline.engine();
    let scenario = engine.scenario();
    let strategy = (look.t)(&format!("strategy.{}.name", scenario.balancer.strategy.id));
    if !layout.upright {
        let (x, y) = layout.headings[1];
        let place = match scenario.balancer.place {
            Place::Software => "stage.balancer",
            Place::Hardware => "stage.balancer-hardware",
            Place::Hybrid => "stage.balancer-hybrid",
        };
        let room = layout.headings[2].0 - x - 16.0;
        d.text_in((x, y), (look.t)(place), bold(13.0).start(Paint::Ink), room);
        d.text_in(
            (x, y + 18.0),
            strategy,
            font(12.0).start(Paint::Muted),
            room,
        );
    }
    if let (Some(device), Some(exit)) = (layout.device, layout.device_exit()) {
        for i in 0..layout.balancers.len() {
            d.curve(
                exit,
                layout.balancer_entry(i),
                layout.upright,
                line(Paint::Line, 1.5),
            );
        }
        d.boxed(device, 6.0, Some(Paint::Faint), line(Paint::Muted, 1.5));
    }
    let split = split_view(timeline);
    for (i, rect) in layout.balancers.iter().enumerate() {
        let stroke = if scenario.balancer.place == Place::Hardware {
            line(Paint::Muted, 2.0)
        } else {
            line(Paint::Line, 1.0)
        };
        d.boxed(*rect, 12.0, Some(Paint::Ground), stroke);
        let node = if split { i + 1 } else { i };
        let active = !split || usize::from(timeline.why().balancer) == node;
        let chosen = timeline.why().chosen.map(usize::from).filter(|_| active);
        if look.inside == Inside::Hidden {
            let size = (rect.h * 0.4).clamp(12.0, 64.0);
            let style = bold(size).middle(Paint::Muted);
            d.text((rect.centre(), rect.middle()), "?", style);
            continue;
        }
        let picture = engine.picture(node);
        let mut area = rect.inset(if rect.h < 120.0 { 8.0 } else { 14.0 });
        if rect.h >= MOMENT_FROM {
            moment(&mut area, look, d);
        }
        Frame {
            area,
            chosen,
            look,
            d,
            servers: scenario.servers.len(),
        }
        .picture(&picture);
    }
}

/// A box as high as this has room to say of which moment its picture is.
const MOMENT_FROM: f64 = 150.0;

/// Of which moment the picture is: a line at the bottom, which is taken from its area.
fn moment(area: &mut Rect, look: &Look, d: &mut Drawing) {
    const LINE: f64 = 16.0;
    let key = match look.inside {
        Inside::After => "picture.after",
        _ => "picture.now",
    };
    let at = (area.x, area.bottom() - LINE / 2.0 + 2.0);
    d.text_in(at, (look.t)(key), font(11.0).start(Paint::Muted), area.w);
    area.h -= LINE;
}

/// Tasks waiting at a balancer: for a decision (at its entry), or to be pulled (inside it).
pub(super) fn draw_tasks(timeline: &Timeline, layout: &Layout, scene: &mut Scene) {
    let engine = timeline.engine();
    let split = split_view(timeline);
    for (node, instance) in engine.instances().iter().enumerate() {
        let rect = match (split, node, layout.device) {
            (true, 0, Some(device)) => device,
            (true, n, _) => layout.balancers[(n - 1).min(layout.balancers.len() - 1)],
            (false, n, _) => layout.balancers[n],
        };
        let deciding = instance.deciding();
        let pooled = instance.pooled();
        let side = (layout.task * 0.6).clamp(6.0, 18.0);
        if !deciding.is_empty() {
            let room = if layout.upright {
                rect.w * 0.4
            } else {
                (rect.x - layout.clients[0].right()) * 0.5
            };
            let most = (room / (side + 3.0)).floor().max(1.0) as usize;
            for (k, task) in deciding.iter(engine.tasks()).take(most).enumerate() {
                let offset = (side + 3.0) * (k as f64 + 0.7);
                let (x, y) = if layout.upright {
                    (rect.centre() - offset, rect.y - side * 0.7)
                } else {
                    (rect.x - offset, rect.middle())
                };
                push(scene, Rect::around(x.max(side / 2.0), y, side), task);
            }
        }
        if !pooled.is_empty() {
            let area = rect.inset(16.0);
            let area = Rect::new(area.x, area.y + 22.0, area.w, (area.h - 22.0).max(8.0));
            let count = pooled.len() as f64;
            let cell = fitting_cell(&area, 1.0, count, side + 6.0, 1.5);
            let columns = ((area.w / cell).floor() as usize).max(1);
            for (k, task) in pooled.iter(engine.tasks()).enumerate() {
                let row = k / columns;
                let column = k % columns;
                let y = area.y + (row as f64 + 0.5) * cell;
                if y + cell / 2.0 > area.bottom() + 0.5 {
                    break;
                }
                push(
                    scene,
                    Rect::around(area.x + (column as f64 + 0.5) * cell, y, cell * 0.85),
                    task,
                );
            }
        }
    }
}

fn push(scene: &mut Scene, rect: Rect, task: &Task) {
    let number = (rect.w >= 17.0).then_some(task.number);
    scene.blocks.push(Block {
        rect,
        paint: Paint::Task,
        left: 1.0,
        number,
    });
}
