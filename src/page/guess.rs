//! Guess first: what is asked, what was guessed, and who was right. What happens when is in
//! `model/guess.rs`.

use crate::scenario::Position;
use crate::sim::Timeline;
use crate::sim::timeline::Coming;
use crate::stats::quantile::quantile;
use std::collections::BTreeMap;

/// A chance that is guessed to within this is right.
const NEAR: f64 = 0.05;
/// A server with a smaller chance may be in a set that was guessed or not: so few draws fall on it
/// that they say little of it.
const SELDOM: f64 = 0.002;

/// What is done about guesses.
#[derive(Clone, Debug, PartialEq)]
pub enum GuessAction {
    /// The program of guesses is there.
    Ready,
    /// Begins to guess, or ends it.
    Switch,
    /// Names a server: that is the guess or, where chance decides, one more or less of the set.
    Mark(usize),
    /// Guesses this chance for a server.
    Chance(usize, f64),
    /// The guess is made, or what was revealed has been read: to the next question.
    Go,
    /// The votes for a server.
    Votes(usize, u32),
    /// Forgets the score.
    Reset,
    /// Says what number is expected; None: nothing is.
    Expect(Option<Expected>),
}

/// The state of the guesses.
#[derive(Clone, Debug, Default)]
pub struct Guess {
    /// Whether each decision is guessed first.
    pub on: bool,
    /// Whether a first-time visitor is asked for one guess.
    pub greets: bool,
    /// The question; None on the way to one, or where no task comes any more.
    pub question: Option<Question>,
    /// The servers named so far.
    pub marked: Vec<usize>,
    /// The votes of a class for each server.
    pub votes: Vec<u32>,
    /// What came of the guess; None before.
    pub verdict: Option<Verdict>,
    /// The number expected of the run.
    pub expected: Option<Expected>,
    /// A guess made before there was a question.
    pub(super) early: Option<usize>,
    /// Counts the runs that were shown.
    pub(super) runs: u64,
    /// A run, and its latest decision that was shown.
    pub(super) known: (Of, u64),
}

/// A run: which one that was shown, and its generation.
pub(super) type Of = (u64, u64);

/// What is asked: the next decision of a run.
#[derive(Clone, Debug)]
pub struct Question {
    /// The decision.
    pub coming: Coming,
    /// Where the run stands: just before it.
    pub(super) place: Position,
    /// The run that it is of.
    pub(super) run: Of,
}

/// What was guessed.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// This server.
    Server(usize),
    /// Any of these servers, and no other.
    Set(Vec<usize>),
    /// This chance for a server.
    Chance(usize, f64),
    /// By a class: for each server, how many.
    Votes(Vec<u32>),
}

/// A guess and what is true.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What was guessed.
    pub said: Said,
    /// Whether that is right.
    pub right: bool,
    /// What is true.
    pub question: Question,
}

/// Judges a guess of a decision. A class is right if no server has more votes than one that the
/// decision can fall on.
pub fn is_right(said: &Said, coming: &Coming) -> bool {
    let support = coming.support();
    match said {
        Said::Server(server) => support == [*server],
        Said::Set(guessed) => {
            let mut chances = coming.chances.iter().enumerate();
            let all_there = chances.all(|(server, chance)| {
                guessed.contains(&server) || !support.contains(&server) || *chance < SELDOM
            });
            all_there && guessed.iter().all(|server| support.contains(server))
        }
        Said::Chance(server, guessed) => {
            let chance = coming.chances.get(*server);
            chance.is_some_and(|chance| (chance - guessed).abs() <= NEAR)
        }
        Said::Votes(votes) => {
            let most = votes.iter().max();
            let mut right = support.iter().map(|server| votes.get(*server));
            right.any(|votes| votes == most)
        }
    }
}

impl Guess {
    /// Whether the answer is to be hidden.
    pub fn hides(&self) -> bool {
        self.on && self.verdict.is_none()
    }

    /// Whether there is anything to show of it.
    pub fn is_shown(&self) -> bool {
        self.on || self.greets || self.expected.is_some()
    }

    /// Whether a set of servers is asked for, since chance decides.
    pub fn asks_for_a_set(&self) -> bool {
        let question = self.question.as_ref();
        question.is_some_and(|question| !question.coming.is_sure())
    }
}

/// Right and all guesses of each strategy, by its id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scores(BTreeMap<String, (u32, u32)>);

impl Scores {
    /// What is kept between visits; what is not readable is left out.
    pub fn read(text: &str) -> Self {
        let entries = text.split(',').filter_map(|entry| {
            let (id, score) = entry.split_once(':')?;
            let (right, all) = score.split_once('/')?;
            let right = right.parse().ok()?;
            let all = all.parse().ok()?;
            (right <= all).then(|| (id.to_string(), (right, all)))
        });
        Self(entries.collect())
    }

    /// The same to keep.
    pub fn write(&self) -> String {
        let entries = self.0.iter();
        let entries = entries.map(|(id, (right, all))| format!("{id}:{right}/{all}"));
        entries.collect::<Vec<_>>().join(",")
    }

    /// Counts a guess.
    pub(super) fn count(&mut self, strategy: &str, right: bool) {
        let score = self.0.entry(strategy.to_string()).or_default();
        score.0 += u32::from(right);
        score.1 += 1;
    }

    /// Right and all guesses of a strategy.
    pub fn of(&self, strategy: &str) -> (u32, u32) {
        self.0.get(strategy).copied().unwrap_or_default()
    }

    /// All strategies that were guessed, with right and all guesses.
    pub fn all(&self) -> impl Iterator<Item = (&str, (u32, u32))> {
        self.0.iter().map(|(id, score)| (id.as_str(), *score))
    }
}

/// A number of a run that can be expected before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// The part of all tasks that a server gets (%).
    Share(usize),
    /// The mean response time (s).
    Mean,
    /// The response time that 99 of 100 tasks do not exceed (s), of the latest ones.
    P99,
    /// The mean number of tasks in the system.
    Tasks,
}

/// A number and what is expected of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expected {
    /// Of which number.
    pub of: Number,
    /// What is expected, in the number's unit.
    pub value: f64,
}

impl Number {
    /// What a run has shown of it so far; None before there is anything to see.
    pub fn seen(self, timeline: &Timeline) -> Option<f64> {
        let engine = timeline.engine();
        let totals = engine.totals();
        let value = match self {
            Self::Share(server) => {
                let assigned = engine.servers().get(server)?.assigned as f64;
                100.0 * assigned / totals.decided as f64
            }
            Self::Mean => totals.response_sum_s / totals.finished as f64,
            Self::P99 => p99_s(timeline)?,
            Self::Tasks => engine.mean_present(),
        };
        value.is_finite().then_some(value)
    }
}

/// The 99 % quantile of the latest responses up to now (s).
fn p99_s(timeline: &Timeline) -> Option<f64> {
    let now_s = timeline.engine().now_s();
    let responses = timeline.log().responses.iter();
    let seen = responses.filter(|r| r.time_s <= now_s);
    let times: Vec<f64> = seen.map(|r| r.response_s).collect();
    quantile(&times, 0.99)
}
