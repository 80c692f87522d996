use super::*;

const R: f64 = 2.0;
const T: f64 = 10.0;

fn close(got: f64, expected: f64) {
    assert!((got - expected).abs() < 1e-9, "{got} against {expected}");
}

/// theory_tables.json, `article_formulas`: n = 3, R = 2, T = 10, S = 9.
#[test]
fn round_robin_as_printed_and_as_it_starts() {
    let printed: Vec<f64> = (1..=7).map(|i| round_robin_printed_s(i, R, T)).collect();
    assert_eq!(printed, [10.0, 12.0, 14.0, 16.0, 18.0, 20.0, 22.0]);
    let starts = round_robin_starts_s(9, 3, R, T, 9.0);
    assert_eq!(
        starts,
        [10.0, 12.0, 14.0, 19.0, 21.0, 23.0, 28.0, 30.0, 32.0]
    );
    assert_eq!(
        (1..=4)
            .map(|i| round_robin_server(i, 3))
            .collect::<Vec<_>>(),
        [0, 1, 2, 0]
    );
}

/// theory.md §1: a drift of S/n − R = 1 s per task.
#[test]
fn starts_drift_by_s_over_n_less_r() {
    let starts = round_robin_starts_s(3001, 3, R, T, 9.0);
    close(
        (starts[3000] - dispatch_s(3001, R, T)) / 3000.0,
        9.0 / 3.0 - R,
    );
    // Stable if S < n·R: nothing waits.
    assert_eq!(
        round_robin_starts_s(50, 3, R, T, 5.9).last(),
        Some(&dispatch_s(50, R, T))
    );
}

/// theory_tables.json, `article_formulas`: `WRR_literal`, `WRR_cumulative`,
/// `WRR_equal_weights`.
#[test]
fn weighted_as_printed_ends_after_n() {
    let unequal = [1, 2, 3, 4].map(|i| weighted_printed_s(i, &[3, 2, 1], R, T));
    assert_eq!(unequal, [Some(14.0), Some(13.0), Some(14.0), None]);
    let equal = [1, 2, 3, 4].map(|i| weighted_printed_s(i, &[1, 1, 1], R, T));
    assert_eq!(equal, [Some(16.0), Some(13.0), Some(12.0), None]);
    let cumulative = [0, 1, 2, 3, 4].map(|i| weighted_cumulative_s(i, &[3, 2, 1], R, T));
    assert_eq!(cumulative, [None, Some(14.0), Some(12.4), Some(12.0), None]);
    assert_eq!(weighted_printed_s(0, &[1], R, T), None);
}

/// theory_tables.json, `least_load_S9`: arrival, min L, formula, start.
#[test]
fn least_load_as_printed_lies_before_the_arrival() {
    let expected = [
        (10.0, 0, 10.0, 10.0),
        (12.0, 0, 10.0, 12.0),
        (14.0, 0, 10.0, 14.0),
        (16.0, 1, 12.0, 19.0),
        (18.0, 1, 12.0, 21.0),
        (20.0, 1, 12.0, 28.0),
        (22.0, 1, 12.0, 30.0),
        (24.0, 0, 10.0, 24.0),
    ];
    let rows = least_load(8, 3, R, T, 9.0);
    for (row, (arrival_s, least, printed_s, start_s)) in rows.iter().zip(expected) {
        assert_eq!(
            (row.arrival_s, row.least_load, row.printed_s, row.start_s),
            (arrival_s, least, printed_s, start_s)
        );
        assert_eq!(
            least_load_printed_s(&[f64::from(least), 7.0], R, T),
            Some(printed_s)
        );
    }
    assert_eq!(least_load_printed_s(&[], R, T), None);
}

/// theory_tables.json, `jsq_mean_wait_given_minL_mu1` (simulated, n = 3, ρ = .9, μ = 1):
/// within 1 %, where the article's slope is R = .370.
#[test]
fn the_wait_behind_l_tasks_is_l_over_mu() {
    for (ahead, simulated) in [(1, 0.996), (2, 2.007), (3, 3.005), (4, 4.007), (5, 4.98)] {
        assert!((wait_behind_s(ahead, 1.0) / simulated - 1.0).abs() < 0.01);
    }
}

#[test]
fn the_band_of_poisson_arrivals_widens_with_the_root() {
    close(poisson_half_width_s(1, R), 0.0);
    close(poisson_half_width_s(101, R), 1.96 * 2.0 * 10.0);
}
