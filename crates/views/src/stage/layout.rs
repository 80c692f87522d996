//! Where things are on the stage: from left to right where it is wide, from top to bottom where
//! it is narrow.

pub use super::server_places::ServerDetail;
use super::server_places::{server_places, task_side};
use crate::scene::Rect;
use equipoise_engine::scenario::Place;
use equipoise_engine::sim::Engine;

/// The places of everything for one size of the stage (px).
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// From top to bottom instead of left to right.
    pub upright: bool,
    /// Places of the clients that are shown; the last may represent all the others.
    pub clients: Vec<Rect>,
    /// How many clients the last place represents; 0 if only itself.
    pub more_clients: u32,
    /// The places of the headings of the three parts: x and y of each.
    pub headings: [(f64, f64); 3],
    /// The device of a hybrid.
    pub device: Option<Rect>,
    /// The balancers that pick servers: one, or a hybrid's programs.
    pub balancers: Vec<Rect>,
    /// The servers.
    pub servers: Vec<Rect>,
    /// How much each server shows.
    pub detail: ServerDetail,
    /// Height of a task of mean size in service.
    pub task: f64,
}

const CLIENTS_SHOWN: usize = 5;
/// Instances that the stage has a box for; the last one stands for the others too.
const BALANCERS_SHOWN: u32 = 8;

/// What is to be placed: clients shown and those behind them, programs of a hybrid, servers, and
/// the height from which a card shows all (px).
struct Counts {
    shown: usize,
    more_clients: u32,
    programs: usize,
    hybrid: bool,
    n: usize,
    full_from: f64,
}

impl Layout {
    /// The layout for a stage of this size (px).
    pub fn new(width: f64, height: f64, engine: &Engine) -> Self {
        let scenario = engine.scenario();
        let upright = width < 620.0;
        // Parts of a round come from no clients.
        let count = match scenario.has_rounds() {
            true => scenario.arrivals.tasks as usize,
            false => engine.population().addresses.len(),
        };
        let shown = count.min(if upright {
            3
        } else {
            ((height - 90.0) / 52.0).clamp(2.0, CLIENTS_SHOWN as f64) as usize
        });
        let more_clients = if shown < count {
            (count - shown + 1) as u32
        } else {
            0
        };
        let programs = if scenario.balancer.place == Place::Hybrid {
            scenario.balancer.instances.min(BALANCERS_SHOWN) as usize
        } else {
            1
        };
        let hybrid = scenario.balancer.place == Place::Hybrid;
        let n = scenario.servers.len();
        let counts = Counts {
            shown,
            more_clients,
            programs,
            hybrid,
            n,
            // A batch needs the room more than a heading does.
            full_from: if scenario.has_replicas() { 88.0 } else { 44.0 },
        };
        if upright {
            Self::upright(width, height, counts)
        } else {
            Self::level(width, height, counts)
        }
    }

    fn level(
        width: f64,
        height: f64,
        Counts {
            shown,
            more_clients,
            programs,
            hybrid,
            n,
            full_from,
        }: Counts,
    ) -> Self {
        let top = if height < 330.0 { 46.0 } else { 66.0 };
        let bottom = height - if height < 330.0 { 12.0 } else { 30.0 };
        let area = bottom - top;
        let margin = (width * 0.025).clamp(16.0, 40.0);
        let client_w = 96.0;
        let balancer_w = (width * 0.215).clamp(150.0, 300.0);
        let servers_w = (width * 0.33).clamp(200.0, 620.0);
        let servers_x = width - margin - servers_w;
        let left = margin + client_w;
        let device_w = if hybrid { 34.0 } else { 0.0 };
        // The way in is a little longer than the way out.
        let balancer_x = left + (servers_x - left - balancer_w) * 0.62 + device_w * 0.5;
        let balancer_h = (area * 0.62).clamp(area.min(190.0), area.min(420.0));
        let balancer = Rect::new(
            balancer_x,
            top + (area - balancer_h) / 2.0,
            balancer_w,
            balancer_h,
        );
        let device = hybrid.then(|| {
            Rect::new(
                balancer.x - device_w - 34.0,
                balancer.middle() - 60.0,
                device_w,
                120.0_f64.min(area),
            )
        });
        let balancers = if hybrid {
            split(Rect::new(balancer.x, top, balancer.w, area), programs, 8.0)
        } else {
            vec![balancer]
        };

        let client_h = 34.0_f64.min(area / shown as f64 - 8.0);
        let gap = ((area * 0.7 - client_h) / (shown.max(2) - 1) as f64)
            .min(96.0)
            .max(client_h + 8.0);
        let first = top + area / 2.0 - gap * (shown - 1) as f64 / 2.0;
        let clients = (0..shown)
            .map(|i| {
                Rect::new(
                    margin,
                    first + gap * i as f64 - client_h / 2.0,
                    client_w,
                    client_h,
                )
            })
            .collect();

        let (servers, detail) =
            server_places(Rect::new(servers_x, top, servers_w, area), n, full_from);
        let head_y = if height < 330.0 { 18.0 } else { 26.0 };
        Self {
            width,
            height,
            upright: false,
            clients,
            more_clients,
            headings: [
                (margin, head_y),
                (device.map_or(balancer.x, |d| d.x), head_y),
                (servers_x, head_y),
            ],
            device,
            balancers,
            detail,
            task: task_side(&servers, detail),
            servers,
        }
    }

    fn upright(
        width: f64,
        height: f64,
        Counts {
            shown,
            more_clients,
            programs,
            hybrid,
            n,
            full_from,
        }: Counts,
    ) -> Self {
        let margin = 12.0;
        let across = width - 2.0 * margin;
        let client_w = ((across - 8.0 * (shown - 1) as f64) / shown as f64).min(104.0);
        let used = client_w * shown as f64 + 8.0 * (shown - 1) as f64;
        let clients_x = margin + (across - used) / 2.0;
        let clients = (0..shown)
            .map(|i| {
                Rect::new(
                    clients_x + i as f64 * (client_w + 8.0),
                    10.0,
                    client_w,
                    26.0,
                )
            })
            .collect();
        let balancer_h = (height * 0.27).clamp(92.0, 150.0);
        let balancer = Rect::new(margin + across * 0.08, 76.0, across * 0.84, balancer_h);
        let device = hybrid.then(|| Rect::new(width / 2.0 - 60.0, 56.0, 120.0, 16.0));
        let balancers = if hybrid {
            let gap = 8.0;
            let w = (balancer.w - gap * (programs - 1) as f64) / programs as f64;
            let h = balancer.h - 12.0;
            (0..programs)
                .map(|i| Rect::new(balancer.x + i as f64 * (w + gap), balancer.y + 12.0, w, h))
                .collect()
        } else {
            vec![balancer]
        };
        let top = balancer.bottom() + 34.0;
        let area = Rect::new(margin, top, across, height - top - 12.0);
        // Few servers are side by side, so that no path crosses a card.
        let (servers, detail) = if n == 1 {
            (vec![area], ServerDetail::Full)
        } else if n <= 4 {
            (side_by_side(area, n), ServerDetail::Compact)
        } else {
            server_places(area, n, full_from)
        };
        Self {
            width,
            height,
            upright: true,
            clients,
            more_clients,
            headings: [(-1.0, -1.0); 3],
            device,
            balancers,
            detail,
            task: task_side(&servers, detail),
            servers,
        }
    }

    /// Where paths come out of a client.
    pub fn client_exit(&self, client: usize) -> (f64, f64) {
        let r = &self.clients[client.min(self.clients.len() - 1)];
        if self.upright {
            (r.centre(), r.bottom())
        } else {
            (r.right(), r.middle())
        }
    }

    /// Where the paths of all clients go in.
    pub fn entry(&self) -> (f64, f64) {
        match (&self.device, self.upright) {
            (Some(d), false) => (d.x, d.middle()),
            (Some(d), true) => (d.centre(), d.y),
            (None, _) => self.balancer_entry(0),
        }
    }

    /// Where paths go into a balancer.
    pub fn balancer_entry(&self, balancer: usize) -> (f64, f64) {
        let r = &self.balancers[balancer.min(self.balancers.len() - 1)];
        if self.upright {
            (r.centre(), r.y)
        } else {
            (r.x, r.middle())
        }
    }

    /// Where paths to the servers come out of a balancer.
    pub fn balancer_exit(&self, balancer: usize) -> (f64, f64) {
        let r = &self.balancers[balancer.min(self.balancers.len() - 1)];
        if self.upright {
            (r.centre(), r.bottom())
        } else {
            (r.right(), r.middle())
        }
    }

    /// Where paths from the device of a hybrid begin.
    pub fn device_exit(&self) -> Option<(f64, f64)> {
        let d = self.device.as_ref()?;
        Some(if self.upright {
            (d.centre(), d.bottom())
        } else {
            (d.right(), d.middle())
        })
    }

    /// Where a path goes into a server.
    pub fn server_entry(&self, server: usize) -> (f64, f64) {
        let r = &self.servers[server];
        if self.upright {
            (r.centre(), r.y)
        } else {
            (r.x, r.middle())
        }
    }

    /// The index among [`Layout::balancers`] of an engine's node.
    pub fn balancer_of(&self, node: u16) -> usize {
        if self.device.is_some() {
            usize::from(node)
                .saturating_sub(1)
                .min(self.balancers.len() - 1)
        } else {
            usize::from(node)
        }
    }
}

/// Cuts a rectangle into equal parts, one below the other.
fn split(area: Rect, parts: usize, gap: f64) -> Vec<Rect> {
    let h = (area.h - gap * (parts - 1) as f64) / parts as f64;
    (0..parts)
        .map(|i| Rect::new(area.x, area.y + i as f64 * (h + gap), area.w, h))
        .collect()
}

fn side_by_side(area: Rect, parts: usize) -> Vec<Rect> {
    let gap = 8.0;
    let w = (area.w - gap * (parts - 1) as f64) / parts as f64;
    (0..parts)
        .map(|i| Rect::new(area.x + i as f64 * (w + gap), area.y, w, area.h))
        .collect()
}
