//! What data costs: opening and writing a project, and the answers to questions about a sample and a million incidents.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a measurement stops at the first thing that is wrong"
)]

mod made;

use clashmap::app::SEPTEMBER_2022;
use std::sync::{Mutex, OnceLock};

use clashmap::derive::{BinWidth, Bins, Derived, Measure, Policy, Question, StackBy, Texts, derive};
use clashmap::edit::{Command, Edit, MetaEdit, Workspace};
use clashmap::io::project;
use clashmap::model::{Category, Count, IncidentId, Log, Moment, Perspective, Project, Search, When};
use clashmap::picture::{self, Furniture, Marks, Picture, Scene};
use clashmap::view::camera::BoundingBox;
use clashmap::view::{Camera, Labels, Layers, Theme, Viewport};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

fn sample() -> Project {
    project::read(SEPTEMBER_2022).unwrap().project
}

#[divan::bench]
fn derive_sample(bencher: Bencher<'_, '_>) {
    let project = sample();
    bencher.bench_local(|| derive(black_box(&project), &Question::default()).len());
}

#[divan::bench(sample_count = 10)]
fn derive_100_000(bencher: Bencher<'_, '_>) {
    let project = made::project(100_000);
    bencher.bench_local(|| derive(black_box(&project), &Question::default()).len());
}

/// The questions of a million incidents with two claims each. Made once: it takes a few seconds and two gigabytes.
fn million() -> &'static Mutex<(Workspace, Derived)> {
    static MILLION: OnceLock<Mutex<(Workspace, Derived)>> = OnceLock::new();
    MILLION.get_or_init(|| {
        let workspace = Workspace::new(made::project(1_000_000), true);
        let derived = derive(workspace.project(), &Question::default());
        Mutex::new((workspace, derived))
    })
}

/// Asks one question after the other of the million, in turn.
fn ask_in_turn(bencher: Bencher<'_, '_>, questions: &[Question]) {
    let mut kept = million().lock().unwrap();
    let (workspace, derived) = &mut *kept;
    for question in questions {
        derived.refresh(workspace.project(), &[], question);
    }
    let mut turn = questions.iter().cycle();
    bencher.bench_local(|| {
        derived.refresh(workspace.project(), &[], black_box(turn.next().unwrap()));
        derived.len()
    });
}

fn windowed(text: &str) -> Question {
    Question { span: When::parse(text).ok().map(|w| w.span()), ..Question::default() }
}

/// Other claims count: all figures and totals of a million incidents anew.
#[divan::bench(sample_count = 20)]
fn million_another_policy(bencher: Bencher<'_, '_>) {
    let asked = |policy: Policy| Question { policy, ..Question::default() };
    ask_in_turn(bencher, &[asked(Policy::Highest), asked(Policy::OwnSide), asked(Policy::Range)]);
}

/// Another date of knowledge: the same.
#[divan::bench(sample_count = 20)]
fn million_another_as_known_date(bencher: Bencher<'_, '_>) {
    let known = |year| Question { as_known: Moment::day(year, 6, 1), ..Question::default() };
    ask_in_turn(bencher, &[known(2001), known(2012), known(2020)]);
}

/// A jump to a window of another time: what is shown, and all totals.
#[divan::bench(sample_count = 100)]
fn million_jump_of_the_window(bencher: Bencher<'_, '_>) {
    ask_in_turn(bencher, &["1995/1999", "2009-03/2022-05", "2001/2001-06", "1994/2023"].map(windowed));
}

/// A small step of the window, a day of thirty years: what enters and leaves it, and all totals.
#[divan::bench(sample_count = 100)]
fn million_step_of_the_window(bencher: Bencher<'_, '_>) {
    let steps: Vec<Question> = (1..=28).map(|d| windowed(&format!("2005-03-{d:02}/2010-03-{d:02}"))).collect();
    ask_in_turn(bencher, &steps);
}

/// The map as it stands.
fn drawn(project: &Project, derived: &Derived, marks: &Marks, question: &Question, camera: Camera) -> Picture {
    let scene = Scene {
        project,
        derived,
        marks,
        question,
        viewport: Viewport { camera, width: 1440.0, height: 900.0 },
        layers: Layers::default(),
        labels: Labels::default(),
        theme: Theme::Light,
        shown: None,
        perspective: Perspective::default(),
        fade: None,
        draft: None,
        selected: None,
        hovered: None,
        spread: None,
        called: &[],
        furniture: Furniture::window(),
    };
    picture::picture(black_box(&scene))
}

fn whole_region() -> Camera {
    Camera::fit(BoundingBox::REGION, 1440.0, 900.0, 60.0, 10.5)
}

/// Asks one question after the other of the million, in turn, and lays the map out each time.
fn draw_in_turn(bencher: Bencher<'_, '_>, questions: &[Question]) {
    let mut kept = million().lock().unwrap();
    let (workspace, derived) = &mut *kept;
    let project = workspace.project();
    derived.refresh(project, &[], &questions[0]);
    let mut marks = picture::marks(project, derived);
    let camera = whole_region();
    let mut turn = questions.iter().cycle();
    bencher.bench_local(|| {
        let question = turn.next().unwrap();
        derived.refresh(project, &[], question);
        marks.follow(project, derived);
        marks.prepare(camera.zoom);
        drawn(project, derived, &marks, question, camera).items.len()
    });
}

/// What is under the pointer, on a map of the million: points all over it in turn, most of them on nothing.
#[divan::bench(sample_count = 100)]
fn million_hover_pick(bencher: Bencher<'_, '_>) {
    let mut kept = million().lock().unwrap();
    let (workspace, derived) = &mut *kept;
    let (project, question) = (workspace.project(), Question::default());
    derived.refresh(project, &[], &question);
    let mut marks = picture::marks(project, derived);
    marks.prepare(whole_region().zoom);
    let map = drawn(project, derived, &marks, &question, whole_region());
    let mut n = 0_u32;
    bencher.bench_local(|| {
        n = n.wrapping_add(7919);
        let at = [(n % 1440) as f32, (n / 1440 % 900) as f32];
        map.pick(black_box(at)).is_some()
    });
}

/// A jump of the window with the map's symbols and all else on the map laid out.
#[divan::bench(sample_count = 40)]
fn million_map_after_a_jump(bencher: Bencher<'_, '_>) {
    draw_in_turn(bencher, &["1995/1999", "2009-03/2022-05", "2001/2001-06", "1994/2023"].map(windowed));
}

/// A small step of the window with the same.
#[divan::bench(sample_count = 100)]
fn million_map_after_a_step(bencher: Bencher<'_, '_>) {
    let steps: Vec<Question> = (1..=28).map(|d| windowed(&format!("2005-03-{d:02}/2010-03-{d:02}"))).collect();
    draw_in_turn(bencher, &steps);
}

/// Words looked for in all texts of a million incidents, with all totals of what is found.
#[divan::bench(sample_count = 20)]
fn million_search(bencher: Bencher<'_, '_>) {
    let asked = |words: &str| {
        let mut question = Question::default();
        question.filters.text = Search::new(words);
        question
    };
    {
        let mut kept = million().lock().unwrap();
        let (workspace, derived) = &mut *kept;
        derived.put_texts(Texts::of(workspace.project()), &[]);
    }
    ask_in_turn(bencher, &["incident 7", "shelling 99", "12345", "no such words"].map(asked));
}

/// A step of a million incidents with a snapshot alive, as the journal has one: a title changed.
fn step(bencher: Bencher<'_, '_>, keeps_log: bool) {
    let mut kept = million().lock().unwrap();
    let workspace = &mut kept.0;
    workspace.commit(Command::Meta(MetaEdit::KeepLog(keeps_log))).unwrap();
    let mut n = 0;
    let mut title = |workspace: &mut Workspace| {
        n += 1;
        let title = Edit::Title(format!("Step {n}").into());
        workspace.commit(Command::Edit(IncidentId(n * 7919 % 1_000_000), title)).unwrap();
        workspace.log(1_795_651_812 + i64::from(n), "anna on desk-3");
        workspace.project().clone()
    };
    if keeps_log {
        // A full log, of which the oldest entry goes with each new one.
        (0..=Log::MOST).for_each(|_| drop(title(workspace)));
    }
    let mut before = workspace.project().clone();
    bencher.bench_local(|| before = title(workspace));
    assert!(!keeps_log || before.log().len() == Log::MOST);
    workspace.commit(Command::Meta(MetaEdit::KeepLog(false))).unwrap();
}

#[divan::bench(sample_count = 1000)]
fn million_a_step(bencher: Bencher<'_, '_>) {
    step(bencher, false);
}

/// The same where each step is noted in a full log.
#[divan::bench(sample_count = 1000)]
fn million_a_step_noted_in_the_log(bencher: Bencher<'_, '_>) {
    step(bencher, true);
}

/// One claim edited: its incident's figures and all totals.
#[divan::bench(sample_count = 200)]
fn million_one_edited_claim(bencher: Bencher<'_, '_>) {
    let mut kept = million().lock().unwrap();
    let (workspace, derived) = &mut *kept;
    let question = Question::default();
    derived.refresh(workspace.project(), &[], &question);
    let mut n = 0;
    let mut edited = || {
        n += 1;
        let id = IncidentId(n * 7919 % 1_000_000);
        let mut claim = workspace.project().get(id).unwrap().claims[0].clone();
        claim.count = Count::Exactly(n + 100);
        workspace.commit(Command::Edit(id, Edit::SetClaim(Box::new(claim)))).unwrap();
        (workspace.project().clone(), workspace.take_touched())
    };
    bencher
        .with_inputs(&mut edited)
        .bench_local_values(|(project, touched)| derived.refresh(&project, &touched, &question));
}

/// The bars of a timeline over thirty years, month by month, by party.
#[divan::bench(sample_count = 20)]
fn million_histogram(bencher: Bencher<'_, '_>) {
    let mut kept = million().lock().unwrap();
    let (workspace, derived) = &mut *kept;
    derived.refresh(workspace.project(), &[], &Question::default());
    let whole = When::parse("1994/2023").unwrap().span();
    let bins = Bins::covering(whole, BinWidth::Month, 240);
    let dead = Measure::People(Category::Killed);
    bencher.bench_local(|| derived.histogram(workspace.project(), &bins, dead, StackBy::Party).highest());
}

#[divan::bench]
fn open_sample() -> usize {
    project::read(black_box(SEPTEMBER_2022)).map_or(0, |o| o.project.len())
}

#[divan::bench]
fn write_sample(bencher: Bencher<'_, '_>) {
    let project = sample();
    bencher.bench_local(|| project::write(black_box(&project), &mut Vec::new()).is_ok());
}

/// The million as a file, in memory.
fn million_bytes() -> Vec<u8> {
    let kept = million().lock().unwrap();
    let mut out = Vec::new();
    project::write(kept.0.project(), &mut out).unwrap();
    out
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn million_open(bencher: Bencher<'_, '_>) {
    let bytes = million_bytes();
    bencher.bench_local(|| project::read(black_box(&bytes)).map(|o| o.project));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn million_write(bencher: Bencher<'_, '_>) {
    let kept = million().lock().unwrap();
    bencher.bench_local(|| project::write(kept.0.project(), &mut std::io::sink()).is_ok());
}
