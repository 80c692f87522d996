//! Where servers are on the stage.

use crate::scene::Rect;

/// How much a server's card can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerDetail {
    /// A heading, slots, queue, a bar.
    Full,
    /// A letter, tasks, a bar.
    Compact,
    /// Tasks in a coloured frame.
    Tiny,
}

/// The gap between servers (px).
fn gap(n: usize) -> f64 {
    if n > 24 { 4.0 } else { 8.0 }
}

/// Width and height of `n` cells in this many columns.
fn cell(area: &Rect, n: usize, columns: usize) -> (f64, f64) {
    let rows = n.div_ceil(columns);
    let w = (area.w - gap(n) * (columns - 1) as f64) / columns as f64;
    let h = (area.h - gap(n) * (rows - 1) as f64) / rows as f64;
    (w, h)
}

/// As few columns as leave each server tall enough to be read.
fn columns(area: &Rect, n: usize) -> usize {
    let mut squarest = (n, f64::NEG_INFINITY);
    for columns in 1..=n {
        let (w, h) = cell(area, n, columns);
        if h >= 34.0 && (columns == 1 || (n > 4 && w >= 56.0)) {
            return columns;
        }
        if w.min(h) >= squarest.1 {
            squarest = (columns, w.min(h));
        }
    }
    // Too many to be tall: as square as can be.
    squarest.0
}

/// The places of `n` servers in this area, and how much detail they have room for: all of it from
/// this height on (px).
pub(super) fn server_places(area: Rect, n: usize, full_from: f64) -> (Vec<Rect>, ServerDetail) {
    let columns = columns(&area, n);
    let (w, h) = cell(&area, n, columns);
    let height = h.min(132.0);
    let detail = if height >= full_from && w >= 180.0 {
        ServerDetail::Full
    } else if height >= 26.0 && w >= 70.0 || height >= 60.0 && w >= 48.0 {
        ServerDetail::Compact
    } else {
        ServerDetail::Tiny
    };
    let rows = n.div_ceil(columns);
    // Few servers spread over the whole height; a single row is in the middle.
    let (first, pitch) = if rows > 1 {
        (area.y, (area.h - height) / (rows - 1) as f64)
    } else {
        (area.y + (area.h - height) / 2.0, 0.0)
    };
    let places = (0..n)
        .map(|i| {
            let column = (i / rows) as f64;
            let row = (i % rows) as f64;
            let x = area.x + column * (w + gap(n));
            Rect::new(x, first + row * pitch, w, height)
        })
        .collect();
    (places, detail)
}

/// The side of a task of mean size on such servers (px).
pub(super) fn task_side(servers: &[Rect], detail: ServerDetail) -> f64 {
    let h = servers.first().map_or(40.0, |r| r.h.min(r.w));
    match detail {
        ServerDetail::Full => (h * 0.27).clamp(20.0, 34.0),
        ServerDetail::Compact => (h * 0.5).clamp(10.0, 26.0),
        ServerDetail::Tiny => (h * 0.5).clamp(3.0, 12.0),
    }
}
