//! The thread that writes the journal. The window hands snapshots over and goes on at once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;

use super::{Book, Found, Head, Noted, SharedDisk};
use crate::model::Project;

/// What is known of the journal outside of its thread.
#[derive(Default)]
struct State {
    kept: AtomicU64,
    /// Things to say, in order.
    news: Mutex<Vec<String>>,
}

enum Wish {
    Note(Project, Noted),
    Saved(Project, Head, u64),
    Release(Box<Found>),
}

/// Keeps the journal of one project.
pub struct Keeper {
    state: Arc<State>,
    way: Way,
}

enum Way {
    /// By a thread; the flag says at the end whether the journal is moved aside.
    Thread { wishes: mpsc::Sender<Wish>, aside: mpsc::Sender<bool>, thread: JoinHandle<()> },
    /// At once.
    Here(Box<Writer>),
}

/// The book, and whether it could be written last.
struct Writer {
    book: Book,
    disk: SharedDisk,
    state: Arc<State>,
    fails: bool,
}

impl Keeper {
    /// Keeps a journal in a folder; see [`Book::new`]. `wake` is called when there is something new to say. Without
    /// `threads` each call writes before it comes back.
    pub fn new(
        disk: SharedDisk,
        folder: &Path,
        window: u32,
        head: Head,
        base: Project,
        threads: bool,
        wake: impl Fn() + Send + 'static,
    ) -> Self {
        let state = Arc::new(State::default());
        let (inner, folder) = (Arc::clone(&state), folder.to_owned());
        let writer = move || {
            let book = Book::new(Arc::clone(&disk), &folder, window, head, base);
            Writer { book, disk, state: inner, fails: false }
        };
        if !threads {
            return Self { state, way: Way::Here(Box::new(writer())) };
        }
        let (wishes, todo) = mpsc::channel();
        let (aside, at_end) = mpsc::channel();
        // A file that is being written belongs to the thread that opened it.
        let thread = std::thread::spawn(move || writer().run(&todo, &at_end, &wake));
        Self { state, way: Way::Thread { wishes, aside, thread } }
    }

    fn wish(&mut self, wish: Wish) {
        match &mut self.way {
            // A thread that is gone has said so.
            Way::Thread { wishes, .. } => drop(wishes.send(wish)),
            Way::Here(writer) => writer.one(wish, None),
        }
    }

    /// Hands over how the project stands after a step. Takes as long as a snapshot does.
    pub fn note(&mut self, now: &Project, step: Noted) {
        self.wish(Wish::Note(now.clone(), step));
    }

    /// The project was saved as `base`, by the step of this number.
    pub fn saved(&mut self, base: Project, head: Head, up_to: u64) {
        self.wish(Wish::Saved(base, head, up_to));
    }

    /// A journal whose work this one has taken over is moved aside, once this one is on the disk.
    pub fn release(&mut self, found: Found) {
        self.wish(Wish::Release(Box::new(found)));
    }

    /// The number of the last step that is on the disk.
    pub fn kept(&self) -> u64 {
        self.state.kept.load(Ordering::Acquire)
    }

    /// What there is to say since this was last asked.
    pub fn news(&self) -> Vec<String> {
        std::mem::take(&mut *self.state.news.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Ends the journal when all of it is written; see [`Book::close`]. Gives the thread that does so, if there is one.
    pub fn close(self, aside: bool) -> Option<JoinHandle<()>> {
        match self.way {
            Way::Here(writer) => {
                writer.book.close(aside);
                None
            }
            Way::Thread { wishes, aside: sender, thread } => {
                let _ = sender.send(aside);
                drop(wishes);
                // It ends with the last wish.
                Some(thread)
            }
        }
    }
}

impl Writer {
    fn run(mut self, todo: &mpsc::Receiver<Wish>, at_end: &mpsc::Receiver<bool>, wake: &dyn Fn()) {
        let mut next = todo.recv().ok();
        while let Some(wish) = next.take() {
            let done = catch_unwind(AssertUnwindSafe(|| self.one(wish, Some((todo, &mut next)))));
            if done.is_err() {
                // What is on the disk stays there for the next start.
                let word = "The journal of unsaved work ended with an error of the program. Save now; a crash would lose \
what is not saved.";
                self.state.news.lock().unwrap_or_else(PoisonError::into_inner).push(word.to_owned());
                return wake();
            }
            if !self.state.news.lock().unwrap_or_else(PoisonError::into_inner).is_empty() {
                wake();
            }
            if next.is_none() {
                next = todo.recv().ok();
            }
        }
        // A window that is gone without a word leaves its journal for the next start.
        if let Ok(aside) = at_end.try_recv() {
            self.book.close(aside);
        }
    }

    /// Does one thing. Snapshots that came meanwhile are written together: the last one holds what the others do.
    fn one(&mut self, wish: Wish, more: Option<(&mpsc::Receiver<Wish>, &mut Option<Wish>)>) {
        match wish {
            Wish::Note(mut now, step) => {
                let mut last = step.number;
                let mut steps = vec![step];
                if let Some((todo, next)) = more {
                    while let Ok(wish) = todo.try_recv() {
                        match wish {
                            Wish::Note(later, step) => {
                                (now, last) = (later, step.number);
                                steps.push(step);
                            }
                            other => {
                                *next = Some(other);
                                break;
                            }
                        }
                    }
                }
                let done = self.book.note(now, steps);
                if done.is_ok() {
                    self.state.kept.store(last, Ordering::Release);
                }
                self.tell(done);
            }
            Wish::Saved(base, head, up_to) => {
                let done = self.book.saved(base, head, up_to);
                self.tell(done);
            }
            Wish::Release(found) => {
                if !self.fails {
                    // One that stays is offered once more; nothing is lost by that.
                    let _ = found.discard(&*self.disk);
                }
            }
        }
    }

    fn tell(&mut self, done: std::io::Result<()>) {
        let word = match (done, self.fails) {
            (Err(e), false) => {
                self.fails = true;
                format!(
                    "The journal of unsaved work cannot be written ({e}). Work goes on; save soon, a crash would lose what \
is not saved."
                )
            }
            (Ok(()), true) => {
                self.fails = false;
                "The journal of unsaved work is written again.".to_owned()
            }
            _ => return,
        };
        self.state.news.lock().unwrap_or_else(PoisonError::into_inner).push(word);
    }
}
