//! How few servers are enough: a goal's quantity against the number of servers.

use super::sweep::{arm_name, observed};
use super::text::{Translate, fill};
use super::words;
use crate::plot::{Axis, Chart, Form, Hue, Point, Role, Series, Ticks};
use equipoise_engine::number::significant;
use equipoise_engine::stats::interval::Interval;
use equipoise_engine::sweep::gather::Cell;
use equipoise_engine::sweep::metric::Bound;
use equipoise_engine::sweep::size::{Search, Tried, Verdict};

/// A value of more than this many times its bound is not drawn: too few servers would leave the
/// others no room.
const HIGHEST: f64 = 5.0;

/// Points: the mean over the runs with each number of servers that was tried, for each strategy;
/// rings: where they cannot tell yet. Whiskers: their 95 % interval. Across: the bound of the goal.
/// None if there is no such goal.
pub fn size(search: &Search, tried: &[Tried], goal: usize, t: Translate) -> Option<Chart> {
    let bound = search.goals().get(goal)?;
    let metric = bound.metric()?;
    let highest = match metric.goal {
        Some(Bound::AtMost) if bound.value > 0.0 => HIGHEST * bound.value,
        _ => f64::INFINITY,
    };
    let plan = search.grid();
    let x = servers(search, tried, t);
    let whisker = (x.to - x.from) * 0.003;
    let mut series = vec![level(bound.value, metric.unit, t)];
    let mut higher = Vec::new();
    for arm in 0..plan.arms().len() {
        let of_arm = tried.iter().filter(|tried| tried.arm == arm);
        let (above, shown): (Vec<&Tried>, Vec<&Tried>) =
            of_arm.partition(|tried| mean(tried, goal).is_some_and(|m| m.mean > highest));
        higher.extend(above.iter().map(|tried| tried.servers));
        let cells: Vec<Cell> = shown.iter().map(|tried| cell(tried, goal)).collect();
        let cells: Vec<&Cell> = cells.iter().collect();
        let name = arm_name(plan, arm, t);
        series.extend(observed(&cells, None, whisker, Hue::Server(arm), &name, t));
    }
    higher.sort_unstable();
    higher.dedup();
    let notes = higher.iter().map(ToString::to_string).collect::<Vec<_>>();
    let notes = (!notes.is_empty()).then(|| {
        let values = [("servers", notes.join(", "))];
        fill(t, "charts.size.higher", &values)
    });
    let title = t(&format!("sweep.metric.{}", metric.id));
    let ticks = match metric.unit {
        "" => Ticks::Percent,
        _ => Ticks::Numbers,
    };
    let values = series.iter().flat_map(|s| s.points.iter().map(|p| p.y));
    Some(Chart {
        id: "size",
        y: Axis::fit(title.clone(), metric.unit, ticks, 0.0, values, 0.1),
        title,
        x,
        series,
        notes: notes.into_iter().collect(),
        words: words(t),
        ..Chart::default()
    })
}

fn mean(tried: &Tried, goal: usize) -> Option<Interval> {
    *tried.means.get(goal)?
}

/// A number of servers as a point. What a few runs have decided is no longer in doubt.
fn cell(tried: &Tried, goal: usize) -> Cell {
    let is_open = tried.verdicts.get(goal) == Some(&Verdict::Unsure);
    let mean = mean(tried, goal).map(|mean| Interval {
        too_short: mean.too_short.filter(|_| is_open),
        ..mean
    });
    Cell {
        point: tried.servers,
        value: f64::from(tried.servers),
        arm: tried.arm,
        runs: tried.runs as usize,
        mean,
        paired: None,
    }
}

/// The bound of a goal.
fn level(value: f64, unit: &str, t: Translate) -> Series {
    let text = match unit {
        "" => format!("{} %", significant(value * 100.0, 3)),
        _ => format!("{} {unit}", significant(value, 3)),
    };
    let at = vec![Point::at(0.0, value)];
    let level = Series::new("", Form::HorizontalMark, Role::Guide, Hue::Warning, at);
    level.labelled(fill(t, "charts.size.goal", &[("value", text)]))
}

/// The axis of the numbers that were tried.
fn servers(search: &Search, tried: &[Tried], t: Translate) -> Axis {
    let numbers = tried.iter().map(|tried| f64::from(tried.servers));
    let from = numbers.clone().fold(f64::INFINITY, f64::min);
    let to = numbers.fold(f64::NEG_INFINITY, f64::max);
    let (from, to) = match from <= to {
        true => (from, to),
        false => (1.0, 2.0),
    };
    let key = match search.grid().scenario.has_replicas() {
        true => "charts.size.replicas",
        false => "charts.size.servers",
    };
    Axis {
        label: t(key),
        from: from - 0.5,
        to: to + 0.5,
        ticks: Ticks::Whole,
        ..Axis::default()
    }
}
