//! When blocks run out, first come, first served. Recorded with vLLM 0.33.0.

use crate::case::{ask, run, small};
use equipoise_replica::Settings;

#[test]
fn the_last_admitted_is_preempted_and_resumes_with_what_is_still_cached() {
    let settings = Settings {
        max_model_len: 96,
        num_blocks: 8,
        ..small()
    };
    let schedule = run(settings, &[ask(30, 30), ask(46, 20)]);
    assert_eq!(
        schedule.lines,
        [
            "0: +0:30@0[1,2] +1:46@0[3,4,5]",
            "3: 0[6] 1[7]",
            "19: 0[7] preempts 1 evicts 7",
            "29: 0 ends 0",
            "30: ~1:17@48[3,4,5,7,6] evicts 6 ends 1"
        ]
    );
    assert_eq!(schedule.queue, [6, 2, 1, 7, 5, 4, 3]);
}

#[test]
fn of_two_victims_in_one_step_the_older_waits_in_front() {
    let settings = Settings {
        max_num_batched_tokens: 64,
        max_model_len: 192,
        num_blocks: 13,
        long_prefill_token_threshold: 48,
        scheduler_reserve_full_isl: false,
        ..small()
    };
    let short = ask(16, 20);
    let schedule = run(settings, &[ask(180, 4), short, short, short]);
    assert_eq!(
        schedule.lines,
        [
            "0: +0:48@0[1,2,3] +1:16@0[4]",
            "1: 0:48@48[5,6,7] 1[8] +2:15@0[9]",
            "2: 0:48@96[10,11,12] 1 2:1@15",
            "3: 0:36@144[8,9,4] preempts 2,1 evicts 9,4",
            "6: 0 ends 0",
            "7: ~1:19@0[4,9] ~2:17@0[8,12] +3:16@0[11] evicts 9,8,12,11",
            "8: 1 2 3[10] evicts 10",
            "21: 1[7] 2 3 evicts 7",
            "23: 1 2[6] 3 evicts 6 ends 1",
            "24: 2 3[7]",
            "25: 2 3 ends 2",
            "26: 3 ends 3"
        ]
    );
}

#[test]
fn cached_blocks_that_lie_free_do_not_help_a_full_pool() {
    let settings = Settings {
        max_model_len: 112,
        num_blocks: 8,
        ..small()
    };
    let asks = [
        ask(0, 1).after(0, 64),
        ask(40, 12).arrives(2),
        ask(4, 6).after(0, 64).arrives(3),
    ];
    let schedule = run(settings, &asks);
    assert_eq!(
        schedule.lines,
        [
            "0: +0:64@0[1,2,3,4] ends 0",
            "2: +1:40@0[5,6,7]",
            "11: 1[4] evicts 4",
            "13: 1 ends 1",
            "14: +2:20@48[1,2,3,4,7] evicts 7",
            "19: 2 ends 2"
        ]
    );
}
