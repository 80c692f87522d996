//! A scene, run from its start to a given length and measured as a whole.

use equipoise_engine::measure::Responses;
use equipoise_engine::measure::answers::Served;
use equipoise_engine::scenario::Scenario;
use equipoise_engine::sim::Engine;
use equipoise_engine::sim::engine::Totals;
use equipoise_engine::stats::order;
use equipoise_engine::stats::quantile::of_sorted;

/// Where a run ends; it ends earlier if nothing is left to happen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// When this many tasks have left.
    Tasks(u64),
    /// At this time (simulated s).
    Seconds(f64),
}

impl Length {
    /// Most tasks that a lesson may run.
    pub const MOST_TASKS: u64 = 200_000;
    /// Longest time that a lesson may run (simulated s).
    pub const MOST_S: f64 = 100_000.0;
}

/// Most events of a run, so that no lesson holds the page up for long.
const MOST_EVENTS: u64 = 2_000_000;

/// A run's results, its warm-up included. What has no value is NaN.
#[derive(Clone, Debug)]
pub struct Run {
    /// What was run.
    pub scenario: Scenario,
    /// How long it was to be.
    pub length: Length,
    /// When it ended (simulated s).
    pub end_s: f64,
    /// Its totals.
    pub totals: Totals,
    /// Time-average of the tasks in the system.
    pub present: f64,
    /// Response times in ascending order (s).
    pub responses_s: Vec<f64>,
    /// Tasks given to each server.
    pub assigned: Vec<u64>,
    /// Part of each server's slots that was in use.
    pub utilisation: Vec<f64>,
    /// What came of requests to language models, if any were answered.
    pub served: Option<Served>,
}

impl Run {
    /// Runs a valid scenario.
    pub fn of(scenario: &Scenario, length: Length) -> Self {
        let mut engine = Engine::new(scenario);
        let mut seen = Responses::default();
        let mut events = 0;
        while events < MOST_EVENTS && !is_done(&engine, length) && engine.step(&mut seen) {
            events += 1;
        }
        if let Length::Seconds(end_s) = length
            && !engine.is_over()
            && events < MOST_EVENTS
        {
            engine.pass_to(end_s);
        }
        let end_s = engine.now_s();
        let mut responses_s = seen.seconds;
        order::ascending(&mut responses_s);
        let answers = &seen.answers.0;
        Self {
            end_s,
            totals: engine.totals().clone(),
            present: engine.mean_present(),
            responses_s,
            assigned: engine.servers().iter().map(|s| s.assigned).collect(),
            utilisation: engine
                .servers()
                .iter()
                .map(|s| s.busy_slot_s(end_s) / (f64::from(s.slots) * end_s))
                .collect(),
            served: (!answers.is_empty()).then(|| Served::of(answers, &scenario.requests)),
            scenario: scenario.clone(),
            length,
        }
    }

    /// A percentile of the response times (s); NaN without any.
    pub fn response_s(&self, part: f64) -> f64 {
        of_sorted(&self.responses_s, part).unwrap_or(f64::NAN)
    }

    /// Slots in use over all slots, weighted by speed: the work done over what could be done.
    pub fn utilisation(&self) -> f64 {
        let mut all = 0.0;
        let mut used = 0.0;
        for (server, part) in self.scenario.servers.iter().zip(&self.utilisation) {
            let able = f64::from(server.slots) * server.pace();
            all += able;
            used += able * part;
        }
        used / all
    }
}

fn is_done(engine: &Engine, length: Length) -> bool {
    engine.is_over()
        || match length {
            Length::Tasks(tasks) => {
                engine.totals().finished + engine.totals().rejected_sum() >= tasks
            }
            Length::Seconds(end_s) => engine.next_event_s().is_none_or(|next_s| next_s > end_s),
        }
}

/// Runs that were made already: a step's text, question and check ask for the same ones.
#[derive(Clone, Debug, Default)]
pub struct Runs(Vec<Run>);

impl Runs {
    /// Most runs that are kept.
    const KEPT: usize = 16;

    /// The run of a valid scenario.
    pub fn get(&mut self, scenario: &Scenario, length: Length) -> &Run {
        let known = self
            .0
            .iter()
            .position(|run| run.length == length && run.scenario == *scenario);
        let place = known.unwrap_or_else(|| {
            if self.0.len() == Self::KEPT {
                self.0.remove(0);
            }
            self.0.push(Run::of(scenario, length));
            self.0.len() - 1
        });
        &self.0[place]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use equipoise_engine::scenario::presets;

    #[test]
    fn a_run_of_a_time_ends_there_and_a_batch_when_all_is_done() {
        let turns = presets::find("round-robin").expect("a preset");
        let run = Run::of(&turns, Length::Seconds(20.0));
        assert_eq!((run.end_s, run.totals.decided), (20.0, 41));
        let files = presets::find("preprocessing").expect("a preset");
        let run = Run::of(&files, Length::Seconds(1000.0));
        assert_eq!(run.totals.finished, 40);
        assert!(run.end_s < 40.0);
    }

    #[test]
    fn a_run_that_is_known_is_not_made_again() {
        let mut runs = Runs::default();
        let turns = presets::find("round-robin").expect("a preset");
        for _ in 0..3 {
            runs.get(&turns, Length::Tasks(100));
        }
        assert_eq!(runs.0.len(), 1);
        runs.get(&turns, Length::Tasks(101));
        assert_eq!(runs.0.len(), 2);
    }

    #[test]
    fn utilisation_is_the_work_over_what_could_be_done() {
        let weights = presets::find("weights").expect("a preset");
        let run = Run::of(&weights, Length::Seconds(20.0));
        let part = run.utilisation[0];
        assert!((part - 0.84).abs() < 0.01, "{part}");
        assert!((run.utilisation() - (2.0 * part + 0.5 * 1.3) / 3.0).abs() < 0.01);
    }
}
