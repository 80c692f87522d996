//! A file of recorded schedules, replayed.

use super::format::Vectors;
use super::replay;

/// Replays the cases of a file; what to say of it. A case that asks for what the scheduler does not
/// do is passed over by name.
///
/// # Panics
/// If it cannot be read, has no case that is covered, or anything comes out otherwise.
pub(crate) fn replay(name: &str, text: &str) -> String {
    let vectors: Vectors =
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut said = String::new();
    let mut steps = 0;
    let mut replayed = 0;
    for case in &vectors.cases {
        if let Some(setting) = case.config.not_covered() {
            said += &format!("passed over: {}, for its {setting}\n", case.name);
            continue;
        }
        steps += replay::replay(case);
        replayed += 1;
    }
    assert!(replayed > 0, "{name}: no case is covered");
    said + &format!("{name}: {replayed} cases, {steps} steps")
}
