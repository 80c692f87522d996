//! Dynamo's selection of a worker beside ours: what each worker would cost, and the pick.

use crate::dice::Dice;
use crate::draws::{ALL_DRAWS, Draws};
use crate::programs::Running;
use equipoise_routers::dynamo::{KvCost, KvCostSettings};
use equipoise_routers::{CacheEvent, Request, Router, Why, Worker, block_hashes};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{ChildStdin, ChildStdout};

/// Tokens a block.
const BLOCK_SIZE: usize = 16;
/// The columns of our explanation that the program gives too: blocks cached, blocks to compute,
/// blocks in use.
const COLUMNS: [&str; 3] = ["overlap", "prefill-blocks", "blocks"];
/// How far they may differ: for rounding.
const WITHIN: f64 = 1e-9;

/// A running selection.
struct Selection {
    program: Running,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Selection {
    fn start(dir: &Path, settings: &KvCostSettings) -> Self {
        let environment = BTreeMap::from([
            // What was sent is taken as cached, which needs no engines.
            ("DYN_ROUTER_USE_KV_EVENTS", "false".to_string()),
            ("DYN_LOG", "error".to_string()),
            (
                "DYN_ROUTER_KV_OVERLAP_SCORE_CREDIT",
                settings.credit.to_string(),
            ),
            (
                "DYN_ROUTER_PREFILL_LOAD_SCALE",
                settings.prefill_scale.to_string(),
            ),
            (
                "DYN_ROUTER_DECODE_ACTIVE_REQUEST_WEIGHT",
                settings.request_weight.to_string(),
            ),
        ]);
        let mut program = Running::start(dir, "dynamo_selection.py", &[], &environment);
        let orders = program.child.stdin.take().expect("is a pipe");
        let answers = program.child.stdout.take().expect("is a pipe");
        Self {
            program,
            orders,
            answers: BufReader::new(answers),
        }
    }

    fn order(&mut self, order: &Value) -> Value {
        let mut line = String::new();
        // One that has ended gives an empty line, which the message below tells of.
        _ = writeln!(self.orders, "{order}");
        _ = self.answers.read_line(&mut line);
        serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("{order}: {line}: {error}: {}", self.program.words()))
    }
}

/// Starts a selection with random settings and compares it in random cases. How many requests that
/// were.
///
/// # Panics
/// At a cost or a pick that differs.
pub(crate) fn compare(dir: &Path, cases: u64, dice: &mut Dice) -> u64 {
    let settings = KvCostSettings {
        block_size: BLOCK_SIZE,
        credit: dice.roll(5) as f64 / 2.0,
        prefill_scale: dice.roll(5) as f64 / 2.0,
        request_weight: dice.roll(3) as f64,
        uses_events: false,
        ..KvCostSettings::default()
    };
    let mut selection = Selection::start(dir, &settings);
    let mut picks = 0;
    for number in 0..cases {
        let workers = 2 + dice.roll(6) as usize;
        selection.order(&json!({ "workers": workers, "block": BLOCK_SIZE }));
        let mut case = Case {
            router: Box::new(KvCost::new(settings)),
            workers,
            running: Vec::new(),
            at: format!("dynamo, {settings:?}, case {number}"),
        };
        let prefixes: Vec<Vec<u32>> = (0..1 + dice.roll(3)).map(|_| run(dice, 120)).collect();
        for request in 0..12 + dice.roll(12) {
            let mut tokens = prefixes[dice.roll(prefixes.len() as u64) as usize].clone();
            tokens.truncate(1 + dice.roll(2 * tokens.len() as u64) as usize);
            if dice.roll(3) > 0 {
                tokens.extend(run(dice, 60));
            }
            case.ask(&mut selection, request, tokens);
            picks += 1;
            while dice.roll(5) < 2 && !case.running.is_empty() {
                let ended = dice.roll(case.running.len() as u64) as usize;
                case.advance(&mut selection, ended);
            }
        }
    }
    picks
}

fn run(dice: &mut Dice, most: u64) -> Vec<u32> {
    let length = 1 + dice.roll(most);
    (0..length).map(|_| dice.roll(1000) as u32).collect()
}

struct Case {
    router: Box<dyn Router>,
    workers: usize,
    running: Vec<Sent>,
    at: String,
}

struct Sent {
    id: u64,
    worker: usize,
    blocks: Vec<u64>,
    prefilled: bool,
}

impl Case {
    fn ask(&mut self, selection: &mut Selection, id: u64, tokens: Vec<u32>) {
        let theirs = selection.order(&json!({ "request": id.to_string(), "tokens": tokens }));
        let picked = theirs["worker"].as_u64().expect("a worker") as usize;
        let places = vec![
            Worker {
                url: "",
                eligible: true,
                in_flight: 0,
                report: None,
            };
            self.workers
        ];
        let blocks = block_hashes(&tokens, BLOCK_SIZE);
        let request = Request {
            id,
            now_s: 0.0,
            prompt: &tokens,
            blocks: &blocks,
            session: None,
        };
        let mut why = Why::wanted();
        let after = (0..ALL_DRAWS).find_map(|draw| {
            why.clear();
            let mut router = self.router.clone();
            let ours = router.pick(&request, &places, &mut Draws(draw), &mut why);
            (ours == Some(picked)).then_some(router)
        });
        let at = format!("{}, request {id}: {theirs}", self.at);
        self.router = after.unwrap_or_else(|| panic!("{at}: ours does not pick that: {why:?}"));
        for (worker, cells) in why.rows() {
            let overlap = number(&theirs["overlap"][worker]);
            // What is cached is taken off its tokens.
            let prefill = number(&theirs["prefill"][worker]) / BLOCK_SIZE as f64 + overlap;
            let theirs = [overlap, prefill, number(&theirs["decode"][worker])];
            for (name, theirs) in COLUMNS.into_iter().zip(theirs) {
                let column = why.columns.iter().position(|&column| column == name);
                let ours = cells[column.expect("is a column")];
                assert!(
                    (ours - theirs).abs() < WITHIN,
                    "{at}: {name} of {worker} is {ours}"
                );
            }
        }
        self.running.push(Sent {
            id,
            worker: picked,
            blocks,
            prefilled: false,
        });
    }

    /// A request's prompt is computed, or if it is, the request ends.
    fn advance(&mut self, selection: &mut Selection, place: usize) {
        let sent = &mut self.running[place];
        let name = sent.id.to_string();
        if sent.prefilled {
            selection.order(&json!({ "free": name }));
            self.router.finished(sent.id);
            self.running.remove(place);
            return;
        }
        selection.order(&json!({ "prefilled": name }));
        self.router.first_token(sent.id);
        let event = CacheEvent::Stored(&sent.blocks);
        self.router.cache_changed(sent.worker, event);
        sent.prefilled = true;
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}
