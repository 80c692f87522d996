//! The policy `priority`. Recorded with vLLM 0.33.0.

use crate::case::{ask, run, small};
use equipoise_replica::{Policy, Settings};

/// Small, by priority.
fn by_priority() -> Settings {
    Settings {
        policy: Policy::Priority,
        ..small()
    }
}

#[test]
fn a_smaller_number_is_admitted_first_and_of_equal_ones_the_earlier() {
    let settings = Settings {
        max_num_seqs: 2,
        ..by_priority()
    };
    let asks = [3, 1, 2, 1].map(|priority| ask(20, 3).priority(priority));
    let schedule = run(settings, &asks);
    assert_eq!(
        schedule.lines,
        [
            "0: +1:20@0[1,2] +3:20@0[3,4]",
            "2: 1 3 ends 1,3",
            "3: +2:20@0[4,2] +0:20@0[5,6]",
            "5: 2 0 ends 2,0"
        ]
    );
}

#[test]
fn of_requests_alike_in_all_the_first_in_order_of_admission_is_preempted() {
    let settings = Settings {
        max_model_len: 112,
        num_blocks: 10,
        ..by_priority()
    };
    let schedule = run(settings, &[ask(40, 30).priority(1).dated(0.0); 3]);
    assert_eq!(
        schedule.lines,
        [
            "0: +0:40@0[1,2,3] +1:40@0[4,5,6] +2:40@0[7,8,9]",
            // Request 0 preempts itself, and the others run on in the same step.
            "9: 1[3] 2[2] preempts 0 evicts 3,2",
            "25: 2[1] preempts 1 evicts 1",
            "26: 2 ~0:49@0[3,6,5,4] evicts 3,6,5,4",
            "29: 2 0 ends 2",
            "30: 0 ~1:65@0[1,2,9,8,7] evicts 2,9,8,7",
            "34: 0 1 ends 1",
            "42: 0[7]",
            "46: 0 ends 0"
        ]
    );
    assert_eq!(schedule.queue, [7, 8, 9, 2, 1, 4, 5, 6, 3]);
}

#[test]
fn a_request_that_preempts_itself_does_not_hold_up_those_behind_it() {
    let settings = Settings {
        max_num_batched_tokens: 32,
        max_model_len: 160,
        num_blocks: 11,
        long_prefill_token_threshold: 24,
        scheduler_reserve_full_isl: false,
        ..by_priority()
    };
    let asks = [
        ask(150, 4).priority(9),
        ask(30, 40).priority(1).arrives(1),
        ask(70, 4).priority(2).arrives(2),
    ];
    let schedule = run(settings, &asks);
    assert_eq!(
        schedule.lines,
        [
            "0: +0:32@0[1,2]",
            "1: 0:24@32[3,4] +1:8@0[5]",
            "2: 0:24@56[6] 1:8@8",
            "3: 0:24@80[7,8] 1:8@16[9]",
            "4: 0:24@104[10] 1:6@24",
            "5: 1 preempts 0",
            "6: 1 +2:24@0[10,8] evicts 10,8",
            "7: 1[7] 2:24@24[6] evicts 7,6",
            "8: 1 2:22@48[4,3] evicts 4,3",
            "11: 1 2 ends 2",
            "12: 1 ~0:24@32[1,2,3,4] evicts 4",
            "13: 1 0:24@56[6] evicts 6",
            "14: 1 0:24@80[8,10] evicts 8,10",
            "15: 1 preempts 0",
            "23: 1[10]",
            "39: 1[8] evicts 8",
            "43: 1 ends 1",
            "44: ~0:32@80[1,2,3,4,6,8,10] evicts 10",
            "45: 0:32@112[7,9] evicts 7,9",
            "46: 0:6@144[5] evicts 5",
            "49: 0 ends 0"
        ]
    );
}
