//! Tasks and answers on their way, and what cards say of those that are there.

use super::*;

/// A task on its way is neither served nor waits yet, to the eye: cards say of their tasks what the
/// picture shows, at every moment of three seconds.
#[test]
fn cards_say_what_they_show() {
    let mut timeline = Timeline::new(Script::new(presets::find("weights").expect("preset")));
    let layout = Layout::new(1068.0, 540.0, timeline.engine());
    let mut said = [0, 0, 0];
    for _ in 0..300 {
        timeline.play(0.01, u64::MAX);
        let scene = scene(&timeline, &layout);
        for card in &layout.servers {
            let here = scene.blocks.iter().filter(|b| inside(card, &b.rect));
            let words = texts_within(card, &scene.live);
            let says = ["stage.serving", "stage.waiting", "stage.idle"].map(|w| words.contains(&w));
            let shown = here.count();
            assert!(
                shown > usize::from(says[1]) || !(says[0] || says[1]),
                "{words:?}"
            );
            assert!(
                shown == 0 || says[0] && !says[2],
                "{shown} tasks: {words:?}"
            );
            for (n, says) in said.iter_mut().zip(says) {
                *n += usize::from(says);
            }
        }
    }
    assert!(said.iter().all(|&n| n > 0), "{said:?}");
}

/// 25 MB at 50 MB/s take 0.5 s: half of that after the service the answer is half way back, drawn
/// as a task that is done, and then it is there.
#[test]
fn an_answer_comes_back_over_its_link() {
    let mut scenario = presets::find("least-connections").expect("preset");
    scenario.arrivals.pattern = Pattern::Fixed;
    scenario.arrivals.rate_per_s = 0.1;
    scenario.sizes = Sizes {
        law: SizeLaw::Constant,
        mean: 1.0,
        ..scenario.sizes
    };
    scenario.servers.truncate(1);
    scenario.servers[0] = ServerConfig {
        mb_per_s: Bandwidth(50.0),
        ..ServerConfig::default()
    };
    scenario.network.answer_mb = 25.0;
    scenario.validate().expect("it is valid");
    let mut timeline = Timeline::new(Script::new(scenario));
    let layout = Layout::new(1068.0, 540.0, timeline.engine());
    let arrival_s = timeline.log().allocations[0].arrival_s;
    for (after_s, answers) in [(0.9, 0), (1.25, 1), (1.55, 0)] {
        timeline.seek(arrival_s + after_s);
        timeline.finish();
        let scene = scene(&timeline, &layout);
        let done: Vec<_> = scene.blocks.iter().filter(|b| b.left == 0.0).collect();
        assert_eq!(done.len(), answers, "{after_s} s after");
        for block in done {
            let from = layout.server_entry(0);
            let to = layout.balancer_exit(0);
            let (x, y) = along(from, to, layout.upright, 0.5);
            let middle = (block.rect.centre(), block.rect.middle());
            assert!((middle.0 - x).abs() + (middle.1 - y).abs() < 1e-6);
            assert_eq!(block.paint, Paint::Server(0));
        }
    }
}

/// Answers so small that the clock does not move on their way: until the event at which one is
/// there, the picture has it at a place.
#[test]
fn an_answer_of_hardly_any_size_has_a_place() {
    let mut scenario = presets::find("least-connections").expect("preset");
    scenario.network.answer_mb = 1e-50;
    scenario.validate().expect("it is valid");
    let mut timeline = Timeline::new(Script::new(scenario));
    let layout = Layout::new(1068.0, 540.0, timeline.engine());
    let mut coming = 0;
    for _ in 0..200 {
        timeline.play(10.0, 1);
        coming += timeline.engine().answers_coming().count();
        let places = scene(&timeline, &layout).blocks;
        let finite = |b: &Block| b.rect.x.is_finite() && b.rect.y.is_finite();
        assert!(places.iter().all(finite));
    }
    assert!(coming > 0);
}
