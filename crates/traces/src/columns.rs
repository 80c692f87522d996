//! The columns of a trace while it is read.

use crate::error::TraceError;
use crate::parse::{Arrival, Parsed, Session};
use crate::trace::{Blocks, Labels, Times, Tokens};
use crate::{MAX_BLOCKS, MAX_REQUESTS};
use std::collections::BTreeMap;

/// Columns that grow by a request at a time. One of which no request has said anything is empty.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    pub(crate) arrivals_s: Vec<f64>,
    pub(crate) tokens: Vec<Tokens>,
    pub(crate) sizes: Vec<f64>,
    pub(crate) images: Vec<u32>,
    pub(crate) blocks: Blocks,
    pub(crate) sessions: Vec<Option<u32>>,
    pub(crate) times: Vec<Times>,
    pub(crate) clients: Named,
    pub(crate) urls: Named,
    pub(crate) tenants: Named,
    /// The date of the first request, which is 0 until the earliest is known.
    first_ns: Option<i64>,
    /// The sessions that have names.
    session_names: BTreeMap<String, u32>,
    /// The sessions of the chats so far.
    chats: BTreeMap<u32, u32>,
    /// How many sessions chats have begun.
    begun: u32,
}

impl Columns {
    /// Adds a request.
    pub(crate) fn push(&mut self, request: Parsed) -> Result<(), TraceError> {
        let at = self.arrivals_s.len();
        if at == MAX_REQUESTS {
            return Err(TraceError::TooManyRequests);
        }
        if self.blocks.ids.len() + request.blocks.len() > MAX_BLOCKS {
            return Err(TraceError::TooManyBlocks);
        }
        let arrival_s = self.seconds(request.arrival);
        let session = self.session(request.session);
        self.arrivals_s.push(arrival_s);
        self.tokens.extend(request.tokens);
        self.sizes.extend(request.size);
        self.blocks.ids.extend(&request.blocks);
        let end = self.blocks.ids.len();
        put(&mut self.blocks.ends, at, end);
        put(&mut self.images, at, request.images);
        put(&mut self.sessions, at, session);
        put(&mut self.times, at, request.times);
        self.clients.push(at, request.client);
        self.urls.push(at, request.url);
        self.tenants.push(at, request.tenant);
        Ok(())
    }

    /// A time in s; a date from the first one that came.
    fn seconds(&mut self, arrival: Arrival) -> f64 {
        match arrival {
            Arrival::Seconds(seconds) => seconds,
            Arrival::Date(ns) => (ns - *self.first_ns.get_or_insert(ns)) as f64 / 1e9,
        }
    }

    /// The number of a session.
    fn session(&mut self, session: Session) -> Option<u32> {
        match session {
            Session::None => None,
            Session::Named(name) => Some(number_of(&mut self.session_names, name)),
            Session::Chat { id, parent } => {
                let of_parent = parent.and_then(|parent| self.chats.get(&parent).copied());
                let session = of_parent.unwrap_or(self.begun);
                self.begun += u32::from(of_parent.is_none());
                self.chats.insert(id, session);
                Some(session)
            }
        }
    }

    /// Puts all columns into the order of the arrivals, equal ones as they are, and says whether
    /// they were.
    pub(crate) fn sort(&mut self) -> bool {
        if self.arrivals_s.is_sorted() {
            return true;
        }
        let mut order: Vec<usize> = (0..self.arrivals_s.len()).collect();
        order.sort_by(|a, b| self.arrivals_s[*a].total_cmp(&self.arrivals_s[*b]));
        arrange(&mut self.arrivals_s, &order);
        arrange(&mut self.tokens, &order);
        arrange(&mut self.sizes, &order);
        arrange(&mut self.images, &order);
        arrange(&mut self.sessions, &order);
        arrange(&mut self.times, &order);
        arrange(&mut self.clients.of, &order);
        arrange(&mut self.urls.of, &order);
        arrange(&mut self.tenants.of, &order);
        arrange_blocks(&mut self.blocks, &order);
        false
    }
}

/// A column of names that grows.
#[derive(Debug, Default)]
pub(crate) struct Named {
    numbers: BTreeMap<String, u32>,
    of: Vec<Option<u32>>,
}

impl Named {
    fn push(&mut self, at: usize, name: Option<String>) {
        let number = name.map(|name| number_of(&mut self.numbers, name));
        put(&mut self.of, at, number);
    }

    /// The complete column.
    pub(crate) fn labels(self) -> Labels {
        let mut names = vec![String::new(); self.numbers.len()];
        for (name, number) in self.numbers {
            names[number as usize] = name;
        }
        Labels { names, of: self.of }
    }
}

/// The number of a name: the next one if it is new.
fn number_of(numbers: &mut BTreeMap<String, u32>, name: String) -> u32 {
    let next = numbers.len() as u32;
    *numbers.entry(name).or_insert(next)
}

/// Puts the value of request `at` into a column, which stays empty until a value says something.
fn put<T: Clone + Default + PartialEq>(column: &mut Vec<T>, at: usize, value: T) {
    if column.is_empty() {
        if value == T::default() {
            return;
        }
        column.resize(at, T::default());
    }
    column.push(value);
}

/// Puts a column into an order, unless it is empty.
fn arrange<T: Copy>(column: &mut Vec<T>, order: &[usize]) {
    if !column.is_empty() {
        *column = order.iter().map(|at| column[*at]).collect();
    }
}

/// Puts the blocks of requests into an order.
fn arrange_blocks(blocks: &mut Blocks, order: &[usize]) {
    if blocks.ends.is_empty() {
        return;
    }
    let mut sorted = Blocks {
        tokens: blocks.tokens,
        ids: Vec::with_capacity(blocks.ids.len()),
        ends: Vec::with_capacity(order.len()),
    };
    for at in order {
        sorted.ids.extend(blocks.of(*at));
        sorted.ends.push(sorted.ids.len());
    }
    *blocks = sorted;
}
