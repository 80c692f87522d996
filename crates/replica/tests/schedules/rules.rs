//! What vLLM's code says (`scheduler.py`, `request_queue.py`, `kv_cache_manager.py`, 0.33.0) and no
//! record at hand shows: expected values worked out by hand.

use crate::case::{ask, run, small};
use equipoise_replica::{Policy, Settings};

#[test]
fn a_request_ends_at_the_greatest_length() {
    let settings = Settings {
        max_model_len: 16,
        ..small()
    };
    let schedule = run(settings, &[ask(10, 100)]);
    assert_eq!(schedule.lines, ["0: +0:10@0[1]", "5: 0 ends 0"]);
}

#[test]
fn the_gate_asks_for_the_whole_prompt_and_not_for_its_first_chunk() {
    let gated = Settings {
        max_num_batched_tokens: 64,
        max_model_len: 112,
        num_blocks: 9,
        ..small()
    };
    let asks = [ask(60, 1), ask(80, 1)];
    assert_eq!(
        run(gated, &asks).lines,
        [
            "0: +0:60@0[1,2,3,4] ends 0",
            "1: +1:64@0[4,5,6,7]",
            "2: 1:16@64[8] ends 1"
        ]
    );
    let open = Settings {
        scheduler_reserve_full_isl: false,
        ..gated
    };
    assert_eq!(
        run(open, &asks).lines,
        [
            "0: +0:60@0[1,2,3,4] +1:4@0[5] ends 0",
            "1: 1:64@4[4,6,7,8]",
            "2: 1:12@68 ends 1"
        ]
    );
}

#[test]
fn tokens_of_a_victim_return_to_the_budget_of_its_step() {
    let settings = Settings {
        max_num_batched_tokens: 64,
        max_model_len: 160,
        num_blocks: 12,
        long_prefill_token_threshold: 40,
        scheduler_reserve_full_isl: false,
        policy: Policy::Priority,
        ..small()
    };
    let asks = [
        ask(150, 1).priority(9),
        ask(16, 2).priority(1).arrives(1),
        ask(60, 1).priority(2).arrives(1),
    ];
    let schedule = run(settings, &asks);
    assert_eq!(
        schedule.lines[..3],
        [
            "0: +0:64@0[1,2,3,4]",
            "1: 0:40@64[5,6,7] +1:16@0[8] +2:8@0[9]",
            // Request 0 has had 40 of the 64 tokens and the last blocks, 10 and 11, when request 1
            // lacks one. Without what it gives back, 23 would be left for request 2, not 40.
            "2: 1[11] 2:40@8[10,7] preempts 0 evicts 11,10,7 ends 1"
        ]
    );
}

#[test]
fn of_equal_priority_the_latest_arrival_is_preempted_whoever_was_admitted_last() {
    let settings = Settings {
        max_model_len: 112,
        num_blocks: 8,
        policy: Policy::Priority,
        ..small()
    };
    let asks = [
        ask(40, 20).priority(1).dated(5.0),
        ask(56, 20).priority(1).dated(2.0).arrives(1),
    ];
    let schedule = run(settings, &asks);
    assert_eq!(
        schedule.lines[..3],
        [
            "0: +0:40@0[1,2,3]",
            "1: 0 +1:56@0[4,5,6,7]",
            // Request 0 lacks a block. Request 1, admitted last, has arrived first.
            "9: 1 preempts 0"
        ]
    );
}

#[test]
fn of_requests_alike_in_all_that_with_the_first_id_as_a_text_is_admitted() {
    let settings = Settings {
        max_num_seqs: 1,
        policy: Policy::Priority,
        ..small()
    };
    let schedule = run(settings, &[ask(4, 1).dated(0.0); 12]);
    let admitted: Vec<&str> = schedule
        .lines
        .iter()
        .filter_map(|line| line.split(['+', ':']).nth(2))
        .collect();
    let as_texts = ["0", "1", "10", "11", "2", "3", "4", "5", "6", "7", "8", "9"];
    assert_eq!(admitted, as_texts);
}
