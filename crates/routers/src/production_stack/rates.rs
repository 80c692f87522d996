//! How many requests each worker was sent a second, lately.

use std::collections::VecDeque;

/// How long a request counts (s; `--request-stats-window`).
const WINDOW_S: f64 = 60.0;

/// The requests of the last minute.
#[derive(Clone, Debug, Default)]
pub(super) struct Rates {
    sent: VecDeque<(f64, usize)>,
}

impl Rates {
    /// Requests a second of each worker; none for one that was sent nothing.
    pub(super) fn at(&mut self, now_s: f64, workers: usize) -> Vec<Option<f64>> {
        while let Some(&(at_s, _)) = self.sent.front()
            && now_s - at_s > WINDOW_S
        {
            self.sent.pop_front();
        }
        let mut counts = vec![0_u32; workers];
        for &(_, worker) in &self.sent {
            counts[worker] += 1;
        }
        let rates = counts.into_iter();
        rates
            .map(|n| (n > 0).then(|| f64::from(n) / WINDOW_S))
            .collect()
    }

    /// Counts a request.
    pub(super) fn count(&mut self, now_s: f64, worker: usize) {
        self.sent.push_back((now_s, worker));
    }
}

/// The first worker that was sent nothing lately, or else the first with the fewest a second.
pub(super) fn lowest(rates: &[Option<f64>], among: &[usize]) -> Option<usize> {
    let rate = among.iter().copied().map(|i| (rates[i].unwrap_or(-1.0), i));
    let lowest = rate.min_by(|a, b| a.0.total_cmp(&b.0));
    lowest.map(|(_, worker)| worker)
}
