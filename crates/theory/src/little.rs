//! Little's law, as a check on what a run observed.

/// The two sides of L = λ·W as a run observed them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Check {
    /// L: the time-average of the number of tasks in the system.
    pub present: f64,
    /// λ·W: tasks accepted per second times their mean time in the system.
    pub rate_times_time: f64,
    /// (L − λ·W) / L; 0 if both are 0, NaN if nothing was observed.
    pub relative_difference: f64,
}

/// Compares both sides of L = λ·W (Little 1961): `present` is the time-average number of tasks in
/// the system, `accepted_per_s` the rate of accepted tasks, `time_s` their mean time in the system
/// (s).
///
/// In the long run it holds for every stable system, with any arrivals, service and strategy. Over
/// a window the two sides differ by the tasks that are in the system at its ends. Rejected tasks
/// count on neither side: with a λ that includes them the check fails.
pub fn check(present: f64, accepted_per_s: f64, time_s: f64) -> Check {
    let rate_times_time = accepted_per_s * time_s;
    let relative_difference = if present == 0.0 && rate_times_time == 0.0 {
        0.0
    } else {
        (present - rate_times_time) / present
    };
    Check {
        present,
        rate_times_time,
        relative_difference,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use equipoise_engine::scenario::presets;
    use equipoise_engine::sim::engine::Engine;

    #[test]
    fn both_sides_and_their_difference() {
        let c = check(4.0, 0.8, 4.9);
        assert!(
            (c.rate_times_time - 3.92).abs() < 1e-12
                && (c.relative_difference - 0.02).abs() < 1e-12
        );
        assert_eq!(check(0.0, 0.0, 1.0).relative_difference, 0.0);
        assert!(check(f64::NAN, 1.0, 1.0).relative_difference.is_nan());
    }

    /// The engine's own counts: over 20,000 s of the M/M/1 scene the two sides differ only by the
    /// few tasks left at the end, far less than 1 %.
    #[test]
    fn a_long_run_keeps_the_law() {
        let mut engine = Engine::new(&presets::find("little").expect("preset"));
        engine.run_until(20_000.0, &mut ());
        let totals = engine.totals();
        let rate = totals.finished as f64 / engine.now_s();
        let c = check(
            engine.mean_present(),
            rate,
            totals.response_sum_s / totals.finished as f64,
        );
        assert!(c.relative_difference.abs() < 0.01, "{c:?}");
    }
}
