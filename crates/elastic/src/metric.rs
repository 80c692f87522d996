//! From a metric to a wanted number of replicas, as Kubernetes' HPA does it.
//!
//! The rule is wanted = ⌈ratio · pods⌉, where ratio is what the metric is over what it should
//! be. Metrics are whole thousandths and utilisations whole percents, cut off, as there. Source:
//! `pkg/controller/podautoscaler/replica_calculator.go` and `metrics/utilization.go`.

use std::fmt;

/// A pod as the HPA sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pod {
    /// What it uses, in thousandths (of a core, of a request per second); `None` if the metric is
    /// missing.
    pub usage_milli: Option<u64>,
    /// What it has requested, in the same unit; a [`Target::Average`] does not read it.
    pub request_milli: u64,
    /// Whether it takes requests.
    pub ready: bool,
}

impl Pod {
    /// A ready pod with this use and request (thousandths).
    pub fn ready(usage_milli: u64, request_milli: u64) -> Self {
        Self {
            usage_milli: Some(usage_milli),
            request_milli,
            ready: true,
        }
    }

    /// A pod that is still starting.
    pub fn unready(request_milli: u64) -> Self {
        Self {
            usage_milli: None,
            request_milli,
            ready: false,
        }
    }
}

/// What a metric of pods should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Use in percent of what was requested, all pods together.
    Utilisation {
        /// Percent.
        percent: u64,
    },
    /// Use per pod.
    Average {
        /// Thousandths.
        milli: u64,
    },
}

/// Why no number can be computed: there are no metrics of ready pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoMetrics;

impl fmt::Display for NoMetrics {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("did not receive metrics for any ready pods")
    }
}

impl std::error::Error for NoMetrics {}

/// Use and request of a pod that counts.
type Counted = (u64, u64);

impl Target {
    /// How many pods there should be; `current` if the change would be within the `tolerance`, or
    /// if it is not certain in which direction to go.
    ///
    /// A ready pod without metric counts as full on the way down and as idle on the way up, a pod
    /// that is not ready as idle on the way up and not at all on the way down. So doubt always
    /// slows the autoscaler.
    ///
    /// # Errors
    ///
    /// [`NoMetrics`] if no ready pod has a metric.
    pub fn desired(self, pods: &[Pod], current: u32, tolerance: f64) -> Result<u32, NoMetrics> {
        let ready = pods.iter().filter(|pod| pod.ready);
        let mut counted: Vec<Counted> = ready
            .clone()
            .filter_map(|pod| Some((pod.usage_milli?, pod.request_milli)))
            .collect();
        if counted.is_empty() {
            return Err(NoMetrics);
        }
        let missing: Vec<&Pod> = ready.filter(|pod| pod.usage_milli.is_none()).collect();
        let unready: Vec<&Pod> = pods.iter().filter(|pod| !pod.ready).collect();
        let ratio = self.ratio(&counted);
        let up_with_unready = ratio > 1.0 && !unready.is_empty();
        if !up_with_unready && missing.is_empty() {
            let pods = counted.len();
            let keep = is_within(ratio, tolerance);
            return Ok(if keep { current } else { needed(ratio, pods) });
        }
        if ratio < 1.0 {
            counted.extend(
                missing
                    .iter()
                    .map(|pod| (self.full(pod), pod.request_milli)),
            );
        } else if ratio > 1.0 {
            counted.extend(missing.iter().map(|pod| (0, pod.request_milli)));
        }
        if up_with_unready {
            counted.extend(unready.iter().map(|pod| (0, pod.request_milli)));
        }
        let assumed = self.ratio(&counted);
        let turned = (ratio < 1.0 && assumed > 1.0) || (ratio > 1.0 && assumed < 1.0);
        if turned || is_within(assumed, tolerance) {
            return Ok(current);
        }
        let wanted = needed(assumed, counted.len());
        let backwards = (assumed < 1.0 && wanted > current) || (assumed > 1.0 && wanted < current);
        Ok(if backwards { current } else { wanted })
    }

    /// What the metric is over what it should be.
    fn ratio(self, counted: &[Counted]) -> f64 {
        let used: u64 = counted.iter().map(|(usage, _)| usage).sum();
        match self {
            Self::Utilisation { percent } => {
                let requested: u64 = counted.iter().map(|(_, request)| request).sum();
                (used * 100 / requested.max(1)) as f64 / percent as f64
            }
            Self::Average { milli } => (used / counted.len() as u64) as f64 / milli as f64,
        }
    }

    /// What a pod without metric counts as on the way down.
    fn full(self, pod: &Pod) -> u64 {
        match self {
            Self::Utilisation { percent } => pod.request_milli * percent.max(100) / 100,
            Self::Average { milli } => milli,
        }
    }
}

/// How many pods there should be by one number for all of them (`Value` of an object or external
/// metric): ⌈ratio · ready pods⌉, and ⌈ratio⌉ where there are none.
pub fn by_value(
    total_milli: u64,
    target_milli: u64,
    current: u32,
    ready: usize,
    tolerance: f64,
) -> u32 {
    let ratio = total_milli as f64 / target_milli as f64;
    match current {
        0 => needed(ratio, 1),
        _ if is_within(ratio, tolerance) => current,
        _ => needed(ratio, ready),
    }
}

/// How many pods there should be by one number that they share (`AverageValue` of an external
/// metric, as KEDA's scalers give it): ⌈total / target⌉.
pub fn by_average_value(total_milli: u64, target_milli: u64, current: u32, tolerance: f64) -> u32 {
    let ratio = total_milli as f64 / (target_milli as f64 * f64::from(current));
    if is_within(ratio, tolerance) {
        return current;
    }
    needed(total_milli as f64 / target_milli as f64, 1)
}

/// Whether a ratio is too near to 1 to act on it.
fn is_within(ratio: f64, tolerance: f64) -> bool {
    (1.0 - tolerance..=1.0 + tolerance).contains(&ratio)
}

fn needed(ratio: f64, pods: usize) -> u32 {
    (ratio * pods as f64).ceil() as u32
}
