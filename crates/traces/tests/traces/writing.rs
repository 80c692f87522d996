//! What is written reads back equal.

use super::{read, read_in};
use equipoise_traces::{Format, OnBad, Served, Times, Tokens, Trace, write_csv, write_jsonl};
use proptest::prelude::*;

/// Both texts of some requests.
fn written(rows: &[Served]) -> [Vec<u8>; 2] {
    let [mut jsonl, mut csv] = [Vec::new(), Vec::new()];
    write_jsonl(&mut jsonl, rows.iter().copied()).expect("memory can be written");
    write_csv(&mut csv, rows.iter().copied()).expect("memory can be written");
    [jsonl, csv]
}

fn served(trace: &Trace) -> Vec<Served> {
    trace.served().collect()
}

#[test]
fn rows_have_the_names_of_llm_serving_sim() {
    let row = Served {
        arrival_s: 0.1,
        tokens: Tokens {
            prompt: 5,
            output: 2,
        },
        times: Times {
            queued_s: Some(0.5),
            first_token_s: Some(f64::NAN),
            ..Times::default()
        },
    };
    let [jsonl, csv] = written(&[row]).map(|bytes| String::from_utf8(bytes).expect("a text"));
    assert_eq!(
        jsonl,
        "{\"request_id\": \"0\", \"input_toks\": 5, \"output_toks\": 2, \"arrival_time\": 0.1, \
         \"queued_ts\": 0.5, \"scheduled_ts\": null, \"first_token_ts\": null, \
         \"last_token_ts\": null}\n"
    );
    assert_eq!(
        csv,
        "request_id,input_toks,output_toks,arrival_time,queued_ts,scheduled_ts,first_token_ts,\
         last_token_ts\n0,5,2,0.1,0.5,,,\n"
    );
}

#[test]
fn a_measured_run_is_written_by_one_clock() {
    let measured = read(
        "{\"input_toks\":9,\"output_toks\":3,\"arrival_time\":1700000000.3,\"queued_ts\":7.1,\
         \"scheduled_ts\":7.2,\"first_token_ts\":7.3,\"last_token_ts\":7.9}\n\
         {\"input_toks\":8,\"output_toks\":2,\"arrival_time\":1700000001.7,\"queued_ts\":9.3,\
         \"scheduled_ts\":9.4,\"first_token_ts\":9.5,\"last_token_ts\":9.6}\n",
    );
    for bytes in written(&served(&measured)) {
        let again = read_in(64, &bytes, OnBad::Stop).expect("what was written");
        assert_eq!(served(&again), served(&measured));
    }
}

fn time() -> impl Strategy<Value = Option<f64>> {
    prop::option::of(0.0..1e6_f64)
}

fn row() -> impl Strategy<Value = Served> {
    let tokens = (1..10_000_000_u32, 0..10_000_000_u32);
    (0.0..1e6_f64, tokens, [time(), time(), time(), time()]).prop_map(|(arrival_s, of, times)| {
        let [queued_s, scheduled_s, first_token_s, last_token_s] = times;
        Served {
            arrival_s,
            tokens: Tokens {
                prompt: of.0,
                output: of.1,
            },
            times: Times {
                queued_s,
                scheduled_s,
                first_token_s,
                last_token_s,
            },
        }
    })
}

proptest! {
    #[test]
    fn any_requests_read_back_equal(mut rows in prop::collection::vec(row(), 1..20)) {
        rows.sort_by(|a, b| a.arrival_s.total_cmp(&b.arrival_s));
        for bytes in written(&rows) {
            let trace = read_in(64, &bytes, OnBad::Stop).expect("what was written");
            prop_assert_eq!(trace.format, Format::Served);
            prop_assert_eq!(&served(&trace), &rows);
        }
    }
}
