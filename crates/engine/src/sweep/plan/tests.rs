use super::*;
use crate::scenario::fields::sections;
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
    let runs: Vec<PlannedRun> = (0..plan.runs()).map_while(|i| plan.run(i)).collect();
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
    let runs: Vec<PlannedRun> = (0..both.runs()).map_while(|i| both.run(i)).collect();
    assert_eq!((runs.len(), both.validate()), (12, Ok(())));
    for pair in runs.chunks_exact(2) {
        let [a, b] = [0, 1].map(|arm| both.scenario_of(&pair[arm]).expect("is valid"));
        for scenario in [&a, &b] {
            let load = scenario.utilisation().expect("has a rate");
            assert!((load - pair[0].value).abs() < 1e-12);
        }
        assert_eq!(
            (a.seed, a.name, a.servers.len()),
            (b.seed, plan().scenario.name, 3)
        );
        assert_eq!(
            (b.name, b.servers.len()),
            (other.name.clone(), other.servers.len())
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

fn values(plan: &SweepPlan) -> Vec<f64> {
    (0..plan.points).map(|point| plan.value(point)).collect()
}

#[test]
fn points_go_from_end_to_end() {
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

fn sweep(plan: &mut SweepPlan, param: Param, from: f64, to: f64) {
    plan.param = param;
    plan.from = from;
    plan.to = to;
}

#[test]
fn what_is_wrong_is_named() {
    assert_eq!(refused(|p| p.points = 0), "points is 0; allowed: 1 to 1000");
    assert_eq!(
        refused(|p| p.tasks = 10),
        "tasks is 10; allowed: 100 to 10000000"
    );
    assert!(refused(|p| p.to = f64::NAN).starts_with("to is NaN"));
    assert!(
        refused(|p| {
            p.from = 0.0;
            p.log = true;
        })
        .starts_with("from is 0; allowed: above 0")
    );
    assert_eq!(
        refused(|p| p.from = -0.5),
        "from is -0.5; allowed: 0.001 to 1000"
    );
    assert_eq!(
        refused(|p| p.strategies = vec![StrategyId::Pull; 2]),
        "strategies[1] is pull; allowed: each strategy once"
    );
    assert_eq!(
        refused(|p| sweep(p, Param::Servers, 1.0, 1e9)),
        "to is 1000000000; allowed: 1 to 256"
    );
    assert!(refused(|p| p.param = Param::Spread).starts_with("param is spread"));
    assert!(
        refused(|p| {
            p.points = 1000;
            p.replications = 1000;
        })
        .starts_with("points × replications")
    );
    assert_eq!(
        refused(|p| sweep(p, Param::Choices, -3.0, 0.9)),
        "from is -3; allowed: 1 to 256"
    );
    assert_eq!(
        refused(|p| sweep(p, Param::Staleness, -1.0, 0.9)),
        "from is -1; allowed: 0 to 1000"
    );
    assert_eq!(
        refused(|p| sweep(p, Param::SpeedSkew, -1.0, 0.9)),
        "from is -1; allowed: 0.001 to 1000"
    );
    // What only this scenario does not allow, and a point between two that are allowed.
    assert_eq!(
        refused(|p| sweep(p, Param::Staleness, 0.0, 0.01)),
        "staleness is 0.005, which makes balancer.load_refresh_s 0.005; allowed: 0.01 to 1000"
    );
    assert!(refused(|p| p.scenario.servers.clear()).starts_with("servers is 0"));
}

#[test]
fn where_it_is_worth_looking_is_allowed() {
    let fields = sections().flat_map(|(section, _)| Param::of(*section));
    for param in Param::named().chain(fields) {
        let (from, to) = param.usual_range();
        let range = param.range();
        assert!(range.allows(from) && range.allows(to), "{param}");
        assert_eq!(param.to_string().parse(), Ok(param));
    }
}

/// The scenario of the first point of a sweep, whose scenario is changed first.
fn at(param: Param, value: f64, change: fn(&mut Scenario)) -> Scenario {
    let mut plan = SweepPlan {
        param,
        from: value,
        strategies: Vec::new(),
        ..plan()
    };
    change(&mut plan.scenario);
    let run = plan.run(0).expect("has runs");
    plan.scenario_of(&run).expect("is valid")
}

#[test]
fn any_number_is_a_parameter_by_its_path() {
    let by = |path: &str, value| at(path.parse().expect(path), value, |_| ());
    let ejection = by("balancer.health.ejection_s", 4.5);
    assert_eq!(ejection.balancer.health.ejection_s, 4.5);
    let speeds = by("servers.*.speed", 3.0).servers;
    assert!(speeds.iter().all(|server| server.speed == 3.0));
    let weights = by("servers[1].weight", 6.0).servers;
    assert_eq!((weights[0].weight, weights[1].weight), (1, 6));
    let shed = by("balancer.shed_above", 9.0).balancer.shed_above;
    assert_eq!(shed, Some(9));

    let missing = "servers.9.speed".parse().expect("a path");
    assert!(refused(|p| p.param = missing).starts_with("param is servers[9].speed"));
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
    let load = at(Param::Load, 0.6, |_| ()).utilisation();
    assert!((load.expect("has a rate") - 0.6).abs() < 1e-12);
    let servers = at(Param::Servers, 5.0, |_| ()).servers;
    assert_eq!(servers, vec![ServerConfig::default(); 5]);
    assert_eq!(at(Param::Rate, 2.5, |_| ()).arrivals.rate_per_s, 2.5);
    let steps = at(Param::RoundTasks, 9.0, |s| {
        s.arrivals.pattern = Pattern::Steps;
    });
    assert_eq!(steps.arrivals.tasks, 9);
    let pareto = at(Param::Spread, 3.0, |s| s.sizes.law = SizeLaw::Pareto);
    assert_eq!(pareto.sizes.cv(), 3.0);
    assert_eq!(at(Param::KeySkew, 1.5, |_| ()).clients.url_skew, 1.5);
    assert_eq!(at(Param::Choices, 3.0, |_| ()).balancer.strategy.choices, 3);
    let ketama = at(Param::VirtualNodes, 40.0, |s| {
        s.balancer.strategy.id = StrategyId::Ketama;
    });
    assert_eq!(ketama.balancer.strategy.virtual_nodes, 40);
    let envoy = at(Param::VirtualNodes, 40.0, |s| {
        s.balancer.strategy.id = StrategyId::EnvoyRing;
    });
    let points = 40 * envoy.servers.len() as u32;
    assert_eq!(envoy.balancer.strategy.ring_size, points);
    for (value, interval_s) in [(0.0, None), (2.5, Some(2.5))] {
        let scenario = at(Param::Staleness, value, |_| ());
        assert_eq!(scenario.balancer.load_refresh_s, interval_s);
    }
    let timeout = at(Param::Timeout, 4.0, |_| ()).retry_policy.timeout_s;
    assert_eq!(timeout, Some(4.0));
    let weights = at(Param::WeightSkew, 4.0, |_| ()).servers;
    let weights: Vec<u32> = weights.iter().map(|s| s.weight).collect();
    assert_eq!(weights, [100, 50, 25]);
    let weights = at(Param::WeightSkew, 1000.0, |_| ()).servers;
    let weights: Vec<u32> = weights.iter().map(|s| s.weight).collect();
    assert_eq!(weights, [1000, 32, 1]);
    let speeds = at(Param::SpeedSkew, 4.0, |_| ()).servers;
    for (server, sevenths) in speeds.iter().zip([12.0, 6.0, 3.0]) {
        assert!((server.speed - sevenths / 7.0).abs() < 1e-12, "{speeds:?}");
    }
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
