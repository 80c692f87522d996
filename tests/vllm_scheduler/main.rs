//! The scheduler of a replica against schedules recorded from vLLM, step for step, the ids of
//! blocks included.
//!
//! A file of such schedules is JSON: `cases`, each with `config`, `requests`, `steps`,
//! `final_free_queue` and `final_cached` (see `format.rs`). One small file made by hand is here;
//! all `vllm_schedule*.json` in the folder that `EQUIPOISE_VECTORS` names are replayed too. A case
//! that asks for what the scheduler does not do is passed over by name.

#![cfg(all(feature = "cli", not(target_arch = "wasm32")))]

mod file;
mod format;
mod replay;

use std::path::{Path, PathBuf};
use std::{env, fs};

/// The file made by hand, and those of the folder that the environment names.
fn files() -> Vec<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vllm_scheduler/by_hand.json");
    let mut files = vec![own];
    if let Some(folder) = env::var_os("EQUIPOISE_VECTORS") {
        let entries = fs::read_dir(&folder).expect("EQUIPOISE_VECTORS names a folder");
        files.extend(entries.flatten().map(|entry| entry.path()).filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("vllm_schedule") && name.ends_with(".json")
        }));
    }
    files
}

#[test]
fn schedules_are_those_that_vllm_made() {
    for path in files() {
        let text = fs::read_to_string(&path).expect("is text");
        println!("{}", file::replay(&path.display().to_string(), &text));
    }
}
