//! Formula against run: all that a formula says and the run shows, on one scale.
//!
//! The scale is the residual, observed over predicted less 1. A prediction stands at 0, dashed; one
//! that only bounds is a box about 0, and its middle is what the residual is of. What is observed
//! is solid, with its 95 % interval: by batch means of the tasks since the last change and behind
//! the warm-up (MSER-5 on their responses), for tasks in the system and utilisation by batches of
//! equal time, for rounds by the rounds. Where the method's conditions do not hold a ring stands
//! without an interval, and the reason below. Shares have a chart of their own.

use super::past::Past;
use super::{Translate, fill, no_formula, prediction, too_short};
use crate::plot::{Axis, Chart, Kind, Paint, Point, Role, Series, Table, Ticks};
use equipoise_engine::number::{percent, significant};
use equipoise_engine::scenario::ServerConfig;
use equipoise_engine::sim::log::Response;
use equipoise_engine::sim::timeline::Timeline;
use equipoise_engine::stats::TooShort;
use equipoise_engine::stats::interval::{
    BATCHES_MIN, Estimate, of_batches, of_replications, quantile_of_batches,
};
use equipoise_engine::stats::step_line::slices;
use equipoise_engine::stats::warm_up;
use equipoise_theory::{PredictionId, Value};

/// What is known of a run behind its warm-up.
struct Kept<'a> {
    past: Past<'a>,
    from_s: f64,
    responses: Vec<Response>,
    /// Why its end is not known.
    doubt: Option<TooShort>,
}

/// What a formula and a run both give: the prediction's id, its symbol, and how it is observed.
type Quantity = (PredictionId, &'static str, fn(&Kept) -> Option<Estimate>);

const QUANTITIES: &[Quantity] = &[
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
struct Row {
    id: PredictionId,
    symbol: &'static str,
    unit: &'static str,
    /// The same twice if it is one number.
    predicted: (f64, f64),
    seen: Option<Estimate>,
}

impl Row {
    /// Against what the residual is.
    fn base(&self) -> f64 {
        (self.predicted.0 + self.predicted.1) / 2.0
    }

    fn residual(&self, value: f64) -> f64 {
        value / self.base() - 1.0
    }

    /// The estimate, if its interval can be relied on.
    fn sure(&self) -> Option<Estimate> {
        self.seen.filter(|seen| seen.too_short.is_none())
    }
}

impl<'a> Kept<'a> {
    fn of(past: Past<'a>) -> Self {
        let all: Vec<Response> = past.served_since_change().copied().collect();
        let values: Vec<f64> = all.iter().map(|r| r.response_s).collect();
        let found = warm_up::from_empty(&values);
        let cut = found.unwrap_or(values.len() / 2);
        let from_s = all.get(cut).map_or(past.now_s, |r| r.time_s);
        Self {
            past,
            from_s,
            responses: all[cut..].to_vec(),
            doubt: found.err(),
        }
    }

    /// Where the end of the warm-up is not known no interval is sure.
    fn doubted(&self, estimate: Option<impl Into<Estimate>>) -> Option<Estimate> {
        let estimate: Estimate = estimate?.into();
        Some(Estimate {
            too_short: self.doubt.or(estimate.too_short),
            ..estimate
        })
    }

    fn values(&self, of: fn(&Response) -> f64) -> Vec<f64> {
        self.responses.iter().map(of).collect()
    }

    fn mean(&self, of: fn(&Response) -> f64) -> Option<Estimate> {
        self.doubted(of_batches(&self.values(of), BATCHES_MIN))
    }

    fn quantile(&self, p: f64, of: fn(&Response) -> f64) -> Option<Estimate> {
        self.doubted(quantile_of_batches(&self.values(of), p, BATCHES_MIN))
    }

    /// The average of a step line over the time that is kept.
    fn over_time(&self, steps: &[(f64, f64)]) -> Option<Estimate> {
        let from_s = steps.first()?.0.max(self.from_s);
        let slices = slices(steps, from_s..self.past.now_s, BATCHES_MIN);
        self.doubted(of_batches(&slices, BATCHES_MIN))
    }

    /// Work done per second over what the servers that are up could do, as changes; None where
    /// tasks under way to a server count as its load.
    fn busy(&self) -> Option<Vec<(f64, f64)>> {
        let (s, b) = (self.past.scenario, &self.past.scenario.balancer);
        if b.dispatcher.latency_s > 0.0 || b.front.latency_s > 0.0 {
            return None;
        }
        let pace = |s: &ServerConfig| if s.state.serves() { s.pace() } else { 0.0 };
        let whole: f64 = s.servers.iter().map(|s| pace(s) * f64::from(s.slots)).sum();
        let mut loads = vec![None; s.servers.len()];
        let mut steps = Vec::new();
        for change in self.past.load_changes() {
            *loads.get_mut(usize::from(change.server))? = Some(change.load);
            // The window may begin in the middle of the run.
            let known: Option<Vec<u32>> = loads.iter().copied().collect();
            let Some(known) = known else { continue };
            let work = known
                .iter()
                .zip(&s.servers)
                .map(|(&load, s)| pace(s) * f64::from(load.min(s.slots)));
            steps.push((change.time_s, work.sum::<f64>() / whole));
        }
        Some(steps)
    }

    /// The part of tasks turned away, of those that left.
    fn loss(&self) -> Option<Estimate> {
        let lost = self
            .past
            .rejections_s()
            .filter(|at_s| *at_s >= self.from_s)
            .map(|at_s| (at_s, 1.0));
        let mut left: Vec<(f64, f64)> = self
            .responses
            .iter()
            .map(|r| (r.time_s, 0.0))
            .chain(lost)
            .collect();
        equipoise_engine::stats::order::by_first(&mut left);
        let values: Vec<f64> = left.into_iter().map(|(_, lost)| lost).collect();
        self.doubted(of_batches(&values, BATCHES_MIN))
    }

    fn rounds(&self) -> Option<Estimate> {
        let changed_s = self.past.last_edit().map_or(0.0, |edit| edit.time_s);
        let rounds = self.past.rounds().filter(|r| r.began_s >= changed_s);
        let lasted: Vec<f64> = rounds.map(|r| r.ended_s - r.began_s).collect();
        of_replications(&lasted, 0).map(Estimate::from)
    }
}

/// Dashed at 0: the predictions; boxes: their bounds. Solid: what the run observed, with its
/// intervals; rings: what is too short for one. Above: how far off.
pub fn check(timeline: &Timeline, t: Translate) -> Chart {
    let kept = Kept::of(Past::of(timeline));
    let rows: Vec<Row> = QUANTITIES
        .iter()
        .filter_map(|quantity| row(&kept, quantity))
        .collect();
    let mut chart = Chart {
        id: "check",
        title: t("charts.check.title"),
        ..Chart::default()
    };
    if rows.is_empty()
        && let Some(Err(reason)) =
            prediction(kept.past.scenario, PredictionId::Response).map(|p| p.value)
    {
        chart.no_prediction = Some(no_formula(t, &reason));
    }
    let at = |i: usize| i as f64;
    let mut series = |name: &str, kind, role, paint, points: Vec<Point>| {
        if !points.is_empty() {
            chart
                .series
                .push(Series::new(t(name), kind, role, paint, points));
        }
    };
    let rows_at = || rows.iter().enumerate();
    let boxes = rows_at().filter(|(_, r)| r.predicted.0 < r.predicted.1);
    let boxes = boxes
        .map(|(i, r)| Point::span(at(i), r.residual(r.predicted.0), r.residual(r.predicted.1)));
    series(
        "charts.bounds",
        Kind::Boxes(0.7),
        Role::Band,
        Paint::Accent,
        boxes.collect(),
    );
    let levels = rows_at()
        .filter(|(_, r)| r.predicted.0 == r.predicted.1)
        .map(|(i, _)| Point::at(at(i), 0.0));
    series(
        "charts.predicted",
        Kind::Levels(0.7),
        Role::Prediction,
        Paint::Accent,
        levels.collect(),
    );
    let sure = || rows_at().filter_map(|(i, r)| Some((i, r, r.sure()?)));
    let whiskers =
        sure().map(|(i, r, seen)| Point::span(at(i), r.residual(seen.low), r.residual(seen.high)));
    series(
        "charts.mean.interval",
        Kind::Bars(0.006 * rows.len() as f64),
        Role::Observation,
        Paint::Ink,
        whiskers.collect(),
    );
    let points = sure().map(|(i, r, seen)| Point::at(at(i), r.residual(seen.value)));
    series(
        "charts.observed",
        Kind::Points,
        Role::Observation,
        Paint::Ink,
        points.collect(),
    );
    let doubtful = || {
        rows_at().filter_map(|(i, r)| Some((i, r, r.seen.filter(|seen| seen.too_short.is_some())?)))
    };
    let rings = doubtful().map(|(i, r, seen)| Point::at(at(i), r.residual(seen.value)));
    series(
        "charts.check.short",
        Kind::Rings,
        Role::Observation,
        Paint::Ink,
        rings.collect(),
    );

    let ends = chart
        .series
        .iter()
        .flat_map(|s| s.points.iter().flat_map(|p| [Some(p.y), p.low]))
        .flatten();
    let reach = ends
        .filter(|y| y.is_finite())
        .fold(0.1, |most: f64, y| most.max(y.abs()))
        * 1.15;
    let names = rows_at()
        .map(|(i, r)| (at(i), r.symbol.to_string()))
        .collect();
    let last = rows.len().max(1) as f64 - 0.5;
    chart.x = Axis {
        label: t("charts.check.quantity"),
        from: -0.5,
        to: last,
        ticks: Ticks::Names(names),
        unit: "",
    };
    chart.y = Axis {
        label: t("charts.check.axis"),
        unit: "",
        from: -reach,
        to: reach,
        ticks: Ticks::Percent,
    };
    let holds = sure()
        .filter(|(_, r, seen)| seen.low <= r.predicted.1 && r.predicted.0 <= seen.high)
        .count();
    let counts = [
        holds,
        sure().count(),
        doubtful().count(),
        kept.responses.len(),
    ]
    .map(|n| n.to_string());
    let said: Vec<(&str, String)> = ["hold", "all", "short", "tasks"]
        .into_iter()
        .zip(counts)
        .collect();
    if sure().next().is_some() {
        chart.notes.push(fill(t, "charts.check.says", &said));
    }
    if doubtful().next().is_some() {
        chart.notes.push(fill(t, "charts.check.open", &said));
    }
    let doubt = doubtful().find_map(|(_, _, seen)| seen.too_short);
    chart.notes.extend(doubt.map(|why| too_short(t, &why)));
    chart.numbers = Some(numbers(&rows, t));
    chart
}

fn row(kept: &Kept, &(id, symbol, observe): &Quantity) -> Option<Row> {
    let p = prediction(kept.past.scenario, id)?;
    let predicted = match p.value {
        // What is predicted to be nothing has no residual.
        // Nor can more be busy than there is: from 1 on the prediction says that queues grow.
        Ok(Value::Number(x)) if x > 0.0 && !(id == PredictionId::Utilisation && x >= 1.0) => (x, x),
        Ok(Value::Bounds { low, high }) => (low, high),
        _ => return None,
    };
    Some(Row {
        id,
        symbol,
        unit: p.unit,
        predicted,
        seen: observe(kept),
    })
}

/// The numbers in their own units.
fn numbers(rows: &[Row], t: Translate) -> Table {
    let header = [
        "charts.check.quantity",
        "charts.predicted",
        "charts.observed",
        "charts.mean.interval",
        "charts.check.axis",
    ];
    let n = |x: f64| significant(x, 5);
    let range = |low: f64, high: f64| {
        if low < high {
            format!("{} … {}", n(low), n(high))
        } else {
            n(low)
        }
    };
    let cells = rows.iter().map(|r| {
        let name = t(&format!("theory.prediction.{}.name", r.id));
        let unit = if r.unit.is_empty() {
            String::new()
        } else {
            format!(" [{}]", t(&format!("unit.{}", r.unit)))
        };
        vec![
            format!("{name}{unit}"),
            range(r.predicted.0, r.predicted.1),
            r.seen.map_or_else(String::new, |seen| n(seen.value)),
            r.sure()
                .map_or_else(String::new, |seen| range(seen.low, seen.high)),
            r.seen
                .map_or_else(String::new, |seen| percent(r.residual(seen.value))),
        ]
    });
    Table {
        header: header.map(t).to_vec(),
        rows: cells.collect(),
    }
}
