//! AIBrix's router by prefix (`pkg/plugins/gateway/algorithms/prefix_cache.go`, 2026-08).
//!
//! If requests in flight differ by more than 8, one of those with the fewest. Else of those that
//! were sent the beginning of the prompt, by the share that matches, the first that has no more
//! than the mean and one standard deviation; and if none, one of those with the fewest. Equal ones
//! at random.

use crate::choose::{any_of, eligible};
use crate::router::{Chance, Knows, Request, Router, Worker};
use crate::tree::Tree;
use crate::why::Why;

/// Settings, with the program's defaults.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PrefixCacheSettings {
    /// Symbols a block of what is remembered.
    pub block_size: usize,
    /// The difference of requests in flight above which only they count.
    pub imbalance: u32,
    /// Standard deviations above the mean that a server may have.
    pub deviations: f64,
}

impl Default for PrefixCacheSettings {
    fn default() -> Self {
        Self {
            block_size: 4,
            imbalance: 8,
            deviations: 1.0,
        }
    }
}

/// The router.
#[derive(Clone, Debug)]
pub struct PrefixCache {
    settings: PrefixCacheSettings,
    tree: Tree,
}

impl PrefixCache {
    /// A router that has sent nothing.
    pub fn new(settings: PrefixCacheSettings) -> Self {
        Self {
            settings,
            tree: Tree::new(1),
        }
    }
}

impl Router for PrefixCache {
    fn knows(&self) -> Knows {
        Knows {
            in_flight: true,
            sent_prompts: true,
            prompt: true,
            ..Knows::NOTHING
        }
    }

    fn pick(
        &mut self,
        request: &Request,
        workers: &[Worker],
        chance: &mut dyn Chance,
        why: &mut Why,
    ) -> Option<usize> {
        self.tree.register(workers.len());
        let among = eligible(workers);
        let running: Vec<f64> = among.iter().map(|&i| workers[i].in_flight.into()).collect();
        let [min, max] = [
            running.iter().copied().fold(f64::INFINITY, f64::min),
            running.iter().copied().fold(0.0, f64::max),
        ];
        // Whole blocks of the longest beginning that matches: what the program finds by hashes.
        let size = self.settings.block_size.max(1);
        let matched = self.tree.longest_of_each(request.prompt);
        let whole = request.prompt.len() / size;
        let percents = among.iter().map(|&i| 100 * (matched[i] / size));
        let percents: Vec<usize> = percents
            .map(|p| p.checked_div(whole).unwrap_or(0))
            .collect();
        let limit = limit(&running, self.settings.deviations);
        let imbalanced = max - min > f64::from(self.settings.imbalance);
        let matching = match imbalanced {
            true => Vec::new(),
            false => best_match(&running, &percents, limit),
        };
        let (rule, places) = match (imbalanced, matching.is_empty()) {
            (true, _) => ("aibrix-imbalanced", fewest(&running, min)),
            (false, true) => ("aibrix-miss", fewest(&running, min)),
            (false, false) => ("aibrix-hit", matching),
        };
        let candidates: Vec<usize> = places.into_iter().map(|k| among[k]).collect();
        let picked = any_of(&candidates, chance)?;
        why.record(|why| {
            why.table(rule, &["percent", "in-flight"]);
            for ((&i, &percent), &running) in among.iter().zip(&percents).zip(&running) {
                why.row(i, &[percent as f64, running]);
            }
            why.numbers_of(picked);
            let imbalance = f64::from(self.settings.imbalance);
            let numbers = [
                ("min", min),
                ("max", max),
                ("imbalance", imbalance),
                ("limit", limit),
            ];
            why.values.extend(numbers);
            why.tie(candidates.iter().copied(), "by-chance");
        });
        self.tree.insert(request.prompt, picked);
        Some(picked)
    }

    fn clone_box(&self) -> Box<dyn Router> {
        Box::new(self.clone())
    }

    fn bytes(&self) -> usize {
        self.tree.bytes()
    }
}

/// The mean of requests and some standard deviations.
fn limit(running: &[f64], deviations: f64) -> f64 {
    let n = running.len() as f64;
    let mean = running.iter().sum::<f64>() / n;
    let squares = running.iter().map(|r| (r - mean) * (r - mean));
    mean + deviations * libm::sqrt(squares.sum::<f64>() / n)
}

fn fewest(running: &[f64], min: f64) -> Vec<usize> {
    (0..running.len()).filter(|&k| running[k] == min).collect()
}

/// The places with the best match within the limit, and of those the fewest requests; none if
/// nothing matches there.
fn best_match(running: &[f64], percents: &[usize], limit: f64) -> Vec<usize> {
    let within = (0..running.len()).filter(|&k| percents[k] > 0 && running[k] <= limit);
    let within: Vec<usize> = within.collect();
    let most = within.iter().map(|&k| percents[k]).max();
    let mut best = within;
    best.retain(|&k| Some(percents[k]) == most);
    let min = best
        .iter()
        .map(|&k| running[k])
        .fold(f64::INFINITY, f64::min);
    best.retain(|&k| running[k] == min);
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fixed, idle, request, symbols};

    fn best(running: &[f64], percents: &[usize]) -> Vec<usize> {
        best_match(running, percents, limit(running, 1.0))
    }

    /// Numbers of the program's own tests.
    #[test]
    fn the_best_match_within_the_limit_is_that_of_the_programs_own_tests() {
        assert_eq!(best(&[5.0, 10.0, 15.0], &[100, 50, 25]), [0]);
        assert_eq!(best(&[100.0, 10.0, 12.0], &[100, 80, 60]), [1]);
        assert_eq!(best(&[20.0, 10.0, 30.0], &[50, 50, 50]), [1]);
        assert_eq!(best(&[1.0, 2.0, 3.0, 4.0], &[50, 60, 0, 0]), [1]);
        assert_eq!(best(&[1.0, 10.0, 1.0, 4.0], &[50, 100, 0, 0]), [0]);
    }

    #[test]
    fn a_difference_above_eight_is_imbalanced() {
        let prompt = symbols("a beginning");
        for (in_flight, rule) in [
            ([0, 10, 20, 0], "aibrix-imbalanced"),
            ([0, 8, 0, 0], "aibrix-miss"),
            ([0, 9, 0, 0], "aibrix-imbalanced"),
            ([1, 2, 3, 9], "aibrix-miss"),
            ([2, 2, 8, 16], "aibrix-imbalanced"),
        ] {
            let mut workers = idle(4);
            for (worker, in_flight) in workers.iter_mut().zip(in_flight) {
                worker.in_flight = in_flight;
            }
            let mut router = PrefixCache::new(PrefixCacheSettings::default());
            let mut why = Why::wanted();
            router.pick(&request(&prompt), &workers, &mut Fixed(0), &mut why);
            assert_eq!(why.rule, rule, "{in_flight:?}");
        }
    }

    #[test]
    fn what_was_sent_is_remembered() {
        let prompt = symbols("a beginning and an end");
        let mut router = PrefixCache::new(PrefixCacheSettings::default());
        let mut why = Why::unwanted();
        let workers = idle(3);
        let first = router.pick(&request(&prompt), &workers, &mut Fixed(2), &mut why);
        let again = router.pick(&request(&prompt[..12]), &workers, &mut Fixed(0), &mut why);
        assert_eq!([first, again], [Some(2), Some(2)]);
    }
}
