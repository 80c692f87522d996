//! A scenario's replicas, with what several formulas need of them worked out once.

use super::capacity::Most;
use super::found::{Caches, Found};
use super::full::Full;
use super::load::{AtRate, at_rate};
use super::{Replica, Requests};
use crate::conditions::{self, holds};
use crate::reason::Reason;
use crate::shares::Shares;
use equipoise_engine::scenario::{Batching, Pattern, Scenario, Service};
use equipoise_engine::workload::popularity::Popularity;
use equipoise_serving::settings;

/// See the [module](self).
pub(crate) struct Fleet {
    /// How many servers there are.
    pub count: usize,
    /// The servers that are up, by number; all are replicas.
    pub servers: Vec<usize>,
    /// What each of them is.
    pub replicas: Vec<Replica>,
    /// What requests are like; of sessions with several turns, the first ones.
    pub requests: Requests,
    /// Whether batches are static.
    pub is_static: bool,
    /// Prompt tokens found cached, if each replica sees all prefixes.
    pub spread: Result<Found, Reason>,
    /// The same if each prefix has a replica of its own.
    pub affine: Result<Found, Reason>,
    /// The probability of each prefix; nothing without prefixes.
    popularity: Vec<f64>,
    /// Turns of a session.
    turns: u32,
    /// Whether the router looks at prompts, and has a choice.
    follows_prefixes: bool,
    /// Each replica, kept full.
    full: Vec<Result<Full, Reason>>,
    /// Each replica, at the scenario's rate.
    at_rate: Vec<Result<AtRate, Reason>>,
}

impl Fleet {
    /// That of a valid scenario, if it has replicas that work without faults.
    pub(crate) fn new(
        scenario: &Scenario,
        shares: &Result<Shares, Reason>,
    ) -> Result<Self, Reason> {
        holds(scenario.has_replicas(), Reason::NoReplicas)?;
        holds(scenario.prefill_servers().is_none(), Reason::Apart)?;
        conditions::steady(scenario)?;
        conditions::unlimited_balancers(scenario)?;
        conditions::any_up(scenario)?;
        let servers = conditions::up(scenario);
        let services = servers.iter().map(|&j| scenario.servers[j].service);
        let all = services.clone().all(|service| service == Service::Replica);
        holds(all, Reason::UnequalMachines)?;
        let time = settings::profile(scenario.replicas.hardware).step_time;
        let replicas = servers.iter().map(|&j| Replica {
            time: time.at_speed(scenario.servers[j].speed),
            settings: settings::settings(scenario, j),
        });
        let prefixes = scenario.requests.prefixes;
        let law = (prefixes > 0).then(|| Popularity::new(prefixes, scenario.requests.prefix_skew));
        let follows = scenario.balancer.strategy.id.routes_requests();
        let mut fleet = Self {
            count: scenario.servers.len(),
            replicas: replicas.collect(),
            requests: Requests::of(&scenario.requests),
            is_static: scenario.replicas.batching == Batching::Static,
            popularity: law.map_or(Vec::new(), |law| law.probabilities()),
            turns: scenario.requests.turns,
            follows_prefixes: follows && servers.len() > 1,
            servers,
            spread: Err(Reason::NoPrefixes),
            affine: Err(Reason::NoPrefixes),
            full: Vec::new(),
            at_rate: Vec::new(),
        };
        let longest = fleet.replicas.iter().map(|r| r.settings.max_model_len);
        let tokens = fleet.requests.prompt() + fleet.requests.output;
        let fits = tokens <= longest.min().unwrap_or(0) as f64;
        holds(fits, Reason::TooLong)?;
        fleet.spread = fleet.found(scenario, 1.0);
        fleet.affine = fleet.found(scenario, fleet.replicas.len() as f64);
        fleet.full = fleet.all_full();
        fleet.at_rate = (0..fleet.replicas.len())
            .map(|place| fleet.one_at_rate(scenario, shares, place))
            .collect();
        Ok(fleet)
    }

    /// The replica that all are.
    pub(crate) fn equal(&self) -> Result<&Replica, Reason> {
        let first = &self.replicas[0];
        let same = self.replicas.iter().all(|replica| replica == first);
        holds(same, Reason::UnequalMachines)?;
        Ok(first)
    }

    /// Replies have further tokens after the first.
    pub(crate) fn several_tokens(&self) -> Result<(), Reason> {
        holds(self.requests.output > 1.0, Reason::OneToken)
    }

    /// There are prefixes, and caches that keep them.
    pub(crate) fn prefix_caches(&self) -> Result<(), Reason> {
        holds(!self.popularity.is_empty(), Reason::NoPrefixes)?;
        holds(!self.is_static, Reason::StaticBatches)?;
        let mut settings = self.replicas.iter().map(|replica| replica.settings);
        let enabled = settings.all(|settings| settings.enable_prefix_caching);
        holds(enabled, Reason::NoPrefixCache)
    }

    /// Requests come singly, and join and leave batches between steps.
    fn continuous(&self) -> Result<(), Reason> {
        holds(self.turns == 1, Reason::Turns)?;
        holds(!self.is_static, Reason::StaticBatches)
    }

    /// The most requests that a replica holds to their end.
    pub(crate) fn most(&self, replica: &Replica) -> Result<Most, Reason> {
        holds(self.turns == 1, Reason::Turns)?;
        let most = match self.is_static {
            true => Most::of_static(replica, &self.requests),
            false => Most::of(replica, &self.requests, self.popularity.len() as f64),
        };
        holds(most.by_kv >= 1.0, Reason::TooLong)?;
        Ok(most)
    }

    /// The replica at this place among those that are up, kept full.
    pub(crate) fn full(&self, place: usize) -> Result<&Full, Reason> {
        self.full[place].as_ref().map_err(|&reason| reason)
    }

    /// The replica at this place among those that are up, at the scenario's rate.
    pub(crate) fn at_rate(&self, place: usize) -> Result<&AtRate, Reason> {
        self.at_rate[place].as_ref().map_err(|&reason| reason)
    }

    /// Tokens of a prompt found cached on average by what the router does, with `running` requests
    /// in service at each replica.
    pub(crate) fn cached_with(&self, running: f64) -> Result<f64, Reason> {
        self.continuous()?;
        if self.prefix_caches().is_err() {
            return Ok(0.0);
        }
        holds(!self.follows_prefixes, Reason::ByPrefix)?;
        Ok(self.caches(self.equal()?, 1.0).with(running).tokens())
    }

    fn caches<'a>(&'a self, replica: &'a Replica, together: f64) -> Caches<'a> {
        Caches {
            replica,
            requests: &self.requests,
            popularity: &self.popularity,
            together,
        }
    }

    /// What requests find at the scenario's load, if as many caches as `together` are as one.
    fn found(&self, scenario: &Scenario, together: f64) -> Result<Found, Reason> {
        self.prefix_caches()?;
        self.continuous()?;
        let replica = self.equal()?;
        let count = self.replicas.len() as f64;
        let caches = self.caches(replica, together);
        let arrivals = &scenario.arrivals;
        if arrivals.pattern == Pattern::Closed && arrivals.pause_s == 0.0 {
            let users = f64::from(arrivals.tasks) / count;
            return Ok(caches.with(users.min(self.most(replica)?.slots)));
        }
        Ok(caches.at(conditions::rate_per_s(scenario)? / count))
    }

    /// Each replica, kept full; equal ones that follow each other are worked out once.
    fn all_full(&self) -> Vec<Result<Full, Reason>> {
        let mut all: Vec<Result<Full, Reason>> = Vec::new();
        for (place, replica) in self.replicas.iter().enumerate() {
            let same = place > 0 && self.replicas[place - 1] == *replica;
            all.push(match all.last() {
                Some(last) if same => *last,
                _ => self.one_full(replica),
            });
        }
        all
    }

    fn one_full(&self, replica: &Replica) -> Result<Full, Reason> {
        self.continuous()?;
        if self.prefix_caches().is_err() {
            return Ok(Full::of(replica, &self.requests, 0.0));
        }
        holds(!self.follows_prefixes, Reason::ByPrefix)?;
        Ok(self.caches(replica, 1.0).kept_full())
    }

    fn one_at_rate(
        &self,
        scenario: &Scenario,
        shares: &Result<Shares, Reason>,
        place: usize,
    ) -> Result<AtRate, Reason> {
        self.continuous()?;
        let rate_per_s = conditions::rate_per_s(scenario)?;
        conditions::unbounded_queues(scenario)?;
        let bursty = scenario.arrivals.pattern == Pattern::Bursty;
        holds(!bursty, Reason::PoissonOnly)?;
        let server = self.servers[place];
        let share = match shares {
            Ok(shares) => shares.expected[server],
            // What balances the load of equal replicas gives each as much, if on stale reports.
            Err(Reason::ByLoad | Reason::Disturbed) => {
                self.equal()?;
                1.0 / self.replicas.len() as f64
            }
            Err(reason) => return Err(*reason),
        };
        let cached = match self.prefix_caches() {
            Err(_) => 0.0,
            Ok(()) => {
                holds(!self.follows_prefixes, Reason::ByPrefix)?;
                self.spread?.tokens()
            }
        };
        let replica = &self.replicas[place];
        let at = at_rate(replica, &self.requests, cached, rate_per_s * share).map_err(|rho| {
            match rho < 1.0 {
                true => Reason::NearlyFull { server },
                false => Reason::Overloaded { server, rho },
            }
        })?;
        // The number in service is about Poisson: beyond two deviations it is rarely.
        let full = Full::of(replica, &self.requests, cached);
        let most = at.running + 2.0 * at.running.sqrt();
        holds(most <= full.running(), Reason::NearlyFull { server })?;
        Ok(at)
    }
}
