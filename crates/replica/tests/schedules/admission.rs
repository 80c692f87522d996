//! Budget, chunks and places. Recorded with vLLM 0.33.0.

use crate::case::{ask, run, small};
use equipoise_replica::Settings;

#[test]
fn a_lone_request_gets_a_block_when_its_last_one_is_full() {
    let schedule = run(small(), &[ask(33, 40)]);
    assert_eq!(
        schedule.lines,
        ["0: +0:33@0[1,2,3]", "16: 0[4]", "32: 0[5]", "39: 0 ends 0"]
    );
    assert_eq!(schedule.queue[..3], [5, 6, 7]);
    assert_eq!(schedule.queue[96..], [4, 3, 2, 1]);
}

#[test]
fn equal_requests_run_and_end_together() {
    let schedule = run(small(), &[ask(20, 6); 8]);
    assert_eq!(
        schedule.lines,
        [
            "0: +0:20@0[1,2] +1:20@0[3,4] +2:20@0[5,6] +3:20@0[7,8] \
             +4:20@0[9,10] +5:20@0[11,12] +6:20@0[13,14] +7:20@0[15,16]",
            "5: 0 1 2 3 4 5 6 7 ends 0,1,2,3,4,5,6,7"
        ]
    );
    assert_eq!(schedule.queue[..9], [16, 14, 12, 10, 8, 6, 4, 2, 17]);
}

#[test]
fn of_two_long_prompts_the_first_takes_the_budget_until_it_is_computed() {
    let settings = Settings {
        max_num_batched_tokens: 48,
        ..small()
    };
    let schedule = run(settings, &[ask(100, 5), ask(100, 5)]);
    assert_eq!(
        schedule.lines,
        [
            "0: +0:48@0[1,2,3]",
            "1: 0:48@48[4,5,6]",
            "2: 0:4@96[7] +1:44@0[8,9,10]",
            "3: 0 1:47@44[11,12,13]",
            "4: 0 1:9@91[14]",
            "6: 0 1 ends 0",
            "8: 1 ends 1"
        ]
    );
}

#[test]
fn decodes_leave_a_younger_prompt_what_is_left_of_the_budget() {
    let settings = Settings {
        max_num_batched_tokens: 4,
        max_num_seqs: 4,
        ..small()
    };
    let schedule = run(settings, &[ask(4, 10), ask(4, 10), ask(4, 10), ask(4, 6)]);
    assert_eq!(
        schedule.lines,
        [
            "0: +0:4@0[1]",
            "1: 0 +1:3@0[2]",
            "2: 0 1:1@3 +2:2@0[3]",
            "3: 0 1 2:2@2",
            "4: 0 1 2 +3:1@0[4]",
            "5: 0 1 2 3:1@1",
            "6: 0 1 2 3:1@2",
            "7: 0 1 2 3:1@3",
            "9: 0 1 2 3 ends 0",
            "11: 1 2 3 ends 1",
            "12: 2 3 ends 2,3"
        ]
    );
}

#[test]
fn four_places_are_taken_by_four_and_then_by_the_next_four() {
    let settings = Settings {
        max_num_seqs: 4,
        ..small()
    };
    let schedule = run(settings, &[ask(20, 4); 8]);
    assert_eq!(
        schedule.lines,
        [
            "0: +0:20@0[1,2] +1:20@0[3,4] +2:20@0[5,6] +3:20@0[7,8]",
            "3: 0 1 2 3 ends 0,1,2,3",
            "4: +4:20@0[8,6] +5:20@0[4,2] +6:20@0[9,10] +7:20@0[11,12]",
            "7: 4 5 6 7 ends 4,5,6,7"
        ]
    );
}

#[test]
fn without_chunks_a_prompt_waits_for_a_step_that_has_room_for_all_of_it() {
    let settings = Settings {
        max_num_batched_tokens: 128,
        max_model_len: 128,
        enable_chunked_prefill: false,
        ..small()
    };
    let schedule = run(settings, &[ask(100, 4), ask(60, 4), ask(20, 4)]);
    assert_eq!(
        schedule.lines,
        [
            "0: +0:100@0[1,2,3,4,5,6,7]",
            "1: 0 +1:60@0[8,9,10,11] +2:20@0[12,13]",
            "3: 0 1 2 ends 0",
            "4: 1 2 ends 1,2"
        ]
    );
}

#[test]
fn without_chunks_the_cap_divides_prompts_all_the_same() {
    let settings = Settings {
        max_num_batched_tokens: 128,
        max_model_len: 128,
        long_prefill_token_threshold: 32,
        enable_chunked_prefill: false,
        ..small()
    };
    let schedule = run(settings, &[ask(100, 3); 2]);
    assert_eq!(
        schedule.lines,
        [
            "0: +0:32@0[1,2] +1:32@0[3,4]",
            "1: 0:32@32[5,6] 1:32@32[7,8]",
            "2: 0:32@64[9,10] 1:32@64[11,12]",
            "3: 0:4@96[13] 1:4@96[14]",
            "5: 0 1 ends 0,1"
        ]
    );
}

#[test]
fn a_long_prompt_is_capped_while_it_is_not_alone() {
    let settings = Settings {
        max_num_batched_tokens: 64,
        long_prefill_token_threshold: 20,
        ..small()
    };
    let short = [ask(16, 5).arrives(1), ask(30, 3).arrives(1)];
    let schedule = run(settings, &[ask(200, 3), short[0], short[1]]);
    assert_eq!(
        schedule.lines,
        [
            "0: +0:64@0[1,2,3,4]",
            "1: 0:20@64[5,6] +1:16@0[7] +2:20@0[8,9]",
            "2: 0:20@84[10] 1[11] 2:10@20",
            "3: 0:20@104[12] 1 2",
            "4: 0:20@124[13] 1 2 ends 2",
            "5: 0:20@144[14,15] 1 ends 1",
            "6: 0:36@164[11,16]",
            "8: 0 ends 0"
        ]
    );
}

#[test]
fn the_first_that_does_not_fit_holds_up_all_behind_it() {
    let settings = Settings {
        max_model_len: 112,
        num_blocks: 9,
        ..small()
    };
    let later = [ask(80, 4).arrives(1), ask(8, 2).arrives(1)];
    let schedule = run(settings, &[ask(60, 20), later[0], later[1]]);
    assert_eq!(
        schedule.lines,
        [
            "0: +0:60@0[1,2,3,4]",
            "5: 0[5]",
            "19: 0 ends 0",
            "20: +1:80@0[5,6,7,8,4] +2:8@0[3] evicts 4,3",
            "21: 1[2] 2 evicts 2 ends 2",
            "23: 1 ends 1"
        ]
    );
}

#[test]
fn the_watermark_is_kept_free_only_while_others_run() {
    let settings = Settings {
        max_model_len: 112,
        num_blocks: 8,
        watermark: 0.3,
        ..small()
    };
    let schedule = run(settings, &[ask(90, 3), ask(8, 2).arrives(1)]);
    assert_eq!(
        schedule.lines,
        [
            "0: +0:90@0[1,2,3,4,5,6]",
            "2: 0 ends 0",
            "3: +1:8@0[6]",
            "4: 1 ends 1"
        ]
    );
}

#[test]
fn an_aborted_request_frees_its_place_and_leaves_its_blocks_cached() {
    let settings = Settings {
        max_num_batched_tokens: 32,
        ..small()
    };
    let twin = ask(0, 4).after(0, 120);
    let schedule = run(settings, &[twin.aborted(2), twin.arrives(4)]);
    assert_eq!(
        schedule.lines,
        [
            "0: +0:32@0[1,2]",
            "1: 0:32@32[3,4]",
            "4: +1:32@64[1,2,3,4,5,6]",
            "5: 1:24@96[7,8]",
            "8: 1 ends 1"
        ]
    );
    assert_eq!(schedule.queue[..2], [8, 9]);
    assert_eq!(schedule.queue[93..], [7, 6, 5, 4, 3, 2, 1]);
}
