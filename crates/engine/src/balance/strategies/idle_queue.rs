//! Join the idle queue: a server that becomes idle joins a list, and a task goes to the first
//! server on it.
//!
//! Source: Lu et al. (2011), "Join-Idle-Queue". State: the list, first in, first out. A server
//! joins it when the last task that this balancer sent there has finished; at the start it has all
//! idle servers in order of declaration. With an empty list a server is drawn, all equally likely.
//! No ties. A pick sends no probe, since the servers report. Weakness: at high load the list is
//! empty and the strategy is random; and with several balancers, one takes a server for idle that
//! others keep busy.

use super::draws::Draws;
use crate::balance::{
    Cluster, Done, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;
use std::collections::VecDeque;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct IdleQueue {
    idle: VecDeque<u16>,
    draws: Draws,
    /// Whether the list has been filled, from the counts at the first pick.
    begun: bool,
}

impl Strategy for IdleQueue {
    const SHARE: Share = Share::ByLoad;

    fn knows(_: &StrategyConfig) -> Knows {
        Knows {
            in_flight: true,
            ..Knows::NOTHING
        }
    }

    fn new(_: &Setup) -> Self {
        Self {
            idle: VecDeque::new(),
            draws: Draws::default(),
            begun: false,
        }
    }

    #[inline]
    fn pick<X: Explain>(
        &mut self,
        _: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        why: &mut X,
    ) -> Pick {
        if !std::mem::replace(&mut self.begun, true) {
            self.idle = (0..cluster.len())
                .filter(|&s| cluster.in_flight[s] == 0)
                .map(|s| s as u16)
                .collect();
        }
        let first = self
            .idle
            .iter()
            .position(|&s| cluster.eligible.has(s.into()));
        why.record(|w| {
            let rule = match first {
                Some(_) => "idle-queue",
                None => "idle-queue-empty",
            };
            w.table(rule, &["in-progress", "place"]);
            for s in cluster.eligible.iter() {
                let place = self
                    .idle
                    .iter()
                    .position(|&i| usize::from(i) == s)
                    .map_or(f64::NAN, |p| p as f64 + 1.0);
                w.row(s, &[f64::from(cluster.in_flight[s]), place]);
            }
            w.values.push(("idle", self.idle.len() as f64));
        });
        if let Some(server) = first.and_then(|place| self.idle.remove(place)) {
            return Pick::Server(server.into());
        }
        let drawn = self.draws.one(cluster.eligible, rng);
        drawn.map_or(Pick::NoServer, |s| Pick::Server(s.into()))
    }

    #[inline]
    fn finished(&mut self, done: &Done) {
        if self.begun && done.active == 0 {
            self.idle.push_back(done.server as u16);
        }
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        let drawn = self.idle.iter().copied().collect();
        Picture::Candidates {
            label: "idle",
            values: cluster.present_bars(),
            drawn,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::bare::{letters, letters_held};

    #[test]
    fn servers_are_taken_in_the_order_in_which_they_became_idle() {
        assert_eq!(
            letters(StrategyId::IdleQueue, &[1, 1, 1], 7),
            "a b c a b c a"
        );
    }

    /// Seed 7 (the harness's), 3,003 tasks that never finish: after the first three the list is
    /// empty. Five standard errors.
    #[test]
    fn an_empty_list_leaves_it_to_chance() {
        let picks = letters_held(StrategyId::IdleQueue, &[1, 1, 1], 3003);
        assert!(picks.starts_with("a b c"));
        let a = picks.matches('a').count() as f64 - 1.0;
        assert!((a - 1000.0).abs() < 130.0, "{a}");
    }
}
