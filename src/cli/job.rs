//! `equipoise train`, `pipeline` and `files`: a job's run, and what formulas say of it.

mod report;

use super::Refusal;
use super::input::{bare, contents};
use crate::jobs::job::Job;
use crate::jobs::opened::Opened;
use crate::jobs::presets::{self, PRESETS};
use crate::json::did_you_mean::nearest;
use crate::scenario::FieldError;
use clap::Args;
use serde_json::Value;
use std::fs::File;
use std::io;

#[derive(Args)]
pub(super) struct JobOptions {
    /// A preset (see --presets), JSON text such as '{"workers": 64}', a JSON file, a link copied
    /// from the page, or - for standard input; without it all fields have their defaults
    #[arg(value_name = "JOB")]
    job: Option<String>,
    /// Set a field, such as workers=64; repeatable
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    set: Vec<String>,
    /// Apply what cures the preset
    #[arg(long)]
    cure: bool,
    /// Print one JSON object, with each worker's intervals
    #[arg(long)]
    json: bool,
    /// Print the ids of the presets
    #[arg(long, conflicts_with_all = ["fields", "json"])]
    presets: bool,
    /// Print the fields: their values, units and what is allowed
    #[arg(long, conflicts_with = "json")]
    fields: bool,
}

/// Runs a job of this kind and reports.
pub(super) fn job(kind: &'static str, options: &JobOptions) -> Result<String, Refusal> {
    if options.presets {
        let own = PRESETS.iter().filter(|preset| preset.kind == kind);
        return Ok(super::lines(own.map(|preset| preset.id)));
    }
    let (mut job, preset) = match &options.job {
        Some(text) => read(kind, text)?,
        None => (of_kind(kind)?, None),
    };
    if options.cure {
        let preset = preset
            .and_then(presets::find)
            .ok_or_else(|| FieldError::new("--cure", "on", "only with a preset").to_string())?;
        preset.cure(&mut job);
    }
    let mut set = Vec::new();
    for assignment in &options.set {
        set.push(assignment.split_once('=').ok_or_else(|| {
            let allowed = "FIELD=VALUE, such as seed=3";
            FieldError::new("--set", assignment, allowed).to_string()
        })?);
    }
    job.set(set).map_err(|error| error.to_string())?;
    Ok(if options.fields {
        report::fields(&job)
    } else if options.json {
        report::json(&job)
    } else {
        report::text(&job)
    })
}

fn of_kind(kind: &str) -> Result<Job, Refusal> {
    Job::of_kind(kind).ok_or_else(|| format!("there is no kind of job {kind}"))
}

/// Reads a job, and the id of the preset that it began as.
fn read(kind: &'static str, given: &str) -> Result<(Job, Option<&'static str>), Refusal> {
    let text = bare(given);
    if text.starts_with('{') {
        return Ok((from_json(kind, text)?, None));
    }
    if text == "-" {
        let input = contents(io::stdin().lock());
        let input = input.map_err(|error| format!("standard input: {error}"))?;
        let job = from_json(kind, bare(&input));
        return Ok((
            job.map_err(|error| format!("standard input: {error}"))?,
            None,
        ));
    }
    let link = text.split_once("#job=").map(|(_, link)| link);
    let named = link.unwrap_or(text).split('&').next().unwrap_or_default();
    let id = named.split(';').next().unwrap_or_default();
    if link.is_some() || presets::find(id).is_some() {
        let opened = Opened::read(named).map_err(|error| error.to_string())?;
        let found = opened.preset;
        if found.kind != kind {
            let allowed = format!("a preset of {kind}; equipoise {} {id} runs it", found.kind);
            return Err(FieldError::new("JOB", id, allowed).to_string());
        }
        return Ok((opened.job, Some(found.id)));
    }
    let content = File::open(text).and_then(contents).map_err(|error| {
        let own = PRESETS.iter().filter(|preset| preset.kind == kind);
        let near = nearest(text, own.map(|preset| preset.id));
        let shown: String = given.chars().take(120).collect();
        let allowed = format!(
            "a preset (see equipoise {kind} --presets){near}, a JSON file, JSON text, a link with \
             #job=, or -"
        );
        FieldError::new("JOB", format!("{shown:?} ({error})"), allowed).to_string()
    })?;
    let job = from_json(kind, bare(&content)).map_err(|error| format!("{text}: {error}"))?;
    Ok((job, None))
}

/// Reads an object of fields.
fn from_json(kind: &str, text: &str) -> Result<Job, Refusal> {
    let value: Value =
        serde_json::from_str(text).map_err(|error| format!("this is no job: {error}"))?;
    let Value::Object(fields) = value else {
        return Err("this is no job: it is no object of fields".into());
    };
    let fields: Vec<(String, String)> = fields
        .into_iter()
        .map(|(name, value)| match value {
            Value::String(word) => (name, word),
            value => (name, value.to_string()),
        })
        .collect();
    let mut job = of_kind(kind)?;
    let pairs = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    job.set(pairs).map_err(|error| error.to_string())?;
    Ok(job)
}
