//! The servers of a scenario, from the members of groups.

use super::draft::{Member, Pool, Route};
use super::note::{Note, Outcome, Reason, lose};
use equipoise_engine::scenario::limits::WEIGHT;
use equipoise_engine::scenario::{ServerConfig, ServerState};

/// All servers that requests are led to, each once: those of the main group first, then the others
/// as the file has them.
pub(crate) fn members(main: &Pool, conditional: &[(&Route, &Pool)], pools: &[Pool]) -> Vec<Member> {
    let mut members: Vec<Member> = main.members.clone();
    let is_taken = |pool: &&Pool| conditional.iter().any(|(_, taken)| taken.name == pool.name);
    for member in pools.iter().filter(is_taken).flat_map(|pool| &pool.members) {
        if !members.iter().any(|known| known.address == member.address) {
            members.push(member.clone());
        }
    }
    members
}

/// The servers of the scenario.
pub(crate) fn servers(members: &[Member], notes: &mut Vec<Note>) -> Vec<ServerConfig> {
    let most = members
        .iter()
        .map(|member| member.weight)
        .max()
        .unwrap_or(1);
    let limit = WEIGHT.max as u64;
    let mut servers = Vec::new();
    for (i, member) in members.iter().enumerate() {
        let mut server = ServerConfig {
            state: member.state,
            backup: member.backup,
            priority: member.priority,
            ..ServerConfig::default()
        };
        let mut fields = Vec::new();
        if member.weight == 0 {
            server.state = ServerState::Draining;
        } else if most > limit {
            // In whole numbers, rounded to the nearest.
            let (limit, most) = (u128::from(limit), u128::from(most));
            let scaled = (u128::from(member.weight) * limit + most / 2) / most;
            server.weight = (scaled as u32).max(1);
            lose(notes, member.line, &member.source, Reason::WeightsScaled);
        } else {
            server.weight = member.weight as u32;
        }
        if server.weight != 1 {
            fields.push(format!("weight = {}", server.weight));
        }
        if let Some(slots) = member.slots {
            server.slots = slots.clamp(1, 1024);
            // A server that is full refuses, unless requests wait for it.
            server.queue = Some(
                member
                    .queue
                    .unwrap_or(0)
                    .saturating_add(slots - server.slots),
            );
            fields.push(format!("slots = {}", server.slots));
            fields.push(format!("queue = {}", server.queue.unwrap_or(0)));
        }
        if server.state != ServerState::Up {
            let state = match server.state {
                ServerState::Draining => "draining",
                _ => "down",
            };
            fields.push(format!("state = {state}"));
        }
        if server.backup {
            fields.push("backup = true".into());
        }
        if server.priority > 0 {
            fields.push(format!("priority = {}", server.priority));
        }
        let fields = match fields.is_empty() {
            true => String::new(),
            false => format!(": {}", fields.join(", ")),
        };
        notes.push(Note {
            line: member.line,
            source: member.source.clone(),
            outcome: Outcome::Understood(format!("servers[{i}]{fields}")),
        });
        servers.push(server);
    }
    servers
}

/// Where a group's servers are in the list of all.
pub(crate) fn places(members: &[Member], pool: &Pool) -> Vec<u16> {
    let is_of = |member: &Member| pool.members.iter().any(|m| m.address == member.address);
    let found = members
        .iter()
        .enumerate()
        .filter(|(_, member)| is_of(member));
    found.map(|(i, _)| i as u16).collect()
}
