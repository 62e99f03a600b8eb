//! Edits in any order: what was done is undone and redone exactly.
//!
//! Short with all other tests. 100,000 scripts: `CLASHMAP_LONG=1 cargo test --release --test scripts`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

mod any;
mod edtf;

use any::*;
use clashmap::edit::{Bulk, Command, DrawingEdit, Edit, Imported, MetaEdit, Put, Reshape, Workspace};
use clashmap::model::*;
use clashmap::{io::project, model::Project};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

/// Incidents by slot, some of which are not there.
fn id() -> impl Strategy<Value = IncidentId> + Clone {
    (0_u32..6).prop_map(IncidentId)
}

fn drawing_id() -> impl Strategy<Value = DrawingId> + Clone {
    (0_u32..5).prop_map(DrawingId)
}

fn kind() -> BoxedStrategy<Kind> {
    incident().prop_map(|i| i.kind).boxed()
}

fn source() -> BoxedStrategy<Source> {
    (source_id(), text()).prop_map(|(id, title)| Source::new(id, &title)).boxed()
}

fn edit() -> BoxedStrategy<Edit> {
    // Ids that claims of the strategies have, and one that none has.
    let claim_id = || claim().prop_map(|c| c.id);
    prop_oneof![
        text().prop_map(Edit::Title),
        kind().prop_map(Edit::Kind),
        of(when()).prop_map(Edit::When),
        (select(vec!["en", "hy", "az"]), text()).prop_map(|(code, name)| Edit::PlaceName(code.into(), name)),
        place().prop_map(|p| Edit::Place(Box::new(p))),
        of(lon_lat()).prop_map(Edit::Position),
        of(select(Precision::ALL.to_vec())).prop_map(Edit::Precision),
        of(-1.0_f32..30_000.0).prop_map(Edit::Radius),
        of(uid()).prop_map(Edit::Parent),
        vec(party(), 0..3).prop_map(Edit::Parties),
        vec(text(), 0..3).prop_map(Edit::Weapons),
        vec(source_id(), 0..3).prop_map(Edit::Sources),
        vec((text(), text()), 0..3).prop_map(Edit::Tags),
        text().prop_map(Edit::Notes),
        any::<bool>().prop_map(Edit::Sensitive),
        claim().prop_map(|c| Edit::AddClaim(Box::new(c))),
        vec(claim(), 0..3).prop_map(Edit::AddClaims),
        claim().prop_map(|c| Edit::SetClaim(Box::new(c))),
        (claim_id(), select(Standing::ALL.to_vec())).prop_map(|(id, standing)| Edit::MarkClaim(id, standing)),
        claim_id().prop_map(Edit::RemoveClaim),
    ]
    .boxed()
}

fn bulk() -> BoxedStrategy<Bulk> {
    prop_oneof![
        kind().prop_map(Bulk::Kind),
        (-90_000_i64..90_000).prop_map(Bulk::Shift),
        (text(), text()).prop_map(|(name, value)| Bulk::Tag(name, value)),
        text().prop_map(Bulk::Untag),
        (text(), text()).prop_map(|(from, to)| Bulk::Retag(from, to)),
        party().prop_map(Bulk::AddParty),
        (party(), party()).prop_map(|(from, to)| Bulk::ReassignParty(from, to)),
        source_id().prop_map(Bulk::AddSource),
        any::<bool>().prop_map(Bulk::Sensitive),
    ]
    .boxed()
}

fn drawing_edit() -> BoxedStrategy<DrawingEdit> {
    let form = drawing().prop_map(|d| d.form().clone());
    prop_oneof![
        text().prop_map(DrawingEdit::Title),
        of(when()).prop_map(DrawingEdit::When),
        form.prop_map(|form| DrawingEdit::Form(Reshape::Move, form)),
        drawing().prop_map(|d| DrawingEdit::Style(d.style)),
        any::<bool>().prop_map(DrawingEdit::Titled),
        vec(source_id(), 0..3).prop_map(DrawingEdit::Sources),
        text().prop_map(DrawingEdit::Notes),
    ]
    .boxed()
}

fn meta_edit() -> BoxedStrategy<MetaEdit> {
    let name = || saved_filter().prop_map(|f| f.name);
    let slide_id = || slide().prop_map(|s| s.id);
    let pin = || meta().prop_filter_map("a choice of a claim", |m| m.pins.first().cloned());
    prop_oneof![
        text().prop_map(MetaEdit::Title),
        text().prop_map(MetaEdit::Description),
        meta().prop_filter_map("a party", |m| m.parties.first().cloned()).prop_map(|p| MetaEdit::SetParty(Box::new(p))),
        source().prop_map(|s| MetaEdit::SetSource(Box::new(s))),
        select(vec![Perspective::DeJure, Perspective::DeFacto]).prop_map(MetaEdit::Perspective),
        of(text()).prop_map(MetaEdit::Neutrality),
        any::<bool>().prop_map(MetaEdit::KeepLog),
        pin().prop_map(MetaEdit::Pin),
        pin().prop_map(MetaEdit::Unpin),
        saved_filter().prop_map(|f| MetaEdit::SetFilter(Box::new(f))),
        (name(), text()).prop_map(|(from, to)| MetaEdit::RenameFilter(from, to)),
        name().prop_map(MetaEdit::RemoveFilter),
        (0_usize..4, slide()).prop_map(|(at, s)| MetaEdit::AddSlide(at, Box::new(s))),
        slide().prop_map(|s| MetaEdit::SetSlide(Box::new(s))),
        (slide_id(), 0_usize..4).prop_map(|(id, to)| MetaEdit::MoveSlide(id, to)),
        slide_id().prop_map(MetaEdit::RemoveSlide),
        map_source().prop_map(|m| MetaEdit::AddMap(Box::new(m))),
        (0_usize..4, map_source()).prop_map(|(at, m)| MetaEdit::SetMap(at, Box::new(m))),
        (0_usize..4, 0_usize..4).prop_map(|(from, to)| MetaEdit::MoveMap(from, to)),
        (0_usize..4).prop_map(MetaEdit::RemoveMap),
    ]
    .boxed()
}

/// Incidents that may come into one file together.
fn incidents() -> BoxedStrategy<Vec<Incident>> {
    vec(incident(), 0..3).boxed()
}

fn command() -> BoxedStrategy<Command> {
    let import =
        (incidents(), vec((id(), incident()), 0..2), vec(source(), 0..2)).prop_map(|(new, changed, sources)| {
            Command::Import(Box::new(Imported { new, changed, parties: Vec::new(), sources }))
        });
    // What another version logged is not undone; that is another test's.
    let put = (any_project(), any_project()).prop_map(|(a, b)| {
        let put = Put { log: None, ..Put::between("take over", &a, &b) };
        Command::Put(Box::new(put))
    });
    prop_oneof![
        2 => incident().prop_map(|i| Command::Add(Box::new(i))),
        1 => incidents().prop_map(Command::AddMany),
        2 => vec(id(), 0..3).prop_map(Command::Delete),
        8 => (id(), edit()).prop_map(|(id, edit)| Command::Edit(id, edit)),
        2 => (vec(id(), 0..4), bulk()).prop_map(|(ids, bulk)| Command::Bulk(ids, bulk)),
        1 => (id(), edit(), source()).prop_map(|(id, edit, s)| Command::EditWithSource(id, edit, Box::new(s))),
        1 => (id(), vec(claim(), 0..3), vec(source(), 0..2)).prop_map(|(id, c, s)| Command::AddClaims(id, c, s)),
        1 => import,
        1 => drawing().prop_map(|d| Command::AddDrawing(Box::new(d))),
        1 => drawing_id().prop_map(Command::DeleteDrawing),
        2 => (drawing_id(), drawing_edit(), of(source()))
            .prop_map(|(id, edit, s)| Command::EditDrawing(id, edit, s.map(Box::new))),
        4 => meta_edit().prop_map(Command::Meta),
        1 => put,
    ]
    .boxed()
}

#[derive(Clone, Debug)]
enum Step {
    Do(Box<Command>),
    Undo,
    Redo,
    Save,
}

fn step() -> BoxedStrategy<Step> {
    prop_oneof![
        6 => command().prop_map(|c| Step::Do(Box::new(c))),
        2 => Just(Step::Undo),
        1 => Just(Step::Redo),
        1 => Just(Step::Save),
    ]
    .boxed()
}

fn bytes(project: &Project) -> Vec<u8> {
    let mut out = Vec::new();
    project::write(project, &mut out).unwrap();
    out
}

/// The same as a list of projects and a finger on one of them: the simplest history that there can be.
struct Model {
    states: Vec<Project>,
    at: usize,
    saved: Option<usize>,
}

fn run(start: Project, script: Vec<Step>) -> Result<(), TestCaseError> {
    let first = bytes(&start);
    let mut w = Workspace::new(start.clone(), true);
    let mut model = Model { states: vec![start], at: 0, saved: Some(0) };
    for step in script {
        match step {
            Step::Do(command) => {
                if matches!(w.commit(*command), Ok(Some(_))) {
                    model.states.truncate(model.at + 1);
                    model.saved = model.saved.filter(|saved| *saved <= model.at);
                    model.states.push(w.project().clone());
                    model.at += 1;
                }
            }
            Step::Undo => {
                prop_assert_eq!(w.undo().is_some(), model.at > 0);
                model.at = model.at.saturating_sub(1);
            }
            Step::Redo => {
                prop_assert_eq!(w.redo().is_some(), model.at + 1 < model.states.len());
                model.at = (model.at + 1).min(model.states.len() - 1);
            }
            Step::Save => {
                w.mark_saved(w.head());
                model.saved = Some(model.at);
            }
        }
        // What was refused or changes nothing leaves the project as it was.
        prop_assert_eq!(w.project(), &model.states[model.at]);
        prop_assert_eq!(w.is_dirty(), model.saved != Some(model.at));
    }
    while w.redo().is_some() {}
    let last = bytes(w.project());
    prop_assert_eq!(&last, &bytes(model.states.last().unwrap()));
    let mut steps = 0;
    while w.undo().is_some() {
        steps += 1;
    }
    prop_assert_eq!(steps + 1, model.states.len());
    prop_assert!(bytes(w.project()) == first, "undoing all gives the start byte for byte");
    while w.redo().is_some() {}
    prop_assert!(bytes(w.project()) == last, "redoing all gives the end byte for byte");
    Ok(())
}

/// The same with each step noted in the log, where one is kept.
fn run_logged(start: Project, script: Vec<Step>) -> Result<(), TestCaseError> {
    let plain = |p: &Project| bytes(&p.clone().with_log(Log::default()));
    let first = plain(&start);
    let mut w = Workspace::new(start.with_log(Log::default()), true);
    let mut log: Vec<std::sync::Arc<Logged>> = Vec::new();
    let mut note = |w: &mut Workspace, done: bool, kept: bool| -> Result<(), TestCaseError> {
        w.log(1_795_651_812, "anna on desk-3");
        let now: Vec<_> = w.project().log().iter().cloned().collect();
        let noted = usize::from(done && (kept || w.project().meta().keeps_log));
        prop_assert_eq!(now.len(), log.len() + noted, "one entry a step, and none where nothing was done");
        prop_assert_eq!(&now[..log.len()], &log[..], "what is in the log stays as it is");
        prop_assert!(now.iter().all(|e| e.is_bounded() && !e.step.is_empty()));
        log = now;
        Ok(())
    };
    for step in script {
        let kept = w.project().meta().keeps_log;
        let done = match step {
            Step::Do(command) => matches!(w.commit(*command), Ok(Some(_))),
            Step::Undo => w.undo().is_some(),
            Step::Redo => w.redo().is_some(),
            Step::Save => false,
        };
        note(&mut w, done, kept)?;
    }
    let read = project::read(&bytes(w.project())).unwrap().project;
    prop_assert_eq!(read.log(), w.project().log());
    loop {
        let kept = w.project().meta().keeps_log;
        let done = w.undo().is_some();
        note(&mut w, done, kept)?;
        if !done {
            break;
        }
    }
    prop_assert!(plain(w.project()) == first, "undoing all gives the start byte for byte, but for the log");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(300, 100_000), max_local_rejects: u32::MAX, ..ProptestConfig::default() })]

    #[test]
    fn whatever_was_done_in_any_order_is_undone_and_redone_byte_for_byte(
        start in any_project(),
        script in vec(step(), 0..24),
    ) {
        run(start, script)?;
    }

    #[test]
    fn each_step_is_one_entry_of_the_log_and_the_log_takes_no_part_in_undo(
        start in any_project(),
        script in vec(step(), 0..24),
    ) {
        run_logged(start, script)?;
    }
}
