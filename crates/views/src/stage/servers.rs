//! Servers: a card each with its tasks in service, its queue, and how busy it has been.

mod card;
mod kv_gauge;
mod standby;
mod tasks;

pub use standby::standby;
pub(super) use tasks::draw_tasks;

use super::layout::{Layout, ServerDetail};
use super::{Inside, Look};
use crate::palette::server_marker;
use crate::scene::{Drawing, Paint, Rect, Stroke, bold, font, line};
use card::{batch_inset, heading, is_low, is_tall, parts, slot_place};
use equipoise_engine::number::{percent, significant};
use equipoise_engine::scenario::{
    Place, Scenario, ServerConfig, ServerState, Service, WorkUnit, letter,
};
use equipoise_engine::sim::Timeline;
use standby::Standby;

/// Cards, headings, and the paths from the balancer.
pub(super) fn draw(timeline: &Timeline, layout: &Layout, look: &Look, d: &mut Drawing) {
    let latest = match look.inside {
        Inside::Hidden => None,
        _ => timeline.why().chosen.map(usize::from),
    };
    paths(timeline, layout, latest, d);
    if !layout.upright {
        headings(timeline, layout, look, d);
    }
    for (server, rect) in layout.servers.iter().enumerate() {
        let card = Card {
            timeline,
            layout,
            look,
            server,
            rect,
            troubles: troubles(timeline, server, look),
            standby: Standby::of(timeline, server, look.t),
        };
        card.draw(latest == Some(server), d);
    }
}

/// Paths from the balancers, the latest decision's in its server's colour.
fn paths(timeline: &Timeline, layout: &Layout, latest: Option<usize>, d: &mut Drawing) {
    let from = layout.balancer_of(timeline.why().balancer);
    for balancer in 0..layout.balancers.len() {
        for server in 0..layout.servers.len() {
            let chosen = latest == Some(server) && balancer == from;
            if chosen || layout.servers.len() <= 24 {
                path(layout, balancer, server, line(Paint::Line, 1.5), d);
            }
        }
    }
    if let Some(server) = latest.filter(|&s| s < layout.servers.len()) {
        let stroke = line(Paint::Server(server as u16), 2.5);
        path(layout, from, server, stroke, d);
    }
}

fn path(layout: &Layout, balancer: usize, server: usize, stroke: Stroke, d: &mut Drawing) {
    d.curve(
        layout.balancer_exit(balancer),
        layout.server_entry(server),
        layout.upright,
        stroke,
    );
}

fn headings(timeline: &Timeline, layout: &Layout, look: &Look, d: &mut Drawing) {
    let (x, y) = layout.headings[2];
    let heading = (look.t)("stage.servers");
    d.text((x, y), heading, bold(13.0).start(Paint::Ink));
    if layout.height >= 330.0 {
        // Cards with more room say it themselves.
        if layout.detail != ServerDetail::Full || is_low(&layout.servers[0]) {
            let note = (look.t)("stage.servers-note");
            d.text((x, y + 18.0), note, font(12.0).start(Paint::Muted));
        }
        let right = layout.servers.last().map_or(layout.width, Rect::right);
        let at = (right, layout.height - 14.0);
        let legend = legend(layout, look, timeline.engine().scenario());
        d.text(at, legend, font(11.0).end(Paint::Muted));
    }
}

/// A server's card.
struct Card<'a> {
    timeline: &'a Timeline,
    layout: &'a Layout,
    look: &'a Look<'a>,
    server: usize,
    rect: &'a Rect,
    troubles: Vec<(char, String)>,
    standby: Option<Standby>,
}

impl Card<'_> {
    fn draw(&self, latest: bool, d: &mut Drawing) {
        let rect = self.rect;
        let number = self.server as u16;
        let config = &self.timeline.engine().scenario().servers[self.server];
        let radius = if self.layout.detail == ServerDetail::Tiny {
            3.0
        } else {
            10.0
        };
        let ghost = self.standby.as_ref().filter(|standby| standby.is_ghost());
        let surface = match ghost {
            Some(_) => Paint::Ground,
            None => Paint::Card,
        };
        d.boxed(*rect, radius, Some(surface), self.stroke(latest));
        if let Some(ghost) = ghost {
            ghost.fill(self.server, rect, radius, d);
        }
        match self.layout.detail {
            ServerDetail::Full => self.heading(config, d),
            ServerDetail::Compact => {
                let mut name = self.name();
                let tall = is_tall(rect);
                if !tall {
                    name.extend(self.troubles.iter().map(|(mark, _)| mark));
                }
                name.extend(self.standby.iter().map(|standby| standby.mark));
                let size = if rect.h < 32.0 { 11.0 } else { 13.0 };
                let y = if tall { rect.y + 16.0 } else { rect.middle() };
                let style = bold(size).start(Paint::Label(number));
                d.text((rect.x + 8.0, y), name, style);
                if tall {
                    let style = font(11.0).start(Paint::Alarm);
                    d.text_in((rect.x + 44.0, y), self.trouble(), style, rect.w - 52.0);
                }
                match ghost {
                    Some(ghost) => ghost.words(rect, y, d),
                    None => self.short_role(y, d),
                }
            }
            ServerDetail::Tiny => {
                let edge = Rect::new(rect.x, rect.y, 3.0, rect.h);
                d.fill(edge, 1.0, Paint::Server(number));
            }
        }
        if ghost.is_some() {
            return;
        }
        let full = self.layout.detail == ServerDetail::Full;
        let area = parts(rect, self.layout, config.service, config.slots).slots;
        let frame = line(Paint::Line, 1.0);
        if config.service == Service::FirstCome && full && config.slots <= 6 {
            for k in 0..config.slots {
                let place = slot_place(&area, config.slots, k);
                d.boxed(place, 6.0, Some(Paint::Ground), frame);
            }
        }
        if config.service == Service::Replica && batch_inset(self.layout) > 0.0 {
            d.boxed(area, 6.0, Some(Paint::Ground), frame);
        }
    }

    fn stroke(&self, latest: bool) -> Stroke {
        if self.look.selected == Some(self.server) {
            line(Paint::Accent, 2.5)
        } else if latest {
            line(Paint::Server(self.server as u16), 2.0)
        } else if self.troubles.is_empty() {
            line(Paint::Line, 1.0)
        } else {
            Stroke {
                paint: Paint::Alarm,
                width: 1.5,
                dashed: true,
            }
        }
    }

    fn name(&self) -> String {
        let marker = server_marker(self.server).glyph();
        format!("{marker} {}", letter(self.server))
    }

    /// Name, count of tasks, and the server's settings, or what is wrong with it.
    fn heading(&self, config: &ServerConfig, d: &mut Drawing) {
        let engine = self.timeline.engine();
        let rect = self.rect;
        let y = rect.y + heading(rect);
        let style = bold(14.0).start(Paint::Label(self.server as u16));
        d.text((rect.x + 14.0, y), self.name(), style);
        let assigned = engine.servers()[self.server].assigned;
        let mut count = match &self.standby {
            Some(standby) if standby.is_ghost() => String::new(),
            _ => (self.look.t)("stage.got")
                .replace("%{n}", &assigned.to_string())
                .replace("%{all}", &engine.totals().decided.to_string()),
        };
        if let Some(connections) = self.connections() {
            count.insert_str(0, &format!("{connections} · "));
        }
        let style = font(12.0).end(Paint::Muted);
        d.text((rect.right() - 14.0, y), &count, style);
        let (facts, paint) = if let Some(standby) = &self.standby {
            (format!("{} {}", standby.mark, standby.text), Paint::Muted)
        } else if self.troubles.is_empty() {
            (self.settings(config), Paint::Muted)
        } else {
            (self.trouble(), Paint::Alarm)
        };
        let room = rect.w - 76.0 - 8.0 * count.chars().count() as f64;
        d.text_in((rect.x + 52.0, y), facts, font(12.0).start(paint), room);
    }

    /// What is wrong with it, in words.
    fn trouble(&self) -> String {
        let troubles = self.troubles.iter();
        let said: Vec<String> = troubles
            .map(|(mark, text)| format!("{mark} {text}"))
            .collect();
        said.join(" · ")
    }

    /// How many connections lead to it, where balancers pick for these.
    fn connections(&self) -> Option<String> {
        let open = self.timeline.engine().connections(self.server)?;
        Some(format!("⇄ {open}"))
    }

    /// The letter of its role or its connections, where there is room for it: at the edge of a card
    /// whose name has a line of its own, or else below the name.
    fn short_role(&self, name_y: f64, d: &mut Drawing) {
        let letter = self.role().map(|(_, letter)| (self.look.t)(letter));
        let Some(letter) = letter.or_else(|| self.connections()) else {
            return;
        };
        let rect = self.rect;
        let style = font(11.0);
        if is_tall(rect) {
            d.text(
                (rect.right() - 8.0, name_y),
                letter,
                style.end(Paint::Muted),
            );
        } else if rect.h >= 44.0 {
            d.text(
                (rect.x + 8.0, name_y + 15.0),
                letter,
                style.start(Paint::Muted),
            );
        }
    }

    /// Where prefill and decode are apart, the keys of what this replica does, in words and as a
    /// letter.
    fn role(&self) -> Option<(&'static str, &'static str)> {
        let prefill = self.timeline.engine().scenario().prefill_servers()?;
        Some(match self.server < prefill {
            true => ("stage.prefill", "stage.prefill-letter"),
            false => ("stage.decode", "stage.decode-letter"),
        })
    }

    /// Weight, speed, and slots if there are several.
    fn settings(&self, config: &ServerConfig) -> String {
        let t = self.look.t;
        let unit = match config.service {
            // A factor: it divides the time of a step.
            Service::Replica => WorkUnit::Seconds,
            _ => self.timeline.engine().scenario().unit,
        };
        let speed = speed(config.speed, unit, self.look);
        let mut text = format!("{} {} · {speed}", t("stage.weight"), config.weight);
        if let Some((role, _)) = self.role() {
            text.insert_str(0, &format!("{} · ", t(role)));
        }
        if config.slots > 1 {
            text.push_str(&format!(" · {} {}", config.slots, t("stage.slots")));
        }
        text
    }
}

/// What the bars and ticks of the cards mean, of those that are there.
fn legend(layout: &Layout, look: &Look, scenario: &Scenario) -> String {
    let full = layout.detail == ServerDetail::Full;
    let ticks = full && look.predicted_busy.is_some_and(|shares| !shares.is_empty());
    let parts = [
        (true, "stage.bar-note"),
        (ticks, "stage.tick-note"),
        (scenario.has_replicas(), "stage.kv-note"),
        (
            !full && scenario.prefill_servers().is_some(),
            "stage.apart-note",
        ),
    ];
    let shown: Vec<String> = parts
        .into_iter()
        .filter(|(shown, _)| *shown)
        .map(|(_, key)| (look.t)(key))
        .collect();
    shown.join(" · ")
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
        ServerState::Flaky => troubles.push(('!', (look.t)("stage.flaky"))),
        ServerState::Paused => troubles.push(('‖', (look.t)("stage.paused"))),
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

fn speed(speed: f64, unit: WorkUnit, look: &Look) -> String {
    let number = significant(speed, 3);
    let unit = match unit {
        WorkUnit::Seconds => return format!("{number}×"),
        WorkUnit::Samples => "unit.samples-per-second",
        WorkUnit::Megabytes => "unit.megabytes-per-second",
        WorkUnit::Tokens => "unit.tokens-per-second",
    };
    format!("{number} {}", (look.t)(unit))
}

/// Whether the balancers each count only their own tasks.
pub(super) fn split_view(timeline: &Timeline) -> bool {
    timeline.engine().scenario().balancer.place == Place::Hybrid
}
