//! Equal cells in rows.

use crate::scene::Rect;

/// The width of cells, `tall` times as high, of which about `count` fit into an area: `largest` if
/// that fits, else smaller in steps of 6 %, down to `least` (px).
pub(super) fn fitting_cell(area: &Rect, tall: f64, count: f64, largest: f64, least: f64) -> f64 {
    let mut cell = largest;
    while cell > least && (area.w / cell).floor() * (area.h / (cell * tall)).floor() < count {
        cell *= 0.94;
    }
    cell
}

/// Squares in rows within an area, as large as leaves room for all.
pub(super) struct Grid {
    area: Rect,
    cell: f64,
    columns: usize,
    top: f64,
}

impl Grid {
    /// Squares for `count` things, none larger than `largest` (px).
    pub(super) fn new(area: &Rect, count: usize, largest: f64) -> Self {
        let count = count.max(1);
        let largest = largest.min(area.h).max(1.0);
        let cell = fitting_cell(area, 1.0, count as f64, largest, 1.0);
        let columns = ((area.w / cell).floor() as usize).max(1);
        let rows = count.div_ceil(columns) as f64;
        Self {
            area: *area,
            cell,
            columns,
            top: area.y + ((area.h - rows * cell) / 2.0).max(0.0),
        }
    }

    /// The same with its first row at the top of the area, not in its middle.
    pub(super) fn at_top(self) -> Self {
        Self {
            top: self.area.y,
            ..self
        }
    }

    /// The gap between neighbours (px).
    pub(super) fn gap(&self) -> f64 {
        if self.cell > 12.0 {
            3.0
        } else if self.cell > 4.0 {
            1.0
        } else {
            0.3
        }
    }

    /// The `k`-th square, row by row.
    pub(super) fn place(&self, k: usize) -> Rect {
        let row = k / self.columns;
        let column = k % self.columns;
        Rect::new(
            self.area.x + column as f64 * self.cell,
            self.top + row as f64 * self.cell,
            self.cell,
            self.cell,
        )
    }
}
