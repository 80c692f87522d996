//! The numbers of a run that a lesson can ask for, by their names.

use crate::run::Run;
use equipoise_engine::balance::Mask;
use equipoise_engine::measure::answers::Served;
use equipoise_theory::key_moves;

/// A number of a run.
pub struct Quantity {
    /// Its name in a lesson, and its text key below `lessons.quantity.`.
    pub id: &'static str,
    /// Its unit: a text key below `unit.`, or empty for a part of 1, which is shown in per cent.
    pub unit: &'static str,
    of: Of,
}

enum Of {
    /// Of the whole run.
    Run(fn(&Run) -> f64),
    /// Of one server.
    Server(fn(&Run, usize) -> f64),
    /// Of requests to language models.
    Served(fn(&Served) -> f64),
}

impl Quantity {
    const fn new(id: &'static str, unit: &'static str, of: fn(&Run) -> f64) -> Self {
        Self {
            id,
            unit,
            of: Of::Run(of),
        }
    }

    const fn server(id: &'static str, of: fn(&Run, usize) -> f64) -> Self {
        Self {
            id,
            unit: "",
            of: Of::Server(of),
        }
    }

    const fn served(id: &'static str, unit: &'static str, of: fn(&Served) -> f64) -> Self {
        Self {
            id,
            unit,
            of: Of::Served(of),
        }
    }

    /// Whether it is that of one server.
    pub fn is_per_server(&self) -> bool {
        matches!(self.of, Of::Server(_))
    }

    /// Its value in a run; NaN if the run has none.
    pub fn value(&self, run: &Run, server: Option<usize>) -> f64 {
        match self.of {
            Of::Run(of) => of(run),
            Of::Server(of) => server
                .filter(|&s| s < run.assigned.len())
                .map_or(f64::NAN, |s| of(run, s)),
            Of::Served(of) => run.served.as_ref().map_or(f64::NAN, of),
        }
    }
}

/// Two quantities are the same if their names are.
impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl std::fmt::Debug for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

const S: &str = "seconds";
const TASKS: &str = "tasks";
const RATE: &str = "per-second";

/// All quantities.
pub const QUANTITIES: &[Quantity] = &[
    Quantity::new("response_mean_s", S, |r| {
        r.totals.response_sum_s / r.totals.finished as f64
    }),
    Quantity::new("response_p50_s", S, |r| r.response_s(0.5)),
    Quantity::new("response_p95_s", S, |r| r.response_s(0.95)),
    Quantity::new("response_p99_s", S, |r| r.response_s(0.99)),
    Quantity::new("wait_mean_s", S, |r| {
        r.totals.wait_sum_s / r.totals.started as f64
    }),
    Quantity::new("present_mean_tasks", TASKS, |r| r.present),
    Quantity::new("throughput_per_s", RATE, |r| {
        r.totals.finished as f64 / r.end_s
    }),
    // Little's right side: the throughput times the mean response time.
    Quantity::new("little_tasks", TASKS, |r| r.totals.response_sum_s / r.end_s),
    Quantity::new("arrived_tasks", TASKS, |r| r.totals.arrived as f64),
    Quantity::new("good_tasks", TASKS, |r| r.totals.good() as f64),
    Quantity::new("wasted_share", "", |r| {
        r.totals.wasted as f64 / r.totals.finished as f64
    }),
    Quantity::new("retried_share", "", |r| {
        r.totals.retries as f64 / r.totals.arrived as f64
    }),
    Quantity::new("rejected_share", "", |r| {
        let rejected = r.totals.rejected_sum() as f64;
        rejected / (r.totals.finished as f64 + rejected)
    }),
    Quantity::new("round_mean_s", S, |r| {
        r.totals.round_sum_s / r.totals.rounds as f64
    }),
    Quantity::new("end_s", S, |r| r.end_s),
    Quantity::new("utilisation", "", Run::utilisation),
    Quantity::server("busy", |r, server| r.utilisation[server]),
    Quantity::server("share", |r, server| {
        r.assigned[server] as f64 / r.totals.decided as f64
    }),
    Quantity::server("moved_keys", |r, server| moved(r, server).0),
    Quantity::server("needless_keys", |r, server| moved(r, server).1),
    Quantity::served("ttft_mean_s", S, |s| s.ttft.mean_s),
    Quantity::served("ttft_p50_s", S, |s| s.ttft.p50_s),
    Quantity::served("ttft_p99_s", S, |s| s.ttft.p99_s),
    Quantity::served("tpot_mean_s", S, |s| s.tpot.mean_s),
    Quantity::served("tpot_p99_s", S, |s| s.tpot.p99_s),
    Quantity::served("latency_p99_s", S, |s| s.latency.p99_s),
    Quantity::served("output_tokens_per_s", "tokens-per-second", |s| {
        s.output_tokens_per_s
    }),
    Quantity::served("good_share", "", |s| s.good_share),
    Quantity::served("goodput_per_s", RATE, |s| s.goodput_per_s),
    Quantity::served("cached_share", "", |s| s.cached_share),
    Quantity::served("preemptions", "preemptions", |s| s.preemptions as f64),
];

/// The quantity of this name.
pub fn find(id: &str) -> Option<&'static Quantity> {
    QUANTITIES.iter().find(|quantity| quantity.id == id)
}

/// The part of the keys that would change their server if this one left: all of them, and those
/// that were not its own.
fn moved(run: &Run, server: usize) -> (f64, f64) {
    let servers = run.scenario.servers.len();
    let before = Mask::all(servers);
    let after = Mask::of(servers, |s| s != server);
    let moves = key_moves::moves(&run.scenario, before, after);
    let part = |keys: usize| keys as f64 / moves.keys as f64;
    (part(moves.due + moves.needless), part(moves.needless))
}
