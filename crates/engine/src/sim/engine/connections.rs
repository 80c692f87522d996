//! The connections of clients: which are open, to which server, and when they open and close. See
//! [`Connections`](crate::scenario::Connections).

use super::instance::Own;
use super::{Engine, Outcome};
use crate::balance::Explanation;
use crate::rng::{Purpose, Rng};
use crate::scenario::{Connections as Settings, PickPer, Scenario, ServerState};
use crate::sim::Rejection;
use crate::sim::timers::Timers;
use crate::workload::{KeySource, Task, TaskIndex};

/// One connection, open or not.
#[derive(Clone, Debug, Default)]
pub(super) struct Connection {
    pub(super) open: bool,
    /// The balancer instance at which it ends or through which it goes.
    pub(super) instance: usize,
    /// The server that it goes to, if it does.
    pub(super) server: usize,
    /// The rule of the task that it was opened for.
    pub(super) rule: Option<usize>,
    /// Connections of its instance at that server when it was opened, this one included.
    pub(super) rank: u32,
    pub(super) opened_s: f64,
    /// When it is too old, and when it was last used.
    pub(super) old_s: f64,
    pub(super) used_s: f64,
    /// Requests that it has carried.
    pub(super) requests: u32,
    /// Attempts to open it that have failed since it was open.
    pub(super) attempts: u32,
}

/// All connections, those of a client beside each other.
#[derive(Clone, Debug)]
pub(super) struct Connections {
    /// Whether requests follow them to servers.
    pub(super) lead: bool,
    /// Whether balancers pick for connections and count these.
    pub(super) counted: bool,
    pub(super) all: Vec<Connection>,
    /// Of each client, which connection is next.
    turn: Vec<u32>,
    /// Tasks by their places in the store: their numbers and connections.
    carried: Vec<(u64, u32)>,
    /// When each one is closed for its age or because it is idle, or opened again.
    pub(super) due: Timers,
    /// What each instance holds at the servers.
    pub(super) held: Vec<Own>,
    chance: Rng,
    pub(super) opened: u64,
    pub(super) lost: u64,
}

/// Where a task goes.
pub(super) enum Route {
    /// To an instance behind the device.
    Instance(usize),
    /// To a server.
    Server(usize),
    /// Nowhere until its connection is open again.
    Wait,
    /// No connection can be opened.
    Reject(Rejection),
}

impl Connections {
    /// Before the first connection; None if balancers pick for each request.
    pub(super) fn new(scenario: &Scenario, instances: usize) -> Option<Box<Self>> {
        let settings = &scenario.connections;
        if settings.pick_per == PickPer::Request {
            return None;
        }
        let clients = scenario.clients.clients as usize;
        let count = clients * settings.per_client as usize;
        let mut connections = Self {
            lead: settings.lead_to_servers(),
            counted: settings.pick_per == PickPer::Connection,
            all: vec![Connection::default(); count],
            turn: vec![0; clients],
            carried: Vec::new(),
            due: Timers::new(count),
            held: vec![Own::new(scenario.servers.len()); instances],
            chance: Rng::new(u64::from(scenario.seed), Purpose::Connections),
            opened: 0,
            lost: 0,
        };
        if settings.at_start && settings.pick_per != PickPer::Session {
            (0..count).for_each(|c| connections.due.arm(c, 0.0));
        }
        Some(Box::new(connections))
    }

    /// About how much memory a copy takes (bytes).
    pub(super) fn bytes(&self) -> usize {
        size_of_val(self.all.as_slice())
            + size_of_val(self.turn.as_slice())
            + size_of_val(self.carried.as_slice())
            + self.due.bytes()
    }

    /// When the next one opens or closes by itself (s).
    pub(super) fn next_s(&self) -> f64 {
        self.due.next().map_or(f64::INFINITY, |(due_s, _)| due_s)
    }

    /// The connection that a task is sent over: the next of its client's, and always the same one.
    fn of(&mut self, index: TaskIndex, task: &Task) -> usize {
        let place = index as usize;
        if self.carried.len() <= place {
            self.carried.resize(place + 1, (0, 0));
        }
        let (number, connection) = &mut self.carried[place];
        if *number != task.number {
            let per_client = (self.all.len() / self.turn.len()) as u32;
            let client = task.key(KeySource::Ip);
            let turn = &mut self.turn[client];
            *number = task.number;
            *connection = client as u32 * per_client + *turn;
            *turn = (*turn + 1) % per_client;
        }
        *connection as usize
    }

    /// How long a connection that opens now may become (s).
    pub(super) fn age_s(&mut self, settings: &Settings) -> f64 {
        let part = settings.age_jitter * (2.0 * self.chance.unit() - 1.0);
        settings.age_s.unwrap_or(f64::INFINITY) * (1.0 + part)
    }

    /// When an open connection closes if it is not used before (s).
    pub(super) fn closes_s(&self, c: usize, settings: &Settings) -> f64 {
        let connection = &self.all[c];
        let idle_s = settings.idle_s.unwrap_or(f64::INFINITY);
        connection.old_s.min(connection.used_s + idle_s)
    }

    /// Arms its timer, which closes it or opens it again.
    pub(super) fn arm(&mut self, c: usize, due_s: f64) {
        match due_s < f64::INFINITY {
            true => self.due.arm(c, due_s),
            false => self.due.disarm(c),
        }
    }

    /// The pause before it is opened again (s).
    pub(super) fn pause_s(&mut self, c: usize, settings: &Settings) -> f64 {
        let attempts = self.all[c].attempts.min(60);
        let grown_s = settings.reconnect_s * libm::exp2(f64::from(attempts));
        let part = 1.0 - settings.reconnect_jitter * self.chance.unit();
        grown_s.min(Settings::LONGEST_PAUSE_S) * part
    }
}

/// How a task leaves instance `number`, which decides on it now.
pub(super) fn route(
    engine: &mut Engine,
    number: usize,
    index: TaskIndex,
    mut why: Option<&mut Explanation>,
) -> Route {
    let task = engine.tasks[index];
    let most = engine.scenario.connections.requests.unwrap_or(u32::MAX);
    let Some(connections) = &mut engine.connections else {
        return Route::Wait;
    };
    let c = connections.of(index, &task);
    // The device has counted it already.
    let is_first = number == 0;
    if is_first && connections.all[c].requests >= most || !engine.still_goes(c) {
        engine.close(c, Outcome::Served);
    }
    let Some(connections) = &mut engine.connections else {
        return Route::Wait;
    };
    if !connections.all[c].open {
        let pauses = connections.due.is_armed(c);
        match (pauses, connections.all[c].attempts) {
            (true, 0) => return Route::Wait,
            (true, _) => return Route::Reject(Rejection::NoServer),
            (false, _) => {}
        }
        let opened = engine.open(c, &task, why.as_deref_mut());
        engine.arm_connections();
        match opened {
            Err(Some(server)) if is_first && engine.next_instance.is_none() => {
                return Route::Server(server);
            }
            Err(_) => return Route::Reject(Rejection::NoServer),
            Ok(()) => {}
        }
    } else if !is_first || engine.next_instance.is_none() {
        engine.explain(c, number, &task, why);
    }
    let hybrid = engine.next_instance.is_some();
    let Some(connections) = &mut engine.connections else {
        return Route::Wait;
    };
    let connection = &mut connections.all[c];
    connection.requests += u32::from(is_first);
    connection.used_s = engine.now_s;
    match is_first && hybrid {
        true => Route::Instance(connection.instance),
        false => Route::Server(connection.server),
    }
}

/// A connection opens or closes by itself. False if none is due.
pub(super) fn due(engine: &mut Engine) -> bool {
    let settings = &engine.scenario.connections;
    let at_start = settings.at_start;
    let now_s = engine.now_s;
    let Some(connections) = &mut engine.connections else {
        return false;
    };
    let Some((_, c)) = connections.due.next().filter(|(due_s, _)| *due_s <= now_s) else {
        engine.arm_connections();
        return false;
    };
    connections.due.disarm(c);
    if connections.all[c].open {
        // It may have been used since its timer was armed.
        let closes_s = connections.closes_s(c, settings);
        if closes_s > now_s {
            connections.arm(c, closes_s);
            return true;
        }
        let is_old = connections.all[c].old_s <= now_s;
        engine.close(c, Outcome::Served);
        if !at_start || !is_old {
            return true;
        }
    }
    let per_client = engine.scenario.connections.per_client as usize;
    let mut probe = Task::with_keys(0);
    probe.keys[KeySource::Ip as usize] = (c / per_client) as u32;
    if let Err(Some(server)) = engine.open(c, &probe, None)
        && engine.outliers.is_none()
    {
        engine.count_failure(server);
    }
    true
}

/// A server has a new state: it loses its connections, or closes them.
pub(super) fn server_changed(engine: &mut Engine, server: usize) {
    let state = engine.servers[server].state;
    let per = engine.scenario.connections.pick_per;
    let drains = state == ServerState::Draining && per == PickPer::Connection;
    let Some(connections) = &engine.connections else {
        return;
    };
    if !connections.lead || !(state.is_down() || drains) {
        return;
    }
    let all = connections.all.iter().enumerate();
    let lost: Vec<usize> = all
        .filter(|(_, connection)| connection.open && connection.server == server)
        .map(|(c, _)| c)
        .collect();
    for c in lost {
        let outcome = if drains {
            Outcome::Served
        } else {
            Outcome::Lost
        };
        engine.close(c, outcome);
        let Some(connections) = &mut engine.connections else {
            return;
        };
        connections.lost += u64::from(!drains);
        let pause_s = match drains {
            true => 0.0,
            false => connections.pause_s(c, &engine.scenario.connections),
        };
        connections.arm(c, engine.now_s + pause_s);
    }
    engine.arm_connections();
}

/// Other settings come into force: open connections have the new age before them.
pub(super) fn reset(engine: &mut Engine) {
    let settings = &engine.scenario.connections;
    let Some(connections) = &mut engine.connections else {
        return;
    };
    for c in 0..connections.all.len() {
        if connections.all[c].open {
            connections.all[c].old_s = engine.now_s + connections.age_s(settings);
            connections.arm(c, connections.closes_s(c, settings));
        }
    }
    engine.arm_connections();
}
