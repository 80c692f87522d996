//! The compiled programs as a browser loads them: each cut into a main file and its parts,
//! with the JavaScript that connects it to the browser.

use crate::{Result, chunks};
use std::fs;
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;
use wasm_encoder::RawSection;
use wasm_split_cli_support::{Options, transform};
use wasmparser::Payload;

/// How the parts find the program.
const PROGRAM: &str = include_str!("../../static/program.js");

/// Cuts the program of this name at its split points (`#[wasm_split]`) and connects it: `page.js`,
/// `page_bg.wasm`, and `parts.js`, which loads a part when the program first calls into it. Each
/// program has a folder of its own, since parts of two may have the same name.
pub(crate) fn cut(program: &Path, name: &str, to: &Path) -> Result {
    let program = fs::read(program).map_err(|e| format!("{}: {e}", program.display()))?;
    let main = to.join("to_connect.wasm");
    let mut options = Options::new(&program);
    options.output_dir = to;
    options.main_out_path = &main;
    options.main_module = "./program.js";
    options.link_name = "./parts.js";
    let cut = transform(options).map_err(|error| format!("cannot cut {name}: {error:?}"))?;
    for part in &cut.split_modules {
        strip(part)?;
    }
    let mut parts = cut.split_modules;
    parts.sort();
    chunks::together(&parts, to)?;
    fs::write(to.join("program.js"), PROGRAM)?;
    connect(&main, name, to)?;
    fs::remove_file(main)?;
    Ok(())
}

/// Removes what a browser has no use for, the names of functions above all: a third of a part.
fn strip(part: &Path) -> Result {
    let bytes = fs::read(part)?;
    let mut module = wasm_encoder::Module::new();
    for payload in wasmparser::Parser::new(0).parse_all(&bytes) {
        let payload = payload?;
        if matches!(payload, Payload::CustomSection(_)) {
            continue;
        }
        if let Some((id, range)) = payload.as_section() {
            let (from, to) = (range.start as usize, range.end as usize);
            let data = &bytes[from..to];
            module.section(&RawSection { id, data });
        }
    }
    fs::write(part, module.finish())?;
    Ok(())
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
