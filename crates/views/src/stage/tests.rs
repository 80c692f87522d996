//! What must hold of the stage at any moment and size.

mod moving;

use super::*;
use crate::scene::{Block, Drawing, Paint, Rect, Shape, along};
use equipoise_engine::scenario::{
    Bandwidth, Pattern, Script, ServerConfig, SizeLaw, Sizes, presets,
};
use equipoise_engine::sim::server::Batch;

const LOOK: Look = Look {
    travel_s: 0.4,
    flight: 1.0,
    predicted_busy: None,
    selected: None,
    inside: Inside::Now,
    t: &str::to_string,
};

fn scene(timeline: &Timeline, layout: &Layout) -> Scene {
    let mut scene = Scene::default();
    base(timeline, layout, &LOOK, &mut scene);
    live(timeline, layout, &LOOK, &mut scene);
    scene
}

fn inside(outer: &Rect, inner: &Rect) -> bool {
    inner.x >= outer.x - 0.5
        && inner.y >= outer.y - 0.5
        && inner.right() <= outer.right() + 0.5
        && inner.bottom() <= outer.bottom() + 0.5
}

/// Down or draining from the start, by hand or later by health: every strategy can be drawn,
/// and no task is lost.
#[test]
fn every_strategy_is_drawn_when_no_server_can_be_picked() {
    use equipoise_engine::balance::StrategyId;
    use equipoise_engine::scenario::ServerState;

    equipoise_serving::install();
    for &id in StrategyId::ALL {
        for state in [
            ServerState::Down,
            ServerState::Draining,
            ServerState::Failing,
        ] {
            let mut scenario = presets::find("weights").expect("it ships");
            scenario.balancer.strategy.id = id;
            scenario
                .servers
                .iter_mut()
                .for_each(|server| server.state = state);
            if state == ServerState::Failing {
                scenario.balancer.health.max_fails = Some(2);
            }
            scenario.validate().expect("it is valid");
            let mut timeline = Timeline::new(Script::new(scenario));
            let layout = Layout::new(1280.0, 420.0, timeline.engine());
            let start = scene(&timeline, &layout);
            timeline.play(20.0, u64::MAX);
            let later = scene(&timeline, &layout);
            assert!(
                !start.base.0.is_empty() && !later.base.0.is_empty(),
                "{id}, {state:?}"
            );
        }
    }
}

/// Every preset, at the sizes that a stage may have, after a while.
#[test]
fn everything_is_drawn_within_the_stage() {
    for (w, h) in [
        (1068.0, 540.0),
        (860.0, 400.0),
        (1068.0, 270.0),
        (360.0, 420.0),
        (2400.0, 1400.0),
    ] {
        let stage = Rect::new(0.0, 0.0, w, h);
        equipoise_serving::install();
        for id in presets::ids() {
            let mut timeline = Timeline::new(Script::new(presets::find(id).expect(id)));
            timeline.play(15.0, u64::MAX);
            let layout = Layout::new(w, h, timeline.engine());
            let scene = scene(&timeline, &layout);
            for shape in &scene.base.0 {
                if let Shape::Box { rect, .. } = shape {
                    assert!(inside(&stage, rect), "{id} at {w}×{h}: {rect:?}");
                }
            }
            for block in &scene.blocks {
                assert!(inside(&stage, &block.rect), "{id} at {w}×{h}: {block:?}");
                assert!((0.0..=1.0).contains(&block.left), "{id}: {block:?}");
            }
        }
    }
}

#[test]
fn the_legend_names_only_what_is_there() {
    let shares = Some(&[0.5; 3][..]);
    for (servers, height, predicted_busy, legend) in [
        (3, 540.0, None, "\"stage.bar-note\""),
        (3, 540.0, shares, "stage.bar-note · stage.tick-note\""),
        (3, 340.0, shares, "stage.bar-note · stage.tick-note\""),
        // Cards that are too small for numbers and ticks.
        (24, 340.0, shares, "\"stage.bar-note\""),
    ] {
        let mut scenario = presets::find("weights").expect("preset");
        scenario.servers = vec![ServerConfig::default(); servers];
        let timeline = Timeline::new(Script::new(scenario));
        let layout = Layout::new(1068.0, height, timeline.engine());
        let look = Look {
            predicted_busy,
            ..LOOK
        };
        let mut scene = Scene::default();
        base(&timeline, &layout, &look, &mut scene);
        assert!(format!("{:?}", scene.base.0).contains(legend), "{legend}");
    }
}

/// All texts of a scene that was put right, at a time and size of the stage.
fn texts_at(id: &str, time_s: f64, w: f64, h: f64) -> String {
    let mut scenario = presets::find(id).expect(id);
    presets::fix(id).expect(id)(&mut scenario);
    let mut timeline = Timeline::new(Script::new(scenario));
    timeline.play(time_s, u64::MAX);
    let scene = scene(&timeline, &Layout::new(w, h, timeline.engine()));
    let mut texts = Vec::new();
    for shape in &scene.base.0 {
        if let Shape::Text { text, .. } = shape {
            texts.push(text.as_str());
        }
    }
    texts.join("|")
}

/// By words where there is room for them, else by a mark beside the letter.
#[test]
fn a_server_in_trouble_says_so() {
    let failing = texts_at("black-hole", 15.0, 1068.0, 540.0);
    assert!(failing.contains("! stage.failing · ⊘ stage.ill"));
    assert!(texts_at("cold-server", 8.0, 1068.0, 540.0).contains("× stage.down"));
    assert!(
        texts_at("cold-server", 20.0, 1068.0, 540.0).contains("▾ stage.slow · ↗ stage.warming")
    );
    assert!(texts_at("cold-server", 40.0, 1068.0, 540.0).contains("↗ stage.warming"));
    assert!(!texts_at("cold-server", 50.0, 1068.0, 540.0).contains("stage.warming"));
    let narrow = texts_at("black-hole", 15.0, 360.0, 420.0);
    assert!(narrow.contains("! stage.failing · ⊘ stage.ill"));
    assert!(texts_at("black-hole", 15.0, 300.0, 270.0).contains("c!⊘"));
}

/// At each level of detail, of the moment that the stage shows.
#[test]
fn the_card_of_a_replica_shows_its_batch_its_queue_and_its_cache() {
    equipoise_serving::install();
    for (servers, size, says) in [
        (1, (1068.0, 400.0), true),
        (1, (360.0, 420.0), true),
        (4, (360.0, 420.0), true),
        (24, (860.0, 540.0), true),
        (64, (860.0, 540.0), false),
    ] {
        let mut scenario = presets::find("kv-wall").expect("preset");
        scenario.arrivals.rate_per_s *= servers as f64;
        scenario.servers = vec![scenario.servers[0].clone(); servers];
        let mut timeline = Timeline::new(Script::new(scenario));
        timeline.play(12.0, u64::MAX);
        let layout = Layout::new(size.0, size.1, timeline.engine());
        let look = Look {
            travel_s: 0.0,
            ..LOOK
        };
        let mut scene = Scene::default();
        live(&timeline, &layout, &look, &mut scene);
        for (server, card) in timeline.engine().servers().iter().zip(&layout.servers) {
            let load = server.scheduler().map(Batch::load).expect("a replica");
            let on_card = scene.blocks.iter().filter(|b| inside(card, &b.rect));
            assert_eq!(on_card.count() as u32, load.running + load.waiting);
            let texts: Vec<&str> = texts_within(card, &scene.live);
            let number = whole_percent(load.kv_usage);
            let expected: &[&str] = if says { &["KV", &number] } else { &[] };
            assert_eq!(texts, expected, "{servers} servers");
            let gauges = scene.live.0.iter().filter(|shape| {
                let Shape::Box { rect, fill, .. } = shape else {
                    return false;
                };
                *fill == Some(Paint::Muted) && inside(card, rect)
            });
            assert_eq!(gauges.count(), 1, "{servers} servers");
        }
    }
}

fn texts_within<'a>(area: &Rect, drawing: &'a Drawing) -> Vec<&'a str> {
    let texts = drawing.0.iter().filter_map(|shape| match shape {
        Shape::Text { x, y, text, .. } => {
            inside(area, &Rect::around(*x, *y, 0.0)).then_some(text.as_str())
        }
        _ => None,
    });
    texts.collect()
}

#[test]
fn at_any_speed_a_queue_is_where_it_is() {
    let mut timeline = Timeline::new(Script::new(
        presets::find("article-formulas").expect("preset"),
    ));
    timeline.play(500.0, u64::MAX);
    let engine = timeline.engine();
    let layout = Layout::new(1068.0, 540.0, engine);
    let there: u64 = engine
        .servers()
        .iter()
        .map(|s| u64::from(s.queue.len()) + u64::from(s.serving()))
        .sum();
    for speed in [0.1, 1.0, 30.0, 1000.0] {
        let travel_s = travel_s(speed, engine.scenario());
        let look = Look { travel_s, ..LOOK };
        let mut scene = Scene::default();
        live(&timeline, &layout, &look, &mut scene);
        let on_cards = scene
            .blocks
            .iter()
            .filter(|b| layout.servers.iter().any(|card| inside(card, &b.rect)));
        assert!(
            on_cards.count() as u64 + 3 >= there,
            "{there} tasks at {speed}×"
        );
    }
}

#[test]
fn every_server_has_its_place_and_none_overlap() {
    for n in [1, 2, 3, 5, 8, 13, 16, 24, 40, 64, 256] {
        let mut scenario = presets::find("weights").expect("preset");
        scenario.servers = vec![ServerConfig::default(); n];
        let timeline = Timeline::new(Script::new(scenario));
        for (w, h) in [(1068.0, 540.0), (360.0, 420.0)] {
            let layout = Layout::new(w, h, timeline.engine());
            let places = &layout.servers;
            assert_eq!(places.len(), n);
            for (i, a) in places.iter().enumerate() {
                assert!(a.w > 4.0 && a.h > 4.0, "{n} at {w}×{h}: {a:?}");
                for b in &places[..i] {
                    let apart = a.x >= b.right()
                        || b.x >= a.right()
                        || a.y >= b.bottom()
                        || b.y >= a.bottom();
                    assert!(apart, "{n} at {w}×{h}: {a:?} {b:?}");
                }
            }
        }
    }
}

#[test]
fn five_thousand_waiting_tasks_are_all_in_view() {
    let mut scenario = presets::find("round-robin").expect("preset");
    scenario.arrivals.rate_per_s = 2000.0;
    let mut timeline = Timeline::new(Script::new(scenario));
    timeline.play(2.5, u64::MAX);
    let layout = Layout::new(1068.0, 540.0, timeline.engine());
    assert!(scene(&timeline, &layout).blocks.len() >= 4990);
}

/// At 200 s two servers take tasks and four start; of those that are off the card is empty. What is
/// read aloud is what the picture says.
#[test]
fn servers_on_standby_are_ghosts_that_fill() {
    let scenario = presets::find("cold-start").expect("it ships");
    let mut timeline = Timeline::new(Script::new(scenario));
    let t: &dyn Fn(&str) -> String = &|key| match key {
        "standby.starting" => "%{stage} %{n}".into(),
        key => key.into(),
    };
    let look = Look { t, ..LOOK };
    for (time_s, expected) in [
        (0.0, Some("standby.off")),
        // 125 s after its order: 61 + 33 + 10 s are over, and 42 s of compiling begin.
        (200.0, Some("standby.compile 169")),
        (400.0, None),
    ] {
        timeline.seek(time_s);
        timeline.finish();
        let layout = Layout::new(1068.0, 540.0, timeline.engine());
        let mut scene = Scene::default();
        base(&timeline, &layout, &look, &mut scene);
        let rect = layout.servers[5];
        let said = standby(&timeline, 5, t);
        assert_eq!(said.as_deref(), expected, "at {time_s} s");
        let drawn = texts_within(&rect, &scene.base);
        let seen = expected.is_none_or(|said| drawn.iter().any(|text| text.contains(said)));
        assert!(seen, "at {time_s} s: {drawn:?}");
        let filled = scene.base.0.iter().find_map(|shape| match shape {
            Shape::Box {
                rect: inner,
                fill: Some(Paint::Soft(5)),
                ..
            } if inner.y == rect.y => Some(inner.w / rect.w),
            _ => None,
        });
        let share = (time_s == 200.0).then_some(125.0 / 294.0);
        let same = match (filled, share) {
            (Some(filled), Some(share)) => (filled - share).abs() < 1e-9,
            (None, None) => true,
            _ => false,
        };
        assert!(same, "at {time_s} s: {filled:?}");
        assert_eq!(standby(&timeline, 0, t), None);
    }
}
