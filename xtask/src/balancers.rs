//! nginx and HAProxy, for the tests that hold the simulator against them.

use crate::debian;
use crate::run::which;
use std::path::Path;

/// Sees to it that both are there; on Debian, as root, they are installed. Without one, its tests
/// are skipped, and both they and this say so: the rest is worth testing all the same.
pub fn find_or_install() {
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
    if packages.is_empty() {
        return;
    }
    if let Err(reason) = debian::install("A balancer to compare with", &packages) {
        println!("{reason}");
    }
    for (program, package) in wanted.iter().filter(|wanted| missing(wanted)) {
        println!(
            "{program} is missing, so its tests are skipped (on Debian as root: apt-get install {package})."
        );
    }
}
