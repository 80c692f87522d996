//! Each eligible worker in turn.
//!
//! `round_robin` of the routers of SGLang 0.3.2 and vLLM 0.1.17: a counter from 0, modulo the
//! number of eligible workers. It knows nothing of prompts and loads; when a worker drops out, the
//! others' turns shift.

use crate::choose::eligible;
use crate::router::{Chance, Knows, Request, Router, Worker};
use crate::why::Why;

/// The router. It has no settings.
#[derive(Clone, Debug, Default)]
pub struct RoundRobin {
    picks: usize,
}

impl Router for RoundRobin {
    fn knows(&self) -> Knows {
        Knows::NOTHING
    }

    fn pick(
        &mut self,
        _: &Request,
        workers: &[Worker],
        _: &mut dyn Chance,
        why: &mut Why,
    ) -> Option<usize> {
        let among = eligible(workers);
        let turn = self.picks.checked_rem(among.len())?;
        why.record(|why| {
            why.table("round-robin", &["turn"]);
            why.values.push(("picks", self.picks as f64));
            for (place, &worker) in among.iter().enumerate() {
                why.row(worker, &[place as f64]);
            }
        });
        self.picks += 1;
        Some(among[turn])
    }

    fn clone_box(&self) -> Box<dyn Router> {
        Box::new(self.clone())
    }
}
