//! The laws for T_i that the present scenario is compared with. The formulas themselves are in
//! [`equipoise_theory::article`].

use super::so_far::SoFar;
use equipoise_engine::balance::{Share, StrategyId};
use equipoise_engine::scenario::{Pattern, Place, Scenario};
use equipoise_theory::article;

/// (i − 1)·R + T, counted from a task whose time is known.
pub(super) struct Law {
    /// R (s).
    pub interval_s: f64,
    /// T (s).
    pub first_s: f64,
    /// The task that came at T.
    pub first: u64,
    /// Whether T was seen in the run and not set by the scenario.
    pub seen: bool,
    /// Whether the gaps are random, so that the law is a mean.
    pub random: bool,
}

impl Law {
    /// The law for the run, if arrivals have an R. A fixed interval that was never
    /// changed has the scenario's T; otherwise T is the arrival of the oldest task that is known to
    /// have come at the present R.
    pub(super) fn of(past: &SoFar) -> Option<Self> {
        let a = &past.scenario.arrivals;
        let random = match a.pattern {
            Pattern::Fixed => false,
            Pattern::Poisson => true,
            Pattern::Bursty | Pattern::Batch | Pattern::Steps | Pattern::Closed => return None,
        };
        let interval_s = 1.0 / a.rate_per_s;
        let edit = past.last_edit();
        if !random && edit.is_none() {
            return Some(Self {
                interval_s,
                first_s: a.start_s,
                first: 1,
                seen: false,
                random,
            });
        }
        let since_s = edit.map_or(0.0, |e| e.time_s);
        let oldest = past.allocations().find(|a| a.arrival_s >= since_s)?;
        Some(Self {
            interval_s,
            first_s: oldest.arrival_s,
            first: oldest.task,
            seen: true,
            random,
        })
    }

    /// T_i (s); NaN before the first.
    pub(super) fn at(&self, task: u64) -> f64 {
        if task < self.first {
            f64::NAN
        } else {
            article::dispatch_s(task - self.first + 1, self.interval_s, self.first_s)
        }
    }

    /// Half the width of the 95 % band around T_i (s).
    pub(super) fn half_width_s(&self, task: u64) -> f64 {
        match task.checked_sub(self.first) {
            Some(after) if self.random => article::poisson_half_width_s(after + 1, self.interval_s),
            _ => 0.0,
        }
    }
}

/// Whether arrivals have an R, and so a law.
pub(super) fn has_interval(scenario: &Scenario) -> bool {
    matches!(scenario.arrivals.pattern, Pattern::Fixed | Pattern::Poisson)
}

/// Which of its formulas the article would use here, where it differs from (i − 1)·R + T.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Printed {
    Weighted,
    LeastLoad,
}

impl Printed {
    pub(super) fn of(past: &SoFar) -> Option<Self> {
        match past.scenario.balancer.strategy.id {
            StrategyId::LeastConnections => Some(Self::LeastLoad),
            id if matches!(
                id.share(),
                Share::WeightedTurns | Share::Rounded | Share::WeightedChance
            ) =>
            {
                Some(Self::Weighted)
            }
            _ => None,
        }
    }

    /// The text key of its name.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Weighted => "charts.assignment.weighted",
            Self::LeastLoad => "charts.assignment.least_load",
        }
    }

    /// Its values for the tasks from `from` to `to`: task and time (s).
    pub(super) fn points(self, past: &SoFar, law: &Law, from: u64, to: u64) -> Vec<(u64, f64)> {
        match self {
            Self::Weighted => {
                let weights: Vec<u32> = past.scenario.servers.iter().map(|s| s.weight).collect();
                let mut points = Vec::new();
                for i in from..=to {
                    let at_s =
                        article::weighted_printed_s(i, &weights, law.interval_s, law.first_s);
                    points.extend(at_s.map(|at_s| (i, at_s)));
                }
                points
            }
            Self::LeastLoad => {
                let mut points = Vec::new();
                for (i, least) in least_loads(past, (to - from + 1) as usize) {
                    let at_s = article::least_load_printed_s(&[least], law.interval_s, law.first_s);
                    points.extend(at_s.filter(|_| i >= from && i <= to).map(|at_s| (i, at_s)));
                }
                points
            }
        }
    }
}

/// The least load of any server just before each of the latest `count` decisions, by task.
///
/// The log has each decision twice: as an allocation and as a rise of its server's load. Both are
/// in order, so walking the changes of load meets the allocations one by one.
fn least_loads(past: &SoFar, count: usize) -> Vec<(u64, f64)> {
    let mut loads: Vec<Option<u32>> = vec![None; past.scenario.servers.len()];
    let mut allocations = past.allocations().peekable();
    let mut least = Vec::new();

    for change in past.all_load_changes() {
        let server = usize::from(change.server);
        let rise = loads[server].is_none_or(|before| change.load == before + 1);
        if rise
            && change.load > 0
            && let Some(a) =
                allocations.next_if(|a| a.server == change.server && a.decided_s == change.time_s)
        {
            let least_load = loads.iter().flatten().min().copied().unwrap_or(0);
            least.push((a.task, f64::from(least_load)));
        }
        loads[server] = Some(change.load);
    }
    let skip = least.len().saturating_sub(count);
    least.split_off(skip)
}

/// Whether the balancer itself takes time, so that tasks go out later than they arrive.
pub(super) fn balancer_takes_time(past: &SoFar) -> bool {
    let b = &past.scenario.balancer;
    b.dispatcher.decisions_per_s.is_some() || (b.place == Place::Hybrid && b.front.latency_s > 0.0)
}
