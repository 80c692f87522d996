//! What a step asks. The right answer is what the engine gives for the scene on the stage.

use crate::assign::{Assign, assigned};
use crate::quantity::{self, Quantity};
use crate::reading::Reading;
use crate::run::{Length, Runs};
use equipoise_engine::scenario::{FieldError, Scenario};

/// What a step asks.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// Which server gets the next task.
    Next,
    /// A number.
    Number {
        /// Which.
        reading: Reading,
        /// How far off an answer may be: a part of the right one.
        within: f64,
    },
    /// Which server has the most, or the least, of something.
    Server {
        /// Whether the most is asked for.
        most: bool,
        /// Of what.
        quantity: &'static Quantity,
    },
    /// Under which of several changes something is the most, or the least.
    Best {
        /// Whether the most is asked for.
        most: bool,
        /// Of what.
        reading: Reading,
        /// The changes.
        options: Vec<Choice>,
    },
    /// Whether a change makes something more or less.
    Trend {
        /// What.
        reading: Reading,
        /// The change.
        with: Vec<Assign>,
    },
}

/// An option of a question: what it is called, and the scene's change that it stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What the lesson calls it.
    pub label: String,
    /// The change; empty: the scene as it is.
    pub with: Vec<Assign>,
}

/// Where something goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    /// It becomes more.
    Up,
    /// It remains about the same.
    Same,
    /// It becomes less.
    Down,
}

impl Trend {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Up, Self::Same, Self::Down];
    /// Up to this part of the larger number a difference counts as none.
    pub const SAME: f64 = 0.05;

    /// From one number to another.
    fn of(before: f64, after: f64) -> Self {
        if (after - before).abs() <= Self::SAME * before.abs().max(after.abs()) {
            Self::Same
        } else if after > before {
            Self::Up
        } else {
            Self::Down
        }
    }
}

/// An answer, the learner's or the engine's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    /// A server, from 0.
    Server(usize),
    /// A number; of a part, the part of 1.
    Number(f64),
    /// An option, from 0.
    Option(usize),
    /// Where something goes.
    Trend(Trend),
}

impl Question {
    /// What the engine gives for a valid scenario, run to `length`; `next` is the server of the
    /// stage's next decision. None if there is no such number.
    ///
    /// # Errors
    /// A change that the question names is not allowed in this scenario.
    pub fn answer(
        &self,
        scenario: &Scenario,
        length: Length,
        next: Option<usize>,
        runs: &mut Runs,
    ) -> Result<Option<Answer>, FieldError> {
        let found = match self {
            Self::Next => next.map(Answer::Server),
            Self::Number { reading, .. } => {
                let number = reading.number(scenario, length, runs)?;
                number.is_finite().then_some(Answer::Number(number))
            }
            Self::Server { most, quantity } => {
                let run = runs.get(scenario, length);
                let values = (0..run.assigned.len()).map(|s| quantity.value(run, Some(s)));
                best(values, *most).map(Answer::Server)
            }
            Self::Best {
                most,
                reading,
                options,
            } => {
                let values = options.iter().map(|option| {
                    let changed = assigned(scenario, &option.with)?;
                    reading.number(&changed, length, runs)
                });
                let values = values.collect::<Result<Vec<f64>, FieldError>>()?;
                best(values.into_iter(), *most).map(Answer::Option)
            }
            Self::Trend { reading, with } => {
                let before = reading.number(scenario, length, runs)?;
                let after = reading.number(&assigned(scenario, with)?, length, runs)?;
                let known = before.is_finite() && after.is_finite();
                known.then(|| Answer::Trend(Trend::of(before, after)))
            }
        };
        Ok(found)
    }

    /// Whether a reply is as good as the right answer.
    pub fn is_right(&self, reply: Answer, right: Answer) -> bool {
        match (self, reply, right) {
            (Self::Number { within, .. }, Answer::Number(reply), Answer::Number(right)) => {
                // Zero has no part: there the tolerance is that of one.
                let scale = if right == 0.0 { 1.0 } else { right.abs() };
                (reply - right).abs() <= within * scale * (1.0 + 1e-9)
            }
            _ => reply == right,
        }
    }

    /// Reads what stands behind `ask:`, with the other directives of the step.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(
        ask: &str,
        within: f64,
        options: Vec<Choice>,
        with: Vec<Assign>,
    ) -> Result<Self, FieldError> {
        if ask == "next server" {
            return Ok(Self::Next);
        }
        if let Some((most, name)) = superlative(ask, "server with ") {
            let quantity = quantity::find(name)
                .filter(|quantity| quantity.is_per_server())
                .ok_or_else(|| FieldError::new("ask", name, "a number that each server has"))?;
            return Ok(Self::Server { most, quantity });
        }
        if let Some((most, name)) = superlative(ask, "option with ") {
            if options.len() < 2 {
                let count = format!("{} options", options.len());
                return Err(FieldError::new("option", count, "two or more"));
            }
            let reading = Reading::read(name)?;
            return Ok(Self::Best {
                most,
                reading,
                options,
            });
        }
        if let Some(name) = ask.strip_prefix("change of ") {
            if with.is_empty() {
                return Err(FieldError::new("with", "nothing", "path = value"));
            }
            let reading = Reading::read(name)?;
            return Ok(Self::Trend { reading, with });
        }
        let reading = Reading::read(ask)?;
        Ok(Self::Number { reading, within })
    }
}

/// `server with most share` as true and `share`.
fn superlative<'a>(ask: &'a str, start: &str) -> Option<(bool, &'a str)> {
    let rest = ask.strip_prefix(start)?;
    let (word, name) = rest.split_once(' ')?;
    let most = match word {
        "most" => true,
        "least" => false,
        _ => return None,
    };
    Some((most, name.trim()))
}

/// The first of the largest, or of the smallest, numbers; what is NaN does not count.
fn best(values: impl Iterator<Item = f64>, most: bool) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for (i, value) in values.enumerate() {
        let value = if most { value } else { -value };
        if !value.is_nan() && best.is_none_or(|(_, so_far)| value > so_far) {
            best = Some((i, value));
        }
    }
    best.map(|(i, _)| i)
}

#[cfg(test)]
mod tests {
    use super::*;
    use equipoise_engine::scenario::presets;

    fn question(ask: &str) -> Question {
        let choice = |label: &str, with: &str| Choice {
            label: label.into(),
            with: Assign::read_all(with).expect(with),
        };
        let options = vec![
            choice("turns", "strategy = round-robin"),
            choice("chance", "strategy = random"),
        ];
        let with = Assign::read_all("servers.*.speed = 2").expect("an assignment");
        Question::read(ask, 0.1, options, with).expect(ask)
    }

    fn answer(scene: &str, ask: &str) -> Option<Answer> {
        let scenario = presets::find(scene).expect("a preset");
        question(ask)
            .answer(&scenario, Length::Tasks(2000), None, &mut Runs::default())
            .expect("allowed")
    }

    #[test]
    fn answers_come_from_the_engine() {
        let turns = Some(Answer::Option(0));
        assert_eq!(
            answer("random-split", "option with least wait_mean_s"),
            turns
        );
        let first = Some(Answer::Server(0));
        assert_eq!(answer("weights", "server with most share"), first);
        let down = Some(Answer::Trend(Trend::Down));
        assert_eq!(answer("little", "change of response_mean_s"), down);
        assert_eq!(answer("little", "ttft_mean_s"), None);
        assert_eq!(answer("little", "next server"), None);
    }

    #[test]
    fn a_number_is_right_within_its_tolerance() {
        let question = question("response_mean_s");
        let right = Answer::Number(2.0);
        for (reply, is_right) in [(2.2, true), (1.8, true), (2.21, false), (f64::NAN, false)] {
            assert_eq!(question.is_right(Answer::Number(reply), right), is_right);
        }
        assert!(!question.is_right(Answer::Server(2), right));
    }
}
