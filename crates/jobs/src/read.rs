//! Files of uneven size among readers.

use crate::choice::choice;
use crate::field::{Field, fields, number, whole};
use crate::outcome::{Answer, Doing, Figure, Lane, Outcome, Reason, Says, Span, Step};
use crate::spread::Spread;
use equipoise_engine::rng::{Purpose, Rng};
use equipoise_engine::scenario::FieldError;
use equipoise_engine::scenario::fields::{Kind, Value};
use equipoise_training::files;
use equipoise_training::schedule::graham;

choice! {
    /// How files are handed out.
    Handing {
        /// Equal numbers of files in order, fixed before.
        Static = "static",
        /// The longest first to whoever has least, fixed before.
        LongestFirst = "longest-first",
        /// The next split to whoever is free.
        Pull = "pull",
        /// As static, but who is done takes from whoever has most left.
        Steal = "steal",
    }
}

/// Files among readers. Ranges and units are in [`Read::fields`].
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// Seed of all chance.
    pub seed: u32,
    /// Files.
    pub files: usize,
    /// Mean size of a file (MB).
    pub mean_mb: f64,
    /// How sizes vary.
    pub sizes: Spread,
    /// Their standard deviation, as a share of their mean.
    pub varies: f64,
    /// Readers.
    pub readers: usize,
    /// What one reads (MB/s).
    pub mb_per_s: f64,
    /// How files are handed out.
    pub handing: Handing,
    /// Files of a split that is pulled.
    pub split: usize,
}

impl Default for Read {
    fn default() -> Self {
        Self {
            seed: 7,
            files: 64,
            mean_mb: 100.0,
            sizes: Spread::Lognormal,
            varies: 1.0,
            readers: 8,
            mb_per_s: 100.0,
            handing: Handing::Static,
            split: 1,
        }
    }
}

static FIELDS: &[Field<Read>] = fields! { Read;
    "files" {
        files = whole(1.0, 5000.0, 512.0, "");
        mean_mb = number(0.01, 100_000.0, 1_000.0, 0.01, "MB");
        sizes: Spread::WORDS;
        varies = number(0.0, 3.0, 3.0, 0.05, ""), if |job| job.sizes != Spread::None;
    }
    "readers" {
        readers = whole(1.0, 256.0, 64.0, "");
        mb_per_s = number(0.1, 100_000.0, 1_000.0, 0.1, "MB/s");
        handing: Handing::WORDS;
        split = whole(1.0, 1000.0, 32.0, ""), if |job| job.handing == Handing::Pull;
    }
    "run" {
        seed = whole(0.0, 4_294_967_295.0, 100.0, "");
    }
};

impl Read {
    /// All fields, in the order of their controls.
    pub fn fields() -> &'static [Field<Self>] {
        FIELDS
    }

    /// Checks what fields must be to each other.
    ///
    /// # Errors
    /// The first field that does not suit the others.
    pub fn check(&self) -> Result<(), FieldError> {
        let most = match self.sizes {
            Spread::None | Spread::Lognormal | Spread::Pareto => return Ok(()),
            Spread::Uniform => crate::spread::UNIFORM_MAX,
            Spread::Exponential | Spread::Weibull => 1.0,
        };
        if self.varies <= most {
            return Ok(());
        }
        let allowed = format!("0 to {most}, where sizes are {}", self.sizes.word());
        Err(FieldError::new("varies", self.varies, allowed))
    }

    /// What comes of it; it must be valid.
    pub fn run(&self) -> Outcome {
        let sizes = self.sizes_kb();
        let handing = match self.handing {
            Handing::Static => files::Handing::Static,
            Handing::LongestFirst => files::Handing::LongestFirst,
            Handing::Pull => files::Handing::Pull { split: self.split },
            Handing::Steal => files::Handing::Steal,
        };
        let kb_per_s = self.mb_per_s * 1000.0;
        let mut outcome = drawn(&handing.plan(&sizes, self.readers), &sizes, kb_per_s);
        let all: u64 = sizes.iter().sum();
        let ideal_s = all as f64 / kb_per_s / self.readers as f64;
        let idle_share = 1.0 - ideal_s / outcome.took_s;
        let numbers = [
            ("took_s", outcome.took_s),
            ("ideal_s", ideal_s),
            ("slowdown", outcome.took_s / ideal_s),
            ("idle_share", idle_share),
        ];
        outcome.figures = numbers.map(|(id, value)| Figure { id, value }).to_vec();
        let longest = sizes.iter().max().copied().unwrap_or(0);
        let greedy = self.handing == Handing::LongestFirst
            || self.handing == Handing::Pull && self.split == 1;
        let bound = graham(&sizes, self.readers) / kb_per_s;
        outcome.answers = vec![
            Answer {
                id: "least_s",
                says: Says::AtLeast,
                predicted: Ok(ideal_s.max(longest as f64 / kb_per_s)),
                observed: Some(outcome.took_s),
            },
            Answer {
                id: "graham_s",
                says: Says::AtMost,
                predicted: if greedy {
                    Ok(bound)
                } else {
                    Err(Reason::NotGreedy)
                },
                observed: Some(outcome.took_s),
            },
        ];
        outcome
    }

    /// The size of each file (KB), at least 1.
    fn sizes_kb(&self) -> Vec<u64> {
        let law = self.sizes.law(self.varies);
        let mut rng = Rng::new(self.seed.into(), Purpose::Sizes);
        (0..self.files)
            .map(|_| (law.draw(&mut rng) * self.mean_mb * 1000.0).clamp(1.0, 1e12) as u64)
            .collect()
    }
}

/// Who reads which file when; the files in the order in which they are begun.
fn drawn(plan: &[Vec<usize>], sizes: &[u64], kb_per_s: f64) -> Outcome {
    let mut outcome = Outcome::default();
    for (index, own) in plan.iter().enumerate() {
        let mut now_s = 0.0;
        let mut spans = Vec::new();
        for &file in own {
            let to_s = now_s + sizes[file] as f64 / kb_per_s;
            spans.push(Span {
                doing: Doing::Working,
                step: file,
                from_s: now_s,
                to_s,
            });
            now_s = to_s;
        }
        outcome.took_s = outcome.took_s.max(now_s);
        outcome.lanes.push(Lane {
            name: "reader",
            index,
            spans,
        });
    }
    let spans = outcome
        .lanes
        .iter()
        .flat_map(|lane| lane.spans.iter().copied());
    let mut begun: Vec<Span> = spans.collect();
    begun.sort_by(|a, b| f64::total_cmp(&a.from_s, &b.from_s).then(a.step.cmp(&b.step)));
    let mut place = vec![0; sizes.len()];
    for (step, span) in begun.iter().enumerate() {
        place[span.step] = step;
        outcome.steps.push(Step {
            from_s: span.from_s,
            to_s: span.to_s,
        });
    }
    for lane in &mut outcome.lanes {
        for span in &mut lane.spans {
            span.step = place[span.step];
        }
        let free_s = lane.spans.last().map_or(0.0, |span| span.to_s);
        if free_s < outcome.took_s {
            lane.spans.push(Span {
                doing: Doing::Waiting,
                step: sizes.len(),
                from_s: free_s,
                to_s: outcome.took_s,
            });
        }
    }
    outcome
}
