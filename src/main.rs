//! Mounts the page.

fn main() {
    equipoise::app::start();
}
