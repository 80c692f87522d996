//! The next decision, before it is made: where the run is just before it, and which servers it can
//! fall on.
//!
//! Where chance decides, the strategy itself is asked: copies of it decide the same task in the
//! same state, each with other random numbers. So no rule is written down twice, and any strategy
//! can be asked. The counts of the copies' picks are the chances, as exactly as the draws can
//! say; a copy that draws no random number decides alone.

use super::Timeline;
use crate::balance::{AnyStrategy, Cluster, Explanation, Pick};
use crate::rng::{Purpose, Rng};
use crate::scenario::Position;
use crate::sim::log::Allocation;
use crate::sim::recorder::Recorder;
use crate::workload::{KeySource, Task};

/// Draws by which a chance is estimated: a chance of one half is then known to 0.8 points (one
/// standard error), and one of 1 in 400 is missed in 1 of 28,000 questions.
const DRAWS: u32 = 4096;
/// The same for a strategy whose copies are large: a router of language models.
const FEW_DRAWS: u32 = 512;

/// The next decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Coming {
    /// What is decided, for which task; what becomes of the task is left out.
    pub allocation: Allocation,
    /// The task's keys as indices into the population: client, URL, tenant.
    pub keys: [u32; KeySource::COUNT],
    /// The chance of each server, by the draws of copies; one of them is 1 where no chance decides.
    pub chances: Vec<f64>,
    /// Draws that the chances were estimated by; 0 where no chance decides.
    pub draws: u32,
    /// The explanation of the decision.
    pub why: Explanation,
}

/// Counts the picks of copies of a strategy, for the first pick that falls on a server.
#[derive(Default)]
struct Draws {
    /// How many copies are asked.
    most: u32,
    hits: Vec<u32>,
    drawn: u32,
    keys: [u32; KeySource::COUNT],
    seen: bool,
}

impl Draws {
    /// A strategy is about to pick.
    fn deciding(&mut self, strategy: &AnyStrategy, task: &Task, cluster: &Cluster, choices: &Rng) {
        if self.seen {
            return;
        }
        let mut same = choices.clone();
        let pick = strategy
            .clone()
            .pick(task, cluster, &mut same, &mut None::<&mut Explanation>);
        if !matches!(pick, Pick::Server(_)) {
            return;
        }
        self.seen = true;
        self.keys = task.keys;
        if same == *choices {
            return;
        }
        self.hits = vec![0; cluster.len()];
        self.drawn = self.most;
        for draw in 0..self.drawn {
            let mut other = Rng::new(u64::from(draw), Purpose::Choices(draw));
            let mut copy = strategy.clone();
            let mut why = None::<&mut Explanation>;
            if let Pick::Server(server) = copy.pick(task, cluster, &mut other, &mut why) {
                self.hits[server] += 1;
            }
        }
    }
}

impl Timeline {
    /// Where the run is just before its next decision; None if none comes.
    pub fn before_next(&self) -> Option<Position> {
        let next = self.next_allocation()?;
        Some(Position {
            event: next.event - 1,
            time_s: next.decided_s,
        })
    }

    fn next_allocation(&self) -> Option<&Allocation> {
        let decided = self.position.decided();
        let allocations = self.log.allocations.iter();
        allocations.rev().find(|a| a.decision == decided + 1)
    }

    /// The next decision, from the place just before it: see [`Timeline::before_next`]. None
    /// elsewhere. It takes milliseconds where chance decides.
    pub fn coming(&self) -> Option<Coming> {
        let before = self.before_next()?;
        if self.position.event() != before.event {
            return None;
        }
        let allocation = self.next_allocation()?.clone();
        let mut why = Explanation::default();
        let strategy = self.engine().scenario().balancer.strategy.id;
        let mut draws = Draws {
            most: match strategy.routes_requests() {
                true => FEW_DRAWS,
                false => DRAWS,
            },
            ..Draws::default()
        };
        let mut ahead = self.position.clone();
        let mut recorder = Recorder {
            why: Some(&mut why),
            onlooker: Some(&mut |strategy, task, cluster, choices| {
                draws.deciding(strategy, task, cluster, choices);
            }),
            ..Recorder::default()
        };
        ahead.step(&self.script, f64::INFINITY, &mut recorder);
        let mut chances = vec![0.0; self.engine().servers().len()];
        for (chance, hits) in chances.iter_mut().zip(&draws.hits) {
            *chance = f64::from(*hits) / f64::from(draws.drawn);
        }
        if draws.drawn == 0 {
            chances[usize::from(allocation.server)] = 1.0;
        }
        Some(Coming {
            keys: draws.keys,
            chances,
            draws: draws.drawn,
            why,
            allocation: Allocation {
                started_s: f64::NAN,
                left_s: f64::NAN,
                served_by: allocation.server,
                rejection: None,
                ..allocation
            },
        })
    }
}

impl Coming {
    /// The servers that the decision can fall on. One that none of the draws fell on, and that
    /// was not picked either, is not among them.
    pub fn support(&self) -> Vec<usize> {
        let picked = usize::from(self.allocation.server);
        let servers = self.chances.iter().enumerate();
        servers
            .filter(|(server, chance)| **chance > 0.0 || *server == picked)
            .map(|(server, _)| server)
            .collect()
    }

    /// Whether the decision can fall on one server only.
    pub fn is_sure(&self) -> bool {
        self.support().len() == 1
    }
}
