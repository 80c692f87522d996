//! A replica that batches continuously, as vLLM does: requests join and leave between steps.

use crate::settings;
use equipoise_engine::balance::late::CacheChange;
use equipoise_engine::scenario::Scenario;
use equipoise_engine::sim::server::{Batch, BatchLoad, StepEvent};
use equipoise_engine::workload::request::token;
use equipoise_engine::workload::{Request, TaskIndex};
use equipoise_replica::{Origin, RequestId, Scheduler, Sequence, Settings, StepTime};

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct Continuous {
    scheduler: Scheduler,
    step_time: StepTime,
    /// When the step under way ends (s).
    step_ends_s: Option<f64>,
    /// What is known of each request, by its task.
    replies: Vec<Reply>,
    /// Whether the prefix cache has been lost since it was last asked about.
    cleared: bool,
    /// Whether it computes prompts only: a request ends here with its first token, which is not
    /// sent, as the replica that decodes computes it once more.
    prefills: bool,
    kv_bytes_per_token: u64,
}

/// The reply of a request so far.
#[derive(Clone, Copy, Debug, Default)]
struct Reply {
    /// The stream of its tokens.
    stream: u64,
    /// Whether the first token is there.
    has_begun: bool,
    /// Tokens of prompt and reply.
    tokens: u32,
}

impl Continuous {
    /// The replica of this number in a valid scenario.
    pub fn new(scenario: &Scenario, server: usize) -> Self {
        let settings = settings::settings(scenario, server);
        // The scenario's ranges leave nothing that vLLM refuses; its own defaults stand in.
        let scheduler = Scheduler::new(settings)
            .or_else(|_| Scheduler::new(Settings::default()))
            .expect("the default settings are valid");
        let profile = settings::profile(scenario.replicas.hardware);
        Self {
            scheduler,
            step_time: profile.step_time,
            kv_bytes_per_token: profile.kv_bytes_per_token,
            step_ends_s: None,
            replies: Vec::new(),
            cleared: false,
            prefills: server < scenario.replicas.prefill_servers as usize,
        }
    }

    /// Schedules the next step.
    fn begin_step(&mut self, now_s: f64, speed: f64, events: &mut Vec<StepEvent>) {
        let step = self.scheduler.schedule();
        events.extend(step.preempted.iter().map(|id| StepEvent::Preempted(id.0)));
        for row in &step.batch {
            match row.origin {
                Origin::Running => {}
                Origin::New => events.push(StepEvent::Started {
                    task: row.id.0,
                    cached_tokens: row.computed_before as u32,
                }),
                Origin::Resumed => events.push(StepEvent::Resumed {
                    task: row.id.0,
                    recomputed_tokens: self.wanted_by(row.id) + row.tokens as u32,
                }),
            }
        }
        let computes = !step.batch.is_empty();
        self.step_ends_s = computes.then(|| now_s + self.step_time.step_s(&step) / speed);
    }

    /// Tokens that a running request still has to compute after the step that was just scheduled.
    fn wanted_by(&self, id: RequestId) -> u32 {
        let running = self.scheduler.running().iter().rev();
        let sequence = running.clone().find(|sequence| sequence.id() == id);
        sequence.map_or(0, |s| (s.tokens() - s.computed_tokens()) as u32)
    }
}

impl Batch for Continuous {
    fn clone_box(&self) -> Box<dyn Batch> {
        Box::new(self.clone())
    }

    fn takes(&self, request: &Request) -> bool {
        (request.prompt_tokens as usize) < self.scheduler.settings().max_model_len
    }

    fn enter(
        &mut self,
        task: TaskIndex,
        request: &Request,
        now_s: f64,
        speed: f64,
        events: &mut Vec<StepEvent>,
    ) {
        let place = task as usize;
        if self.replies.len() <= place {
            self.replies.resize(place + 1, Reply::default());
        }
        let output_tokens = match self.prefills {
            true => 1,
            false => request.output_tokens,
        };
        self.replies[place] = Reply {
            stream: request.reply,
            has_begun: self.prefills,
            tokens: request.prompt_tokens + output_tokens,
        };
        // Room for all its tokens at once: a list that grows takes up to twice its length.
        let mut prompt = Vec::with_capacity((request.prompt_tokens + output_tokens) as usize);
        prompt.extend(request.tokens());
        let added = self.scheduler.add_loaded(
            equipoise_replica::Request {
                id: RequestId(task),
                prompt,
                max_tokens: output_tokens as usize,
                priority: i32::from(!request.urgent),
                arrival_s: now_s,
            },
            match request.progress.handed_over {
                Some(_) => request.prompt_tokens as usize,
                None => 0,
            },
        );
        debug_assert!(added.is_ok(), "the engine asks first: {added:?}");
        if self.step_ends_s.is_none() {
            self.begin_step(now_s, speed, events);
        }
    }

    fn next_event_s(&self) -> Option<f64> {
        self.step_ends_s
    }

    fn end_step(&mut self, now_s: f64, speed: f64, events: &mut Vec<StepEvent>) {
        let replies = &self.replies;
        let outputs = self
            .scheduler
            .finish_step(|id, position| token(replies[id.0 as usize].stream, position as u32));
        for id in outputs.tokens {
            let reply = &mut self.replies[id.0 as usize];
            if !reply.has_begun {
                reply.has_begun = true;
                events.push(StepEvent::FirstToken(id.0));
            }
        }
        let ended = outputs.finished.iter().map(|id| match self.prefills {
            true => StepEvent::Prefilled {
                task: id.0,
                kv_bytes: u64::from(self.replies[id.0 as usize].tokens - 1)
                    * self.kv_bytes_per_token,
            },
            false => StepEvent::Ended(id.0),
        });
        events.extend(ended);
        self.begin_step(now_s, speed, events);
    }

    fn load(&self) -> BatchLoad {
        BatchLoad {
            running: self.scheduler.running().len() as u32,
            waiting: self.scheduler.waiting().len() as u32,
            kv_usage: self.scheduler.pool().usage(),
        }
    }

    fn running(&self) -> Vec<(TaskIndex, u32, u32)> {
        let running = self.scheduler.running().iter();
        running
            .map(|s| {
                let all = self.replies[s.id().0 as usize].tokens;
                (s.id().0, s.computed_tokens() as u32, all)
            })
            .collect()
    }

    fn waiting(&self) -> Vec<TaskIndex> {
        self.scheduler.waiting().map(|s| s.id().0).collect()
    }

    fn bytes(&self) -> usize {
        let running = self.scheduler.running().iter();
        let sequences = running.chain(self.scheduler.waiting());
        self.scheduler.pool().bytes()
            + size_of_val(self.replies.as_slice())
            + sequences.map(Sequence::bytes).sum::<usize>()
    }

    fn cache_changes(&mut self) -> Vec<CacheChange> {
        let cleared = std::mem::take(&mut self.cleared).then_some(CacheChange::Cleared);
        let changes = self.scheduler.pool().changes().iter();
        let changes = changes.map(|change| match *change {
            equipoise_replica::CacheChange::Stored(hash) => CacheChange::Stored(hash),
            equipoise_replica::CacheChange::Removed(hash) => CacheChange::Removed(hash),
        });
        cleared.into_iter().chain(changes).collect()
    }

    fn clear(&mut self) {
        self.cleared = true;
        let settings = *self.scheduler.settings();
        if let Ok(scheduler) = Scheduler::new(settings) {
            self.scheduler = scheduler;
        }
        self.step_ends_s = None;
    }
}
