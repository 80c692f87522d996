//! Axes that several charts have.

use super::so_far::SoFar;
use super::text::Translate;
use crate::palette::server_marker;
use crate::plot::{Axis, Ticks};
use equipoise_engine::scenario::letter;

/// An axis with a place for each server.
pub(super) fn servers_axis(servers: usize, t: Translate) -> Axis {
    let mut names = Vec::with_capacity(servers);
    for j in 0..servers {
        // With many servers there is no room for the marker.
        let name = if servers > 12 {
            letter(j)
        } else {
            format!("{} {}", server_marker(j).glyph(), letter(j))
        };
        names.push((j as f64, name));
    }
    // Few bars must not become blocks.
    let around = if servers < 3 {
        1.5 - 0.5 * (servers as f64 - 1.0)
    } else {
        0.6
    };
    Axis {
        label: t("charts.server"),
        unit: "",
        from: -around,
        to: servers as f64 - 1.0 + around,
        ticks: Ticks::Names(names),
    }
}

/// How far back charts of language models reach (s): a few times as long as a long reply takes.
const RECENT_S: f64 = 60.0;

/// Lately, and a little room after the present, where it is plain that nothing has happened yet.
/// The same for all charts of language models, so that they can be read below each other.
pub(super) fn recent(past: &SoFar, t: Translate) -> Axis {
    let from = (past.now_s - RECENT_S).max(0.0);
    let to = match past.now_s > from {
        true => past.now_s + (past.now_s - from) * 0.04,
        false => from + 1.0,
    };
    Axis {
        label: t("charts.time"),
        unit: "s",
        from,
        to,
        ticks: Ticks::Numbers,
    }
}
