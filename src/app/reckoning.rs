//! Answers about a large project, worked out on a thread while the window goes on with the one before: to another question,
//! and after an edit of very many incidents.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use super::App;
use super::texts::Coming;
use crate::derive::{Derived, Filter, Lanes, Question, derive, publication_days};
use crate::model::{IncidentId, Moment, Project};
use crate::panels::list::{Basis, SoFar, Sorted, sorted};

/// Above this many incidents another question is answered on a thread.
const LARGE: usize = 20_000;
/// From so many edited incidents on, everything is worked out anew on a thread.
const MANY: usize = 20_000;
/// So many of what a search finds are listed before all is found.
const FIRST: usize = 200;
/// Seconds after which the status bar tells of it; most answers are there sooner.
const SOON: f64 = 0.3;

/// What a thread has to say.
enum Word {
    /// A search has found these first, and so many as yet.
    Found(SoFar),
    Answer(Box<Answer>),
}

/// An answer, with what would take long to make from it.
struct Answer {
    derived: Derived,
    lanes: Lanes,
    /// When claims were published, if that may have changed.
    published: Option<Vec<Moment>>,
}

/// An answer on its way. Until it is there the earlier one is shown.
pub(super) struct Reckoning {
    words: mpsc::Receiver<Word>,
    stop: Arc<AtomicBool>,
    /// Of which of the projects that the window has shown.
    project: u64,
    /// The question, without its window of time.
    question: Question,
    /// Whether it follows an edit of very many incidents: then the earlier answer cannot follow anything.
    after_edits: bool,
    /// Slots edited since the snapshot that it is worked out from.
    since: Vec<IncidentId>,
    /// When it began, in seconds of the window's clock.
    began: f64,
}

impl Drop for Reckoning {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// All incidents on their way into another order.
pub(super) struct Sorting {
    ids: mpsc::Receiver<Vec<IncidentId>>,
    basis: Basis,
    project: u64,
}

/// What an answer that came from a thread brings besides.
#[derive(Debug, Default)]
pub(super) struct Ready {
    pub(super) question: Question,
    pub(super) lanes: Lanes,
    pub(super) published: Option<Vec<Moment>>,
}

/// The question without its window: a window is followed in every frame, so that play is exact.
pub(super) fn without_window(question: &Question) -> Question {
    Question { span: None, ..question.clone() }
}

impl App {
    /// Whether an answer is being worked out on a thread.
    pub(super) fn is_reckoning(&self) -> bool {
        self.reckoning.is_some()
    }

    /// What the status bar says of it, if it takes long.
    pub(super) fn reckons(&self, now: f64) -> Option<&'static str> {
        let reckoning = self.reckoning.as_ref().filter(|r| now - r.began > SOON)?;
        let searches = !reckoning.after_edits && !reckoning.question.filters.text.is_empty();
        Some(if searches { "searching …" } else { "bringing figures up to date …" })
    }

    /// Brings everything up to date and waits for it: what is given out must be what was asked for.
    pub(super) fn refresh_at_once(&mut self) {
        self.refresh();
        while self.is_reckoning() {
            std::thread::sleep(std::time::Duration::from_millis(1));
            self.refresh();
        }
    }

    /// What can be looked at in this frame, after these slots were edited: the slots and for which question; `None` while the
    /// edits of very many incidents are being followed. Takes over what threads have ready, and starts one where a look at
    /// once would hold the window up.
    pub(super) fn reckon(&mut self, mut touched: Vec<IncidentId>) -> Option<(Vec<IncidentId>, Question)> {
        let wanted = without_window(&self.question);
        let reckoning = self.reckoning.take().filter(|r| r.project == self.projects);
        if self.derived_from.is_none() || !self.world.threads {
            // Everything is looked at anyway.
            self.state.so_far = None;
            return Some((touched, self.question.clone()));
        }
        if let Some(mut reckoning) = reckoning {
            loop {
                match reckoning.words.try_recv() {
                    Ok(Word::Found(so_far)) => {
                        self.state.so_far = (reckoning.question == wanted).then_some(so_far);
                    }
                    Ok(Word::Answer(answer)) => {
                        touched.splice(0..0, std::mem::take(&mut reckoning.since));
                        self.take_answer(&reckoning, *answer);
                        break;
                    }
                    Err(mpsc::TryRecvError::Empty) if reckoning.after_edits => {
                        reckoning.since.append(&mut touched);
                        self.reckoning = Some(reckoning);
                        return None;
                    }
                    Err(mpsc::TryRecvError::Empty) => {
                        if reckoning.question != wanted || touched.len() >= MANY {
                            // Nobody waits for this answer any more: another question was asked, or too much was edited
                            // for it to follow at once.
                            break;
                        }
                        reckoning.since.extend(&touched);
                        self.reckoning = Some(reckoning);
                        return Some((touched, self.earlier()));
                    }
                    // It panicked. The error shows where it is worked out at once.
                    Err(mpsc::TryRecvError::Disconnected) => {
                        (self.derived_from, self.state.so_far) = (None, None);
                        return Some((touched, self.question.clone()));
                    }
                }
            }
        }
        if touched.len() >= MANY {
            self.reckoning = Some(self.answer_aside(wanted, true, Vec::new()));
            return None;
        }
        if self.workspace.project().len() > LARGE && without_window(self.derived.question()) != wanted {
            self.reckoning = Some(self.answer_aside(wanted, false, touched.clone()));
            return Some((touched, self.earlier()));
        }
        self.state.so_far = None;
        Some((touched, self.question.clone()))
    }

    /// Puts the incidents of a large project into the order that the list wants, on a thread.
    pub(super) fn sort_list(&mut self) {
        if let Some(sorting) = self.sorting.take().filter(|s| s.project == self.projects) {
            match sorting.ids.try_recv() {
                Ok(ids) => {
                    let sorted = Sorted { basis: Some(sorting.basis), ids: Arc::new(ids), wanted: None };
                    self.state.sorted = sorted;
                }
                Err(mpsc::TryRecvError::Empty) => self.sorting = Some(sorting),
                Err(mpsc::TryRecvError::Disconnected) => {}
            }
            return;
        }
        let Some(basis) = self.state.sorted.wanted.take() else { return };
        let (sender, ids) = mpsc::channel();
        let (project, derived, ctx) = (self.workspace.project().clone(), self.derived.clone(), self.kept.ctx.clone());
        let sort = move || {
            // A window that is gone needs no order.
            let _ = sender.send(sorted(&project, &derived, basis));
            ctx.request_repaint();
        };
        if self.world.threads {
            std::thread::spawn(sort);
        } else {
            sort();
        }
        self.sorting = Some(Sorting { ids, basis, project: self.projects });
    }

    /// The question that is answered, in the window of time that is asked for.
    fn earlier(&self) -> Question {
        Question { span: self.question.span, ..self.derived.question().clone() }
    }

    fn take_answer(&mut self, reckoning: &Reckoning, answer: Answer) {
        let Answer { derived, lanes, published } = answer;
        let before = self.derived.replace(derived);
        // Places may have come and gone as well.
        let marks = if reckoning.after_edits { self.marks.take() } else { None };
        self.let_go((before, marks));
        self.playing.ready = Some(Ready { question: reckoning.question.clone(), lanes, published });
        self.state.so_far = None;
    }

    fn answer_aside(&mut self, question: Question, after_edits: bool, since: Vec<IncidentId>) -> Reckoning {
        let (sender, words) = mpsc::channel();
        let stop: Arc<AtomicBool> = Arc::default();
        let asked = Question { span: self.question.span, ..question.clone() };
        let searched = !asked.filters.text.is_empty() && asked.filters.text != self.derived.question().filters.text;
        let texts = if searched { self.texts_for_a_search() } else { None };
        let before = (!after_edits).then(|| self.derived.clone());
        let (project, zone, ctx) = (self.workspace.project().clone(), self.zone(), self.kept.ctx.clone());
        let began = ctx.input(|i| i.time);
        let (is_stopped, without) = (Arc::clone(&stop), question.clone());
        std::thread::spawn(move || {
            let tell = |word| {
                let heard = sender.send(word).is_ok();
                ctx.request_repaint();
                heard && !is_stopped.load(Ordering::Relaxed)
            };
            let derived = match before {
                None => derive(&project, &asked),
                Some(mut next) => {
                    if let Some((coming, since)) = texts {
                        if !first_finds(&project, &asked, &coming, &tell) {
                            return;
                        }
                        if let Some(texts) = coming.wait() {
                            next.put_texts(Arc::clone(texts), &since);
                        }
                    }
                    if searched && !search(&mut next, &project, &asked, &tell) {
                        return;
                    }
                    next.refresh(&project, &[], &asked);
                    next
                }
            };
            if is_stopped.load(Ordering::Relaxed) {
                return;
            }
            let lanes = Lanes::new(&project, &derived, &[], &without);
            let published = after_edits.then(|| publication_days(&project, &derived, &[], zone));
            tell(Word::Answer(Box::new(Answer { derived, lanes, published })));
        });
        Reckoning { words, stop, project: self.projects, question, after_edits, since, began }
    }
}

/// Tells what a search finds first by looking at one incident after the other, until there is enough of it or the texts are
/// there in which all is found. `false`: nobody waits for it any more.
fn first_finds(project: &Project, asked: &Question, texts: &Coming, tell: &dyn Fn(Word) -> bool) -> bool {
    if asked.needs_figures() {
        return true;
    }
    let (mut filter, mut so_far, mut told) = (Filter::new(project, asked), SoFar::default(), 0);
    for (n, id) in project.ids().enumerate() {
        if texts.get().is_some() || so_far.first.len() >= FIRST {
            break;
        }
        if project.look(id, |i| filter.shows(i)) == Some(true) {
            so_far.first.push(id);
            so_far.found += 1;
        }
        // A few at once, and the rest not one by one.
        if n % 256 == 255 && so_far.found > told {
            told = so_far.found;
            if !tell(Word::Found(so_far.clone())) {
                return false;
            }
        }
    }
    tell(Word::Found(so_far))
}

/// Looks for the words of a question, telling what is found on the way. `false`: nobody waits for it any more.
fn search(next: &mut Derived, project: &Project, asked: &Question, tell: &(dyn Fn(Word) -> bool + Sync)) -> bool {
    // The window and the other filters hold for what is listed first, too.
    let listed = Mutex::new((Filter::new(project, asked), SoFar::default()));
    let found = next.search(project, &asked.filters.text, &|ids| {
        let mut listed = listed.lock().unwrap_or_else(PoisonError::into_inner);
        let (filter, so_far) = &mut *listed;
        so_far.found += ids.len();
        let room = FIRST.saturating_sub(so_far.first.len());
        if room > 0 && !asked.needs_figures() {
            let shown = ids.into_iter().filter(|id| project.look(*id, |i| filter.shows(i)) == Some(true));
            so_far.first.extend(shown.take(room));
        }
        tell(Word::Found(so_far.clone()))
    });
    let Some(found) = found else { return false };
    next.put_found(found);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::jobs::tests::world;
    use crate::derive::Row;
    use crate::edit::{Bulk, Command, Edit};
    use crate::model::{Category, Claim, Count, Filters, Incident, Kind, Meta, PartyId, Uid, When};
    use crate::panels::Sort;
    use crate::view::looked_up;

    fn app(incidents: usize) -> App {
        let incident = |n: usize| {
            let mut i = Incident::new(Uid::new(&n.to_string()), Kind::Shelling, &format!("Shelling {n}"));
            i.when = When::parse(&format!("20{:02}-0{}-1{}", n % 20, 1 + n % 9, n % 7)).ok();
            let about = PartyId::new(["armenia", "azerbaijan"][n % 2]);
            i.claims.push(Claim::new("c1", about, Category::Killed, Count::Exactly(u32::try_from(n % 11).unwrap())));
            i
        };
        let project = Project::new(Meta::default(), (0..incidents).map(incident), Vec::new());
        let mut app = App::new(project, None, "large", world(true));
        app.refresh();
        app
    }

    fn searched(app: &mut App, typed: &str) {
        app.question.filters = looked_up(Filters { text: typed.into(), ..Filters::default() });
    }

    type Told = (Vec<Row>, Vec<(crate::derive::Key, crate::derive::Figure)>);

    /// What the window shows, and what it should.
    fn both(app: &App) -> [Told; 2] {
        let want = derive(app.workspace.project(), &app.question);
        [&app.derived, &want].map(|d| (d.rows().collect(), d.totals.clone()))
    }

    #[test]
    fn another_question_about_many_incidents_is_answered_aside_and_edits_meanwhile_are_not_lost() {
        let mut app = app(LARGE + 500);
        searched(&mut app, "shelling 77");
        app.refresh();
        assert!(app.is_reckoning() && app.derived.hidden == 0, "the earlier answer stays meanwhile");
        let edit = |id, title: &str| Command::Edit(IncidentId(id), Edit::Title(title.into()));
        app.workspace.commit(edit(3, "Shelling 77 as well")).unwrap();
        app.workspace.commit(edit(77, "Not this one")).unwrap();
        app.question.span = When::parse("2003/2009").ok().map(|w| w.span());
        app.refresh();
        let stamp = app.stamp;
        app.refresh_at_once();
        assert!(app.stamp > stamp && app.state.so_far.is_none());
        let [have, want] = both(&app);
        assert!(want.0.iter().any(|r| r.id.0 == 3) && want.0.iter().all(|r| r.id.0 != 77) && want.0.len() > 50);
        assert_eq!(have, want);
        assert_eq!(
            app.playing.lanes.whole,
            Lanes::new(app.workspace.project(), &app.derived, &[], &without_window(&app.question)).whole
        );
    }

    #[test]
    fn the_last_of_several_questions_is_answered() {
        let mut app = app(LARGE + 500);
        for typed in ["s", "sh", "she 1", "she 123"] {
            searched(&mut app, typed);
            app.refresh();
        }
        app.refresh_at_once();
        let [have, want] = both(&app);
        assert_eq!(have, want);
        app.question = Question::default();
        app.refresh_at_once();
        assert_eq!(app.derived.hidden, 0);
    }

    #[test]
    fn a_search_lists_what_it_finds_first_before_it_has_found_all() {
        let app = app(LARGE + 500);
        let filters = looked_up(Filters { text: "shelling".into(), kinds: vec![Kind::Shelling], ..Filters::default() });
        let asked = Question { filters, ..Question::default() };
        let told = Mutex::new(Vec::new());
        let mut next = app.derived.clone();
        let tell = |word| match word {
            Word::Found(so_far) => {
                told.lock().unwrap().push(so_far);
                true
            }
            Word::Answer(_) => false,
        };
        assert!(search(&mut next, app.workspace.project(), &asked, &tell));
        let told = told.into_inner().unwrap();
        assert!(told.len() > 1 && told[0].found < told[1].found);
        assert_eq!(told[0].first.len(), FIRST);
        assert_eq!(told.last().unwrap().found, LARGE + 500);
    }

    #[test]
    fn edits_of_very_many_incidents_are_followed_aside() {
        let mut app = app(MANY + 500);
        let ids: Vec<IncidentId> = app.workspace.project().ids().collect();
        app.workspace.commit(Command::Bulk(ids.clone(), Bulk::Shift(-86_400 * 400))).unwrap();
        app.refresh();
        assert!(app.is_reckoning());
        app.workspace.commit(Command::Delete(vec![IncidentId(5)])).unwrap();
        app.question.filters.kinds = vec![Kind::Shelling];
        app.refresh_at_once();
        let [have, want] = both(&app);
        assert_eq!(have, want);
        assert!(have.0.iter().all(|r| r.id.0 != 5));
        app.workspace.undo();
        app.workspace.undo();
        app.refresh_at_once();
        let [have, want] = both(&app);
        assert_eq!(have, want);
        // While another question is being answered they are not followed at once either.
        searched(&mut app, "shelling 1");
        app.refresh();
        app.workspace.commit(Command::Bulk(ids, Bulk::Kind(Kind::ArmedClash))).unwrap();
        app.refresh();
        assert!(app.reckoning.as_ref().is_some_and(|r| r.after_edits));
        app.refresh_at_once();
        let [have, want] = both(&app);
        assert_eq!(have, want);
    }

    #[test]
    fn very_many_incidents_are_put_in_order_aside() {
        let mut app = app(LARGE + 500);
        app.state.sorted.wanted = Some(Basis::of_file(Sort::Dead));
        app.sort_list();
        while app.sorting.is_some() {
            std::thread::yield_now();
            app.sort_list();
        }
        let dead: Vec<_> = app.state.sorted.ids.iter().map(|id| app.derived.dead_number(*id)).collect();
        assert_eq!(dead.len(), LARGE + 500);
        assert!(dead.windows(2).all(|w| w[0] >= w[1]));
    }
}
