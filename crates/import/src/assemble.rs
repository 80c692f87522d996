//! A scenario from a draft: which servers, which rules, which of the settings.

use super::draft::{Draft, Entry, Member, Pool, Route, Setting, set};
use super::members::{members, places, servers};
use super::note::{Note, Outcome, Reason, lose, shown};
use super::{Import, Problem, Program, Wrong};
use equipoise_engine::balance::{MAX_SERVERS, StrategyConfig};
use equipoise_engine::scenario::fields::At;
use equipoise_engine::scenario::limits::{RULES_MAX, TEXT_MAX};
use equipoise_engine::scenario::{KeySource, Place, Rule, Scenario};
use equipoise_engine::workload::clients::Population;

/// Makes a scenario of the group named, or of those that the entry leads to which reaches the most
/// servers.
///
/// # Errors
/// There is no such group, no server, or more than a scenario can have.
pub(crate) fn assemble(
    mut draft: Draft,
    program: Program,
    wanted: Option<&str>,
) -> Result<Import, Problem> {
    let mut entry = match wanted {
        Some(name) => alone(draft.pool(name).ok_or_else(|| {
            let names: Vec<&str> = draft.pools.iter().map(|p| p.name.as_str()).collect();
            Problem::new(1, format!("{name} ({})", names.join(", ")), Wrong::Pool)
        })?),
        None => busiest(&mut draft)?,
    };
    let pools = std::mem::take(&mut draft.pools);
    let names = pools.iter().map(|pool| pool.name.clone()).collect();
    let mut scenario = Scenario {
        name: shown(entry.routes.last().map_or("", |route| &route.pool))
            .chars()
            .take(TEXT_MAX)
            .collect(),
        ..Scenario::default()
    };
    widen(&mut entry, &pools);
    let (conditional, main) = split(&entry, &pools)?;
    let members = members(main, &conditional, &pools);
    if members.len() > MAX_SERVERS {
        return Err(Problem::new(main.line, members.len(), Wrong::Servers));
    }
    let Some(first) = members.first() else {
        return Err(Problem::new(main.line, &main.name, Wrong::Nothing));
    };
    let first_line = first.line;
    scenario.servers = servers(&members, &mut draft.notes);
    settings(&entry, main, &conditional, &mut scenario, &mut draft.notes);
    scenario.balancer.rules = rules(&members, main, &conditional, &scenario, &mut draft.notes);
    what_hashes_see(&members, &scenario, main, &mut draft.notes);
    for pool in &pools {
        let taken = std::iter::once(main).chain(conditional.iter().map(|(_, pool)| *pool));
        if !taken.into_iter().any(|taken| taken.name == pool.name) {
            lose(&mut draft.notes, pool.line, &pool.name, Reason::OtherPool);
        }
    }
    scenario
        .validate()
        .map_err(|error| Problem::new(first_line, error, Wrong::Scenario))?;
    draft.notes.sort_by_key(|note| note.line);
    draft.notes.dedup();
    Ok(Import {
        program,
        scenario,
        notes: draft.notes,
        pools: names,
    })
}

/// An entry that leads to this group only.
fn alone(pool: &Pool) -> Entry {
    Entry {
        line: pool.line,
        source: pool.name.clone(),
        routes: vec![Route {
            line: pool.line,
            source: pool.name.clone(),
            fits: None,
            pool: pool.name.clone(),
            settings: Vec::new(),
        }],
        settings: Vec::new(),
    }
}

/// The entry that reaches the most servers, the first of equals; without entries, the largest
/// group.
fn busiest(draft: &mut Draft) -> Result<Entry, Problem> {
    let mut entries = std::mem::take(&mut draft.entries);
    entries.retain(|entry| !entry.routes.is_empty());
    let mut best: Option<(usize, usize)> = None;
    for (i, entry) in entries.iter().enumerate() {
        let reached = reached(entry, draft);
        if best.is_none_or(|(_, most)| reached > most) {
            best = Some((i, reached));
        }
    }
    if let Some((best, _)) = best {
        let entry = entries.swap_remove(best);
        for other in &entries {
            lose(
                &mut draft.notes,
                other.line,
                &other.source,
                Reason::OtherEntry,
            );
        }
        return Ok(entry);
    }
    let mut largest: Option<&Pool> = None;
    for pool in &draft.pools {
        if largest.is_none_or(|most| pool.members.len() > most.members.len()) {
            largest = Some(pool);
        }
    }
    largest
        .map(alone)
        .ok_or_else(|| Problem::new(1, "", Wrong::Nothing))
}

/// How many servers an entry leads to.
fn reached(entry: &Entry, draft: &Draft) -> usize {
    let pools = entry
        .routes
        .iter()
        .filter_map(|route| draft.pool(&route.pool));
    let mut addresses: Vec<&str> = pools
        .flat_map(|pool| pool.members.iter().map(|member| member.address.as_str()))
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses.len()
}

/// Turns a route without a condition into one with an empty condition if a later one without leads
/// to all of its servers and more, as where a rule takes every path.
fn widen(entry: &mut Entry, pools: &[Pool]) {
    let all = entry.routes.iter().rposition(|route| route.fits.is_none());
    let Some((all, wide)) = all.and_then(|i| Some((i, members_of(pools, &entry.routes[i].pool)?)))
    else {
        return;
    };
    for route in entry.routes[..all]
        .iter_mut()
        .filter(|route| route.fits.is_none())
    {
        let narrow = members_of(pools, &route.pool).unwrap_or_default();
        let within = |member: &Member| wide.iter().any(|other| other.address == member.address);
        if narrow.len() < wide.len() && narrow.iter().all(within) {
            route.fits = Some((KeySource::Url, "/".into()));
        }
    }
}

/// The members of the pool with this name.
fn members_of<'p>(pools: &'p [Pool], name: &str) -> Option<&'p [Member]> {
    let pool = pools.iter().find(|pool| pool.name == name);
    pool.map(|pool| pool.members.as_slice())
}

/// The routes with a condition and where they lead, up to the one without; and where that leads.
type Ways<'d> = (Vec<(&'d Route, &'d Pool)>, &'d Pool);

fn split<'d>(entry: &'d Entry, pools: &'d [Pool]) -> Result<Ways<'d>, Problem> {
    let mut conditional = Vec::new();
    for route in &entry.routes {
        let pool = pools.iter().find(|pool| pool.name == route.pool);
        let pool = pool.ok_or_else(|| Problem::new(route.line, &route.pool, Wrong::Pool))?;
        if route.fits.is_none() {
            return Ok((conditional, pool));
        }
        conditional.push((route, pool));
    }
    // What fits no route is answered with an error; here it goes where the last route leads.
    match conditional.last() {
        Some(&(_, pool)) => Ok((conditional, pool)),
        None => Err(Problem::new(entry.line, &entry.source, Wrong::Nothing)),
    }
}

/// Sets what the main group and the way to it say; what others say otherwise is lost.
fn settings(
    entry: &Entry,
    main: &Pool,
    conditional: &[(&Route, &Pool)],
    scenario: &mut Scenario,
    notes: &mut Vec<Note>,
) {
    let mut main_settings = entry.settings.clone();
    // Without a way that always fits, the last one leads to the main group.
    let way = entry.routes.iter().find(|route| route.fits.is_none());
    let way = way.or(entry.routes.last());
    let way = way.map_or(&[][..], |route| &route.settings);
    for setting in main.settings.iter().chain(way) {
        let Setting {
            line,
            source,
            path,
            value,
        } = setting;
        set(&mut main_settings, (*line, source), path, value);
    }
    for setting in &main_settings {
        let outcome = match apply(scenario, setting) {
            Ok(()) => Outcome::Understood(format!("{} = {}", setting.path, setting.value)),
            Err(allowed) => Outcome::NotExpressible(Reason::OutOfRange, allowed),
        };
        notes.push(Note {
            line: setting.line,
            source: setting.source.clone(),
            outcome,
        });
    }
    let others = conditional
        .iter()
        .flat_map(|(route, pool)| route.settings.iter().chain(&pool.settings));
    for other in others {
        let same = main_settings
            .iter()
            .any(|s| s.path == other.path && s.value == other.value);
        if !same {
            lose(notes, other.line, &other.source, Reason::OneForAll);
        }
    }
}

/// Sets a field.
///
/// # Errors
/// What is allowed there.
fn apply(scenario: &mut Scenario, setting: &Setting) -> Result<(), String> {
    let at: At = setting.path.parse().map_err(|_| String::new())?;
    let value = at
        .field
        .read(&setting.value)
        .map_err(|error| error.allowed)?;
    let before = scenario.clone();
    at.choose(scenario, &value).map_err(|error| error.allowed)?;
    // A method by key on a device sees addresses only; other methods have no key.
    let strategy = &mut scenario.balancer.strategy;
    if scenario.balancer.place == Place::Hardware {
        let usual = StrategyConfig::default().key;
        strategy.key = if strategy.id.reads("key") {
            KeySource::Ip
        } else {
            usual
        };
    }
    scenario.validate().map_err(|error| {
        *scenario = before;
        error.allowed
    })
}

/// A rule for each route with a condition, and one for the rest if that does not go to all servers.
fn rules(
    members: &[Member],
    main: &Pool,
    conditional: &[(&Route, &Pool)],
    scenario: &Scenario,
    notes: &mut Vec<Note>,
) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    let id = scenario.balancer.strategy.id;
    let device = scenario.balancer.place == Place::Hardware;
    let population = Population::new(&scenario.clients);
    for (route, pool) in conditional {
        let Some((by, pattern)) = &route.fits else {
            continue;
        };
        let unseen = device && *by != KeySource::Ip;
        let long = pattern.is_empty() || pattern.chars().count() > TEXT_MAX;
        if unseen || long || id.pools() || id.steals() {
            lose(notes, route.line, &route.source, Reason::Condition);
            continue;
        }
        if rules.len() + 1 == RULES_MAX {
            lose(notes, route.line, &route.source, Reason::RulesMax);
            continue;
        }
        let rule = Rule {
            by: *by,
            pattern: pattern.clone(),
            servers: places(members, pool),
        };
        let number = rules.len();
        notes.push(Note {
            line: route.line,
            source: route.source.clone(),
            outcome: Outcome::Understood(format!("balancer.rules[{number}]")),
        });
        if !is_asked_for(&rule, &population) {
            lose(notes, route.line, &route.source, Reason::NoSuchClient);
        }
        rules.push(rule);
    }
    if members.len() > main.members.len() && !rules.is_empty() {
        let (by, pattern) = match device {
            true => (KeySource::Ip, "0.0.0.0/0"),
            false => (KeySource::Url, "/"),
        };
        rules.push(Rule {
            by,
            pattern: pattern.into(),
            servers: places(members, main),
        });
    }
    rules
}

/// Whether a client of the scenario asks for what the rule fits.
fn is_asked_for(rule: &Rule, population: &Population) -> bool {
    match rule.by {
        KeySource::Ip => true,
        KeySource::Url => population
            .urls
            .iter()
            .any(|url| url.starts_with(&rule.pattern)),
        KeySource::Header => population.tenants.contains(&rule.pattern),
    }
}

/// Says so where a hash sees other addresses than those of the file.
fn what_hashes_see(members: &[Member], scenario: &Scenario, main: &Pool, notes: &mut Vec<Note>) {
    use equipoise_engine::balance::StrategyId::{
        HaproxyMap, HaproxyRing, HeaderHash, IpHash, UriHash,
    };
    let strategy = &scenario.balancer.strategy;
    // These go by the place in the list.
    let by_place = matches!(
        strategy.id,
        IpHash | UriHash | HeaderHash | HaproxyMap | HaproxyRing
    );
    let same = scenario
        .addresses()
        .iter()
        .zip(members)
        .all(|(ours, m)| *ours == m.address);
    if strategy.knows().key.is_some() && !by_place && !same {
        lose(notes, main.line, &main.name, Reason::Addresses);
    }
}
