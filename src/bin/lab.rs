//! The page's part for many runs; see [`equipoise::app::lab`].

fn main() {
    equipoise::app::lab::start();
}
