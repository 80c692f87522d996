//! A range of prompt lengths for each worker.
//!
//! `bucket`, for workers that only prefill: short prompts to the first workers, long ones to the
//! last, so that short ones do not wait behind long ones. Every five seconds the ranges are cut
//! again, to equal shares of the characters of the last five. If workers were sent too different
//! numbers of characters in that time, the least goes first. A worker that is not eligible is not
//! passed over: its range is refused until it is back.

use crate::every::Every;
use crate::imbalance::Thresholds;
use crate::router::{Chance, Knows, Request, Router, Worker};
use crate::why::Why;
use std::collections::VecDeque;

/// Settings, with the defaults of the command line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BucketSettings {
    /// When the fewest characters decide instead of the ranges; here of characters.
    pub balance: Thresholds,
    /// How often the ranges are cut, and how long a request counts (s;
    /// `--bucket-adjust-interval-secs`).
    pub interval_s: f64,
    /// The lengths that the first ranges divide evenly. Workers that register together divide 4,096
    /// characters; as shipped they register one by one, and the second begins to divide all numbers
    /// of 64 bits: until the first cut all prompts then are in the first range.
    pub first_span: u64,
}

impl Default for BucketSettings {
    fn default() -> Self {
        Self {
            balance: Thresholds::default(),
            interval_s: 5.0,
            first_span: u64::MAX,
        }
    }
}

/// The router.
#[derive(Clone, Debug)]
pub struct Bucket {
    settings: BucketSettings,
    adjusting: Every,
    /// The last length in each worker's range.
    ends: Vec<u64>,
    /// Characters sent to each worker in the last interval.
    sent: Vec<u64>,
    recent: VecDeque<Sent>,
    /// A worker's share of the characters when the ranges were last cut.
    share: u64,
}

#[derive(Clone, Copy, Debug)]
struct Sent {
    at_s: f64,
    length: u64,
    worker: usize,
}

impl Bucket {
    /// A router that has sent nothing.
    pub fn new(settings: BucketSettings) -> Self {
        Self {
            settings,
            adjusting: Every::new(settings.interval_s),
            ends: Vec::new(),
            sent: Vec::new(),
            recent: VecDeque::new(),
            share: 0,
        }
    }

    fn register(&mut self, workers: usize) {
        if self.ends.len() == workers || workers == 0 {
            return;
        }
        let gap = self.settings.first_span / workers as u64;
        self.ends = (1..=workers as u64)
            .map(|i| (i * gap).saturating_sub(1))
            .collect();
        self.ends[workers - 1] = u64::MAX;
        self.sent = vec![0; workers];
        self.recent.clear();
    }

    /// Cuts the ranges to equal shares of recent characters, if the share has at least doubled or
    /// halved.
    fn adjust(&mut self) {
        let mut lengths: Vec<u64> = self.recent.iter().map(|sent| sent.length).collect();
        let workers = self.ends.len();
        if lengths.is_empty() || workers == 0 {
            return;
        }
        let share = lengths.iter().sum::<u64>() / workers as u64;
        let near = share <= 2 * self.share && self.share <= 2 * share;
        if near && self.share != 0 {
            return;
        }
        self.share = share;
        lengths.sort_unstable();
        let mut rest = lengths.iter();
        let mut begin = 0;
        for end in &mut self.ends[..workers - 1] {
            let mut sum = 0;
            let filled = rest.find(|&&length| {
                sum += length;
                sum >= share
            });
            let longest = filled.copied().filter(|&length| length > begin);
            *end = longest.unwrap_or(begin + share);
            begin = *end + 1;
        }
    }

    fn note(&mut self, sent: Sent) {
        self.sent[sent.worker] += sent.length;
        while let Some(&first) = self.recent.front()
            && sent.at_s - first.at_s > self.settings.interval_s
        {
            self.recent.pop_front();
            self.sent[first.worker] -= first.length;
        }
        self.recent.push_back(sent);
    }
}

impl Router for Bucket {
    fn knows(&self) -> Knows {
        Knows {
            sent_prompts: true,
            prompt: true,
            ..Knows::NOTHING
        }
    }

    fn pick(
        &mut self,
        request: &Request,
        workers: &[Worker],
        _: &mut dyn Chance,
        why: &mut Why,
    ) -> Option<usize> {
        self.register(workers.len());
        if self.adjusting.is_due(request.now_s) {
            self.adjust();
        }
        if !workers.iter().any(|w| w.eligible) {
            return None;
        }
        let length = request.prompt.len() as u64;
        let max = self.sent.iter().copied().max()?;
        let fewest = (0..self.sent.len()).min_by_key(|&i| self.sent[i])?;
        let min = self.sent[fewest];
        let balance = self.settings.balance;
        let imbalanced =
            max - min > u64::from(balance.absolute) && max as f32 > balance.relative * min as f32;
        let in_range = self.ends.partition_point(|&end| end < length);
        let worker = if imbalanced { fewest } else { in_range };
        why.record(|why| {
            let rule = if imbalanced {
                "bucket-fewest"
            } else {
                "bucket-range"
            };
            why.table(rule, &["last-length", "sent"]);
            for (i, (&end, &sent)) in self.ends.iter().zip(&self.sent).enumerate() {
                let end = u32::try_from(end).map_or(f64::NAN, f64::from);
                why.row(i, &[end, sent as f64]);
            }
            why.values.push(("length", length as f64));
            why.values.push(("absolute", f64::from(balance.absolute)));
            why.values.push(("relative", f64::from(balance.relative)));
            why.values.push(("min", min as f64));
            why.values.push(("max", max as f64));
            if imbalanced {
                let tied = (0..self.sent.len()).filter(|&i| self.sent[i] == min);
                why.tie(tied, "first-declared");
            }
        });
        self.note(Sent {
            at_s: request.now_s,
            length,
            worker,
        });
        workers.get(worker)?.eligible.then_some(worker)
    }

    fn clone_box(&self) -> Box<dyn Router> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(bucket: &mut Bucket, at_s: f64, lengths: &[u64]) -> Vec<u64> {
        for &length in lengths {
            bucket.note(Sent {
                at_s,
                length,
                worker: 0,
            });
        }
        bucket.adjust();
        bucket.ends[..bucket.ends.len() - 1].to_vec()
    }

    fn three() -> Bucket {
        let mut bucket = Bucket::new(BucketSettings {
            first_span: 4096,
            ..BucketSettings::default()
        });
        bucket.register(3);
        bucket
    }

    #[test]
    fn ranges_are_cut_as_in_the_programs_own_tests() {
        let mut bucket = three();
        assert_eq!(bucket.ends, [1364, 2729, u64::MAX]);
        assert_eq!(cut(&mut bucket, 0.0, &[5, 10, 15, 20, 24, 26]), [20, 26]);
        assert_eq!(cut(&mut bucket, 9.0, &[10, 20, 30, 40, 45, 57]), [40, 57]);
        assert_eq!(cut(&mut three(), 0.0, &[20]), [20, 27]);
        assert_eq!(cut(&mut three(), 0.0, &[7]), [7, 10]);
        assert_eq!(cut(&mut three(), 0.0, &[33, 34, 34]), [33, 67]);
    }

    #[test]
    fn as_shipped_every_prompt_is_in_the_first_range_at_first() {
        let mut bucket = Bucket::new(BucketSettings::default());
        bucket.register(2);
        assert_eq!(bucket.ends, [9_223_372_036_854_775_806, u64::MAX]);
    }
}
