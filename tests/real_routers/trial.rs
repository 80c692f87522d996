//! A running router beside ours: the same requests, pick for pick.

use crate::cases::{Asking, Op, case};
use crate::dice::Dice;
use crate::draws::{ALL_DRAWS, Draws};
use crate::ports::free_port;
use crate::programs::Running;
use crate::rules::Rule;
use crate::workers::{WORKERS, Workers, ask};
use equipoise_routers::{Request, Router, Why, Worker, block_hashes};
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Tokens a block of the engines.
const BLOCK_SIZE: usize = 16;
/// Longer than any program takes to start, or to evict.
const PATIENCE: Duration = Duration::from_secs(20);
/// What a program says after an eviction.
const EVICTED: &str = "Cache eviction completed";

/// A program, ours, and what both were sent.
struct Trial<'a> {
    rule: &'a Rule,
    program: Running,
    port: u16,
    workers: Workers,
    /// The places of the workers in the order in which the program has them.
    order: Vec<usize>,
    router: Box<dyn Router>,
    now_s: f64,
    sent: u64,
    /// The requests in flight at each worker, the oldest first.
    held: Vec<VecDeque<u64>>,
}

/// Starts a rule's program in front of workers and compares it in random cases. How many requests
/// that were.
///
/// # Panics
/// At a pick that differs.
pub(crate) fn compare(rule: &Rule, dir: &Path, port: u16, cases: u64, dice: &mut Dice) -> u64 {
    let count = 2 + dice.roll(WORKERS as u64 - 1) as usize;
    let workers = Workers::open(port, rule.names_model);
    let mut trial = Trial::start(rule, dir, workers, count);
    for number in 0..cases {
        trial.evict();
        for op in case(rule, count, dice) {
            trial.step(op, number);
        }
        // Some cases find requests in flight that others have sent.
        if dice.roll(2) == 0 {
            trial.release();
        }
    }
    trial.release();
    trial.sent
}

impl<'a> Trial<'a> {
    fn start(rule: &'a Rule, dir: &Path, workers: Workers, count: usize) -> Self {
        let urls = &workers.urls[..count];
        let mut words = String::new();
        // A process of somebody else may take the port before the program does.
        for _ in 0..3 {
            let port = free_port();
            let mut program = Running::start(
                dir,
                "launch.py",
                &arguments(rule, port, urls),
                &BTreeMap::new(),
            );
            if let Some(order) = ready(&mut program, port, urls, rule) {
                return Self {
                    rule,
                    program,
                    port,
                    workers,
                    order,
                    router: rule.router.clone_box(),
                    now_s: 0.0,
                    sent: 0,
                    held: vec![VecDeque::new(); count],
                };
            }
            words = program.words();
        }
        panic!("{} {} does not start: {words}", rule.package, rule.name);
    }

    fn step(&mut self, op: Op, case: u64) {
        match op {
            Op::Ask { asked, hold } => {
                let worker = if hold {
                    Some(self.workers.hold(self.port, &asked.asked))
                } else {
                    self.workers.send(self.port, &asked.asked)
                };
                let place = worker.and_then(|w| self.order.iter().position(|&other| other == w));
                self.follow(&asked, place, case);
                match place {
                    Some(place) if hold => self.held[place].push_back(self.sent),
                    _ => self.end(self.sent),
                }
                self.sent += 1;
            }
            Op::Finish(place) => {
                if self.workers.finish(self.order[place]) {
                    let id = self.held[place].pop_front().expect("is in flight");
                    self.end(id);
                }
            }
            Op::End(session) => {
                let path = format!("/finish_session?session_id={session}");
                ask(self.port, "POST", &path).expect("the router answers");
                self.router.session_ended(&session);
            }
        }
    }

    /// Lets our router pick, which must be as the program did: by any draw, where it draws.
    fn follow(&mut self, asked: &Asking, program: Option<usize>, case: u64) {
        let urls = &self.workers.urls;
        let places = self.order.iter().zip(&self.held);
        let places: Vec<Worker> = places
            .map(|(&worker, held)| Worker {
                url: &urls[worker],
                eligible: true,
                in_flight: held.len() as u32,
                report: None,
            })
            .collect();
        let request = Request {
            id: self.sent,
            now_s: self.now_s,
            prompt: &asked.prompt,
            blocks: &block_hashes(&asked.prompt, BLOCK_SIZE),
            session: asked.session.as_deref(),
        };
        let mut why = Why::wanted();
        for draw in 0..ALL_DRAWS {
            why.clear();
            let mut router = self.router.clone();
            let picked = router.pick(&request, &places, &mut Draws(draw), &mut why);
            if picked == program {
                self.router = router;
                return;
            }
        }
        let Rule { name, flags, .. } = self.rule;
        panic!(
            "{name} {flags:?}, case {case}, request {}: {} {} to worker {program:?} of {:?}, which \
             ours does not: {why:#?}",
            self.sent, self.rule.package, asked.asked.body, self.order
        );
    }

    fn end(&mut self, id: u64) {
        self.router.first_token(id);
        self.router.finished(id);
    }

    fn release(&mut self) {
        for place in 0..self.order.len() {
            while !self.held[place].is_empty() {
                self.step(Op::Finish(place), 0);
            }
        }
    }

    /// Waits until the program has evicted once more. The next time is then a second away, and a
    /// case takes a tenth of that.
    fn evict(&mut self) {
        if self.rule.evicts_every_s == 0 {
            return;
        }
        let seen = self.program.words().matches(EVICTED).count();
        let since = Instant::now();
        while self.program.words().matches(EVICTED).count() == seen {
            assert!(since.elapsed() < PATIENCE, "{}", self.program.words());
            sleep(Duration::from_millis(5));
        }
        self.now_s += self.rule.evicts_every_s as f64;
    }
}

fn arguments(rule: &Rule, port: u16, urls: &[String]) -> Vec<String> {
    let mut arguments = vec![rule.package.into(), rule.name.into()];
    let level = match (rule.evicts_every_s, rule.package) {
        (0, "vllm_router") => "warning",
        (0, _) => "warn",
        _ => "debug",
    };
    let fixed = format!(
        "--host 127.0.0.1 --port {port} --prometheus-host 127.0.0.1 --prometheus-port {} \
         --worker-startup-check-interval 1 --disable-retries --disable-circuit-breaker \
         --log-level {level}",
        free_port()
    );
    arguments.extend(fixed.split_whitespace().map(String::from));
    arguments.extend(rule.flags.iter().cloned());
    arguments.push("--worker-urls".into());
    arguments.extend(urls.iter().cloned());
    arguments
}

/// Waits for a program to know all its workers; the order in which it has them. None if it ends.
fn ready(program: &mut Running, port: u16, urls: &[String], rule: &Rule) -> Option<Vec<usize>> {
    let since = Instant::now();
    while since.elapsed() < PATIENCE && !program.has_ended() {
        sleep(Duration::from_millis(10));
        let Ok(answer) = ask(port, "GET", "/workers") else {
            continue;
        };
        let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        let listed = body["workers"].as_array().map_or(&[][..], Vec::as_slice);
        let healthy = listed.iter().filter(|worker| worker["is_healthy"] == true);
        let names = healthy.filter_map(|worker| worker["url"].as_str());
        let order: Vec<usize> = names
            .filter_map(|name| urls.iter().position(|url| url == name))
            .collect();
        if order.len() < urls.len() {
            continue;
        }
        // For a model called "unknown" this one takes them in the order of its command line.
        return Some(match rule.package {
            "vllm_router" => (0..urls.len()).collect(),
            _ => order,
        });
    }
    None
}
