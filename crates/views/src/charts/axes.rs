//! Axes that several charts have.

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
