//! The better of two workers drawn at random.
//!
//! `power_of_two`: two different ones, the first if it is not worse. It compares the tokens that
//! both have reported (`/get_load`, every 30 s), or, if one has not, requests in flight, which over
//! HTTP it does not count: without reports it is then no better than one draw.

use crate::choose::{eligible, two_of};
use crate::router::{Chance, Knows, Report, Request, Router, Worker};
use crate::why::Why;

/// Settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PowerOfTwoSettings {
    /// Whether requests in flight are counted: not over HTTP, which is the default.
    pub counts_in_flight: bool,
}

/// The router.
#[derive(Clone, Debug, Default)]
pub struct PowerOfTwo {
    settings: PowerOfTwoSettings,
}

impl PowerOfTwo {
    /// A router with these settings.
    pub fn new(settings: PowerOfTwoSettings) -> Self {
        Self { settings }
    }
}

impl Router for PowerOfTwo {
    fn knows(&self) -> Knows {
        Knows {
            in_flight: self.settings.counts_in_flight,
            reports: true,
            ..Knows::NOTHING
        }
    }

    fn pick(
        &mut self,
        _: &Request,
        workers: &[Worker],
        chance: &mut dyn Chance,
        why: &mut Why,
    ) -> Option<usize> {
        let among = eligible(workers);
        if among.len() < 2 {
            let only = among.first().copied();
            why.record(|why| why.table("only-one", &[]));
            return only;
        }
        let drawn = two_of(&among, chance);
        let tokens = drawn.map(|i| workers[i].report);
        let loads = match tokens {
            [
                Some(Report { tokens: a, .. }),
                Some(Report { tokens: b, .. }),
            ] => [a, b],
            _ if self.settings.counts_in_flight => drawn.map(|i| workers[i].in_flight.into()),
            _ => [0, 0],
        };
        why.record(|why| {
            why.table("two-choices", &["load"]);
            for (&worker, &load) in drawn.iter().zip(&loads) {
                why.row(worker, &[load as f64]);
            }
            if loads[0] == loads[1] {
                why.tie(drawn, "first-drawn");
            }
        });
        Some(drawn[usize::from(loads[0] > loads[1])])
    }

    fn clone_box(&self) -> Box<dyn Router> {
        Box::new(self.clone())
    }
}
