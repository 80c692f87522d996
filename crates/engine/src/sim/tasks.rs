//! Tasks in the system, in one flat store, and the lists that they wait in.

use crate::workload::Request;
use crate::workload::task::{NIL, Task, TaskIndex};

/// All tasks in the system.
#[derive(Clone, Debug)]
pub struct Tasks {
    store: Vec<Task>,
    /// The place that was freed last; a free place's [`Task::next`] is the one freed before it.
    free: TaskIndex,
    len: usize,
    /// What tasks ask of language models, by their places; empty unless they do.
    requests: Vec<Option<Box<Request>>>,
}

impl Default for Tasks {
    fn default() -> Self {
        Self {
            store: Vec::new(),
            free: NIL,
            len: 0,
            requests: Vec::new(),
        }
    }
}

impl Tasks {
    /// Adds a task.
    #[inline(always)]
    pub fn insert(&mut self, task: Task) -> TaskIndex {
        self.len += 1;
        if self.free == NIL {
            self.store.push(task);
            return (self.store.len() - 1) as TaskIndex;
        }
        let index = self.free;
        self.free = self[index].next;
        self[index] = task;
        index
    }

    /// Removes the task at `index`, which must be in the store.
    #[inline(always)]
    pub fn remove(&mut self, index: TaskIndex) {
        self.len -= 1;
        self[index].next = self.free;
        self.free = index;
        if let Some(request) = self.requests.get_mut(index as usize) {
            *request = None;
        }
    }

    /// Keeps what the task at `index` asks of a language model.
    pub fn keep(&mut self, index: TaskIndex, request: Box<Request>) {
        if self.requests.len() < self.store.len() {
            self.requests.resize(self.store.len(), None);
        }
        self.requests[index as usize] = Some(request);
    }

    /// What the task at `index` asks of a language model.
    pub fn request(&self, index: TaskIndex) -> Option<&Request> {
        self.requests.get(index as usize)?.as_deref()
    }

    /// The same, to record what has come of it.
    pub fn request_mut(&mut self, index: TaskIndex) -> Option<&mut Request> {
        self.requests.get_mut(index as usize)?.as_deref_mut()
    }

    /// About how much memory a copy takes (bytes).
    pub fn bytes(&self) -> usize {
        let requests = self.requests.iter().flatten();
        size_of_val(self.store.as_slice())
            + size_of_val(self.requests.as_slice())
            + requests.map(|request| request.bytes()).sum::<usize>()
    }

    /// How many tasks there are.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl std::ops::Index<TaskIndex> for Tasks {
    type Output = Task;
    #[inline(always)]
    fn index(&self, index: TaskIndex) -> &Task {
        // A slice is read in place even where the compiler saves room.
        &self.store.as_slice()[index as usize]
    }
}

impl std::ops::IndexMut<TaskIndex> for Tasks {
    #[inline(always)]
    fn index_mut(&mut self, index: TaskIndex) -> &mut Task {
        &mut self.store.as_mut_slice()[index as usize]
    }
}

/// A first-in-first-out list of tasks, linked through [`Task::next`], so that waiting costs no
/// allocation.
#[derive(Clone, Debug)]
pub struct Fifo {
    head: TaskIndex,
    tail: TaskIndex,
    len: u32,
}

impl Default for Fifo {
    fn default() -> Self {
        Self {
            head: NIL,
            tail: NIL,
            len: 0,
        }
    }
}

impl Fifo {
    /// Appends a task, which must be in no other list.
    #[inline(always)]
    pub fn push(&mut self, tasks: &mut Tasks, index: TaskIndex) {
        tasks[index].next = NIL;
        if self.head == NIL {
            self.head = index;
        } else {
            tasks[self.tail].next = index;
        }
        self.tail = index;
        self.len += 1;
    }

    /// Takes the first task.
    #[inline(always)]
    pub fn pop(&mut self, tasks: &Tasks) -> Option<TaskIndex> {
        let index = self.first()?;
        self.head = tasks[index].next;
        self.len -= 1;
        Some(index)
    }

    /// Takes a task out, wherever it is. False if it is not in this list.
    pub fn remove(&mut self, tasks: &mut Tasks, index: TaskIndex) -> bool {
        let mut before = NIL;
        let mut at = self.head;
        while at != index {
            if at == NIL {
                return false;
            }
            before = at;
            at = tasks[at].next;
        }
        let after = tasks[index].next;
        match before {
            NIL => self.head = after,
            before => tasks[before].next = after,
        }
        if self.tail == index {
            self.tail = before;
        }
        self.len -= 1;
        true
    }

    /// The first task.
    #[inline(always)]
    pub fn first(&self) -> Option<TaskIndex> {
        (self.head != NIL).then_some(self.head)
    }

    /// How many tasks wait.
    #[inline(always)]
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether none waits.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.head == NIL
    }

    /// The tasks in order.
    pub fn iter<'a>(&self, tasks: &'a Tasks) -> impl Iterator<Item = &'a Task> {
        let mut at = self.head;
        std::iter::from_fn(move || {
            if at == NIL {
                return None;
            }
            let task = &tasks[at];
            at = task.next;
            Some(task)
        })
    }
}
