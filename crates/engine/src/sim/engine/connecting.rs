//! How connections open and close: see [`Connections`](super::connections::Connections).

use super::connections::Connection;
use super::{Engine, Outcome};
use crate::balance::{Done, Explain as _, Explanation, Pick};
use crate::scenario::{PickPer, ServerState};
use crate::workload::Task;

impl Engine {
    /// Whether a session's server may still be used; a connection's may as long as it is open.
    pub(super) fn still_goes(&self, c: usize) -> bool {
        let Some(connections) = &self.connections else {
            return true;
        };
        let server = connections.all[c].server;
        self.scenario.connections.pick_per != PickPer::Session
            || self.known.healthy.has(server)
            || self.servers[server].state == ServerState::Draining
    }

    /// Opens connection `c`, for this task or one that would come over it. If it cannot be opened,
    /// it is tried again later; the error is the server that refused it.
    pub(super) fn open(
        &mut self,
        c: usize,
        task: &Task,
        mut why: Option<&mut Explanation>,
    ) -> Result<(), Option<usize>> {
        let mut number = 0;
        if let Some(next) = self.next_instance {
            number = next;
            self.next_instance = Some(next % (self.instances.len() - 1) + 1);
        }
        let leads = self.scenario.connections.lead_to_servers();
        let picked = match leads {
            true => self.pick_for_connection(number, task, &mut why),
            false => Some(0),
        };
        let down = leads && picked.is_some_and(|s| self.servers[s].state.is_down());
        let settings = &self.scenario.connections;
        let Some(connections) = &mut self.connections else {
            return Err(None);
        };
        let Some(server) = picked.filter(|_| !down) else {
            connections.all[c].attempts += 1;
            let pause_s = connections.pause_s(c, settings);
            connections.arm(c, self.now_s + pause_s);
            return Err(picked);
        };
        let rank = match connections.lead {
            true => connections.held[number].add(server, 0.0),
            false => 0,
        };
        connections.opened += 1;
        connections.all[c] = Connection {
            open: true,
            instance: number,
            server,
            rule: self.rules.find(task).map(|(rule, _)| rule),
            rank,
            opened_s: self.now_s,
            old_s: f64::INFINITY,
            used_s: self.now_s,
            requests: 0,
            attempts: 0,
        };
        connections.all[c].old_s = self.now_s + connections.age_s(settings);
        connections.arm(c, connections.closes_s(c, settings));
        Ok(())
    }

    /// The server that instance `number` picks for a connection.
    fn pick_for_connection(
        &mut self,
        number: usize,
        task: &Task,
        why: &mut Option<&mut Explanation>,
    ) -> Option<usize> {
        if self.warming {
            self.update_effective_weights();
        }
        let connections = self.connections.as_ref()?;
        let own = match connections.counted {
            true => &connections.held[number],
            false => &self.instances[number].own,
        };
        if self.known.must_look() {
            let alone = self.next_instance.is_none();
            self.known.look(&self.servers, self.now_s, own, alone);
        }
        let own = own.clone();
        let healthy = super::locality::near(self, number, task, self.known.healthy);
        let rule = self.rules.find(task);
        let eligible = rule.map_or(healthy, |(_, group)| healthy.and(group));
        if let Some((_, group)) = rule {
            self.known.narrow(group);
        }
        let rule = rule.map(|(i, _)| i);
        let known = &self.known;
        let cluster = known.cluster(self.now_s, &eligible, rule.is_some(), &own, None);
        let instance = &mut self.instances[number];
        why.record(|w| {
            w.begin(task.number, self.now_s, number as u16);
            w.table_rule = rule.map(|i| i as u16);
        });
        instance.strategies.last = rule;
        match instance
            .strategies
            .of(rule)
            .pick(task, &cluster, &mut instance.choices, why)
        {
            Pick::Server(server) => Some(server),
            Pick::Wait | Pick::NoServer | Pick::Crash => None,
        }
    }

    /// Closes connection `c`, if it is open.
    pub(super) fn close(&mut self, c: usize, outcome: Outcome) {
        let Some(connections) = &mut self.connections else {
            return;
        };
        let connection = &mut connections.all[c];
        if !connection.open {
            return;
        }
        connection.open = false;
        let Connection {
            instance,
            server,
            rule,
            rank,
            opened_s,
            ..
        } = *connection;
        connections.due.disarm(c);
        if !connections.lead {
            return;
        }
        let active = connections.held[instance].remove(server, 0.0);
        if connections.counted {
            let strategy = self.instances[instance].strategies.of(rule);
            strategy.finished(&Done {
                server,
                now_s: self.now_s,
                task: 0,
                response_s: self.now_s - opened_s,
                rank,
                active,
                outcome,
            });
        }
    }

    /// Says that a task follows its connection.
    pub(super) fn explain(
        &self,
        c: usize,
        number: usize,
        task: &Task,
        mut why: Option<&mut Explanation>,
    ) {
        let Some(connections) = &self.connections else {
            return;
        };
        let connection = &connections.all[c];
        if connection.requests == 1 && connection.opened_s == self.now_s {
            // The pick for it has just been explained.
            return;
        }
        why.record(|w| {
            w.begin(task.number, self.now_s, number as u16);
            w.table("by-connection", &["open"]);
            for (server, open) in connections.held[number].in_flight.iter().enumerate() {
                w.row(server, &[f64::from(*open)]);
            }
            w.values.extend([
                ("requests", f64::from(connection.requests)),
                ("age", self.now_s - connection.opened_s),
            ]);
        });
    }
}
