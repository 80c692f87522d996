//! Books of a run, kept beside the engine's own.

use equipoise::scenario::{Scenario, SchedulingPolicy};
use equipoise::sim::{Engine, Probe, Rejection};
use equipoise::workload::Task;
use proptest::prelude::*;

/// Watches a run with books of its own.
#[derive(Default)]
pub(crate) struct Books {
    /// Arrival times of the tasks present, by task number less 1; NaN for one that has left.
    present: Vec<f64>,
    /// Times in the system of all that have left [s].
    stays_s: f64,
    decided: Vec<u64>,
    /// By server: delivery time and number of the task that began service last.
    begun: Vec<(f64, u64)>,
    finished: u64,
    rejected: u64,
    /// Of the tasks that left: those that their clients had given up.
    given_up: u64,
    retries: u64,
    wasted: u64,
    /// Whether tasks may overtake: some have moved from one server to another, or replicas admit by
    /// priority.
    overtakes: bool,
    latest_s: f64,
}

impl Books {
    /// Empty books for a run that begins with this scenario.
    pub(crate) fn new(scenario: &Scenario) -> Self {
        let by_priority = scenario.replicas.policy == SchedulingPolicy::Priority;
        Self {
            overtakes: scenario.has_replicas() && by_priority,
            ..Self::default()
        }
    }

    fn at(&mut self, now_s: f64) {
        assert!(
            now_s >= self.latest_s,
            "time went back from {} to {now_s}",
            self.latest_s
        );
        self.latest_s = now_s;
    }

    fn left(&mut self, task: &Task, now_s: f64) {
        let arrival_s = std::mem::replace(&mut self.present[task.number as usize - 1], f64::NAN);
        assert!(
            arrival_s == task.arrival_s,
            "task {} left twice",
            task.number
        );
        self.stays_s += now_s - arrival_s;
        self.given_up += u64::from(task.given_up());
        self.at(now_s);
    }
}

impl Probe for Books {
    fn arrived(&mut self, task: &Task) {
        self.at(task.arrival_s);
        self.present.push(task.arrival_s);
        self.retries += u64::from(task.attempt() > 0);
        assert_eq!(self.present.len() as u64, task.number);
    }
    fn decided(&mut self, task: &Task) {
        self.at(task.decided_s);
        let server = usize::from(task.server);
        self.decided.resize(self.decided.len().max(server + 1), 0);
        self.decided[server] += 1;
    }
    fn moved(&mut self, task: &Task, from: usize, now_s: f64) {
        assert_ne!(usize::from(task.server), from);
        self.overtakes = true;
        self.at(now_s);
    }
    fn started(&mut self, task: &Task) {
        self.at(task.started_s);
        let server = usize::from(task.server);
        self.begun
            .resize(self.begun.len().max(server + 1), (0.0, 0));
        let (before_s, number) =
            std::mem::replace(&mut self.begun[server], (task.delivered_s, task.number));
        assert!(
            self.overtakes || before_s <= task.delivered_s,
            "task {} overtook {number} at server {server}",
            task.number
        );
        let order = [
            task.arrival_s,
            task.decided_s,
            task.delivered_s,
            task.started_s,
        ];
        assert!(order.is_sorted(), "{task:?}");
    }
    fn finished(&mut self, task: &Task, now_s: f64) {
        self.finished += 1;
        self.wasted += u64::from(task.given_up());
        self.left(task, now_s);
    }
    fn rejected(&mut self, task: &Task, _: Rejection, now_s: f64) {
        self.rejected += 1;
        self.left(task, now_s);
    }
}

/// Holds the engine's totals against the books.
pub(crate) fn balance(books: &Books, engine: &Engine) -> Result<(), TestCaseError> {
    let totals = engine.totals();
    prop_assert_eq!(totals.arrived, books.present.len() as u64);
    prop_assert_eq!(
        (totals.finished, totals.rejected_sum()),
        (books.finished, books.rejected)
    );
    conserved(engine)?;
    prop_assert_eq!(totals.wasted, books.wasted);
    // A copy of a retry is none.
    prop_assert!(
        totals.retries <= books.retries && books.retries <= totals.retries + totals.hedges
    );
    // Given up are those that left so and those that are still there; a copy of a task is given up
    // when the other is answered.
    prop_assert!(
        totals.timeouts + totals.hedges >= books.given_up
            && totals.timeouts <= books.given_up + engine.tasks().len() as u64
    );
    let failures = totals.rejected_sum() + totals.timeouts;
    prop_assert!(totals.retries <= failures, "a retry answers a failure");
    let assigned: Vec<u64> = engine
        .servers()
        .iter()
        .map(|server| server.assigned)
        .collect();
    let decided = (0..assigned.len())
        .map(|s| books.decided.get(s).copied().unwrap_or(0))
        .collect::<Vec<_>>();
    prop_assert_eq!(&assigned, &decided);

    // Little's law, exact for any run: the integral of the number present is the sum of everyone's
    // time in it.
    let now_s = engine.now_s();
    let still: f64 = books
        .present
        .iter()
        .filter(|arrival_s| !arrival_s.is_nan())
        .map(|a| now_s - a)
        .sum();
    let sum_s = books.stays_s + still;
    let presence_s = engine.presence_s();
    prop_assert!(
        (presence_s - sum_s).abs() <= 1e-9 * sum_s.max(1.0),
        "{presence_s} against {sum_s}"
    );
    Ok(())
}

/// Arrived = finished + rejected + in the system, decisions add up, and what is counted in several
/// places is equal.
pub(crate) fn conserved(engine: &Engine) -> Result<(), TestCaseError> {
    let totals = engine.totals();
    let present = engine.tasks().len() as u64;
    prop_assert_eq!(
        totals.arrived,
        totals.finished + totals.rejected_sum() + present
    );
    prop_assert_eq!(
        engine
            .servers()
            .iter()
            .map(|server| server.assigned)
            .sum::<u64>(),
        totals.decided
    );
    prop_assert_eq!(
        engine
            .servers()
            .iter()
            .map(|server| server.finished)
            .sum::<u64>(),
        totals.finished
    );

    let at_servers: u64 = engine
        .servers()
        .iter()
        .map(|server| u64::from(server.present()))
        .sum();
    let at_balancers: u64 = engine
        .instances()
        .iter()
        .flat_map(|i| [i.deciding(), i.in_transit(), i.pooled()])
        .map(|list| u64::from(list.len()))
        .sum();
    let handing_over = engine.handing_over() as u64;
    let on_the_way = handing_over + engine.crossing() as u64;
    let in_lists = at_servers + at_balancers + on_the_way;
    prop_assert_eq!(in_lists, present, "tasks in lists");
    for server in engine.servers() {
        prop_assert!(server.backlog(engine.now_s()) >= 0.0);
    }
    Ok(())
}
