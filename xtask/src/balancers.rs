//! nginx and HAProxy, for the tests that hold the simulator against them.

use crate::debian;
use crate::run::which;
use std::path::Path;

/// Looks for both; with `install`, on Debian and as root, missing ones are installed. Without one,
/// its tests are skipped, and both they and this say so: the rest is worth testing all the same.
pub(crate) fn find_or_install(install: bool) {
    let missing = |(program, _): &(&'static str, &'static str)| {
        // An ordinary user's PATH often lacks this folder.
        which(program).is_none() && !Path::new("/usr/sbin").join(program).is_file()
    };
    let wanted = [("nginx", "nginx-light"), ("haproxy", "haproxy")];
    let packages: Vec<_> = wanted
        .into_iter()
        .filter(missing)
        .map(|(_, package)| package)
        .collect();
    if install
        && !packages.is_empty()
        && let Err(reason) = debian::install("A balancer to compare with", &packages)
    {
        println!("{reason}");
    }
    for (program, _) in wanted.iter().filter(|wanted| missing(wanted)) {
        println!(
            "{program} is missing, so its tests are skipped \
             (on Debian as root: `cargo xtask test --install`)."
        );
    }
}
