//! What is wrong with files, and how it is said.

use super::{read, read_in};
use equipoise_traces::{
    Allowed, BadRow, MAX_LINE_BYTES, MAX_REQUESTS, OnBad, Reader, Skipped, TraceError,
};

/// What is said of a file that has something wrong.
fn said(text: &str) -> String {
    let error = read_in(5, text.as_bytes(), OnBad::Stop).expect_err("something is wrong");
    error.to_string()
}

const AZURE: &str = "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.97,4,1\n";
const MOONCAKE: &str = "{\"timestamp\":0,\"input_length\":1,\"output_length\":1}\n";

#[test]
fn a_bad_value_is_named_by_line_and_column_with_what_is_allowed() {
    let tokens = "whole numbers from 1 to 10,000,000";
    for (head, row, expected) in [
        (
            AZURE,
            "now,4,1",
            "column TIMESTAMP: \"now\"; allowed: dates such as",
        ),
        (
            AZURE,
            ",4,1",
            "column TIMESTAMP: nothing there; allowed: dates such as",
        ),
        (AZURE, "2023-11-16 18:17:03,0,1", tokens),
        (AZURE, "2023-11-16 18:17:03,1e8,1", tokens),
        (
            AZURE,
            "2023-11-16 18:17:03,1.5,1",
            "column ContextTokens: \"1.5\"; allowed: whole",
        ),
        (AZURE, "2023-11-16 18:17:03,NaN,1", tokens),
        (
            AZURE,
            "2023-11-16 18:17:03,4,-1",
            "column GeneratedTokens: \"-1\"; allowed: whole",
        ),
        (
            AZURE,
            "2023-11-16 18:17:03,4",
            "allowed: 3 fields, as in the header",
        ),
        (
            AZURE,
            "2023-11-16 18:17:03,4,\"1",
            "allowed: 3 fields, as in the header",
        ),
        (
            MOONCAKE,
            "{\"timestamp\":0",
            "allowed: one JSON object a line",
        ),
        (MOONCAKE, "[1]", "allowed: one JSON object a line"),
        (
            MOONCAKE,
            "{}",
            "column input_length: nothing there; allowed: whole numbers from 1",
        ),
        (
            MOONCAKE,
            "{\"timestamp\":-1,\"input_length\":1,\"output_length\":1}",
            "column timestamp: \"-1\"; allowed: numbers from 0 to 10,000,000,000,000",
        ),
        (
            MOONCAKE,
            "{\"timestamp\":0,\"input_length\":1,\"output_length\":1,\"hash_ids\":[1,-2]}",
            "column hash_ids: \"[1,-2]\"; allowed: lists of whole numbers from 0 to 4,294,967,295",
        ),
        (
            "time,size,client\n",
            "1e400,1,a\n",
            "column time: \"1e400\"; allowed: numbers from 0 to 10,000,000,000",
        ),
        (
            "{\"time\":1,\"size\":1}",
            "{\"time\":1,\"size\":1,\"client\":[]}",
            "a text or a number",
        ),
    ] {
        let head = head.trim_end();
        let found = said(&format!("{head}\n\n{row}\n"));
        let line = format!("line {}", head.lines().count() + 2);
        assert!(found.starts_with(&line), "{found}");
        assert!(found.contains(expected), "{found}");
    }
}

#[test]
fn a_bad_row_can_be_skipped_and_is_counted() {
    let bad = "2023-11-16 18:17:03,0,1\n";
    let text = format!("{AZURE}{}2023-11-16 18:17:04.97,5,2", bad.repeat(7));
    let trace = read_in(11, text.as_bytes(), OnBad::Skip).expect("two rows are good");
    assert_eq!(trace.arrivals_s, [0.0, 1.0]);
    assert_eq!(trace.skipped.bad, 7);
    let lines: Vec<u64> = trace.skipped.first.iter().map(|bad| bad.line).collect();
    assert_eq!(lines, [3, 4, 5, 6, 7]);
    assert_eq!(lines.len(), Skipped::KEPT);
}

#[test]
fn a_reader_that_is_stopped_stays_so() {
    let mut reader = Reader::new(OnBad::Stop);
    let error = reader.feed(b"time,size\n1,x\n").expect_err("x is no size");
    assert_eq!(reader.requests(), 0);
    assert_eq!(reader.feed(b"1,1\n"), Err(error.clone()));
    assert_eq!(reader.finish(), Err(error));
}

#[test]
fn an_unknown_format_gets_the_list_of_those_that_are_known() {
    for text in [
        "a,b,c\n1,2,3\n",
        "{\"a\": 1}\n",
        "{\"timestamp\": 1\n",
        "[{\"time\": 1, \"size\": 1}]\n",
        "\"time,size\n",
        "0.5,2\n",
        "\u{0}\u{1}",
    ] {
        let found = said(text);
        assert!(
            found.contains("Mooncake (timestamp,input_length,output_length)"),
            "{found}"
        );
        assert!(found.contains("times and sizes (time,size)"), "{found}");
    }
    let long = "x".repeat(1000);
    assert!(said(&long).contains(&format!("{}…\"", "x".repeat(200))));
}

#[test]
fn a_file_without_requests_is_an_error() {
    for text in ["", "\n\r\n  \n", "time,size\n", "\u{feff}time,size"] {
        let empty = TraceError::Empty(Skipped::default());
        assert_eq!(
            read_in(3, text.as_bytes(), OnBad::Stop),
            Err(empty),
            "{text:?}"
        );
    }
    let failed = "Timestamp,Request tokens,Response tokens\n1,5,0\n";
    assert_eq!(said(failed), "no requests; bad rows: 0, failed requests: 1");
}

#[test]
fn line_ends_marks_and_blank_lines_change_nothing() {
    let rows = read("time,size\n1,2\n3,4\n");
    for text in [
        "\u{feff}time,size\r\n1,2\r\n3,4",
        "\n\n time , size \n1 , 2\n\n3,4\n\n\r\n  \n",
        "\"time\",\"size\"\n\"1\",2\n3,\"4\"",
    ] {
        let trace = read(text);
        assert_eq!(trace.arrivals_s, rows.arrivals_s, "{text:?}");
        assert_eq!(trace.sizes, rows.sizes, "{text:?}");
        assert_ne!(trace.hash, rows.hash, "other bytes, another file");
    }
}

/// The check value of CRC-64/XZ, of `123456789`, in the catalogue of parametrised CRC algorithms.
#[test]
fn the_hash_is_that_of_the_bytes() {
    assert_eq!(read("time,size\n1,2\n").hash, read("time,size\n1,2\n").hash);
    let check = crc::Crc::<u64>::new(&crc::CRC_64_XZ);
    assert_eq!(check.checksum(b"123456789"), 0x995d_c9bb_df19_39fa);
    assert_eq!(
        read("time,size\n1,2\n").hash,
        check.checksum(b"time,size\n1,2\n")
    );
}

#[test]
fn bytes_that_are_no_text_are_a_bad_row() {
    let bytes = b"time,size\n1,2\n\xff\xfe,1\n3,4\n";
    let error = read_in(4, bytes, OnBad::Stop).expect_err("no text");
    assert!(matches!(
        error,
        TraceError::BadRow(BadRow {
            line: 3,
            allowed: Allowed::Utf8,
            ..
        })
    ));
    let trace = read_in(4, bytes, OnBad::Skip).expect("two rows are good");
    assert_eq!((trace.requests(), trace.skipped.bad), (2, 1));
}

#[test]
fn a_line_that_never_ends_is_not_kept() {
    let mut reader = Reader::new(OnBad::Skip);
    reader.feed(b"time,size\n1,2\n").expect("a good row");
    let piece = vec![b'1'; MAX_LINE_BYTES / 4 + 1];
    for _ in 0..9 {
        reader.feed(&piece).expect("skipped");
    }
    reader.feed(b"\n3,4\n").expect("a good row");
    let trace = reader.finish().expect("two rows are good");
    assert_eq!(trace.arrivals_s, [1.0, 3.0]);
    let bad = &trace.skipped.first[0];
    assert_eq!(
        bad.to_string(),
        "line 3; allowed: at most 16,777,216 bytes a line"
    );
}

#[test]
fn a_trace_has_only_so_many_requests() {
    let mut reader = Reader::new(OnBad::Stop);
    reader.feed(b"time,size\n").expect("a header");
    let rows = "1,1\n".repeat(MAX_REQUESTS / 100);
    for _ in 0..100 {
        reader
            .feed(rows.as_bytes())
            .expect("as many as there may be");
    }
    assert_eq!(reader.requests(), MAX_REQUESTS);
    let error = reader.feed(b"1,1\n").expect_err("one more");
    assert_eq!(
        error.to_string(),
        "more than 5,000,000 requests; cut the file"
    );
}
