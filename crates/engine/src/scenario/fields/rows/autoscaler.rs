//! Who decides how many servers are on, and how long a start takes.

use super::{EVERY, field};
use crate::balance::MAX_SERVERS;
use crate::scenario::fields::words::Words;
use crate::scenario::fields::{Field, Kind};
use crate::scenario::limits::{Range, count, linear, log};
use crate::scenario::{ScaleBy, ScaleMetric, Scenario, StartUp};

/// A number of servers.
const SERVERS: Kind = Kind::Number(count(0.0, MAX_SERVERS as f64, 16.0));
/// How long something must hold (s).
const WINDOW: Kind = Kind::Number(linear(0.0, 86_400.0, 600.0, 15.0, "seconds"));
/// How long a part of a start takes (s).
const STAGE: Kind = Kind::Number(linear(0.0, 86_400.0, 300.0, 1.0, "seconds"));
/// A time of the day (s).
const TIME: Kind = Kind::Number(linear(0.0, 1e7, 86_400.0, 60.0, "seconds"));
/// How often something is looked at (s).
const PERIOD: Kind = Kind::Number(EVERY);
/// Percent of the servers in a period.
const PERCENT: Kind = Kind::Optional(PERCENTS, 100.0);
const PERCENTS: Range = count(1.0, 10_000.0, 400.0);
/// Servers in a period.
const STEP: Kind = Kind::Optional(count(1.0, MAX_SERVERS as f64, 16.0), 4.0);

/// There are no more servers than the scenario has.
fn all(s: &Scenario) -> (f64, &'static str) {
    (s.servers.len() as f64, ", the number of servers")
}

fn is_on(s: &Scenario) -> bool {
    s.autoscaler.is_on()
}

/// Whether an HPA decides, as it does for KEDA too.
fn has_hpa(s: &Scenario) -> bool {
    matches!(s.autoscaler.by, ScaleBy::Hpa | ScaleBy::Queue)
}

fn is_hpa(s: &Scenario) -> bool {
    s.autoscaler.by == ScaleBy::Hpa
}

fn is_queue(s: &Scenario) -> bool {
    s.autoscaler.by == ScaleBy::Queue
}

fn is_kpa(s: &Scenario) -> bool {
    s.autoscaler.by == ScaleBy::Kpa
}

fn is_schedule(s: &Scenario) -> bool {
    s.autoscaler.by == ScaleBy::Schedule
}

fn by_utilisation(s: &Scenario) -> bool {
    is_hpa(s) && s.autoscaler.metric == ScaleMetric::Utilisation
}

fn by_tasks(s: &Scenario) -> bool {
    is_on(s) && !is_schedule(s) && !by_utilisation(s)
}

fn own_stages(s: &Scenario) -> bool {
    is_on(s) && s.autoscaler.start_up == StartUp::Own
}

/// Rows of an autoscaler, by when they are shown: path, id and kind of each and, behind an arrow,
/// its limit.
macro_rules! rows {
    ($first:expr, $($shown:ident {
        $($($name:ident).+, $id:literal, $kind:expr $(=> $limit:ident)?;)+
    })+) => {
        &[
            $first,
            $($(field!(autoscaler.$($name).+, $id, $kind).shown($shown)$(.limit($limit))?,)+)+
        ]
    };
}

const BY: Field = field!(autoscaler.by, "scale-by", Kind::Choice(ScaleBy::WORDS)).follow(|s, _| {
    let autoscaler = &mut s.autoscaler;
    if autoscaler.by == ScaleBy::Hpa {
        autoscaler.least = autoscaler.least.max(1);
    }
    autoscaler.on_at_start = autoscaler.on_at_start.max(autoscaler.least);
});

pub(crate) const AUTOSCALER: &[Field] = rows! {
    BY,
    is_on {
        on_at_start, "on-at-start", SERVERS => all;
        least, "least-servers", SERVERS => all;
    }
    is_hpa {
        metric, "scale-metric", Kind::Choice(ScaleMetric::WORDS);
    }
    by_tasks {
        target, "scale-target", Kind::Number(log(0.01, 100_000.0, 100.0, 0.1, "tasks"));
    }
    by_utilisation {
        utilisation, "scale-utilisation", Kind::Number(linear(0.01, 1.0, 1.0, 0.05, ""));
    }
    has_hpa {
        tolerance, "scale-tolerance", Kind::Number(linear(0.0, 1.0, 0.5, 0.01, ""));
        sync_s, "scale-sync", PERIOD;
        up_window_s, "up-window", WINDOW;
        up_percent, "up-percent", PERCENT;
        up_servers, "up-servers", STEP;
        up_period_s, "up-period", PERIOD;
        down_window_s, "down-window", WINDOW;
        down_percent, "down-percent", PERCENT;
        down_servers, "down-servers", STEP;
        down_period_s, "down-period", PERIOD;
    }
    is_queue {
        queue.activation, "scale-activation",
            Kind::Number(linear(0.0, 100_000.0, 100.0, 1.0, "tasks"));
        queue.polling_s, "scale-polling", PERIOD;
        queue.cooldown_s, "scale-cooldown", WINDOW;
    }
    is_kpa {
        kpa.tick_s, "kpa-tick", PERIOD;
        kpa.stable_s, "kpa-stable", Kind::Number(linear(1.0, 3600.0, 300.0, 1.0, "seconds"));
        kpa.panic_share, "kpa-panic-share", Kind::Number(linear(0.01, 1.0, 1.0, 0.01, ""));
        kpa.panic_threshold, "kpa-threshold", Kind::Number(linear(1.0, 10.0, 10.0, 0.1, ""));
        kpa.max_up, "kpa-up", Kind::Number(log(1.1, 1000.0, 1000.0, 0.1, ""));
        kpa.max_down, "kpa-down", Kind::Number(log(1.1, 1000.0, 10.0, 0.1, ""));
        kpa.down_delay_s, "kpa-delay", WINDOW;
        kpa.zero_grace_s, "kpa-grace", WINDOW;
    }
    is_schedule {
        schedule.day_s, "schedule-day", Kind::Number(log(1.0, 1e7, 86_400.0, 60.0, "seconds"));
        schedule.begins_s, "schedule-begins", TIME;
        schedule.ends_s, "schedule-ends", TIME;
        schedule.servers, "schedule-servers", SERVERS => all;
    }
    is_on {
        start_up, "start-up", Kind::Choice(StartUp::WORDS);
    }
    own_stages {
        node_s, "start-node", STAGE;
        image_s, "start-image", STAGE;
        weights_s, "start-weights", STAGE;
        warm_up_s, "start-warm-up", STAGE;
    }
    is_on {
        price_per_hour, "price-per-hour", Kind::Number(linear(0.0, 1e6, 10.0, 0.1, ""));
    }
};
