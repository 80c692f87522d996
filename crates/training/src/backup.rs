//! Backup workers: all begin, the step takes the first of them and drops the rest.
//!
//! Source: Chen, Pan, Monga, Bengio and Jozefowicz (2016), "Revisiting Distributed Synchronous
//! SGD", arXiv 1604.00981.

use crate::law::Law;
use crate::order::expected;

/// Expected samples per second of `machines`, of which `backups` are not waited for, where each
/// takes a time of this law for one sample: (n − b)/E\[the (n − b)-th of n\].
///
/// It counts what is kept, and so every sample as equally useful; a larger batch per update may be
/// worth less than that.
pub fn samples_per_s(law: Law, machines: u32, backups: u32) -> f64 {
    let kept = machines - backups;
    f64::from(kept) / expected(law, kept, machines)
}

/// The number of backups with the most samples per second, the fewest if several have.
pub fn best(law: Law, machines: u32) -> u32 {
    let mut best = (0, 0.0);
    for backups in 0..machines {
        let rate = samples_per_s(law, machines, backups);
        if rate > best.1 {
            best = (backups, rate);
        }
    }
    best.0
}
