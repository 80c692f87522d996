//! Changes of a job.

use super::*;

/// Steps of a job are no changes, and a drag is one; closed, a job forgets them.
#[test]
fn a_jobs_changes_are_undone_one_by_one() {
    let mut model = after(forward(5));
    let open = |job: &str| Action::Job(Some(job.into()));
    model.update(open("overlap"), 0.0);
    assert!(!model.can_undo());
    let workers = |job: &str| Action::JobField(job.into(), "workers");
    model.update(workers("overlap;workers=9"), 10_000.0);
    model.update(workers("overlap;workers=10"), 10_100.0);
    model.update(open("overlap;workers=10;step=3"), 20_000.0);
    model.update(open("overlap;workers=10;overlap=true;step=3"), 30_000.0);
    assert_eq!(
        model.job().map(|job| &**job),
        Some("overlap;workers=10;overlap=true;step=3")
    );
    model.update(Action::Undo, 0.0);
    assert_eq!(model.address(), "job=overlap;workers=10;step=3");
    model.update(Action::Undo, 0.0);
    assert_eq!(model.address(), "job=overlap");
    assert!(!model.can_undo());
    model.update(open("overlap;workers=9"), 40_000.0);
    model.update(Action::Share, 0.0);
    let shared = Dialog::Share("job=overlap;workers=9".into());
    assert_eq!(model.dialog(), Some(&shared));
    model.update(Action::Job(None), 0.0);
    model.update(open("overlap"), 0.0);
    assert!(!model.can_undo());
}

/// Another control's change is another change, however soon it comes.
#[test]
fn changes_of_two_controls_are_two() {
    let mut model = after(forward(5));
    let open = |job: &str| Action::Job(Some(job.into()));
    let field = |job: &str, field| Action::JobField(job.into(), field);
    model.update(open("overlap"), 0.0);
    model.update(open("token-budget"), 10.0);
    model.update(open("token-budget;micro=packed"), 20.0);
    model.update(
        field("token-budget;micro=packed;workers=9", "workers"),
        30.0,
    );
    model.update(field("token-budget;workers=9", "micro"), 40.0);
    for expected in [
        "token-budget;micro=packed;workers=9",
        "token-budget;micro=packed",
        "token-budget",
        "overlap",
    ] {
        model.update(Action::Undo, 50.0);
        assert_eq!(model.job().map(|job| &**job), Some(expected));
    }
}
