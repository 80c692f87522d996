//! Sentences of charts, filled in.

use equipoise_engine::number::significant;
use equipoise_engine::stats::TooShort;
use equipoise_theory::Reason;

/// Gives the text of a key in the reader's language, with its placeholders unfilled: `%{name}`.
pub type Translate<'a> = &'a dyn Fn(&str) -> String;

/// A text with its placeholders filled in.
pub(super) fn fill(t: Translate, key: &str, values: &[(&str, String)]) -> String {
    values.iter().fold(t(key), |text, (name, value)| {
        text.replace(&format!("%{{{name}}}"), value)
    })
}

/// Over how many tasks a chart looks, where that is not the whole run.
pub(super) fn window(t: Translate, shown: usize, of: u64) -> Option<String> {
    let values = [("shown", shown.to_string()), ("of", of.to_string())];
    ((shown as u64) < of).then(|| fill(t, "charts.window", &values))
}

/// "No formula: …".
pub(super) fn no_formula(t: Translate, reason: &Reason) -> String {
    let reason = fill(t, &reason.key(), &reason.values());
    fill(t, "charts.no_formula", &[("reason", reason)])
}

/// Why one run says too little, in the reader's words.
pub fn too_short(t: Translate, why: &TooShort) -> String {
    let (key, values) = match *why {
        TooShort::Few { have, need } => (
            "few",
            vec![("have", have.to_string()), ("need", need.to_string())],
        ),
        TooShort::WarmUp => ("warm-up", Vec::new()),
        TooShort::Early { have_s, need_s } => (
            "early",
            vec![
                ("have", significant(have_s, 2)),
                ("need", significant(need_s, 2)),
            ],
        ),
        TooShort::Correlated { .. } => ("correlated", Vec::new()),
        TooShort::Runs { short, of } => (
            "runs",
            vec![("short", short.to_string()), ("of", of.to_string())],
        ),
    };
    fill(t, &format!("charts.short.{key}"), &values)
}

/// Why several runs say too little, in the reader's words.
pub fn runs_too_short(t: Translate, why: &TooShort) -> String {
    match why {
        TooShort::Correlated { .. } => t("charts.short.correlated-runs"),
        _ => too_short(t, why),
    }
}
