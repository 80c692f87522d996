//! A recorded run of a router of SGLang or vLLM, replayed.

use super::chance::Always;
use super::format::{Case, place};
use equipoise_routers::{
    CacheEvent, Request, Router, Why, Worker, block_hashes, sglang, vllm_router,
};
use serde_json::Value;
use std::collections::VecDeque;

/// Tokens a block of the engines.
const BLOCK_SIZE: usize = 16;
/// The header by which a client names the worker.
const TARGET: &str = "x-smg-target-worker";

/// The router of a case, or what it asks for that there is not.
pub(crate) fn router(case: &Case) -> Result<Box<dyn Router>, String> {
    let mut requests = case.ops.iter().filter_map(|op| op.get(1));
    if requests.any(|request| !request["headers"][TARGET].is_null()) {
        return Err(TARGET.to_string());
    }
    Ok(match (case.router.as_str(), case.policy.as_str()) {
        ("sglang", "round_robin") | ("vllm", "round_robin") => Box::<sglang::RoundRobin>::default(),
        ("sglang", "cache_aware") => {
            let mut settings = sglang::CacheAwareSettings::default();
            set(case, "cache-threshold", |x| {
                settings.cache_threshold = x as f32
            });
            set(case, "eviction-interval-secs", |x| {
                settings.eviction_interval_s = x
            });
            set(case, "max-tree-size", |x| {
                settings.max_tree_size = x as usize
            });
            set_balance(case, &mut settings.balance);
            Box::new(sglang::CacheAware::new(settings))
        }
        ("sglang", "consistent_hashing") => {
            let ring = case.nameless;
            let settings = sglang::ConsistentHashingSettings { ring };
            Box::new(sglang::ConsistentHashing::new(settings))
        }
        ("sglang", "prefix_hash") => Box::<sglang::PrefixHash>::default(),
        ("sglang", "manual") => {
            let assignment = match case.flags["assignment-mode"].as_str() {
                Some("min_load") => sglang::Assignment::MinLoad,
                Some("min_group") => sglang::Assignment::MinGroup,
                _ => sglang::Assignment::Random,
            };
            let settings = sglang::ManualSettings {
                assignment,
                ..Default::default()
            };
            Box::new(sglang::Manual::new(settings))
        }
        ("vllm", "cache_aware") => {
            let mut settings = vllm_router::CacheAwareSettings::default();
            set(case, "cache-threshold", |x| {
                settings.cache_threshold = x as f32
            });
            set(case, "eviction-interval-secs", |x| {
                settings.eviction_interval_s = x
            });
            set(case, "max-tree-size", |x| {
                settings.max_tree_size = x as usize
            });
            set_balance(case, &mut settings.balance);
            Box::new(vllm_router::CacheAware::new(settings))
        }
        ("vllm", "kv_aware") => Box::new(vllm_router::KvAware::new(Default::default())),
        ("vllm", "consistent_hash") => Box::<vllm_router::ConsistentHash>::default(),
        ("vllm", "sticky_least_loaded") => {
            Box::new(vllm_router::StickyLeastLoaded::new(Default::default()))
        }
        (router, policy) => return Err(format!("policy {router}/{policy}")),
    })
}

fn set(case: &Case, flag: &str, set: impl FnOnce(f64)) {
    if let Some(value) = case.flags.get(flag) {
        set(value.as_f64().expect("a number"));
    }
}

fn set_balance(case: &Case, balance: &mut sglang::Thresholds) {
    set(case, "balance-abs-threshold", |x| {
        balance.absolute = x as u32
    });
    set(case, "balance-rel-threshold", |x| {
        balance.relative = x as f32
    });
}

/// Replays a case; how many picks it has.
///
/// # Panics
/// If a pick comes out otherwise.
pub(crate) fn replay(case: &Case, router: Box<dyn Router>) -> usize {
    let mut run = Run {
        case,
        router,
        now_s: 0.0,
        sent: 0,
        held: vec![VecDeque::new(); case.workers],
    };
    let mut picks = case.picks.places().into_iter();
    for op in &case.ops {
        match op[0].as_str() {
            Some("send") | Some("hold") => {
                let recorded = picks.next().expect("a pick a request");
                let picked = run.pick(&op[1], recorded);
                assert_eq!(picked, recorded, "{}, request {}", case.id, run.sent);
                let id = run.sent as u64;
                if let Some(worker) = picked {
                    run.held[worker].push_back(id);
                    if op[0] == "send" {
                        run.held[worker].pop_back();
                        run.end(id);
                    }
                }
                run.sent += 1;
            }
            Some("finish") => {
                let ended = run.held[worker(&op[1])].pop_front();
                ended.into_iter().for_each(|id| run.end(id));
            }
            Some("end") => run.router.session_ended(op[1].as_str().expect("a name")),
            Some("kv") => {
                let blocks = block_hashes(&tokens(&op[2]), BLOCK_SIZE);
                let event = CacheEvent::Stored(&blocks);
                run.router.cache_changed(worker(&op[1]), event);
            }
            Some("evict") => set(case, "eviction-interval-secs", |s| run.now_s += s),
            other => panic!("{}: {other:?}", case.id),
        }
    }
    assert_eq!(picks.next(), None, "{}: a request a pick", case.id);
    run.sent
}

struct Run<'a> {
    case: &'a Case,
    router: Box<dyn Router>,
    now_s: f64,
    sent: usize,
    /// Requests in flight at each worker, the oldest first.
    held: Vec<VecDeque<u64>>,
}

impl Run<'_> {
    /// Picks for a request. Where the program breaks ties at random, it is the recorded pick if
    /// some draw gives that.
    fn pick(&mut self, sent: &Value, recorded: Option<usize>) -> Option<usize> {
        let prompt = prompt(self.case, sent);
        let request = Request {
            id: self.sent as u64,
            now_s: self.now_s,
            prompt: &prompt,
            blocks: &block_hashes(&prompt, BLOCK_SIZE),
            session: session(sent),
        };
        let workers: Vec<Worker> = self
            .held
            .iter()
            .zip(&self.case.urls)
            .map(|(held, url)| Worker {
                url,
                eligible: true,
                in_flight: held.len() as u32,
                report: None,
            })
            .collect();
        let draws = if self.case.random_ties {
            workers.len()
        } else {
            1
        };
        let mut picked = None;
        for draw in 0..draws {
            let mut router = self.router.clone();
            let mut why = Why::wanted();
            picked = router.pick(&request, &workers, &mut Always(draw), &mut why);
            if !self.case.random_ties {
                assert_ne!(why.tie_break, "by-chance", "{}", self.case.id);
            }
            if picked == recorded || draw + 1 == draws {
                self.router = router;
                break;
            }
        }
        picked
    }

    fn end(&mut self, id: u64) {
        self.router.first_token(id);
        self.router.finished(id);
    }
}

/// What the router sees of a prompt.
fn prompt(case: &Case, sent: &Value) -> Vec<u32> {
    // Over HTTP this policy has no tokens.
    if case.policy == "prefix_hash" {
        return Vec::new();
    }
    if sent["tokens"].is_array() {
        return tokens(&sent["tokens"]);
    }
    if let Some(chat) = sent["chat"].as_array() {
        let contents = chat.iter().map(|m| m["content"].as_str().expect("text"));
        return characters(&contents.collect::<Vec<_>>().join(" "));
    }
    if let Some(ids) = sent["ids"].as_array() {
        let ids: Vec<String> = ids.iter().map(Value::to_string).collect();
        return characters(&ids.join(" "));
    }
    characters(sent["text"].as_str().expect("text"))
}

pub(crate) fn characters(text: &str) -> Vec<u32> {
    text.chars().map(u32::from).collect()
}

fn tokens(ids: &Value) -> Vec<u32> {
    let ids = ids.as_array().expect("ids").iter();
    ids.map(|id| id.as_u64().expect("an id") as u32).collect()
}

fn session(sent: &Value) -> Option<&str> {
    let headers = sent["headers"].as_object()?;
    headers.values().next()?.as_str()
}

/// The place of the worker that a letter names.
fn worker(letter: &Value) -> usize {
    let letter = letter.as_str().and_then(|l| l.bytes().next());
    letter.and_then(place).expect("a letter")
}
