//! Data locality: the server where a task is expected to be answered first, its data on their way
//! included; or, if the queue does not count, the server that its data need least time to reach.
//!
//! Source: the cost of a transfer against that of waiting, as in Quincy (Isard, Prabhakaran,
//! Currey, Wieder, Talwar and Goldberg, SOSP 2009) and in the weighted workload of Xie,
//! Yekkehkhany and Lu (INFOCOM 2016). Expected = transfer + (queue + 1) · mean size / speed, where
//! the queue is what waits in front of each of the server's slots, by this balancer's own count.
//! State: none. Ties go to the server declared first. Weakness: it takes links to be idle, so where
//! much is fetched from one server it hopes for too much; and without the queue all tasks of a
//! popular shard go to one server.

use crate::balance::{
    Cluster, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig, Ways,
};
use crate::rng::Rng;
use crate::workload::{KeySource, Task};

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct DataLocal {
    ways: Ways,
    weighs_queue: bool,
}

impl DataLocal {
    /// Services that a task's own ends, in front of one slot: those that wait, and its own.
    fn services(cluster: &Cluster, server: usize) -> f64 {
        let slots = cluster.facts[server].slots;
        let waiting = (cluster.in_flight[server] + 1).saturating_sub(slots);
        f64::from(waiting) / f64::from(slots) + 1.0
    }

    /// How long waiting and service are expected to take (s).
    fn served_s(&self, cluster: &Cluster, server: usize) -> f64 {
        Self::services(cluster, server) * self.ways.mean_size / cluster.facts[server].speed
    }

    /// What is compared (s).
    fn cost_s(&self, task: &Task, cluster: &Cluster, server: usize) -> f64 {
        let transfer_s = self.ways.transfer_s(task, server);
        match self.weighs_queue {
            true => transfer_s + self.served_s(cluster, server),
            false => transfer_s,
        }
    }
}

impl Strategy for DataLocal {
    const SHARE: Share = Share::ByLoad;
    const FIELDS: &'static [&'static str] = &["weigh_queue"];

    fn knows(config: &StrategyConfig) -> Knows {
        Knows {
            ways: true,
            in_flight: config.weigh_queue,
            capacity: config.weigh_queue,
            ..Knows::key(KeySource::Url)
        }
    }

    fn new(setup: &Setup) -> Self {
        Self {
            ways: setup.ways.cloned().unwrap_or_default(),
            weighs_queue: setup.config.weigh_queue,
        }
    }

    fn pick<X: Explain>(
        &mut self,
        task: &Task,
        cluster: &Cluster,
        _: &mut Rng,
        why: &mut X,
    ) -> Pick {
        let least = cluster.eligible.iter().min_by(|&a, &b| {
            let [a, b] = [a, b].map(|server| self.cost_s(task, cluster, server));
            a.total_cmp(&b)
        });
        let Some(server) = least else {
            return Pick::NoServer;
        };
        why.record(|w| {
            let expected_s = self.cost_s(task, cluster, server);
            let transfer_s = self.ways.transfer_s(task, server);
            match self.weighs_queue {
                true => {
                    w.table("data-local", &["transfer", "in-progress", "expected"]);
                    for s in cluster.eligible.iter() {
                        let in_flight = f64::from(cluster.in_flight[s]);
                        let transfer_s = self.ways.transfer_s(task, s);
                        w.row(s, &[transfer_s, in_flight, self.cost_s(task, cluster, s)]);
                    }
                    w.tie(2, expected_s, "first-declared");
                }
                false => {
                    w.table("data-local-only", &["transfer"]);
                    for s in cluster.eligible.iter() {
                        w.row(s, &[self.ways.transfer_s(task, s)]);
                    }
                    w.tie(0, transfer_s, "first-declared");
                }
            }
            w.values.extend([
                ("transfer", transfer_s),
                ("services", Self::services(cluster, server)),
                ("size", self.ways.mean_size),
                ("speed", cluster.facts[server].speed),
                ("expected", expected_s),
            ]);
        });
        Pick::Server(server)
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        match self.weighs_queue {
            true => Picture::Bars {
                label: "work-ahead-seconds",
                values: cluster.bars(|s| self.served_s(cluster, s)),
                largest_wins: false,
            },
            false => Picture::Bars {
                label: "connections",
                values: cluster.in_flight_bars(),
                largest_wins: false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DataLocal;
    use crate::balance::{
        Cluster, Explanation, Facts, Mask, Pick, Reports, Setup, Strategy as _, StrategyConfig,
        Ways,
    };
    use crate::rng::{Purpose, Rng};
    use crate::workload::clients::Population;
    use crate::workload::{Clients, Task};

    /// Two servers; the data of URL 0 are at the first, and 4 s away from the second.
    fn pick(weigh_queue: bool, in_flight: [u32; 2]) -> (Pick, Explanation) {
        let config = StrategyConfig {
            weigh_queue,
            ..StrategyConfig::default()
        };
        let mut strategy = DataLocal::new(&Setup {
            weights: &[1, 1],
            addresses: &[],
            population: &Population::new(&Clients::default()),
            config: &config,
            ways: Some(&Ways {
                zones: vec![0, 0],
                mb_per_s: vec![25.0, 25.0],
                balancer_mb_per_s: 125.0,
                data_mb: 100.0,
                mean_size: 2.0,
                ..Ways::default()
            }),
        });
        let facts = Facts {
            slots: 1,
            speed: 1.0,
            shares: false,
        };
        let all = Mask::all(2);
        let mut why = Explanation::default();
        let cluster = Cluster {
            now_s: 0.0,
            eligible: &all,
            healthy: &all,
            weights: &[1, 1],
            weight_step: 1.0,
            reports: &Reports::default(),
            in_flight: &in_flight,
            own_in_flight: &in_flight,
            request: None,
            facts: &[facts; 2],
        };
        let mut rng = Rng::new(1, Purpose::Choices(0));
        let pick = strategy.pick(&Task::with_keys(0), &cluster, &mut rng, &mut why);
        (pick, why)
    }

    /// 4 s of transfer are two services of 2 s: at home two may wait before the other is better, at
    /// two both are equal.
    #[test]
    fn the_queue_at_home_is_weighed_against_the_transfer() {
        assert_eq!(pick(true, [1, 0]).0, Pick::Server(0));
        let (tied, why) = pick(true, [2, 0]);
        assert_eq!(tied, Pick::Server(0));
        assert_eq!(why.cells, [0.0, 2.0, 6.0, 4.0, 0.0, 6.0]);
        assert_eq!(why.tied, [0, 1]);
        assert_eq!(pick(true, [3, 0]).0, Pick::Server(1));
        assert_eq!(pick(true, [3, 1]).0, Pick::Server(0));
    }

    #[test]
    fn without_the_queue_tasks_stay_where_their_data_are() {
        assert_eq!(pick(false, [100, 0]).0, Pick::Server(0));
    }
}
