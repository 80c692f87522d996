//! What `equipoise size` found, as text or as JSON.

use crate::cli::table::rows;
use crate::number::significant;
use crate::stats::interval::REPLICATIONS_MIN;
use crate::sweep::RunResult;
use crate::sweep::size::{Answer, Search, Sizing, Tried, Verdict};
use serde::Serialize;
use std::fmt::Write as _;

/// Field names are part of the command's interface. What has no value is null.
#[derive(Serialize)]
pub(super) struct Report {
    scenario: String,
    seed: u32,
    goals: Vec<String>,
    tasks: u64,
    replications_max: u32,
    servers_max: u32,
    runs: usize,
    answers: Vec<Found>,
    curve: Vec<Point>,
}

/// What was found for a strategy.
#[derive(Serialize)]
struct Found {
    strategy: &'static str,
    /// The fewest servers that meet all goals.
    servers: Option<u32>,
    /// The most servers that miss one.
    missed_servers: Option<u32>,
    /// From and to which number the runs cannot tell.
    unsure_servers: Option<(u32, u32)>,
    /// Of language models only.
    #[serde(skip_serializing_if = "Option::is_none")]
    gpus: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price_per_hour: Option<f64>,
}

/// A number of servers that was tried.
#[derive(Serialize)]
struct Point {
    strategy: &'static str,
    servers: u32,
    runs: u32,
    verdict: &'static str,
    goals: Vec<GoalAt>,
}

#[derive(Serialize)]
struct GoalAt {
    quantity: String,
    verdict: &'static str,
    mean: f64,
    half_width: f64,
    /// Why the interval may not be relied on.
    too_short: Option<String>,
}

impl Report {
    pub(super) fn new(search: &Search, sizing: &Sizing, results: &[RunResult]) -> Self {
        let scenario = &search.grid().scenario;
        let (least, most) = search.limits();
        let answers = search.answers(results).into_iter();
        let found = answers.map(|answer| Found {
            strategy: strategy(search, answer.arm),
            servers: answer.met,
            missed_servers: answer.missed,
            unsure_servers: answer.unsure(least, most),
            gpus: answer
                .met
                .filter(|_| scenario.has_replicas())
                .map(|servers| servers * scenario.replicas.hardware.gpus()),
            price_per_hour: price(search, sizing, &answer),
        });
        let tried = search.tried(results);
        Self {
            scenario: scenario.name.clone(),
            seed: scenario.seed,
            goals: search.goals().iter().map(ToString::to_string).collect(),
            tasks: sizing.tasks,
            replications_max: sizing.replications,
            servers_max: sizing.most,
            runs: results.len(),
            answers: found.collect(),
            curve: tried.iter().map(|tried| Point::of(search, tried)).collect(),
        }
    }

    pub(super) fn json(&self) -> String {
        // Numbers, texts and lists of them have a JSON form always.
        serde_json::json!(self).to_string() + "\n"
    }

    pub(super) fn text(&self, search: &Search) -> String {
        let mut text = String::new();
        let lines = [
            (
                "scenario",
                format!("{}, seed {}", crate::cli::shown(&self.scenario), self.seed),
            ),
            ("goals", self.goals.join(", ")),
            (
                "runs",
                format!(
                    "{} of {} tasks, at most {} for a number of servers",
                    self.runs, self.tasks, self.replications_max
                ),
            ),
        ];
        for (label, line) in lines {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{label:<12}{line}");
        }
        for found in &self.answers {
            let _ = writeln!(text, "\n{}", found.strategy);
            let mut head = vec!["servers".to_string(), "runs".to_string()];
            head.extend(self.goals.iter().cloned());
            head.push("goals".to_string());
            let points = self
                .curve
                .iter()
                .filter(|point| point.strategy == found.strategy);
            text += &rows(&head, points.clone().map(Point::cells).collect());
            let _ = writeln!(text, "{}", found.sentence(search, self.replications_max));
            let doubts = points.flat_map(|point| &point.goals);
            let mut doubts: Vec<&String> = doubts
                .filter(|goal| goal.verdict == name(Verdict::Unsure))
                .filter_map(|goal| goal.too_short.as_ref())
                .collect();
            doubts.dedup();
            for why in doubts {
                let _ = writeln!(text, "not to be relied on: {why}");
            }
        }
        if self.answers.len() > 1 {
            let _ = writeln!(text, "\n{}", self.best());
        }
        text
    }

    /// Which strategies need the fewest servers.
    fn best(&self) -> String {
        let fewest = self.answers.iter().filter_map(|found| found.servers).min();
        let Some(fewest) = fewest else {
            return "no strategy meets the goals".to_string();
        };
        let best = self
            .answers
            .iter()
            .filter(|found| found.servers == Some(fewest));
        let best: Vec<&str> = best.map(|found| found.strategy).collect();
        format!("fewest: {} with {}", servers(fewest), best.join(", "))
    }
}

impl Found {
    /// The answer, with how sure it is.
    fn sentence(&self, search: &Search, runs: u32) -> String {
        let (_, most) = search.limits();
        let mut text = match self.servers {
            Some(met) => format!("{} meet the goals", servers(met)),
            None => format!("no number up to {most} is known to meet the goals"),
        };
        if let Some(missed) = self.missed_servers {
            let _ = write!(text, "; {} miss one", servers(missed));
        }
        if let Some((from, to)) = self.unsure_servers {
            let numbers = if from == to {
                from.to_string()
            } else {
                format!("{from} to {to}")
            };
            let _ = write!(text, "; of {numbers}, {runs} runs cannot tell");
        }
        if let (Some(gpus), Some(price)) = (self.gpus, self.price_per_hour) {
            let _ = write!(
                text,
                "; {gpus} GPU-hours an hour cost {}",
                significant(price, 4)
            );
        }
        text
    }
}

impl Point {
    fn of(search: &Search, tried: &Tried) -> Self {
        let goals = search.goals().iter().zip(&tried.means).zip(&tried.verdicts);
        let goals = goals.map(|((goal, mean), &verdict)| GoalAt {
            quantity: goal.quantity.clone(),
            verdict: name(verdict),
            mean: mean.map_or(f64::NAN, |mean| mean.mean),
            half_width: mean.map_or(f64::NAN, |mean| mean.half_width),
            // Few runs are enough to see that a goal is missed.
            too_short: mean
                .and_then(|mean| mean.too_short)
                .filter(|_| tried.runs >= REPLICATIONS_MIN as u32)
                .map(|why| why.to_string()),
        });
        Self {
            strategy: strategy(search, tried.arm),
            servers: tried.servers,
            runs: tried.runs,
            verdict: name(tried.verdict),
            goals: goals.collect(),
        }
    }

    fn cells(&self) -> Vec<String> {
        let mut cells = vec![self.servers.to_string(), self.runs.to_string()];
        cells.extend(self.goals.iter().map(|goal| {
            let mean = significant(goal.mean, 4);
            let half_width = significant(goal.half_width, 2);
            format!("{mean} ± {half_width} {}", goal.verdict)
        }));
        cells.push(self.verdict.to_string());
        cells
    }
}

fn strategy(search: &Search, arm: usize) -> &'static str {
    let arm = search.grid().arms().nth(arm);
    arm.map_or("", |arm| arm.strategy.as_str())
}

fn price(search: &Search, sizing: &Sizing, answer: &Answer) -> Option<f64> {
    sizing.price_per_hour(&search.grid().scenario, answer.met?)
}

fn name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::Missed => "missed",
        Verdict::Unsure => "unsure",
    }
}

fn servers(count: u32) -> String {
    match count {
        1 => "1 server".to_string(),
        _ => format!("{count} servers"),
    }
}
