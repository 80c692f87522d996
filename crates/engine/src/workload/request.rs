//! A request to a language model: what a task asks of a replica, and what came of it. Only tasks of
//! scenarios with replicas have one; it stands beside the task, which stays small.

use super::requests::Requests;
use std::fmt;
use std::sync::OnceLock;

/// A run of tokens. Token ids are made of stream and position when they are needed, so a prompt of
/// thousands of tokens is a few numbers here. Equal streams and positions are equal tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Which text the tokens are of.
    pub stream: u64,
    /// The position of the first one in it.
    pub from: u32,
    /// How many there are.
    pub tokens: u32,
}

/// The id of the token at a position of a stream: the finaliser of SplitMix64 (Steele, Lea and
/// Flood 2014), of which the upper half is taken.
pub fn token(stream: u64, position: u32) -> u32 {
    (mixed(stream ^ u64::from(position).wrapping_mul(0x9e37_79b9_7f4a_7c15)) >> 32) as u32
}

/// The stream with this number among those of a kind.
pub const fn stream(kind: u64, number: u64) -> u64 {
    mixed(kind ^ number.wrapping_mul(0xd1b5_4a32_d192_ed03))
}

const fn mixed(state: u64) -> u64 {
    let mut bits = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// A request to a language model.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What the prompt is made of.
    pub prompt: Vec<Span>,
    /// Tokens of the prompt.
    pub prompt_tokens: u32,
    /// Output tokens after which the reply ends.
    pub output_tokens: u32,
    /// The stream of the reply's tokens.
    pub reply: u64,
    /// The session, counted from 0.
    pub session: u64,
    /// The turn of the session, counted from 1.
    pub turn: u32,
    /// Which shared prefix the prompt begins with, if any.
    pub prefix: Option<u32>,
    /// Whether it comes before others where replicas schedule by priority.
    pub urgent: bool,
    /// What came of it so far.
    pub progress: Progress,
}

/// What came of a request so far. Times are simulated seconds, NaN before they are reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// When its first output token was there.
    pub first_token_s: f64,
    /// Prompt tokens that the replica's prefix cache held when it was first scheduled.
    pub cached_tokens: u32,
    /// How often it lost its place and its KV cache.
    pub preemptions: u32,
    /// Tokens that were computed once more after preemptions.
    pub recomputed_tokens: u32,
    /// Where prefill and decode are apart: how its prompt was computed, once it has been.
    pub handed_over: Option<HandOver>,
}

/// How a replica that only computes prompts has computed one and handed it over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HandOver {
    /// When the request reached that replica (s).
    pub delivered_s: f64,
    /// When it was first scheduled there (s).
    pub started_s: f64,
    /// When its prompt was computed (s).
    pub prefilled_s: f64,
    /// How long the transfer of its keys and values takes from then on, waiting included (s).
    pub transfer_s: f64,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            first_token_s: f64::NAN,
            cached_tokens: 0,
            preemptions: 0,
            recomputed_tokens: 0,
            handed_over: None,
        }
    }
}

impl Request {
    /// About how much memory a copy takes (bytes).
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>() + size_of_val(self.prompt.as_slice())
    }

    /// The ids of the prompt's tokens.
    pub fn tokens(&self) -> impl Iterator<Item = u32> + '_ {
        self.prompt.iter().flat_map(|span| {
            let positions = span.from..span.from + span.tokens;
            positions.map(|position| token(span.stream, position))
        })
    }

    /// Its work: tokens of prompt and reply together.
    pub fn work_tokens(&self) -> f64 {
        f64::from(self.prompt_tokens) + f64::from(self.output_tokens)
    }

    /// Time per output token after the first (s), for a reply that ended at `end_s`; NaN for a
    /// reply of one token.
    pub fn time_per_output_token_s(&self, end_s: f64) -> f64 {
        let after_first = f64::from(self.output_tokens) - 1.0;
        match after_first > 0.0 {
            true => (end_s - self.progress.first_token_s) / after_first,
            false => f64::NAN,
        }
    }

    /// The same request, sent again.
    pub fn again(&self) -> Self {
        Self {
            progress: Progress::default(),
            ..self.clone()
        }
    }
}

/// Makes the source of a run's requests, of these and with this seed.
pub type MakeSource = fn(&Requests, u64) -> Box<dyn RequestSource>;

/// The program that draws requests is not part of this crate: the page loads it only for scenes
/// that have any.
static MAKE_SOURCE: OnceLock<MakeSource> = OnceLock::new();

/// From now on, requests are drawn by this. A second call changes nothing.
pub fn install(make: MakeSource) {
    // Hidden from the optimiser, which would call the only thing ever installed directly, so that
    // it could not be in a part of its own.
    MAKE_SOURCE.get_or_init(|| std::hint::black_box(make));
}

/// The source of a run's requests; None if nothing has been [installed](install).
pub fn source(requests: &Requests, seed: u64) -> Option<Box<dyn RequestSource>> {
    MAKE_SOURCE.get().map(|make| make(requests, seed))
}

/// Whether requests can be drawn.
pub fn is_installed() -> bool {
    MAKE_SOURCE.get().is_some()
}

/// Where requests come from.
pub trait RequestSource {
    /// A copy, for a checkpoint.
    fn clone_box(&self) -> Box<dyn RequestSource>;
    /// The first request of a new session.
    fn first(&mut self) -> Request;
    /// What the client of an answered request sends next, and how long after the answer (s); None
    /// if its session is over.
    fn next(&mut self, answered: &Request) -> Option<(f64, Request)>;
}

/// The page has no use for what is in it, and would have to load how to write it.
impl fmt::Debug for dyn RequestSource {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a source of requests")
    }
}

impl Clone for Box<dyn RequestSource> {
    fn clone(&self) -> Self {
        self.clone_box()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_equal_where_streams_and_positions_are() {
        let of = |stream, from, tokens| Request {
            prompt: vec![Span {
                stream,
                from,
                tokens,
            }],
            prompt_tokens: tokens,
            output_tokens: 1,
            reply: 0,
            session: 0,
            turn: 1,
            prefix: None,
            urgent: false,
            progress: Progress::default(),
        };
        let whole: Vec<u32> = of(7, 0, 10).tokens().collect();
        let rest: Vec<u32> = of(7, 4, 6).tokens().collect();
        assert_eq!(whole[4..], rest);
        let other: Vec<u32> = of(8, 0, 10).tokens().collect();
        assert!(whole.iter().zip(&other).all(|(a, b)| a != b));
    }

    #[test]
    fn time_per_output_token_leaves_the_first_out() {
        let mut request = Request {
            prompt: Vec::new(),
            prompt_tokens: 1,
            output_tokens: 5,
            reply: 0,
            session: 0,
            turn: 1,
            prefix: None,
            urgent: false,
            progress: Progress::default(),
        };
        request.progress.first_token_s = 2.0;
        assert_eq!(request.time_per_output_token_s(3.0), 0.25);
        request.output_tokens = 1;
        assert!(request.time_per_output_token_s(3.0).is_nan());
    }
}
