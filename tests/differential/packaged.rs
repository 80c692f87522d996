//! Envoy, Traefik and Caddy as packages of Python have them, and how their picks are compared with
//! the simulator's.

use crate::farm::{Farm, Request};
use crate::packages;
use crate::trial::Trial;
use equipoise::balance::bare::{Bare, pick_letter};
use equipoise::balance::{AnyStrategy, Setup, StrategyId};
use equipoise::rng::{Purpose, Rng};
use equipoise::scenario::letter;
use equipoise::workload::clients::Population;
use equipoise::workload::{Clients, Task};
use std::path::PathBuf;

/// The packages with their versions, one a line, as `cargo xtask test --install` reads them too.
const PACKAGES: &str = include_str!("requirements.txt");

/// The program at `binary` in a package, if it is there.
pub(crate) fn find(package: &str, binary: &str) -> Option<PathBuf> {
    packages::find(PACKAGES, package, binary)
}

/// How the trials of a strategy are compared.
pub(crate) type Compare = fn(&Trial, &Farm, &[String]) -> Result<(), String>;

/// Trials of a strategy with few servers and weights to 9, so that all places where a program may
/// begin can be tried.
pub(crate) fn trials(id: StrategyId, count: u64, hold: bool) -> Vec<Trial> {
    (0..count).map(|number| small(id, number, hold)).collect()
}

fn small(id: StrategyId, number: u64, hold: bool) -> Trial {
    let mut trial = Trial::new(id, number, hold);
    trial.weights.truncate(6);
    for weight in &mut trial.weights {
        *weight = 1 + (*weight - 1) % 9;
    }
    let servers = trial.weights.len();
    trial.out.retain(|s| *s < servers);
    if trial.out.len() == servers {
        trial.out.clear();
    }
    trial
}

/// What a program picks for a trial. `write` makes a request of a key, `change` lets a server leave
/// (false) or return.
fn observe(
    trial: &Trial,
    farm: &mut Farm,
    port: u16,
    write: impl Fn(&Trial, &str) -> Words,
    change: impl Fn(&Farm, usize, bool),
) -> Vec<String> {
    let mut seen = Vec::with_capacity(trial.tasks);
    for i in 0..trial.tasks {
        if let Some((server, from, to)) = trial.outage
            && (i == from || i == to)
        {
            change(farm, server, i == to);
        }
        let words = write(trial, trial.keys.get(i).map_or("", String::as_str));
        let server = farm.ask(
            port,
            Request {
                before: &words.before,
                path: &words.path,
                headers: &words.headers,
                hold: trial.hold,
            },
        );
        seen.push(server.map_or("!".into(), letter));
    }
    farm.release();
    seen
}

/// What a request says.
pub(crate) struct Words {
    pub before: String,
    pub path: String,
    pub headers: String,
}

impl Words {
    /// A request of the trial's case, without a key.
    pub(crate) fn of(trial: &Trial) -> Self {
        Self {
            before: String::new(),
            path: "/".into(),
            headers: format!("X-Case: {}\r\n", trial.name),
        }
    }

    /// A line of the PROXY protocol that names the client.
    pub(crate) fn name_client(&mut self, address: &str) {
        self.before = format!("PROXY TCP4 {address} 127.0.0.1 40000 80\r\n");
    }
}

/// Seeds that are tried where a program begins at random: enough for each pair of places before and
/// after a server has left.
const SEEDS: u32 = 20_000;

/// Whether the simulator picks like that with some seed: where only the beginning is random.
pub(crate) fn begins_somewhere(trial: &Trial, farm: &Farm, seen: &[String]) -> Result<(), String> {
    let found = (0..SEEDS).any(|seed| trial.expected_with(farm, seed) == seen);
    found
        .then_some(())
        .ok_or_else(|| differs(trial, farm, seen))
}

/// Whether the simulator picks like that.
pub(crate) fn is_equal(trial: &Trial, farm: &Farm, seen: &[String]) -> Result<(), String> {
    let equal = trial.expected(farm) == seen;
    equal
        .then_some(())
        .ok_or_else(|| differs(trial, farm, seen))
}

/// Draws that decide which servers chance can pick.
const DRAWS: u64 = 300;

/// Whether each pick is one that chance allows, given those before it.
pub(crate) fn is_possible(trial: &Trial, farm: &Farm, seen: &[String]) -> Result<(), String> {
    let mut bare = Bare::new(&trial.weights);
    bare.eligible = trial.up(None);
    bare.healthy = bare.eligible;
    let population = Population::new(&Clients::default());
    for (i, picked) in seen.iter().enumerate() {
        let allowed = (0..DRAWS).any(|seed| {
            let mut strategy = AnyStrategy::new(&Setup {
                weights: &trial.weights,
                addresses: &farm.addresses[..trial.weights.len()],
                population: &population,
                config: &trial.config,
                ways: None,
            });
            let mut rng = Rng::new(seed, Purpose::Choices(0));
            let task = Task::default();
            let pick = strategy.pick(&task, &bare.cluster(), &mut rng, &mut ());
            pick_letter(pick) == *picked
        });
        if !allowed {
            let present = &bare.reports.present;
            return Err(format!(
                "{}: pick {i} of {seen:?}, {present:?}\n",
                trial.name
            ));
        }
        let server = (0..trial.weights.len()).find(|s| letter(*s) == *picked);
        if trial.hold
            && let Some(server) = server
        {
            bare.reports.present[server] += 1;
        }
    }
    Ok(())
}

fn differs(trial: &Trial, farm: &Farm, seen: &[String]) -> String {
    let Trial {
        name,
        weights,
        out,
        outage,
        keys,
        ..
    } = trial;
    let first = &farm.addresses[0];
    let expected = trial.expected(farm).join(" ");
    let seen = seen.join(" ");
    format!(
        "{name}: weights {weights:?}, without {out:?}, outage {outage:?}, from {first}, \
         keys {keys:?}\n  simulator {expected}\n  program   {seen}\n"
    )
}

/// Plays all trials against the program at `port`, and reports those that differ together. `write`
/// and `change` are as for [`observe`].
pub(crate) fn compare(
    all: &[(Trial, Compare)],
    farm: &mut Farm,
    port: u16,
    write: impl Fn(&Trial, &str) -> Words,
    change: impl Fn(&Trial, &Farm, usize, bool),
) {
    let mut wrong = String::new();
    let mut count = 0;
    for (trial, compare) in all {
        let seen = observe(trial, farm, port, &write, |farm, server, up| {
            change(trial, farm, server, up);
        });
        if let Err(differs) = compare(trial, farm, &seen) {
            wrong += &differs;
            count += 1;
        }
    }
    assert!(
        count == 0,
        "{count} of {} trials differ:\n{wrong}",
        all.len()
    );
}
