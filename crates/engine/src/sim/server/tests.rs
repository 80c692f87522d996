//! What servers do under each discipline.

use super::*;

fn server(service: Service, slots: u32) -> Server {
    Server::new(&ServerConfig {
        service,
        slots,
        speed: 2.0,
        ..ServerConfig::default()
    })
}

fn of(size: f64) -> Task {
    Task {
        size,
        ..Task::default()
    }
}

#[test]
fn first_come_tasks_keep_their_pace_beside_each_other() {
    let mut s = server(Service::FirstCome, 2);
    s.begin(0, &of(4.0), 0.0);
    s.begin(1, &of(1.0), 1.0);
    assert!(!s.may_begin(&of(1.0)));
    assert_eq!(s.next_event_s(), Some(1.5));
    assert_eq!(s.advance(1.5), Some(1));
    assert_eq!(s.next_event_s(), Some(2.0));
    assert_eq!(s.busy_slot_s(2.0), 2.5);
}

#[test]
fn shared_tasks_slow_each_other_down() {
    let mut s = server(Service::ProcessorSharing, 1);
    s.begin(0, &of(4.0), 0.0); // alone: 2 units/s
    s.begin(1, &of(1.0), 1.0); // 2 units left of the first; 1 unit/s each from here
    assert_eq!(s.next_event_s(), Some(2.0));
    assert_eq!(s.advance(2.0), Some(1));
    assert_eq!(s.also_ended(), None);
    assert_eq!(s.next_event_s(), Some(2.5));
    assert_eq!(s.backlog(2.25), 0.5);
}

#[test]
fn equal_ends_leave_in_the_order_of_arrival() {
    let mut s = server(Service::FirstCome, 3);
    for task in 0..3 {
        s.begin(task, &of(1.0), 0.0);
    }
    assert_eq!([0.5; 3].map(|at_s| s.advance(at_s)), [0, 1, 2].map(Some));
    assert_eq!(s.advance(0.5), None);
}

#[test]
fn a_new_speed_keeps_the_work_left() {
    for service in [Service::FirstCome, Service::ProcessorSharing] {
        let mut s = server(service, 1);
        s.begin(0, &of(4.0), 0.0);
        let slower = ServerConfig {
            service,
            speed: 0.5,
            ..ServerConfig::default()
        };
        s.reconfigure(&slower, 1.0);
        assert_eq!(s.next_event_s(), Some(5.0), "{service:?}");
    }
}

#[test]
fn another_discipline_keeps_the_work_left() {
    let mut s = server(Service::FirstCome, 1);
    s.begin(0, &of(4.0), 0.0);
    let shared = ServerConfig {
        service: Service::ProcessorSharing,
        speed: 2.0,
        ..ServerConfig::default()
    };
    s.reconfigure(&shared, 1.0);
    assert_eq!(s.in_service(1.0).collect::<Vec<_>>(), [(0, 2.0)]);
    s.reconfigure(
        &ServerConfig {
            service: Service::FirstCome,
            ..shared
        },
        1.5,
    );
    assert_eq!(s.next_event_s(), Some(2.0));
}
