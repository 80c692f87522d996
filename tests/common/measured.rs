//! A measured run of a replica, played again: what was measured beside what is simulated.

use equipoise::measure::answers::Answers;
use equipoise::scenario::{Hardware, Scenario, ServerConfig, Service};
use equipoise::serving::latencies::{Latencies, row};
use equipoise::serving::recorded::Recorded;
use equipoise::sim::Engine;
use equipoise::traces::{OnBad, Reader, Served, Trace};
use equipoise::workload::Playback;
use std::path::PathBuf;
use std::rc::Rc;

/// By how much of a measured latency the simulated one may differ.
pub(crate) const LATENCY_SHARE: f64 = 0.03;
/// By how much of the measured makespan.
pub(crate) const MAKESPAN_SHARE: f64 = 0.02;
/// By how many requests the number running may differ.
pub(crate) const RUNNING: f64 = 6.0;

/// Both sides of a run.
pub(crate) struct Replay {
    pub(crate) measured: Latencies,
    pub(crate) simulated: Latencies,
    /// At moments from the first arrival (s): how many requests ran, measured and simulated.
    pub(crate) running: Vec<(f64, u32, u32)>,
}

/// The folder of the measured run, if the variable `EQUIPOISE_TRACES` names one that has it.
pub(crate) fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("EQUIPOISE_TRACES")?).join("measured");
    let has = |name: &str| folder.join(name).is_file();
    (has("requests.jsonl") && has("timeseries.csv")).then_some(folder)
}

/// One replica of Llama-3.1-8B on an RTX PRO 6000, set up as the run was.
pub(crate) fn scenario() -> Scenario {
    let mut scenario = Scenario {
        servers: vec![ServerConfig {
            service: Service::Replica,
            slots: 128,
            ..ServerConfig::default()
        }],
        ..Scenario::default()
    };
    scenario.replicas.hardware = Hardware::Llama8bRtxPro6000;
    scenario.replicas.batched_tokens = Some(2048);
    scenario
}

/// The requests of a file.
pub(crate) fn trace(bytes: &[u8]) -> Trace {
    let mut reader = Reader::new(OnBad::Stop);
    reader.feed(bytes).expect("every row is good");
    reader.finish().expect("there are requests")
}

/// How many requests ran every 5 s, in a table with the columns `t` and `running`.
pub(crate) fn running(table: &str) -> Vec<(f64, u32)> {
    let mut lines = table.lines().map(|line| line.split(',').collect());
    let head: Vec<&str> = lines.next().unwrap_or_default();
    let column = |name: &str| head.iter().position(|other| *other == name);
    let [Some(t), Some(running)] = ["t", "running"].map(column) else {
        return Vec::new();
    };
    let rows = lines.filter_map(|cells: Vec<&str>| {
        let t: f64 = cells.get(t)?.parse().ok()?;
        (t % 5.0 == 0.0).then_some((t, cells.get(running)?.parse().ok()?))
    });
    rows.collect()
}

/// Plays a trace, looking at how many requests run at these moments.
pub(crate) fn replay(scenario: &Scenario, trace: Trace, running: &[(f64, u32)]) -> Replay {
    equipoise::serving::install();
    let measured: Vec<Served> = trace.served().collect();
    let recorded = Recorded::new(Rc::new(trace));
    let mut engine = Engine::playing(scenario, Playback::new(Rc::new(recorded)));
    let mut answers = Answers::default();
    let mut seen = Vec::new();
    for &(at_s, counted) in running {
        engine.run_until(at_s, &mut answers);
        seen.push((at_s, counted, engine.servers()[0].serving()));
    }
    while !engine.is_over() && engine.step(&mut answers) {}
    let simulated: Vec<Served> = answers.0.iter().map(row).collect();
    Replay {
        measured: Latencies::of(&measured),
        simulated: Latencies::of(&simulated),
        running: seen,
    }
}
