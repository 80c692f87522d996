//! Changes of a job.

use super::*;

/// Steps of a job are no changes, and a drag is one; closed, a job forgets them.
#[test]
fn a_jobs_changes_are_undone_one_by_one() {
    let mut model = after(forward(5));
    let open = |job: &str| Action::Job(Some(job.into()));
    model.update(open("overlap"), 0.0);
    assert!(!model.can_undo());
    model.update(open("overlap;workers=9"), 10_000.0);
    model.update(open("overlap;workers=10"), 10_100.0);
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
