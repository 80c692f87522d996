//! The rules of autoscalers, fed from a run.

use crate::balance::Mask;
use crate::scenario::{Autoscaler, ScaleBy, ScaleMetric};
use crate::sim::engine::Engine;
use crate::sim::scaling::ScaleReason;
use equipoise_elastic::metric::{Pod, Target, by_average_value};
use equipoise_elastic::window::Samples;
use equipoise_elastic::{Decision, Hpa, HpaSettings, Keda, Kpa, Schedule};

/// Between two samples of Knative's queue proxies (s).
const SAMPLE_S: f64 = 1.0;

/// Where loads stood when they were last measured.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// Slot-seconds of each server.
    busy_s: Vec<f64>,
    /// When that was (s).
    at_s: f64,
    /// Task-seconds in the system.
    presence_s: f64,
}

impl Seen {
    /// Where they stand now.
    pub(super) fn now(engine: &Engine) -> Self {
        let servers = engine.servers.iter();
        Self {
            busy_s: servers.map(|s| s.busy_slot_s(engine.now_s)).collect(),
            at_s: engine.now_s,
            presence_s: engine.presence_s(),
        }
    }
}

/// The servers that an autoscaler has to do with.
pub(super) struct Fleet<'a> {
    /// Those that are ordered.
    pub(super) ordered: &'a [usize],
    /// How many are ordered, with those that wait for a machine.
    pub(super) current: u32,
    /// Those that take tasks.
    pub(super) ready: Mask,
}

/// A decision with its reason.
#[derive(Clone, Copy, Debug)]
pub(super) struct Advice {
    /// The load that was seen, as the rule counts it.
    pub(super) seen: f64,
    pub(super) wanted: u32,
    pub(super) ordered: u32,
    pub(super) reason: ScaleReason,
}

#[derive(Clone, Debug)]
pub(super) enum Rule {
    Hpa {
        hpa: Hpa,
        metric: ScaleMetric,
        target: f64,
        next_s: f64,
    },
    Kpa {
        kpa: Kpa,
        samples: Samples,
        least: u32,
        most: u32,
        /// When it samples next, and when it decides.
        next_s: [f64; 2],
    },
    Queue {
        keda: Keda,
        sync_s: f64,
        /// When it looks next, and when the HPA decides.
        next_s: [f64; 2],
    },
    Schedule {
        timetable: Schedule,
        next_s: f64,
    },
}

impl Rule {
    /// The rule of an autoscaler that begins at `now_s`, with `on` of at most `most` servers.
    pub(super) fn new(autoscaler: &Autoscaler, now_s: f64, most: u32, on: u32) -> Self {
        let hpa = autoscaler.hpa(most);
        match autoscaler.by {
            ScaleBy::Kpa => {
                let kpa = autoscaler.kpa();
                Self::Kpa {
                    samples: Samples::new(kpa.stable_s),
                    next_s: [now_s + SAMPLE_S, now_s + kpa.tick_s],
                    kpa: Kpa::new(kpa, now_s, on),
                    least: autoscaler.least,
                    most,
                }
            }
            ScaleBy::Queue => {
                let keda = autoscaler.keda(most);
                Self::Queue {
                    next_s: [now_s + keda.polling_s, now_s + hpa.sync_s],
                    sync_s: hpa.sync_s,
                    keda: Keda::with_hpa(keda, hpa, now_s),
                }
            }
            ScaleBy::Schedule => Self::Schedule {
                timetable: autoscaler.timetable(),
                next_s: now_s,
            },
            ScaleBy::Hpa | ScaleBy::Off => Self::Hpa {
                metric: autoscaler.metric,
                target: match autoscaler.metric {
                    ScaleMetric::InFlight => autoscaler.target,
                    ScaleMetric::Utilisation => autoscaler.utilisation,
                },
                next_s: now_s + hpa.sync_s,
                hpa: Hpa::new(hpa),
            },
        }
    }

    /// When it looks at the load, or at the clock, next (s).
    pub(super) fn next_s(&self) -> f64 {
        match self {
            Self::Hpa { next_s, .. } | Self::Schedule { next_s, .. } => *next_s,
            Self::Kpa { next_s, .. } | Self::Queue { next_s, .. } => next_s[0].min(next_s[1]),
        }
    }

    /// Looks once, and decides if it is time to.
    pub(super) fn look(
        &mut self,
        engine: &Engine,
        fleet: &Fleet<'_>,
        seen: &mut Seen,
    ) -> Option<Advice> {
        let current = fleet.current;
        let now_s = engine.now_s;
        let tasks = engine.tasks.len() as f64;
        match self {
            Self::Hpa {
                hpa,
                metric,
                target,
                next_s,
            } => {
                *next_s += hpa.settings().sync_s;
                let tolerance = hpa.settings().tolerance;
                let (load, wanted) = match metric {
                    ScaleMetric::InFlight => {
                        let wanted = match current {
                            0 => 0,
                            _ => by_average_value(milli(tasks), milli(*target), current, tolerance),
                        };
                        (tasks / f64::from(current), Some(wanted))
                    }
                    ScaleMetric::Utilisation => {
                        utilisation(engine, fleet, *target, tolerance, seen)
                    }
                };
                let Some(wanted) = wanted else {
                    return Some(Advice {
                        seen: f64::NAN,
                        wanted: current,
                        ordered: current,
                        reason: ScaleReason::NoMetrics,
                    });
                };
                let settings = hpa.settings().clone();
                let decision = hpa.decide(now_s, current, wanted);
                Some(advice(load, current, decision, &settings))
            }
            Self::Queue {
                keda,
                sync_s,
                next_s,
            } => {
                if next_s[0] <= next_s[1] {
                    next_s[0] += keda.settings().polling_s;
                    let ordered = keda.poll(now_s, current, tasks);
                    return (ordered != current).then_some(Advice {
                        seen: tasks,
                        wanted: ordered,
                        ordered,
                        reason: match ordered {
                            0 => ScaleReason::Cooldown,
                            _ => ScaleReason::Activated,
                        },
                    });
                }
                next_s[1] += *sync_s;
                // Switched off without servers.
                (current > 0).then(|| {
                    let decision = keda.sync(now_s, current, tasks);
                    advice(tasks, current, decision, keda.hpa_settings())
                })
            }
            Self::Kpa {
                kpa,
                samples,
                least,
                most,
                next_s,
            } => {
                if next_s[0] <= next_s[1] {
                    next_s[0] += SAMPLE_S;
                    let presence_s = engine.presence_s();
                    samples.add(now_s, (presence_s - seen.presence_s) / (now_s - seen.at_s));
                    seen.presence_s = presence_s;
                    seen.at_s = now_s;
                    return None;
                }
                let settings = kpa.settings();
                next_s[1] += settings.tick_s;
                let [stable, panic] = [settings.stable_s, settings.panic_s()]
                    .map(|span_s| samples.average(now_s, span_s).unwrap_or(0.0));
                let scale = kpa.scale(now_s, fleet.ready.len() as u32, stable, panic);
                let bounded = scale.wanted.max(*least).min(*most);
                let ordered = kpa.order(now_s, current, bounded);
                Some(Advice {
                    seen: if scale.panics { panic } else { stable },
                    wanted: scale.wanted,
                    ordered,
                    reason: match scale.panics {
                        _ if ordered != bounded => ScaleReason::Cooldown,
                        _ if bounded != scale.wanted => ScaleReason::Bounds,
                        true => ScaleReason::Panic,
                        false if ordered == current => ScaleReason::Kept,
                        false => ScaleReason::Wanted,
                    },
                })
            }
            Self::Schedule { timetable, next_s } => {
                *next_s = timetable.next_change_s(now_s);
                let wanted = timetable.wanted(now_s);
                let ordered = wanted.min(engine.servers.len() as u32);
                Some(Advice {
                    seen: f64::NAN,
                    wanted,
                    ordered,
                    reason: ScaleReason::Timetable,
                })
            }
        }
    }
}

/// A number in whole thousandths, as the metrics have it.
fn milli(number: f64) -> u64 {
    (number * 1000.0) as u64
}

/// The busy share of the ready servers since the last look, and how many servers that asks for;
/// none if no server is ready.
fn utilisation(
    engine: &Engine,
    fleet: &Fleet<'_>,
    target: f64,
    tolerance: f64,
    seen: &mut Seen,
) -> (f64, Option<u32>) {
    let now_s = engine.now_s;
    let lasted_s = now_s - seen.at_s;
    seen.busy_s.resize(engine.servers.len(), 0.0);
    let used: Vec<f64> = engine
        .servers
        .iter()
        .zip(&mut seen.busy_s)
        .map(|(server, busy_s)| {
            let before_s = std::mem::replace(busy_s, server.busy_slot_s(now_s));
            (*busy_s - before_s) / lasted_s
        })
        .collect();
    seen.at_s = now_s;
    let mut sums = [0.0; 2];
    let pods: Vec<Pod> = fleet
        .ordered
        .iter()
        .map(|&server| {
            let slots = f64::from(engine.servers[server].slots);
            if !fleet.ready.has(server) {
                return Pod::unready(milli(slots));
            }
            sums[0] += used[server];
            sums[1] += slots;
            Pod::ready(milli(used[server]), milli(slots))
        })
        .collect();
    let percent = (target * 100.0).round() as u64;
    let wanted = Target::Utilisation { percent }.desired(&pods, fleet.current, tolerance);
    (sums[0] / sums[1], wanted.ok())
}

/// An HPA's decision with its reason.
fn advice(seen: f64, current: u32, decision: Decision, settings: &HpaSettings) -> Advice {
    let Decision {
        wanted,
        stabilised,
        ordered,
    } = decision;
    let bound = stabilised.clamp(settings.min, settings.max.max(settings.min));
    let reason = match () {
        _ if wanted == current => ScaleReason::Kept,
        _ if stabilised != wanted => ScaleReason::Window,
        _ if ordered == wanted => ScaleReason::Wanted,
        _ if ordered == bound => ScaleReason::Bounds,
        _ => ScaleReason::Limit,
    };
    Advice {
        seen,
        wanted,
        ordered,
        reason,
    }
}
