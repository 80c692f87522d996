//! The tasks on servers' cards, and how busy each has been.

use super::card::{batch_inset, is_tall, parts, slot_place};
use super::kv_gauge;
use crate::scene::{Block, Paint, Rect, Scene, font, line};
use crate::stage::grid::Grid;
use crate::stage::layout::{Layout, ServerDetail};
use crate::stage::motion::Flight;
use crate::stage::{Look, mean_size};
use equipoise_engine::scenario::{ServerState, Service};
use equipoise_engine::sim::Timeline;
use equipoise_engine::workload::Task;

/// Tasks in service and waiting, busy bars.
pub(crate) fn draw_tasks(
    timeline: &Timeline,
    layout: &Layout,
    look: &Look,
    flying: &[Flight],
    scene: &mut Scene,
) {
    let engine = timeline.engine();
    let scenario = engine.scenario();
    let now_s = engine.now_s();
    for (i, rect) in layout.servers.iter().enumerate() {
        let server = &engine.servers()[i];
        let config = &scenario.servers[i];
        let parts = parts(rect, layout, config.service, config.slots);
        let mut painter = TaskPainter {
            paint: Paint::Server(i as u16),
            mean_size: mean_size(scenario),
            side: layout.task,
            flying,
            blocks: &mut scene.blocks,
        };
        // In the order of arrival, so that a task keeps its place while others come and go.
        let mut in_service: Vec<(&Task, f64)> = Vec::new();
        for (index, work_left) in server.in_service(now_s) {
            let task = &engine.tasks()[index];
            let at = in_service.partition_point(|(other, _)| other.decision < task.decision);
            in_service.insert(at, (task, work_left / task.size));
        }
        let in_slots = in_service.len() <= 6 && config.service == Service::FirstCome;
        let area = match server.scheduler() {
            Some(_) => parts.slots.inset(batch_inset(layout)),
            None => parts.slots,
        };
        let grid = Grid::new(&area, in_service.len(), layout.task + 6.0);
        for (k, &(task, left)) in in_service.iter().enumerate() {
            let place = if in_slots {
                slot_place(&parts.slots, config.slots, k as u32)
            } else {
                grid.place(k)
            };
            let most = place.w.min(place.h) - 3.0;
            painter.draw(task, &place, most, left.clamp(0.0, 1.0));
        }
        let waiting: Vec<&Task> = server.waiting_tasks(engine.tasks()).collect();
        // The words are of the picture: a task on its way is not here yet.
        let serves = in_service.iter().any(|(task, _)| is_here(task, flying));
        let waits = waiting.iter().any(|task| is_here(task, flying));
        if !waiting.is_empty() {
            let grid = Grid::new(&parts.queue, waiting.len(), layout.task + 3.0);
            // Right below what is in service.
            let grid = if is_tall(rect) { grid.at_top() } else { grid };
            for (k, task) in waiting.into_iter().enumerate() {
                let place = grid.place(k);
                painter.draw(task, &place, place.w - grid.gap(), 1.0);
            }
        }
        let idle = server.state == ServerState::Up && engine.scaler().is_none();
        let here = match serves {
            true => Some("stage.serving"),
            false => (idle && in_service.is_empty()).then_some("stage.idle"),
        };
        let said = [here, waits.then_some("stage.waiting")];
        for (at, key) in parts.names.into_iter().zip(said) {
            if let (Some(at), Some(key)) = (at, key) {
                let style = font(11.0).start(Paint::Muted);
                scene.live.text(at, (look.t)(key), style);
            }
        }
        if let Some(batch) = server.scheduler() {
            kv_gauge::draw(&parts.gauge, batch.load().kv_usage, &mut scene.live);
        }
        scene.live.fill(parts.bar, 2.5, Paint::Faint);
        if now_s > 0.0 {
            let busy = server.busy_slot_s(now_s) / (now_s * f64::from(config.slots));
            let part = Rect {
                w: parts.bar.w * busy.min(1.0),
                ..parts.bar
            };
            scene.live.fill(part, 2.5, Paint::Server(i as u16));
        }
        if layout.detail == ServerDetail::Full
            && let Some(share) = look.predicted_busy.and_then(|shares| shares.get(i))
        {
            let x = parts.bar.x + parts.bar.w * share.min(1.0);
            scene.live.line(
                (x, parts.bar.y - 4.0),
                (x, parts.bar.bottom() + 4.0),
                line(Paint::Ink, 2.0),
            );
        }
    }
}

/// Whether a task is not on its way any more.
fn is_here(task: &Task, flying: &[Flight]) -> bool {
    flying.iter().all(|f| f.decision != task.decision)
}

/// Draws the tasks of one server.
struct TaskPainter<'a> {
    paint: Paint,
    mean_size: f64,
    /// The side of a task of mean size (px).
    side: f64,
    flying: &'a [Flight],
    blocks: &'a mut Vec<Block>,
}

impl TaskPainter<'_> {
    /// A task in the middle of its place, unless it is still on its way. Its area follows its size,
    /// but it stays visible and its side within `most` (px).
    fn draw(&mut self, task: &Task, place: &Rect, most: f64, left: f64) {
        if !is_here(task, self.flying) {
            return;
        }
        let side = (self.side * 0.9 * (task.size / self.mean_size).sqrt())
            .clamp(self.side * 0.35, self.side * 1.25)
            .min(most)
            .max(1.0);
        self.blocks.push(Block {
            rect: Rect::around(place.centre(), place.middle(), side),
            paint: self.paint,
            left,
            number: (side >= 17.0).then_some(task.number),
        });
    }
}
