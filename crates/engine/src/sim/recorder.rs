//! What a timeline watches its engines with.

use super::log::Log;
use super::probe::{Probe, Rejection};
use super::scaling::ScaleEvent;
use super::server::Server;
use crate::balance::{AnyStrategy, Cluster, Explain, Explanation};
use crate::rng::Rng;
use crate::workload::{Request, Task};

/// Sees a strategy just before it picks a server for a task, in which state, and with which
/// random numbers.
type Onlooker<'a> = dyn FnMut(&AnyStrategy, &Task, &Cluster, &Rng) + 'a;

/// Explains decisions if that is wanted and, if there is a log, keeps it. One type for a timeline's
/// position and its head, so that the page has the code of one engine and not of two.
#[derive(Default)]
pub(super) struct Recorder<'a> {
    pub why: Option<&'a mut Explanation>,
    pub log: Option<&'a mut Log>,
    pub onlooker: Option<&'a mut Onlooker<'a>>,
    /// Whether there was a decision to explain.
    pub picked: bool,
}

impl<'a> Recorder<'a> {
    pub(super) fn without_log(why: &'a mut Explanation) -> Self {
        Self {
            why: Some(why),
            ..Self::default()
        }
    }
}

impl Probe for Recorder<'_> {
    fn why(&mut self) -> &mut impl Explain {
        self.picked = true;
        &mut self.why
    }
    fn deciding(&mut self, strategy: &AnyStrategy, task: &Task, cluster: &Cluster, choices: &Rng) {
        if let Some(onlooker) = &mut self.onlooker {
            onlooker(strategy, task, cluster, choices);
        }
    }
    fn decided(&mut self, task: &Task) {
        if let Some(log) = &mut self.log {
            log.decided(task);
        }
    }
    fn moved(&mut self, task: &Task, from: usize, now_s: f64) {
        if let Some(log) = &mut self.log {
            log.moved(task, from, now_s);
        }
    }
    fn started(&mut self, task: &Task) {
        if let Some(log) = &mut self.log {
            log.started(task);
        }
    }
    fn finished(&mut self, task: &Task, now_s: f64) {
        if let Some(log) = &mut self.log {
            log.finished(task, now_s);
        }
    }
    fn answered(&mut self, task: &Task, request: &Request, now_s: f64) {
        if let Some(log) = &mut self.log {
            log.answered(task, request, now_s);
        }
    }
    fn prefilled(&mut self, task: &Task, now_s: f64) {
        if let Some(log) = &mut self.log {
            log.prefilled(task, now_s);
        }
    }
    fn stepped(&mut self, number: usize, server: &Server, now_s: f64) {
        if let Some(log) = &mut self.log {
            log.stepped(number, server, now_s);
        }
    }
    fn rejected(&mut self, task: &Task, reason: Rejection, now_s: f64) {
        if let Some(log) = &mut self.log {
            log.rejected(task, reason, now_s);
        }
    }
    fn scaled(&mut self, event: &ScaleEvent) {
        if let Some(log) = &mut self.log {
            log.scaled(event);
        }
    }
    fn round(&mut self, began_s: f64, now_s: f64) {
        if let Some(log) = &mut self.log {
            log.round(began_s, now_s);
        }
    }
}
