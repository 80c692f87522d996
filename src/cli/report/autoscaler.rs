//! What an autoscaler ordered, when, why, and what it cost.

use crate::cli::table::{columns, four, row};
use crate::scenario::ScaleBy;
use crate::sim::Engine;
use crate::sim::scaling::{ScaleEvent, ScaleReason};
use serde::Serialize;

/// See the [module](self). Field names are part of the command's interface.
#[derive(Serialize)]
pub(super) struct Scaled {
    by: ScaleBy,
    on_at_start: u32,
    /// Server-hours paid for, from each order to when the server is off.
    server_hours: f64,
    /// The same with all servers on.
    server_hours_of_all: f64,
    /// Orders, and what came of them.
    changes: Vec<ScaleEvent>,
}

impl Scaled {
    /// Of a run with these changes; None without an autoscaler.
    pub(super) fn of(engine: &Engine, changes: Vec<ScaleEvent>) -> Option<Self> {
        let scaler = engine.scaler()?;
        let now_s = engine.now_s();
        let autoscaler = &engine.scenario().autoscaler;
        Some(Self {
            by: autoscaler.by,
            on_at_start: autoscaler.on_at_start,
            server_hours: scaler.server_s(now_s) / 3600.0,
            server_hours_of_all: engine.servers().len() as f64 * now_s / 3600.0,
            changes,
        })
    }

    /// Its row, and a table of the changes.
    pub(super) fn rows(&self, text: &mut String) {
        let line = format!(
            "{}, {} on at the start; {} server-hours, {} with all on",
            self.by.word(),
            self.on_at_start,
            four(self.server_hours),
            four(self.server_hours_of_all)
        );
        row(text, "autoscaler", &line);
        if self.changes.is_empty() {
            return;
        }
        let head = [
            "time", "load", "wanted", "ordered", "useful", "draining", "why",
        ];
        let cells = self.changes.iter().map(|event| {
            let decides = !matches!(event.reason, ScaleReason::Ready | ScaleReason::Gone);
            let of_decision = |text: String| if decides { text } else { String::new() };
            [
                format!("{} s", four(event.time_s)),
                of_decision(four(event.seen)),
                of_decision(event.wanted.to_string()),
                event.counts.ordered.to_string(),
                event.counts.useful.to_string(),
                event.counts.draining.to_string(),
                event.reason.as_str().to_string(),
            ]
        });
        text.push('\n');
        *text += &columns(head.map(str::to_string), cells.collect());
    }
}
