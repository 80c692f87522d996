//! Links, scenarios, settings, traces and configurations.

use crate::drawn::{draw, write};
use crate::pieces::{assignment, changed, one, scenario};
use arbitrary::{Result, Unstructured};
use equipoise::import::{Program, program, read};
use equipoise::link::PageLink;
use equipoise::scenario::{Edit, Position, Scenario, Script, presets};
use equipoise::sim::Timeline;
use equipoise::traces::{OnBad, Reader};
use equipoise::view::Run;
use equipoise::view::charts::for_scenario;
use equipoise::{cli, json};

/// Events that what was let in must be able to run.
const EVENTS: u64 = 300;

/// The text behind `=`, or what is made of other bytes.
fn text(bytes: &[u8], make: fn(&mut Unstructured) -> Result<String>) -> Option<String> {
    match bytes {
        [b'=', text @ ..] => Some(String::from_utf8_lossy(text).into_owned()),
        _ => make(&mut Unstructured::new(bytes)).ok(),
    }
}

fn try_out(scenario: &Scenario) {
    scenario.validate().expect("what is let in is valid");
    let mut timeline = Timeline::new(Script::new(scenario.clone()));
    timeline.play(1e6, EVENTS);
    let presence_s = timeline.engine().presence_s();
    assert!(presence_s >= 0.0, "tasks are counted");
    let run = Run::of(timeline);
    draw(&mut Unstructured::new(&[]), &run, &for_scenario(scenario));
    write(scenario);
}

/// Links: damaged ones, and those of any script, which come back as they were.
pub(crate) fn links(bytes: &[u8]) {
    let Some(fragment) = text(bytes, link) else {
        return;
    };
    if let Some(Ok(link)) = PageLink::from_fragment(&fragment) {
        try_out(&link.script.scenario);
        let again = PageLink::from_fragment(&link.to_fragment());
        assert!(
            again.is_some_and(|again| again.is_ok()),
            "what is written is read"
        );
    }
}

fn link(u: &mut Unstructured) -> Result<String> {
    let mut script = Script::new(scenario(u)?);
    if u.arbitrary()? {
        let event = u.int_in_range(0..=1000)?;
        let time_s = f64::from(u.arbitrary::<u16>()?);
        script.edits.push(Edit {
            at: Position { event, time_s },
            scenario: scenario(u)?,
        });
    }
    let link = PageLink {
        script,
        ..PageLink::default()
    };
    let fragment = link.to_fragment();
    match u.arbitrary()? {
        true => changed(u, &fragment, &["&desk=7", "=", ".", "AA", "__", "s=7."]),
        false => Ok(fragment),
    }
}

/// Scenarios as JSON.
pub(crate) fn scenarios(bytes: &[u8]) {
    let Some(text) = text(bytes, scenario_text) else {
        return;
    };
    if let Ok(scenario) = json::read(&text) {
        try_out(&scenario);
        let again = json::read(&json::pretty(&scenario)).expect("what is written is read");
        assert_eq!(again, scenario);
    }
}

const JSON_WORDS: [&str; 16] = [
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "true",
    "\"pull\"",
    "\"500ms\"",
    "\"servers\": 3",
    "\\u0000",
    "//",
    "'",
    "\"50%\"",
];

fn scenario_text(u: &mut Unstructured) -> Result<String> {
    let text = json::pretty(&scenario(u)?);
    changed(u, &text, &JSON_WORDS)
}

/// `--set` of a scene.
pub(crate) fn settings(bytes: &[u8]) {
    let Some(text) = text(bytes, setting_text) else {
        return;
    };
    let scenario = presets::find("weights").unwrap_or_default();
    let lines: Vec<String> = text.lines().map(str::to_string).collect();
    if let Ok(scenario) = cli::set::all(&scenario, &lines) {
        try_out(&scenario);
    }
}

fn setting_text(u: &mut Unstructured) -> Result<String> {
    let mut lines = String::new();
    for _ in 0..u.int_in_range(1..=4)? {
        let (at, value) = assignment(u)?;
        let index = at.index.map_or("*".to_string(), |index| index.to_string());
        lines += &format!("{}={value}\n", at.field.path.replace('*', &index));
    }
    changed(
        u,
        &lines,
        &[
            "=",
            "\n",
            "*",
            ".",
            "[",
            "]",
            "50%",
            "1m",
            "p2c",
            "{\"id\":\"pull\"}",
        ],
    )
}

/// Traces, read in pieces.
pub(crate) fn traces(bytes: &[u8]) {
    let Some(text) = text(bytes, trace_text) else {
        return;
    };
    for on_bad in [OnBad::Stop, OnBad::Skip] {
        let mut reader = Reader::new(on_bad);
        let mut pieces = text.as_bytes().chunks(1 + text.len() % 61);
        if pieces.all(|piece| reader.feed(piece).is_ok())
            && let Ok(trace) = reader.finish()
        {
            assert!(trace.arrivals_s.is_sorted(), "arrivals are in order");
        }
    }
}

const TRACES: [&str; 6] = [
    "time,size\n0,1\n0.5,2\n1.25,0.125\n",
    "time,size,client,url,tenant\n0,1,10.0.0.1,/chat/1,t0\n3,1,10.0.0.2,/chat/2,t1\n",
    "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n\
     2023-11-16 18:15:50.9951690,396,109\n",
    "{\"timestamp\": 0, \"input_length\": 6758, \"output_length\": 500, \"hash_ids\": [0, 1, 2]}\n\
     {\"timestamp\": 3000, \"input_length\": 7322, \"output_length\": 490, \"hash_ids\": [0, 3]}\n",
    "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n\
     5,ChatGPT,472,18,490,Conversation log\n45,GPT-4,1087,230,1317,API log\n",
    "arrived_at,num_prefill_tokens,num_decode_tokens\n0.1,100,20\n0.4,7,1\n",
];

fn trace_text(u: &mut Unstructured) -> Result<String> {
    let text = *one(u, &TRACES)?;
    changed(
        u,
        text,
        &[
            ",",
            "\n",
            "\r\n",
            "\"",
            "\u{feff}",
            "{",
            "]",
            "2023-02-30 25:61:61",
        ],
    )
}

/// Configurations of real programs.
pub(crate) fn configurations(bytes: &[u8]) {
    let Some(text) = text(bytes, configuration_text) else {
        return;
    };
    let told = program::recognise(&text);
    for program in Program::ALL {
        let is_told = told == Some(program);
        if (is_told || bytes.len() % 5 == program as usize)
            && let Ok(import) = read(&text, program, None)
        {
            try_out(&import.scenario);
        }
    }
}

const CONFIGURATIONS: [&str; 8] = [
    "upstream a {\n  least_conn;\n  server x:1 weight=2 max_fails=3 fail_timeout=10s;\n  \
     server y:1;\n}\nserver {\n  location /chat/ { proxy_pass http://a; }\n}\n",
    include_str!("../../../tests/import/files/haproxy-acls.cfg"),
    include_str!("../../../tests/import/files/envoy-routes.yaml"),
    include_str!("../../../tests/import/files/envoy-full-scan.yaml"),
    include_str!("../../../tests/import/files/traefik-wrr.yaml"),
    include_str!("../../../tests/import/files/traefik-toml.toml"),
    include_str!("../../../tests/import/files/caddy-paths.caddyfile"),
    include_str!("../../../tests/import/files/caddy-json.json"),
];

const CONFIGURATION_WORDS: [&str; 18] = [
    "{",
    "}",
    ";",
    "[",
    "]",
    "[[",
    "\n",
    "\t",
    "\"",
    "'",
    "\"\"\"",
    "#",
    ": ",
    "- ",
    "&a",
    "*a",
    "include x;",
    "weight=0",
];

fn configuration_text(u: &mut Unstructured) -> Result<String> {
    let text = *one(u, &CONFIGURATIONS)?;
    changed(u, text, &CONFIGURATION_WORDS)
}
