//! Clients, their addresses, and the paths to the balancer.

use super::Look;
use super::layout::Layout;
use crate::scene::{Drawing, Paint, bold, font, line, mono};
use equipoise_engine::number::significant;
use equipoise_engine::scenario::{Pattern, Scenario};
use equipoise_engine::sim::Timeline;

/// Draws the clients and their paths.
pub(super) fn draw(timeline: &Timeline, layout: &Layout, look: &Look, d: &mut Drawing) {
    let engine = timeline.engine();
    let entry = layout.entry();
    let junction = junction(layout);
    for i in 0..layout.clients.len() {
        d.curve(
            layout.client_exit(i),
            junction,
            layout.upright,
            line(Paint::Line, 1.5),
        );
    }
    d.line(junction, entry, line(Paint::Line, 1.5));
    let rounds = engine.scenario().has_rounds();
    if !layout.upright {
        let (x, y) = layout.headings[0];
        let name = if rounds {
            "stage.data"
        } else {
            "stage.clients"
        };
        d.text((x, y), (look.t)(name), bold(13.0).start(Paint::Ink));
        if layout.height >= 330.0 {
            let room = layout.headings[1].0 - x - 16.0;
            let text = arrivals(engine.scenario(), look);
            d.text_in((x, y + 18.0), text, font(12.0).start(Paint::Muted), room);
        }
    }
    for (i, rect) in layout.clients.iter().enumerate() {
        d.boxed(*rect, 8.0, Some(Paint::Card), line(Paint::Line, 1.0));
        let last = i + 1 == layout.clients.len();
        let middle = (rect.centre(), rect.middle());
        let room = rect.w - 8.0;
        if last && layout.more_clients > 0 {
            let text =
                (look.t)("stage.more-clients").replace("%{n}", &layout.more_clients.to_string());
            d.text_in(middle, text, font(12.0).middle(Paint::Muted), room);
        } else {
            // Parts of a batch come from a store, not from clients with addresses.
            let name = match rounds {
                true => format!("#{}", i + 1),
                false => engine.population().addresses[i].to_string(),
            };
            d.text_in(middle, name, mono(12.0).middle(Paint::Ink), room);
        }
    }
}

/// Where the clients' paths join.
pub(super) fn junction(layout: &Layout) -> (f64, f64) {
    let entry = layout.entry();
    let from = layout.client_exit(0);
    if layout.upright {
        (entry.0, from.1 + (entry.1 - from.1) * 0.6)
    } else {
        (from.0 + (entry.0 - from.0) * 0.45, entry.1)
    }
}

/// "One task every 0.5 s" and the like.
fn arrivals(scenario: &Scenario, look: &Look) -> String {
    let a = &scenario.arrivals;
    let (key, number) = match a.pattern {
        Pattern::Fixed => ("stage.arrivals.fixed", significant(1.0 / a.rate_per_s, 3)),
        Pattern::Poisson => ("stage.arrivals.poisson", significant(a.rate_per_s, 3)),
        Pattern::Bursty => ("stage.arrivals.bursty", significant(a.rate_per_s, 3)),
        Pattern::Batch => ("stage.arrivals.batch", a.tasks.to_string()),
        Pattern::Steps => ("stage.arrivals.steps", a.tasks.to_string()),
        Pattern::Closed => ("stage.arrivals.closed", a.tasks.to_string()),
    };
    (look.t)(key).replace("%{n}", &number)
}
