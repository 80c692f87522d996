//! How balancers learn of unhealthy servers from the answers that they pass on: the rules of nginx,
//! HAProxy and Envoy.

use serde::{Deserialize, Serialize};

/// By whose rule failures take a server out. Of all but [`InARow`](Self::InARow) a time-out is a
/// failure too, and the answer to a task that was given up counts no more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PassiveRule {
    /// `max_fails` errors and refused connections in a row take a server out for `ejection_s`.
    #[default]
    InARow,
    /// nginx's (`ngx_http_upstream_round_robin.c`): `max_fails` is that of its configuration, and
    /// `ejection_s` its `fail_timeout`. A success resets the count only if the server was picked
    /// for a trial since its last failure; a trial is a pick at least `fail_timeout` after the last
    /// failure or trial. A server with `max_fails` failures is out for `fail_timeout`, then gets
    /// one task as a trial, and is out again until that is answered. A failure also takes
    /// `⌊weight/max_fails⌋` from its effective weight under smooth weighted turns, and each
    /// pick gives 1 back. A server without others is never out.
    Nginx,
    /// HAProxy's `observe layer7`: `max_fails` is its `error-limit`, and health checks bring the
    /// server back. Errors and time-outs that HAProxy sends again (`retry-on`) do not count; those
    /// of the last try do (2.6.12, run).
    Haproxy,
    /// Envoy's outlier detection (`outlier_detection_impl.cc`): `max_fails` is its
    /// `consecutive_5xx`, `ejection_s` its `base_ejection_time`. A server comes back at a sweep,
    /// when the base times the number of its ejections is over; that number falls by 1 at each
    /// sweep that finds it in use.
    Envoy,
}

/// HAProxy's `on-error`: what `error-limit` failures in a row do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnError {
    /// They count as a failed health check.
    #[default]
    FailCheck,
    /// As a failed check, and the next one that fails takes the server out.
    SuddenDeath,
    /// The server is out at once.
    MarkDown,
}

/// Settings of passive health beyond `max_fails` and `ejection_s`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Passive {
    /// By whose rule.
    pub rule: PassiveRule,
    /// HAProxy: what the limit of failures does.
    pub on_error: OnError,
    /// Envoy's `consecutive_gateway_failure`: refused connections and time-outs in a row after
    /// which a server is ejected; none: they count as other errors only (the program's default, by
    /// `enforcing_consecutive_gateway_failure: 0`).
    pub gateway_fails: Option<u32>,
    /// Envoy's `success_rate_stdev_factor`, in units (1900 there is 1.9 here): at a sweep a server
    /// is ejected whose success rate is more than this many standard deviations below the
    /// mean. None: success rates are not compared.
    pub success_factor: Option<f64>,
    /// Envoy's `success_rate_minimum_hosts`: with fewer servers of that volume none is compared.
    pub success_servers: u32,
    /// Envoy's `success_rate_request_volume`: answers since the last sweep for a server's rate to
    /// count.
    pub success_volume: u32,
    /// Envoy's `interval`: the time between sweeps (s).
    pub sweep_s: f64,
    /// Envoy's `max_ejection_time` (s).
    pub longest_s: f64,
    /// Envoy's `max_ejection_percent`, as a share: no server is ejected that would bring the share
    /// of the ejected ones above it. By its default of a tenth none ever is among fewer than ten.
    pub most_share: f64,
}

impl Default for Passive {
    fn default() -> Self {
        Self {
            rule: PassiveRule::InARow,
            on_error: OnError::FailCheck,
            gateway_fails: None,
            success_factor: None,
            success_servers: 5,
            success_volume: 100,
            sweep_s: 10.0,
            longest_s: 300.0,
            most_share: 0.1,
        }
    }
}
