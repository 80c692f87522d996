//! The routers of language models against picks recorded from the real programs.
//!
//! A file of such picks is JSON: `cases` for routers of SGLang and vLLM, `dynamo`, and
//! `ray_prefix_tree` (see `format.rs`). One small file made by hand is here; all
//! `llm_router*.json` in the folder that `EQUIPOISE_VECTORS` names are replayed too. A case that
//! asks for what the routers do not do is passed over by name.

#![cfg(all(feature = "cli", not(target_arch = "wasm32")))]

mod chance;
mod dynamo;
mod file;
mod format;
mod ray;
mod replay;

use std::path::{Path, PathBuf};
use std::{env, fs};

/// The file made by hand, and those of the folder that the environment names.
fn files() -> Vec<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/llm_routers/by_hand.json");
    let mut files = vec![own];
    if let Some(folder) = env::var_os("EQUIPOISE_VECTORS") {
        let entries = fs::read_dir(&folder).expect("EQUIPOISE_VECTORS names a folder");
        files.extend(entries.flatten().map(|entry| entry.path()).filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("llm_router") && name.ends_with(".json")
        }));
    }
    files
}

#[test]
fn picks_are_those_that_the_programs_made() {
    for path in files() {
        let text = fs::read_to_string(&path).expect("is text");
        println!("{}", file::replay(&path.display().to_string(), &text));
    }
}
