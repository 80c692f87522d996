//! The routers of language models against the programs whose rules they have: SGLang's router, the
//! vLLM project's and Dynamo's selection, started here, must pick as ours do, request for request.
//!
//! Where one of them is not installed, its test says so and compares nothing.

#![cfg(all(feature = "cli", unix))]

mod cases;
#[path = "../common/dice.rs"]
mod dice;
mod draws;
mod dynamo;
#[path = "../common/packages.rs"]
mod packages;
#[path = "../common/ports.rs"]
mod ports;
mod programs;
mod rules;
mod trial;
mod workers;

use dice::Dice;
use rules::Rule;
use std::path::Path;
use std::time::Instant;

/// What all that looks random here begins with.
const SEED: u64 = 20_261_127;

/// Cases of a rule that evicts, for each of which the test waits a second.
const EVICTING: u64 = 3;

/// Compares all these rules in at least a hundred cases.
fn compare_all(name: &str, dir: &Path, port: u16, rules: &[Rule], dice: &mut Dice) {
    let since = Instant::now();
    let evicting = rules.iter().filter(|rule| rule.evicts_every_s > 0).count() as u64;
    let each = (100 - EVICTING * evicting).div_ceil(rules.len() as u64 - evicting);
    let mut cases = 0;
    let mut picks = 0;
    for rule in rules {
        let of_rule = if rule.evicts_every_s > 0 {
            EVICTING
        } else {
            each
        };
        picks += trial::compare(rule, dir, port, of_rule, dice);
        cases += of_rule;
    }
    println!(
        "{name}: {cases} cases, {picks} picks, seed {SEED}, in {:.1} s",
        since.elapsed().as_secs_f64()
    );
}

#[test]
fn sglangs_router_picks_as_ours_does() {
    let Some(dir) = programs::find("sglang-router") else {
        return;
    };
    let dice = &mut Dice(SEED);
    let rules = rules::of_sglang(dice);
    compare_all("sglang-router", &dir, 23_100, &rules, dice);
}

#[test]
fn vllms_router_picks_as_ours_does() {
    let Some(dir) = programs::find("vllm-router") else {
        return;
    };
    let dice = &mut Dice(SEED);
    let rules = rules::of_vllm(dice);
    compare_all("vllm-router", &dir, 26_100, &rules, dice);
}

#[test]
fn dynamo_selects_as_our_router_does() {
    let Some(dir) = programs::find("ai-dynamo-runtime") else {
        return;
    };
    let dice = &mut Dice(SEED);
    let since = Instant::now();
    let [starts, each] = [5, 20];
    let picks: u64 = (0..starts).map(|_| dynamo::compare(&dir, each, dice)).sum();
    println!(
        "dynamo: {} cases, {picks} picks, seed {SEED}, in {:.1} s",
        starts * each,
        since.elapsed().as_secs_f64()
    );
}
