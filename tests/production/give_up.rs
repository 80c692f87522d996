//! Who hears of a client that gives up, and queues that lose those who wait too long.

use super::*;
use equipoise::scenario::{HeardBy, Patience, SizeLaw};

/// Overloaded for 20 of 200 s: time-outs of 2 s, up to five retries.
fn overload(heard_by: HeardBy) -> Engine {
    let mut s = Scenario {
        servers: vec![ServerConfig::default(); 1],
        ..Scenario::default()
    };
    s.arrivals.pattern = Pattern::Poisson;
    s.arrivals.rate_per_s = 8.0;
    s.sizes.mean = 0.1;
    s.retry_policy.timeout_s = Some(2.0);
    s.retry_policy.retries = 5;
    s.retry_policy.give_up.heard_by = heard_by;
    s.faults = vec![
        fault(20.0, 0, ServerState::Slow),
        fault(40.0, 0, ServerState::Up),
    ];
    run(&s, 200.0)
}

/// The storm of retries lives on work in vain: if the queue hears of those who give up, what is
/// served in time comes back to what arrives, and if it does not, next to nothing is.
#[test]
fn a_queue_that_hears_of_it_keeps_its_goodput() {
    let good = |heard_by| overload(heard_by).totals().good();
    let [none, queue, server] = [HeardBy::None, HeardBy::Queue, HeardBy::Server].map(good);
    assert!(none < 400, "{none}");
    assert!(queue > 1300, "{queue}");
    // Given up in service as well: first come, first served begins all of them too late.
    assert!(server < queue, "{server}, {queue}");
    let vain = overload(HeardBy::Server).totals().wasted;
    assert_eq!(vain, 0);
}

/// All that came is finished, rejected or there; none is counted twice.
#[test]
fn what_is_given_up_leaves_the_books_in_order() {
    for heard_by in [HeardBy::None, HeardBy::Queue, HeardBy::Server] {
        let engine = overload(heard_by);
        let totals = engine.totals();
        let there = engine.tasks().len() as u64;
        assert_eq!(
            totals.arrived,
            totals.finished + totals.rejected_sum() + there
        );
        let left = totals.rejected[Rejection::GivenUp as usize];
        assert!(left <= totals.timeouts);
        assert_eq!(left == 0, heard_by == HeardBy::None);
    }
}

/// One task of 10 s, given up after 1 s, and another behind it: by hand it begins at 10 s, or at
/// once if the server hears of it.
#[test]
fn a_server_that_hears_of_it_stops() {
    let begun = |heard_by| {
        let mut s = Scenario {
            servers: vec![ServerConfig::default(); 1],
            ..Scenario::default()
        };
        s.arrivals.rate_per_s = 1.0 / 0.95;
        s.sizes.mean = 10.0;
        s.retry_policy.timeout_s = Some(1.0);
        s.retry_policy.give_up.heard_by = heard_by;
        let mut engine = Engine::new(&s);
        engine.run_until(1.2, &mut ());
        (engine.totals().started, engine.totals().rejected_sum())
    };
    assert_eq!(begun(HeardBy::None), (1, 0));
    assert_eq!(begun(HeardBy::Queue), (1, 0));
    assert_eq!(begun(HeardBy::Server), (2, 1));
}

/// The way to the server takes 2 s and clients wait for 1 s: only a server that hears of it is
/// spared. What was on its way leaves, and the books stay in order.
#[test]
fn a_task_on_its_way_is_caught_up_with_if_the_server_hears() {
    let mut s = Scenario {
        servers: vec![ServerConfig::default(); 2],
        ..Scenario::default()
    };
    s.arrivals.rate_per_s = 4.0;
    s.sizes.mean = 0.1;
    s.retry_policy.timeout_s = Some(1.0);
    let far = |s: &mut Scenario| {
        s.servers[1].zone = 1;
        s.balancer.locality.latency_s = 2.0;
    };
    let near = |s: &mut Scenario| s.balancer.dispatcher.latency_s = 2.0;
    for way in [&near as &dyn Fn(&mut Scenario), &far] {
        let mut s = s.clone();
        way(&mut s);
        let [queue, server] = [HeardBy::Queue, HeardBy::Server].map(|heard_by| {
            s.retry_policy.give_up.heard_by = heard_by;
            run(&s, 60.1)
        });
        assert!(queue.totals().wasted > 50, "{}", queue.totals().wasted);
        assert_eq!(server.totals().wasted, 0);
        let totals = server.totals();
        let given_up = totals.rejected[Rejection::GivenUp as usize];
        assert_eq!(totals.timeouts, given_up);
        let there = server.tasks().len() as u64;
        assert_eq!(totals.arrived, totals.finished + given_up + there);
        // Those of the last second: four on their way, or two.
        assert!(there <= 5, "{there}");
    }
}

/// Erlang A beside ten runs of 20,000 s (seeds 1 to 10): the formula is within the interval of 99 %
/// (Student's t of 9 degrees, 3.25) for shares that give up and numbers that wait.
#[test]
fn erlang_a_is_what_runs_come_to() {
    for (slots, rate, patience_s) in [(3, 4.0, 2.0), (1, 0.8, 10.0), (5, 4.0, 0.5)] {
        let mut s = Scenario {
            servers: vec![ServerConfig {
                slots,
                ..ServerConfig::default()
            }],
            ..Scenario::default()
        };
        s.arrivals.pattern = Pattern::Poisson;
        s.arrivals.rate_per_s = rate;
        s.sizes.law = SizeLaw::Exponential;
        s.retry_policy.timeout_s = Some(patience_s);
        s.retry_policy.give_up.heard_by = HeardBy::Queue;
        s.retry_policy.give_up.patience = Patience::Exponential;
        let waiting = equipoise::theory::abandonment::waiting(slots, rate, 1.0, 1.0 / patience_s);
        let expected = waiting / patience_s / rate;
        let shares: Vec<f64> = (1..=10)
            .map(|seed| {
                s.seed = seed;
                let totals = run(&s, 20_000.0).totals().clone();
                totals.rejected_sum() as f64 / totals.arrived as f64
            })
            .collect();
        let mean = shares.iter().sum::<f64>() / 10.0;
        let squares: f64 = shares.iter().map(|x| (x - mean) * (x - mean)).sum();
        let half_width = 3.25 * (squares / 90.0).sqrt();
        assert!(
            (mean - expected).abs() < half_width,
            "{mean} ± {half_width}, {expected}"
        );
        assert!(half_width < 0.05 * expected, "{half_width}");
    }
}

/// The scene beside its formula, and what the guide says of it: without those who hang up the queue
/// would be many times as long. By Erlang's formulas 1.45 callers wait, or 15.7 if none hangs up.
/// Seeds 1 to 10, 20,000 s each; the mean of ten has a standard error of about 0.01 and 0.8.
#[test]
fn a_few_who_hang_up_spare_the_others_most_of_the_wait() {
    let scene = presets::find("erlang-a").expect("preset");
    let expected = equipoise::theory::abandonment::waiting(10, 9.5, 1.0, 0.5);
    let waiting = |change: fn(&mut Scenario)| {
        let mut s = scene.clone();
        change(&mut s);
        let waits = (1..=10).map(|seed| {
            s.seed = seed;
            equipoise::measure::readings::Readings::mean_waiting(&run(&s, 20_000.0))
        });
        waits.sum::<f64>() / 10.0
    };
    let impatient = waiting(|_| ());
    assert!(
        (impatient - expected).abs() < 0.05 * expected,
        "{impatient}, {expected}"
    );
    let patient = waiting(|s| s.retry_policy = Default::default());
    assert!(patient > 7.0 * impatient, "{patient}, {impatient}");
    // And if the queue does not hear of them, as if all were patient: what is given up is served.
    let unheard = waiting(|s| s.retry_policy.give_up.heard_by = HeardBy::None);
    assert!(unheard > 7.0 * impatient, "{unheard}, {impatient}");
}
