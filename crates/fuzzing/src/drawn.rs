//! What is drawn and written of a run: the stage, its charts, and configurations of its scenario.

use arbitrary::{Result, Unstructured};
use equipoise::export::configuration;
use equipoise::import::Program;
use equipoise::scenario::Scenario;
use equipoise::view::Run;
use equipoise::view::charts::{self, ChartKind};
use equipoise::view::palette::Theme;
use equipoise::view::plot;
use equipoise::view::scene::Scene;
use equipoise::view::scene_svg;
use equipoise::view::stage::{self, Inside, Layout, Look};

/// Sizes of the stage (px): a phone, a laptop, a wall.
const SIZES: [(f64, f64); 3] = [(320.0, 256.0), (1068.0, 540.0), (2400.0, 1400.0)];

/// Draws the stage at any of its sizes and these charts, as the page does.
pub(crate) fn draw(u: &mut Unstructured, run: &Run, kinds: &[ChartKind]) {
    let size = pick(u, &SIZES);
    let theme = pick(u, &[Theme::Light, Theme::Dark]);
    let look = Look {
        travel_s: 0.4,
        flight: 0.5,
        predicted_busy: None,
        selected: None,
        inside: Inside::Now,
        t: &str::to_string,
    };
    let layout = Layout::new(size.0, size.1, run.timeline.engine());
    let mut scene = Scene::default();
    stage::base(&run.timeline, &layout, &look, &mut scene);
    stage::live(&run.timeline, &layout, &look, &mut scene);
    // A name may say it.
    let name = run.timeline.engine().scenario().name.replace("NaN", "");
    is_picture(&scene_svg::svg(&scene, size, theme, &name), "stage");
    for &kind in kinds {
        let chart = charts::build(kind, run, &str::to_string);
        is_picture(&plot::svg(&chart, theme, 330, 150), chart.id);
    }
}

/// Writes what each program is told of a scenario.
pub(crate) fn write(scenario: &Scenario) {
    for program in Program::ALL {
        let text = configuration(program, scenario);
        // A name or a rule's pattern may say it.
        let rules = &scenario.balancer.rules;
        let mut said = rules
            .iter()
            .map(|rule| &rule.pattern)
            .chain([&scenario.name]);
        let is_said = said.any(|text| text.contains("NaN"));
        assert!(is_said || !text.contains("NaN"), "{program:?}: {text}");
    }
}

/// A picture has an end, and says nothing of numbers that are none.
fn is_picture(svg: &str, what: &str) {
    assert!(svg.ends_with("</svg>") && !svg.contains("NaN"), "{what}");
}

/// One of a list, the first where there are no more bytes.
fn pick<T: Copy>(u: &mut Unstructured, list: &[T]) -> T {
    let picked: Result<&T> = u.choose(list);
    picked.map_or(list[0], |picked| *picked)
}
