//! Tables of text.

/// Rows under a head, each column as wide as its widest cell, numbers to the right.
pub(super) fn columns<const N: usize>(head: [String; N], rows: Vec<[String; N]>) -> String {
    let mut widths = [0; N];
    for row in rows.iter().chain([&head]) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for row in [&head].into_iter().chain(&rows) {
        for (i, (cell, &w)) in row.iter().zip(&widths).enumerate() {
            text += &if i == 0 {
                format!("{cell:<w$}")
            } else {
                format!("  {cell:>w$}")
            };
        }
        text.push('\n');
    }
    text
}
