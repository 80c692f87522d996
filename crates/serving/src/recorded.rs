//! The tasks of a trace, in place of drawn ones.

use equipoise_engine::workload::request::{Progress, Span, stream};
use equipoise_engine::workload::{KeySource, Recording, Request};
use equipoise_traces::{Tokens, Trace};
use std::fmt::Debug;
use std::rc::Rc;

/// Streams of tokens by kind.
const BLOCK: u64 = 4;
const PROMPT: u64 = 5;
const REPLY: u64 = 6;

/// The columns of a trace that a run reads, wherever they are kept: a page keeps them outside of
/// its program's memory, which would never shrink again.
pub trait Columns: Debug {
    /// When the request at `place` arrives (s); None behind the last.
    fn arrival_s(&self, place: usize) -> Option<f64>;
    /// Its tokens, if it has any.
    fn tokens(&self, place: usize) -> Option<Tokens>;
    /// Its size (units) otherwise.
    fn size(&self, place: usize) -> f64;
    /// The number of its client, URL or tenant, if the trace names it.
    fn key(&self, kind: KeySource, place: usize) -> Option<u32>;
    /// Its session and which turn of it it is, from 1, if the trace has sessions.
    fn turn(&self, place: usize) -> Option<(u32, u32)>;
    /// How many tokens a block has, and the ids of its prompt's.
    fn blocks(&self, place: usize) -> (u32, Vec<u32>);
}

/// A trace in memory.
#[derive(Debug)]
pub struct InMemory {
    trace: Rc<Trace>,
    /// Session and turn of each request; empty if the trace has no sessions.
    turns: Vec<(u32, u32)>,
}

impl Columns for InMemory {
    fn arrival_s(&self, place: usize) -> Option<f64> {
        self.trace.arrivals_s.get(place).copied()
    }

    fn tokens(&self, place: usize) -> Option<Tokens> {
        self.trace.tokens.get(place).copied()
    }

    fn size(&self, place: usize) -> f64 {
        self.trace.sizes.get(place).copied().unwrap_or_default()
    }

    fn key(&self, kind: KeySource, place: usize) -> Option<u32> {
        let labels = match kind {
            KeySource::Ip => &self.trace.clients,
            KeySource::Url => &self.trace.urls,
            KeySource::Header => &self.trace.tenants,
        };
        labels.of.get(place).copied().flatten()
    }

    fn turn(&self, place: usize) -> Option<(u32, u32)> {
        self.turns.get(place).copied()
    }

    fn blocks(&self, place: usize) -> (u32, Vec<u32>) {
        let blocks = &self.trace.blocks;
        (blocks.tokens, blocks.of(place).to_vec())
    }
}

/// A trace that is played to a scenario's servers.
///
/// Its tasks arrive when the trace says. A task without tokens has the trace's size; its keys are
/// the numbers of the trace's client, URL and tenant among those of the scenario, modulo how many
/// there are. Where the trace names none, the session's number is taken, or without sessions the
/// request's place, so that requests come from all clients in turn.
///
/// A request has the trace's numbers of tokens. Where the trace has hashes of blocks, equal ids are
/// equal tokens, and prefix caches find them; otherwise no two prompts share a token, not even
/// those of a session, since the trace does not say what they share. A reply of no tokens, which a
/// trace may have, is taken as one of one token: vLLM serves no other.
#[derive(Debug)]
pub struct Recorded<C>(pub C);

impl Recorded<InMemory> {
    /// The tasks of a trace in memory.
    pub fn new(trace: Rc<Trace>) -> Self {
        let turns = turns(&trace.sessions);
        Self(InMemory { trace, turns })
    }
}

/// How many replies of no tokens are taken as replies of one.
pub fn empty_replies(trace: &Trace) -> usize {
    let tokens = trace.tokens.iter();
    tokens.filter(|tokens| tokens.output == 0).count()
}

impl<C: Columns> Recorded<C> {
    /// Session and turn of the request at `place`. Without sessions each is one of its own.
    fn turn(&self, place: usize) -> (u32, u32) {
        self.0.turn(place).unwrap_or((place as u32, 1))
    }

    /// What the prompt at `place` is made of.
    fn prompt(&self, place: usize, tokens: u32) -> Vec<Span> {
        let (block_tokens, ids) = self.0.blocks(place);
        let hashed = ids
            .into_iter()
            .map(|id| (stream(BLOCK, u64::from(id)), block_tokens));
        let own = (stream(PROMPT, place as u64), tokens);
        let mut left = tokens;
        let mut spans = Vec::new();
        // The last block may be short, and tokens beyond all blocks are the request's own.
        for (stream, most) in hashed.chain([own]) {
            let tokens = left.min(most);
            left -= tokens;
            if tokens > 0 {
                spans.push(Span {
                    stream,
                    from: 0,
                    tokens,
                });
            }
        }
        spans
    }
}

/// Session and turn of each request, from 1; requests without a session are sessions of their own,
/// numbered behind the others.
pub fn turns(sessions: &[Option<u32>]) -> Vec<(u32, u32)> {
    let count = sessions.iter().flatten().max().map_or(0, |&last| last + 1);
    let mut sent = vec![0; count as usize];
    let mut own = count;
    let mut turns = Vec::with_capacity(sessions.len());
    for session in sessions {
        turns.push(match session {
            Some(session) => {
                let sent = &mut sent[*session as usize];
                *sent += 1;
                (*session, *sent)
            }
            None => {
                own += 1;
                (own - 1, 1)
            }
        });
    }
    turns
}

impl<C: Columns> Recording for Recorded<C> {
    fn arrival_s(&self, place: usize) -> Option<f64> {
        self.0.arrival_s(place)
    }

    fn size(&self, place: usize) -> f64 {
        self.0.size(place)
    }

    fn keys(&self, place: usize) -> [u32; KeySource::COUNT] {
        let (session, _) = self.turn(place);
        KeySource::ALL.map(|kind| self.0.key(kind, place).unwrap_or(session))
    }

    fn request(&self, place: usize) -> Option<Request> {
        let tokens = self.0.tokens(place)?;
        let (session, turn) = self.turn(place);
        Some(Request {
            prompt: self.prompt(place, tokens.prompt),
            prompt_tokens: tokens.prompt,
            output_tokens: tokens.output.max(1),
            reply: stream(REPLY, place as u64),
            session: u64::from(session),
            turn,
            prefix: None,
            urgent: false,
            progress: Progress::default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use equipoise_engine::workload::{Arrivals, Clients, Playback, Sizes, Workload};
    use equipoise_traces::{OnBad, Reader};

    fn recorded(text: &str) -> Recorded<InMemory> {
        let mut reader = Reader::new(OnBad::Stop);
        reader.feed(text.as_bytes()).expect("good rows");
        let trace = reader.finish().expect("has requests");
        Recorded::new(Rc::new(trace))
    }

    #[test]
    fn equal_blocks_are_equal_tokens_and_the_last_may_be_short() {
        let recorded = recorded(
            "{\"timestamp\": 0, \"input_length\": 1030, \"output_length\": 0, \
             \"hash_ids\": [7, 8, 9]}\n\
             {\"timestamp\": 1500, \"input_length\": 1100, \"output_length\": 4, \
             \"hash_ids\": [7, 8]}\n",
        );
        assert_eq!(recorded.arrival_s(1), Some(1.5));
        assert_eq!(recorded.arrival_s(2), None);
        let [first, second] = [0, 1].map(|place| recorded.request(place).expect("has tokens"));
        let of = |request: &Request| -> Vec<u32> { request.tokens().collect() };
        assert_eq!([of(&first).len(), of(&second).len()], [1030, 1100]);
        assert_eq!(of(&first)[..1024], of(&second)[..1024]);
        assert_eq!(first.prompt.last().map(|span| span.tokens), Some(6));
        assert_ne!(of(&first)[1024], of(&second)[1024]);
        assert_ne!(first.reply, second.reply);
        assert_eq!(first.output_tokens, 1);
        assert_eq!(empty_replies(&recorded.0.trace), 1);
    }

    #[test]
    fn prompts_without_blocks_share_nothing() {
        let recorded = recorded(
            "TIMESTAMP,ContextTokens,GeneratedTokens\n\
             2023-11-16 18:17:03.5,40,2\n2023-11-16 18:17:04.0,40,3\n",
        );
        let [first, second] = [0, 1].map(|place| recorded.request(place).expect("has tokens"));
        assert!(first.tokens().zip(second.tokens()).all(|(a, b)| a != b));
        assert_eq!([first.session, second.session], [0, 1]);
    }

    #[test]
    fn turns_are_counted_by_session() {
        let sessions = [Some(1), None, Some(0), Some(1), None];
        assert_eq!(turns(&sessions), [(1, 1), (2, 1), (0, 1), (1, 2), (3, 1)]);
    }

    #[test]
    fn keys_are_of_the_scenarios_population() {
        let rows = (0..30).map(|i| format!("{i},0.5,c{i},u{}\n", i % 2));
        let recorded = recorded(&format!(
            "time,size,client,url\n{}",
            rows.collect::<String>()
        ));
        assert_eq!((recorded.keys(13), recorded.size(13)), ([13, 1, 13], 0.5));
        assert!(recorded.request(13).is_none());
        let arrivals = Arrivals::default();
        let sizes = Sizes::default();
        let playback = Playback {
            recording: Rc::new(recorded),
            time_scale: 0.5,
        };
        let mut workload =
            Workload::new(&arrivals, &sizes, &Clients::default(), 1).playing(playback);
        let times_s: Vec<f64> = (0..13).map(|_| workload.next_s(0.0)).collect();
        assert_eq!(times_s.last(), Some(&6.5));
        // 12 clients, 2 URLs in the file, and no tenant: in turn, among 6.
        assert_eq!(workload.request().0.keys, [1, 1, 1]);
    }
}
