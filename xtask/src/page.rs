//! The page: its programs compiled, and made into a folder for a static host by the package `site`.

use crate::run::{Result, WASM, cannot, cargo, command, root, run, start, target};
use crate::tools;
use std::fs;
use std::path::{Path, PathBuf};

/// The page as one file, at the root of the project.
pub(crate) const SINGLE_FILE: &str = "equipoise.html";

/// Builds the page into `dist/`. Its links are relative, so any static host can serve it under any
/// path. If asked for, it is made as one file too.
pub(crate) fn build(single_file: bool) -> Result {
    let dist = root().join("dist");
    let file = single_file.then(|| root().join(SINGLE_FILE));
    make(&dist, file.as_deref())?;
    let files = files(&dist).map_err(cannot("read", &dist))?;
    println!("\nThe page is in {}:", dist.display());
    let mut sizes = Vec::new();
    for file in &files {
        let bytes = fs::metadata(file).map_err(cannot("read", file))?.len();
        sizes.push((bytes, file.strip_prefix(&dist).unwrap_or(file)));
    }
    sizes.sort_by_key(|(bytes, _)| std::cmp::Reverse(*bytes));
    for (bytes, name) in sizes {
        println!("  {:>9.1} KB  {}", bytes as f64 / 1024.0, name.display());
    }
    if let Some(file) = file {
        println!(
            "\nAs one file, to be opened from a disk: {}",
            file.display()
        );
    }
    Ok(())
}

/// Makes the page in a folder, in place of what is there, and as one file if that has a place.
pub(crate) fn make(folder: &Path, single_file: Option<&Path>) -> Result {
    tools::wasm_target()?;
    // Compiled while the page is: the page's last step, the longest, has work for one core only.
    let mut site = cargo("build --quiet --package site --profile site");
    let site_done = start(site.arg("--target-dir").arg(target()))?;

    // The relocations say where the program can be cut.
    let mut page = cargo("rustc --bin playground --profile page --no-default-features");
    page.args(["--features", "app", "--target", WASM, "--target-dir"]);
    page.arg(target());
    run(page.args(["--", "-C", "link-args=--emit-relocs"]))?;
    // Its runs are counted in millions of tasks, and it is loaded by those who ask for them.
    // What is hot is optimised for speed by then: a last step for size makes it a tenth smaller
    // and no slower.
    let mut worker = cargo("rustc --bin worker --release --no-default-features");
    worker.args(["--features", "worker", "--target", WASM, "--target-dir"]);
    worker.arg(target());
    let link = "link-args=--emit-relocs";
    run(worker.args(["--", "-C", "opt-level=s", "-C", link]))?;

    site_done()?;
    let program = target().join("site").join("site");
    let compiled = target().join(WASM);
    run(command(program)
        .arg(compiled.join("page/playground.wasm"))
        .arg(compiled.join("release/worker.wasm"))
        .arg(folder)
        .args(single_file))
}

/// All files of a folder and the folders in it.
pub(crate) fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    Ok(found)
}
