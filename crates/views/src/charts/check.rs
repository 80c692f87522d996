//! Formula against run: all that a formula says and the run shows, on one scale.
//!
//! The scale is the residual, observed over predicted less 1. A prediction is at 0, dashed; one
//! that only bounds is a box about 0, and its middle is what the residual is of. What is observed
//! is solid, with its 95 % interval: by batch means of the tasks since the last change and behind
//! the warm-up (MSER-5 on their responses), for tasks in the system and utilisation by batches of
//! equal time, for rounds by the rounds. Where the method's conditions do not hold there is a ring
//! without an interval, and the reason below. Shares have a chart of their own.

mod kept;

use super::so_far::SoFar;
use super::text::{Translate, fill, no_formula, too_short};
use crate::Run;
use crate::plot::{Axis, Chart, Form, Hue, Point, Series, Table, Ticks};
use equipoise_engine::number::{percent, significant};
use equipoise_engine::stats::interval::Estimate;
use equipoise_theory::{PredictionId, Quantity};
use kept::Kept;

/// What a formula and a run both give: the prediction's id, its symbol, and how it is observed.
type Checked = (PredictionId, &'static str, fn(&Kept) -> Option<Estimate>);

const QUANTITIES: &[Checked] = &[
    (PredictionId::Response, "W", |k| k.mean(|r| r.response_s)),
    (PredictionId::ResponseP95, "W₉₅", |k| {
        k.quantile(0.95, |r| r.response_s)
    }),
    (PredictionId::ResponseP99, "W₉₉", |k| {
        k.quantile(0.99, |r| r.response_s)
    }),
    (PredictionId::Wait, "Wq", |k| k.mean(|r| r.wait_s)),
    // A slot that is free at the very moment is no wait, whatever rounding makes of it.
    (PredictionId::WaitChance, "P(w)", |k| {
        k.mean(|r| f64::from(u8::from(r.wait_s > 1e-9)))
    }),
    (PredictionId::WaitP95, "Wq₉₅", |k| {
        k.quantile(0.95, |r| r.wait_s)
    }),
    (PredictionId::Present, "L", |k| {
        k.over_time(&k.past.present())
    }),
    (PredictionId::Utilisation, "ρ", |k| k.over_time(&k.busy()?)),
    (PredictionId::Loss, "p_K", |k| k.loss()),
    (PredictionId::Step, "E[t]", |k| k.rounds()),
    (PredictionId::Makespan, "E[t]", |k| k.rounds()),
];

/// A quantity, predicted and observed.
struct Compared {
    /// The place on the axis.
    at: f64,
    id: PredictionId,
    symbol: &'static str,
    unit: &'static str,
    /// The prediction; the same twice if it is one number.
    low: f64,
    high: f64,
    seen: Option<Estimate>,
}

impl Compared {
    /// How far a value is from the prediction, or from the middle of its bounds.
    fn residual(&self, value: f64) -> f64 {
        value / f64::midpoint(self.low, self.high) - 1.0
    }

    fn point(&self, value: f64) -> Point {
        Point::at(self.at, self.residual(value))
    }

    fn span(&self, low: f64, high: f64) -> Point {
        Point::span(self.at, self.residual(low), self.residual(high))
    }

    /// The estimate, if its interval can be relied on.
    fn sure(&self) -> Option<Estimate> {
        self.seen.filter(|seen| seen.too_short.is_none())
    }

    /// The estimate, if its interval cannot be relied on.
    fn doubtful(&self) -> Option<Estimate> {
        self.seen.filter(|seen| seen.too_short.is_some())
    }

    /// Whether the interval and the prediction have a value in common.
    fn agrees(&self) -> bool {
        self.sure()
            .is_some_and(|seen| seen.low <= self.high && self.low <= seen.high)
    }
}

/// Dashed at 0: the predictions; boxes: their bounds. Solid: what the run observed, with its
/// intervals; rings: what is too short for one. Above: how far off.
pub(super) fn check(run: &Run, t: Translate) -> Chart {
    let kept = Kept::of(SoFar::of(&run.timeline));
    let mut rows: Vec<Compared> = QUANTITIES
        .iter()
        .filter_map(|quantity| compare(run, &kept, quantity))
        .collect();
    for (place, row) in rows.iter_mut().enumerate() {
        row.at = place as f64;
    }
    let series = draw(&rows, t);
    let reach = series
        .iter()
        .flat_map(|s| &s.points)
        .flat_map(|p| [Some(p.y), p.low])
        .flatten()
        .filter(|y| y.is_finite())
        .fold(0.1, |most: f64, y| most.max(y.abs()))
        * 1.15;
    let names = rows.iter().map(|r| (r.at, r.symbol.to_string()));
    let mut chart = Chart {
        id: "check",
        title: t("charts.check.title"),
        x: Axis {
            label: t("charts.check.quantity"),
            unit: "",
            from: -0.5,
            to: rows.len().max(1) as f64 - 0.5,
            ticks: Ticks::Names(names.collect()),
        },
        y: Axis {
            label: t("charts.check.axis"),
            unit: "",
            from: -reach,
            to: reach,
            ticks: Ticks::Percent,
        },
        series,
        notes: notes(&rows, kept.responses.len(), t),
        numbers: Some(numbers(&rows, t)),
        ..Chart::default()
    };
    if rows.is_empty()
        && let Some(p) = run.prediction(PredictionId::Response)
        && let Err(reason) = &p.value
    {
        chart.no_prediction = Some(no_formula(t, reason));
    }
    chart
}

/// A quantity as the run shows it and its formula predicts it; None without a formula.
fn compare(run: &Run, kept: &Kept, &(id, symbol, observe): &Checked) -> Option<Compared> {
    let p = run.prediction(id)?;
    let (low, high) = match p.value {
        // What is predicted to be nothing has no residual.
        // Nor can more be busy than there is: from 1 on the prediction says that queues grow.
        Ok(Quantity::Number(x)) if x > 0.0 && !(id == PredictionId::Utilisation && x >= 1.0) => {
            (x, x)
        }
        Ok(Quantity::Bounds { low, high }) => (low, high),
        _ => return None,
    };
    Some(Compared {
        at: 0.0,
        id,
        symbol,
        unit: p.unit,
        low,
        high,
        seen: observe(kept),
    })
}

/// What there is to draw of the rows, without the series that have no points.
fn draw(rows: &[Compared], t: Translate) -> Vec<Series> {
    let mut boxes = Vec::new();
    let mut levels = Vec::new();
    let mut whiskers = Vec::new();
    let mut points = Vec::new();
    let mut rings = Vec::new();
    for row in rows {
        if row.low < row.high {
            boxes.push(row.span(row.low, row.high));
        } else {
            levels.push(Point::at(row.at, 0.0));
        }
        if let Some(seen) = row.sure() {
            whiskers.push(row.span(seen.low, seen.high));
            points.push(row.point(seen.value));
        }
        if let Some(seen) = row.doubtful() {
            rings.push(row.point(seen.value));
        }
    }
    let whisker = Form::Bars(0.006 * rows.len() as f64);
    let all = [
        Series::band(t("charts.bounds"), Form::Boxes(0.7), Hue::Accent, boxes),
        Series::predicted(
            t("charts.predicted"),
            Form::Levels(0.7),
            Hue::Accent,
            levels,
        ),
        Series::observed(t("charts.mean.interval"), whisker, Hue::Ink, whiskers),
        Series::observed(t("charts.observed"), Form::Points, Hue::Ink, points),
        Series::observed(t("charts.check.short"), Form::Rings, Hue::Ink, rings),
    ];
    all.into_iter().filter(|s| !s.points.is_empty()).collect()
}

/// How many intervals hold their prediction, and why others cannot be judged yet.
fn notes(rows: &[Compared], tasks: usize, t: Translate) -> Vec<String> {
    let hold = rows.iter().filter(|r| r.agrees()).count();
    let sure = rows.iter().filter(|r| r.sure().is_some()).count();
    let doubts: Vec<Estimate> = rows.iter().filter_map(Compared::doubtful).collect();
    let values = [
        ("hold", hold.to_string()),
        ("all", sure.to_string()),
        ("short", doubts.len().to_string()),
        ("tasks", tasks.to_string()),
    ];
    let mut notes = Vec::new();
    if sure > 0 {
        notes.push(fill(t, "charts.check.says", &values));
    }
    if !doubts.is_empty() {
        notes.push(fill(t, "charts.check.open", &values));
    }
    let why = doubts.first().and_then(|seen| seen.too_short);
    notes.extend(why.map(|why| too_short(t, &why)));
    notes
}

/// The numbers in their own units.
fn numbers(rows: &[Compared], t: Translate) -> Table {
    let header = [
        "charts.check.quantity",
        "charts.predicted",
        "charts.observed",
        "charts.mean.interval",
        "charts.check.axis",
    ];
    Table {
        header: header.map(t).to_vec(),
        rows: rows.iter().map(|row| cells(row, t)).collect(),
    }
}

fn cells(row: &Compared, t: Translate) -> Vec<String> {
    let mut name = t(&format!("theory.prediction.{}.name", row.id));
    if !row.unit.is_empty() {
        let unit = t(&format!("unit.{}", row.unit));
        name.push_str(&format!(" [{unit}]"));
    }
    let mut observed = String::new();
    let mut interval = String::new();
    let mut residual = String::new();
    if let Some(seen) = row.seen {
        observed = significant(seen.value, 5);
        residual = percent(row.residual(seen.value));
    }
    if let Some(seen) = row.sure() {
        interval = range(seen.low, seen.high);
    }
    vec![name, range(row.low, row.high), observed, interval, residual]
}

fn range(low: f64, high: f64) -> String {
    if low < high {
        format!("{} … {}", significant(low, 5), significant(high, 5))
    } else {
        significant(low, 5)
    }
}
