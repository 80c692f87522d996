//! Changes of a scenario, as plain data.

use crate::balance::StrategyId;
use crate::scenario::fields::{At, Field, Value, named};
use crate::scenario::limits::{CHANGES_MAX, FAULTS_MAX, RULES_MAX};
use crate::scenario::{
    Fault, FieldError, KeySource, PlannedChange, Rule, Scenario, ServerState, presets,
};

/// A change of the scenario. There is no other way to one.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Puts a value into a field.
    Set(At, Value),
    /// Puts values into several fields at once.
    SetAll(Vec<(At, Value)>),
    /// Adds a rule to the table.
    AddRule,
    /// Takes this rule out of the table.
    RemoveRule(usize),
    /// Puts a server into the group of a rule, or takes it out.
    ToggleServer {
        /// Which rule, from 0.
        rule: usize,
        /// Which server, from 0.
        server: usize,
    },
    /// Plans a fault: the first server goes down at this time (s).
    AddFault(f64),
    /// Takes this fault out of the plan.
    RemoveFault(usize),
    /// Plans a change of the first server's speed at this time (s).
    AddChange(f64),
    /// Takes this change out of the plan.
    RemoveChange(usize),
    /// Puts right what goes wrong in a preset.
    PutRight,
}

impl Change {
    /// A value for a field that there is only once, or for all elements of its list.
    pub fn set(field: &'static Field, value: Value) -> Self {
        Self::Set(At::new(field, None), value)
    }

    /// Whether it makes a server a replica of a language model, or the strategy one whose program
    /// is loaded later.
    pub(super) fn needs_replicas(&self) -> bool {
        const STRATEGY: &Field = named("balancer.strategy.id");
        const SERVICE: &Field = named("servers.*.service");
        let Self::Set(at, Value::Word(word)) = self else {
            return false;
        };
        let later = word.parse().is_ok_and(StrategyId::needs_later);
        at.field() == SERVICE && *word == "replica" || at.field() == STRATEGY && later
    }

    /// Makes the change; the scenario is to be validated afterwards.
    ///
    /// # Errors
    /// The first value that is not allowed in its field; the scenario is then not to be used.
    pub fn apply(&self, scenario: &mut Scenario) -> Result<(), FieldError> {
        let rules = &mut scenario.balancer.rules;
        match self {
            Self::Set(at, value) => at.choose(scenario, value)?,
            Self::SetAll(values) => {
                for (at, value) in values {
                    at.choose(scenario, value)?;
                }
            }
            Self::AddRule if rules.len() < RULES_MAX => rules.push(Rule {
                by: KeySource::Ip,
                pattern: KeySource::Ip.usual_pattern().into(),
                servers: vec![0],
            }),
            Self::RemoveRule(i) if *i < rules.len() => drop(rules.remove(*i)),
            Self::ToggleServer { rule, server } => {
                if let Some(rule) = rules.get_mut(*rule) {
                    toggle(&mut rule.servers, *server as u16);
                }
            }
            Self::AddFault(at_s) if scenario.faults.len() < FAULTS_MAX => {
                scenario.faults.push(Fault {
                    at_s: *at_s,
                    server: 0,
                    state: ServerState::Down,
                });
            }
            Self::RemoveFault(i) if *i < scenario.faults.len() => drop(scenario.faults.remove(*i)),
            Self::AddChange(at_s) if scenario.changes.len() < CHANGES_MAX => {
                scenario.changes.push(PlannedChange {
                    at_s: *at_s,
                    field: "servers.0.speed".into(),
                    to: scenario.servers.first().map_or(1.0, |server| server.speed),
                    over_s: 0.0,
                    every_s: None,
                });
            }
            Self::RemoveChange(i) if *i < scenario.changes.len() => {
                drop(scenario.changes.remove(*i));
            }
            Self::PutRight => {
                if let Some(fix) = presets::fix(&scenario.name) {
                    fix(scenario);
                }
            }
            Self::AddRule
            | Self::RemoveRule(_)
            | Self::AddFault(_)
            | Self::RemoveFault(_)
            | Self::AddChange(_)
            | Self::RemoveChange(_) => {}
        }
        Ok(())
    }

    /// Whether both come from one control: a slider that is dragged makes many.
    pub fn is_of_the_same_control(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Set(a, _), Self::Set(b, _)) => a == b,
            _ => false,
        }
    }
}

/// Takes a server out of a group, or puts it in at its place.
fn toggle(group: &mut Vec<u16>, server: u16) {
    match group.iter().position(|&known| known == server) {
        Some(at) => drop(group.remove(at)),
        None => group.insert(group.partition_point(|&known| known < server), server),
    }
}
