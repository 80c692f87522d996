//! Who runs, who waits, and what a step computes.

use crate::blocks::BlockPool;
use crate::request::{Refused, Request, RequestId};
use crate::sequence::Sequence;
use crate::settings::{Policy, SettingError, Settings};
use crate::step::{Origin, Outputs, Scheduled, Step};
use crate::waiting::Waiting;

/// The scheduler of one replica, as `Scheduler` in `vllm/v1/core/sched/scheduler.py`.
///
/// A step is made of three calls: [`add`](Self::add) what has arrived, [`schedule`](Self::schedule)
/// when the step begins, and [`finish_step`](Self::finish_step) when it ends. There are no phases
/// of prompts and of outputs: each request wants to compute the tokens that it has and that are not
/// computed yet, after an output token just that one.
#[derive(Clone, Debug)]
pub struct Scheduler {
    settings: Settings,
    pool: BlockPool,
    waiting: Waiting,
    /// In order of admission.
    running: Vec<Sequence>,
}

impl Scheduler {
    /// An idle replica, unless the settings are refused.
    pub fn new(settings: Settings) -> Result<Self, SettingError> {
        settings.validate()?;
        Ok(Self {
            settings,
            pool: BlockPool::new(settings.num_blocks),
            waiting: Waiting::new(settings.policy),
            running: Vec::new(),
        })
    }

    /// What the replica is set to.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The KV cache.
    pub fn pool(&self) -> &BlockPool {
        &self.pool
    }

    /// The running requests in order of admission: the gauge `vllm:num_requests_running` counts
    /// them, half-computed prompts included.
    pub fn running(&self) -> &[Sequence] {
        &self.running
    }

    /// The waiting requests, the next first: the gauge `vllm:num_requests_waiting` counts them,
    /// preempted ones included.
    pub fn waiting(&self) -> impl ExactSizeIterator<Item = &Sequence> {
        self.waiting.iter()
    }

    /// Whether there is nothing to compute.
    pub fn is_idle(&self) -> bool {
        self.running.is_empty() && self.waiting.first().is_none()
    }

    /// A request arrives. Its id must be no other's.
    pub fn add(&mut self, request: Request) -> Result<(), Refused> {
        self.add_loaded(request, 0)
    }

    /// A request arrives with the keys and values of its first `tokens` tokens, which another
    /// replica has computed. What it does not find in the prefix cache is written into blocks of
    /// its own when it is admitted. Source: `KVConnectorBase_V1.get_num_new_matched_tokens`, of
    /// which this is the synchronous case: the transfer is over.
    pub fn add_loaded(&mut self, request: Request, tokens: usize) -> Result<(), Refused> {
        request.check(self.settings.max_model_len)?;
        let mut sequence = Sequence::new(request);
        sequence.load(tokens);
        if self.settings.enable_prefix_caching {
            sequence.hash_blocks(self.settings.block_size);
        }
        self.waiting.add(sequence);
        Ok(())
    }

    /// A client gives up, between two steps. The blocks are free at once; what was computed stays
    /// cached. False if there is no such request.
    pub fn abort(&mut self, id: RequestId) -> bool {
        let place = self.running.iter().position(|running| running.id() == id);
        let sequence = match place {
            Some(place) => Some(self.running.remove(place)),
            None => self.waiting.remove(id),
        };
        match sequence {
            Some(mut sequence) => {
                sequence.release(&mut self.pool);
                true
            }
            None => false,
        }
    }

    /// Decides what the next step computes: of the running requests first and, unless one of them
    /// was preempted, of waiting ones. Between two calls must be one of
    /// [`finish_step`](Self::finish_step).
    pub fn schedule(&mut self) -> Step {
        self.pool.forget_changes();
        let mut step = Step {
            budget_left: self.settings.max_num_batched_tokens,
            ..Step::default()
        };
        let cap = self.cap();
        self.schedule_running(cap, &mut step);
        if step.preempted.is_empty() {
            self.admit(cap, &mut step);
        }
        step
    }

    /// The step has been computed. Each request of which all tokens are computed gets its next
    /// output token, whose id `next_token` makes of the request and of how many outputs it has;
    /// those that are complete leave. Source: `update_from_output`.
    pub fn finish_step(&mut self, mut next_token: impl FnMut(RequestId, usize) -> u32) -> Outputs {
        let mut outputs = Outputs::default();
        for sequence in self
            .running
            .iter_mut()
            .filter(|running| running.wanted() == 0)
        {
            let id = sequence.id();
            sequence.push(next_token(id, sequence.output_tokens()));
            outputs.tokens.push(id);
            if sequence.is_complete(self.settings.max_model_len) {
                sequence.release(&mut self.pool);
                outputs.finished.push(id);
            } else if self.settings.enable_prefix_caching {
                sequence.hash_blocks(self.settings.block_size);
            }
        }
        let max_model_len = self.settings.max_model_len;
        self.running
            .retain(|running| !running.is_complete(max_model_len));
        outputs
    }

    /// The most tokens of one request in this step. The threshold is not applied to a request that
    /// is alone.
    fn cap(&self) -> usize {
        let alone = self.running.len() + self.waiting.iter().len() <= 1;
        match self.settings.long_prefill_token_threshold {
            0 => usize::MAX,
            _ if alone => usize::MAX,
            threshold => threshold,
        }
    }

    /// Running requests in order of admission, while there is budget. So a prompt admitted earlier
    /// takes its chunk before younger requests decode.
    fn schedule_running(&mut self, cap: usize, step: &mut Step) {
        let mut place = 0;
        while place < self.running.len() && step.budget_left > 0 {
            let wanted = self.running[place].wanted().min(cap);
            let tokens = wanted.min(step.budget_left);
            if tokens == 0 {
                place += 1;
                continue;
            }
            // If the request preempts itself, the next one is in its place.
            if let Some(now_at) = self.make_room(place, tokens, step) {
                self.compute(now_at, tokens, Origin::Running, step);
                place = now_at + 1;
            }
        }
    }

    /// Preempts requests until there are blocks for `tokens` more tokens of the running request at
    /// `place`; where it is then, or `None` if it had to go itself.
    fn make_room(&mut self, mut place: usize, tokens: usize, step: &mut Step) -> Option<usize> {
        let sequence = &self.running[place];
        let until = sequence.computed_tokens() + tokens;
        let held = sequence.blocks().len();
        let lacks = Sequence::lacks(until, held, self.settings.block_size);
        while lacks > self.pool.free() {
            let victim = self.victim()?;
            self.preempt(victim, step);
            if victim == place {
                return None;
            }
            if victim < place {
                place -= 1;
            }
        }
        Some(place)
    }

    /// Which running request is preempted next: the one admitted last, or that of the lowest
    /// priority and latest arrival, of equal ones the first in order of admission.
    fn victim(&self) -> Option<usize> {
        match self.settings.policy {
            Policy::Fcfs => self.running.len().checked_sub(1),
            Policy::Priority => {
                // `max_by` gives the last of equal ones, hence backwards.
                let backwards = self.running.iter().enumerate().rev();
                let worst = backwards.max_by(|(_, left), (_, right)| {
                    let by_priority = left.priority.cmp(&right.priority);
                    by_priority.then(left.arrival_s.total_cmp(&right.arrival_s))
                });
                worst.map(|(place, _)| place)
            }
        }
    }

    /// Preempts the running request at `place`. If the step has computed tokens of it, they return
    /// to the budget. Its blocks stay cached, also those that the step would have filled: vLLM
    /// enters blocks before they are computed, and no rule takes them out again.
    fn preempt(&mut self, place: usize, step: &mut Step) {
        let mut sequence = self.running.remove(place);
        let id = sequence.id();
        if let Some(row) = step.batch.iter().position(|row| row.id == id) {
            step.budget_left += step.batch.remove(row).tokens;
        }
        step.preempted.push(id);
        sequence.preempt(&mut self.pool);
        self.waiting.put_back(sequence);
    }

    /// Admits waiting requests in order, while there is budget and a place. The first that cannot
    /// be admitted holds up all behind it.
    fn admit(&mut self, cap: usize, step: &mut Step) {
        let block_size = self.settings.block_size;
        while step.budget_left > 0 && self.running.len() < self.settings.max_num_seqs {
            let Some(first) = self.waiting.first() else {
                return;
            };
            let cached = self.pool.find(first.hashes_to_find(block_size));
            let ready = first.ready(cached.len() * block_size);
            let wanted = (first.tokens() - ready).min(cap);
            if !self.settings.enable_chunked_prefill && wanted > step.budget_left {
                return;
            }
            let tokens = wanted.min(step.budget_left);
            if !self.has_room(first, &cached, tokens) {
                return;
            }
            let Some(mut sequence) = self.waiting.pop_first() else {
                return;
            };
            self.pool.share(&cached);
            sequence.start_with(cached, block_size);
            let origin = match sequence.preemptions() {
                0 => Origin::New,
                _ => Origin::Resumed,
            };
            self.running.push(sequence);
            self.compute(self.running.len() - 1, tokens, origin, step);
        }
    }

    /// Whether a request may be admitted that finds these `cached` blocks and computes `tokens`
    /// tokens first. Cached blocks that are free count as needed, since they are free no more.
    fn has_room(&self, sequence: &Sequence, cached: &[u32], tokens: usize) -> bool {
        let block_size = self.settings.block_size;
        let watermark = match self.running.is_empty() {
            true => 0,
            false => self.settings.watermark_blocks(),
        };
        let until = match self.settings.scheduler_reserve_full_isl {
            true => sequence.tokens(),
            false => sequence.ready(cached.len() * block_size) + tokens,
        };
        let lacks = Sequence::lacks(until, cached.len(), block_size);
        let revived = cached
            .iter()
            .filter(|&&block| self.pool.holders(block) == 0);
        lacks + revived.count() + watermark <= self.pool.free()
    }

    /// Puts `tokens` tokens of the running request at `place` into the step.
    fn compute(&mut self, place: usize, tokens: usize, origin: Origin, step: &mut Step) {
        let sequence = &mut self.running[place];
        let computed_before = sequence.computed_tokens();
        let held = match origin {
            Origin::Running => sequence.blocks().len(),
            Origin::New | Origin::Resumed => 0,
        };
        let block_size = self.settings.block_size;
        sequence.advance(tokens, block_size, &mut self.pool, &mut step.evicted);
        step.budget_left -= tokens;
        step.batch.push(Scheduled {
            id: sequence.id(),
            origin,
            tokens,
            computed_before,
            decodes: sequence.decodes(),
            blocks: sequence.blocks()[held..].to_vec(),
        });
    }
}
