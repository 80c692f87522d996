use super::checkpoints::{MAX_BYTES, MAX_CHECKPOINTS};
use super::*;
use crate::scenario::presets;

fn timeline(preset: &str) -> Timeline {
    Timeline::new(Script::new(presets::find(preset).expect(preset)))
}

/// Everything that a viewer can see of the state.
fn state(t: &Timeline) -> String {
    format!("{:?} {:?} {:?}", t.position(), t.engine(), t.why())
}

fn step(t: &mut Timeline, n: usize) {
    for _ in 0..n {
        t.step_forward();
        t.finish();
    }
}

/// As on a machine too busy to make one before the next is asked for.
#[test]
fn no_step_is_lost_while_another_is_under_way() {
    let mut t = timeline("weights");
    (0..5).for_each(|_| t.step_forward());
    t.finish();
    assert_eq!(t.engine().totals().decided, 5);
    (0..3).for_each(|_| t.step_back());
    t.finish();
    assert_eq!((t.engine().totals().decided, t.why().task), (2, 2));
    (0..3).for_each(|_| t.step_back());
    t.finish();
    assert_eq!(t.position(), Position::default());
}

#[test]
fn ten_steps_back_undo_ten_steps_forward() {
    for preset in presets::ids() {
        // The program of language models is not in this crate: `tests/replicas` has its scenes.
        if presets::find(preset).is_some_and(|scenario| scenario.needs_models()) {
            continue;
        }
        let mut t = timeline(preset);
        step(&mut t, 3);
        let before = state(&t);
        let decided = t.engine().totals().decided;
        step(&mut t, 10);
        while t.engine().totals().decided > decided {
            t.step_back();
            t.finish();
        }
        assert_eq!(state(&t), before, "{preset}");
    }
}

/// A seek that is broken off by a reload of the page goes on to the same moment.
#[test]
fn a_seek_says_where_it_goes_so_that_another_gets_there() {
    let seeks: [fn(&mut Timeline); 4] = [
        |t| t.seek(50.0),
        |t| t.seek(7.0),
        Timeline::step_back,
        |t| t.seek_position(Position::default()),
    ];
    for (i, seek) in seeks.into_iter().enumerate() {
        let mut t = timeline("inference");
        step(&mut t, 40);
        seek(&mut t);
        let goal = t.bound_for();
        let mut other = timeline("inference");
        other.seek_position(goal);
        other.finish();
        t.finish();
        assert_eq!(state(&other), state(&t), "seek {i}");
        assert_eq!(t.bound_for(), t.position());
    }
}

#[test]
fn seeking_reaches_the_state_that_playing_reached() {
    let mut t = timeline("inference");
    t.play(20.0, u64::MAX);
    let then = state(&t);
    t.play(40.0, u64::MAX);
    t.seek(20.0);
    t.finish();
    assert_eq!(state(&t), then);
}

#[test]
fn play_in_frames_is_play_in_one() {
    let mut frames = timeline("bursts");
    let mut whole = timeline("bursts");
    for _ in 0..64 {
        frames.play(0.25, 1000);
    }
    whole.play(16.0, u64::MAX);
    assert_eq!(frames.engine().totals(), whole.engine().totals());
}

#[test]
fn a_change_in_the_past_continues_from_there_and_can_be_replayed() {
    let mut t = timeline("weights");
    t.play(10.0, u64::MAX);
    t.seek(5.0);
    t.finish();
    let mut scenario = t.engine().scenario().clone();
    scenario.servers[2].weight = 9;
    assert!(!t.change(scenario));
    t.play(10.0, u64::MAX);
    let then = state(&t);
    assert!(t.engine().servers()[2].assigned > t.engine().servers()[0].assigned / 2);

    t.seek(2.0);
    t.finish();
    assert_eq!(t.engine().scenario().servers[2].weight, 1);
    let mut again = Timeline::new(t.script().clone());
    for t in [&mut t, &mut again] {
        t.seek(15.0);
        t.finish();
        assert_eq!(state(t), then);
    }
}

/// As when a slider is dragged while the run is paused.
#[test]
fn a_second_change_at_the_same_position_replaces_the_first() {
    let mut t = timeline("weights");
    t.play(5.0, u64::MAX);
    for weight in [9, 2, 4] {
        let mut scenario = t.engine().scenario().clone();
        scenario.servers[2].weight = weight;
        t.change(scenario);
        assert_eq!(
            (t.engine().scenario().servers[2].weight, t.engine().now_s()),
            (weight, 5.0)
        );
        assert_eq!(t.script().edits.len(), 1);
    }
    t.play(10.0, u64::MAX);
    let then = state(&t);
    let mut again = Timeline::new(t.script().clone());
    again.seek(15.0);
    again.finish();
    assert_eq!(state(&again), then);
}

#[test]
fn a_step_to_a_change_applies_it() {
    let mut t = timeline("weights");
    step(&mut t, 5);
    let mut scenario = t.engine().scenario().clone();
    scenario.servers[2].weight = 9;
    t.change(scenario);
    t.step_back();
    t.finish();
    assert_eq!(t.engine().scenario().servers[2].weight, 1);
    step(&mut t, 1);
    assert_eq!(t.engine().scenario().servers[2].weight, 9);
}

#[test]
fn one_change_too_many_replaces_the_last() {
    let mut t = timeline("weights");
    let changes = crate::scenario::limits::EDITS_MAX as u32 + 3;
    for i in 0..changes {
        t.play(0.1, u64::MAX);
        let mut scenario = t.engine().scenario().clone();
        scenario.servers[2].weight = 1 + i;
        t.change(scenario);
        t.finish();
        assert_eq!(t.engine().scenario().servers[2].weight, 1 + i);
    }
    assert!((t.engine().now_s() - 0.1 * f64::from(changes)).abs() < 1e-9);
    assert_eq!(t.script().validate(), Ok(()));
}

/// A minute at 2,000 tasks/s, then back to the second second.
#[test]
fn memory_stays_bounded_and_the_past_stays_in_reach() {
    let mut scenario = presets::find("least-connections").expect("preset");
    scenario.arrivals.rate_per_s = 2000.0;
    scenario.sizes.mean = 0.001;
    let mut t = Timeline::new(Script::new(scenario));
    t.play(2.0, u64::MAX);
    let then = state(&t);
    t.play(58.0, u64::MAX);
    assert!(t.checkpoints.len() <= MAX_CHECKPOINTS && t.log.allocations.len() <= 4096);
    t.seek(2.0);
    t.finish();
    assert_eq!(state(&t), then);
    assert!(t.log.from_s() <= 2.0);
}

#[test]
fn an_overloaded_run_is_bounded_too() {
    let mut scenario = presets::find("round-robin").expect("preset");
    scenario.arrivals.rate_per_s = 20_000.0;
    let mut t = Timeline::new(Script::new(scenario));
    t.play(10.0, u64::MAX);
    assert_eq!(t.engine().tasks().len(), crate::sim::MAX_IN_SYSTEM);
    assert!(t.checkpoints.bytes() <= MAX_BYTES);
    assert!(!t.is_full());
}

/// To copy a long queue every few events took most of a frame's time once.
#[test]
fn a_run_with_a_long_queue_is_copied_seldom() {
    let mut scenario = presets::find("round-robin").expect("preset");
    scenario.arrivals.rate_per_s = 20_000.0;
    let mut t = Timeline::new(Script::new(scenario));
    let mut copied = 0;
    while t.engine().now_s() < 5.0 {
        let before = t.checkpoints.bytes();
        t.play(0.01, u64::MAX);
        copied += t.checkpoints.bytes().saturating_sub(before);
    }
    let events = t.position().event;
    assert!(events > 50_000 && t.checkpoints.bytes() > 10_000_000);
    assert!(
        copied as u64 <= 200 * events,
        "{copied} bytes in {events} events"
    );
}

/// All tasks in the system, and when their clients give them up, are more than a test allows.
#[test]
fn a_run_ends_where_its_memory_would_be_too_much() {
    let mut scenario = presets::find("round-robin").expect("preset");
    scenario.arrivals.rate_per_s = 20_000.0;
    scenario.retry_policy.timeout_s = Some(1000.0);
    let mut t = Timeline::new(Script::new(scenario));
    t.play(20.0, u64::MAX);
    assert!(t.is_full() && t.is_over());
    let (full, event) = (t.engine().now_s(), t.position().event);
    assert!(full < 6.0, "{full}");
    t.play(20.0, u64::MAX);
    assert_eq!(t.position().event, event);
    t.seek(1.0);
    t.finish();
    assert!(!t.is_full());
    t.play(20.0, u64::MAX);
    assert_eq!(t.position().event, event);
}

#[test]
fn a_run_that_ends_says_so() {
    let mut t = timeline("preprocessing");
    t.play(1e6, u64::MAX);
    assert!(t.is_over());
    assert_eq!(
        t.engine().totals().finished,
        u64::from(t.engine().scenario().arrivals.tasks)
    );
}

/// The position explains only what will be its latest decision. Here one engine explains all.
#[test]
fn the_latest_decision_is_explained_wherever_a_piece_of_work_ends() {
    for preset in presets::ids() {
        let scenario = presets::find(preset).expect(preset);
        if scenario.needs_models() {
            continue;
        }
        let mut t = timeline(preset);
        let mut all = Moment::start(t.script(), None);
        let mut why = Explanation::default();
        let mut unexplained = 0;
        for piece in 0..400_u32 {
            // Some end by their time, some by their count.
            t.play(f64::from(piece % 7) * 0.3, 1 + u64::from(piece % 5).pow(3));
            let mut recorder = Recorder::without_log(&mut why);
            while all.event() < t.position().event {
                all.step(t.script(), f64::INFINITY, &mut recorder);
            }
            all.pass_to(t.script(), t.engine().now_s(), &mut recorder);
            assert!(t.position.event() <= t.head.event(), "{preset}");
            match t.why().task {
                0 if why.task > 0 => unexplained += 1,
                _ => assert_eq!(t.why(), &why, "{preset}, piece {piece}"),
            }
        }
        assert_eq!(format!("{:?}", all.engine), format!("{:?}", t.engine()));
        assert!(
            unexplained < 4,
            "{preset}: {unexplained} pieces end unexplained"
        );
        // Back, in pieces too.
        t.seek(t.engine().now_s() / 2.0);
        while !t.work(50) {}
        let explained = state(&t);
        let mut again = Timeline::new(t.script().clone());
        again.seek(t.engine().now_s());
        again.finish();
        assert_eq!(state(&again), explained, "{preset}");
    }
}

/// Where more happens at the moment of the goal than the head is ahead, the head knows it all.
#[test]
fn a_seek_to_the_moment_of_a_batch_has_all_of_it_behind_it() {
    let mut scenario = presets::find("round-robin").expect("it ships");
    scenario.arrivals.pattern = crate::scenario::Pattern::Batch;
    scenario.arrivals.tasks = 9000;
    let mut t = Timeline::new(Script::new(scenario));
    t.seek(0.0);
    t.finish();
    let decided = t.engine().totals().decided;
    assert!(decided > 8000 && t.engine().now_s() == 0.0, "{decided}");
    assert!(t.position.event() <= t.head.event());
    let latest = t.log.allocations.iter().find(|a| a.decision == decided);
    assert_eq!(latest.map(|a| a.task), Some(t.why().task));
}
