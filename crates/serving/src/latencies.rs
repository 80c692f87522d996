//! How long requests took, counted alike for measured and for simulated ones.
//!
//! Everything counts from when a request joined its replica's queue (`queued_ts`). So does the
//! source of the measured run in LLMServingSim: its mean time to first token of 7.0972 s is that
//! from `queued_ts`. From `arrival_time` it is 7.12 s, and only if the two clocks are put together
//! by a guess, since `arrival_time` is a date by the client and all the rest is by the replica's
//! monotonic clock. What lies between the two is not the replica's either.

use equipoise_engine::measure::answers::{Answer, Spread};
use equipoise_traces::{Served, Times, Tokens};
use serde::Serialize;

/// See the [module](self). What has no value is NaN.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Latencies {
    /// Requests with a last token.
    pub requests: u64,
    /// From the queue to the first output token.
    pub ttft: Spread,
    /// Per output token after the first, of replies of two tokens or more.
    pub tpot: Spread,
    /// From the queue to the last output token.
    pub latency: Spread,
    /// From when the first request was queued to the last token of all (s).
    pub makespan_s: f64,
}

/// A simulated answer as a row of measurements: it is queued when it reaches its replica.
pub fn row(answer: &Answer) -> Served {
    Served {
        arrival_s: answer.arrival_s,
        tokens: Tokens {
            prompt: answer.prompt_tokens,
            output: answer.output_tokens,
        },
        times: Times {
            queued_s: Some(answer.delivered_s),
            scheduled_s: Some(answer.started_s),
            first_token_s: Some(answer.first_token_s),
            last_token_s: Some(answer.end_s),
        },
    }
}

/// From when a request counts: from its arrival if it is not known when it was queued.
pub(crate) fn start_s(row: &Served) -> f64 {
    row.times.queued_s.unwrap_or(row.arrival_s)
}

/// When the first output token was there, or NaN.
pub(crate) fn first_s(row: &Served) -> f64 {
    row.times.first_token_s.unwrap_or(f64::NAN)
}

/// When the last output token was there, or NaN.
pub(crate) fn last_s(row: &Served) -> f64 {
    row.times.last_token_s.unwrap_or(f64::NAN)
}

impl Latencies {
    /// Those of these requests.
    pub fn of(rows: &[Served]) -> Self {
        let tpot = rows.iter().filter(|row| row.tokens.output > 1).map(|row| {
            let after_first = f64::from(row.tokens.output - 1);
            (last_s(row) - first_s(row)) / after_first
        });
        let ends_s = rows.iter().filter_map(|row| row.times.last_token_s);
        let began_s = rows.iter().map(start_s).fold(f64::INFINITY, f64::min);
        Self {
            requests: ends_s.clone().count() as u64,
            ttft: Spread::of(rows.iter().map(|row| first_s(row) - start_s(row))),
            tpot: Spread::of(tpot),
            latency: Spread::of(rows.iter().map(|row| last_s(row) - start_s(row))),
            makespan_s: ends_s.fold(f64::NAN, f64::max) - began_s,
        }
    }

    /// All numbers by their names, with the unit.
    pub fn numbers(&self) -> Vec<(String, f64)> {
        let spreads = [
            ("ttft", self.ttft),
            ("tpot", self.tpot),
            ("latency", self.latency),
        ];
        let mut numbers = vec![("requests".to_string(), self.requests as f64)];
        for (name, spread) in spreads {
            for (what, value) in [
                ("mean", spread.mean_s),
                ("p50", spread.p50_s),
                ("p90", spread.p90_s),
                ("p99", spread.p99_s),
            ] {
                numbers.push((format!("{name}_{what}_s"), value));
            }
        }
        numbers.push(("makespan_s".to_string(), self.makespan_s));
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn served(queued_s: Option<f64>, first_s: f64, last_s: f64, output: u32) -> Served {
        Served {
            arrival_s: 1.0,
            tokens: Tokens { prompt: 9, output },
            times: Times {
                queued_s,
                scheduled_s: None,
                first_token_s: Some(first_s),
                last_token_s: Some(last_s),
            },
        }
    }

    #[test]
    fn times_count_from_the_queue_and_only_without_one_from_the_arrival() {
        let unserved = Served {
            times: Times::default(),
            ..served(None, 0.0, 0.0, 5)
        };
        let rows = [
            served(Some(1.5), 2.5, 4.5, 5),
            served(None, 3.0, 3.0, 1),
            unserved,
        ];
        let latencies = Latencies::of(&rows);
        assert_eq!(latencies.requests, 2);
        assert_eq!(latencies.ttft.mean_s, 1.5);
        assert_eq!(latencies.tpot.mean_s, 0.5);
        assert_eq!(latencies.latency.mean_s, 2.5);
        assert_eq!(latencies.makespan_s, 3.5);
        assert_eq!(latencies.numbers().len(), 14);
    }

    #[test]
    fn nothing_served_has_no_latencies() {
        let latencies = Latencies::of(&[]);
        assert!(latencies.makespan_s.is_nan() && latencies.ttft.mean_s.is_nan());
    }
}
