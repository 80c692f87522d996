//! `TestScalingWithRules` of Kubernetes' `horizontal_test.go`, at 4e62298c.

use equipoise_elastic::rules::{Change, Policy, Rules, Select, Step};
use equipoise_elastic::{Hpa, HpaSettings};

/// One case: the time is 0, and what changed, changed 60 s ago.
struct Case {
    changed: i64,
    current: u32,
    wanted: u32,
    bounds: (u32, u32),
    select: Select,
    policies: Vec<Policy>,
}

fn case(current: u32, wanted: u32, policies: &[(Step, f64)]) -> Case {
    let policies = policies.iter();
    Case {
        changed: 0,
        current,
        wanted,
        bounds: (0, 1000),
        select: Select::Max,
        policies: policies
            .map(|&(step, period_s)| Policy { step, period_s })
            .collect(),
    }
}

impl Case {
    fn after(mut self, changed: i64) -> Self {
        self.changed = changed;
        self
    }

    fn within(mut self, min: u32, max: u32) -> Self {
        self.bounds = (min, max);
        self
    }

    fn select(mut self, select: Select) -> Self {
        self.select = select;
        self
    }

    /// What is ordered, with these rules in both directions and no stabilisation.
    fn ordered(self) -> u32 {
        let rules = Rules {
            window_s: 0.0,
            select: self.select,
            policies: self.policies,
        };
        let settings = HpaSettings {
            min: self.bounds.0,
            max: self.bounds.1,
            up: rules.clone(),
            down: rules,
            ..HpaSettings::default()
        };
        let change = Change {
            at_s: -60.0,
            by: self.changed,
        };
        Hpa::with_past(settings, Vec::new(), vec![change])
            .decide(0.0, self.current, self.wanted)
            .ordered
    }
}

use Step::{Percent, Pods};

#[test]
fn up_by_pods_and_by_percent() {
    assert_eq!(case(10, 50, &[(Pods(30), 60.0)]).ordered(), 40);
    assert_eq!(case(10, 50, &[(Percent(200), 60.0)]).ordered(), 30);
    assert_eq!(case(10, 50, &[(Pods(100), 60.0)]).ordered(), 50);
}

#[test]
fn down_by_the_larger_of_two_policies() {
    assert_eq!(
        case(100, 2, &[(Pods(20), 60.0), (Percent(1), 60.0)]).ordered(),
        80
    );
    assert_eq!(
        case(100, 2, &[(Pods(2), 60.0), (Percent(1), 60.0)]).ordered(),
        98
    );
    assert_eq!(case(10, 2, &[(Pods(5), 60.0)]).ordered(), 5);
}

#[test]
fn bounds_hold_beside_the_rates() {
    let all = case(10, 2, &[(Percent(100), 60.0)]);
    assert_eq!(all.within(5, 1000).ordered(), 5);
    let fast = case(100, 500, &[(Pods(300), 60.0)]);
    assert_eq!(fast.within(0, 200).ordered(), 200);
}

/// 15 were added within the last 120 s: the period began with 85.
#[test]
fn what_was_added_in_the_period_counts() {
    for (step, ordered) in [(Pods(5), 100), (Pods(150), 235), (Percent(200), 255)] {
        let up = case(100, 500, &[(step, 120.0)]).after(15);
        assert_eq!(up.ordered(), ordered, "{step:?}");
    }
}

#[test]
fn what_was_removed_in_the_period_counts() {
    for (removed, current, wanted, step, ordered) in [
        (15, 100, 2, Pods(5), 100),
        (12, 100, 0, Percent(50), 56),
        (30, 100, 0, Percent(10), 100),
        (30, 10, 5, Percent(1000), 5),
    ] {
        let down = case(current, wanted, &[(step, 120.0)]).after(-removed);
        assert_eq!(down.ordered(), ordered, "{removed}, {step:?}");
    }
}

/// By the rule: the smallest change of several, and none at all.
#[test]
fn the_smallest_change_and_none() {
    let both = [(Pods(4), 60.0), (Percent(100), 60.0)];
    for (select, up, down) in [
        (Select::Max, 20, 0),
        (Select::Min, 14, 6),
        (Select::Disabled, 10, 10),
    ] {
        assert_eq!(case(10, 50, &both).select(select).ordered(), up);
        assert_eq!(case(10, 0, &both).select(select).ordered(), down);
    }
}

/// The defaults: doubled or four more in 15 s.
#[test]
fn defaults_double_or_add_four() {
    let mut hpa = Hpa::new(HpaSettings::default());
    let mut replicas = 1;
    let mut steps = Vec::new();
    for k in 0..5 {
        replicas = hpa.decide(15.0 * f64::from(k), replicas, 100).ordered;
        steps.push(replicas);
    }
    assert_eq!(steps, [5, 10, 20, 40, 80]);
    // A decision a second later has its period's allowance used up.
    assert_eq!(hpa.decide(61.0, 80, 100).ordered, 80);
}

/// Beyond its bounds there is one way only, and with none it is switched off.
#[test]
fn outside_of_the_bounds() {
    let mut hpa = Hpa::new(HpaSettings {
        min: 2,
        max: 10,
        ..HpaSettings::default()
    });
    assert_eq!(hpa.decide(0.0, 50, 40).ordered, 10);
    assert_eq!(hpa.decide(15.0, 1, 1).ordered, 2);
    assert_eq!(hpa.decide(30.0, 0, 5).ordered, 0);
}
