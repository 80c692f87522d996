//! What holds of every run.

use crate::case::{Ask, ask, output_token};
use equipoise_replica::{Origin, Policy, RequestId, Scheduler, Settings, Step};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Settings with little room.
fn settings() -> impl Strategy<Value = Settings> {
    let room = (2..=16_usize, 3..=16_usize, 1..=5_usize, 8..=96_usize);
    let limits = (0..=24_usize, 0.0..0.4_f64);
    let switches: (_, _, _, _) = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (room, limits, switches).prop_map(|(room, (threshold, watermark), switches)| {
        let (block_size, num_blocks, max_num_seqs, budget) = room;
        let (chunks, caching, gate, by_priority) = switches;
        let max_model_len = (num_blocks - 1) * block_size;
        Settings {
            max_num_batched_tokens: if chunks {
                budget
            } else {
                budget.max(max_model_len)
            },
            max_num_seqs,
            max_model_len,
            block_size,
            num_blocks,
            long_prefill_token_threshold: threshold,
            enable_chunked_prefill: chunks,
            enable_prefix_caching: caching,
            scheduler_reserve_full_isl: gate,
            watermark,
            policy: if by_priority {
                Policy::Priority
            } else {
                Policy::Fcfs
            },
        }
    })
}

/// A request, some tokens of whose prompt others have too.
fn an_ask() -> impl Strategy<Value = Ask> {
    let prompt = (0..3_u32, 0..60_u32, 1..30_u32);
    let abort = prop_oneof![4 => Just(usize::MAX), 1 => 0..40_usize];
    (prompt, 1..20_usize, 0..20_usize, abort, 0..3_i32).prop_map(
        |((group, shared, unique), outputs, arrive, abort, priority)| {
            ask(unique, outputs)
                .after(group, shared)
                .arrives(arrive)
                .aborted(abort.max(arrive + 1))
                .priority(priority)
        },
    )
}

/// A scheduler, and what is known about its requests without it.
struct Watched {
    scheduler: Scheduler,
    asks: Vec<Ask>,
    /// All tokens from the beginning of a request to the end of a block, by block.
    contents: BTreeMap<u32, Vec<u32>>,
    /// How many outputs each request has got.
    outputs: Vec<usize>,
}

impl Watched {
    /// The tokens of a request so far.
    fn tokens(&self, id: RequestId) -> Vec<u32> {
        let place = id.0 as usize;
        let outputs = (0..self.outputs[place]).map(|output| output_token(id, output));
        let prompt = self.asks[place].request(place).prompt;
        prompt.into_iter().chain(outputs).collect()
    }

    /// Lets requests arrive and leave; which of them were refused or aborted.
    fn before_step(&mut self, number: usize) -> Vec<usize> {
        let mut gone = Vec::new();
        for (id, ask) in self.asks.iter().enumerate() {
            let arrives = ask.arrival_step() == number;
            if arrives && self.scheduler.add(ask.request(id)).is_err() {
                gone.push(id);
            }
            if ask.abort_step() == number && self.scheduler.abort(RequestId(id as u32)) {
                gone.push(id);
            }
        }
        gone
    }

    /// Blocks are conserved, and each has as many holders as requests list it.
    fn check_blocks(&self) -> Result<(), TestCaseError> {
        let pool = self.scheduler.pool();
        let block_size = self.scheduler.settings().block_size;
        let mut holders = vec![0; pool.usable() + 1];
        for running in self.scheduler.running() {
            let needed = running.computed_tokens().div_ceil(block_size);
            prop_assert_eq!(running.blocks().len(), needed);
            for &block in running.blocks() {
                holders[block as usize] += 1;
            }
        }
        for waiting in self.scheduler.waiting() {
            prop_assert!(waiting.blocks().is_empty());
        }
        prop_assert_eq!(holders[0], 0);
        let held = holders.iter().filter(|&&count| count > 0).count();
        prop_assert_eq!(held + pool.free(), pool.usable());
        prop_assert_eq!(pool.free_blocks().count(), pool.free());
        for (block, &count) in holders.iter().enumerate() {
            prop_assert_eq!(pool.holders(block as u32), count);
        }
        Ok(())
    }

    /// The step keeps to the limits, and what it found in the cache is what it was looking for.
    fn check_step(&mut self, step: &Step) -> Result<(), TestCaseError> {
        let settings = *self.scheduler.settings();
        let computed: usize = step.batch.iter().map(|row| row.tokens).sum();
        prop_assert!(self.scheduler.running().len() <= settings.max_num_seqs);
        prop_assert_eq!(computed + step.budget_left, settings.max_num_batched_tokens);
        prop_assert!(computed > 0, "a step that computes nothing");
        for row in &step.batch {
            let running = self.scheduler.running().iter().find(|is| is.id() == row.id);
            let blocks = running.expect("it runs").blocks().to_vec();
            let tokens = self.tokens(row.id);
            prop_assert!(row.tokens > 0);
            prop_assert!(row.computed_before + row.tokens <= tokens.len());
            if row.origin != Origin::Running {
                let found = row.computed_before / settings.block_size;
                prop_assert_eq!(found * settings.block_size, row.computed_before);
                prop_assert!(settings.enable_prefix_caching || found == 0);
                // By priority a victim may leave blocks cached that its step has not computed.
                let known = if settings.policy == Policy::Fcfs {
                    found
                } else {
                    0
                };
                for (place, block) in blocks.iter().take(known).enumerate() {
                    let until = (place + 1) * settings.block_size;
                    prop_assert_eq!(&self.contents[block][..], &tokens[..until]);
                }
            }
            let full = (row.computed_before + row.tokens) / settings.block_size;
            for (place, &block) in blocks.iter().take(full).enumerate() {
                let until = (place + 1) * settings.block_size;
                self.contents.insert(block, tokens[..until].to_vec());
            }
        }
        Ok(())
    }
}

/// In how many steps any of these runs has ended.
const MOST_STEPS: usize = 4000;

/// Runs to the end with every check; all steps, and how many outputs each request got.
fn watch(settings: Settings, asks: &[Ask]) -> Result<Vec<Step>, TestCaseError> {
    let mut watched = Watched {
        scheduler: Scheduler::new(settings).expect("the settings are valid"),
        asks: asks.to_vec(),
        contents: BTreeMap::new(),
        outputs: vec![0; asks.len()],
    };
    let mut steps = Vec::new();
    let mut gone = Vec::new();
    let mut finished = Vec::new();
    for number in 0..MOST_STEPS {
        gone.extend(watched.before_step(number));
        if watched.scheduler.is_idle() {
            continue;
        }
        let step = watched.scheduler.schedule();
        watched.check_step(&step)?;
        watched.check_blocks()?;
        let outputs = watched.scheduler.finish_step(output_token);
        for id in outputs.tokens {
            watched.outputs[id.0 as usize] += 1;
        }
        finished.extend(outputs.finished.iter().map(|id| id.0 as usize));
        watched.check_blocks()?;
        steps.push(step);
    }
    for (id, ask) in asks.iter().enumerate() {
        prop_assert!(gone.contains(&id) != finished.contains(&id));
        if finished.contains(&id) {
            let request = ask.request(id);
            let room = settings.max_model_len - request.prompt.len();
            prop_assert_eq!(watched.outputs[id], request.max_tokens.min(room));
        }
    }
    let pool = watched.scheduler.pool();
    prop_assert_eq!(pool.free(), pool.usable());
    Ok(steps)
}

proptest! {
    /// Blocks are conserved, holders counted, limits kept, hits true, and every request ends.
    #[test]
    fn every_run_keeps_the_rules_and_ends(
        settings in settings(),
        asks in prop::collection::vec(an_ask(), 1..10),
    ) {
        prop_assume!(settings.validate().is_ok());
        let steps = watch(settings, &asks)?;
        prop_assert_eq!(watch(settings, &asks)?, steps, "the same run twice");
    }

    /// Room for all: no request is preempted.
    #[test]
    fn with_room_for_all_nobody_is_preempted(asks in prop::collection::vec(an_ask(), 1..10)) {
        let settings = Settings {
            max_num_batched_tokens: 64,
            max_num_seqs: 4,
            max_model_len: 128,
            num_blocks: 1 + 4 * 128 / 16,
            ..Settings::default()
        };
        let steps = watch(settings, &asks)?;
        prop_assert!(steps.iter().all(|step| step.preempted.is_empty()));
    }

    /// A copy in the middle of a run goes on as the original does.
    #[test]
    fn a_copy_goes_on_as_the_original(
        settings in settings(),
        asks in prop::collection::vec(an_ask(), 1..6),
        copied in 0..30_usize,
    ) {
        prop_assume!(settings.validate().is_ok());
        let mut scheduler = Scheduler::new(settings).expect("the settings are valid");
        for (id, ask) in asks.iter().enumerate() {
            // One that is too long is refused, which is as good here.
            let _ = scheduler.add(ask.request(id));
        }
        for _ in 0..copied {
            scheduler.schedule();
            scheduler.finish_step(output_token);
        }
        let mut copy = scheduler.clone();
        for _ in 0..MOST_STEPS {
            prop_assert_eq!(scheduler.schedule(), copy.schedule());
            let outputs = scheduler.finish_step(output_token);
            prop_assert_eq!(outputs, copy.finish_step(output_token));
        }
        prop_assert!(scheduler.is_idle() && copy.is_idle());
    }
}
