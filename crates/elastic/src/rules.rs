//! How fast an HPA may change the number of replicas (`HPAScalingRules`).
//!
//! Source: `calculateScaleUpLimitWithScalingRules` and `calculateScaleDownLimitWithBehaviors` in
//! Kubernetes' `pkg/controller/podautoscaler/horizontal.go`.

/// How far one policy lets the number go within its period, from where it was at the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// By this many pods.
    Pods(u32),
    /// By this share of the pods, in percent.
    Percent(u32),
}

/// A limit on the speed of change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    /// How far.
    pub step: Step,
    /// In how much time (s).
    pub period_s: f64,
}

/// Which policy holds where there are several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Select {
    /// The one that allows the largest change.
    #[default]
    Max,
    /// The one that allows the smallest change.
    Min,
    /// None: the number does not change in this direction.
    Disabled,
}

/// The rules of one direction.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// How long a recommendation must have held before it is followed (s).
    pub window_s: f64,
    /// Which policy holds.
    pub select: Select,
    /// The policies; at least one.
    pub policies: Vec<Policy>,
}

/// A change that was made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// When (s).
    pub at_s: f64,
    /// Replicas added; below 0, removed.
    pub by: i64,
}

impl Rules {
    /// The default on the way up: doubled or 4 more in 15 s, whichever is more, at once.
    pub fn up() -> Self {
        Self {
            window_s: 0.0,
            select: Select::Max,
            policies: vec![
                policy(Step::Percent(100), 15.0),
                policy(Step::Pods(4), 15.0),
            ],
        }
    }

    /// The default on the way down: as far as wanted, when it has been wanted for 300 s.
    pub fn down() -> Self {
        Self {
            window_s: 300.0,
            select: Select::Max,
            policies: vec![policy(Step::Percent(100), 15.0)],
        }
    }

    /// The most replicas that there may be now, never fewer than the `current` ones.
    pub fn up_limit(&self, now_s: f64, current: u32, changes: &[Change]) -> u32 {
        let limits = self.policies.iter().map(|policy| {
            let start = policy.start(now_s, current, changes);
            match policy.step {
                Step::Pods(pods) => start + i64::from(pods),
                Step::Percent(percent) => {
                    (start as f64 * (1.0 + f64::from(percent) / 100.0)).ceil() as i64
                }
            }
        });
        let limit = match self.select {
            Select::Max => limits.max(),
            Select::Min => limits.min(),
            Select::Disabled => None,
        };
        limit.map_or(current, |limit| limit.max(i64::from(current)) as u32)
    }

    /// The fewest replicas that there may be now, never more than the `current` ones.
    pub fn down_limit(&self, now_s: f64, current: u32, changes: &[Change]) -> u32 {
        let limits = self.policies.iter().map(|policy| {
            let start = policy.start(now_s, current, changes);
            match policy.step {
                Step::Pods(pods) => start - i64::from(pods),
                Step::Percent(percent) => {
                    (start as f64 * (1.0 - f64::from(percent) / 100.0)) as i64
                }
            }
        });
        let limit = match self.select {
            Select::Max => limits.min(),
            Select::Min => limits.max(),
            Select::Disabled => None,
        };
        limit.map_or(current, |limit| limit.clamp(0, i64::from(current)) as u32)
    }

    /// The longest period of a policy (s).
    pub(crate) fn longest_s(&self) -> f64 {
        let periods = self.policies.iter().map(|policy| policy.period_s);
        periods.fold(0.0, f64::max)
    }
}

impl Policy {
    /// How many replicas there were when the period began.
    fn start(&self, now_s: f64, current: u32, changes: &[Change]) -> i64 {
        let within = changes.iter().filter(|c| c.at_s > now_s - self.period_s);
        i64::from(current) - within.map(|c| c.by).sum::<i64>()
    }
}

fn policy(step: Step, period_s: f64) -> Policy {
    Policy { step, period_s }
}
