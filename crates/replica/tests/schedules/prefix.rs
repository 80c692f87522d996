//! The prefix cache. Recorded with vLLM 0.33.0.

use crate::case::{ask, run, small};
use equipoise_replica::Settings;

#[test]
fn a_twin_in_the_same_step_hits_all_blocks_but_the_last() {
    let twin = ask(0, 2).after(0, 32);
    let third = ask(4, 2).after(0, 32).arrives(6);
    let schedule = run(small(), &[twin, twin, third]);
    assert_eq!(
        schedule.lines,
        [
            "0: +0:32@0[1,2] +1:16@16[1,3]",
            "1: 0[4] 1[5] ends 0,1",
            // Blocks 2 and 3 are the same; the one entered first is found.
            "6: +2:4@32[1,2,5]",
            "7: 2 ends 2"
        ]
    );
    assert_eq!(schedule.queue[..3], [5, 4, 6]);
    assert_eq!(schedule.queue[97..], [3, 2, 1]);
}

#[test]
fn blocks_of_a_chunk_are_hit_in_the_step_that_computes_them() {
    let settings = Settings {
        max_num_batched_tokens: 40,
        ..small()
    };
    let schedule = run(settings, &[ask(4, 3).after(0, 96); 2]);
    assert_eq!(
        schedule.lines,
        [
            "0: +0:40@0[1,2,3]",
            "1: 0:40@40[4,5]",
            "2: 0:20@80[6,7] +1:4@96[1,2,3,4,5,6,8]",
            "4: 0 1 ends 0,1"
        ]
    );
}

#[test]
fn partial_blocks_are_reused_first() {
    let settings = Settings {
        max_model_len: 256,
        num_blocks: 20,
        ..small()
    };
    let asks = [
        ask(20, 2),
        ask(36, 2).arrives(3),
        ask(20, 2).arrives(6),
        ask(50, 2).arrives(9),
    ];
    let schedule = run(settings, &asks);
    assert_eq!(
        schedule.lines,
        [
            "0: +0:20@0[1,2]",
            "1: 0 ends 0",
            "3: +1:36@0[2,3,4]",
            "4: 1 ends 1",
            "6: +2:20@0[4,5]",
            "7: 2 ends 2",
            "9: +3:50@0[5,6,7,8]",
            "10: 3 ends 3"
        ]
    );
    assert_eq!(schedule.queue[..2], [8, 9]);
    assert_eq!(schedule.queue[12..], [1, 3, 2, 4, 7, 6, 5]);
}

#[test]
fn without_caching_blocks_are_reused_from_the_end_of_the_last_request() {
    let settings = Settings {
        enable_prefix_caching: false,
        ..small()
    };
    let schedule = run(settings, &[ask(33, 20)]);
    assert_eq!(
        schedule.lines,
        ["0: +0:33@0[1,2,3]", "16: 0[4]", "19: 0 ends 0"]
    );
    assert_eq!(schedule.queue[..6], [4, 3, 2, 1, 5, 6]);
}

#[test]
fn the_least_recently_used_prefix_is_evicted_from_its_end() {
    let settings = Settings {
        max_model_len: 144,
        num_blocks: 11,
        ..small()
    };
    let asks = [
        ask(0, 1).after(0, 48),
        ask(0, 1).after(1, 48).arrives(2),
        ask(0, 1).after(2, 48).arrives(4),
        ask(32, 1).arrives(6),
        ask(0, 1).after(0, 48).arrives(8),
        ask(0, 1).after(1, 48).arrives(10),
        ask(0, 1).after(2, 48).arrives(12),
    ];
    let schedule = run(settings, &asks);
    assert_eq!(
        schedule.lines,
        [
            "0: +0:48@0[1,2,3] ends 0",
            "2: +1:48@0[4,5,6] ends 1",
            "4: +2:48@0[7,8,9] ends 2",
            "6: +3:32@0[10,3] evicts 3 ends 3",
            "8: +4:16@32[1,2,6] evicts 6 ends 4",
            "10: +5:16@32[4,5,9] evicts 9 ends 5",
            "12: +6:16@32[7,8,3] evicts 3 ends 6"
        ]
    );
    assert_eq!(schedule.queue, [10, 6, 2, 1, 9, 5, 4, 3, 8, 7]);
}
