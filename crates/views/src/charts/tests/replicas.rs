//! Charts of language models, and the others in their scenes.

use super::*;
use crate::charts::replicas::{kv_cache, replicas};
use crate::charts::tokens::{first_token, per_token};
use crate::plot::{Form, Point};
use equipoise_engine::sim::server::Batch;

#[test]
fn charts_of_replicas_are_offered_first_and_only_in_scenes_with_replicas() {
    let of_replicas = [
        "first-token",
        "per-token",
        "end-to-end",
        "replicas",
        "kv-cache",
    ];
    for preset in presets::ids() {
        let scenario = presets::find(preset).expect(preset);
        let menu: Vec<&str> = applicable(&scenario).iter().map(|k| k.id()).collect();
        if scenario.has_replicas() {
            assert_eq!(menu[..5], of_replicas, "{preset}");
            assert_eq!(menu[5], "shares", "{preset}");
            assert_eq!(for_scenario(&scenario)[0].id(), "first-token");
        } else {
            assert!(!menu.iter().any(|id| of_replicas.contains(id)), "{preset}");
        }
    }
}

/// Those of the requests that are answered, and of the replies under way.
#[test]
fn every_first_token_so_far_is_a_point() {
    let run = played("kv-wall", 20.0);
    let engine = run.timeline.engine();
    let servers = engine.servers().iter();
    let inside: u32 = servers.map(|s| s.serving() + s.waiting()).sum();
    let chart = first_token(&run, &key);
    let points = &series(&chart, "charts.tokens.request").points;
    let finished = engine.totals().finished as usize;
    let started = engine.totals().started as usize;
    assert!(finished > 10 && points.len() > finished, "{}", points.len());
    assert!(points.len() <= started && started <= finished + inside as usize);
    assert!(points.windows(2).all(|pair| pair[0].x <= pair[1].x));
    assert!(points.iter().all(|p| 0.0 < p.y && p.y < p.x));
}

#[test]
fn times_per_token_are_those_of_the_answers() {
    let run = played("chunked-prefill", 30.0);
    let chart = per_token(&run, &key);
    let points = &series(&chart, "charts.tokens.request").points;
    let log = run.timeline.log();
    let now_s = run.timeline.engine().now_s();
    let answered = log.answers.iter().filter(|a| a.end_s <= now_s);
    let timed: Vec<Point> = answered
        .filter(|a| a.output_tokens > 1)
        .map(|a| Point::at(a.end_s, a.tpot_s * 1000.0).of(0))
        .collect();
    assert!(timed.len() > 30 && *points == timed);
    assert_eq!((chart.y.unit, chart.series[0].points[0].y), ("ms", 50.0));
}

/// What a chart says of the present is what the stage draws.
#[test]
fn lines_end_with_the_loads_of_the_present() {
    let run = played("session-affinity", 30.0);
    let (batches, caches) = (replicas(&run, &key), kv_cache(&run, &key));
    let names = ["a", "b", "c", "d"];
    for (server, name) in run.timeline.engine().servers().iter().zip(names) {
        let load = server.scheduler().map(Batch::load).expect("a replica");
        let ends = [&batches, &caches].map(|c| series(c, name).points.last().map(|p| p.y));
        assert_eq!(ends, [Some(f64::from(load.running)), Some(load.kv_usage)]);
    }
}

#[test]
fn the_full_cache_and_the_queue_before_it_are_seen() {
    let run = played("kv-wall", 60.0);
    let usage = &series(&kv_cache(&run, &key), "a").points.clone();
    assert!(usage.iter().any(|p| p.y > 0.97), "{usage:?}");
    let chart = replicas(&run, &key);
    let areas = chart.series.iter().filter(|s| s.form == Form::Band);
    let waiting: Vec<&Point> = areas.flat_map(|s| &s.points).collect();
    assert!(waiting.iter().any(|p| p.y > 10.0 && p.low == Some(0.0)));
}

/// A replica that goes down has nothing left, at once.
#[test]
fn a_replica_that_goes_down_is_seen_to_lose_its_requests() {
    let mut run = played("kv-wall", 20.0);
    let mut scenario = run.scenario().clone();
    scenario.servers[0].state = equipoise_engine::scenario::ServerState::Down;
    run.timeline.change(scenario);
    run.timeline.play(5.0, u64::MAX);
    let usage = &series(&kv_cache(&run, &key), "a").points.clone();
    let after = usage.iter().filter(|p| p.x > 20.2);
    assert!(after.clone().count() > 0 && after.clone().all(|p| p.y == 0.0));
    assert!(usage.iter().any(|p| p.x < 20.0 && p.y > 0.1));
}
