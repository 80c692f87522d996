//! When requests were served, as numbers over time, counted as in [`latencies`](super::latencies).

use crate::latencies::{first_s, last_s, start_s};
use equipoise_traces::Served;

/// Values with their times (s), in order of time.
pub type OverTime = Vec<(f64, f64)>;

/// Of requests of which it is known: from the queue to the first token, and per output token after
/// the first, and from the queue to the last token, each when it was over (s); and how many
/// requests had been scheduled and were not complete, each time that this changed.
pub fn over_time(rows: &[Served]) -> [OverTime; 4] {
    let mut first = Vec::new();
    let mut per_token = Vec::new();
    let mut whole = Vec::new();
    let mut changes = Vec::new();
    for row in rows {
        let [from_s, first_at_s, end_s] = [start_s(row), first_s(row), last_s(row)];
        first.push((first_at_s, first_at_s - from_s));
        whole.push((end_s, end_s - from_s));
        if row.tokens.output > 1 {
            let after_first = f64::from(row.tokens.output - 1);
            per_token.push((end_s, (end_s - first_at_s) / after_first));
        }
        let scheduled_s = row.times.scheduled_s.unwrap_or(from_s);
        if !end_s.is_nan() {
            changes.push((scheduled_s, 1.0));
            changes.push((end_s, -1.0));
        }
    }
    [
        sorted(first),
        sorted(per_token),
        sorted(whole),
        summed(sorted(changes)),
    ]
}

/// What has a time and a value, in order of time.
fn sorted(mut values: OverTime) -> OverTime {
    values.retain(|(at_s, value)| !at_s.is_nan() && !value.is_nan());
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    values
}

/// The sums of changes so far.
fn summed(mut changes: OverTime) -> OverTime {
    let mut sum = 0.0;
    for change in &mut changes {
        sum += change.1;
        change.1 = sum;
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use equipoise_traces::{Times, Tokens};

    fn served(scheduled_s: f64, first_s: f64, last_s: f64, output: u32) -> Served {
        Served {
            arrival_s: 0.0,
            tokens: Tokens { prompt: 5, output },
            times: Times {
                queued_s: Some(0.5),
                scheduled_s: Some(scheduled_s),
                first_token_s: Some(first_s),
                last_token_s: Some(last_s),
            },
        }
    }

    #[test]
    fn values_are_in_order_of_their_own_times() {
        let rows = [
            served(1.0, 2.0, 6.0, 5),
            served(1.5, 1.75, 1.75, 1),
            Served {
                times: Times::default(),
                ..served(0.0, 0.0, 0.0, 3)
            },
        ];
        let [first, per_token, whole, running] = over_time(&rows);
        assert_eq!(first, [(1.75, 1.25), (2.0, 1.5)]);
        assert_eq!(per_token, [(6.0, 1.0)]);
        assert_eq!(whole, [(1.75, 1.25), (6.0, 5.5)]);
        let expected = [(1.0, 1.0), (1.5, 2.0), (1.75, 1.0), (6.0, 0.0)];
        assert_eq!(running, expected);
    }
}
