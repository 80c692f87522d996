//! A replica with static batches, as in Triton's dynamic batching with no delay: when it is free it
//! takes what waits, up to its slots, and serves that batch to its end before it takes more.
//!
//! All prompts are computed in the first step and each further step yields a token a request. A
//! request whose reply is complete leaves, but its row is computed until the longest reply of the
//! batch is: the batch has the shape that it began with. There is no prefix cache.

use crate::settings;
use equipoise_engine::balance::late::CacheChange;
use equipoise_engine::scenario::Scenario;
use equipoise_engine::sim::server::{Batch, BatchLoad, StepEvent};
use equipoise_engine::workload::{Request, TaskIndex};
use equipoise_replica::{Settings, StepTime};
use std::collections::VecDeque;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct Fixed {
    settings: Settings,
    step_time: StepTime,
    waiting: VecDeque<Row>,
    /// The batch under way, as it was formed.
    batch: Vec<Row>,
    /// Output tokens of each row so far.
    yielded: u32,
    step_ends_s: Option<f64>,
}

/// A request.
#[derive(Clone, Copy, Debug)]
struct Row {
    task: TaskIndex,
    prompt_tokens: u32,
    output_tokens: u32,
}

impl Row {
    /// Tokens in the KV cache in the end.
    fn tokens(&self) -> usize {
        self.prompt_tokens as usize + self.output_tokens as usize
    }
}

impl Fixed {
    /// The replica of this number in a valid scenario.
    pub fn new(scenario: &Scenario, server: usize) -> Self {
        Self {
            settings: settings::settings(scenario, server),
            step_time: settings::profile(scenario.replicas.hardware).step_time,
            waiting: VecDeque::new(),
            batch: Vec::new(),
            yielded: 0,
            step_ends_s: None,
        }
    }

    /// The rows whose replies are not complete.
    fn unfinished(&self) -> impl Iterator<Item = &Row> {
        let rows = self.batch.iter();
        rows.filter(|row| row.output_tokens > self.yielded)
    }

    /// Forms the next batch of what waits, as far as the KV cache holds all of it to its end.
    fn form_batch(&mut self, events: &mut Vec<StepEvent>) {
        self.batch.clear();
        self.yielded = 0;
        let mut tokens = 0;
        while self.batch.len() < self.settings.max_num_seqs
            && let Some(row) = self.waiting.front()
            && (self.batch.is_empty() || tokens + row.tokens() <= self.settings.capacity_tokens())
        {
            tokens += row.tokens();
            events.push(StepEvent::Started {
                task: row.task,
                cached_tokens: 0,
            });
            self.batch.extend(self.waiting.pop_front());
        }
    }

    /// Begins the next step: of the batch, or of a new one if this one is done.
    fn begin_step(&mut self, now_s: f64, speed: f64, events: &mut Vec<StepEvent>) {
        if self.unfinished().next().is_none() {
            self.form_batch(events);
        }
        let rows = self.batch.len();
        let prompts: usize = self.batch.iter().map(|r| r.prompt_tokens as usize).sum();
        let step_s = match self.yielded {
            _ if rows == 0 => return self.step_ends_s = None,
            0 => self.step_time.seconds(prompts, 0, 0),
            yielded => {
                let context = prompts + rows * yielded as usize;
                self.step_time.seconds(0, rows, context)
            }
        };
        self.step_ends_s = Some(now_s + step_s / speed);
    }
}

impl Batch for Fixed {
    fn clone_box(&self) -> Box<dyn Batch> {
        Box::new(self.clone())
    }

    fn takes(&self, request: &Request) -> bool {
        request.work_tokens() <= self.settings.capacity_tokens() as f64
    }

    fn enter(
        &mut self,
        task: TaskIndex,
        request: &Request,
        now_s: f64,
        speed: f64,
        events: &mut Vec<StepEvent>,
    ) {
        self.waiting.push_back(Row {
            task,
            prompt_tokens: request.prompt_tokens,
            output_tokens: request.output_tokens,
        });
        if self.step_ends_s.is_none() {
            self.begin_step(now_s, speed, events);
        }
    }

    fn next_event_s(&self) -> Option<f64> {
        self.step_ends_s
    }

    fn end_step(&mut self, now_s: f64, speed: f64, events: &mut Vec<StepEvent>) {
        self.yielded += 1;
        let yielded = self.yielded;
        if yielded == 1 {
            let first = self.batch.iter().map(|row| StepEvent::FirstToken(row.task));
            events.extend(first);
        }
        let ended = self.batch.iter().filter(|r| r.output_tokens == yielded);
        events.extend(ended.map(|row| StepEvent::Ended(row.task)));
        self.begin_step(now_s, speed, events);
    }

    fn load(&self) -> BatchLoad {
        let held: usize = self
            .batch
            .iter()
            .map(|row| row.prompt_tokens as usize + self.yielded as usize)
            .sum();
        let in_use = self.unfinished().next().is_some();
        BatchLoad {
            running: self.unfinished().count() as u32,
            waiting: self.waiting.len() as u32,
            kv_usage: match in_use {
                true => held as f64 / self.settings.capacity_tokens() as f64,
                false => 0.0,
            },
        }
    }

    fn running(&self) -> Vec<(TaskIndex, u32, u32)> {
        let yielded = self.yielded;
        let rows = self.unfinished();
        rows.map(|row| (row.task, row.prompt_tokens + yielded, row.tokens() as u32))
            .collect()
    }

    fn waiting(&self) -> Vec<TaskIndex> {
        self.waiting.iter().map(|row| row.task).collect()
    }

    fn bytes(&self) -> usize {
        (self.waiting.len() + self.batch.len()) * size_of::<Row>()
    }

    fn cache_changes(&mut self) -> Vec<CacheChange> {
        Vec::new()
    }

    fn clear(&mut self) {
        self.waiting.clear();
        self.batch.clear();
        self.step_ends_s = None;
    }
}
