//! A replica of a language model beside a measured run of vLLM.

#[path = "../../tests/common/measured.rs"]
mod replay;

use crate::Table;
use crate::row::{Predicted, Row, Seen};
use replay::{LATENCY_SHARE, MAKESPAN_SHARE, RUNNING};

/// Printed in place of the table where the run's files are not at hand.
pub(crate) const SKIPPED: &str = "Skipped: a measured run of vLLM. EQUIPOISE_TRACES names no \
    folder with measured/requests.jsonl and measured/timeseries.csv.";

const TABLE: Table = Table {
    title: "A measured run of vLLM",
    about: "vLLM 0.19.0 with Llama-3.1-8B on one RTX PRO 6000: 300 ShareGPT requests, 10 a second, \
        `max_num_seqs` 128, `max_num_batched_tokens` 2048. Published is what was measured \
        (casys-kaist/LLMServingSim, MIT, © 2024 CASYS Lab at KAIST), observed is the same \
        requests played to the library's replica. Latencies, in s, count from when vLLM queued \
        a request, as the source counts, and agree within 3 %, the makespan within 2 %, the \
        number of requests running within 6. Fitted, by hand and on this very run, are the four \
        coefficients of the step time, so that agreeing means are partly a fit. Nothing else is: \
        the percentiles, the makespan and the numbers running at each moment follow from vLLM's \
        rules of scheduling.",
    rows,
};

/// The table, if the run is at hand.
pub(crate) fn table() -> Option<Table> {
    replay::folder().map(|_| TABLE)
}

fn rows() -> Vec<Row> {
    let folder = replay::folder().expect("the table is made only if it is there");
    let bytes = std::fs::read(folder.join("requests.jsonl")).expect("can be read");
    let series = std::fs::read_to_string(folder.join("timeseries.csv")).expect("can be read");
    let marks = replay::running(&series);
    let run = replay::replay(&replay::scenario(), replay::trace(&bytes), &marks);
    let simulated = run.simulated.numbers().into_iter().map(|(_, value)| value);
    let latencies = run.measured.numbers().into_iter().zip(simulated);
    let latencies = latencies.map(|((number, measured), simulated)| {
        let share = match number.as_str() {
            "requests" => 0.0,
            "makespan_s" => MAKESPAN_SHARE,
            _ => LATENCY_SHARE,
        };
        row(number, measured, share * measured, simulated)
    });
    let running = run.running.iter().map(|&(at_s, measured, simulated)| {
        let case = format!("running at {at_s} s");
        row(case, f64::from(measured), RUNNING, f64::from(simulated))
    });
    latencies.chain(running).collect()
}

fn row(case: String, measured: f64, give: f64, simulated: f64) -> Row {
    let nothing = Predicted::Nothing;
    Row::number(case, nothing, measured, give, &Seen::Always(simulated))
}
