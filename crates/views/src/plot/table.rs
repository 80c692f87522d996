//! The numbers of a chart.

use super::{Axis, Chart, Form, Role, Ticks};
use equipoise_engine::stats::order::ascending;

/// A table of texts: for the page's table view, and for CSV.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// One text a column.
    pub header: Vec<String>,
    /// As long as the header, each.
    pub rows: Vec<Vec<String>>,
}

/// A row for each x that occurs, a column for each series (two for a band). A step line's value is
/// in every row until it changes, a horizontal mark's in every row. What is not there is an empty
/// cell. A chart may bring its own table.
pub fn table(chart: &Chart) -> Table {
    if let Some(numbers) = &chart.numbers {
        return numbers.clone();
    }
    let series: Vec<_> = chart
        .series
        .iter()
        .filter(|s| !s.name.is_empty() && s.role != Role::Guide)
        .collect();
    let mut xs: Vec<f64> = series
        .iter()
        .filter(|s| s.form != Form::HorizontalMark)
        .flat_map(|s| s.points.iter().map(|p| p.x))
        .collect();
    if xs.is_empty() && !series.is_empty() {
        xs.push(chart.x.to);
    }
    xs.retain(|x| x.is_finite());
    ascending(&mut xs);
    xs.dedup();

    let mut header = vec![chart.x.head()];
    let mut columns: Vec<Vec<String>> = Vec::new();
    for s in series {
        let unit = if chart.y.unit.is_empty() {
            String::new()
        } else {
            format!(" [{}]", chart.y.unit)
        };
        if s.points.iter().any(|p| p.low.is_some()) {
            header.push(format!("{} ({}){unit}", s.name, chart.words.low));
            columns.push(column(
                &xs,
                s.form,
                s.points.iter().map(|p| (p.x, p.low.unwrap_or(f64::NAN))),
                &chart.y,
            ));
            header.push(format!("{} ({}){unit}", s.name, chart.words.high));
        } else {
            header.push(format!("{}{unit}", s.name));
        }
        columns.push(column(
            &xs,
            s.form,
            s.points.iter().map(|p| (p.x, p.y)),
            &chart.y,
        ));
        let mixed = s.points.iter().any(|p| p.server != s.points[0].server);
        if mixed && s.role == Role::Observation {
            header.push(chart.words.server.clone());
            let mut servers = vec![String::new(); xs.len()];
            for p in &s.points {
                if let (Some(server), Ok(row)) =
                    (p.server, xs.binary_search_by(|x| x.total_cmp(&p.x)))
                {
                    servers[row] = equipoise_engine::scenario::letter(server);
                }
            }
            columns.push(servers);
        }
    }
    let mut rows = Vec::with_capacity(xs.len());
    for (i, &x) in xs.iter().enumerate() {
        let mut row = vec![cell(&chart.x, x)];
        row.extend(columns.iter().map(|column| column[i].clone()));
        rows.push(row);
    }
    Table { header, rows }
}

/// One series' cells. Its points are in order of x, as are `xs`.
fn column(
    xs: &[f64],
    form: Form,
    points: impl Iterator<Item = (f64, f64)>,
    axis: &Axis,
) -> Vec<String> {
    let mut points = points.filter(|(x, _)| x.is_finite()).peekable();
    let mut held = None;
    let mut cells = Vec::with_capacity(xs.len());
    for &x in xs {
        let mut here = None;
        while let Some((_, y)) = points.next_if(|&(at, _)| form == Form::HorizontalMark || at <= x)
        {
            here = Some(y);
        }
        held = here.or(held);
        let shown = if matches!(form, Form::Step | Form::HorizontalMark) {
            held
        } else {
            here
        };
        cells.push(
            shown
                .filter(|y| y.is_finite())
                .map_or_else(String::new, |y| cell(axis, y)),
        );
    }
    cells
}

/// A plain number of six digits, so that a spreadsheet reads it; a percentage stays the fraction
/// that it is.
fn cell(axis: &Axis, value: f64) -> String {
    if let Ticks::Names(_) = axis.ticks {
        return axis.value_text(value);
    }
    let decimals = if value == 0.0 {
        0
    } else {
        (5 - libm::floor(libm::log10(value.abs())) as i32).clamp(0, 9) as usize
    };
    let rounded = format!("{value:.decimals$}");
    let trimmed = if decimals > 0 {
        rounded.trim_end_matches('0').trim_end_matches('.')
    } else {
        &rounded
    };
    if trimmed == "-0" {
        String::from("0")
    } else {
        trimmed.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Hue, Point, Series, TableWords};
    use super::*;

    #[test]
    fn series_with_different_points_share_rows() {
        let steps = vec![Point::at(0.0, 1.0), Point::at(2.0, 3.0)];
        let points = vec![Point::at(1.0, 0.5), Point::at(2.0, f64::NAN)];
        let level = vec![Point::at(0.0, 7.0)];
        let band = vec![Point::span(1.0, -1.0, 1.0)];
        let mark = vec![Point::at(9.0, 0.0)];
        let chart = Chart {
            x: Axis {
                label: "time".into(),
                unit: "s",
                ..Axis::default()
            },
            series: vec![
                Series::observed("steps", Form::Step, Hue::Ink, steps),
                Series::observed("points", Form::Points, Hue::Ink, points),
                Series::observed("level", Form::HorizontalMark, Hue::Ink, level),
                Series::observed("band", Form::Band, Hue::Ink, band),
                Series::observed("", Form::VerticalMark, Hue::Ink, mark),
            ],
            words: TableWords {
                low: "low".into(),
                high: "high".into(),
                ..TableWords::default()
            },
            ..Chart::default()
        };
        let table = table(&chart);
        assert_eq!(
            table.header,
            [
                "time [s]",
                "steps",
                "points",
                "level",
                "band (low)",
                "band (high)"
            ]
        );
        let rows: Vec<String> = table.rows.iter().map(|r| r.join(",")).collect();
        assert_eq!(rows, ["0,1,,7,,", "1,1,0.5,7,-1,1", "2,3,,7,,"]);
    }
}
