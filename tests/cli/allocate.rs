//! `equipoise allocate`.

use super::prints;

fn allocate(strategy: &str, more: &[&str]) -> String {
    prints(&[&["allocate", "--strategy", strategy], more].concat(), "")
}

#[test]
fn allocate_prints_the_servers_letters() {
    assert_eq!(
        allocate("smooth-wrr", &["--weights", "5,1,1", "--tasks", "7"]),
        "a a b a c a a\n"
    );
    assert_eq!(
        allocate("smooth-wrr", &["--weights", "3,2,1", "--tasks", "6"]),
        "a b a c b a\n"
    );
    assert_eq!(allocate("round-robin", &["--tasks", "4"]), "a b c a\n");
    assert_eq!(
        allocate(
            "round-robin",
            &["--tasks", "3", "--servers", "10.0.0.1:80,10.0.0.2:80"]
        ),
        "a b a\n"
    );
    assert_eq!(
        allocate("least-connections", &["--tasks", "9", "--hold"]),
        "a b c c b a a b c\n"
    );
    assert_eq!(
        allocate(
            "uri-hash",
            &["--weights", "1,1", "--tasks", "2", "--keys", "127.0.0.1"]
        ),
        "b b\n"
    );
    let pingora = [
        "--servers",
        "1.1.1.1:80,1.0.0.1:80,1.0.0.255:80",
        "--tasks",
        "3",
        "--keys",
        "test0,test5,test7",
    ];
    assert_eq!(allocate("ketama", &pingora), "b c c\n");
    assert_eq!(
        allocate("ketama", &[&pingora[..], &["--down", "c"]].concat()),
        "b b a\n"
    );
}

#[test]
fn allocate_draws_by_the_seed() {
    let [seven, eight] =
        ["7", "8"].map(|seed| allocate("random", &["--tasks", "40", "--seed", seed]));
    assert_eq!(seven, allocate("random", &["--tasks", "40"]));
    assert_ne!(seven, eight);
}
