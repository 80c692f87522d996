//! The one gate through which a scenario from outside comes in.

use super::limits::{self, Range};
use super::{Dispatcher, KeySource, Pattern, Place, Rule, Scenario, SizeLaw};
use crate::balance::{StrategyConfig, StrategyId};

/// What is wrong with a field: which one, the value it has, and what is allowed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{field} is {value}; allowed: {allowed}")]
pub struct FieldError {
    /// Path of the field, such as `servers[2].weight`.
    pub field: String,
    /// The value found.
    pub value: String,
    /// What would be right.
    pub allowed: String,
}

impl FieldError {
    /// An error for `field`.
    pub fn new(field: impl Into<String>, value: impl ToString, allowed: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            value: value.to_string(),
            allowed: allowed.into(),
        }
    }
}

/// Gathers the first error of a walk over the fields.
struct Walk(Result<(), FieldError>);

impl Walk {
    fn number(&mut self, field: impl FnOnce() -> String, value: f64, range: &Range) {
        self.that(range.allows(value), || {
            FieldError::new(field(), value, format!("{} to {}", range.min, range.max))
        });
    }

    fn that(&mut self, holds: bool, error: impl FnOnce() -> FieldError) {
        if self.0.is_ok() && !holds {
            self.0 = Err(error());
        }
    }
}

impl Scenario {
    /// Checks every field and that the fields go together.
    ///
    /// # Errors
    /// The first field that is out of its range, or that another one contradicts.
    pub fn validate(&self) -> Result<(), FieldError> {
        let mut walk = Walk(Ok(()));
        let at = |name: &'static str| move || name.to_string();
        walk.that(
            self.name.chars().count() <= limits::TEXT_MAX && !self.name.is_empty(),
            || {
                FieldError::new(
                    "name",
                    format!("{} characters long", self.name.chars().count()),
                    "1 to 80 characters",
                )
            },
        );
        walk.number(at("duration_s"), self.duration_s, &limits::DURATION);

        let a = &self.arrivals;
        walk.number(at("arrivals.rate_per_s"), a.rate_per_s, &limits::RATE);
        walk.number(at("arrivals.start_s"), a.start_s, &limits::START);
        walk.number(at("arrivals.burst_on_s"), a.burst_on_s, &limits::BURST);
        walk.number(at("arrivals.burst_off_s"), a.burst_off_s, &limits::BURST);
        walk.number(
            at("arrivals.tasks"),
            f64::from(a.tasks),
            &limits::ROUND_TASKS,
        );
        walk.number(at("arrivals.pause_s"), a.pause_s, &limits::PAUSE);

        walk.number(at("sizes.mean"), self.sizes.mean, &limits::SIZE);
        walk.number(at("sizes.spread"), self.sizes.spread, &limits::SPREAD);
        walk.that(
            self.sizes.law != SizeLaw::Uniform || self.sizes.spread <= limits::UNIFORM_SPREAD_MAX,
            || {
                let most = limits::UNIFORM_SPREAD_MAX;
                FieldError::new(
                    "sizes.spread",
                    self.sizes.spread,
                    format!("0 to {most} with uniform sizes"),
                )
            },
        );

        let c = &self.clients;
        for (field, n) in [
            ("clients.clients", c.clients),
            ("clients.urls", c.urls),
            ("clients.tenants", c.tenants),
        ] {
            walk.number(at(field), f64::from(n), &limits::KEYS);
        }
        for (field, skew) in [
            ("clients.client_skew", c.client_skew),
            ("clients.url_skew", c.url_skew),
            ("clients.tenant_skew", c.tenant_skew),
        ] {
            walk.number(at(field), skew, &limits::SKEW);
        }

        walk.number(at("servers"), self.servers.len() as f64, &limits::SERVERS);
        for (i, s) in self.servers.iter().enumerate() {
            let at = |name: &'static str| move || format!("servers[{i}].{name}");
            walk.number(at("weight"), f64::from(s.weight), &limits::WEIGHT);
            walk.number(at("speed"), s.speed, &limits::SPEED);
            walk.number(at("slots"), f64::from(s.slots), &limits::SLOTS);
            walk.number(at("queue"), f64::from(s.queue.unwrap_or(0)), &limits::QUEUE);
            walk.number(at("slowdown"), s.slowdown, &limits::SLOWDOWN);
            walk.number(at("error_s"), s.error_s, &limits::ERROR);
        }
        self.validate_balancer(&mut walk);
        self.validate_surroundings(&mut walk);
        walk.0
    }

    fn validate_surroundings(&self, walk: &mut Walk) {
        let h = &self.balancer.health;
        let count = |n: Option<u32>| n.map(f64::from);
        for (field, value, range) in [
            (
                "balancer.health.check_interval_s",
                h.check_interval_s,
                &limits::CHECK,
            ),
            (
                "balancer.health.rise",
                count(Some(h.rise)),
                &limits::IN_A_ROW,
            ),
            (
                "balancer.health.fall",
                count(Some(h.fall)),
                &limits::IN_A_ROW,
            ),
            (
                "balancer.health.max_fails",
                count(h.max_fails),
                &limits::IN_A_ROW,
            ),
            (
                "balancer.health.ejection_s",
                Some(h.ejection_s),
                &limits::EJECTION,
            ),
            (
                "balancer.health.panic_share",
                Some(h.panic_share),
                &limits::SHARE,
            ),
            (
                "balancer.health.slow_start_s",
                h.slow_start_s,
                &limits::EJECTION,
            ),
            (
                "balancer.load_refresh_s",
                self.balancer.load_refresh_s,
                &limits::CHECK,
            ),
            (
                "balancer.shed_above",
                count(self.balancer.shed_above),
                &limits::CONNECTIONS,
            ),
            (
                "patience.timeout_s",
                self.patience.timeout_s,
                &limits::TIMEOUT,
            ),
            (
                "patience.retries",
                count(Some(self.patience.retries)),
                &limits::RETRIES,
            ),
            (
                "patience.backoff_s",
                Some(self.patience.backoff_s),
                &limits::BACKOFF,
            ),
            ("patience.budget", self.patience.budget, &limits::BUDGET),
        ] {
            if let Some(value) = value {
                walk.number(|| field.into(), value, range);
            }
        }
        walk.that(self.faults.len() <= limits::FAULTS_MAX, || {
            FieldError::new(
                "faults",
                format!("{} faults", self.faults.len()),
                "at most 32 faults",
            )
        });
        for (i, fault) in self.faults.iter().enumerate() {
            walk.number(
                || format!("faults[{i}].at_s"),
                fault.at_s,
                &limits::FAULT_AT,
            );
            let last = self.servers.len().saturating_sub(1);
            walk.that(usize::from(fault.server) <= last, || {
                FieldError::new(
                    format!("faults[{i}].server"),
                    fault.server,
                    format!("0 to {last}"),
                )
            });
        }
    }

    fn validate_balancer(&self, walk: &mut Walk) {
        let b = &self.balancer;
        dispatcher(walk, "balancer.dispatcher", &b.dispatcher);
        dispatcher(walk, "balancer.front", &b.front);
        walk.number(
            || "balancer.programs".into(),
            f64::from(b.programs),
            &limits::PROGRAMS,
        );

        let c = &b.strategy;
        for (name, value, range) in [
            ("choices", f64::from(c.choices), &limits::CHOICES),
            ("least_request_bias", c.least_request_bias, &limits::BIAS),
            ("ewma_decay_s", c.ewma_decay_s, &limits::DECAY),
            ("probes", f64::from(c.probes), &limits::PROBES),
            ("probe_ttl_s", c.probe_ttl_s, &limits::DECAY),
            ("hot_quantile", c.hot_quantile, &limits::QUANTILE),
        ] {
            walk.number(|| format!("balancer.strategy.{name}"), value, range);
        }
        let listing = &b.strategy.listing;
        walk.that((1..=16).contains(&listing.len()), || {
            FieldError::new(
                "balancer.strategy.listing",
                format!("{} policies", listing.len()),
                "1 to 16 policies",
            )
        });
        // A connection is forwarded before the request in it is read.
        let blind = b.place == Place::Hardware;
        let sees = |key| !blind || key == KeySource::Ip;
        walk.number(
            || "balancer.strategy.virtual_nodes".into(),
            b.strategy.virtual_nodes.into(),
            &limits::VIRTUAL_NODES,
        );
        walk.number(
            || "balancer.strategy.ring_size".into(),
            b.strategy.ring_size.into(),
            &limits::RING_SIZE,
        );
        walk.number(
            || "balancer.strategy.balance_factor".into(),
            b.strategy.balance_factor.into(),
            &limits::BALANCE_FACTOR,
        );
        // A setting of strategies that do not look at it is no contradiction.
        walk.that(b.strategy.knows().key.is_none_or(sees), || {
            let by_address = StrategyConfig { key: KeySource::Ip, ..b.strategy.clone() };
            let key = by_address.knows().key.is_some_and(sees);
            FieldError::new(
                if key { "balancer.strategy.key" } else { "balancer.strategy.id" },
                format!("{} on a hardware balancer", b.strategy.id),
                "what needs no more than the address: a hardware balancer forwards connections and sees neither URL nor \
                 headers",
            )
        });
        walk.that(b.rules.len() <= limits::RULES_MAX, || {
            FieldError::new(
                "balancer.rules",
                format!("{} rules", b.rules.len()),
                "at most 32 rules",
            )
        });
        let shares = b.strategy.id.pools() || b.strategy.id == StrategyId::WorkStealing;
        walk.that(b.rules.is_empty() || !shares, || {
            let allowed = format!(
                "no rules with {}: any server may take a task that waits",
                b.strategy.id
            );
            FieldError::new(
                "balancer.rules",
                format!("{} rules", b.rules.len()),
                allowed,
            )
        });
        walk.that(b.place != Place::Hybrid || !b.strategy.id.pools(), || {
            FieldError::new(
                "balancer.strategy.id",
                format!("{} on a hybrid", b.strategy.id),
                "a software or hardware place: one queue feeds all servers",
            )
        });
        for (i, rule) in b.rules.iter().enumerate() {
            let field = |name: &str| format!("balancer.rules[{i}].{name}");
            walk.that(sees(rule.by), || {
                FieldError::new(
                    field("by"),
                    "not visible to a hardware balancer",
                    "ip: it sees neither URL nor headers",
                )
            });
            walk.that(pattern_ok(rule), || {
                let allowed = match rule.by {
                    KeySource::Ip => "a network such as 10.0.3.0/24",
                    KeySource::Url => "the beginning of a path, such as /chat/",
                    KeySource::Header => "a header value, such as t0",
                };
                FieldError::new(field("pattern"), format!("{:?}", rule.pattern), allowed)
            });
            let n = self.servers.len();
            walk.that(
                !rule.servers.is_empty() && rule.servers.iter().all(|&s| usize::from(s) < n),
                || {
                    FieldError::new(
                        field("servers"),
                        format!("{:?}", rule.servers),
                        format!("one or more of 0 to {}", n - 1),
                    )
                },
            );
        }
        walk.that(
            self.arrivals.pattern != Pattern::Steps
                || self.servers.iter().any(|s| s.queue.is_none()),
            || {
                FieldError::new(
                    "servers[0].queue",
                    "a limit on every server",
                    "no limit on at least one, so that a step can end",
                )
            },
        );
    }
}

fn dispatcher(walk: &mut Walk, name: &'static str, d: &Dispatcher) {
    if let Some(rate) = d.decisions_per_s {
        walk.number(
            || format!("{name}.decisions_per_s"),
            rate,
            &limits::DECISIONS,
        );
    }
    walk.number(
        || format!("{name}.latency_s"),
        d.latency_s,
        &limits::LATENCY,
    );
    if let Some(n) = d.connections {
        walk.number(
            || format!("{name}.connections"),
            f64::from(n),
            &limits::CONNECTIONS,
        );
    }
}

fn pattern_ok(rule: &Rule) -> bool {
    let length_ok = (1..=limits::TEXT_MAX).contains(&rule.pattern.chars().count());
    length_ok
        && match rule.by {
            KeySource::Ip => crate::balance::rules::network(&rule.pattern).is_some(),
            KeySource::Url => rule.pattern.starts_with('/'),
            KeySource::Header => true,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::balance::StrategyId;
    use crate::scenario::{Fault, ServerConfig, ServerState, Sizes};

    fn error(change: impl FnOnce(&mut Scenario)) -> String {
        let mut scenario = Scenario::default();
        change(&mut scenario);
        scenario
            .validate()
            .expect_err("must be refused")
            .to_string()
    }

    #[test]
    fn the_default_is_valid() {
        assert_eq!(Scenario::default().validate(), Ok(()));
    }

    #[test]
    fn errors_name_field_value_and_range() {
        assert_eq!(
            error(|s| s.servers[2].weight = 0),
            "servers[2].weight is 0; allowed: 1 to 1000"
        );
        assert_eq!(
            error(|s| s.arrivals.rate_per_s = f64::NAN),
            "arrivals.rate_per_s is NaN; allowed: 0.001 to 1000000"
        );
        assert_eq!(
            error(|s| s.servers.clear()),
            "servers is 0; allowed: 1 to 256"
        );
        assert_eq!(
            error(|s| s.servers = vec![ServerConfig::default(); 300]),
            "servers is 300; allowed: 1 to 256"
        );
        let uneven = Sizes {
            law: SizeLaw::Uniform,
            mean: 1.0,
            spread: 0.8,
        };
        assert_eq!(
            error(|s| s.sizes = uneven),
            "sizes.spread is 0.8; allowed: 0 to 0.577 with uniform sizes"
        );
    }

    #[test]
    fn a_hardware_balancer_refuses_what_it_cannot_see() {
        let on_hardware = |id| {
            error(|s| {
                s.balancer.place = Place::Hardware;
                s.balancer.strategy.id = id;
            })
        };
        assert!(on_hardware(StrategyId::UriHash).contains("sees neither URL nor headers"));
        assert!(on_hardware(StrategyId::HeaderHash).contains("sees neither URL nor headers"));
        assert!(on_hardware(StrategyId::Ketama).starts_with("balancer.strategy.key is ketama"));
        let mut scenario = Scenario::default();
        scenario.balancer.place = Place::Hardware;
        scenario.balancer.strategy.id = StrategyId::IpHash;
        assert_eq!(scenario.validate(), Ok(()));
        scenario.balancer.strategy = StrategyConfig {
            id: StrategyId::Ketama,
            key: KeySource::Ip,
            ..Default::default()
        };
        assert_eq!(scenario.validate(), Ok(()));
    }

    #[test]
    fn surroundings_have_ranges() {
        let fault = |server| Fault {
            at_s: 1.0,
            server,
            state: ServerState::Down,
        };
        assert_eq!(
            error(|s| s.faults = vec![fault(0), fault(3)]),
            "faults[1].server is 3; allowed: 0 to 2"
        );
        assert_eq!(
            error(|s| s.faults = vec![fault(0); 33]),
            "faults is 33 faults; allowed: at most 32 faults"
        );
        assert_eq!(
            error(|s| s.patience.timeout_s = Some(0.0)),
            "patience.timeout_s is 0; allowed: 0.001 to 10000"
        );
        assert!(
            error(|s| s.balancer.health.panic_share = 1.5)
                .starts_with("balancer.health.panic_share is 1.5")
        );
        assert!(error(|s| s.servers[1].slowdown = 0.5).starts_with("servers[1].slowdown is 0.5"));
    }

    #[test]
    fn rule_patterns_are_checked() {
        let rule = |by, pattern: &str, servers| Rule {
            by,
            pattern: pattern.into(),
            servers,
        };
        assert!(
            error(|s| s.balancer.rules = vec![rule(KeySource::Ip, "10.0.0/8", vec![0])])
                .contains("rules[0].pattern")
        );
        assert!(
            error(|s| s.balancer.rules = vec![rule(KeySource::Url, "/chat", vec![9])])
                .contains("0 to 2")
        );
    }
}
