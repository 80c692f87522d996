//! Peak EWMA: the better of two drawn servers, by learnt response time and pending tasks.
//!
//! Source: Finagle's `Balancers.p2cPeakEwma`; tower's `load::PeakEwma` under its p2c; linkerd2.
//! State: for each server an estimate of the response time and when it was last updated. A response
//! above the estimate becomes the estimate at once (the peak); one below pulls it down:
//! `estimate·e^(−Δt/τ) + rtt·(1 − e^(−Δt/τ))`. The cost is
//! `estimate·e^(−Δt/τ)·(pending + 1)`, decayed by the time since the update. The least cost
//! of d distinct servers wins; ties go to the first drawn. A server that has never answered costs
//! nothing while idle and a penalty once it has a task, as in Finagle and Envoy. tower writes the
//! decayed estimate back whenever it is read; here, as in linkerd2, reading changes nothing, so the
//! estimate changes on updates only. Lost tasks count as the fast answers that they seem to be.
//! Weakness: fast errors look good.

use super::draws::Draws;
use crate::balance::{
    Cluster, Done, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// The cost of a server that has never answered and has tasks pending.
pub(crate) const PENALTY: f64 = 1_000_000.0;

/// An estimate of the response time that rises to a peak at once and decays with time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CostEwma {
    estimate_s: f64,
    set_s: f64,
}

impl CostEwma {
    /// An estimate before the first response; 0 for none.
    pub(crate) fn new(default_s: f64, now_s: f64) -> Self {
        Self {
            estimate_s: default_s,
            set_s: now_s,
        }
    }

    /// The factor by which the estimate has decayed.
    #[inline]
    fn left(&self, now_s: f64, decay_s: f64) -> f64 {
        libm::exp((self.set_s - now_s) / decay_s)
    }

    /// The estimate now (s). Reading does not change it.
    #[inline]
    pub(crate) fn estimate_s(&self, now_s: f64, decay_s: f64) -> f64 {
        if self.estimate_s == 0.0 {
            0.0
        } else {
            self.estimate_s * self.left(now_s, decay_s)
        }
    }

    /// A response that took `rtt_s` has arrived.
    #[inline]
    pub(crate) fn observe(&mut self, rtt_s: f64, now_s: f64, decay_s: f64) {
        self.estimate_s = if rtt_s > self.estimate_s {
            rtt_s
        } else {
            let left = self.left(now_s, decay_s);
            self.estimate_s * left + rtt_s * (1.0 - left)
        };
        self.set_s = now_s;
    }
}

/// `estimate·(pending + 1)`; without an estimate the penalty, or `idle` if nothing is pending
/// either.
#[inline]
pub(crate) fn cost(estimate: f64, pending: u32, idle: f64) -> f64 {
    match (estimate > 0.0, pending) {
        (true, _) => estimate * (f64::from(pending) + 1.0),
        (false, 0) => idle,
        (false, _) => PENALTY + f64::from(pending),
    }
}

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct PeakEwma {
    choices: u32,
    decay_s: f64,
    learnt: Vec<CostEwma>,
    draws: Draws,
}

impl PeakEwma {
    #[inline]
    fn cost(&self, server: usize, cluster: &Cluster) -> f64 {
        cost(
            self.learnt[server].estimate_s(cluster.now_s, self.decay_s),
            cluster.in_flight[server],
            0.0,
        )
    }
}

impl Strategy for PeakEwma {
    const SHARE: Share = Share::ByLoad;
    const FIELDS: &'static [&'static str] = &["choices", "ewma_decay_s"];

    fn knows(_: &StrategyConfig) -> Knows {
        Knows {
            in_flight: true,
            responses: true,
            ..Knows::NOTHING
        }
    }

    fn new(setup: &Setup) -> Self {
        Self {
            choices: setup.config.choices,
            decay_s: setup.config.ewma_decay_s,
            learnt: vec![CostEwma::new(0.0, 0.0); setup.weights.len()],
            draws: Draws::default(),
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
        self.draws
            .among(*cluster.eligible)
            .distinct(self.choices, rng);
        self.draws.explain(
            "peak-ewma",
            "expected",
            "first-drawn",
            |s| self.cost(s, cluster),
            why,
        );
        let Some((server, _)) = self.draws.least(|s| self.cost(s, cluster)) else {
            return Pick::NoServer;
        };
        why.record(|w| {
            let estimate_s = self.learnt[server].estimate_s(cluster.now_s, self.decay_s);
            w.values.extend([
                ("estimate", estimate_s),
                ("pending", f64::from(cluster.in_flight[server])),
            ]);
        });
        Pick::Server(server)
    }

    #[inline]
    fn finished(&mut self, done: &Done) {
        self.learnt[done.server].observe(done.response_s, done.now_s, self.decay_s);
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        // A penalty would make all other bars invisible.
        let values = cluster.bars(|s| {
            Some(self.cost(s, cluster))
                .filter(|&c| c < PENALTY)
                .unwrap_or(f64::NAN)
        });
        Picture::Candidates {
            label: "expected-seconds",
            values,
            drawn: self.draws.drawn.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Envoy's `peak_ewma/cost_test.cc` (vector 14).
    #[test]
    fn envoy_peak_ewma_cost_test() {
        assert_eq!(
            (cost(20.0, 5, 10.0), cost(0.0, 3, 10.0), cost(0.0, 0, 10.0)),
            (120.0, 1_000_003.0, 10.0)
        );
    }

    /// `tower/src/load/peak_ewma.rs` (vector 16): from a default of 10 ms with τ = 1 s.
    #[test]
    fn tower_peak_ewma_decays() {
        let ewma = CostEwma::new(0.010, 0.0);
        let loads_ms =
            [0.0, 0.1, 0.2].map(|now_s| cost(ewma.estimate_s(now_s, 1.0), 0, 0.0) * 1000.0);
        assert_eq!(loads_ms[0], 10.0);
        assert!((9.0..10.0).contains(&loads_ms[1]) && (8.0..9.0).contains(&loads_ms[2]));
    }

    /// The same file: after a reply of 200 ms exactly 400,000,000 ns with one pending, 200,000,000
    /// ns with none.
    #[test]
    fn tower_peak_ewma_peaks() {
        let mut ewma = CostEwma::new(10e6, 0.0);
        ewma.observe(200e6, 0.2, 1.0);
        assert_eq!(cost(ewma.estimate_s(0.2, 1.0), 1, 0.0), 400_000_000.0);
        assert_eq!(cost(ewma.estimate_s(0.2, 1.0), 0, 0.0), 200_000_000.0);
    }

    /// Where tower would give another value: reads in between have no effect.
    #[test]
    fn reading_changes_nothing() {
        let mut read = CostEwma::new(1.0, 0.0);
        let mut unread = CostEwma::new(1.0, 0.0);
        for i in 0..10 {
            assert!(read.estimate_s(f64::from(i) / 10.0, 1.0) > 0.0);
        }
        read.observe(0.5, 1.0, 1.0);
        unread.observe(0.5, 1.0, 1.0);
        assert_eq!(read.estimate_s, unread.estimate_s);
        assert_eq!(
            read.estimate_s,
            libm::exp(-1.0) + 0.5 * (1.0 - libm::exp(-1.0))
        );
    }
}
