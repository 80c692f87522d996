//! A line of the comparison, and its verdict.

use equipoise::scenario::Scenario;
use equipoise::stats::interval::of_replications;
use equipoise::theory::{Exactness, Prediction, PredictionId, Quantity};
use std::fmt;

/// The 99.95 % point of Student's t with 19 degrees of freedom over its 97.5 % point.
const WIDER: f64 = 3.883 / 2.093;

/// The head of the table.
pub(crate) const HEAD: &str =
    "| case | predicted | published | observed | verdict |\n|---|---:|---:|---:|---|";

/// What a formula says.
#[derive(Clone, Copy)]
pub enum Predicted {
    /// Nothing.
    Nothing,
    /// This, exactly.
    Exact(f64),
    /// Something near: a limit or an approximation. No verdict rests on it.
    Near(f64),
    /// A number between these.
    Between(f64, f64),
}

impl Predicted {
    /// What the library predicts for a scenario.
    pub fn of(scenario: &Scenario, id: PredictionId) -> Self {
        let prediction = Prediction::of(scenario, id);
        match (prediction.value, prediction.kind) {
            (Ok(Quantity::Number(x)), Exactness::Exact) => Self::Exact(x),
            (Ok(Quantity::Number(x)), _) => Self::Near(x),
            (Ok(Quantity::Bounds { low, high }), _) => Self::Between(low, high),
            _ => Self::Nothing,
        }
    }

    /// Exactly that, if the formula has a value.
    pub fn exactly(value: Option<f64>) -> Self {
        value.map_or(Self::Nothing, Self::Exact)
    }
}

/// What the library does.
pub enum Seen<'a> {
    /// Nothing of that kind.
    Nothing,
    /// Always the same.
    Always(f64),
    /// A value for each seed, and how many runs were too short by themselves.
    Runs(&'a [f64], usize),
}

/// Whether all agree.
pub enum Verdict {
    /// They do.
    Agrees,
    /// They do not, and how far off.
    Off(String),
    /// The runs do not tell, and why.
    Open(String),
}

/// A line.
pub struct Row {
    /// Which number.
    pub case: String,
    predicted: String,
    published: String,
    observed: String,
    /// Whether all agree.
    pub verdict: Verdict,
}

impl Row {
    /// A number. `give` is how far off it may be by itself: its rounding, or that it was simulated.
    pub fn number(
        case: impl Into<String>,
        predicted: Predicted,
        published: f64,
        give: f64,
        seen: &Seen,
    ) -> Self {
        let mut verdict = Verdict::Agrees;
        let off = |what: &str, by: f64| {
            Verdict::Off(format!("**{what} off by {:.2} %**", 100.0 * by / published))
        };
        match predicted {
            Predicted::Exact(x) if (x - published).abs() > give => {
                verdict = off("prediction", x - published)
            }
            Predicted::Between(low, high) if published < low - give || published > high + give => {
                verdict = Verdict::Off("**not between the bounds**".to_string());
            }
            _ => (),
        }
        let mut observed = "–".to_string();
        match *seen {
            Seen::Nothing => (),
            Seen::Always(x) => {
                observed = show(x);
                if (x - published).abs() > give {
                    verdict = off("observed", x - published);
                }
            }
            Seen::Runs(values, short) => {
                if let Some(seen) = of_replications(values, short) {
                    observed = format!("{:.5} ± {:.5}", seen.mean, seen.half_width);
                    match seen.too_short {
                        Some(why) => verdict = Verdict::Open(why.to_string()),
                        None if (seen.mean - published).abs() > WIDER * seen.half_width + give => {
                            verdict = off("observed", seen.mean - published);
                        }
                        None => (),
                    }
                }
            }
        }
        let predicted = match predicted {
            Predicted::Nothing => "–".to_string(),
            Predicted::Exact(x) => show(x),
            Predicted::Near(x) => format!("≈ {}", show(x)),
            Predicted::Between(low, high) => format!("{} … {}", show(low), show(high)),
        };
        Self {
            case: case.into(),
            predicted,
            published: show(published),
            observed,
            verdict,
        }
    }

    /// A formula's number that nothing else is compared with, rounded to `places`.
    pub fn formula(
        case: impl Into<String>,
        predicted: Option<f64>,
        published: f64,
        places: i32,
    ) -> Self {
        Self::number(
            case,
            Predicted::exactly(predicted),
            published,
            rounding(places),
            &Seen::Nothing,
        )
    }

    /// Several numbers in order, rounded to `places`.
    pub fn list(
        case: impl Into<String>,
        predicted: &[f64],
        published: &[f64],
        places: i32,
        seen: Option<&[f64]>,
    ) -> Self {
        let give = rounding(places);
        let same = |of: &[f64]| {
            of.len() == published.len()
                && of.iter().zip(published).all(|(a, b)| (a - b).abs() <= give)
        };
        let verdict = match (same(predicted), seen.is_none_or(same)) {
            (true, true) => Verdict::Agrees,
            (false, _) => Verdict::Off("**prediction is another**".to_string()),
            (_, false) => Verdict::Off("**observed is another**".to_string()),
        };
        let shown = |of: &[f64]| of.iter().map(|x| show(*x)).collect::<Vec<_>>().join(", ");
        let observed = seen.map_or("–".to_string(), shown);
        Self {
            case: case.into(),
            predicted: shown(predicted),
            published: shown(published),
            observed,
            verdict,
        }
    }
}

/// Half a unit of the last of `places`, and a little more for what lies on the border.
pub(crate) fn rounding(places: i32) -> f64 {
    0.52 * libm::pow(10.0, -f64::from(places))
}

/// At most six places, without zeros at the end.
fn show(x: f64) -> String {
    let text = format!("{x:.6}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        text
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            case,
            predicted,
            published,
            observed,
            verdict,
        } = self;
        let verdict = match verdict {
            Verdict::Agrees => "agrees",
            Verdict::Off(how) => how,
            Verdict::Open(why) => why,
        };
        write!(
            f,
            "| {case} | {predicted} | {published} | {observed} | {verdict} |"
        )
    }
}
