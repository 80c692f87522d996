//! A scene at its moment as it is printed, and the QR code that opens it.

use super::qr_code;
use crate::app::address;
use crate::app::i18n::{tr, tr_with};
use crate::lessons::lesson::Stage;
use crate::link::{Beside, PageLink};
use crate::number::significant;
use crate::scenario::Script;
use crate::sim::Timeline;
use crate::view::charts::scene_name;
use crate::view::palette::Theme;
use crate::view::scene::Scene;
use crate::view::scene_svg::svg;
use crate::view::stage::{self, Inside, Layout, Look, travel_s};
use yew::prelude::*;

/// A picture's size (px); it is printed a little smaller.
const SIZE: (f64, f64) = (600.0, 280.0);
/// A shorter link is printed, too, to be typed.
const TYPED: usize = 90;

/// The stage at its moment, what it is called, and its QR code. `link` is the part of the address
/// after `#`; None: the scene's own link.
pub(super) fn view(shown: &Stage, link: Option<String>) -> Html {
    let timeline = shown.timeline();
    let link = link.unwrap_or_else(|| link_to(shown, &timeline));
    let link = address::with(&link);
    let name = scene_name(&shown.scenario, &tr);
    let moment = tr_with(
        "sheet.moment",
        &[
            ("scene", name),
            ("n", timeline.engine().totals().decided.to_string()),
            ("t", significant(timeline.engine().now_s(), 3)),
        ],
    );
    let picture = drawn(&timeline, &moment);
    let written = (link.len() <= TYPED).then(|| html! { <small>{ &link }</small> });
    html! {
        <figure>
            <div class="scene">{ Html::from_html_unchecked(picture.into()) }</div>
            if link.starts_with("http") {
                <a class="qr" href={link.clone()} aria-label={tr("sheet.scan")}>
                    { for qr_code::of(&link) }
                </a>
            }
            <figcaption>{ moment }{ " " }{ for written }</figcaption>
        </figure>
    }
}

fn link_to(shown: &Stage, timeline: &Timeline) -> String {
    let link = PageLink {
        script: Script::new(shown.scenario.clone()),
        at: timeline.position(),
        compare: shown.beside.map(Beside::Strategy),
        ..PageLink::default()
    };
    link.to_fragment()
}

fn drawn(timeline: &Timeline, name: &str) -> String {
    let look = Look {
        travel_s: travel_s(1.0, timeline.engine().scenario()),
        flight: 1.0,
        predicted_busy: None,
        selected: None,
        inside: match timeline.why().task {
            0 => Inside::Now,
            _ => Inside::After,
        },
        t: &tr,
    };
    let layout = Layout::new(SIZE.0, SIZE.1, timeline.engine());
    let mut scene = Scene::default();
    stage::base(timeline, &layout, &look, &mut scene);
    stage::live(timeline, &layout, &look, &mut scene);
    svg(&scene, SIZE, Theme::Light, name)
}
