//! What a strategy that learns has lost so far, against the best fixed server and an oracle.
//!
//! Both are counted again from the tasks that came: when, how large, and where each was sent. The
//! oracle knows sizes, speeds and queues, and picks for each task by itself the server that is done
//! with it first. The best fixed server would have got all tasks; which one that is, is seen
//! afterwards only. What a task takes at a server is what is left there and its size, by the speed
//! of the moment. Source of the comparison with what a fixed choice itself would have led to, queue
//! included: Arora, Dekel and Tewari (2012), "policy regret".

use super::so_far::SoFar;
use super::steps::present;
use super::text::{Translate, fill};
use crate::Run;
use crate::plot::{Axis, Chart, Form, Hue, Point, Series, Ticks, thin};
use equipoise_engine::balance::StrategyId;
use equipoise_engine::number::significant;
use equipoise_engine::scenario::{PickPer, Place, Scenario, ServerState, Service, letter};
use equipoise_engine::sim::Timeline;
use equipoise_engine::sim::log::Allocation;

/// Strategies that learn which server is best.
const LEARN: [StrategyId; 3] = [
    StrategyId::Bandit,
    StrategyId::LinUcb,
    StrategyId::TableLearner,
];

/// Whether the strategy learns.
pub(super) fn applies(scenario: &Scenario) -> bool {
    LEARN.contains(&scenario.balancer.strategy.id)
}

/// The second place.
pub(super) fn place(scenario: &Scenario) -> Option<usize> {
    applies(scenario).then_some(1)
}

/// Why what other picks would have led to cannot be known; the text key is
/// `charts.regret.reason-<reason>`.
fn reason(timeline: &Timeline) -> Option<&'static str> {
    let scenario = &timeline.script().scenario;
    let first = timeline.log().allocations.front();
    let one_by_one = scenario
        .servers
        .iter()
        .all(|s| s.service == Service::FirstCome && s.slots == 1 && s.queue.is_none() && !s.backup);
    let faults = scenario.faults.iter().map(|fault| fault.state);
    let mut states = scenario.servers.iter().map(|s| s.state).chain(faults);
    let calm = states.all(|state| matches!(state, ServerState::Up | ServerState::Slow))
        && scenario.changes.is_empty()
        && !scenario.autoscaler.is_on();
    let balancer = &scenario.balancer;
    let dispatcher = &balancer.dispatcher;
    let direct = balancer.place != Place::Hybrid
        && dispatcher.latency_s == 0.0
        && dispatcher.decisions_per_s.is_none()
        && dispatcher.connections.is_none()
        && balancer.shed_above.is_none()
        && balancer.rules.is_empty()
        && !scenario.has_places()
        && !scenario.network.is_on()
        && scenario.connections.pick_per == PickPer::Request;
    let policy = &scenario.retry_policy;
    let patient = policy.timeout_s.is_none() && policy.hedge.after_s.is_none();
    if first.is_some_and(|first| first.decision > 1) {
        Some("window")
    } else if SoFar::of(timeline).last_edit().is_some() {
        Some("changed")
    } else if !one_by_one {
        Some("service")
    } else if !calm {
        Some("disturbed")
    } else if !direct {
        Some("way")
    } else if !patient || scenario.arrivals.pattern.counts_tasks() {
        Some("arrivals")
    } else {
        None
    }
}

/// Servers that work off what they are given, as far as is known at a moment.
struct Work<'a> {
    scenario: &'a Scenario,
    now_s: f64,
    /// Work that each has left (units).
    left: Vec<f64>,
    /// When each changes its speed (s), and to what (units/s), in order of time.
    changes: Vec<(f64, usize, f64)>,
    speeds: Vec<f64>,
}

impl<'a> Work<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        let faults = scenario.faults.iter();
        let mut changes: Vec<_> = faults
            .map(|fault| {
                let server = usize::from(fault.server);
                let mut config = scenario.servers[server].clone();
                config.state = fault.state;
                (fault.at_s, server, config.pace())
            })
            .collect();
        changes.sort_by(|a, b| a.0.total_cmp(&b.0));
        Self {
            scenario,
            now_s: 0.0,
            left: vec![0.0; scenario.servers.len()],
            changes,
            speeds: scenario.servers.iter().map(|s| s.pace()).collect(),
        }
    }

    /// Lets time pass.
    fn pass_to(&mut self, time_s: f64) {
        while let Some(&(at_s, server, speed)) = self.changes.first()
            && at_s <= time_s
        {
            self.work_until(at_s);
            self.speeds[server] = speed;
            self.changes.remove(0);
        }
        self.work_until(time_s);
    }

    fn work_until(&mut self, time_s: f64) {
        let passed_s = time_s - self.now_s;
        for (left, speed) in self.left.iter_mut().zip(&self.speeds) {
            *left = (*left - speed * passed_s).max(0.0);
        }
        self.now_s = time_s;
    }

    /// How long a task of this size would take at each server (s).
    fn responses_s(&self, size: f64) -> impl Iterator<Item = f64> {
        let servers = 0..self.scenario.servers.len();
        servers.map(move |s| (self.left[s] + size) / self.speeds[s])
    }
}

/// What was lost so far after each decision.
struct Lost {
    against_oracle: Vec<Point>,
    against_fixed: Vec<Point>,
    /// The best fixed server.
    fixed: usize,
}

fn lost<'a>(scenario: &Scenario, decisions: impl Iterator<Item = &'a Allocation>) -> Lost {
    let n = scenario.servers.len();
    let mut as_it_was = Work::new(scenario);
    // Each server as if it had got all tasks.
    let mut alone = Work::new(scenario);
    let mut took_s = 0.0;
    let mut oracle_s = 0.0;
    let mut alone_s = vec![0.0; n];
    let mut lost = Lost {
        against_oracle: Vec::new(),
        against_fixed: Vec::new(),
        fixed: 0,
    };
    for a in decisions {
        as_it_was.pass_to(a.decided_s);
        alone.pass_to(a.decided_s);
        let server = usize::from(a.server);
        let responses_s: Vec<f64> = as_it_was.responses_s(a.size).collect();
        took_s += responses_s[server];
        oracle_s += responses_s[server] - responses_s.iter().copied().fold(f64::INFINITY, f64::min);
        as_it_was.left[server] += a.size;
        for (sum_s, response_s) in alone_s.iter_mut().zip(alone.responses_s(a.size)) {
            *sum_s += response_s;
        }
        alone.left.iter_mut().for_each(|left| *left += a.size);
        let best = (0..n).min_by(|&x, &y| alone_s[x].total_cmp(&alone_s[y]));
        lost.fixed = best.unwrap_or(0);
        let fixed_s = took_s - alone_s[lost.fixed];
        lost.against_oracle.push(Point::at(a.decided_s, oracle_s));
        lost.against_fixed.push(Point::at(a.decided_s, fixed_s));
    }
    lost
}

/// Upwards, with room for all that was lost and for half as much below 0: what was gained on a bad
/// fixed server may be hundreds of times that.
fn axis(oracle: &[Point], fixed: &[Point], t: Translate) -> Axis {
    let label = t("charts.regret.axis");
    let most = oracle.iter().map(|point| point.y).fold(0.0, f64::max);
    let least = if most > 0.0 {
        -0.5 * most
    } else {
        f64::NEG_INFINITY
    };
    let fixed = fixed.iter().map(|point| point.y.max(least));
    let values = fixed.chain([most]);
    Axis::fit(label, "s", Ticks::Numbers, 0.0, values, 0.08)
}

/// Lines: response time lost so far, summed over tasks. A line that leaves the plot has its value
/// beside it. Where it cannot be known, the note says why.
pub(super) fn regret(run: &Run, t: Translate) -> Chart {
    let timeline = &run.timeline;
    let past = SoFar::of(timeline);
    let now_s = past.now_s;
    let mut chart = Chart {
        id: "regret",
        title: t("charts.regret.title"),
        x: Axis {
            label: t("charts.time"),
            unit: "s",
            from: 0.0,
            to: now_s.max(1.0),
            ticks: Ticks::Numbers,
        },
        y: axis(&[], &[], t),
        ..Chart::default()
    };
    if let Some(reason) = reason(timeline) {
        chart
            .notes
            .push(t(&format!("charts.regret.reason-{reason}")));
        return chart;
    }
    let lost = lost(&timeline.script().scenario, past.allocations());
    let ends = [&lost.against_oracle, &lost.against_fixed].map(|points| points.last());
    let [Some(oracle), Some(fixed)] = ends.map(|end| end.map(|point| point.y)) else {
        return chart;
    };
    let values = [
        ("oracle", significant(oracle, 3)),
        ("fixed", significant(fixed, 3)),
        ("server", letter(lost.fixed)),
        ("tasks", lost.against_oracle.len().to_string()),
    ];
    chart.notes.push(fill(t, "charts.regret.note", &values));
    chart.y = axis(&lost.against_oracle, &lost.against_fixed, t);
    chart.series.push(present(now_s));
    let beyond = (fixed < chart.y.from).then(|| fill(t, "charts.regret.beyond", &values));
    for (id, hue, points) in [
        ("oracle", Hue::Ink, lost.against_oracle),
        ("fixed", Hue::Second, lost.against_fixed),
    ] {
        let name = t(&format!("charts.regret.{id}"));
        let mut series = Series::observed(name, Form::Line, hue, thin(points));
        if id == "fixed" {
            series.label = beyond.clone();
        }
        chart.series.push(series);
    }
    chart
}
