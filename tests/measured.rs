//! A replica against a measured run of vLLM, where its files are at hand, and always against steps
//! worked out by hand.

#![cfg(not(target_arch = "wasm32"))]

#[path = "common/measured.rs"]
mod common;

use common::{LATENCY_SHARE, MAKESPAN_SHARE, RUNNING, Replay, replay, running, scenario, trace};
use equipoise::scenario::Hardware;

/// What of a run differs by more than it may.
fn differences(run: &Replay) -> Vec<String> {
    let mut found = Vec::new();
    let simulated = run.simulated.numbers();
    for ((number, measured), (_, simulated)) in run.measured.numbers().into_iter().zip(simulated) {
        let share = match number.as_str() {
            "requests" => 0.0,
            "makespan_s" => MAKESPAN_SHARE,
            _ => LATENCY_SHARE,
        };
        // Not the other way round: what is NaN differs.
        let agrees = (simulated - measured).abs() <= share * measured;
        if !agrees {
            found.push(format!(
                "{number}: {measured} measured, {simulated} simulated"
            ));
        }
    }
    for &(at_s, measured, simulated) in &run.running {
        if (f64::from(simulated) - f64::from(measured)).abs() > RUNNING {
            found.push(format!("running at {at_s} s: {measured} and {simulated}"));
        }
    }
    found
}

/// LLMServingSim's run of vLLM 0.19.0 (`bench/examples/RTXPRO6000/Llama-3.1-8B`).
#[test]
fn a_measured_run_of_vllm_is_met() {
    let Some(folder) = common::folder() else {
        println!("skipped: EQUIPOISE_TRACES names no folder with the files of measured/");
        return;
    };
    let bytes = std::fs::read(folder.join("requests.jsonl")).expect("can be read");
    let series = std::fs::read_to_string(folder.join("timeseries.csv")).expect("can be read");
    let marks = running(&series);
    assert_eq!(marks.len(), 13);
    let run = replay(&scenario(), trace(&bytes), &marks);
    assert!((run.measured.ttft.mean_s - 7.0972).abs() < 5e-5);
    assert!((run.measured.latency.p99_s - 37.6388).abs() < 5e-5);
    assert_eq!(differences(&run), [""; 0]);
}

/// A row of vLLM's log: arrivals as dates, the rest by another clock, here 1,000 s at the first
/// arrival. The times are those of queue, first step, first and last token (s).
fn line(input: u32, output: u32, times_s: [f64; 4]) -> String {
    let arrival = 1.7e9 + times_s[0];
    let [queued, scheduled, first, last] = times_s.map(|time_s| 1000.0 + time_s);
    format!(
        "{{\"input_toks\": {input}, \"output_toks\": {output}, \"arrival_time\": {arrival}, \
         \"queued_ts\": {queued}, \"scheduled_ts\": {scheduled}, \
         \"first_token_ts\": {first}, \"last_token_ts\": {last}}}\n"
    )
}

/// Two requests on an RTX PRO 6000, whose step takes 11.1 ms, 42 µs a prompt token, 34 µs a row
/// that decodes and 0.09 µs a token that it reads. The first has 100 prompt tokens and 3 output
/// tokens, the second 50 and 2; it comes during the first step and joins in the second.
#[test]
fn steps_are_those_worked_out_by_hand() {
    let first_s = 0.0111 + 42e-6 * 100.0;
    let second_s = first_s + 0.0111 + 42e-6 * 50.0 + 34e-6 + 0.09e-6 * 101.0;
    let third_s = second_s + 0.0111 + 2.0 * 34e-6 + 0.09e-6 * (102.0 + 51.0);
    let text = line(100, 3, [0.0, 0.0, first_s, third_s])
        + &line(50, 2, [0.0078125, first_s, second_s, third_s]);
    let marks = running("t,running\n0.0,1\n0.5,7\n5.0,0\n");
    assert_eq!(marks, [(0.0, 1), (5.0, 0)]);
    let run = replay(&scenario(), trace(text.as_bytes()), &marks);
    assert_eq!(differences(&run), [""; 0]);
    let simulated = run.simulated.numbers();
    for ((number, measured), (_, simulated)) in run.measured.numbers().into_iter().zip(simulated) {
        assert!(
            (simulated - measured).abs() < 1e-6,
            "{number}: {measured}, {simulated}"
        );
    }
    assert_eq!(run.running, [(0.0, 1, 1), (5.0, 0, 0)]);

    // On other hardware it is another run.
    let mut other = scenario();
    other.replicas.hardware = Hardware::Llama8bH100;
    let run = replay(&other, trace(text.as_bytes()), &[]);
    assert!(differences(&run).len() >= 12, "{:?}", differences(&run));
}
