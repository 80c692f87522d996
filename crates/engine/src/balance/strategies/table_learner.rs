//! A table learner: how long a task takes at a server is learnt for each difference of its load
//! from the least of the others, and a task goes where that is least.
//!
//! Source: Q-learning with a horizon of one pick (Watkins 1989; Sutton and Barto 2018), as in the
//! crate `equipoise-learn`. State: the table, from 5 tasks fewer to 5 more, and at which
//! difference each task in flight was sent. A cell that was never tried counts as 0 s, so that it
//! is tried; in a share ε of the picks it is any server at random. Chance breaks ties. A loss or
//! an error counts as the longest response so far. Weakness: of two equal servers it learns at
//! best what counting knows from the start, to join the shorter queue, and while it learns, tasks
//! pay.

use crate::balance::{
    Cluster, Done, Explain, Knows, Outcome, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;
use equipoise_learn::Table;

/// The greatest difference that the table tells apart.
const SPAN: u32 = 5;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct TableLearner {
    table: Table,
    longest_s: f64,
    /// Tasks in flight, by number, and the difference at which each was sent.
    sent: Vec<(u64, i64)>,
}

/// The eligible servers, and how many more tasks each has than the least of the others.
fn differences(cluster: &Cluster) -> Vec<(usize, i64)> {
    let servers = cluster.eligible.iter();
    servers
        .map(|s| {
            let own = cluster.in_flight[s];
            let others = cluster.eligible.iter().filter(|other| *other != s);
            let least = others.map(|other| cluster.in_flight[other]).min();
            (s, i64::from(own) - i64::from(least.unwrap_or(own)))
        })
        .collect()
}

impl Strategy for TableLearner {
    const SHARE: Share = Share::ByLoad;
    const FIELDS: &'static [&'static str] = &["explore", "memory"];

    fn knows(_: &StrategyConfig) -> Knows {
        Knows {
            in_flight: true,
            responses: true,
            ..Knows::NOTHING
        }
    }

    fn new(setup: &Setup) -> Self {
        let config = setup.config;
        Self {
            table: Table::new(setup.weights.len(), SPAN, config.explore, config.memory),
            longest_s: 0.0,
            sent: Vec::new(),
        }
    }

    fn pick<X: Explain>(
        &mut self,
        task: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        why: &mut X,
    ) -> Pick {
        let among = differences(cluster);
        let table = &self.table;
        if among.is_empty() {
            return Pick::NoServer;
        }
        let picked = table.pick(&among, rng);
        let of_picked = among.iter().find(|(s, _)| *s == picked.arm);
        let difference = of_picked.map_or(0, |of| table.clipped(of.1));
        why.record(|w| {
            let cost_s = table.cost(picked.arm, difference);
            let rule = match (picked.by_chance, cost_s) {
                (true, _) => "table-explored",
                (_, None) => "table-new",
                _ => "table-best",
            };
            w.table(rule, &["in-flight", "difference", "picks", "expected"]);
            for &(s, more) in &among {
                w.row(
                    s,
                    &[
                        f64::from(cluster.in_flight[s]),
                        table.clipped(more) as f64,
                        table.seen(s, more),
                        table.cost(s, more).unwrap_or(f64::NAN),
                    ],
                );
            }
            if let (false, Some(cost_s)) = (picked.by_chance, cost_s) {
                w.tie(3, cost_s, "by-chance");
            }
            w.values.extend([
                ("difference", difference as f64),
                ("mean", cost_s.unwrap_or(f64::NAN)),
            ]);
        });
        self.sent.push((task.number, difference));
        Pick::Server(picked.arm)
    }

    fn finished(&mut self, done: &Done) {
        let Some(place) = self.sent.iter().position(|sent| sent.0 == done.task) else {
            return;
        };
        let (_, difference) = self.sent.swap_remove(place);
        let served = done.outcome == Outcome::Served;
        let response_s = if served {
            done.response_s
        } else {
            self.longest_s
        };
        self.longest_s = self.longest_s.max(response_s);
        self.table.learn(done.server, difference, response_s);
    }

    fn bytes(&self) -> usize {
        size_of_val(self.sent.as_slice())
    }

    /// Of two servers, which is best at each difference of the first from the second; of more, what
    /// is expected of each now.
    fn picture(&self, cluster: &Cluster) -> Picture {
        let table = &self.table;
        if cluster.len() != 2 {
            let mut values = vec![f64::NAN; cluster.len()];
            for (s, more) in differences(cluster) {
                values[s] = table.cost(s, more).unwrap_or(f64::NAN);
            }
            return Picture::Bars {
                label: "expected-seconds",
                values,
                largest_wins: false,
            };
        }
        let owners = table.differences();
        let owners = owners.map(|more| table.best(&[(0, more), (1, -more)])[0] as u16);
        let now = i64::from(cluster.in_flight[0]) - i64::from(cluster.in_flight[1]);
        Picture::Slots {
            label: "table",
            owners: owners.collect(),
            key: String::new(),
            hash: 0,
            slot: Some((table.clipped(now) + i64::from(SPAN)) as usize),
            slots: 2 * SPAN as usize + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::bare::letters_held;

    /// Before the first answer all cells are equal, and chance decides.
    #[test]
    fn both_are_tried_before_answers_come() {
        let picks = letters_held(StrategyId::TableLearner, &[1, 1], 12);
        assert!(picks.contains('a') && picks.contains('b'), "{picks}");
    }
}
