//! The session's place on a ring of workers, or the prompt's.
//!
//! `consistent_hash`: 160 points a worker. Without a session's header it hashes the whole prompt,
//! so that only equal prompts meet. A worker that is not eligible is not passed over on the ring:
//! all its sessions go to the first eligible worker.
//!
//! Left out: keys within the body's text, such as `"session_id": …`.

use super::fbi_hash::fbi_hash;
use crate::choose::eligible;
use crate::hash::text;
use crate::ring::Ring;
use crate::router::{Chance, Knows, Request, Router, Worker};
use crate::why::Why;

/// Points of a worker.
const POINTS: usize = 160;
/// Bytes of a prompt that is hashed as it is; of a longer one, its hash is hashed.
const SHORT: usize = 100;

/// The router. It has no settings.
#[derive(Clone, Debug, Default)]
pub struct ConsistentHash {
    ring: Ring,
}

impl Router for ConsistentHash {
    fn knows(&self) -> Knows {
        Knows {
            prompt: true,
            session: true,
            ..Knows::NOTHING
        }
    }

    fn pick(
        &mut self,
        request: &Request,
        workers: &[Worker],
        _: &mut dyn Chance,
        why: &mut Why,
    ) -> Option<usize> {
        let first = *eligible(workers).first()?;
        self.ring.update(workers, |url| {
            let names = (0..POINTS).map(|i| format!("{url}:{i}"));
            names.map(|name| fbi_hash(&name)).collect()
        });
        let key = key(request);
        let hash = fbi_hash(&key);
        let owner = self.ring.from(hash).next()?.1;
        let gone = !workers[owner].eligible;
        let picked = if gone { first } else { owner };
        why.record(|why| {
            why.rule = match gone {
                true => "vllm-ring-owner-gone",
                false => "vllm-ring",
            };
            self.ring.explain(why, &key, hash, workers, picked);
        });
        Some(picked)
    }

    fn clone_box(&self) -> Box<dyn Router> {
        Box::new(self.clone())
    }
}

/// What is hashed.
fn key(request: &Request) -> String {
    if let Some(session) = request.session.filter(|s| !s.is_empty()) {
        return format!("header:x-session-id:{session}");
    }
    let text = text(request.prompt);
    match text.len() > SHORT {
        true => format!("request_hash:{:016x}", fbi_hash(&text)),
        false => format!("request:{text}"),
    }
}
