//! Servers: a card each with its tasks in service, its queue, and how busy it has been.

use super::layout::{Layout, ServerDetail};
use super::motion::Flight;
use super::{Look, Scene};
use crate::palette::server_shape;
use crate::scene::{Anchor, Block, Drawing, Paint, Rect, Stroke, bold, font, line};
use equipoise_engine::number::{percent, significant};
use equipoise_engine::scenario::{Place, ServerState, Service, letter};
use equipoise_engine::sim::Timeline;
use equipoise_engine::workload::Task;

/// Cards, headings, and the paths from the balancer.
pub fn draw(timeline: &Timeline, layout: &Layout, look: &Look, d: &mut Drawing) {
    let engine = timeline.engine();
    let scenario = engine.scenario();
    let latest = timeline.why().chosen.map(usize::from);
    let from = layout.balancer_of(timeline.why().balancer);
    for balancer in 0..layout.balancers.len() {
        for server in 0..layout.servers.len() {
            let chosen = latest == Some(server) && balancer == from;
            if chosen || layout.servers.len() <= 24 {
                continue_path(layout, balancer, server, line(Paint::Line, 1.5), d);
            }
        }
    }
    if let Some(server) = latest.filter(|&s| s < layout.servers.len()) {
        continue_path(
            layout,
            from,
            server,
            line(Paint::Server(server as u16), 2.5),
            d,
        );
    }
    if !layout.upright {
        let (x, y) = layout.headings[2];
        d.text(
            x,
            y,
            (look.t)("stage.servers"),
            bold(13.0),
            Paint::Ink,
            Anchor::Start,
        );
        if layout.height >= 330.0 {
            d.text(
                x,
                y + 18.0,
                (look.t)("stage.servers-note"),
                font(12.0),
                Paint::Muted,
                Anchor::Start,
            );
            let x = layout.servers.last().map_or(layout.width, Rect::right);
            d.text(
                x,
                layout.height - 14.0,
                legend(layout, look),
                font(11.0),
                Paint::Muted,
                Anchor::End,
            );
        }
    }
    for (i, rect) in layout.servers.iter().enumerate() {
        let config = &scenario.servers[i];
        let server = &engine.servers()[i];
        let paint = Paint::Server(i as u16);
        let troubles = troubles(timeline, i, look);
        let stroke = if look.selected == Some(i) {
            line(Paint::Accent, 2.5)
        } else if latest == Some(i) {
            line(paint, 2.0)
        } else if troubles.is_empty() {
            line(Paint::Line, 1.0)
        } else {
            Stroke {
                paint: Paint::Alarm,
                width: 1.5,
                dashed: true,
            }
        };
        let radius = if layout.detail == ServerDetail::Tiny {
            3.0
        } else {
            10.0
        };
        d.boxed(*rect, radius, Some(Paint::Card), stroke);
        let mut name = format!("{} {}", server_shape(i).glyph(), letter(i));
        if layout.detail == ServerDetail::Compact {
            name.extend(troubles.iter().map(|(mark, _)| mark));
        }
        match layout.detail {
            ServerDetail::Full => {
                d.text(
                    rect.x + 14.0,
                    rect.y + 17.0,
                    name,
                    bold(14.0),
                    Paint::Label(i as u16),
                    Anchor::Start,
                );
                let count = format!("{}/{}", server.assigned, engine.totals().decided);
                d.text(
                    rect.right() - 14.0,
                    rect.y + 17.0,
                    &count,
                    font(12.0),
                    Paint::Muted,
                    Anchor::End,
                );
                let facts = if troubles.is_empty() {
                    let weight = format!("{} {}", (look.t)("stage.weight"), config.weight);
                    let slots = if config.slots > 1 {
                        format!(" · {} {}", config.slots, (look.t)("stage.slots"))
                    } else {
                        String::new()
                    };
                    format!("{weight} · {}{slots}", speed(timeline, i, look))
                } else {
                    let parts: Vec<String> = troubles
                        .iter()
                        .map(|(mark, text)| format!("{mark} {text}"))
                        .collect();
                    parts.join(" · ")
                };
                let room = rect.w - 76.0 - 8.0 * count.len() as f64;
                let colour = if troubles.is_empty() {
                    Paint::Muted
                } else {
                    Paint::Alarm
                };
                d.text_in(
                    rect.x + 52.0,
                    rect.y + 17.0,
                    facts,
                    font(12.0),
                    colour,
                    Anchor::Start,
                    room,
                );
            }
            ServerDetail::Compact => {
                let size = if rect.h < 32.0 { 11.0 } else { 13.0 };
                let y = if is_tall(rect) {
                    rect.y + 16.0
                } else {
                    rect.middle()
                };
                d.text(
                    rect.x + 8.0,
                    y,
                    name,
                    bold(size),
                    Paint::Label(i as u16),
                    Anchor::Start,
                );
            }
            ServerDetail::Tiny => {
                d.fill(Rect::new(rect.x, rect.y, 3.0, rect.h), 1.0, paint);
            }
        }
        let places = places(rect, layout, config.service, config.slots);
        if config.service == Service::FirstCome
            && layout.detail == ServerDetail::Full
            && config.slots <= 6
        {
            for k in 0..config.slots {
                d.boxed(
                    slot_place(&places.slots, config.slots, k),
                    6.0,
                    Some(Paint::Ground),
                    line(Paint::Line, 1.0),
                );
            }
        }
    }
}

/// What the numbers, bars and ticks of the cards mean, of those that are there.
fn legend(layout: &Layout, look: &Look) -> String {
    let full = layout.detail == ServerDetail::Full;
    let ticks = full && look.predicted_busy.is_some_and(|shares| !shares.is_empty());
    let parts = [
        (full, "stage.count-note"),
        (true, "stage.bar-note"),
        (ticks, "stage.tick-note"),
    ];
    let there = parts
        .into_iter()
        .filter(|(there, _)| *there)
        .map(|(_, key)| (look.t)(key));
    there.collect::<Vec<_>>().join(" · ")
}

/// What is not as it should be with a server, each with a mark for where there is no room for
/// words.
fn troubles(timeline: &Timeline, server: usize, look: &Look) -> Vec<(char, String)> {
    let engine = timeline.engine();
    let mut troubles = Vec::new();
    match engine.servers()[server].state {
        ServerState::Up => {}
        ServerState::Draining => troubles.push(('◌', (look.t)("stage.draining"))),
        ServerState::Down => troubles.push(('×', (look.t)("stage.down"))),
        ServerState::Slow => troubles.push(('▾', (look.t)("stage.slow"))),
        ServerState::Failing => troubles.push(('!', (look.t)("stage.failing"))),
    }
    if engine.found_unhealthy(server) {
        troubles.push(('⊘', (look.t)("stage.ill")));
    }
    let warmth = engine.warmth(server);
    if warmth < 1.0 && troubles.iter().all(|(mark, _)| !"×⊘◌".contains(*mark)) {
        troubles.push((
            '↗',
            (look.t)("stage.warming").replace("%{n}", &percent(warmth)),
        ));
    }
    troubles
}

fn continue_path(layout: &Layout, balancer: usize, server: usize, stroke: Stroke, d: &mut Drawing) {
    d.curve(
        layout.balancer_exit(balancer),
        layout.server_entry(server),
        layout.upright,
        stroke,
    );
}

fn speed(timeline: &Timeline, server: usize, look: &Look) -> String {
    let scenario = timeline.engine().scenario();
    let unit = match scenario.unit {
        equipoise_engine::scenario::WorkUnit::Seconds => {
            return format!("{}×", significant(scenario.servers[server].speed, 3));
        }
        equipoise_engine::scenario::WorkUnit::Samples => "unit.samples-per-second",
        equipoise_engine::scenario::WorkUnit::Megabytes => "unit.megabytes-per-second",
        equipoise_engine::scenario::WorkUnit::Tokens => "unit.tokens-per-second",
    };
    format!(
        "{} {}",
        significant(scenario.servers[server].speed, 3),
        (look.t)(unit)
    )
}

/// Whether a card is so narrow that its parts stand below each other.
fn is_tall(rect: &Rect) -> bool {
    rect.h > rect.w * 0.75 && rect.h > 70.0 && rect.w < 180.0
}

/// The parts of a card.
struct Places {
    slots: Rect,
    queue: Rect,
    bar: Rect,
}

fn places(rect: &Rect, layout: &Layout, service: Service, slots: u32) -> Places {
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
        return Places {
            slots: Rect::new(body.x, body.y, slots_w, slot),
            queue: below,
            bar,
        };
    }
    let slots_w = match service {
        Service::ProcessorSharing => body.w,
        Service::FirstCome => (slot * f64::from(slots.min(6))).min(body.w * 0.6),
    };
    Places {
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

fn slot_place(area: &Rect, slots: u32, k: u32) -> Rect {
    let w = area.w / f64::from(slots.clamp(1, 6));
    let side = (w - 4.0).min(area.h).max(2.0);
    Rect::new(
        area.x + f64::from(k) * w,
        area.y + (area.h - side) / 2.0,
        side,
        side,
    )
}

/// Tasks in service and waiting, busy bars.
pub fn draw_tasks(
    timeline: &Timeline,
    layout: &Layout,
    look: &Look,
    flying: &[Flight],
    scene: &mut Scene,
) {
    let engine = timeline.engine();
    let scenario = engine.scenario();
    let now_s = engine.now_s();
    let mean = scenario.sizes.mean;
    let landed = |task: &Task| !flying.iter().any(|f| f.decision == task.decision);
    let mut in_service = Vec::new();
    for (i, rect) in layout.servers.iter().enumerate() {
        let server = &engine.servers()[i];
        let config = &scenario.servers[i];
        let paint = Paint::Server(i as u16);
        let places = places(rect, layout, config.service, config.slots);
        in_service.clear();
        for (index, work_left) in server.in_service(now_s) {
            let task = &engine.tasks()[index];
            // In the order of arrival, so that a task keeps its place while others come and go.
            let at = in_service
                .partition_point(|(other, _): &(&Task, f64)| other.decision < task.decision);
            in_service.insert(at, (task, work_left / task.size));
        }
        let few = in_service.len() <= 6;
        let shared = config.service == Service::ProcessorSharing;
        let grid = Grid::new(&places.slots, in_service.len(), layout.task + 6.0);
        for (k, (task, left)) in in_service
            .iter()
            .enumerate()
            .filter(|(_, (task, _))| landed(task))
        {
            let place = if few && !shared {
                slot_place(&places.slots, config.slots, k as u32)
            } else {
                grid.place(k)
            };
            let most = place.w.min(place.h) - 3.0;
            let side = side_of(task.size, mean, layout.task, most);
            let number = (side >= 17.0).then_some(task.number);
            let rect = Rect::around(place.centre(), place.middle(), side);
            scene.blocks.push(Block {
                rect,
                paint,
                left: left.clamp(0.0, 1.0),
                number,
            });
        }
        let waiting = server.queue.len() as usize;
        if waiting > 0 {
            let grid = Grid::new(&places.queue, waiting, layout.task + 3.0);
            for (k, task) in server
                .queue
                .iter(engine.tasks())
                .enumerate()
                .filter(|(_, task)| landed(task))
            {
                let place = grid.place(k);
                let side = side_of(task.size, mean, layout.task, place.w - grid.gap());
                let number = (side >= 17.0).then_some(task.number);
                let rect = Rect::around(place.centre(), place.middle(), side);
                scene.blocks.push(Block {
                    rect,
                    paint,
                    left: 1.0,
                    number,
                });
            }
        }
        scene.live.fill(places.bar, 2.5, Paint::Faint);
        if now_s > 0.0 {
            let busy = server.busy_slot_s(now_s) / (now_s * f64::from(config.slots));
            scene.live.fill(
                Rect {
                    w: places.bar.w * busy.min(1.0),
                    ..places.bar
                },
                2.5,
                paint,
            );
        }
        if layout.detail == ServerDetail::Full
            && let Some(share) = look.predicted_busy.and_then(|shares| shares.get(i))
        {
            let x = places.bar.x + places.bar.w * share.min(1.0);
            scene.live.line(
                (x, places.bar.y - 4.0),
                (x, places.bar.bottom() + 4.0),
                line(Paint::Ink, 2.0),
            );
        }
    }
}

/// The side of a task's square: its area follows its size, but it stays visible and within `most`.
fn side_of(size: f64, mean: f64, side: f64, most: f64) -> f64 {
    (side * 0.9 * (size / mean).sqrt())
        .clamp(side * 0.35, side * 1.25)
        .min(most)
        .max(1.0)
}

/// Squares in rows within an area, as large as lets all find room.
struct Grid {
    area: Rect,
    cell: f64,
    columns: usize,
    top: f64,
}

impl Grid {
    fn new(area: &Rect, count: usize, largest: f64) -> Self {
        let count = count.max(1);
        let fits = |cell: f64| (area.w / cell).floor() * (area.h / cell).floor() >= count as f64;
        let mut cell = largest.min(area.h).max(1.0);
        // At the edge of fitting, a cell is at least this large; go down from the largest in small
        // steps.
        while cell > 1.0 && !fits(cell) {
            cell *= 0.94;
        }
        let columns = ((area.w / cell).floor() as usize).max(1);
        let rows = count.div_ceil(columns) as f64;
        Self {
            area: *area,
            cell,
            columns,
            top: area.y + ((area.h - rows * cell) / 2.0).max(0.0),
        }
    }

    fn gap(&self) -> f64 {
        if self.cell > 12.0 {
            3.0
        } else if self.cell > 4.0 {
            1.0
        } else {
            0.3
        }
    }

    fn place(&self, k: usize) -> Rect {
        let (row, column) = (k / self.columns, k % self.columns);
        Rect::new(
            self.area.x + column as f64 * self.cell,
            self.top + row as f64 * self.cell,
            self.cell,
            self.cell,
        )
    }
}

/// Whether the balancers each count only their own tasks.
pub fn split_view(timeline: &Timeline) -> bool {
    timeline.engine().scenario().balancer.place == Place::Hybrid
}
