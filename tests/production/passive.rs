//! Passive health by the rules of nginx, HAProxy and Envoy.

use super::*;
use equipoise::scenario::{Health, OnError, Passive, PassiveRule};

/// Two servers in plain turns, ten tasks a second, each served in a hundredth of one; server b
/// fails in the given spans (s).
fn pair(rule: PassiveRule, failing: &[(f64, f64)]) -> Scenario {
    let mut s = Scenario {
        servers: vec![ServerConfig::default(); 2],
        ..Scenario::default()
    };
    s.balancer.strategy.id = StrategyId::RoundRobin;
    s.arrivals.rate_per_s = 10.0;
    s.sizes.mean = 0.01;
    s.balancer.health = Health {
        max_fails: Some(3),
        ejection_s: 8.0,
        passive: Passive {
            rule,
            ..Passive::default()
        },
        ..Health::default()
    };
    s.faults = failing
        .iter()
        .flat_map(|&(from_s, to_s)| {
            [
                fault(from_s, 1, ServerState::Failing),
                fault(to_s, 1, ServerState::Up),
            ]
        })
        .collect();
    s
}

/// Errors that were answered by `until_s`.
fn errors(engine: &Engine) -> u64 {
    engine.totals().rejected[Rejection::ServerError as usize]
}

/// nginx#599: three failures, 5 s from each other, are never within 8 s, and take the server out
/// all the same, since the answers between them do not reset the count: nothing was tried since.
/// Then the trial 8 s later succeeds and does.
#[test]
fn nginx_counts_failures_that_do_not_follow_each_other() {
    let spans = [(5.05, 5.25), (10.05, 10.25), (15.05, 15.25)];
    let mut engine = Engine::new(&pair(PassiveRule::Nginx, &spans));
    // b gets a task every 0.2 s, at odd tenths: one in each span.
    for (until_s, fails, out) in [
        (10.0, 1, false),
        (15.0, 2, false),
        (15.3, 3, true),
        (23.0, 3, true),
    ] {
        engine.run_until(until_s, &mut ());
        assert_eq!(errors(&engine), fails, "at {until_s} s");
        assert_eq!(engine.found_unhealthy(1), out, "at {until_s} s");
    }
    engine.run_until(40.0, &mut ());
    assert!(!engine.found_unhealthy(1));
    // In a row it takes three.
    let mut plain = Engine::new(&pair(PassiveRule::InARow, &spans));
    plain.run_until(40.0, &mut ());
    assert!(
        plain.servers()[1].assigned > 195,
        "{}",
        plain.servers()[1].assigned
    );
}

/// One task tries each time `fail_timeout` is over: 3 errors and then 1 every 8 s, where by a plain
/// count in a row it is 3 each time.
#[test]
fn nginx_lets_one_task_try_after_fail_timeout() {
    let errors_by = |rule| {
        let mut engine = Engine::new(&pair(rule, &[(10.0, 1000.0)]));
        engine.run_until(52.0, &mut ());
        errors(&engine)
    };
    // The first three are answered by 10.6 s; trials at about 18.6, 26.7, 34.8, 42.9 and 51.0 s.
    assert_eq!(errors_by(PassiveRule::Nginx), 3 + 5);
    // Out 8 s after each third error: by 10.6, 19.1, 27.7, 36.3 and 44.9 s.
    assert_eq!(errors_by(PassiveRule::InARow), 3 * 5);
}

/// The documentation of `max_fails`: "If there is only a single server in a group, max_fails,
/// fail_timeout and slow_start parameters are ignored, and such a server will never be considered
/// unavailable."
#[test]
fn nginx_never_takes_a_single_server_out() {
    for (rule, out) in [(PassiveRule::Nginx, false), (PassiveRule::InARow, true)] {
        let mut s = pair(rule, &[]);
        s.servers.truncate(1);
        s.servers[0].state = ServerState::Failing;
        let engine = run(&s, 5.0);
        assert_eq!(engine.found_unhealthy(0), out, "{rule:?}");
    }
}

/// What docker-nginx#131 and others report: a server that hangs is out after its first time-out. Of
/// real nginx's 307 requests after the fault 7 went to it. Here it hangs from 10 s on: the tasks of
/// the first second, about 5, are sent before the first of them has timed out; then one tries every
/// 10 s and is out for 1 s more until it has timed out itself. By a plain count, which does not
/// know of time-outs, half of all go there.
#[test]
fn time_outs_count_by_nginxs_rule() {
    let after_the_fault = |rule| {
        let mut s = pair(rule, &[]);
        s.arrivals.pattern = Pattern::Poisson;
        s.sizes.mean = 0.1;
        s.servers.iter_mut().for_each(|server| server.slots = 50);
        s.servers[1].slowdown = 1000.0;
        s.faults = vec![fault(10.0, 1, ServerState::Slow)];
        s.balancer.health.max_fails = Some(1);
        s.balancer.health.ejection_s = 10.0;
        s.retry_policy.timeout_s = Some(1.0);
        s.retry_policy.retries = 1;
        let mut engine = Engine::new(&s);
        engine.run_until(10.0, &mut ());
        let before = [0, 1].map(|server| engine.servers()[server].assigned);
        engine.run_until(40.0, &mut ());
        [0, 1].map(|server| engine.servers()[server].assigned - before[server])
    };
    let [a, b] = after_the_fault(PassiveRule::Nginx);
    assert!(
        (280..=340).contains(&a) && (4..=12).contains(&b),
        "{a} : {b}"
    );
    let [a, b] = after_the_fault(PassiveRule::InARow);
    assert!(a.abs_diff(b) < 3, "{a} : {b}");
}

/// nginx's `effective_weight`: a failure of the heavy server with `max_fails=1` takes all of its 5
/// away, and each pick gives 1 back. With 0, 1, 2 … beside the two weights of 1 its share of the
/// eight picks after its return is 0 + 1/3 + 2/4 + 3/5 + 4/6 + 3·5/7 = 4.2 of them; with its whole
/// weight it is 5.7. From then on it has 5 of 7.
#[test]
fn nginx_gives_the_weight_back_step_by_step() {
    let picks = |rule| {
        let mut s = pair(rule, &[]);
        s.servers = vec![ServerConfig::default(); 3];
        s.servers[0].weight = 5;
        s.balancer.strategy.id = StrategyId::SmoothWrr;
        s.balancer.health.max_fails = Some(1);
        s.faults = vec![
            fault(9.95, 0, ServerState::Failing),
            fault(12.0, 0, ServerState::Up),
        ];
        let mut engine = Engine::new(&s);
        engine.run_until(17.5, &mut ());
        assert!(engine.found_unhealthy(0));
        let before = engine.servers()[0].assigned;
        engine.run_until(18.75, &mut ());
        let first = engine.servers()[0].assigned - before;
        engine.run_until(25.75, &mut ());
        [first, engine.servers()[0].assigned - before - first]
    };
    let stepwise = picks(PassiveRule::Nginx);
    let at_once = picks(PassiveRule::InARow);
    assert!(stepwise[0] < at_once[0], "{stepwise:?}, {at_once:?}");
    assert!(stepwise[1].abs_diff(50) <= 1, "{stepwise:?}");
}

/// HAProxy's `error-limit 3` with `on-error`: `mark-down` takes b out at the third error;
/// `fail-check` counts each three errors as one of the `fall 5` checks; `sudden-death` leaves it
/// one. Checks come every 2 s and fail too, the first at 10 s: by themselves they need until 18 s.
#[test]
fn haproxy_observes_answers_beside_its_checks() {
    for (on_error, out_s) in [
        // Errors at 10.1, 10.3 and 10.5 s, each a millisecond later.
        (OnError::MarkDown, 10.501),
        // The third error, and the sixth.
        (OnError::SuddenDeath, 11.101),
        // The check at 10 s, the third, sixth and ninth error, and the check at 12 s.
        (OnError::FailCheck, 12.0),
    ] {
        let mut s = pair(PassiveRule::Haproxy, &[(9.95, 20.5)]);
        s.balancer.health.check_interval_s = Some(2.0);
        s.balancer.health.fall = 5;
        s.balancer.health.passive.on_error = on_error;
        let mut engine = Engine::new(&s);
        engine.run_until(out_s - 0.01, &mut ());
        assert!(!engine.found_unhealthy(1), "{on_error:?}");
        engine.run_until(out_s + 0.001, &mut ());
        assert!(engine.found_unhealthy(1), "{on_error:?}");
        // Back after two checks that pass, at 22 and 24 s.
        engine.run_until(23.9, &mut ());
        assert!(engine.found_unhealthy(1), "{on_error:?}");
        engine.run_until(24.0, &mut ());
        assert!(!engine.found_unhealthy(1), "{on_error:?}");
    }
    let mut s = pair(PassiveRule::Haproxy, &[]);
    s.balancer.health.check_interval_s = None;
    let error = s.validate().expect_err("nothing would bring a server back");
    assert!(error.to_string().contains("check_interval_s"), "{error}");
}

/// HAProxy 2.6.12 with `observe layer7 error-limit 2 on-error mark-down` and 30 requests one after
/// the other to three servers in turn, of which b answers with errors: without retries [14, 2, 14]
/// come to them, and with `retry-on all-retryable-errors` and one retry [15, 15, 15], since what it
/// sends again does not count.
#[test]
fn haproxy_counts_the_errors_that_it_passes_on() {
    for (retries, expected) in [(0, [14, 2, 14]), (1, [15, 15, 15])] {
        let mut s = pair(PassiveRule::Haproxy, &[]);
        s.servers = vec![ServerConfig::default(); 3];
        s.servers[1].state = ServerState::Failing;
        s.arrivals.rate_per_s = 1.0;
        s.balancer.health.max_fails = Some(2);
        s.balancer.health.check_interval_s = Some(1000.0);
        s.balancer.health.passive.on_error = OnError::MarkDown;
        s.retry_policy.retries = retries;
        s.retry_policy.resend.to = equipoise::scenario::RetryTo::NotLast;
        let mut engine = Engine::new(&s);
        engine.run_until(29.9, &mut ());
        let assigned = engine.servers().iter().map(|server| server.assigned);
        assert_eq!(assigned.collect::<Vec<_>>(), expected, "{retries}");
    }
}

/// Ten servers, of which the last fails from 1 s on, by Envoy's rule.
fn ten(passive: Passive) -> Scenario {
    let mut s = pair(PassiveRule::Envoy, &[]);
    s.servers = vec![ServerConfig::default(); 10];
    s.arrivals.rate_per_s = 100.0;
    s.faults = vec![fault(1.0, 9, ServerState::Failing)];
    s.balancer.health.passive = Passive {
        rule: PassiveRule::Envoy,
        ..passive
    };
    s
}

/// `base_ejection_time` 8 s, `interval` 1 s: the first ejection ends at the first sweep 8 s after
/// it, the second 16 s after, and the third 24 s after, or after `max_ejection_time`.
#[test]
fn envoys_ejections_grow_and_end_at_sweeps() {
    for (longest_s, third) in [(300.0, 24.0), (20.0, 20.0)] {
        let passive = Passive {
            sweep_s: 1.0,
            longest_s,
            ..Passive::default()
        };
        let mut engine = Engine::new(&ten(passive));
        let mut lasted = Vec::new();
        let mut began_s = None;
        while lasted.len() < 3 {
            engine.step(&mut ());
            match (engine.found_unhealthy(9), began_s) {
                (true, None) => began_s = Some(engine.now_s()),
                (false, Some(from_s)) => {
                    // Sweeps come at whole seconds.
                    assert_eq!(engine.now_s().fract(), 0.0);
                    lasted.push(engine.now_s() - from_s);
                    began_s = None;
                }
                _ => {}
            }
        }
        for (lasted, base) in lasted.iter().zip([8.0, 16.0, third]) {
            assert!((base..base + 1.0).contains(lasted), "{lasted}, {base}");
        }
    }
}

/// `max_ejection_percent` is 10 by itself: of ten servers one, of nine none.
#[test]
fn envoy_ejects_no_more_than_its_share() {
    for (servers, failing, most_share, expected) in [
        (10, 3, 0.1, 1),
        (9, 3, 0.1, 0),
        (10, 3, 0.2, 2),
        (4, 4, 1.0, 4),
    ] {
        let mut s = ten(Passive {
            most_share,
            ..Passive::default()
        });
        s.servers.truncate(servers);
        s.faults = (0..failing)
            .map(|server| fault(1.0, server, ServerState::Failing))
            .collect();
        let engine = run(&s, 5.0);
        let ejected = (0..servers).filter(|&s| engine.found_unhealthy(s));
        assert_eq!(ejected.count(), expected, "{failing} of {servers}");
    }
}

/// Refused connections count as gateway failures, errors of the server do not.
#[test]
fn envoys_gateway_failures_are_refusals_and_time_outs() {
    for (state, out) in [(ServerState::Down, true), (ServerState::Failing, false)] {
        let mut s = ten(Passive {
            gateway_fails: Some(3),
            ..Passive::default()
        });
        s.balancer.health.max_fails = None;
        s.faults = vec![fault(1.0, 9, state)];
        assert_eq!(run(&s, 5.0).found_unhealthy(9), out, "{state:?}");
    }
}

/// A server that fails for a third of the sweep has a success rate far below the others' and is
/// ejected at the sweep, although never five errors were reached in a row (`max_fails` is off).
/// Rates 100 (nine times) and about 67 have the mean 96.7 and the deviation 9.9: the threshold is
/// about 78. With fewer servers than `success_rate_minimum_hosts` none is.
#[test]
fn envoy_compares_success_rates_at_sweeps() {
    for (success_servers, success_volume, out) in [(5, 50, true), (11, 50, false), (5, 500, false)]
    {
        let mut s = ten(Passive {
            success_factor: Some(1.9),
            success_servers,
            success_volume,
            ..Passive::default()
        });
        s.balancer.health.max_fails = None;
        s.faults = vec![
            fault(2.0, 9, ServerState::Failing),
            fault(5.3, 9, ServerState::Up),
        ];
        let mut engine = Engine::new(&s);
        engine.run_until(9.999, &mut ());
        assert!(!engine.found_unhealthy(9));
        engine.run_until(10.0, &mut ());
        assert_eq!(engine.found_unhealthy(9), out);
    }
}

/// By its default Envoy ejects none of three servers, so the one that fails fast keeps most tasks.
#[test]
fn a_tenth_of_three_servers_is_none() {
    let drawn = preset("ejection-limit").map(|scenario| share(&run(&scenario, 40.0), 2));
    assert!(drawn[0] > 0.75 && drawn[1] < 0.35, "{drawn:?}");
}
