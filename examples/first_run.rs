//! The shortest whole use of the library: a scenario, its prediction, a run, and one decision
//! explained. `cargo run --example first_run`
use equipoise::scenario::{Script, presets};
use equipoise::sim::{Engine, Timeline};
use equipoise::theory::predict;

fn main() {
    let scenario = presets::find("little").expect("the preset ships");

    // What the formulas say before anything has run.
    for prediction in predict(&scenario) {
        if let Some(value) = prediction.number() {
            println!("predicted  {:20} {value:.4}", prediction.id);
        }
    }

    // What a run of 1000 simulated seconds comes to.
    let mut engine = Engine::new(&scenario);
    engine.run_until(1000.0, &mut ());
    let totals = engine.totals();
    let response_s = totals.response_sum_s / totals.finished as f64;
    println!("observed   response             {response_s:.4} s");
    println!(
        "observed   present              {:.4} tasks",
        engine.mean_present()
    );

    // Why the third task went where it did.
    let mut timeline = Timeline::new(Script::new(scenario));
    for _ in 0..3 {
        timeline.step_forward();
        timeline.work(1000);
    }
    let why = timeline.why();
    println!("task {} by {}: server {:?}", why.task, why.rule, why.chosen);
}
