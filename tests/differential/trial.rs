//! Random trials: servers, weights and keys, and what the simulator picks for them.

use crate::dice::Dice;
use crate::farm::{Farm, Request};
use crate::program::Running;
use equipoise::balance::bare::{Case, pick_letter};
use equipoise::balance::{Mask, StrategyConfig, StrategyId};
use equipoise::scenario::{KeySource, letter};

/// One sequence of requests to a set of servers of its own.
#[derive(Clone)]
pub(crate) struct Trial {
    /// Of its upstream or backend; clients name it in `X-Case`.
    pub name: String,
    pub config: StrategyConfig,
    pub weights: Vec<u32>,
    /// Servers that are not to be picked.
    pub out: Vec<usize>,
    /// A server that leaves before the task of one number and is back before that of another, while
    /// the program runs.
    pub outage: Option<(usize, usize, usize)>,
    /// Slots of each server, for strategies that fill them; else empty.
    pub slots: Vec<u32>,
    pub keys: Vec<String>,
    /// What the keys are.
    pub key: Option<KeySource>,
    pub tasks: usize,
    /// Whether answers are held back.
    pub hold: bool,
}

impl Trial {
    pub(crate) fn new(id: StrategyId, number: u64, hold: bool) -> Self {
        // The strategy's number keeps the dice of different strategies apart.
        let dice = &mut Dice(1000 * id as u64 + number);
        let servers = 2 + dice.roll(crate::farm::SERVERS as u64 - 1) as usize;
        // Of nginx's rings the simulator lays out no more than a quarter of a million points: 16
        // servers of weight 100.
        let most = if id == StrategyId::Ketama { 100 } else { 256 };
        let heaviest = [1, 3, 10, most][dice.roll(4) as usize];
        let weights = (0..servers)
            .map(|_| 1 + dice.roll(heaviest) as u32)
            .collect();
        let out = if dice.roll(3) == 0 {
            Vec::new()
        } else {
            (0..servers).filter(|_| dice.roll(6) == 0).collect()
        };
        let out = if out.len() == servers {
            Vec::new()
        } else {
            out
        };
        let key = [KeySource::Ip, KeySource::Url, KeySource::Header][dice.roll(3) as usize];
        let balance_factor = 101 + dice.roll(200) as u32;
        let config = StrategyConfig {
            id,
            key,
            balance_factor,
            ..StrategyConfig::default()
        };
        let mut tasks = 24 + dice.roll(24) as usize;
        let mut slots = Vec::new();
        if id == StrategyId::FirstFit {
            slots = (0..servers).map(|_| 1 + dice.roll(4) as u32).collect();
            // More would wait until a server is free.
            let room: u32 = (0..servers)
                .filter(|s| !out.contains(s))
                .map(|s| slots[s])
                .sum();
            tasks = tasks.min(room as usize);
        }
        let mut trial = Self {
            name: format!("{id}-{number}"),
            config,
            weights,
            out,
            outage: None,
            slots,
            keys: Vec::new(),
            key: None,
            tasks,
            hold,
        };
        trial.draw_keys(dice);
        trial
    }

    /// Lets a server, one that is not out from the start, leave and come back.
    pub(crate) fn add_outage(&mut self) {
        let dice = &mut Dice(self.tasks as u64);
        let from = 1 + dice.roll(self.tasks as u64 / 2) as usize;
        let to = from + 1 + dice.roll(self.tasks as u64 / 3) as usize;
        let others: Vec<usize> = (0..self.weights.len())
            .filter(|s| !self.out.contains(s))
            .collect();
        if others.len() > 1 {
            self.outage = Some((others[dice.roll(others.len() as u64) as usize], from, to));
        }
    }

    pub(crate) fn up(&self, without: Option<usize>) -> Mask {
        Mask::of(self.weights.len(), |s| {
            Some(s) != without && !self.out.contains(&s)
        })
    }

    fn draw_keys(&mut self, dice: &mut Dice) {
        self.key = self.config.knows().key;
        let Some(source) = self.key else { return };
        self.keys = (0..self.tasks)
            .map(|i| match source {
                KeySource::Ip => format!(
                    "10.{}.{}.{}",
                    dice.roll(4),
                    dice.roll(256),
                    1 + dice.roll(250)
                ),
                KeySource::Url => {
                    let query = if dice.roll(4) == 0 { "?x=1" } else { "" };
                    format!(
                        "/{}/{i}{query}",
                        ["chat", "embed", "r", "a/b/c.html"][dice.roll(4) as usize]
                    )
                }
                KeySource::Header => format!("t{}", dice.roll(100_000)),
            })
            .collect();
    }

    /// What the simulator picks.
    pub(crate) fn expected(&self, farm: &Farm) -> Vec<String> {
        self.expected_with(farm, 7)
    }

    /// What the simulator picks with a seed.
    pub(crate) fn expected_with(&self, farm: &Farm, seed: u32) -> Vec<String> {
        let changes = self
            .outage
            .map(|(server, from, to)| [(from, self.up(Some(server))), (to, self.up(None))]);
        let case = Case {
            config: self.config.clone(),
            addresses: &farm.addresses[..self.weights.len()],
            eligible: Some(self.up(None)),
            changes: changes.as_ref().map_or(&[], |changes| changes),
            slots: &self.slots,
            keys: &self.keys,
            hold: self.hold,
            seed,
            ..Case::new(self.config.id, &self.weights, self.tasks)
        };
        case.picks()
            .expect("keys fit")
            .into_iter()
            .map(pick_letter)
            .collect()
    }

    /// What the balancer picks.
    pub(crate) fn observed(&self, farm: &mut Farm, running: &Running) -> Vec<String> {
        let seen = (0..self.tasks)
            .map(|i| {
                if let Some((server, from, to)) = self.outage
                    && (i == from || i == to)
                {
                    let state = if i == from { "maint" } else { "ready" };
                    running.order(&format!("set server {}/s{server} state {state}", self.name));
                }
                let key = self.keys.get(i).map_or("", String::as_str);
                let mut headers = format!("X-Case: {}\r\n", self.name);
                let mut path = "/";
                match self.key {
                    Some(KeySource::Ip) => headers += &format!("X-Real-IP: {key}\r\n"),
                    Some(KeySource::Url) => path = key,
                    Some(KeySource::Header) => headers += &format!("X-Tenant: {key}\r\n"),
                    None => {}
                }
                let server = farm.ask(
                    running.port,
                    Request {
                        path,
                        headers: &headers,
                        hold: self.hold,
                        ..Request::default()
                    },
                );
                server.map_or("!".into(), letter)
            })
            .collect();
        farm.release();
        seen
    }

    /// Compares pick for pick; an error says in full what differs.
    pub(crate) fn compare(&self, farm: &mut Farm, running: &Running) -> Result<(), String> {
        let expected = self.expected(farm);
        let observed = self.observed(farm, running);
        if expected == observed {
            return Ok(());
        }
        let Self {
            name,
            weights,
            out,
            outage,
            keys,
            ..
        } = self;
        let first = &farm.addresses[0];
        let expected = expected.join(" ");
        let observed = observed.join(" ");
        Err(format!(
            "{name}: weights {weights:?}, without {out:?}, outage {outage:?}, from {first}, \
             keys {keys:?}\n  simulator {expected}\n  program   {observed}\n"
        ))
    }
}
