//! The balancer and what it thinks: its strategy's state, drawn inside it.

use super::layout::Layout;
use super::servers::split_view;
use super::{Look, Scene};
use crate::palette::server_shape;
use crate::scene::{Anchor, Block, Drawing, Paint, Rect, Stroke, bold, font, line, mono};
use equipoise_engine::balance::Picture;
use equipoise_engine::number::significant;
use equipoise_engine::scenario::{Place, letter};
use equipoise_engine::sim::Timeline;
use equipoise_engine::workload::Task;

/// The balancer's box, its heading, and the picture of its state.
pub fn draw(timeline: &Timeline, layout: &Layout, look: &Look, d: &mut Drawing) {
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
        d.text_in(
            x,
            y,
            (look.t)(place),
            bold(13.0),
            Paint::Ink,
            Anchor::Start,
            room,
        );
        d.text_in(
            x,
            y + 18.0,
            strategy,
            font(12.0),
            Paint::Muted,
            Anchor::Start,
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
        let picture = engine.picture(node);
        let area = rect.inset(if rect.h < 120.0 { 8.0 } else { 14.0 });
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

/// Tasks waiting at a balancer: for a decision (at its entry), or to be pulled (inside it).
pub fn draw_tasks(timeline: &Timeline, layout: &Layout, scene: &mut Scene) {
    let engine = timeline.engine();
    let split = split_view(timeline);
    for (node, instance) in engine.instances().iter().enumerate() {
        let rect = match (split, node, layout.device) {
            (true, 0, Some(device)) => device,
            (true, n, _) => layout.balancers[n - 1],
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
            let mut cell = side + 6.0;
            while cell > 1.5 && (area.w / cell).floor() * (area.h / cell).floor() < count {
                cell *= 0.94;
            }
            let columns = ((area.w / cell).floor() as usize).max(1);
            for (k, task) in pooled.iter(engine.tasks()).enumerate() {
                let (row, column) = (k / columns, k % columns);
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

/// Draws one picture into an area.
struct Frame<'a, 'b> {
    area: Rect,
    chosen: Option<usize>,
    look: &'a Look<'b>,
    d: &'a mut Drawing,
    servers: usize,
}

impl Frame<'_, '_> {
    fn picture(&mut self, picture: &Picture) {
        match picture {
            Picture::Turns { order, next } => self.turns(order, *next),
            Picture::Bars {
                label,
                values,
                largest_wins,
            } => self.bars(label, values, *largest_wins, None),
            Picture::Candidates {
                label,
                values,
                drawn,
            } => self.bars(label, values, false, Some(drawn)),
            Picture::Interval { ends, drawn } => self.interval(ends, *drawn),
            Picture::Slots {
                owners,
                key,
                hash,
                slot,
                slots,
            } => self.slots(owners, key, *hash, *slot, *slots),
            Picture::Ring { owners, key, at } => self.ring(owners, key, *at),
            Picture::NoServer => self.caption("picture.no-server"),
            Picture::Shared => self.caption("picture.shared"),
            Picture::Listing { policy, counts } => self.listing(policy, counts),
        }
    }

    /// A line of small text at the top; what is below it becomes the area.
    fn caption(&mut self, key: &str) {
        if self.area.h < 84.0 {
            return;
        }
        let text = (self.look.t)(key);
        let a = &mut self.area;
        self.d.text_in(
            a.x,
            a.y + 6.0,
            text,
            font(12.0),
            Paint::Muted,
            Anchor::Start,
            a.w,
        );
        (a.y, a.h) = (a.y + 20.0, a.h - 20.0);
    }

    /// The servers as cells in the order of their turns, a pointer at the next.
    fn turns(&mut self, order: &[u16], next: usize) {
        self.caption("picture.turns");
        let a = self.area;
        let count = order.len().max(1) as f64;
        let mut cell = 44.0_f64.min(a.w).min(a.h);
        while cell > 3.0 && (a.w / cell).floor() * (a.h / (cell * 1.35)).floor() < count {
            cell *= 0.94;
        }
        // A few stand in one row, if they can still be read.
        let in_one_row = a.w / count;
        if in_one_row >= 28.0 {
            cell = cell.min(in_one_row);
        }
        let columns = ((a.w / cell).floor() as usize).clamp(1, order.len().max(1));
        let rows = order.len().div_ceil(columns) as f64;
        let (x0, y0) = (
            a.x + (a.w - columns as f64 * cell) / 2.0,
            a.y + ((a.h - rows * cell * 1.35) / 2.0).max(0.0),
        );
        for (k, &server) in order.iter().enumerate() {
            let (row, column) = (k / columns, k % columns);
            let place = Rect::new(
                x0 + column as f64 * cell,
                y0 + row as f64 * cell * 1.35,
                cell,
                cell,
            )
            .inset((cell * 0.07).min(3.0));
            let last = (next + order.len() - 1) % order.len() == k
                && self.chosen == Some(usize::from(server));
            let stroke = if last {
                line(Paint::Server(server), 2.0)
            } else {
                line(Paint::Line, 1.0)
            };
            self.d.boxed(
                place,
                (cell * 0.15).min(6.0),
                Some(if last {
                    Paint::Soft(server)
                } else {
                    Paint::Card
                }),
                stroke,
            );
            if cell >= 20.0 {
                let size = (cell * 0.36).min(14.0);
                let name = if cell >= 34.0 {
                    format!(
                        "{} {}",
                        server_shape(server.into()).glyph(),
                        letter(server.into())
                    )
                } else {
                    letter(server.into())
                };
                self.d.text(
                    place.centre(),
                    place.middle(),
                    name,
                    bold(size),
                    Paint::Label(server),
                    Anchor::Middle,
                );
            } else {
                self.d.fill(place, 1.0, Paint::Server(server));
            }
            if k == next {
                let y = place.bottom() + (cell * 0.22).min(9.0);
                self.d.text(
                    place.centre(),
                    y,
                    "▲",
                    font((cell * 0.32).clamp(7.0, 12.0)),
                    Paint::Ink,
                    Anchor::Middle,
                );
            }
        }
    }

    /// A bar for each server from a common zero. Where only some were looked at, they are marked
    /// and the others fade.
    fn bars(&mut self, label: &str, values: &[f64], largest_wins: bool, drawn: Option<&[u16]>) {
        self.caption(&format!("picture.{label}"));
        let a = self.area;
        let row = (a.h / values.len() as f64).min(58.0);
        let y0 = a.y + (a.h - row * values.len() as f64) / 2.0;
        let named = row >= 11.0;
        let (name_w, number_w) = if named { (40.0, 44.0) } else { (0.0, 0.0) };
        let finite = || values.iter().copied().filter(|v| v.is_finite());
        let (low, high) = (finite().fold(0.0, f64::min), finite().fold(0.0, f64::max));
        let span = (high - low).max(1e-9);
        let room = a.w - name_w - number_w - if low < 0.0 && named { 34.0 } else { 0.0 };
        let zero =
            a.x + name_w + if low < 0.0 && named { 34.0 } else { 0.0 } + room * (-low / span);
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
                    format!("{} {}", server_shape(i).glyph(), letter(i))
                } else {
                    letter(i)
                };
                self.d.text(
                    a.x + 3.0,
                    y,
                    name,
                    bold(size),
                    Paint::Label(server),
                    Anchor::Start,
                );
            }
            if !value.is_finite() {
                self.d
                    .text(zero + 8.0, y, "–", font(12.0), Paint::Muted, Anchor::Start);
                continue;
            }
            let (w, h) = (room * value.abs() / span, (row * 0.5).clamp(1.0, 22.0));
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
                self.d.text(
                    a.right(),
                    y,
                    "◆",
                    font(size),
                    Paint::Server(server),
                    Anchor::End,
                );
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
                    self.d
                        .text(x - 6.0, y, text, mono(size), weight, Anchor::End);
                } else {
                    self.d
                        .text(x + w + 6.0, y, text, mono(size), weight, Anchor::Start);
                }
            }
        }
    }

    /// The unit interval and the point drawn.
    fn interval(&mut self, ends: &[f64], drawn: Option<f64>) {
        self.caption("picture.interval");
        let a = self.area;
        let h = 46.0_f64.min(a.h * 0.5);
        let y = a.middle() - h / 2.0;
        let mut from = 0.0;
        for (i, &to) in ends.iter().enumerate() {
            let cell = Rect::new(a.x + a.w * from, y, a.w * (to - from), h);
            let chosen = self.chosen == Some(i);
            self.d.fill(
                cell.inset(0.5),
                2.0,
                if chosen {
                    Paint::Server(i as u16)
                } else {
                    Paint::Soft(i as u16)
                },
            );
            if cell.w >= 12.0 {
                let (below, size) = (cell.bottom() + 12.0, 12.0);
                self.d.text(
                    cell.centre(),
                    below,
                    letter(i),
                    bold(size),
                    Paint::Label(i as u16),
                    Anchor::Middle,
                );
            }
            from = to;
        }
        if let Some(u) = drawn {
            let x = a.x + a.w * u;
            self.d
                .line((x, y - 8.0), (x, y + h + 2.0), line(Paint::Ink, 2.0));
            let anchor = if u < 0.2 {
                Anchor::Start
            } else if u > 0.8 {
                Anchor::End
            } else {
                Anchor::Middle
            };
            self.d.text(
                x,
                y - 16.0,
                format!("u = {}", significant(u, 3)),
                mono(12.0),
                Paint::Ink,
                anchor,
            );
        }
    }

    /// Key → hash → slot, and the slots by owner.
    fn slots(&mut self, owners: &[u16], key: &str, hash: u64, slot: Option<usize>, slots: usize) {
        self.caption("picture.slots");
        let a = self.area;
        let n = owners.len().max(1);
        let text_h = if a.h >= 110.0 { 62.0 } else { 22.0 };
        // Of a long row only some slots are drawn: the last at or before the hit stands for it.
        let drawn = slot.map(|slot| slot * n / slots.max(1));
        if let (Some(slot), Some(drawn)) = (slot, drawn) {
            let server = if n == slots {
                owners[drawn]
            } else {
                self.chosen.map_or(owners[drawn], |s| s as u16)
            };
            if a.h >= 110.0 {
                self.d.text_in(
                    a.centre(),
                    a.y + 12.0,
                    key,
                    mono(13.0),
                    Paint::Ink,
                    Anchor::Middle,
                    a.w,
                );
                self.d.text(
                    a.centre(),
                    a.y + 31.0,
                    format!("↓ {hash}"),
                    mono(12.0),
                    Paint::Muted,
                    Anchor::Middle,
                );
                let text = format!("{hash} mod {slots} = {slot}");
                self.d.text_in(
                    a.centre(),
                    a.y + 50.0,
                    text,
                    mono(12.0),
                    Paint::Label(server),
                    Anchor::Middle,
                    a.w,
                );
            } else {
                let text = format!("{key} → {hash} mod {slots} = {slot}");
                self.d.text_in(
                    a.centre(),
                    a.y + 8.0,
                    text,
                    mono(11.0),
                    Paint::Ink,
                    Anchor::Middle,
                    a.w,
                );
            }
        }
        let area = Rect::new(a.x, a.y + text_h, a.w, a.h - text_h);
        let mut cell = 34.0_f64.min(area.w / n as f64).max(2.0);
        if cell < 12.0 {
            cell = 12.0;
            while cell > 2.0 && (area.w / cell).floor() * (area.h / cell).floor() < n as f64 {
                cell *= 0.94;
            }
        }
        let columns = ((area.w / cell).floor() as usize).clamp(1, n);
        let x0 = area.x + (area.w - columns as f64 * cell) / 2.0;
        let rows = n.div_ceil(columns) as f64;
        let y0 = area.y + ((area.h - rows * cell) / 2.0).max(0.0);
        for (k, &server) in owners.iter().enumerate() {
            let (row, column) = (k / columns, k % columns);
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
            let stroke = if hit {
                line(Paint::Ink, 2.0)
            } else {
                line(Paint::Server(server), 1.0)
            };
            self.d.boxed(
                place,
                3.0_f64.min(cell / 4.0),
                Some(if hit {
                    Paint::Server(server)
                } else {
                    Paint::Soft(server)
                }),
                stroke,
            );
            if cell >= 22.0 {
                let label = if hit {
                    Paint::OnTask
                } else {
                    Paint::Label(server)
                };
                self.d.text(
                    place.centre(),
                    place.middle(),
                    letter(server.into()),
                    bold(12.0),
                    label,
                    Anchor::Middle,
                );
            }
        }
    }

    /// A ring in its servers' colours; a mark at the key, and outside it the way to the point that
    /// it went to.
    fn ring(&mut self, owners: &[u16], key: &str, at: Option<(f64, f64)>) {
        self.caption("picture.ring");
        let a = self.area;
        let width = (a.w.min(a.h) * 0.08).clamp(3.0, 16.0);
        let radius = (a.w.min(a.h) / 2.0 - width - 3.0).max(2.0);
        // From the top, with the clock.
        let place = |part: f64, radius: f64| {
            let (sin, cos) = libm::sincos(part * std::f64::consts::TAU);
            (a.centre() + radius * sin, a.middle() - radius * cos)
        };
        let n = owners.len() as f64;
        for (i, &server) in owners.iter().enumerate() {
            // A little longer than its part, so that no gap shows between two.
            let (from, to) = (i as f64 / n, (i as f64 + 1.1) / n);
            self.d.line(
                place(from, radius),
                place(to, radius),
                line(Paint::Server(server), width),
            );
        }
        let Some((hash, point)) = at else { return };
        let server = self.chosen.unwrap_or(0) as u16;
        let outside = radius + width * 0.5 + 3.0;
        // The shorter way: to the nearest point it may go back.
        let way = (point - hash).rem_euclid(1.0);
        let way = if way > 0.9 { way - 1.0 } else { way };
        let steps = libm::ceil(way.abs() * n).max(1.0);
        for i in 0..steps as u16 {
            let part = |i: f64| hash + way * i / steps;
            let (from, to) = (part(f64::from(i)), part(f64::from(i) + 1.0));
            self.d.line(
                place(from, outside),
                place(to, outside),
                line(Paint::Label(server), 2.0),
            );
        }
        self.d.line(
            place(hash, radius - width),
            place(hash, outside + 3.0),
            line(Paint::Ink, 2.0),
        );
        let inside = 2.0 * (radius - width) - 8.0;
        if inside >= 40.0 {
            let name = format!(
                "{} {}",
                server_shape(server.into()).glyph(),
                letter(server.into())
            );
            let (x, y) = (a.centre(), a.middle());
            self.d.text_in(
                x,
                y - 9.0,
                key,
                mono(12.0),
                Paint::Ink,
                Anchor::Middle,
                inside,
            );
            self.d.text(
                x,
                y + 9.0,
                name,
                bold(13.0),
                Paint::Label(server),
                Anchor::Middle,
            );
        }
    }

    /// The listing's policy and its counters.
    fn listing(&mut self, policy: &str, counts: &[u32]) {
        let a = self.area;
        if a.h >= 110.0 {
            let code = format!("policy = {policy:?}");
            self.d.text_in(
                a.x,
                a.y + 8.0,
                "servers[0]",
                mono(12.0),
                Paint::Muted,
                Anchor::Start,
                a.w,
            );
            self.d.text_in(
                a.x,
                a.y + 26.0,
                code,
                mono(12.0),
                Paint::Ink,
                Anchor::Start,
                a.w,
            );
            let rule = Stroke {
                paint: Paint::Line,
                width: 1.0,
                dashed: true,
            };
            self.d
                .line((a.x, a.y + 42.0), (a.right(), a.y + 42.0), rule);
            self.area = Rect::new(a.x, a.y + 50.0, a.w, a.h - 50.0);
        }
        let values: Vec<f64> = counts.iter().map(|&c| f64::from(c)).collect();
        debug_assert_eq!(values.len(), self.servers);
        self.bars("listing-counts", &values, false, None);
    }
}
