//! The requests of sessions, by the scenario's distributions.
//!
//! Each turn of each session has a random stream of its own. So the tokens of a turn are the same
//! whatever the balancer does, although the order in which turns are sent depends on it.

use equipoise_engine::rng::{Purpose, Rng};
use equipoise_engine::workload::popularity::Popularity;
use equipoise_engine::workload::request::{Progress, RequestSource, Span, stream};
use equipoise_engine::workload::sizes::Sampler;
use equipoise_engine::workload::{Request, Requests, SizeLaw, Sizes};
use std::sync::Arc;

/// Streams of tokens by kind.
const PREFIX: u64 = 1;
const PROMPT: u64 = 2;
const REPLY: u64 = 3;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct Sessions {
    /// What is the same for all sessions; shared by the copies that checkpoints keep.
    laws: Arc<Laws>,
    /// Sessions begun so far.
    begun: u64,
}

#[derive(Debug)]
struct Laws {
    requests: Requests,
    seed: u64,
    prompts: Sampler,
    replies: Sampler,
    prefixes: Option<Popularity>,
}

/// Lognormal numbers of tokens.
fn tokens(mean: f64, cv: f64) -> Sampler {
    let law = match cv > 0.0 {
        true => SizeLaw::Lognormal,
        false => SizeLaw::Constant,
    };
    Sampler::new(&Sizes {
        law,
        mean,
        spread: cv,
    })
}

/// The most tokens that are drawn for a prompt or a reply, so that a sum of turns is a number of
/// tokens still.
const MOST_TOKENS: f64 = 1e6;

/// A whole number of tokens, at least one.
fn whole(tokens: f64) -> u32 {
    tokens.round().clamp(1.0, MOST_TOKENS) as u32
}

impl Sessions {
    /// The sessions of a run with this seed.
    pub fn new(requests: &Requests, seed: u64) -> Self {
        let prefixes = requests.prefixes;
        let laws = Laws {
            seed,
            prompts: tokens(requests.prompt_tokens, requests.prompt_cv),
            replies: tokens(requests.output_tokens, requests.output_cv),
            prefixes: (prefixes > 0).then(|| Popularity::new(prefixes, requests.prefix_skew)),
            requests: requests.clone(),
        };
        Self {
            laws: Arc::new(laws),
            begun: 0,
        }
    }
}

/// What is the same for all turns of a session.
struct Session {
    number: u64,
    prefix: Option<u32>,
    urgent: bool,
}

impl Laws {
    /// The turn of this number, from 1, whose prompt begins with `before`.
    fn turn(&self, session: &Session, turn: u32, before: Vec<Span>) -> Request {
        let mut rng = Rng::new(self.seed, Purpose::Turn(session.number, turn));
        let number = session.number << 10 | u64::from(turn);
        let mut prompt = before;
        prompt.push(Span {
            stream: stream(PROMPT, number),
            from: 0,
            tokens: whole(self.prompts.draw(&mut rng)),
        });
        Request {
            prompt_tokens: prompt.iter().map(|span| span.tokens).sum(),
            prompt,
            output_tokens: whole(self.replies.draw(&mut rng)),
            reply: stream(REPLY, number),
            session: session.number,
            turn,
            prefix: session.prefix,
            urgent: session.urgent,
            progress: Progress::default(),
        }
    }
}

impl RequestSource for Sessions {
    fn clone_box(&self) -> Box<dyn RequestSource> {
        Box::new(self.clone())
    }

    fn first(&mut self) -> Request {
        let number = self.begun;
        self.begun += 1;
        let mut rng = Rng::new(self.laws.seed, Purpose::Turn(number, 0));
        let prefix = self.laws.prefixes.as_ref().map(|law| law.draw(&mut rng));
        let session = Session {
            number,
            prefix,
            urgent: rng.unit() < self.laws.requests.urgent_share,
        };
        let before = prefix.map(|prefix| Span {
            stream: stream(PREFIX, u64::from(prefix)),
            from: 0,
            tokens: self.laws.requests.prefix_tokens,
        });
        self.laws.turn(&session, 1, before.into_iter().collect())
    }

    fn next(&mut self, answered: &Request) -> Option<(f64, Request)> {
        let requests = &self.laws.requests;
        if answered.turn >= requests.turns {
            return None;
        }
        let mut said = answered.prompt.clone();
        said.push(Span {
            stream: answered.reply,
            from: 0,
            tokens: answered.output_tokens,
        });
        let session = Session {
            number: answered.session,
            prefix: answered.prefix,
            urgent: answered.urgent,
        };
        let next = self.laws.turn(&session, answered.turn + 1, said);
        Some((requests.think_s, next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_begins_with_all_that_was_said() {
        let mut sessions = Sessions::new(
            &Requests {
                prefixes: 3,
                prefix_tokens: 10,
                turns: 2,
                ..Requests::default()
            },
            5,
        );
        let first = sessions.first();
        let (think_s, second) = sessions.next(&first).expect("there are two turns");
        assert_eq!((think_s, second.turn), (5.0, 2));
        assert!(second.prompt.starts_with(&first.prompt));
        assert_eq!(second.prompt[first.prompt.len()].stream, first.reply);
        assert_eq!(
            second.prompt_tokens as usize,
            second.tokens().count(),
            "the number of tokens is that of the spans"
        );
        assert!(sessions.next(&second).is_none());
    }

    #[test]
    fn turns_do_not_depend_on_the_order_in_which_they_are_sent() {
        let requests = Requests {
            turns: 3,
            ..Requests::default()
        };
        let mut sessions = Sessions::new(&requests, 5);
        let [a, b] = std::array::from_fn(|_| sessions.first());
        let ahead = sessions.next(&b);
        let mut others = Sessions::new(&requests, 5);
        // As texts, since times that are not reached are not equal to themselves.
        let text = |request: &Request| format!("{request:?}");
        assert_eq!(text(&a), text(&others.first()));
        others.next(&a);
        assert_eq!(text(&b), text(&others.first()));
        assert_eq!(format!("{ahead:?}"), format!("{:?}", others.next(&b)));
    }

    #[test]
    fn means_are_those_of_the_scenario() {
        // Seed and tolerance were chosen beforehand: 20,000 lognormal numbers with a coefficient of
        // variation of 1 have a mean within 3 % but for one time in 20,000.
        let mut sessions = Sessions::new(&Requests::default(), 1);
        let mut sums = [0.0; 2];
        for _ in 0..20_000 {
            let request = sessions.first();
            sums[0] += f64::from(request.prompt_tokens);
            sums[1] += f64::from(request.output_tokens);
        }
        let means = sums.map(|sum| sum / 20_000.0);
        assert!((means[0] / 512.0 - 1.0).abs() < 0.03, "{means:?}");
        assert!((means[1] / 128.0 - 1.0).abs() < 0.03, "{means:?}");
    }
}
