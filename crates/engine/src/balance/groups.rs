//! One state per group of servers, as real balancers keep one per level of priority and zone.
//!
//! Levels, zones and retries elsewhere make different servers eligible for different tasks. If all
//! shared one state of turns, they would skip each other's turns, and a light server could starve.
//! A group is recognised even while some of its servers are down.

use super::{Cluster, Mask};

/// States by group, each created when its group is first seen.
#[derive(Clone, Debug)]
pub(super) struct Groups<T> {
    known: Vec<Group<T>>,
    current: usize,
    /// What was eligible at the last pick.
    eligible: Mask,
}

#[derive(Clone, Debug)]
struct Group<T> {
    members: Mask,
    /// Which of them were eligible at its last pick.
    eligible: Mask,
    state: T,
}

impl<T> Groups<T> {
    /// No group yet.
    pub(super) fn new() -> Self {
        Self {
            known: Vec::new(),
            current: 0,
            eligible: Mask::default(),
        }
    }

    /// The state of the group that is eligible in `cluster`; a `fresh` one if the group is new. If
    /// its eligible servers differ from those at its last pick, `changed` is called with the state.
    #[inline]
    pub(super) fn of(
        &mut self,
        cluster: &Cluster,
        fresh: impl FnOnce() -> T,
        changed: impl FnOnce(&mut T, Mask),
    ) -> &mut T {
        if *cluster.eligible != self.eligible || self.known.is_empty() {
            self.find(cluster.eligible, cluster.healthy, fresh, changed);
        }
        &mut self.known[self.current].state
    }

    #[cold]
    fn find(
        &mut self,
        eligible: &Mask,
        healthy: &Mask,
        fresh: impl FnOnce() -> T,
        changed: impl FnOnce(&mut T, Mask),
    ) {
        self.eligible = *eligible;
        let mut known = self.known.iter();
        let found = known.position(|group| group.members.and(*healthy) == *eligible);
        self.current = found.unwrap_or_else(|| {
            self.known.push(Group {
                members: *eligible,
                eligible: Mask::default(),
                state: fresh(),
            });
            self.known.len() - 1
        });
        let group = &mut self.known[self.current];
        if group.eligible != *eligible {
            group.eligible = *eligible;
            changed(&mut group.state, *eligible);
        }
    }

    /// The state used last.
    pub(super) fn last(&self) -> Option<&T> {
        self.known.get(self.current).map(|group| &group.state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::balance::bare::Bare;

    /// A pick among `members`; what the group has seen so far.
    fn visit(groups: &mut Groups<Vec<usize>>, bare: &mut Bare, members: &[usize]) -> Vec<usize> {
        bare.eligible = Mask::of(4, |s| members.contains(&s));
        groups
            .of(&bare.cluster(), Vec::new, |seen, members| {
                seen.push(members.len());
            })
            .clone()
    }

    #[test]
    fn a_group_keeps_its_state_while_servers_are_down() {
        let mut bare = Bare::new(&[1; 4]);
        let mut groups: Groups<Vec<usize>> = Groups::new();
        assert_eq!(visit(&mut groups, &mut bare, &[0, 1]), [2]);
        assert_eq!(visit(&mut groups, &mut bare, &[2, 3]), [2]);
        bare.healthy = Mask::of(4, |s| s != 1);
        assert_eq!(visit(&mut groups, &mut bare, &[0]), [2, 1]);
        // What changes in one group does not concern the other, and neither does a pick there.
        assert_eq!(visit(&mut groups, &mut bare, &[2, 3]), [2]);
        bare.healthy = Mask::of(4, |_| true);
        assert_eq!(visit(&mut groups, &mut bare, &[0, 1]), [2, 1, 2]);
        assert_eq!(visit(&mut groups, &mut bare, &[2, 3]), [2]);
    }
}
