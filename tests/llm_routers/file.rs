//! A file of recorded picks, replayed.

use super::format::Vectors;
use super::{dynamo, ray, replay};

/// Replays the cases of a file; what to say of it. A case that asks for what the routers do not do
/// is passed over by name.
///
/// # Panics
/// If it cannot be read, has no case that is covered, or anything comes out otherwise.
pub(crate) fn replay(name: &str, text: &str) -> String {
    let vectors: Vectors =
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut said = String::new();
    let mut picks = 0;
    let mut replayed = 0;
    for case in &vectors.cases {
        match replay::router(case) {
            Ok(router) => picks += replay::replay(case, router),
            Err(reason) => {
                said += &format!("passed over: {}, for its {reason}\n", case.id);
                continue;
            }
        }
        replayed += 1;
    }
    for case in &vectors.dynamo {
        picks += dynamo::replay(case);
        replayed += 1;
    }
    for case in &vectors.ray_prefix_tree.cases {
        picks += ray::replay(case);
        replayed += 1;
    }
    assert!(replayed > 0, "{name}: no case is covered");
    said + &format!("{name}: {replayed} cases, {picks} picks")
}
