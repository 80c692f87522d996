//! Scenes of autoscalers, and the change that puts each right.

use super::*;

pub(super) const PRESETS: &[Preset] = &[
    Preset::new("cold-start", cold_start).put_right_by(|s| s.autoscaler.start_up = StartUp::Cached),
    Preset::new("flapping", flapping).put_right_by(|s| s.autoscaler.down_window_s = 300.0),
    Preset::new("rush-hour", rush_hour).put_right_by(|s| s.autoscaler.by = ScaleBy::Schedule),
];

fn rates(planned: &[(f64, f64, Option<f64>)]) -> Vec<PlannedChange> {
    planned
        .iter()
        .map(|&(at_s, to, every_s)| PlannedChange {
            at_s,
            field: "arrivals.rate_per_s".into(),
            to,
            over_s: 0.0,
            every_s,
        })
        .collect()
}

/// Servers with two slots, all but two of them off.
fn standby(n: usize, autoscaler: Autoscaler) -> Scenario {
    Scenario {
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer: strategy(StrategyId::Pull),
        servers: vec![
            ServerConfig {
                slots: 2,
                ..ServerConfig::default()
            };
            n
        ],
        autoscaler: Autoscaler {
            by: ScaleBy::Hpa,
            on_at_start: 2,
            least: 2,
            target: 2.5,
            ..autoscaler
        },
        ..Scenario::default()
    }
}

/// The load rises to four times as much at 60 s. Six servers can carry it, and are ordered 15 s
/// later; they are of use after 294 s more.
fn cold_start() -> Scenario {
    Scenario {
        duration_s: 900.0,
        arrivals: poisson(2.0),
        changes: rates(&[(60.0, 8.0, None)]),
        ..standby(
            6,
            Autoscaler {
                start_up: StartUp::Cold,
                ..Autoscaler::default()
            },
        )
    }
}

/// Without a stabilisation window each lull sends servers away that are missed a minute later.
fn flapping() -> Scenario {
    let scenario = standby(
        8,
        Autoscaler {
            image_s: 20.0,
            warm_up_s: 10.0,
            down_window_s: 0.0,
            ..Autoscaler::default()
        },
    );
    Scenario {
        duration_s: 900.0,
        arrivals: poisson(6.0),
        autoscaler: Autoscaler {
            on_at_start: 5,
            target: 1.5,
            ..scenario.autoscaler
        },
        ..scenario
    }
}

/// A day of 20 minutes, with a rush of five. What an autoscaler orders when it comes is of use when
/// it is over; a timetable can order before.
fn rush_hour() -> Scenario {
    let mut scenario = standby(
        6,
        Autoscaler {
            start_up: StartUp::Cold,
            ..Autoscaler::default()
        },
    );
    scenario.autoscaler.schedule = ScaleSchedule {
        day_s: 1200.0,
        begins_s: 300.0,
        ends_s: 900.0,
        servers: 6,
    };
    Scenario {
        duration_s: 2400.0,
        arrivals: poisson(2.0),
        changes: rates(&[(600.0, 8.0, Some(1200.0)), (900.0, 2.0, Some(1200.0))]),
        ..scenario
    }
}
