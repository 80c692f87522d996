//! The registry of disciplines: one line each.

use super::batch::Stepwise;
use super::discipline::{Capacity, Discipline};
use super::first_come::FirstCome;
use super::sharing::Sharing;
use crate::scenario::Service;
use crate::workload::{Task, TaskIndex};

/// Generates [`AnyDiscipline`] from the list of disciplines.
macro_rules! disciplines {
    ($($service:ident => $discipline:ty;)*) => {
        /// One of the disciplines. An enum and not a trait object, so that its calls inline into
        /// the engine.
        #[derive(Clone, Debug)]
        pub enum AnyDiscipline {
            $(#[doc = concat!("See [`Service::", stringify!($service), "`].")]
            $service($discipline),)*
        }

        impl AnyDiscipline {
            /// The discipline of `service`, with tasks in service as [`Discipline::resume`] has it.
            pub fn resume(
                service: Service,
                in_service: &[(TaskIndex, f64)],
                now_s: f64,
                capacity: Capacity,
            ) -> Self {
                match service {
                    $(Service::$service => {
                        Self::$service(<$discipline>::resume(in_service, now_s, capacity))
                    })*
                }
            }

            /// See [`Discipline::serving`].
            #[inline(always)]
            pub fn serving(&self) -> usize {
                match self { $(Self::$service(d) => d.serving()),* }
            }

            /// See [`Discipline::may_begin`].
            #[inline(always)]
            pub fn may_begin(&self, task: &Task, capacity: Capacity) -> bool {
                match self { $(Self::$service(d) => d.may_begin(task, capacity)),* }
            }

            /// See [`Discipline::pass`].
            #[inline(always)]
            pub fn pass(&mut self, elapsed_s: f64, capacity: Capacity) {
                match self { $(Self::$service(d) => d.pass(elapsed_s, capacity)),* }
            }

            /// See [`Discipline::begin`].
            #[inline(always)]
            pub fn begin(&mut self, index: TaskIndex, task: &Task, now_s: f64, of: Capacity) {
                match self { $(Self::$service(d) => d.begin(index, task, now_s, of)),* }
            }

            /// See [`Discipline::next_event_s`].
            #[inline(always)]
            pub fn next_event_s(&self, settled_s: f64, capacity: Capacity) -> Option<f64> {
                match self { $(Self::$service(d) => d.next_event_s(settled_s, capacity)),* }
            }

            /// See [`Discipline::advance`].
            #[inline(always)]
            pub fn advance(&mut self) -> Option<TaskIndex> {
                match self { $(Self::$service(d) => d.advance()),* }
            }

            /// See [`Discipline::also_ended`].
            #[inline(always)]
            pub fn also_ended(&mut self) -> Option<TaskIndex> {
                match self { $(Self::$service(d) => d.also_ended()),* }
            }

            /// See [`Discipline::task`].
            pub fn task(&self, place: usize) -> TaskIndex {
                match self { $(Self::$service(d) => d.task(place)),* }
            }

            /// See [`Discipline::work_left`].
            pub fn work_left(&self, place: usize, now_s: f64, settled_s: f64, of: Capacity) -> f64 {
                match self { $(Self::$service(d) => d.work_left(place, now_s, settled_s, of)),* }
            }
        }
    };
}

disciplines! {
    FirstCome => FirstCome;
    ProcessorSharing => Sharing;
    Replica => Stepwise;
}
