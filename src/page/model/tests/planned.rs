//! Changes where planned ones are in force.

use super::*;
use crate::scenario::PlannedChange;

/// A planned change has put the rate to 8: a batch would begin again, and then the plan would be to
/// change what a batch goes without.
#[test]
fn what_could_not_begin_again_is_refused() {
    let mut scenario = page().scenario().clone();
    scenario.arrivals.pattern = crate::scenario::Pattern::Poisson;
    scenario.changes.push(PlannedChange {
        at_s: 1.0,
        field: "arrivals.rate_per_s".into(),
        to: 8.0,
        over_s: 0.0,
        every_s: None,
    });
    let mut model = after([Action::Imported(Box::new(scenario)), Action::Seek(2.0)]);
    while model.shown().timeline.progress().is_some() {
        model.pass_time(0.016, || 0.0);
    }
    assert_eq!(model.scenario().arrivals.rate_per_s, 8.0);
    model.update(set("arrivals.pattern", Value::Word("batch")), 0.0);
    let Some(Message::Refused(error)) = model.message() else {
        panic!("{:?}", model.message());
    };
    assert_eq!(error.field, "changes[0].field");
    assert_eq!(model.scenario().validate(), Ok(()));
    assert_eq!(elsewhere(&model).link(), model.link());
}
