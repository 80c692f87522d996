//! Rows made up for each format, and what is read of them.

use super::read;
use equipoise_traces::{Blocks, Format, Times, Tokens, Trace, Zero};

/// Tokens of prompts and outputs.
fn tokens(trace: &Trace) -> Vec<(u32, u32)> {
    let tokens = trace.tokens.iter();
    tokens
        .map(|Tokens { prompt, output }| (*prompt, *output))
        .collect()
}

#[test]
fn azure_llm_counts_from_its_first_request() {
    for (first, second) in [
        ("2023-11-16 23:59:59.9799600", "2023-11-17 00:00:00.2299601"),
        (
            "2024-05-10 23:59:59.979960+00:00",
            "2024-05-11 00:00:00.2299601+00:00",
        ),
        (
            "2024-05-10T23:59:59.97996Z",
            "2024-05-11T02:00:00.2299601+02:00",
        ),
    ] {
        let trace = read(&format!(
            "TIMESTAMP,ContextTokens,GeneratedTokens\r\n{first},17,4\r\n{second},3000,1\r\n"
        ));
        assert_eq!(trace.format, Format::AzureLlm);
        assert_eq!(trace.arrivals_s, [0.0, 0.2500001], "{first}");
        assert_eq!(tokens(&trace), [(17, 4), (3000, 1)]);
        assert!(trace.sessions.is_empty() && trace.times.is_empty() && trace.sizes.is_empty());
        assert_eq!(trace.blocks, Blocks::default());
    }
}

#[test]
fn azure_lmm_has_images() {
    let trace = read(
        "TIMESTAMP,NumImages,ContextTokens,GeneratedTokens\n\
         2024-10-15 00:00:01,0,17,4\n\
         2024-10-15 00:00:03,2,2000,5\n",
    );
    assert_eq!(trace.format, Format::AzureLmm);
    assert_eq!(trace.arrivals_s, [0.0, 2.0]);
    assert_eq!(trace.images, [0, 2]);
    assert_eq!(tokens(&trace), [(17, 4), (2000, 5)]);
}

#[test]
fn mooncake_has_milliseconds_and_blocks() {
    let trace = read(
        "{\"timestamp\": 250, \"input_length\": 1000, \"output_length\": 5, \"hash_ids\": [7, 8]}\n\
         {\"timestamp\": 1500, \"input_length\": 3, \"output_length\": 1}\n\
         {\"timestamp\": 1500, \"input_length\": 513, \"output_length\": 0, \"hash_ids\": [7, 9]}",
    );
    assert_eq!(trace.format, Format::Mooncake);
    assert_eq!(trace.arrivals_s, [0.25, 1.5, 1.5]);
    assert_eq!(tokens(&trace), [(1000, 5), (3, 1), (513, 0)]);
    assert_eq!(trace.blocks.tokens, 512);
    assert_eq!(trace.blocks.ids, [7, 8, 7, 9]);
    let blocks = [0, 1, 2, 3].map(|request| trace.blocks.of(request));
    assert_eq!(blocks, [&[7, 8][..], &[], &[7, 9], &[]]);
}

/// A row of Bailian's.
fn bailian(chat: i32, parent: i32) -> String {
    format!(
        "{{\"chat_id\": {chat}, \"parent_chat_id\": {parent}, \"timestamp\": 61.5, \
             \"input_length\": 20, \"output_length\": 3, \"type\": \"text\", \"turn\": 1, \
             \"hash_ids\": [{chat}, 1]}}\n"
    )
}

#[test]
fn bailian_has_sessions_by_their_parents() {
    // 14 is a turn after 12, which is one after 10; the parent of 15 is not in the file.
    let rows = [
        (10, -1),
        (11, -1),
        (12, 10),
        (13, 11),
        (14, 12),
        (15, 99),
        (16, -1),
    ];
    let text: String = rows
        .iter()
        .map(|(chat, parent)| bailian(*chat, *parent))
        .collect();
    let trace = read(&text);
    assert_eq!(trace.format, Format::Bailian);
    assert_eq!(trace.arrivals_s, [61.5; 7]);
    assert_eq!(trace.sessions, [0, 1, 0, 1, 0, 2, 3].map(Some));
    assert_eq!(trace.blocks.tokens, 16);
    assert_eq!(trace.blocks.of(2), [12, 1]);
}

#[test]
fn a_chat_that_is_there_twice_begins_a_session_each_time() {
    let row = "{\"chat_id\":1,\"timestamp\":0,\"input_length\":1,\"output_length\":1}\n";
    let text = [row, row, &row.replace(":1,\"t", ":2,\"t")].concat();
    assert_eq!(read(&text).sessions, [0, 1, 2].map(Some));
}

#[test]
fn burst_gpt_leaves_out_what_failed() {
    let trace = read(
        "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n\
         7,ChatGPT,100,10,110,Conversation log\n\
         8,ChatGPT,200,0,200,Conversation log\n\
         9.5,GPT-4,300,30,330,API log\n",
    );
    assert_eq!(trace.format, Format::BurstGpt);
    assert_eq!(trace.arrivals_s, [0.0, 2.5]);
    assert_eq!(tokens(&trace), [(100, 10), (300, 30)]);
    assert_eq!(trace.skipped.failed, 1);
    assert_eq!(trace.skipped.bad, 0);
    assert!(trace.sessions.is_empty());
}

#[test]
fn burst_gpt_3_has_sessions_of_conversations() {
    let trace = read(
        "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,\
         Log Type\n\
         19000000.0,,3,GPT-4,50,5,55,API log\n\
         19000001.0,ab-1,3,GPT-4,100,10,110,Conversation log\n\
         19000002.0,cd-2,4,GPT-4,200,20,220,Conversation log\n\
         19000004.0,ab-1,5,GPT-4,300,30,330,Conversation log\n",
    );
    assert_eq!(trace.format, Format::BurstGpt);
    assert_eq!(trace.arrivals_s, [0.0, 1.0, 2.0, 4.0]);
    assert_eq!(trace.sessions, [None, Some(0), Some(1), Some(0)]);
}

/// A row of a measured run, with a date and by another clock.
fn measured(arrival: f64, queued: f64) -> String {
    format!(
        "{{\"request_id\": \"x\", \"input_toks\": 100, \"output_toks\": 10, \
             \"arrival_time\": {arrival}, \"queued_ts\": {queued}, \"scheduled_ts\": {}, \
             \"first_token_ts\": {}, \"last_token_ts\": null}}\n",
        queued + 0.25,
        queued + 0.5
    )
}

/// The times of such a row that was queued then.
fn measured_times(queued_s: f64) -> Times {
    Times {
        queued_s: Some(queued_s),
        scheduled_s: Some(queued_s + 0.25),
        first_token_s: Some(queued_s + 0.5),
        last_token_s: None,
    }
}

#[test]
fn served_requests_with_dates_begin_at_zero_by_both_clocks() {
    // The second is queued quickest: at once, as far as two clocks can say.
    let trace = read(&[measured(1.7e9, 500.75), measured(1.7e9 + 2.0, 502.25)].concat());
    assert_eq!(trace.format, Format::Served);
    assert_eq!(trace.arrivals_s, [0.0, 2.0]);
    assert_eq!(trace.times, [measured_times(0.5), measured_times(2.0)]);
}

#[test]
fn workloads_have_nanoseconds() {
    let trace = read(
        "{\"input_toks\": 128, \"output_toks\": 512, \"arrival_time_ns\": 250000000, \
         \"input_tok_ids\": [1, 2, 3]}\n\n",
    );
    assert_eq!(trace.format, Format::Workload);
    assert_eq!(trace.arrivals_s, [0.25]);
    assert_eq!(tokens(&trace), [(128, 512)]);
}

#[test]
fn vidur_has_seconds() {
    let trace = read(
        ",arrived_at,num_prefill_tokens,num_decode_tokens,num_total_tokens\n\
         0,0.125,374.0,44,418\n1,0.5,1,2,3\n",
    );
    assert_eq!(trace.format, Format::Vidur);
    assert_eq!(trace.arrivals_s, [0.125, 0.5]);
    assert_eq!(tokens(&trace), [(374, 44), (1, 2)]);
}

#[test]
fn plain_tasks_have_sizes_and_names() {
    let trace = read("size,time,client,url\n2,0.5,anna,\"/a,b\"\n0.25,0.75,,/c\n1,1,anna,/c\n");
    assert_eq!(trace.format, Format::Plain);
    assert_eq!(trace.arrivals_s, [0.5, 0.75, 1.0]);
    assert_eq!(trace.sizes, [2.0, 0.25, 1.0]);
    assert!(trace.tokens.is_empty());
    assert_eq!(trace.clients.names, ["anna"]);
    assert_eq!(trace.clients.of, [Some(0), None, Some(0)]);
    let urls = [0, 1, 2, 3].map(|request| trace.urls.name(request));
    assert_eq!(urls, [Some("/a,b"), Some("/c"), Some("/c"), None]);
    assert!(trace.tenants.of.is_empty());

    let json = read("{\"time\": 1, \"size\": 2, \"tenant\": 7}\n{\"time\": 2, \"size\": \"3\"}\n");
    assert_eq!(json.sizes, [2.0, 3.0]);
    assert_eq!(json.tenants.name(0), Some("7"));
}

#[test]
fn requests_are_put_in_the_order_of_their_arrival_and_it_is_said() {
    let text = "{\"timestamp\":3,\"input_length\":1,\"output_length\":1,\"hash_ids\":[1]}\n\
                {\"timestamp\":1,\"input_length\":2,\"output_length\":1}\n\
                {\"timestamp\":3,\"input_length\":3,\"output_length\":1,\"hash_ids\":[3,4]}\n\
                {\"timestamp\":-0,\"input_length\":4,\"output_length\":1,\"hash_ids\":[5]}\n\
                {\"timestamp\":0,\"input_length\":5,\"output_length\":1,\"hash_ids\":[6]}\n";
    let trace = read(text);
    assert!(!trace.was_sorted);
    assert_eq!(trace.arrivals_s, [0.0, 0.0, 0.001, 0.003, 0.003]);
    let prompts: Vec<u32> = trace.tokens.iter().map(|tokens| tokens.prompt).collect();
    assert_eq!(prompts, [4, 5, 2, 1, 3]);
    let blocks = [0, 1, 2, 3, 4].map(|request| trace.blocks.of(request));
    assert_eq!(blocks, [&[5][..], &[6], &[], &[1], &[3, 4]]);
    assert!(read("time,size\n1,1\n1,2\n").was_sorted);

    let names = read("time,size,client\n2,1,late\n1,2,early\n");
    assert_eq!(names.clients.name(0), Some("early"));
    assert_eq!(names.sizes, [2.0, 1.0]);
}

#[test]
fn a_date_before_the_first_row_is_the_zero() {
    let trace = read(
        "TIMESTAMP,ContextTokens,GeneratedTokens\n\
         2023-11-16 00:00:02,1,1\n2023-11-16 00:00:00.5,2,2\n",
    );
    assert_eq!(trace.arrivals_s, [0.0, 1.5]);
    assert_eq!(tokens(&trace), [(2, 2), (1, 1)]);
}

#[test]
fn rates_are_of_the_mean_gap() {
    let trace = read("time,size\n1,1\n2,1\n5,1\n");
    assert_eq!(trace.rate_per_s(), Some(0.5));
    assert_eq!(read("time,size\n1,1\n1,1\n").rate_per_s(), None);
}

#[test]
fn every_format_names_its_zero_and_its_columns_once() {
    for format in Format::ALL {
        let mut columns = [format.columns(), format.optional()].concat();
        columns.sort_unstable();
        columns.dedup();
        assert_eq!(
            columns.len(),
            format.columns().len() + format.optional().len()
        );
    }
    assert_eq!(Format::Mooncake.zero(), Zero::File);
    assert_eq!(Format::BurstGpt.zero(), Zero::FirstRequest);
}
