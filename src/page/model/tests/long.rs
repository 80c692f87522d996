//! Long ways: the page goes them in pieces, and says so where a run would take too much memory.

use super::*;
use crate::balance::StrategyId;
use crate::page::parts::Part;

/// Lets frames pass until the page has nothing left to do; how many there were.
fn frames_until_done(model: &mut Model) -> usize {
    (1..100_000)
        .find(|_| !model.pass_time(0.0, || 0.0))
        .expect("it comes to an end")
}

/// The run beside has a long way behind what is shown: neither choosing it nor a change of both
/// goes the whole way at once.
#[test]
fn the_run_beside_goes_a_long_way_in_pieces() {
    let mut model = after([Action::Seek(60_000.0)]);
    assert!(frames_until_done(&mut model) > 3);
    let events = model.shown().timeline.engine().totals().events;
    assert!(events > 100_000, "{events} events are a long way");

    model.update(
        Action::Compare(Some(Beside::Strategy(StrategyId::Random))),
        0.0,
    );
    for _ in 0..2 {
        let beside = model.beside().expect("is compared");
        let part = beside.timeline.progress().expect("is under way");
        assert!(part < 0.5, "{part}");
        assert!(frames_until_done(&mut model) > 3);
        let [shown, beside] = times(&model);
        assert_eq!(shown, beside);
        model.update(number("arrivals.rate_per_s", 3.0), 0.0);
    }
}

#[test]
fn a_run_that_would_take_too_much_memory_ends_and_says_so() {
    crate::serving::install();
    let mut model = page();
    model.update(Action::Loaded(Part::Replicas), 0.0);
    model.update(Action::Scene("hot-prefix".into()), 1000.0);
    // Each of a million requests a second waits with all tokens of its prompt.
    model.update(number("arrivals.rate_per_s", 1e6), 2000.0);
    model.update(number("requests.prompt_tokens", 8000.0), 3000.0);
    model.update(Action::Seek(60.0), 4000.0);
    frames_until_done(&mut model);
    let timeline = &model.shown().timeline;
    assert!(timeline.is_full() && timeline.engine().now_s() < 60.0);
    assert_eq!(model.message(), Some(&Message::Full));
    model.update(Action::Home, 5000.0);
    frames_until_done(&mut model);
    assert!(!model.shown().timeline.is_full());
}
