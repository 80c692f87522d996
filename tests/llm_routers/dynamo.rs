//! A recorded run of Dynamo's selection, replayed: costs and overlaps of every worker, and the
//! pick.

use super::chance::Always;
use super::format::{Dynamo, DynamoOp};
use equipoise_routers::dynamo::{KvCost, KvCostSettings};
use equipoise_routers::{CacheEvent, Request, Router, Why, Worker, block_hashes};

/// The columns of overlap and cost in what the router explains.
const COLUMNS: [usize; 2] = [0, 4];
/// How far costs may be from the recorded ones.
const WITHIN: f64 = 1e-9;

/// Replays a case; how many picks it has.
///
/// # Panics
/// If anything that was recorded comes out otherwise.
pub(crate) fn replay(case: &Dynamo) -> usize {
    let defaults = KvCostSettings::default();
    let config = &case.config;
    let mut router: Box<dyn Router> = Box::new(KvCost::new(KvCostSettings {
        block_size: case.block_size,
        credit: config.credit.unwrap_or(defaults.credit),
        credit_decay: config.decay.unwrap_or(defaults.credit_decay),
        prefill_scale: config.scale.unwrap_or(defaults.prefill_scale),
        request_weight: config.active_weight.unwrap_or(defaults.request_weight),
        uses_events: case.mode == "events",
        ..defaults
    }));
    let mut sent: Vec<Sent> = Vec::new();
    for op in &case.ops {
        match op {
            DynamoOp::Request {
                id,
                tokens,
                overlap_blocks,
                costs,
                worker,
                tie,
            } => {
                let asked = Sent {
                    id,
                    blocks: block_hashes(tokens, case.block_size),
                    worker: *worker,
                };
                let at = format!("dynamo, seed {}, {id}", case.seed);
                let (after, why) =
                    picked(router.as_ref(), sent.len(), tokens, &asked, case.workers);
                router = after.unwrap_or_else(|| panic!("{at}: {worker} is not picked: {why:?}"));
                for (row, cells) in why.rows() {
                    let recorded = [overlap_blocks[row], costs[row]];
                    let decayed = config.decay.is_some() && row != *worker;
                    for (recorded, column) in recorded.into_iter().zip(COLUMNS) {
                        let near = (cells[column] - recorded).abs() < WITHIN;
                        assert!(near || decayed, "{at}, worker {row}: {cells:?}, {recorded}");
                    }
                }
                assert_eq!(why.tied.len() > 1, *tie, "{at}: a tie");
                sent.push(asked);
            }
            DynamoOp::PrefillComplete { id } => {
                let number = number(&sent, id);
                router.first_token(number as u64);
                let event = CacheEvent::Stored(&sent[number].blocks);
                router.cache_changed(sent[number].worker, event);
            }
            DynamoOp::Free { id } => router.finished(number(&sent, id) as u64),
        }
    }
    sent.len()
}

struct Sent<'a> {
    id: &'a str,
    blocks: Vec<u64>,
    worker: usize,
}

fn number(sent: &[Sent], id: &str) -> usize {
    let number = sent.iter().rposition(|sent| sent.id == id);
    number.expect("was sent before")
}

/// The router after the recorded pick, if some draw among equals gives that.
fn picked(
    router: &dyn Router,
    number: usize,
    tokens: &[u32],
    asked: &Sent,
    workers: usize,
) -> (Option<Box<dyn Router>>, Why) {
    let places: Vec<Worker> = (0..workers)
        .map(|_| Worker {
            url: "",
            eligible: true,
            in_flight: 0,
            report: None,
        })
        .collect();
    let request = Request {
        id: number as u64,
        now_s: 0.0,
        prompt: tokens,
        blocks: &asked.blocks,
        session: None,
    };
    let mut why = Why::wanted();
    for draw in 0..workers {
        why.clear();
        let mut after = router.clone_box();
        if after.pick(&request, &places, &mut Always(draw), &mut why) == Some(asked.worker) {
            return (Some(after), why);
        }
    }
    (None, why)
}
