//! A pipeline's run: what each worker of each stage did, and how full the buffers were.

use super::{ACCELERATOR, Feed, answers};
use crate::outcome::{Doing, Figure, Lane, Level, Outcome, Span, Step};
use equipoise_engine::rng::{Purpose, Rng};
use equipoise_training::buffer::Autotuner;
use equipoise_training::pipeline::{self, Pass, Stage};

/// Runs a valid pipeline.
pub(super) fn run(job: &Feed) -> Outcome {
    let mut all = job.stages();
    all.push((ACCELERATOR, 1, job.accelerator_ms / 1000.0));
    let last = all.len() - 1;
    let stages: Vec<Stage> = (0..=last)
        .map(|k| Stage {
            workers: all[k].1,
            room: if k + 1 == last {
                job.prefetch
            } else {
                job.buffer
            },
        })
        .collect();
    let law = job.spread.law(job.varies);
    let times: Vec<Vec<f64>> = (0..=last)
        .map(|k| {
            let mut rng = Rng::new(job.seed.into(), Purpose::Choices(k as u32));
            let one = |_| all[k].2 * law.draw(&mut rng);
            (0..job.batches).map(one).collect()
        })
        .collect();
    let tuner = Autotuner::within(1, job.prefetch_max as u64, 1);
    let tuner = job.autotune.then_some(tuner);
    let ratio = job.backpressure.then_some(job.ratio);
    let mut run = pipeline::tuned(&stages, &times, tuner, ratio);
    number_by_use(&mut run.passes);
    let mut lanes = Vec::new();
    for (k, (name, workers, _)) in all.iter().enumerate() {
        lanes.extend(pool(name, *workers, &run.passes[k], run.took_s));
    }
    let levels = run.passes.windows(2).zip(&all).enumerate();
    let levels = levels.map(|(k, (pair, (behind, ..)))| Level {
        behind,
        held: held(&pair[0], &pair[1]),
        room: if k + 1 == last {
            run.limits.clone()
        } else {
            vec![(0.0, job.buffer)]
        },
    });
    let steps = run.passes[last].iter().map(|pass| Step {
        from_s: pass.begins_s,
        to_s: pass.done_s,
    });
    let means: Vec<f64> = all.iter().map(|stage| stage.2).collect();
    let most = pipeline::most_per_s(&stages, &means);
    let slowest = (0..=last).fold(0, |slowest, k| {
        let rate = |k: usize| all[k].1 as f64 / all[k].2;
        if rate(k) < rate(slowest) { k } else { slowest }
    });
    let numbers = [
        ("batches_per_s", job.batches as f64 / run.took_s),
        ("starved_share", run.spent[last].waiting_s / run.took_s),
        ("took_s", run.took_s),
        ("prefetched", run.held[last - 1]),
        ("held", run.held.iter().sum()),
        (
            "room",
            run.limits.last().map_or(0.0, |limit| limit.1 as f64),
        ),
    ];
    let mut outcome = Outcome {
        lanes,
        steps: steps.collect(),
        levels: levels.collect(),
        figures: numbers.map(|(id, value)| Figure { id, value }).to_vec(),
        answers: Vec::new(),
        bottleneck: Some([all[slowest].0, all[run.bottleneck(&stages)].0]),
        took_s: run.took_s,
    };
    outcome.answers = answers::answers(job, &outcome, most);
    outcome
}

/// Numbers the elements in the order in which the accelerator uses them: they may overtake.
fn number_by_use(passes: &mut [Vec<Pass>]) {
    let Some(last) = passes.last() else { return };
    let mut order: Vec<usize> = (0..last.len()).collect();
    order.sort_by(|&a, &b| f64::total_cmp(&last[a].begins_s, &last[b].begins_s));
    for own in passes {
        *own = order.iter().map(|&element| own[element]).collect();
    }
}

/// The workers of a pool, each of which takes an element when it has been free the longest.
fn pool(name: &'static str, workers: usize, passes: &[Pass], took_s: f64) -> Vec<Lane> {
    let mut lanes: Vec<Lane> = (0..workers)
        .map(|index| Lane {
            name,
            index,
            spans: Vec::new(),
        })
        .collect();
    let mut free_s = vec![0.0; workers];
    let mut taken: Vec<(usize, &Pass)> = passes.iter().enumerate().collect();
    taken.sort_by(|a, b| f64::total_cmp(&a.1.begins_s, &b.1.begins_s));
    for (step, pass) in taken {
        let next = (0..workers).min_by(|a, b| f64::total_cmp(&free_s[*a], &free_s[*b]));
        let Some(worker) = next else { break };
        let parts = [
            (Doing::Waiting, free_s[worker], pass.begins_s),
            (Doing::Working, pass.begins_s, pass.done_s),
            (Doing::Blocked, pass.done_s, pass.left_s),
        ];
        add(&mut lanes[worker], step, &parts);
        free_s[worker] = pass.left_s;
    }
    for (lane, free_s) in lanes.iter_mut().zip(free_s) {
        add(lane, passes.len(), &[(Doing::Waiting, free_s, took_s)]);
    }
    lanes
}

fn add(lane: &mut Lane, step: usize, parts: &[(Doing, f64, f64)]) {
    let parts = parts.iter().filter(|(_, from_s, to_s)| to_s > from_s);
    lane.spans.extend(parts.map(|&(doing, from_s, to_s)| Span {
        doing,
        step,
        from_s,
        to_s,
    }));
}

/// How many elements are between two stages, from each time on.
fn held(before: &[Pass], behind: &[Pass]) -> Vec<(f64, usize)> {
    let mut came: Vec<f64> = before.iter().map(|pass| pass.left_s).collect();
    let mut left: Vec<f64> = behind.iter().map(|pass| pass.begins_s).collect();
    came.sort_by(f64::total_cmp);
    left.sort_by(f64::total_cmp);
    let mut levels = vec![(0.0, 0)];
    let (mut ins, mut outs) = (0, 0);
    while outs < left.len() {
        // What comes and leaves at one time has not been in between.
        let at_s = match came.get(ins) {
            Some(came_s) => came_s.min(left[outs]),
            None => left[outs],
        };
        while came.get(ins).is_some_and(|came_s| *came_s <= at_s) {
            ins += 1;
        }
        while left.get(outs).is_some_and(|left_s| *left_s <= at_s) {
            outs += 1;
        }
        let held = ins.saturating_sub(outs);
        match levels.last_mut() {
            Some(last) if last.1 == held => {}
            Some(last) if last.0 == at_s => last.1 = held,
            _ => levels.push((at_s, held)),
        }
    }
    levels
}
