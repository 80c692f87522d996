//! Where a learner's progress is kept: in the browser's storage, on this machine only.

use crate::lessons::progress::Progress;
use std::cell::RefCell;
use std::hash::{DefaultHasher, Hasher as _};
use web_sys::Storage;

thread_local! {
    /// What was done since the page was opened, by lesson: a browser may forbid its storage.
    static HERE: RefCell<Vec<(String, Progress)>> = RefCell::default();
}

fn storage() -> Option<Storage> {
    gloo::utils::window().local_storage().ok().flatten()
}

/// What the names of progress in teachers' own lessons begin with.
const OWN: &str = "equipoise.lesson.own-";

/// The name of a lesson's progress. That of a teacher's own depends on the lesson's text.
fn key(id: &str) -> String {
    if !super::source::is_own(id) {
        return format!("equipoise.lesson.{id}");
    }
    let mut hasher = DefaultHasher::new();
    hasher.write(id.as_bytes());
    format!("{OWN}{:016x}", hasher.finish())
}

/// What was done in teachers' own lessons, with the number of steps and the title of each.
pub(super) fn own() -> Vec<(Progress, usize, String)> {
    let stored = storage().map_or_else(Vec::new, |storage| {
        let keys = (0..storage.length().unwrap_or(0)).filter_map(|i| storage.key(i).ok()?);
        let mut keys: Vec<String> = keys.filter(|key| key.starts_with(OWN)).collect();
        keys.sort_unstable();
        let texts = keys.iter().filter_map(|key| storage.get_item(key).ok()?);
        texts.map(|text| Progress::from_text(&text)).collect()
    });
    let named = stored.into_iter().filter_map(|mut progress| {
        let (steps, title) = progress.own.take()?;
        Some((progress, steps, title))
    });
    named.collect()
}

/// What was done in a lesson.
pub(super) fn read(id: &str) -> Progress {
    let here = HERE.with_borrow(|all| {
        let known = all.iter().find(|(known, _)| known == id);
        known.map(|(_, progress)| progress.clone())
    });
    here.unwrap_or_else(|| {
        let stored = storage().and_then(|storage| storage.get_item(&key(id)).ok().flatten());
        stored.map_or_else(Progress::default, |text| Progress::from_text(&text))
    })
}

/// Changes what was done in a lesson.
pub(super) fn change(id: &str, change: impl FnOnce(&mut Progress)) {
    let mut progress = read(id);
    change(&mut progress);
    if let Some(storage) = storage() {
        let _ = storage.set_item(&key(id), &progress.to_text());
    }
    HERE.with_borrow_mut(|all| {
        all.retain(|(known, _)| known != id);
        all.push((id.to_string(), progress));
    });
}
