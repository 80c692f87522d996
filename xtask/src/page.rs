//! The page, built by Trunk.

use crate::node;
use crate::pack::pack;
use crate::run::{Result, cannot, path_with, root, run};
use crate::tools;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the page into `dist/`. Its links are relative, so any static host can serve it under any
/// path.
pub fn build() -> Result {
    let dist = dist();
    run(trunk()?.arg("build").arg("--dist").arg(&dist))?;
    optimise(&dist)?;
    pack(&dist)?;
    println!("\nThe page is in {}:", dist.display());
    for (name, bytes) in sizes(&dist).map_err(cannot("read", &dist))? {
        println!("  {:>9.1} KB  {name}", bytes as f64 / 1024.0);
    }
    Ok(())
}

/// Where the built page is.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Trunk, with all it needs in its reach: it downloads what it doesn't find.
pub fn trunk() -> Result<Command> {
    tools::wasm_target()?;
    let dirs = [tools::trunk()?, tools::wasm_bindgen()?];
    let mut trunk = crate::run::command(dirs[0].join("trunk"));
    trunk
        .env("PATH", path_with(&dirs))
        .env("TRUNK_SKIP_VERSION_CHECK", "true");
    // Trunk takes this one for a flag of its own, and no other values than these for it.
    if let Some(value) = env::var_os("NO_COLOR") {
        trunk.env("NO_COLOR", if value.is_empty() { "false" } else { "true" });
    }
    Ok(trunk)
}

/// Makes every WebAssembly file smaller, in place: by a quarter, and a sixth of what is sent.
///
/// Here and not by Trunk, which downloads a wasm-opt of its own where it finds none.
fn optimise(dist: &Path) -> Result {
    let files = fs::read_dir(dist).map_err(cannot("read", dist))?;
    let is_wasm = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "wasm");
    for wasm in files.flatten().map(|file| file.path()).filter(is_wasm) {
        let Some(mut wasm_opt) = tools::wasm_opt() else {
            let why = node::node()
                .err()
                .unwrap_or("npm could not install it".to_owned());
            println!("The page is left larger than it could be, as wasm-opt is not there. {why}.");
            return Ok(());
        };
        let smaller = wasm.with_extension("wasm.smaller");
        // For the size alone: the engine is as fast without, so `serve` does not wait for it. Of
        // all levels -O1 leaves what compresses best, by one part in a hundred. The file itself
        // names the features that its compiler was allowed to use.
        run(wasm_opt.arg("-O1").arg(&wasm).arg("--output").arg(&smaller))?;
        fs::rename(&smaller, &wasm).map_err(cannot("replace", &wasm))?;
    }
    Ok(())
}

/// The built files and their sizes, largest first.
fn sizes(dist: &Path) -> std::io::Result<Vec<(String, u64)>> {
    let mut sizes = Vec::new();
    let mut folders = vec![dist.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path
                    .strip_prefix(dist)
                    .unwrap_or(&path)
                    .display()
                    .to_string();
                sizes.push((name, fs::metadata(&path)?.len()));
            }
        }
    }
    sizes.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    Ok(sizes)
}
