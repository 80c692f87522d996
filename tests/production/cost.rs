//! What a short tail costs.

use super::preset;
use equipoise::measure::{Observed, observe};
use equipoise::scenario::Scenario;

fn observed(mut scenario: Scenario, target: f64) -> Observed {
    scenario.autoscaler.target = target;
    observe(&scenario, 30_000)
}

/// The lab's example of cost, over a week of days with a rush: an autoscaler that is to have few
/// tasks on a server pays for nearly all six servers to be fast; the fewer it pays for, the longer
/// the tail. The timetable is as fast, and pays less than any of them.
#[test]
fn latency_is_paid_for_in_server_hours() {
    let [hpa, timetable] = preset("rush-hour");
    let runs = [0.6, 1.4, 2.6].map(|target| observed(hpa.clone(), target));
    let [few, some, many] = &runs;
    assert!(few.server_hours > some.server_hours && some.server_hours > many.server_hours);
    assert!(few.response_p99_s < 10.0, "{}", few.response_p99_s);
    assert!(some.response_p99_s > 5.0 * few.response_p99_s);
    assert!(many.response_p99_s > 1.3 * some.response_p99_s);
    let timetable = observed(timetable, 2.5);
    assert!(timetable.server_hours < 0.95 * many.server_hours);
    assert!(timetable.response_p99_s < 1.5 * few.response_p99_s);
}
