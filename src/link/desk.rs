//! A link with the run of a pupil's desk.

use super::PageLink;
use crate::lessons::desk::seed_at;

impl PageLink {
    /// The same link at this desk, if any.
    pub(super) fn at_desk(mut self, desk: Option<u32>) -> Self {
        let Some(desk) = desk else { return self };
        let edits = self.script.edits.iter_mut();
        let scenarios = edits.map(|edit| &mut edit.scenario);
        for scenario in scenarios.chain([&mut self.script.scenario]) {
            scenario.seed = seed_at(scenario.seed, desk);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Script, presets};

    #[test]
    fn a_desk_behind_a_link_has_a_run_of_its_own() {
        let link = PageLink {
            script: Script::new(presets::find("random").expect("a preset")),
            ..PageLink::default()
        };
        let seed = |behind: &str| {
            let fragment = format!("#{}{behind}", link.to_fragment());
            let read = PageLink::from_fragment(&fragment).expect("has s=");
            read.map(|link| link.script.scenario.seed)
        };
        assert_eq!(seed(""), Ok(7));
        assert_eq!(seed("&desk=12"), Ok(1_200_007));
        assert_eq!(seed("&desk=twelve"), Ok(7));
    }
}
