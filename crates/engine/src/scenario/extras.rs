//! What of a scenario needs a program that the page loads later, beside strategies and servers, and
//! how that part of it is checked.

use super::fields::{self, At, Kind, Section, Value, of};
use super::limits::{CHANGES_MAX, CONNECTIONS_MAX};
use super::{
    Autoscaler, FieldError, GiveUp, HeardBy, KeySource, PassiveRule, PickPer, Place, Resend,
    ScaleBy, Scenario, presets,
};
use std::sync::OnceLock;

/// Checks the part that needs it.
type Check = fn(&Scenario) -> Result<(), FieldError>;

static CHECK: OnceLock<Check> = OnceLock::new();

/// From now on scenarios may ask for it, and the table of fields has its rows. Natively it is there
/// without it.
pub(crate) fn install() {
    fields::install_extras();
    presets::install();
    // Hidden from the optimiser, which would otherwise call it directly.
    CHECK.get_or_init(|| std::hint::black_box(check));
}

/// The check, if it is there.
fn installed() -> Option<Check> {
    #[cfg(not(target_family = "wasm"))]
    return Some(check);
    #[cfg(target_family = "wasm")]
    CHECK.get().copied()
}

impl Scenario {
    /// Whether it asks for a program's rule of passive health, planned changes, other retries,
    /// connections, an autoscaler, a daily curve, or links.
    pub fn needs_extras(&self) -> bool {
        self.balancer.health.passive.rule != PassiveRule::InARow
            || !self.changes.is_empty()
            || self.retry_policy.resend != Resend::default()
            || self.connections.pick_per != PickPer::Request
            || self.retry_policy.give_up != GiveUp::default()
            || self.has_places()
            || self.balancer.random_start
            || self.has_subsets()
            || self.retry_policy.hedge.after_s.is_some()
            || self.autoscaler.is_on()
            || self.has_curve()
            || self.network.is_on()
    }

    /// Checks that what it asks for is there, and what it asks.
    pub(super) fn validate_extras(&self) -> Result<(), FieldError> {
        match installed() {
            _ if !self.needs_extras() => Ok(()),
            Some(check) => check(self),
            None => Err(FieldError::new(
                "balancer.health.passive.rule",
                "a program",
                "in-a-row, no changes, retries, connections, autoscaler or links: their program \
                 is not loaded",
            )),
        }
    }
}

/// Checks what a scenario asks for of this.
///
/// # Errors
/// The first field that is wrong.
fn check(scenario: &Scenario) -> Result<(), FieldError> {
    check_connections(scenario)?;
    check_autoscaler(scenario)?;
    check_network(scenario)?;
    if scenario.has_rounds() && scenario.retry_policy.hedge.after_s.is_some() {
        let allowed = "null where tasks come in rounds: a round ends with its last task";
        return Err(FieldError::new(
            "retry_policy.hedge.after_s",
            "a time",
            allowed,
        ));
    }
    if scenario.has_replicas() && scenario.retry_policy.give_up.heard_by != HeardBy::None {
        let allowed = "none with replicas: their batches are not told";
        return Err(FieldError::new(
            "retry_policy.give_up.heard_by",
            "queue or server",
            allowed,
        ));
    }
    match scenario.changes.is_empty() {
        true => Ok(()),
        false => check_plan(scenario),
    }
}

/// Checks that connections go with the rest.
///
/// # Errors
/// The first field that contradicts them.
fn check_connections(scenario: &Scenario) -> Result<(), FieldError> {
    let connections = &scenario.connections;
    let b = &scenario.balancer;
    let id = b.strategy.id;
    if connections.pick_per == PickPer::Both && b.place != Place::Hybrid {
        let allowed = "request, connection or session without a device in front (hybrid)";
        return Err(FieldError::new("connections.pick_per", "both", allowed));
    }
    let all = u64::from(connections.per_client) * u64::from(scenario.clients.clients);
    if connections.pick_per != PickPer::Request && all > CONNECTIONS_MAX {
        let value = format!("{all} connections of all clients");
        let allowed = format!("at most {CONNECTIONS_MAX}");
        return Err(FieldError::new("connections.per_client", value, allowed));
    }
    if !connections.lead_to_servers() {
        return Ok(());
    }
    if id.pools() || id.steals() || scenario.replicas.prefill_servers > 0 {
        let allowed = "request or both with tasks that are pulled, stolen or handed over";
        return Err(FieldError::new("connections.pick_per", "one", allowed));
    }
    let is_ip = |key: KeySource| key == KeySource::Ip;
    let by_ip = b.strategy.knows().key.is_none_or(is_ip) && !id.routes_requests();
    if !by_ip || b.rules.iter().any(|rule| !is_ip(rule.by)) {
        let allowed = "what needs no more than the address: requests follow their connection";
        let value = format!("{id} and rules for each connection");
        return Err(FieldError::new("balancer.strategy.id", value, allowed));
    }
    Ok(())
}

/// Checks that an autoscaler goes with the servers and the strategy.
fn check_autoscaler(scenario: &Scenario) -> Result<(), FieldError> {
    let autoscaler = &scenario.autoscaler;
    if !autoscaler.is_on() {
        return Ok(());
    }
    let most = scenario.servers.len();
    let Autoscaler {
        on_at_start, least, ..
    } = *autoscaler;
    if on_at_start < least {
        let allowed = format!("{least} to {most}: autoscaler.least to the number of servers");
        return Err(FieldError::new(
            "autoscaler.on_at_start",
            on_at_start,
            allowed,
        ));
    }
    if least == 0 && autoscaler.by == ScaleBy::Hpa {
        let allowed = format!("1 to {most}: an HPA is off without servers");
        return Err(FieldError::new("autoscaler.least", least, allowed));
    }
    if scenario.prefill_servers().is_some() {
        return Err(FieldError::new(
            "autoscaler.by",
            Value::Word(autoscaler.by.word()),
            "off where prefill and decode are apart",
        ));
    }
    Ok(())
}

/// Checks that what goes over links goes with the servers.
fn check_network(scenario: &Scenario) -> Result<(), FieldError> {
    let network = &scenario.network;
    let numbers = [
        ("network.request_mb", network.request_mb),
        ("network.answer_mb", network.answer_mb),
        ("network.data_mb", network.data_mb),
        ("network.jitter_s", network.jitter_s),
    ];
    match numbers.into_iter().find(|(_, number)| *number > 0.0) {
        Some((field, number)) if scenario.has_replicas() => {
            let allowed = "0 with replicas: tokens are small";
            Err(FieldError::new(field, number, allowed))
        }
        _ => Ok(()),
    }
}

/// Checks a scenario's planned changes.
///
/// # Errors
/// The first that names no number which a run can go on with, or puts one out of its range.
fn check_plan(scenario: &Scenario) -> Result<(), FieldError> {
    let count = scenario.changes.len();
    if count > CHANGES_MAX {
        let allowed = format!("at most {CHANGES_MAX} changes");
        return Err(FieldError::new(
            "changes",
            format!("{count} changes"),
            allowed,
        ));
    }
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| {
        let time = |i: usize| scenario.changes[i].at_s;
        time(a).total_cmp(&time(b))
    });
    let mut after = scenario.clone();
    after.changes.clear();
    for i in order {
        let change = &scenario.changes[i];
        let name = |field: &str| format!("changes[{i}].{field}");
        let at: At = change.field.parse().map_err(|e: FieldError| FieldError {
            field: name("field"),
            ..e
        })?;
        let is_number = matches!(at.field.kind, Kind::Number(_) | Kind::Optional(..));
        let plans = of(Section::Changes).iter().chain(of(Section::Faults));
        if !is_number || plans.into_iter().any(|row| row == at.field) {
            let allowed = "a field that is a number, and not of a plan";
            return Err(FieldError::new(name("field"), &change.field, allowed));
        }
        if change
            .every_s
            .is_some_and(|every_s| every_s < change.over_s)
        {
            let allowed = "no less than over_s";
            return Err(FieldError::new(
                name("every_s"),
                change.every_s.unwrap_or(0.0),
                allowed,
            ));
        }
        let before = after.clone();
        at.set(&mut after, &Value::Number(change.to))
            .map_err(|e| FieldError {
                field: name("to"),
                ..e
            })?;
        if before.must_restart(&after) {
            let allowed = "a field that a run can go on with";
            return Err(FieldError::new(name("field"), &change.field, allowed));
        }
        after.validate().map_err(|e| FieldError {
            field: format!("changes: {}", e.field),
            ..e
        })?;
    }
    Ok(())
}
