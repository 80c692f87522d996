//! Links, and where data are.

use super::{mean_response_s, preset, run, share};
use equipoise::balance::StrategyId;

/// Seed of the scene: 920 tasks. Where all go to their data, a gets 37 % and the mean is 7.3 s; who
/// weighs leaves it 28 % and 2.5 s; who does not know where data are fetches all the time: 18.7 s.
#[test]
fn transfer_and_queue_are_weighed_against_each_other() {
    let [home, weighed] = preset("popular-shard");
    let mut counting = home.clone();
    counting.balancer.strategy.id = StrategyId::LeastConnections;
    let engines = [home, weighed, counting].map(|scenario| run(&scenario, 300.0));
    let [home, weighed, counting] = &engines;
    assert_eq!(home.totals().decided, 920);
    let shares = [home, weighed].map(|engine| (100.0 * share(engine, 0)).round());
    assert_eq!(shares, [37.0, 28.0]);
    let means_s = [home, weighed, counting].map(|engine| (10.0 * mean_response_s(engine)).round());
    assert_eq!(means_s, [73.0, 25.0, 187.0]);
    // One has its queue at the server, the other at the server's link.
    assert!(home.servers()[0].waiting() > 10 && counting.crossing() > 50);
}

/// The same holds for other seeds: weighing is at least by a quarter better than the one, and four
/// times as good as the other.
#[test]
fn weighing_is_best_for_any_seed() {
    for seed in 1..=5 {
        let [mut home, mut weighed] = preset("popular-shard");
        home.seed = seed;
        weighed.seed = seed;
        let mut counting = home.clone();
        counting.balancer.strategy.id = StrategyId::LeastConnections;
        let means_s = [home, weighed, counting].map(|s| mean_response_s(&run(&s, 300.0)));
        let [home_s, weighed_s, counting_s] = means_s;
        assert!(weighed_s < 0.75 * home_s, "{seed}: {means_s:?}");
        assert!(weighed_s < 0.25 * counting_s, "{seed}: {means_s:?}");
    }
}
