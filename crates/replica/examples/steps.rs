//! Prints the steps of a small run, a line a step: a KV cache of nine blocks in which three
//! requests do not all fit, two of them with the same beginning.
//!
//! `cargo run -p equipoise-replica --example steps`

use equipoise_replica::profiles::LLAMA_8B_H100;
use equipoise_replica::{Origin, Request, RequestId, Scheduled, Scheduler, Settings};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut scheduler = Scheduler::new(Settings {
        max_num_batched_tokens: 48,
        max_num_seqs: 8,
        max_model_len: 128,
        num_blocks: 10,
        ..Settings::default()
    })?;
    // Request 1 begins as request 0 does; request 2 is its own.
    for (id, prompt) in [(0, 0..40), (1, 0..52), (2, 100..130)] {
        scheduler.add(Request {
            id: RequestId(id),
            prompt: prompt.collect(),
            max_tokens: 24,
            priority: 0,
            arrival_s: 0.0,
        })?;
    }

    let mut now_s = 0.0;
    while !scheduler.is_idle() {
        let step = scheduler.schedule();
        let batch: Vec<String> = step.batch.iter().map(line).collect();
        let preempted: Vec<String> = step.preempted.iter().map(|id| id.0.to_string()).collect();
        let held = scheduler.pool().usable() - scheduler.pool().free();
        now_s += LLAMA_8B_H100.step_time.step_s(&step);
        let outputs = scheduler.finish_step(|id, output| 1000 * (id.0 + 1) + output as u32);
        println!(
            "{:7.2} ms, {held} blocks held: {}{}{}",
            now_s * 1e3,
            batch.join(", "),
            among("; preempted ", &preempted),
            match outputs.finished.len() {
                0 => String::new(),
                _ => format!("; finished {}", outputs.finished.len()),
            },
        );
    }
    Ok(())
}

/// One request's part of a step.
fn line(row: &Scheduled) -> String {
    let id = row.id.0;
    match row.origin {
        Origin::Running if row.decodes => format!("{id}: decode"),
        Origin::Running => format!("{id}: {} tokens", row.tokens),
        Origin::New => format!("{id}: new, {} + {} cached", row.tokens, row.computed_before),
        Origin::Resumed => format!(
            "{id}: again, {} + {} cached",
            row.tokens, row.computed_before
        ),
    }
}

/// A list with its heading, or nothing.
fn among(heading: &str, items: &[String]) -> String {
    match items.is_empty() {
        true => String::new(),
        false => format!("{heading}{}", items.join(", ")),
    }
}
