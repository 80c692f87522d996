//! Bounded staleness: a worker may be ahead of the slowest by at most `s` clocks.
//!
//! Source: Ho et al. (2013), "More Effective Distributed ML via a Stale Synchronous Parallel
//! Parameter Server".

/// When each worker ends each of its clocks (s), given how long each takes (`times[worker][clock]`,
/// all of one length).
///
/// A worker that has completed c clocks may begin the next when every worker has completed c − s.
/// With s = 0 all wait for the slowest in each step (bulk synchronous).
pub fn ends_s(times: &[Vec<f64>], staleness: usize) -> Vec<Vec<f64>> {
    let clocks = times.first().map_or(0, Vec::len);
    let mut ends = vec![Vec::with_capacity(clocks); times.len()];
    // When all workers have completed this many clocks.
    let mut all_s = vec![0.0];
    for clock in 0..clocks {
        let allowed_s: f64 = all_s[clock.saturating_sub(staleness)];
        let mut last_s: f64 = 0.0;
        for (own, takes) in ends.iter_mut().zip(times) {
            let free_s = own.last().copied().unwrap_or(0.0);
            let end_s = allowed_s.max(free_s) + takes[clock];
            last_s = last_s.max(end_s);
            own.push(end_s);
        }
        all_s.push(last_s);
    }
    ends
}
