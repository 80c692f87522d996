//! What holds of all bytes, however they come.

use super::read_in;
use equipoise_traces::{Format, OnBad, Reader, Trace, TraceError};
use proptest::prelude::*;

/// Pieces that files are made of: headers, rows good and bad, line ends, and what upsets a parser.
const PIECES: &[&str] = &[
    "time,size,client\n",
    "TIMESTAMP,ContextTokens,GeneratedTokens\n",
    "Timestamp,Session ID,Request tokens,Response tokens\n",
    "1,2,a\r\n",
    "0.5,1,\"x \"\"y\"\"\"\n",
    "2023-11-16 18:17:03.9799600,48,10\n",
    "9,s1,5,0\n",
    "7,s2,5,1\n",
    "{\"timestamp\": 3, \"input_length\": 9, \"output_length\": 1, \"hash_ids\": [1, 2]}\n",
    "{\"timestamp\": 1, \"input_length\": 9, \"output_length\": 1}\n",
    "{\"timestamp\": \"é\", \"input_length\": 9}\n",
    "\u{feff}",
    "\n",
    "\r",
    "\"",
    ",",
    "é",
    "-1",
];

/// Files made of pieces, and files of any bytes.
fn files() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..12);
    prop_oneof![
        4 => pieces.prop_map(|pieces| pieces.concat().into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..200),
    ]
}

fn on_bad() -> impl Strategy<Value = OnBad> {
    prop_oneof![Just(OnBad::Stop), Just(OnBad::Skip)]
}

/// Reads a file cut at any places.
fn read_cut(bytes: &[u8], cuts: &[usize], on_bad: OnBad) -> Result<Trace, TraceError> {
    let mut reader = Reader::new(on_bad);
    let mut rest = bytes;
    for cut in cuts {
        let (piece, behind) = rest.split_at(cut % (rest.len() + 1));
        reader.feed(piece)?;
        rest = behind;
    }
    reader.feed(rest)?;
    reader.finish()
}

/// That every column is empty or complete, and the arrivals are in order.
fn is_sound(trace: &Trace) -> bool {
    let requests = trace.requests();
    let complete = [
        trace.tokens.len(),
        trace.sizes.len(),
        trace.images.len(),
        trace.blocks.ends.len(),
        trace.sessions.len(),
        trace.times.len(),
        trace.clients.of.len(),
        trace.urls.of.len(),
        trace.tenants.of.len(),
    ]
    .iter()
    .all(|length| *length == 0 || *length == requests);
    let blocks: usize = (0..requests).map(|i| trace.blocks.of(i).len()).sum();
    let sized = if trace.format == Format::Plain {
        &trace.sizes.len()
    } else {
        &trace.tokens.len()
    };
    complete
        && *sized == requests
        && blocks == trace.blocks.ids.len()
        && trace.arrivals_s.is_sorted()
        && trace
            .arrivals_s
            .iter()
            .all(|time| time.is_finite() && *time >= 0.0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_cuts_give_the_same_trace(
        bytes in files(),
        cuts in prop::collection::vec(0..50_usize, 0..12),
        on_bad in on_bad(),
    ) {
        let whole = read_cut(&bytes, &[], on_bad);
        prop_assert_eq!(&read_cut(&bytes, &cuts, on_bad), &whole);
        prop_assert_eq!(&read_in(1, &bytes, on_bad), &whole);
    }

    #[test]
    fn any_bytes_give_a_sound_trace_or_an_error(bytes in files(), on_bad in on_bad()) {
        match read_cut(&bytes, &[], on_bad) {
            Ok(trace) => prop_assert!(is_sound(&trace), "{:?}", trace),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }
}
