//! Jobs on equal machines: list scheduling, its bound, and exact optima of small cases.

/// The loads of m = `machines` ≥ 1 when each takes the next job when it is free.
pub fn list(jobs: &[u64], machines: usize) -> Vec<u64> {
    let mut loads = vec![0; machines];
    for job in jobs {
        if let Some(least) = loads.iter_mut().min() {
            *least += job;
        }
    }
    loads
}

/// Graham's bound on the makespan of any list schedule, from what is known before it:
/// Σp/m + (1 − 1/m)·max p ≤ (2 − 1/m)·OPT (Graham 1966).
pub fn graham(jobs: &[u64], machines: usize) -> f64 {
    let m = machines as f64;
    let all: u64 = jobs.iter().sum();
    let longest = jobs.iter().max().copied().unwrap_or(0);
    all as f64 / m + (1.0 - 1.0 / m) * longest as f64
}

/// The least possible makespan: depth first over the jobs, the longest first, each on every machine
/// with another load, as long as it can still be better. Exponential: for about 20 jobs.
pub fn optimum(jobs: &[u64], machines: usize) -> u64 {
    let mut jobs = jobs.to_vec();
    jobs.sort_unstable_by(|a, b| b.cmp(a));
    let all: u64 = jobs.iter().sum();
    let longest = jobs.first().copied().unwrap_or(0);
    let mut search = Search {
        least: longest.max(all.div_ceil(machines as u64)),
        best: list(&jobs, machines).into_iter().max().unwrap_or(0),
        jobs,
    };
    search.place(0, &mut vec![0; machines]);
    search.best
}

struct Search {
    jobs: Vec<u64>,
    /// No schedule is shorter.
    least: u64,
    best: u64,
}

impl Search {
    fn place(&mut self, job: usize, loads: &mut [u64]) {
        if self.best == self.least {
            return;
        }
        let Some(&length) = self.jobs.get(job) else {
            self.best = loads.iter().max().copied().unwrap_or(0);
            return;
        };
        for machine in 0..loads.len() {
            let load = loads[machine];
            if load + length < self.best && !loads[..machine].contains(&load) {
                loads[machine] = load + length;
                self.place(job + 1, loads);
                loads[machine] = load;
            }
        }
    }
}
