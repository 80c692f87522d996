//! In a browser replicas schedule, and routers pick, as recorded: the cases are those of
//! `tests/vllm_scheduler` and `tests/llm_routers`. A browser opens no files, so the environment
//! names them while this is compiled; `.cargo/config.toml` names those made by hand.

#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

#[path = "vllm_scheduler"]
mod schedules {
    pub(crate) mod file;
    mod format;
    mod replay;
}

#[path = "llm_routers"]
mod picks {
    mod chance;
    mod dynamo;
    pub(crate) mod file;
    mod format;
    mod ray;
    mod replay;
}

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn schedules_are_those_that_vllm_made() {
    let file = include_str!(env!("EQUIPOISE_SCHEDULES"));
    console_log!("{}", schedules::file::replay("schedules", file));
}

#[wasm_bindgen_test]
fn picks_are_those_that_the_programs_made() {
    let file = include_str!(env!("EQUIPOISE_PICKS"));
    console_log!("{}", picks::file::replay("picks", file));
}
