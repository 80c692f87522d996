//! The compiled programs as a browser loads them: the page cut into a main file and its parts, and
//! each with the JavaScript that connects it to the browser.

use crate::Result;
use std::fs;
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support::{Options, transform};

/// Cuts the page at its split points (`#[wasm_split]`) and connects it: `page.js`, `page_bg.wasm`,
/// and `parts.js`, which loads a part when the page first calls into it.
pub fn page(program: &Path, to: &Path) -> Result {
    let program = fs::read(program).map_err(|e| format!("{}: {e}", program.display()))?;
    let main = to.join("page_to_connect.wasm");
    let mut options = Options::new(&program);
    options.output_dir = to;
    options.main_out_path = &main;
    options.main_module = "./page.js";
    options.link_name = "./parts.js";
    transform(options).map_err(|error| format!("cannot cut the page: {error:?}"))?;
    connect(&main, "page", to)?;
    fs::remove_file(main)?;
    Ok(())
}

/// Connects the worker's program: `worker.js` and `worker_bg.wasm`.
pub fn worker(program: &Path, to: &Path) -> Result {
    connect(program, "worker", to)
}

fn connect(program: &Path, name: &str, to: &Path) -> Result {
    Bindgen::new()
        .input_path(program)
        .out_name(name)
        .web(true)?
        .typescript(false)
        // Its starter need not say where the program is.
        .omit_default_module_path(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        // The parts share memory and table with the main file.
        .keep_lld_exports(true)
        .generate(to)?;
    Ok(())
}
