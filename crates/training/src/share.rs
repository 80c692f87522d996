//! A batch of equal samples among workers.

/// Equal parts, as ranges of samples: the first ones get one more where it does not come out even.
///
/// Source: `balanced_chunk_range` of verl; with parts of ⌈n/k⌉ the last workers may get none.
pub fn equal(samples: usize, workers: usize) -> Vec<(usize, usize)> {
    let (each, more) = (samples / workers, samples % workers);
    let bounds = (0..=workers).map(|k| k * each + k.min(more));
    let bounds: Vec<usize> = bounds.collect();
    bounds.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// Parts in proportion to weights (not all 0): each gets its share rounded down, and what is left
/// goes to the largest remainders, the first of equal ones.
pub fn by_weight(samples: usize, weights: &[f64]) -> Vec<usize> {
    let all: f64 = weights.iter().sum();
    let exact: Vec<f64> = weights.iter().map(|w| samples as f64 * w / all).collect();
    let mut parts: Vec<usize> = exact.iter().map(|part| *part as usize).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|&a, &b| {
        f64::total_cmp(
            &(exact[b] - exact[b].floor()),
            &(exact[a] - exact[a].floor()),
        )
    });
    let left = samples.saturating_sub(parts.iter().sum());
    for &worker in order.iter().cycle().take(left) {
        parts[worker] += 1;
    }
    parts
}

/// Speeds as they are measured: an average in which a new measurement has weight `gain`.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    gain: f64,
    /// Samples per second.
    speeds: Vec<f64>,
}

impl Measured {
    /// Workers that are taken to be equally fast until they have been measured; `gain` is above 0
    /// and at most 1.
    pub fn new(workers: usize, gain: f64) -> Self {
        Self {
            gain,
            speeds: vec![1.0; workers],
        }
    }

    /// What is believed (samples/s).
    pub fn speeds(&self) -> &[f64] {
        &self.speeds
    }

    /// Notes that each worker needed so long for its samples (s). With its first measurements it
    /// believes them; a worker without samples keeps its value.
    pub fn note(&mut self, samples: &[usize], times_s: &[f64], first: bool) {
        let gain = if first { 1.0 } else { self.gain };
        for (speed, (&count, &time_s)) in self.speeds.iter_mut().zip(samples.iter().zip(times_s)) {
            if count > 0 && time_s > 0.0 {
                *speed += gain * (count as f64 / time_s - *speed);
            }
        }
    }
}

/// Micro-batches that workers pull: each takes the next when it is free, the first of those that
/// are. `time_s(worker, micro_batch)` is how long one takes. Gives each worker's micro-batches and
/// when it has done them (s).
pub fn pull(
    micro_batches: usize,
    workers: usize,
    mut time_s: impl FnMut(usize, usize) -> f64,
) -> (Vec<Vec<usize>>, Vec<f64>) {
    let mut taken = vec![Vec::new(); workers];
    let mut ends = vec![0.0; workers];
    for next in 0..micro_batches {
        let free = (0..workers).min_by(|&a, &b| f64::total_cmp(&ends[a], &ends[b]));
        let Some(worker) = free else { break };
        taken[worker].push(next);
        ends[worker] += time_s(worker, next);
    }
    (taken, ends)
}
