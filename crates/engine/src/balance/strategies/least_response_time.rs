//! Least response time: the server that is expected to finish the task first.
//!
//! Source: the article, which calls this "shortest job first"; that names an order of service
//! within one queue, while the rule here picks a server. Two forms. *Sizes known*: expected = (work
//! ahead + own size) / speed; with one slot per server and first-come-first-served this is least
//! work left, which equals one shared queue (M/G/n). *Learnt*: the balancer knows no sizes. State:
//! for each server, an exponentially weighted mean of response time ÷ tasks present when picked,
//! the seconds that one task costs there; expected = that mean × (tasks in flight + 1). Servers
//! not tried yet have an expected 0 and so are tried first. Ties go to the server declared first.
//! Weakness of the learnt form: fast errors look good, and what was learnt goes stale where no
//! tasks are sent.

use crate::balance::{
    Cluster, Done, Explain, Knowledge, Knows, Outcome, Pick, Picture, Setup, Share, Strategy,
    StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// The weight of the latest response in the learnt mean.
const NEW_RESPONSE_WEIGHT: f64 = 0.2;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct LeastResponseTime {
    knowledge: Knowledge,
    /// Learnt seconds per task present; NaN before the first response.
    cost_s: Vec<f64>,
}

impl LeastResponseTime {
    #[inline]
    fn expected_s(&self, server: usize, size: f64, cluster: &Cluster) -> f64 {
        match self.knowledge {
            Knowledge::Learnt => self.learnt_s(server, cluster),
            Knowledge::Sizes => known_s(server, size, cluster),
        }
    }

    #[inline]
    fn learnt_s(&self, server: usize, cluster: &Cluster) -> f64 {
        // Of NaN and 0 the larger is 0.
        (self.cost_s[server] * f64::from(cluster.in_flight[server] + 1)).max(0.0)
    }
}

#[inline]
fn known_s(server: usize, size: f64, cluster: &Cluster) -> f64 {
    let facts = &cluster.facts[server];
    let in_flight = cluster.in_flight[server];
    let slots = f64::from(facts.slots);
    if facts.shares {
        size * (f64::from(in_flight + 1) / slots).max(1.0) / facts.speed
    } else if in_flight < facts.slots {
        size / facts.speed
    } else {
        (cluster.reports.work[server] / slots + size) / facts.speed
    }
}

/// The first eligible server with the least expected time, and that time (s).
#[inline]
fn least(cluster: &Cluster, expected_s: impl Fn(usize) -> f64) -> (Option<usize>, f64) {
    let mut best = None;
    let mut least_s = f64::INFINITY;
    for server in cluster.eligible.iter() {
        let this_s = expected_s(server);
        if this_s < least_s {
            best = Some(server);
            least_s = this_s;
        }
    }
    (best, least_s)
}

impl Strategy for LeastResponseTime {
    const SHARE: Share = Share::ByLoad;
    const FIELDS: &'static [&'static str] = &["knowledge"];

    fn knows(config: &StrategyConfig) -> Knows {
        let sizes = config.knowledge == Knowledge::Sizes;
        Knows {
            in_flight: true,
            capacity: sizes,
            work: sizes,
            responses: !sizes,
            ..Knows::NOTHING
        }
    }

    fn new(setup: &Setup) -> Self {
        Self {
            knowledge: setup.config.knowledge,
            cost_s: vec![f64::NAN; setup.weights.len()],
        }
    }

    #[inline]
    fn pick<X: Explain>(
        &mut self,
        task: &Task,
        cluster: &Cluster,
        _: &mut Rng,
        why: &mut X,
    ) -> Pick {
        let (best, least_s) = match self.knowledge {
            Knowledge::Learnt => least(cluster, |server| self.learnt_s(server, cluster)),
            Knowledge::Sizes => least(cluster, |server| known_s(server, task.size, cluster)),
        };
        let Some(server) = best else {
            return Pick::NoServer;
        };
        why.record(|w| {
            match self.knowledge {
                Knowledge::Sizes => {
                    w.table(
                        "least-response-time-known",
                        &["work-ahead", "speed", "expected"],
                    );
                    for s in cluster.eligible.iter() {
                        let expected = self.expected_s(s, task.size, cluster);
                        w.row(
                            s,
                            &[cluster.reports.work[s], cluster.facts[s].speed, expected],
                        );
                    }
                    let speed = cluster.facts[server].speed;
                    w.values
                        .extend([("size", task.size), ("speed", speed), ("expected", least_s)]);
                }
                Knowledge::Learnt => {
                    w.table(
                        "least-response-time-learnt",
                        &["cost", "in-progress", "expected"],
                    );
                    for s in cluster.eligible.iter() {
                        let expected = self.expected_s(s, task.size, cluster);
                        w.row(
                            s,
                            &[self.cost_s[s], f64::from(cluster.in_flight[s]), expected],
                        );
                    }
                    let ahead = f64::from(cluster.in_flight[server]);
                    w.values.extend([
                        ("cost", self.cost_s[server]),
                        ("ahead", ahead),
                        ("expected", least_s),
                    ]);
                }
            }
            w.tie(2, least_s, "first-declared");
        });
        Pick::Server(server)
    }

    #[inline]
    fn finished(&mut self, done: &Done) {
        if self.knowledge == Knowledge::Learnt && done.outcome != Outcome::Lost {
            let seen = done.response_s / f64::from(done.rank.max(1));
            let cost = &mut self.cost_s[done.server];
            *cost = if cost.is_nan() {
                seen
            } else {
                *cost + NEW_RESPONSE_WEIGHT * (seen - *cost)
            };
        }
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        let label = match self.knowledge {
            Knowledge::Sizes => "work-ahead-seconds",
            Knowledge::Learnt => "expected-seconds",
        };
        Picture::Bars {
            label,
            values: cluster.bars(|s| self.expected_s(s, 0.0, cluster)),
            largest_wins: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(response_s: f64, rank: u32) -> Done {
        Done {
            server: 0,
            task: 1,
            now_s: 0.0,
            response_s,
            rank,
            active: 0,
            outcome: Outcome::Served,
        }
    }

    #[test]
    fn learns_the_cost_of_a_task() {
        let mut s = LeastResponseTime {
            knowledge: Knowledge::Learnt,
            cost_s: vec![f64::NAN; 2],
        };
        s.finished(&done(6.0, 3)); // three present: 2 s each
        s.finished(&done(3.0, 1));
        assert!((s.cost_s[0] - 2.2).abs() < 1e-12 && s.cost_s[1].is_nan());
    }
}
