//! Where a scenario on the command line comes from: a preset, a file, standard input, or a link
//! from the page.

use super::{Refusal, Source, set};
use crate::json::{self, did_you_mean};
use crate::link::{PageLink, ReadError, TEXT_LIMIT};
use crate::scenario::{FieldError, Scenario, Script, presets};
use std::fs::File;
use std::io::{self, Read};

impl Source {
    /// The script: a link's with its changes, anything else's without; with the fields that were
    /// set.
    pub(super) fn script(&self) -> Result<Script, Refusal> {
        self.read_and_set(&self.scenario)
    }

    /// The scenario, where changes in the middle of a run make no sense.
    pub(super) fn scenario(&self) -> Result<Scenario, Refusal> {
        without_changes(self.script()?)
    }

    /// Another scenario, with the same fields set.
    pub(super) fn beside(&self, other: Option<&String>) -> Result<Option<Box<Scenario>>, Refusal> {
        other
            .map(|text| without_changes(self.read_and_set(text)?).map(Box::new))
            .transpose()
    }

    fn read_and_set(&self, text: &str) -> Result<Script, Refusal> {
        let mut script = unchanged(text)?;
        if !self.set.is_empty() {
            let scenarios = script.edits.iter_mut().map(|edit| &mut edit.scenario);
            for scenario in scenarios.chain([&mut script.scenario]) {
                *scenario = set::all(scenario, &self.set)?;
            }
            script.validate().map_err(|error| error.to_string())?;
        }
        Ok(script)
    }
}

fn without_changes(script: Script) -> Result<Scenario, Refusal> {
    if script.edits.is_empty() {
        return Ok(script.scenario);
    }
    let value = format!("a link with {} changes", script.edits.len());
    Err(FieldError::new(
        "SCENARIO",
        value,
        "one without changes in the middle of the run",
    )
    .to_string())
}

fn unchanged(given: &str) -> Result<Script, Refusal> {
    let text = bare(given);
    if text == "-" {
        let input =
            contents(io::stdin().lock()).map_err(|error| format!("standard input: {error}"))?;
        return read(&input).map_err(|error| format!("standard input: {error}"));
    }
    let literal = text.starts_with('{')
        || text.contains('\n')
        || link_at(text).is_some()
        || presets::find(text).is_some();
    if literal {
        return read(text).map_err(|error| error.to_string());
    }
    let content = File::open(text).and_then(contents).map_err(|error| {
        let near = did_you_mean::nearest_preset(text);
        let allowed = format!(
            "a preset (see equipoise presets){near}, a JSON file, JSON text, a link with #s=, or -"
        );
        let shown: String = given.chars().take(120).collect();
        FieldError::new("SCENARIO", format!("{shown:?} ({error})"), allowed).to_string()
    })?;
    read(&content).map_err(|error| format!("{text}: {error}"))
}

/// All of the text, or a little more than is allowed: [`read`] then says that it is too long.
pub(super) fn contents(input: impl Read) -> io::Result<String> {
    up_to(4 * TEXT_LIMIT, input)
}

/// At most so much (bytes) of a text. Where that cuts it off, the last character may be another.
pub(super) fn up_to(most: usize, input: impl Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    input.take(most as u64).read_to_end(&mut bytes)?;
    if bytes.len() == most {
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    String::from_utf8(bytes).map_err(|_| {
        let what = "stream did not contain valid UTF-8";
        io::Error::new(io::ErrorKind::InvalidData, what)
    })
}

/// Text without what surrounds it: blanks, and the mark with which some editors begin a file.
pub(super) fn bare(text: &str) -> &str {
    text.trim_start_matches('\u{feff}').trim()
}

/// Where a link's part begins, if this is no JSON: at `#s=`, or at `%23s%3D`, as some programs
/// write it that pass links on.
fn link_at(text: &str) -> Option<usize> {
    if text.starts_with('{') {
        return None;
    }
    let escaped = || text.to_ascii_lowercase().find("%23s%3d");
    text.find("#s=").or_else(escaped)
}

/// Reads a preset's id, a link, or else JSON. A link may be anywhere in its text, but not within
/// JSON.
fn read(text: &str) -> Result<Script, ReadError> {
    let text = bare(text);
    if let Some(preset) = presets::find(text) {
        return Ok(Script::new(preset));
    }
    let Some(at) = link_at(text) else {
        return json::read(text).map(Script::new);
    };
    let part = &text[at..];
    let escaped = part.strip_prefix("%23").and_then(|part| part.get(4..));
    let part = escaped.map_or(part.to_string(), |rest| format!("#s={}", plain(rest)));
    PageLink::from_fragment(&part)
        .unwrap_or(Err(ReadError::Damaged))
        .map(|link| link.script)
}

/// The rest of a link with the signs that it may hold, as they were before they were escaped.
fn plain(rest: &str) -> String {
    let signs = [
        ("%26", "&"),
        ("%3D", "="),
        ("%3d", "="),
        ("%2E", "."),
        ("%2e", "."),
    ];
    signs
        .into_iter()
        .fold(rest.to_string(), |text, (escaped, sign)| {
            text.replace(escaped, sign)
        })
}
