//! The one gate through which a scenario from outside comes in.

use super::limits::{FAULTS_MAX, RULES_MAX};
use super::{
    Batching, FieldError, KeySource, PassiveRule, Pattern, Place, Rule, Scenario, Service, fields,
};
use crate::balance::{StrategyConfig, late};
use crate::workload::request;

impl Scenario {
    /// Checks every field by its row of the table, and then that the fields go together.
    ///
    /// # Errors
    /// The first field that is out of its range, or that another one contradicts.
    pub fn validate(&self) -> Result<(), FieldError> {
        fields::all().try_for_each(|field| field.validate(self))?;
        self.validate_lists()?;
        self.validate_strategy()?;
        self.validate_replicas()?;
        self.validate_health()?;
        let mut rules = self.balancer.rules.iter().enumerate();
        rules.try_for_each(|(i, rule)| self.validate_rule(i, rule))?;
        let endless = self.servers.iter().any(|s| s.queue.is_none());
        if self.arrivals.pattern == Pattern::Steps && !endless {
            return Err(FieldError::new(
                "servers[0].queue",
                "a limit on every server",
                "no limit on at least one, so that a step can end",
            ));
        }
        Ok(())
    }

    /// Checks how long the lists are.
    fn validate_lists(&self) -> Result<(), FieldError> {
        let listing = self.balancer.strategy.listing.len();
        if !(1..=16).contains(&listing) {
            let value = format!("{listing} policies");
            return Err(FieldError::new(
                "balancer.strategy.listing",
                value,
                "1 to 16 policies",
            ));
        }
        let rules = self.balancer.rules.len();
        if rules > RULES_MAX {
            let allowed = format!("at most {RULES_MAX} rules");
            return Err(FieldError::new(
                "balancer.rules",
                format!("{rules} rules"),
                allowed,
            ));
        }
        let faults = self.faults.len();
        if faults > FAULTS_MAX {
            let allowed = format!("at most {FAULTS_MAX} faults");
            return Err(FieldError::new(
                "faults",
                format!("{faults} faults"),
                allowed,
            ));
        }
        Ok(())
    }

    /// Whether its balancer sees this key. A connection is forwarded before the request in it is
    /// read.
    fn sees(&self, key: KeySource) -> bool {
        self.balancer.place != Place::Hardware || key == KeySource::Ip
    }

    /// Checks that the strategy goes with the place and with the rules.
    fn validate_strategy(&self) -> Result<(), FieldError> {
        let b = &self.balancer;
        let id = b.strategy.id;
        if !late::is_there(id) {
            return Err(FieldError::new(
                "balancer.strategy.id",
                id.to_string(),
                "a strategy whose program is loaded",
            ));
        }
        // A setting of strategies that do not look at it is no contradiction.
        if b.strategy.knows().key.is_some_and(|key| !self.sees(key)) {
            let by_address = StrategyConfig {
                key: KeySource::Ip,
                ..b.strategy.clone()
            };
            let key = by_address.knows().key == Some(KeySource::Ip);
            return Err(FieldError::new(
                if key {
                    "balancer.strategy.key"
                } else {
                    "balancer.strategy.id"
                },
                format!("{id} on a hardware balancer"),
                "what needs no more than the address: a hardware balancer forwards connections \
                 and sees neither URL nor headers",
            ));
        }
        if (id.pools() || id.steals()) && !b.rules.is_empty() {
            return Err(FieldError::new(
                "balancer.rules",
                format!("{} rules", b.rules.len()),
                format!("no rules with {id}: any server may take a task that waits"),
            ));
        }
        if b.place == Place::Hybrid && id.pools() && !b.subsets {
            return Err(FieldError::new(
                "balancer.strategy.id",
                format!("{id} on a hybrid"),
                "a software or hardware place, or balancer.subsets: one queue feeds its servers",
            ));
        }
        Ok(())
    }

    /// Checks that a server taken out can come back.
    fn validate_health(&self) -> Result<(), FieldError> {
        self.validate_extras()?;
        let health = &self.balancer.health;
        let observes = health.passive.rule == PassiveRule::Haproxy && health.counts_failures();
        if observes && health.check_interval_s.is_none() {
            return Err(FieldError::new(
                "balancer.health.check_interval_s",
                "null",
                "a number with passive.rule haproxy: health checks bring servers back",
            ));
        }
        Ok(())
    }

    /// Checks that the program of replicas is there, and what does not go with sessions.
    fn validate_replicas(&self) -> Result<(), FieldError> {
        let Some(first) = self
            .servers
            .iter()
            .position(|s| s.service == Service::Replica)
        else {
            return Ok(());
        };
        if !request::is_installed() {
            return Err(FieldError::new(
                format!("servers[{first}].service"),
                "replica",
                "first-come or processor-sharing: the program of replicas is not loaded",
            ));
        }
        if self.requests.turns > 1 && self.arrivals.pattern.counts_tasks() {
            return Err(FieldError::new(
                "requests.turns",
                self.requests.turns.to_string(),
                "1 with this arrival pattern: it counts tasks, and a session has several",
            ));
        }
        let others = self.servers.iter().any(|s| s.service != Service::Replica);
        let apart = self.replicas.prefill_servers > 0;
        if apart && (others || self.replicas.batching != Batching::Continuous) {
            return Err(FieldError::new(
                "replicas.prefill_servers",
                self.replicas.prefill_servers.to_string(),
                "0 unless every server is a replica that batches continuously",
            ));
        }
        let id = self.balancer.strategy.id;
        if id.pools() || id.steals() {
            return Err(FieldError::new(
                "balancer.strategy.id",
                id.to_string(),
                "a strategy that sends: replicas take requests into their batches and pull none",
            ));
        }
        Ok(())
    }

    /// Checks what a rule looks at, its pattern for that, and its servers.
    fn validate_rule(&self, i: usize, rule: &Rule) -> Result<(), FieldError> {
        if !self.sees(rule.by) {
            return Err(FieldError::new(
                format!("balancer.rules[{i}].by"),
                "not visible to a hardware balancer",
                "ip: it sees neither URL nor headers",
            ));
        }
        let (fits, allowed) = match rule.by {
            KeySource::Ip => {
                let network = crate::balance::rules::network(&rule.pattern);
                (network.is_some(), "a network such as 10.0.3.0/24")
            }
            KeySource::Url => {
                let path = rule.pattern.starts_with('/');
                (path, "the beginning of a path, such as /chat/")
            }
            KeySource::Header => (true, ""),
        };
        if !fits {
            let field = format!("balancer.rules[{i}].pattern");
            return Err(FieldError::new(
                field,
                format!("{:?}", rule.pattern),
                allowed,
            ));
        }
        let n = self.servers.len();
        let known = rule.servers.iter().all(|&server| usize::from(server) < n);
        if rule.servers.is_empty() || !known {
            return Err(FieldError::new(
                format!("balancer.rules[{i}].servers"),
                format!("{:?}", rule.servers),
                format!("one or more of 0 to {}", n - 1),
            ));
        }
        Ok(())
    }
}
