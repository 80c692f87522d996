//! Erlang A: M/M/c+M, one queue that impatient tasks leave.
//!
//! Poisson arrivals, exponential service, an exponential patience of mean 1/θ for the wait. With
//! n tasks there the next leaves at the rate min(n, c)·μ + max(n − c, 0)·θ, so it is a
//! birth-death chain, stable for every load. Sources: Palm (1957), "Research on telephone traffic
//! carried by full availability groups"; Garnett, Mandelbaum and Reiman (2002), "Designing a call
//! center with impatient customers".

use crate::answer::{Answer, num};
use crate::conditions::{self, holds};
use crate::question::Question;
use crate::reason::Reason;
use equipoise_engine::scenario::{HeardBy, Patience, Pattern, RetryPolicy, Scenario};
use equipoise_engine::scenario::{Service, SizeLaw};
use equipoise_formulas::Formula;

/// L_q, the mean number of tasks that wait in M/M/c+M: `slots` c, λ, μ of one slot, and θ, all
/// per second.
pub fn waiting(slots: u32, rate_per_s: f64, service_per_s: f64, give_up_per_s: f64) -> f64 {
    let mut weight = 1.0;
    let mut all = 1.0;
    let mut waiting = 0.0;
    let mut n = 0.0;
    let c = f64::from(slots);
    // Beyond here each further task is less likely by more than the rate exceeds what leaves.
    loop {
        n += 1.0;
        let excess: f64 = (n - c).max(0.0);
        let leaves = n.min(c) * service_per_s + excess * give_up_per_s;
        weight *= rate_per_s / leaves;
        all += weight;
        waiting += excess * weight;
        if weight > 1e200 {
            weight /= 1e200;
            all /= 1e200;
            waiting /= 1e200;
        }
        if leaves > rate_per_s && weight < all * 1e-17 {
            return waiting / all;
        }
    }
}

/// The scenario's c, λ, μ and θ.
struct Queue {
    slots: u32,
    rate_per_s: f64,
    service_per_s: f64,
    give_up_per_s: f64,
}

/// The one queue that a scenario is, if its clients are impatient and it hears of that.
fn queue(scenario: &Scenario) -> Result<Queue, Reason> {
    let policy = &scenario.retry_policy;
    let timeout_s = policy.timeout_s.ok_or(Reason::Patient)?;
    let leaves = policy.give_up.heard_by == HeardBy::Queue
        && policy.give_up.patience == Patience::Exponential;
    holds(leaves, Reason::Patient)?;
    let patient = Scenario {
        retry_policy: RetryPolicy {
            retries: policy.retries,
            hedge: policy.hedge.clone(),
            ..RetryPolicy::default()
        },
        ..scenario.clone()
    };
    conditions::undisturbed(&patient)?;
    conditions::task_by_task(scenario)?;
    conditions::any_up(scenario)?;
    conditions::unlimited_balancer(scenario)?;
    conditions::no_rules(scenario)?;
    let poisson = scenario.arrivals.pattern == Pattern::Poisson;
    holds(poisson, Reason::PoissonOnly)?;
    let exponential = scenario.sizes.law == SizeLaw::Exponential;
    holds(exponential, Reason::ExponentialOnly)?;
    let up = conditions::up(scenario);
    let pulls = scenario.balancer.strategy.id.pools();
    holds(up.len() == 1 || pulls, Reason::OneQueueOnly)?;
    if !pulls {
        conditions::unbounded_queues(scenario)?;
    }
    let speed = conditions::equal_speeds(scenario)?;
    let servers = up.iter().map(|&j| &scenario.servers[j]);
    let in_order = servers.clone().all(|s| s.service == Service::FirstCome);
    holds(pulls || in_order, Reason::NoSimpleFormula)?;
    let slots: u32 = servers.map(|s| s.slots).sum();
    let service_per_s = speed / scenario.sizes.mean;
    let rate_per_s = scenario.arrivals.rate_per_s;
    let too_much = (rate_per_s - f64::from(slots) * service_per_s).max(0.0);
    conditions::fits(too_much * timeout_s)?;
    Ok(Queue {
        slots,
        rate_per_s,
        service_per_s,
        give_up_per_s: 1.0 / timeout_s,
    })
}

impl Queue {
    fn waiting(&self) -> f64 {
        waiting(
            self.slots,
            self.rate_per_s,
            self.service_per_s,
            self.give_up_per_s,
        )
    }
}

/// P(Ab), the part of the tasks that leave the queue.
pub(crate) fn share_answer(q: &Question) -> Result<Answer, Reason> {
    let queue = queue(q.scenario)?;
    let waiting = queue.waiting();
    let filled = Formula::Abandonment
        .with("theta", num(queue.give_up_per_s))
        .with("waiting", num(waiting))
        .with("rate", num(queue.rate_per_s));
    let share = queue.give_up_per_s * waiting / queue.rate_per_s;
    Ok(Answer::number(filled, share))
}

/// L_q, the mean number of tasks that wait.
pub(crate) fn waiting_answer(q: &Question) -> Result<Answer, Reason> {
    let waiting = queue(q.scenario)?.waiting();
    Ok(Answer::number(Formula::AbandonmentWaiting, waiting))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mmc::Mmc;
    use equipoise_engine::scenario::presets;

    /// With θ = μ it is M/M/∞: at λ = μ the number there is Poisson of mean 1; L_q of one
    /// slot is E[(N − 1)⁺] = 1/e.
    #[test]
    fn with_equal_rates_it_is_m_m_infinity() {
        assert!((waiting(1, 1.0, 1.0, 1.0) - libm::exp(-1.0)).abs() < 1e-12);
    }

    /// The longer clients wait, the closer it comes to Erlang C, L_q = C·ρ/(1 − ρ).
    #[test]
    fn with_patient_clients_it_is_erlang_c() {
        let patient = waiting(5, 4.0, 1.0, 1e-9);
        let c = Mmc::new(5, 4.0, 1.0).expect("stable");
        assert!((patient - c.wait_chance * 4.0).abs() < 1e-6, "{patient}");
    }

    /// erlang(phubers)#7: 14.01 calls a minute of 44.34 minutes each for 30 agents, 20 times what
    /// they can do: all but what they can do gives up, 1 − c·μ/λ = 0.9517, however patient.
    #[test]
    fn an_overloaded_queue_loses_what_is_too_much() {
        let (rate, service) = (14.01 / 60.0, 1.0 / (44.34 * 60.0));
        for patience_s in [30.0, 300.0, 3000.0] {
            let lost = waiting(30, rate, service, 1.0 / patience_s) / patience_s / rate;
            let expected = 1.0 - 30.0 * service / rate;
            assert!((lost - expected).abs() < 1e-3, "{lost}, {expected}");
        }
    }

    /// A second copy is load that the chain does not know, and that is what it says.
    #[test]
    fn copies_and_retries_disturb_it() {
        let scene = presets::find("erlang-a").expect("preset");
        assert!(queue(&scene).is_ok());
        let mut copied = scene.clone();
        copied.retry_policy.hedge.after_s = Some(1.0);
        assert_eq!(queue(&copied).err(), Some(Reason::Disturbed));
        let mut again = scene;
        again.retry_policy.retries = 1;
        assert_eq!(queue(&again).err(), Some(Reason::Disturbed));
    }
}
