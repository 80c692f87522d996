//! The scenes that ship are valid, their cures can be made, and they are stable.

#![cfg(not(target_arch = "wasm32"))]

use equipoise::scenario::presets::{self, all, find, ids};
use equipoise::scenario::{Replicas, Scenario};

#[test]
fn every_preset_is_valid_and_its_own() {
    equipoise::serving::install();
    for id in ids() {
        let scenario = find(id).expect(id);
        assert_eq!(scenario.validate(), Ok(()), "{id}");
        assert_eq!(ids().filter(|other| *other == id).count(), 1);
    }
}

/// What a scenario says of its replicas; None if it has none.
fn replicas(scenario: &Scenario) -> Option<(Replicas, Vec<u32>)> {
    let slots = scenario.servers.iter().map(|server| server.slots);
    let has_replicas = scenario.has_replicas();
    has_replicas.then(|| (scenario.replicas.clone(), slots.collect()))
}

/// As a button on the page would make it. In the middle of the run, but where replicas themselves
/// change: then the run begins again.
#[test]
fn every_fix_changes_its_scene_while_it_runs() {
    equipoise::serving::install();
    for preset in all() {
        let Some(fix) = preset.fix else { continue };
        let before = preset.scenario();
        let mut after = before.clone();
        fix(&mut after);
        assert_eq!(after.validate(), Ok(()), "{}", preset.id);
        let restarts = replicas(&before) != replicas(&after);
        assert!(
            after != before && before.must_restart(&after) == restarts,
            "{}",
            preset.id
        );
    }
}

/// None but the article's own example (which grows without bound on purpose) is overloaded.
#[test]
fn presets_are_stable() {
    for id in ids().filter(|id| !id.starts_with("article")) {
        if let Some(rho) = presets::find(id).expect(id).utilisation() {
            assert!(rho < 1.0, "{id}: {rho}");
        }
    }
}

/// Else its scene would come without them on the page, and its name would not be known.
#[test]
fn what_comes_later_needs_what_comes_with_it() {
    let later = presets::GROUPS.iter().flat_map(presets::Group::late_ids);
    let mut seen = 0;
    for id in later {
        assert!(find(id).expect(id).needs_models(), "{id}");
        seen += 1;
    }
    assert!(seen > 20, "{seen}");
}
