//! The page's worker; see [`equipoise::worker`].

use equipoise::worker::{Postcard, SweepWorker};
use gloo::worker::Registrable as _;

fn main() {
    SweepWorker::registrar().encoding::<Postcard>().register();
}
