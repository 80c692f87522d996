use super::*;
use crate::scenario::{Fault, ServerState, presets};
use crate::sweep::RunResult;

/// Poisson arrivals of 8 a second, exponential service of 1 s, one queue.
fn pool() -> Scenario {
    let mut scenario = presets::find("mmc").expect("preset");
    scenario.arrivals.rate_per_s = 8.0;
    scenario
}

fn question(goals: &[Goal]) -> Sizing {
    Sizing {
        goals: goals.to_vec(),
        strategies: Vec::new(),
        tasks: 20_000,
        most: 40,
        ..Sizing::usual(&pool())
    }
}

/// Does what is due until nothing is.
fn all(search: &Search) -> Vec<RunResult> {
    let mut results = Vec::new();
    loop {
        let due = search.due(&results);
        if due.is_empty() {
            return results;
        }
        results.extend(due.into_iter().filter_map(|index| search.observe(index)));
    }
}

fn answer(scenario: &Scenario, goal: Goal) -> Answer {
    let search = question(&[goal]).search(scenario).expect("is valid");
    search.answers(&all(&search))[0]
}

/// Erlang's B of `servers` at a load of `erlangs`, by its recursion.
fn erlang_b(servers: u32, erlangs: f64) -> f64 {
    (1..=servers).fold(1.0, |b, c| erlangs * b / (f64::from(c) + erlangs * b))
}

/// The mean wait of M/M/c at μ = 1 by Erlang's C.
fn wait_s(servers: u32, erlangs: f64) -> f64 {
    let b = erlang_b(servers, erlangs);
    let free = f64::from(servers) - erlangs;
    f64::from(servers) * b / (free + erlangs * b) / free
}

/// The fewest servers of M/M/c for a mean wait, known by Erlang C. Each bound lies between the
/// waits of two numbers.
#[test]
fn the_fewest_servers_for_a_mean_wait_are_those_of_erlang_c() {
    for servers in [10, 11, 13] {
        let bound_s = (wait_s(servers, 8.0) * wait_s(servers - 1, 8.0)).sqrt();
        let found = answer(&pool(), Goal::new("wait_mean_s", bound_s));
        assert_eq!(
            (found.met, found.missed),
            (Some(servers), Some(servers - 1)),
            "{bound_s}"
        );
        assert!(found.is_final && found.unsure(1, 40).is_none());
    }
}

fn without_queues() -> Scenario {
    let mut scenario = pool();
    scenario.balancer.strategy.id = StrategyId::LeastConnections;
    scenario.servers[0].queue = Some(0);
    scenario
}

/// Servers without a queue, of which a free one is picked, lose what Erlang B says.
#[test]
fn the_fewest_servers_for_a_share_of_losses_are_those_of_erlang_b() {
    let bound = (erlang_b(13, 8.0) * erlang_b(12, 8.0)).sqrt();
    let found = answer(&without_queues(), Goal::new("rejected_share", bound));
    assert_eq!((found.met, found.missed), (Some(13), Some(12)), "{bound}");
}

/// 8 erlangs on 12 servers are 67 %, on 11 of them 73 %.
#[test]
fn all_goals_must_be_met() {
    let goals = [Goal::new("utilisation", 0.7), Goal::new("wait_mean_s", 0.5)];
    let search = question(&goals).search(&pool()).expect("is valid");
    let results = all(&search);
    let tried = search.tried(&results);
    assert_eq!(search.answers(&results)[0].met, Some(12));
    let eleven = tried
        .iter()
        .find(|tried| tried.servers == 11)
        .expect("was tried");
    assert_eq!(
        (eleven.verdicts[0], eleven.verdict),
        (Verdict::Missed, Verdict::Missed)
    );
    let twelve = tried.iter().find(|tried| tried.servers == 12);
    let twelve = twelve.expect("was tried");
    assert_eq!(twelve.verdicts, [Verdict::Met, Verdict::Met]);
}

/// The bound is the very value of eleven servers.
#[test]
fn what_so_many_runs_cannot_tell_is_left_open() {
    let sizing = Sizing {
        replications: 10,
        ..question(&[Goal::new("wait_mean_s", wait_s(11, 8.0))])
    };
    let search = sizing.search(&pool()).expect("is valid");
    let found = search.answers(&all(&search))[0];
    assert_eq!((found.met, found.missed), (Some(12), Some(10)));
    assert_eq!(found.unsure(1, 40), Some((11, 11)));
}

#[test]
fn no_number_may_be_enough_and_the_least_may() {
    let none = answer(&pool(), Goal::new("response_mean_s", 0.5));
    assert_eq!((none.met, none.missed), (None, Some(40)));
    let one = answer(&without_queues(), Goal::new("rejected_share", 0.95));
    assert_eq!((one.met, one.missed), (Some(1), None));
}

/// Nothing is lost where queues have no end, but runs in which they grow are never long enough.
#[test]
fn an_overloaded_system_is_not_said_to_meet_a_goal() {
    let found = answer(&pool(), Goal::new("rejected_share", 0.5));
    assert_eq!((found.met, found.unsure(1, 40)), (Some(9), Some((1, 8))));
}

#[test]
fn equal_results_in_any_order_have_the_same_runs_due() {
    let sizing = Sizing {
        strategies: vec![StrategyId::Pull, StrategyId::Random],
        tasks: 2000,
        ..question(&[Goal::new("wait_mean_s", 0.4)])
    };
    let search = sizing.search(&pool()).expect("is valid");
    let mut results = all(&search);
    let tried = search.tried(&results);
    let answers = search.answers(&results);
    results.reverse();
    assert_eq!(search.tried(&results), tried);
    assert_eq!(search.answers(&results), answers);
    assert_eq!(all(&search).len(), results.len());
    let [pull, random] = [0, 1].map(|arm| answers[arm].met.expect("is enough"));
    assert!(pull < random, "{answers:?}");
    let mut half: Vec<RunResult> = results.split_off(results.len() / 2);
    let due = search.due(&half);
    half.reverse();
    assert_eq!(search.due(&half), due);
}

#[test]
fn a_replication_has_the_same_seed_for_all_numbers_and_strategies() {
    let sizing = Sizing {
        strategies: vec![StrategyId::Pull, StrategyId::Random],
        ..question(&[Goal::new("wait_mean_s", 0.2)])
    };
    let search = sizing.search(&pool()).expect("is valid");
    let runs = (0..).map_while(|index| search.run(index));
    for run in runs {
        assert_eq!(run.seed, search.grid().scenario.seed + run.replication);
    }
}

#[test]
fn a_planned_fault_needs_its_server() {
    let mut scenario = pool();
    scenario.faults = vec![Fault {
        at_s: 1.0,
        server: 2,
        state: ServerState::Down,
    }];
    let search = question(&[Goal::new("wait_mean_s", 0.2)]).search(&scenario);
    assert_eq!(search.expect("is valid").limits(), (3, 40));
}

fn refused(change: impl FnOnce(&mut Sizing)) -> String {
    let mut sizing = question(&[Goal::new("wait_mean_s", 0.2)]);
    change(&mut sizing);
    sizing
        .search(&pool())
        .expect_err("must be refused")
        .to_string()
}

fn holds(said: String, words: &[&str]) {
    assert!(words.iter().all(|word| said.contains(word)), "{said}");
}

#[test]
fn what_is_no_good_is_named_with_what_is_allowed() {
    holds(refused(|s| s.goals.clear()), &["goals is 0", "1 to 8"]);
    let unknown = Goal::new("wait_p98_s", 1.0);
    holds(
        refused(|s| s.goals = vec![unknown]),
        &["wait_p98_s", "wait_mean_s, present"],
    );
    let of_models = Goal::new("ttft_p99_s", 1.0);
    let said = refused(|s| s.goals = vec![of_models]);
    holds(said, &["goal is ttft_p99_s", "response_mean_s"]);
    let no_share = Goal::new("utilisation", 70.0);
    holds(
        refused(|s| s.goals = vec![no_share]),
        &["goal utilisation is 70", "0 to 1"],
    );
    holds(refused(|s| s.most = 0), &["most is 0", "1 to 256"]);
    holds(
        refused(|s| s.replications = 5),
        &["replications is 5", "10 to 1000"],
    );
    holds(refused(|s| s.tasks = 5), &["tasks is 5", "100 to"]);
    holds(
        refused(|s| s.price_per_gpu_hour = Some(2.0)),
        &["price_per_gpu_hour is 2", "replica"],
    );
    for (text, words) in [
        ("wait_mean_s", ["goal is wait_mean_s", "<= or >="]),
        (
            "wait_mean_s<=soon",
            ["goal wait_mean_s is soon", "a number"],
        ),
        (
            "utilisation>=0.5",
            ["goal is utilisation>=0.5", "utilisation<=0.5"],
        ),
    ] {
        let error = text.parse::<Goal>().expect_err("must be refused");
        holds(error.to_string(), &words);
    }
    for text in ["wait_mean_s<=0.2", "throughput_per_s>=5"] {
        let goal: Goal = text.parse().expect("is a goal");
        assert_eq!(goal.to_string(), text);
    }
}
