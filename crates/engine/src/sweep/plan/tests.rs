use super::*;
use crate::scenario::fields::SECTIONS;
use crate::scenario::{Arrivals, Pattern, ServerConfig, SizeLaw, presets};

fn plan() -> SweepPlan {
    SweepPlan {
        scenario: Scenario {
            arrivals: Arrivals {
                pattern: Pattern::Poisson,
                ..Arrivals::default()
            },
            ..Scenario::default()
        },
        beside: None,
        param: Param::Load,
        from: 0.5,
        to: 0.9,
        points: 3,
        log: false,
        replications: 2,
        strategies: vec![StrategyId::Random, StrategyId::RoundRobin],
        tasks: 100,
    }
}

fn refused(change: impl FnOnce(&mut SweepPlan)) -> String {
    let mut plan = plan();
    change(&mut plan);
    plan.validate().expect_err("must be refused").to_string()
}

#[test]
fn strategies_share_seeds_and_nothing_else_does() {
    let plan = plan();
    let runs: Vec<Run> = (0..plan.runs()).map_while(|i| plan.run(i)).collect();
    assert_eq!(
        (runs.len(), plan.run(12), plan.validate()),
        (12, None, Ok(()))
    );
    for pair in runs.chunks_exact(2) {
        assert_eq!((pair[0].seed, pair[0].point), (pair[1].seed, pair[1].point));
        assert_ne!(pair[0].strategy, pair[1].strategy);
    }
    let mut seeds: Vec<u32> = runs.iter().step_by(2).map(|r| r.seed).collect();
    seeds.dedup();
    assert_eq!(seeds.len(), 6);
}

#[test]
fn two_scenarios_share_seeds_and_the_parameter() {
    let other = presets::find("two-choices").expect("preset");
    let both = SweepPlan {
        beside: Some(Box::new(other.clone())),
        strategies: Vec::new(),
        ..plan()
    };
    let runs: Vec<Run> = (0..both.runs()).map_while(|i| both.run(i)).collect();
    assert_eq!((runs.len(), both.validate()), (12, Ok(())));
    for pair in runs.chunks_exact(2) {
        let [a, b] = [0, 1].map(|way| both.scenario_of(&pair[way]).expect("is valid"));
        assert_eq!(
            (a.seed, a.name, a.servers.len()),
            (b.seed, plan().scenario.name, 3)
        );
        assert_eq!(
            (b.name, b.servers.len()),
            (other.name.clone(), other.servers.len())
        );
        let load = |run: &Run| {
            both.scenario_of(run)
                .expect("is valid")
                .utilisation()
                .expect("has a rate")
        };
        assert!(
            (load(&pair[0]) - pair[0].value).abs() < 1e-12
                && (load(&pair[1]) - pair[0].value).abs() < 1e-12
        );
    }
    let three = SweepPlan {
        beside: both.beside,
        ..plan()
    };
    let refusal = three
        .validate()
        .expect_err("two strategies and another scenario")
        .to_string();
    assert_eq!(
        refusal,
        "strategies is 2; allowed: at most one beside another scenario"
    );
}

#[test]
fn points_go_from_end_to_end() {
    let values = |plan: &SweepPlan| (0..plan.points).map(|p| plan.value(p)).collect::<Vec<_>>();
    assert_eq!(values(&plan()), [0.5, 0.7, 0.9]);
    let ratios = values(&SweepPlan {
        from: 1.0,
        to: 100.0,
        log: true,
        ..plan()
    });
    assert!(
        ratios
            .iter()
            .zip([1.0, 10.0, 100.0])
            .all(|(a, b)| (a - b).abs() < 1e-12),
        "{ratios:?}"
    );
    assert_eq!(
        values(&SweepPlan {
            points: 1,
            ..plan()
        }),
        [0.5]
    );
    assert_eq!(
        values(&SweepPlan {
            param: Param::Servers,
            from: 1.0,
            to: 4.0,
            ..plan()
        }),
        [1.0, 3.0, 4.0]
    );
}

#[test]
fn what_is_wrong_is_named() {
    assert_eq!(refused(|p| p.points = 0), "points is 0; allowed: 1 to 1000");
    assert_eq!(
        refused(|p| p.tasks = 10),
        "tasks is 10; allowed: 100 to 10000000"
    );
    assert!(refused(|p| p.to = f64::NAN).starts_with("to is NaN"));
    assert!(refused(|p| (p.from, p.log) = (0.0, true)).starts_with("from is 0; allowed: above 0"));
    assert_eq!(
        refused(|p| p.from = -0.5),
        "from is -0.5; allowed: 0.001 to 1000"
    );
    assert_eq!(
        refused(|p| p.strategies = vec![StrategyId::Pull; 2]),
        "strategies[1] is pull; allowed: each strategy once"
    );
    assert_eq!(
        refused(|p| (p.param, p.from, p.to) = (Param::Servers, 1.0, 1e9)),
        "to is 1000000000; allowed: 1 to 256"
    );
    assert!(refused(|p| p.param = Param::Spread).starts_with("param is spread"));
    assert!(
        refused(|p| (p.points, p.replications) = (1000, 1000)).starts_with("points × replications")
    );
    assert_eq!(
        refused(|p| (p.param, p.from) = (Param::Choices, -3.0)),
        "from is -3; allowed: 1 to 256"
    );
    assert_eq!(
        refused(|p| (p.param, p.from) = (Param::Staleness, -1.0)),
        "from is -1; allowed: 0 to 1000"
    );
    assert_eq!(
        refused(|p| (p.param, p.from) = (Param::SpeedSkew, -1.0)),
        "from is -1; allowed: 0.001 to 1000"
    );
    // What only this scenario does not allow, and a point between two that are allowed.
    assert_eq!(
        refused(|p| (p.param, p.from) = (Param::WeightSkew, 1000.0)),
        "weight-skew is 1000, which makes servers[2].weight 0; allowed: 1 to 1000"
    );
    assert_eq!(
        refused(|p| (p.param, p.from, p.to) = (Param::Staleness, 0.0, 0.01)),
        "staleness is 0.005, which makes balancer.load_refresh_s 0.005; allowed: 0.01 to 1000"
    );
    assert!(refused(|p| p.scenario.servers.clear()).starts_with("servers is 0"));
}

#[test]
fn where_it_is_worth_looking_is_allowed() {
    let fields = SECTIONS.iter().flat_map(|(section, _)| Param::of(*section));
    for param in Param::named().chain(fields) {
        let (from, to) = param.usual_range();
        let range = param.range();
        assert!(range.allows(from) && range.allows(to), "{param}");
        assert_eq!(param.to_string().parse(), Ok(param));
    }
}

#[test]
fn any_number_is_a_parameter_by_its_path() {
    let at = |param: &str, value| {
        let plan = SweepPlan {
            param: param.parse().expect("is a parameter"),
            from: value,
            to: value,
            ..plan()
        };
        assert_eq!(plan.validate(), Ok(()));
        plan.scenario_of(&plan.run(0).expect("has runs"))
            .expect("is valid")
    };
    let ejection = at("balancer.health.ejection_s", 4.5);
    assert_eq!(ejection.balancer.health.ejection_s, 4.5);
    let speeds = at("servers.*.speed", 3.0).servers;
    assert!(speeds.iter().all(|server| server.speed == 3.0));
    let weights = at("servers[1].weight", 6.0).servers;
    assert_eq!((weights[0].weight, weights[1].weight), (1, 6));
    assert_eq!(at("balancer.shed_above", 9.0).balancer.shed_above, Some(9));

    assert!(
        refused(|p| p.param = "servers.9.speed".parse().expect("a path"))
            .starts_with("param is servers[9].speed")
    );
    let error = "balancer.helth.rise".parse::<Param>().expect_err("unknown");
    assert!(
        error.contains("did you mean balancer.health.rise?"),
        "{error}"
    );
    let error = "arrivals.pattern".parse::<Param>().expect_err("no number");
    assert!(error.contains("nothing, load, servers"), "{error}");
}

#[test]
fn each_parameter_sets_what_it_says() {
    let at = |param, value, change: fn(&mut Scenario)| {
        let mut plan = SweepPlan {
            param,
            from: value,
            ..plan()
        };
        change(&mut plan.scenario);
        plan.scenario_of(&plan.run(0).expect("has runs"))
            .expect("is valid")
    };
    assert!(
        (at(Param::Load, 0.6, |_| ())
            .utilisation()
            .expect("has a rate")
            - 0.6)
            .abs()
            < 1e-12
    );
    assert_eq!(
        at(Param::Servers, 5.0, |_| ()).servers,
        vec![ServerConfig::default(); 5]
    );
    assert_eq!(at(Param::Rate, 2.5, |_| ()).arrivals.rate_per_s, 2.5);
    assert_eq!(
        at(Param::RoundTasks, 9.0, |s| s.arrivals.pattern =
            Pattern::Steps)
        .arrivals
        .tasks,
        9
    );
    assert_eq!(
        at(Param::Spread, 3.0, |s| s.sizes.law = SizeLaw::Pareto)
            .sizes
            .cv(),
        3.0
    );
    assert_eq!(at(Param::KeySkew, 1.5, |_| ()).clients.url_skew, 1.5);
    assert_eq!(at(Param::Choices, 3.0, |_| ()).balancer.strategy.choices, 3);
    let nodes = |id| {
        let plan = SweepPlan {
            param: Param::VirtualNodes,
            from: 40.0,
            strategies: vec![id],
            ..plan()
        };
        plan.scenario_of(&plan.run(0).expect("has runs"))
            .expect("is valid")
            .balancer
            .strategy
    };
    assert_eq!(nodes(StrategyId::Ketama).virtual_nodes, 40);
    assert_eq!(
        nodes(StrategyId::EnvoyRing).ring_size,
        40 * plan().scenario.servers.len() as u32
    );
    let every = |s| at(Param::Staleness, s, |_| ()).balancer.load_refresh_s;
    assert_eq!((every(0.0), every(2.5)), (None, Some(2.5)));
    assert_eq!(
        at(Param::Timeout, 4.0, |_| ()).patience.timeout_s,
        Some(4.0)
    );
    let weights: Vec<u32> = at(Param::WeightSkew, 4.0, |_| ())
        .servers
        .iter()
        .map(|s| s.weight)
        .collect();
    assert_eq!(weights, [100, 50, 25]);
    let speeds: Vec<f64> = at(Param::SpeedSkew, 4.0, |_| ())
        .servers
        .iter()
        .map(|s| s.speed)
        .collect();
    assert!(
        speeds
            .iter()
            .zip([12.0, 6.0, 3.0])
            .all(|(a, b)| (a - b / 7.0).abs() < 1e-12),
        "{speeds:?}"
    );
}

#[test]
fn fingerprints_tell_plans_apart() {
    let other = SweepPlan {
        scenario: presets::find("random").expect("preset"),
        ..plan()
    };
    assert_ne!(plan().fingerprint(), other.fingerprint());
    assert_eq!(plan().fingerprint(), plan().fingerprint());
}
