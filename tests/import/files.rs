//! Files after public examples, and the scenario as a person would read each.

use equipoise::import::{Outcome, program, read};
use equipoise::json;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// The files, without what is expected of them.
pub(crate) fn corpus() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/files");
    let mut files: Vec<(PathBuf, String)> = fs::read_dir(folder)
        .expect("is there")
        .map(|entry| entry.expect("is readable").path())
        .filter(|path| !path.to_string_lossy().ends_with(".expected.json"))
        .map(|path| (path.clone(), fs::read_to_string(&path).expect("is text")))
        .collect();
    files.sort();
    files
}

#[test]
fn files_are_read_as_a_person_reads_them() {
    equipoise::serving::install();
    let corpus = corpus();
    assert!(corpus.len() >= 30);
    let mut wrong = String::new();
    for (path, text) in corpus {
        let expected = fs::read_to_string(path.with_extension("expected.json")).expect("is there");
        let expected: Value = serde_json::from_str(&expected).expect("is JSON");
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .expect("is a name");
        let program = program::recognise(&text).expect(name);
        assert!(
            name.starts_with(program.as_str()),
            "{name} is told for {program:?}"
        );
        let import = read(&text, program, None).unwrap_or_else(|e| panic!("{name}:{e}"));
        let lost = import.notes.iter().filter_map(|note| match &note.outcome {
            Outcome::NotExpressible(reason, _) => Some(json!([note.line, reason.id()])),
            _ => None,
        });
        let found = json!({
            "scenario": json::write(&import.scenario),
            "not_expressible": lost.collect::<Vec<_>>(),
        });
        for key in ["scenario", "not_expressible"] {
            if found[key] != expected[key] {
                wrong += &format!(
                    "{name}:\n  found    {}\n  expected {}\n",
                    found[key], expected[key]
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Each line that says something has a note.
#[test]
fn every_directive_has_a_note() {
    let text = "upstream a {\n  server x:1;\n  server y:1;\n  keepalive 3;\n}\nserver {\n  \
                listen 80;\n  gzip on;\n  location / {\n    proxy_pass http://a;\n  }\n}\n";
    let import = read(text, program::Program::Nginx, None).expect("reads");
    let lines: Vec<usize> = import.notes.iter().map(|note| note.line).collect();
    for line in [2, 3, 4, 7, 8, 10] {
        assert!(lines.contains(&line), "{line}: {:?}", import.notes);
    }
}

#[test]
fn the_only_location_is_the_way_to_all_servers() {
    let text = "upstream a { server b:1; server c:1; }\n\
                server { location /chat/ { proxy_read_timeout 5s; proxy_pass http://a; } }\n";
    let import = read(text, program::Program::Nginx, None).expect("reads");
    assert_eq!(import.scenario.retry_policy.timeout_s, Some(5.0));
    assert_eq!(import.scenario.retry_policy.retries, 1);
}
