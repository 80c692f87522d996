//! What holds for every router, whatever happens.

use equipoise_routers::{
    CacheEvent, Chance, ROUTERS, Report, Request, Router, Why, Worker, block_hashes,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

const URLS: [&str; 5] = [
    "http://a:1",
    "http://b:1",
    "http://c:1",
    "http://d:1",
    "http://e:1",
];
const SESSIONS: [&str; 4] = ["", "one", "two", "three"];
/// Tokens a block.
const BLOCK_SIZE: usize = 16;

/// Whether a worker is eligible, and its report: waiting, running, KV usage.
type State = (bool, Option<(u32, u32, f64)>);

/// What happens next.
#[derive(Clone, Debug)]
enum Event {
    Ask {
        /// Seconds since the event before.
        after_s: f64,
        /// How often each of a few tokens comes, which makes prompts that begin alike.
        runs: Vec<(u32, usize)>,
        session: Option<usize>,
        states: Vec<State>,
    },
    FirstToken(usize),
    Finish(usize),
    EndSession(usize),
    Stored(usize, Vec<(u32, usize)>),
    Removed(usize, Vec<(u32, usize)>),
    Cleared(usize),
}

fn runs() -> impl Strategy<Value = Vec<(u32, usize)>> {
    vec((0..3_u32, 1..40_usize), 0..5)
}

fn events() -> impl Strategy<Value = (usize, Vec<Event>)> {
    (1..=URLS.len()).prop_flat_map(|workers| {
        let state = (
            prop::bool::weighted(0.8),
            option::of((0..20_u32, 0..20_u32, 0.0..=1.0)),
        );
        let states = vec(state, workers);
        let session = option::of(0..SESSIONS.len());
        let ask = (0.0..100.0, runs(), session, states);
        let ask = ask.prop_map(|(after_s, runs, session, states)| Event::Ask {
            after_s,
            runs,
            session,
            states,
        });
        let event = prop_oneof![
            6 => ask,
            1 => (0..40_usize).prop_map(Event::FirstToken),
            2 => (0..40_usize).prop_map(Event::Finish),
            1 => (0..SESSIONS.len()).prop_map(Event::EndSession),
            1 => (0..workers, runs()).prop_map(|(w, r)| Event::Stored(w, r)),
            1 => (0..workers, runs()).prop_map(|(w, r)| Event::Removed(w, r)),
            1 => (0..workers).prop_map(Event::Cleared),
        ];
        (Just(workers), vec(event, 1..40))
    })
}

fn prompt(runs: &[(u32, usize)]) -> Vec<u32> {
    let runs = runs.iter();
    runs.flat_map(|&(token, n)| std::iter::repeat_n(token, n))
        .collect()
}

/// SplitMix64, by Steele, Lea and Flood.
#[derive(Clone)]
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let bits = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }
}

impl Chance for Draws {
    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// A router, and what its caller keeps.
#[derive(Clone)]
struct Run {
    router: Box<dyn Router>,
    draws: Draws,
    now_s: f64,
    asked: u64,
    /// Requests in flight with their workers.
    in_flight: Vec<(u64, usize)>,
    /// For the k-th worker, k times that many requests in flight that are not there.
    invented: u32,
    why: Why,
}

impl Run {
    fn new(router: Box<dyn Router>, why: Why) -> Self {
        Self {
            router,
            draws: Draws(7),
            now_s: 0.0,
            asked: 0,
            in_flight: Vec::new(),
            invented: 0,
            why,
        }
    }

    /// Lets an event happen; the pick, if it asks for one.
    fn happen(&mut self, event: &Event) -> Option<Option<usize>> {
        match event {
            Event::Ask {
                after_s,
                runs,
                session,
                states,
            } => {
                self.now_s += after_s;
                let workers = self.workers(states);
                let prompt = prompt(runs);
                let request = Request {
                    id: self.asked,
                    now_s: self.now_s,
                    prompt: &prompt,
                    blocks: &block_hashes(&prompt, BLOCK_SIZE),
                    session: session.map(|k| SESSIONS[k]),
                };
                self.why.clear();
                let (draws, why) = (&mut self.draws, &mut self.why);
                let picked = self.router.pick(&request, &workers, draws, why);
                if let Some(worker) = picked {
                    assert!(workers[worker].eligible, "{:?}", self.router);
                    self.in_flight.push((self.asked, worker));
                }
                self.asked += 1;
                return Some(picked);
            }
            Event::FirstToken(k) => {
                if let Some(&(id, _)) = self.in_flight.get(*k) {
                    self.router.first_token(id);
                }
            }
            Event::Finish(k) => {
                if *k < self.in_flight.len() {
                    self.router.finished(self.in_flight.remove(*k).0);
                }
            }
            Event::EndSession(k) => self.router.session_ended(SESSIONS[*k]),
            Event::Stored(worker, runs) => {
                let blocks = block_hashes(&prompt(runs), BLOCK_SIZE);
                self.router
                    .cache_changed(*worker, CacheEvent::Stored(&blocks));
            }
            Event::Removed(worker, runs) => {
                let blocks = block_hashes(&prompt(runs), BLOCK_SIZE);
                self.router
                    .cache_changed(*worker, CacheEvent::Removed(&blocks));
            }
            Event::Cleared(worker) => self.router.cache_changed(*worker, CacheEvent::Cleared),
        }
        None
    }

    fn workers(&self, states: &[State]) -> Vec<Worker<'static>> {
        let states = states.iter().enumerate();
        states
            .map(|(i, &(eligible, report))| Worker {
                url: URLS[i],
                eligible,
                in_flight: self.in_flight.iter().filter(|r| r.1 == i).count() as u32
                    + self.invented * i as u32,
                report: report.map(|(waiting, running, kv_usage)| Report {
                    waiting,
                    running,
                    tokens: u64::from(waiting + running) * 100,
                    kv_usage,
                }),
            })
            .collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// `happen` asserts that who is picked is eligible.
    #[test]
    fn equal_calls_give_equal_picks_watched_or_not_and_from_a_copy((_, events) in events()) {
        for (id, make) in ROUTERS {
            let mut run = Run::new(make(), Why::unwanted());
            let mut watched = Run::new(make(), Why::wanted());
            let mut copy = run.clone();
            for (k, event) in events.iter().enumerate() {
                if k == events.len() / 2 {
                    copy = run.clone();
                }
                let picked = run.happen(event);
                prop_assert_eq!(picked, watched.happen(event), "{}", id);
                if k >= events.len() / 2 {
                    prop_assert_eq!(picked, copy.happen(event), "{}", id);
                }
                if let Some(Some(worker)) = picked {
                    let why = &watched.why;
                    prop_assert!(!why.rule.is_empty(), "{}", id);
                    prop_assert_eq!(why.cells.len(), why.columns.len() * why.workers.len());
                    let considered = why.workers.is_empty() || why.workers.contains(&worker);
                    prop_assert!(considered, "{}: {:?}", id, why);
                    let tied = why.tied.is_empty() || why.tied.contains(&worker);
                    prop_assert!(tied, "{}: {:?}", id, why);
                    prop_assert_eq!(&run.why, &Why::unwanted());
                }
            }
        }
    }

    #[test]
    fn what_a_router_does_not_declare_it_does_not_read((_, events) in events()) {
        for (id, make) in ROUTERS {
            let knows = make().knows();
            let mut run = Run::new(make(), Why::unwanted());
            let mut blind = Run::new(make(), Why::unwanted());
            blind.invented = u32::from(!knows.in_flight) * 5;
            for event in &events {
                let mut scrambled = event.clone();
                if let Event::Ask { runs, session, states, .. } = &mut scrambled {
                    if !knows.prompt {
                        runs.push((2, 17));
                    }
                    if !knows.session {
                        *session = None;
                    }
                    if !knows.reports {
                        states.iter_mut().for_each(|state| state.1 = Some((3, 1, 0.9)));
                    }
                }
                let of_cache = matches!(
                    event,
                    Event::Stored(..) | Event::Removed(..) | Event::Cleared(_)
                );
                let picked = run.happen(event);
                if knows.cache_events || !of_cache {
                    prop_assert_eq!(picked, blind.happen(&scrambled), "{}", id);
                }
            }
        }
    }
}

#[test]
fn without_an_eligible_worker_there_is_no_pick() {
    for (id, make) in ROUTERS {
        let mut run = Run::new(make(), Why::wanted());
        for states in [vec![], vec![(false, None); 3]] {
            let ask = Event::Ask {
                after_s: 1.0,
                runs: vec![(1, 40)],
                session: Some(1),
                states,
            };
            assert_eq!(run.happen(&ask), Some(None), "{id}");
        }
    }
}

#[test]
fn a_single_worker_gets_everything_that_is_not_refused() {
    for (id, make) in ROUTERS {
        let mut run = Run::new(make(), Why::unwanted());
        for (runs, session) in [(vec![], None), (vec![(1, 40)], Some(1)), (vec![], Some(0))] {
            let refused = runs.is_empty() && *id == "sglang-prefix-hash";
            let ask = Event::Ask {
                after_s: 1.0,
                runs,
                session,
                states: vec![(true, None)],
            };
            assert_eq!(run.happen(&ask), Some((!refused).then_some(0)), "{id}");
        }
    }
}
