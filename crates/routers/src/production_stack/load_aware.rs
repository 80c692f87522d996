//! The share of the prompt that matches, less the load above the mean.
//!
//! `loadaware`: score = matched/prompt − β·(load − mean)/max(1, mean); the highest wins, the
//! first of equals. Load is what workers report, waiting and running; what matches is taken from
//! the trie of what was sent, in chunks of 128 symbols.

use super::chunks::{CHUNK, Chunks, chunks};
use crate::choose::eligible;
use crate::router::{Chance, Knows, Request, Router, Worker};
use crate::why::Why;

/// Settings, with the program's defaults.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoadAwareSettings {
    /// How much load counts against a match.
    pub beta: f64,
}

impl Default for LoadAwareSettings {
    fn default() -> Self {
        Self { beta: 1.0 }
    }
}

/// The router.
#[derive(Clone, Debug, Default)]
pub struct LoadAware {
    settings: LoadAwareSettings,
    sent: Chunks,
}

impl LoadAware {
    /// A router that has sent nothing.
    pub fn new(settings: LoadAwareSettings) -> Self {
        Self {
            settings,
            sent: Chunks::default(),
        }
    }
}

impl Router for LoadAware {
    fn knows(&self) -> Knows {
        Knows {
            reports: true,
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
        let among = eligible(workers);
        let chunks = chunks(request.prompt);
        let length = request.prompt.len();
        let reports = among.iter().map(|&i| workers[i].report.unwrap_or_default());
        let loads = reports.map(|r| f64::from(r.waiting + r.running));
        let loads: Vec<f64> = loads.collect();
        let mean = loads.iter().sum::<f64>() / loads.len() as f64;
        let matched = among.iter().map(|&i| self.sent.of(i, &chunks) * CHUNK);
        let shares: Vec<f64> = matched
            .map(|matched| matched.min(length) as f64 / length.max(1) as f64)
            .collect();
        let scores = shares.iter().zip(&loads);
        let scores: Vec<f64> = scores
            .map(|(share, load)| score(*share, *load, mean, self.settings.beta))
            .collect();
        let best = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let place = scores.iter().position(|&s| s == best)?;
        why.record(|why| {
            why.table("match-less-load", &["matched-share", "load", "score"]);
            for (k, &i) in among.iter().enumerate() {
                why.row(i, &[shares[k], loads[k], scores[k]]);
            }
            why.numbers_of(among[place]);
            why.values.push(("mean", mean));
            why.values.push(("least-one", mean.max(1.0)));
            why.values.push(("beta", self.settings.beta));
            let tied = (0..among.len()).filter(|&k| scores[k] == best);
            why.tie(tied.map(|k| among[k]), "first-declared");
        });
        self.sent.insert(&chunks, among[place]);
        Some(among[place])
    }

    fn clone_box(&self) -> Box<dyn Router> {
        Box::new(self.clone())
    }
}

fn score(share: f64, load: f64, mean: f64, beta: f64) -> f64 {
    share - beta * (load - mean) / mean.max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::Report;
    use crate::testing::{Fixed, idle, request, symbols};

    #[test]
    fn a_full_match_is_worth_a_load_of_the_mean() {
        assert_eq!(score(1.0, 8.0, 4.0, 1.0), 0.0);
        assert_eq!(score(0.5, 0.0, 0.5, 1.0), 1.0);
        let mut router = LoadAware::default();
        let prompt = symbols(&"x".repeat(256));
        let mut workers = idle(2);
        let mut why = Why::unwanted();
        let mut picks = Vec::new();
        for running in [0, 1, 40] {
            workers[0].report = Some(Report {
                running,
                ..Report::default()
            });
            picks.push(router.pick(&request(&prompt), &workers, &mut Fixed(0), &mut why));
        }
        assert_eq!(picks, [Some(0), Some(0), Some(1)]);
    }
}
