//! The better of two workers drawn at random.
//!
//! `power_of_two`: two different ones, the first if it is not worse. A worker's load is what it
//! reports (`/get_load`, every 30 s), and where it reports none, its requests in flight.

use crate::choose::{eligible, two_of};
use crate::router::{Chance, Knows, Request, Router, Worker};
use crate::why::Why;

/// The router. It has no settings.
#[derive(Clone, Debug, Default)]
pub struct PowerOfTwo;

impl Router for PowerOfTwo {
    fn knows(&self) -> Knows {
        Knows {
            in_flight: true,
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
            why.record(|why| why.table("only-one", &[]));
            return among.first().copied();
        }
        let drawn = two_of(&among, chance);
        let loads = drawn.map(|i| match workers[i].report {
            Some(report) => report.waiting + report.running,
            None => workers[i].in_flight,
        });
        why.record(|why| {
            why.table("two-choices", &["load"]);
            for (&worker, &load) in drawn.iter().zip(&loads) {
                why.row(worker, &[f64::from(load)]);
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
