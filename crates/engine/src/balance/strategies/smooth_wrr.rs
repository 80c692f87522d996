//! Smooth weighted round robin: turns in proportion to the weights, spread as evenly as possible.
//!
//! Source: nginx (`ngx_http_upstream_get_peer`, since 1.3.1). State: a current weight for each
//! server. For each pick every eligible server adds its weight to its current weight; the largest
//! wins, and the sum of the weights added is subtracted from it. Ties go to the server declared
//! first. Over every ΣW picks each server gets exactly its weight. nginx also subtracts
//! `⌊weight/max_fails⌋` from what a server adds when it fails, and restores 1 at each pick; so
//! does the engine by nginx's rule of passive health. Weakness: neither the cost of a task nor the
//! load of a server matters.

use crate::balance::{
    Cluster, Explain, Knows, MAX_SERVERS, Mask, Pick, Picture, Setup, Share, Strategy,
    StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// The current weights; other strategies also break ties with them.
#[derive(Clone, Debug)]
pub struct SmoothWrr {
    current: Box<[i64]>,
}

impl SmoothWrr {
    /// Current weights of zero for `servers` servers.
    pub fn idle(servers: usize) -> Self {
        Self {
            current: vec![0; servers].into(),
        }
    }

    /// The next server of `among`; None if there is none.
    #[inline]
    pub fn take(&mut self, among: Mask, weights: &[u32]) -> Option<usize> {
        const SERVER_BITS: u32 = MAX_SERVERS.trailing_zeros();
        const LAST_SERVER: i64 = MAX_SERVERS as i64 - 1;
        let mut total = 0;
        let mut best = i64::MIN;
        for server in among.iter() {
            let weight = i64::from(weights[server]);
            self.current[server] += weight;
            total += weight;
            // Current weight and server in one number, the first declared the largest: one maximum,
            // and no branch for the processor to mispredict.
            best = best.max(self.current[server] << SERVER_BITS | (LAST_SERVER - server as i64));
        }
        if among.is_empty() {
            return None;
        }
        let server = (LAST_SERVER - (best & LAST_SERVER)) as usize;
        self.current[server] -= total;
        Some(server)
    }

    /// The current weight of `server`.
    pub fn current(&self, server: usize) -> f64 {
        self.current[server] as f64
    }
}

impl Strategy for SmoothWrr {
    const SHARE: Share = Share::WeightedTurns;

    fn knows(_: &StrategyConfig) -> Knows {
        Knows::WEIGHTS
    }

    fn new(setup: &Setup) -> Self {
        Self::idle(setup.weights.len())
    }

    #[inline]
    fn pick<X: Explain>(&mut self, _: &Task, cluster: &Cluster, _: &mut Rng, why: &mut X) -> Pick {
        why.record(|w| {
            w.table("smooth-wrr", &["before", "plus-weight", "current", "after"]);
            for server in cluster.eligible.iter() {
                let before = cluster.in_weight_units(self.current(server));
                let weight = cluster.weight(server);
                w.row(server, &[before, weight, before + weight, f64::NAN]);
            }
        });
        let Some(server) = self.take(*cluster.eligible, cluster.weights) else {
            return Pick::NoServer;
        };
        why.record(|w| {
            let steps: f64 = cluster
                .eligible
                .iter()
                .map(|s| cluster.weight_steps(s))
                .sum();
            let total = cluster.in_weight_units(steps);
            for s in cluster.eligible.iter() {
                w.set(s, 3, cluster.in_weight_units(self.current(s)));
            }
            let best = cluster.in_weight_units(self.current(server) + steps);
            w.values.extend([
                ("current", best),
                ("total", total),
                ("after", cluster.in_weight_units(self.current(server))),
            ]);
            w.tie(2, best, "first-declared");
        });
        Pick::Server(server)
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        // The numbers that the next pick will compare.
        let values = cluster
            .bars(|s| cluster.in_weight_units(self.current(s) + f64::from(cluster.weights[s])));
        Picture::Bars {
            label: "current-weights",
            values,
            largest_wins: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::balance::StrategyId;
    use crate::balance::bare::letters;

    /// nginx 1.22.1 prints both sequences; the current weights after each pick are those of its
    /// announcement.
    #[test]
    fn gives_nginxs_sequences() {
        assert_eq!(
            letters(StrategyId::SmoothWrr, &[5, 1, 1], 7),
            "a a b a c a a"
        );
        assert_eq!(letters(StrategyId::SmoothWrr, &[3, 2, 1], 6), "a b a c b a");
        let mut state = SmoothWrr::idle(3);
        let after: Vec<_> = (0..7)
            .map(|_| {
                state.take(Mask::of(3, |_| true), &[5, 1, 1]);
                state.current.to_vec()
            })
            .collect();
        let published = [
            [-2, 1, 1],
            [-4, 2, 2],
            [1, -4, 3],
            [-1, -3, 4],
            [4, -2, -2],
            [2, -1, -1],
            [0, 0, 0],
        ];
        assert_eq!(after, published);
    }

    /// `upstream_max_conns.t` of nginx-tests (vector 4): weight 2 with `max_conns=1` beside weight
    /// 1, four requests held: 1 and 3. A server at its limit is not eligible, which the
    /// caller decides.
    #[test]
    fn nginx_tests_upstream_max_conns() {
        let mut turns = SmoothWrr::idle(2);
        let mut held = [0, 0];
        for _ in 0..4 {
            let server = turns
                .take(Mask::of(2, |s| s == 1 || held[0] < 1), &[2, 1])
                .expect("the second has room");
            held[server] += 1;
        }
        assert_eq!(held, [1, 3]);
    }

    /// `upstream.t` of nginx-tests (vector 5): the first server drops every third request,
    /// `max_fails=3`; a dropped one goes to the other. Of 30 they answer 6 and 24. Here the test
    /// counts failures as nginx does, within `fail_timeout`; the simulator's ejection counts them
    /// in a row, and these are not.
    #[test]
    fn nginx_tests_upstream_max_fails() {
        let mut turns = SmoothWrr::idle(2);
        let mut served = [0, 0];
        let mut asked = 0;
        let mut fails = 0;
        for _ in 0..30 {
            let mut server = turns
                .take(Mask::of(2, |s| s == 1 || fails < 3), &[1, 1])
                .expect("the second is up");
            asked += usize::from(server == 0);
            if server == 0 && asked % 3 == 0 {
                fails += 1;
                server = turns
                    .take(Mask::of(2, |s| s == 1), &[1, 1])
                    .expect("the second is up");
            }
            served[server] += 1;
        }
        assert_eq!(served, [6, 24]);
    }
}
