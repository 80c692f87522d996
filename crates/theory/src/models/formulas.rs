//! The model of one queue: mean response, wait, loss and percentiles.

use super::{Queue, Solved, Tail, less, solved::Wait};
use crate::answer::{Exactness, num};
use crate::conditions::holds;
use crate::finite::finite;
use crate::gim1::{self, Gaps};
use crate::mg1;
use crate::mmc::Mmc;
use crate::reason::Reason;
use crate::two_moments::{allen_cunneen_wait_s, is_fair};
use equipoise_engine::scenario::{Pattern, Scenario, SizeLaw};
use equipoise_formulas::{Filled, Formula};

/// Solves a queue that gets `share` of the tasks that are sent to any server.
pub(super) fn solved(
    scenario: &Scenario,
    queue: &Queue,
    share: f64,
    server: Option<usize>,
) -> Result<Solved, Reason> {
    let slots = queue.room.map_or(queue.slots, |room| queue.slots.min(room));
    let size_s = 1.0 / queue.service_per_s;
    let model = Figures {
        scenario,
        queue,
        share,
        server,
        slots,
        size_s,
        cv: scenario.sizes.cv(),
        rho: queue.rate_per_s * size_s / f64::from(slots),
        exponential: scenario.sizes.law == SizeLaw::Exponential,
    };
    holds(queue.room.is_some() || model.rho < 1.0, model.overloaded())?;
    let poisson = scenario.arrivals.pattern == Pattern::Poisson && queue.turns == 1;
    match queue.room {
        Some(room) => model.finite(room),
        None if poisson && (model.exponential || queue.sharing) => model.m_m_c(),
        None if poisson && slots == 1 => model.m_g_1(),
        None if model.exponential && slots == 1 => model.gi_m_1(),
        None => model.g_g_c(),
    }
}

/// A queue with the numbers that its models share.
struct Figures<'a> {
    scenario: &'a Scenario,
    queue: &'a Queue,
    share: f64,
    server: Option<usize>,
    /// c: slots that can be used at once.
    slots: u32,
    /// E\[S\], the mean service time (s).
    size_s: f64,
    /// C_s, the coefficient of variation of service.
    cv: f64,
    /// ρ.
    rho: f64,
    /// Whether sizes are exponential.
    exponential: bool,
}

impl Figures<'_> {
    /// ρ ≥ 1.
    fn overloaded(&self) -> Reason {
        match self.server {
            Some(server) => Reason::Overloaded {
                server,
                rho: self.rho,
            },
            None => Reason::Unstable { rho: self.rho },
        }
    }

    /// No task waits, and no percentile is known.
    fn shared(&self) -> Reason {
        match self.server {
            Some(server) => Reason::ProcessorSharing { server },
            None => Reason::NoSimpleFormula,
        }
    }

    /// An exact mean response, with wait and percentiles unknown.
    fn exact(&self, filled: impl Into<Filled>, response_s: f64) -> Solved {
        Solved {
            share: self.share,
            server: self.server,
            room: self.queue.room,
            filled: filled.into(),
            kind: Exactness::Exact,
            response_s,
            loss: 0.0,
            accepted: 1.0,
            wait: Err(self.shared()),
            // Whatever the arrivals, one slot that never turns away is busy for ρ of the time.
            empty: match self.slots {
                1 => Ok(1.0 - self.rho),
                _ => Err(Reason::NoSimpleFormula),
            },
            tail: Err(if self.queue.sharing {
                self.shared()
            } else {
                Reason::NoSimpleFormula
            }),
        }
    }

    /// M/M/c/K, and M/G/c/c.
    fn finite(&self, room: u32) -> Result<Solved, Reason> {
        let poisson = self.scenario.arrivals.pattern == Pattern::Poisson;
        holds(poisson, Reason::PoissonOnly)?;
        holds(self.queue.turns == 1, Reason::NotByChance)?;
        let insensitive = self.queue.sharing || room == self.slots;
        holds(self.exponential || insensitive, Reason::ExponentialOnly)?;
        let rate = self.queue.rate_per_s;
        let f = finite(self.slots, room, rate, self.queue.service_per_s);
        let filled = if room == self.slots {
            Formula::MGcc.into()
        } else {
            Formula::MMcK
                .with("present", num(f.present))
                .with("rate", num(rate))
                .with("kept", less(f.loss))
        };
        let mut solved = self.exact(filled, f.response_s);
        solved.loss = f.loss;
        solved.accepted = f.accepted;
        solved.empty = Ok(f.empty);
        if !self.queue.sharing {
            solved.wait = Ok(Wait {
                mean_s: f.wait_s,
                chance: Ok(f.wait_chance),
            });
        }
        Ok(solved)
    }

    /// M/M/c, and M/G/c under processor sharing.
    fn m_m_c(&self) -> Result<Solved, Reason> {
        let c = self.slots;
        let q = Mmc::new(c, self.queue.rate_per_s, self.queue.service_per_s)
            .ok_or(self.overloaded())?;
        let formula = match (c, self.exponential) {
            (1, true) => Formula::MM1,
            (1, false) => Formula::MG1PS,
            (_, true) => Formula::MMc,
            (_, false) => Formula::MGcPS,
        };
        let filled = formula
            .with("size", num(self.size_s))
            .with("mu", num(q.service_per_s))
            .with("rate", num(q.rate_per_s))
            .with("rho", num(self.rho))
            .with("c", c)
            .with("chance", num(q.wait_chance));
        let mut solved = self.exact(filled, q.response_s());
        solved.empty = Ok(q.empty());
        if !self.queue.sharing {
            solved.wait = Ok(Wait {
                mean_s: q.wait_s(),
                chance: Ok(q.wait_chance),
            });
            solved.tail = Ok(Tail::Mmc(q));
        }
        Ok(solved)
    }

    /// M/G/1.
    fn m_g_1(&self) -> Result<Solved, Reason> {
        let wait_s =
            mg1::wait_s(self.queue.rate_per_s, self.size_s, self.cv).ok_or(self.overloaded())?;
        let filled = Formula::MG1
            .with("size", num(self.size_s))
            .with("rho", num(self.rho))
            .with("cv", num(self.cv));
        let mut solved = self.exact(filled, wait_s + self.size_s);
        solved.wait = Ok(Wait {
            mean_s: wait_s,
            chance: Ok(self.rho),
        });
        if self.cv == 0.0 {
            solved.tail = Ok(Tail::Constant {
                rate_per_s: self.queue.rate_per_s,
                service_s: self.size_s,
            });
        }
        Ok(solved)
    }

    /// GI/M/1.
    fn gi_m_1(&self) -> Result<Solved, Reason> {
        let mu = self.queue.service_per_s;
        let below_one = gim1::root_below_one(&gaps(self.scenario), self.queue.turns, mu)
            .ok_or(self.overloaded())?;
        let sigma = 1.0 - below_one;
        let formula = match self.scenario.arrivals.pattern {
            Pattern::Poisson => Formula::EnM1,
            Pattern::Fixed => Formula::DM1,
            _ => Formula::GIM1,
        };
        let filled = formula.with("mu", num(mu)).with("sigma", num(sigma));
        let response_s = gim1::response_s(below_one, mu);
        let mut solved = self.exact(filled, response_s);
        if !self.queue.sharing {
            solved.wait = Ok(Wait {
                mean_s: response_s - self.size_s,
                chance: Ok(sigma),
            });
            solved.tail = Ok(Tail::Renewal {
                sigma,
                rate: mu * below_one,
            });
        }
        Ok(solved)
    }

    /// G/G/c, approximately.
    fn g_g_c(&self) -> Result<Solved, Reason> {
        holds(!self.queue.sharing, self.shared())?;
        let rate = self.queue.rate_per_s;
        let mu = self.queue.service_per_s;
        let gap_cv2 = gaps(self.scenario).cv2() / f64::from(self.queue.turns);
        let service_cv2 = self.cv * self.cv;
        let wait_s = allen_cunneen_wait_s(self.slots, rate, mu, gap_cv2, service_cv2)
            .ok_or(self.overloaded())?;
        // Below full load and without any variation no task waits: that is exact.
        let certain = gap_cv2 + self.cv == 0.0;
        let fair = certain || is_fair(self.slots, rate / mu, gap_cv2, service_cv2);
        holds(fair, Reason::TooRough)?;
        let filled = Formula::GGc
            .with("size", num(self.size_s))
            .with("wait", num(wait_s));
        let mut solved = self.exact(filled, self.size_s + wait_s);
        let chance = if certain {
            Ok(0.0)
        } else {
            solved.kind = Exactness::Approximation;
            Err(Reason::NoSimpleFormula)
        };
        solved.wait = Ok(Wait {
            mean_s: wait_s,
            chance,
        });
        Ok(solved)
    }
}

/// The gaps between the arrivals of the whole stream.
fn gaps(scenario: &Scenario) -> Gaps {
    let a = &scenario.arrivals;
    match a.pattern {
        Pattern::Bursty => Gaps::Interrupted {
            on_s: a.burst_on_s,
            off_s: a.burst_off_s,
            on_rate_per_s: a.rate_per_s * (a.burst_on_s + a.burst_off_s) / a.burst_on_s,
        },
        Pattern::Poisson => Gaps::Poisson(a.rate_per_s),
        Pattern::Fixed | Pattern::Batch | Pattern::Steps | Pattern::Closed => {
            Gaps::Fixed(1.0 / a.rate_per_s)
        }
    }
}
