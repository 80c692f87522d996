//! The page's worker; see [`equipoise::worker`].

fn main() {
    equipoise::worker::start();
}
