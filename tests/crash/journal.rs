//! The journal under power cuts at every moment and on a full disk: every edit that was called kept comes back.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clashmap::edit::{Command, Edit, MetaEdit, Workspace};
use clashmap::io::disk::Disk;
use clashmap::io::journal::{Book, Head, Noted, look, recover};
use clashmap::io::progress::Progress;
use clashmap::io::project::{self, Care, save_project};
use clashmap::io::seen::{Digest, Seen};
use clashmap::model::{Incident, IncidentId, Kind, Meta, Project, Uid};

use crate::sim::{SimDisk, after_power_cut};
use crate::{Dice, times};

const FILE: &str = "/d/a.clashmap.geojson";
const FOLDER: &str = "/s/journals";

fn incident(uid: &str) -> Incident {
    Incident::new(Uid::new(uid), Kind::ArmedClash, uid)
}

fn start() -> Project {
    Project::new(Meta::default(), ["a", "b", "c"].map(incident), Vec::new())
}

fn head(seen: Option<Seen>) -> Head {
    Head {
        who: "anna on desk-3".into(),
        pid: 7,
        started: 1_795_651_812,
        name: "a".into(),
        file: seen.map(|_| FILE.to_owned()),
        digest: seen.map(|s| s.checksum.to_string()),
    }
}

/// Edit number `n`, one of several sorts; its number stands in the title of the first incident afterwards.
fn edit(w: &mut Workspace, n: usize) {
    let mut done = |command| assert!(w.commit(command).unwrap().is_some());
    match n % 5 {
        0 => done(Command::Add(Box::new(incident(&format!("new {n}"))))),
        1 => done(Command::Edit(IncidentId(1), Edit::Notes("x".repeat(900 + n).into()))),
        2 => done(Command::Meta(MetaEdit::Title(format!("title {n}").into()))),
        3 => done(Command::Delete(vec![IncidentId(2)])),
        _ => drop(w.undo()),
    }
}

fn note(book: &mut Book, w: &Workspace, n: usize) -> std::io::Result<()> {
    book.note(
        w.project().clone(),
        vec![Noted { number: n as u64, at: 1_795_651_812 + n as i64, label: format!("edit {n}") }],
    )
}

/// What a next start finds: the work of a journal, or the file.
fn brought_back(disk: &SimDisk) -> Option<Project> {
    for found in look(disk, Path::new(FOLDER)) {
        let got = recover(disk, &found).unwrap();
        assert!(got.conflicts.is_empty(), "{:?}", got.conflicts);
        if !got.put.is_empty() {
            let mut w = Workspace::new(got.base, true);
            w.commit(Command::Put(Box::new(got.put))).unwrap();
            return Some(w.project().clone());
        }
    }
    disk.read(Path::new(FILE), 1 << 20).ok().map(|bytes| project::read(&bytes).unwrap().project)
}

#[test]
fn after_a_power_cut_every_edit_that_was_called_kept_comes_back() {
    let disk = SimDisk::new(&["/d", "/s"]);
    let care = Care::default();
    let save = |project: &Project, seen: Option<Seen>| {
        let care = Care { seen, ..care.clone() };
        save_project(&disk, Path::new(FILE), project, &care, &Progress::new()).unwrap().seen
    };
    let mut w = Workspace::new(start(), true);
    let mut seen = save(w.project(), None);
    let mut book = Book::new(Arc::new(disk.clone()), Path::new(FOLDER), 1, head(Some(seen)), w.project().clone());
    // How the project stood after each edit, and how long the log was when that edit was said to be kept.
    let mut states = vec![w.project().clone()];
    let mut said = vec![disk.log().len()];
    for n in 1..=14 {
        edit(&mut w, n);
        note(&mut book, &w, n).unwrap();
        states.push(w.project().clone());
        said.push(disk.log().len());
        if n == 6 || n == 10 {
            // The sixth edit is saved at once; of the tenth the save ends only after the eleventh.
            let (saved, number) = (w.project().clone(), n as u64);
            if n == 10 {
                edit(&mut w, 11);
                note(&mut book, &w, 11).unwrap();
                states.push(w.project().clone());
                said.push(disk.log().len());
            }
            seen = save(&saved, Some(seen));
            book.saved(saved, head(Some(seen)), number).unwrap();
        }
        if n == 10 {
            break;
        }
    }
    for n in 12..=14 {
        edit(&mut w, n);
        note(&mut book, &w, n).unwrap();
        states.push(w.project().clone());
        said.push(disk.log().len());
    }
    let log = disk.log();
    let mut dice = Dice(3);
    let rounds = times(10_000, 300_000).div_ceil(log.len() - said[0]);
    let (mut last, mut next) = (0, 0);
    for done in said[0]..=log.len() {
        let promised = said.iter().filter(|at| **at <= done).count() - 1;
        for _ in 0..rounds {
            let left = SimDisk::holding(&["/d", "/s", FOLDER], after_power_cut(&log, done, &mut dice));
            let got = brought_back(&left).unwrap();
            // The edit under way may have arrived as a whole; of two equal states either will do.
            if same(&got, &states[promised]) {
                last += 1;
            } else {
                assert!(
                    states.get(promised + 1).is_some_and(|s| same(&got, s)),
                    "cut after {done} of {}: {promised} edits were promised, {:?} came back",
                    log.len(),
                    states.iter().position(|s| same(&got, s))
                );
                next += 1;
            }
        }
    }
    assert!(last > 1000 && next > 10, "both were met: {last} as promised, {next} with the next");
}

/// Equal content, whatever the order: a deletion that is taken back after a save stands at the end.
fn same(a: &Project, b: &Project) -> bool {
    clashmap::edit::Put::between("", a, b).is_empty()
}

#[test]
fn a_full_disk_costs_a_message_and_what_was_kept_before_stays_and_the_next_edit_holds_all() {
    let disk = SimDisk::new(&["/d", "/s"]);
    let mut w = Workspace::new(start(), false);
    let mut book = Book::new(Arc::new(disk.clone()), Path::new(FOLDER), 1, head(None), w.project().clone());
    let mut kept = w.project().clone();
    let (mut refused, mut room) = (0, 400);
    for n in 1..60 {
        edit(&mut w, n);
        disk.leave(room);
        room = if n % 7 == 0 { 9000 } else { room / 2 };
        match note(&mut book, &w, n) {
            Ok(()) => kept = w.project().clone(),
            Err(e) => {
                assert_eq!(e.kind(), std::io::ErrorKind::StorageFull);
                refused += 1;
            }
        }
        // As if the program were killed here: its locks go, its files stay.
        let left = SimDisk::holding(&["/d", "/s", FOLDER], disk.files());
        let got = brought_back(&left);
        assert!(got.map_or(kept == start(), |got| same(&got, &kept)), "after edit {n}");
    }
    assert!((10..55).contains(&refused), "{refused}");
}

#[test]
fn a_journal_that_another_program_writes_is_left_alone_and_a_finished_one_leaves_nothing() {
    let disk = SimDisk::new(&["/d", "/s"]);
    let mut w = Workspace::new(start(), false);
    let mut book = Book::new(Arc::new(disk.clone()), Path::new(FOLDER), 1, head(None), w.project().clone());
    edit(&mut w, 1);
    note(&mut book, &w, 1).unwrap();
    let before = disk.files();
    assert!(look(&disk, Path::new(FOLDER)).is_empty(), "its writer is alive");
    assert_eq!(disk.files(), before);
    w.undo();
    note(&mut book, &w, 2).unwrap();
    book.close(false);
    assert!(disk.files().is_empty(), "{:?}", disk.files().keys());
}

#[test]
fn what_was_changed_and_changed_back_is_not_offered_and_given_up_work_is_moved_aside() {
    let disk = SimDisk::new(&["/d", "/s"]);
    let mut w = Workspace::new(start(), false);
    let book = |window| Book::new(Arc::new(disk.clone()), Path::new(FOLDER), window, head(None), start());
    let mut first = book(1);
    edit(&mut w, 1);
    note(&mut first, &w, 1).unwrap();
    w.undo();
    note(&mut first, &w, 2).unwrap();
    // The program is killed.
    drop(first);
    assert!(look(&disk, Path::new(FOLDER)).is_empty());
    for window in 2..30 {
        let mut more = book(window);
        edit(&mut w, 5 * window as usize);
        note(&mut more, &w, 1).unwrap();
        more.close(true);
    }
    let names: Vec<PathBuf> = disk.files().into_keys().collect();
    assert!(names.iter().all(|n| n.starts_with("/s/journals/discarded")), "{names:?}");
    assert_eq!(names.len(), 20, "the oldest go");
}

#[test]
fn an_edit_of_very_many_incidents_counts_as_a_whole_or_not_at_all() {
    let many = Project::new(Meta::default(), (0..6000).map(|n| incident(&format!("i{n}"))), Vec::new());
    let disk = SimDisk::new(&["/s"]);
    let mut w = Workspace::new(many.clone(), false);
    let mut book = Book::new(Arc::new(disk.clone()), Path::new(FOLDER), 1, head(None), many.clone());
    w.commit(Command::Edit(IncidentId(0), Edit::Title("first".into()))).unwrap();
    let first = w.project().clone();
    note(&mut book, &w, 1).unwrap();
    let path = disk.files().into_keys().find(|p| p.extension().is_some_and(|e| e == "journal")).unwrap();
    let before = disk.files()[&path].len();
    let all = (0..6000).map(IncidentId).collect();
    w.commit(Command::Bulk(all, clashmap::edit::Bulk::Tag("front".into(), "east".into()))).unwrap();
    note(&mut book, &w, 2).unwrap();
    drop(book);
    let bytes = disk.files()[&path].clone();
    assert!(bytes.len() > before + 500_000);
    for (cut, whole) in [(bytes.len(), true), (bytes.len() - 1, false), (usize::midpoint(before, bytes.len()), false)] {
        let left = SimDisk::holding(&[FOLDER], [(path.clone(), bytes[..cut].to_vec())].into());
        let found = look(&left, Path::new(FOLDER));
        assert_eq!(found[0].summary.torn, !whole);
        drop(found);
        assert_eq!(brought_back(&left).unwrap(), if whole { w.project().clone() } else { first.clone() });
    }
}

#[test]
fn work_on_a_file_that_was_changed_since_is_put_together_with_it_and_two_figures_stay_two() {
    use clashmap::model::{Category, Claim, Count, PartyId};
    let claim = |n| Claim::new("c1", PartyId::new("armenia"), Category::Killed, Count::Exactly(n));
    let disk = SimDisk::new(&["/d", "/s"]);
    let mut base = Workspace::new(start(), true);
    base.commit(Command::Edit(IncidentId(0), Edit::AddClaim(Box::new(claim(49))))).unwrap();
    let base = base.project().clone();
    let save = |p: &Project| save_project(&disk, Path::new(FILE), p, &Care::default(), &Progress::new()).unwrap().seen;
    let seen = save(&base);
    let mut ours = Workspace::new(base.clone(), true);
    let mut book = Book::new(Arc::new(disk.clone()), Path::new(FOLDER), 1, head(Some(seen)), base.clone());
    for (n, command) in [
        Command::Edit(IncidentId(0), Edit::SetClaim(Box::new(claim(105)))),
        Command::Edit(IncidentId(1), Edit::Title("ours".into())),
    ]
    .into_iter()
    .enumerate()
    {
        ours.commit(command).unwrap();
        note(&mut book, &ours, n).unwrap();
    }
    drop(book);
    let mut theirs = Workspace::new(base, true);
    theirs.commit(Command::Edit(IncidentId(0), Edit::SetClaim(Box::new(claim(80))))).unwrap();
    theirs.commit(Command::Edit(IncidentId(2), Edit::Title("theirs".into()))).unwrap();
    save(theirs.project());
    let found = look(&disk, Path::new(FOLDER)).remove(0);
    assert_eq!(found.summary.changed, ["a", "ours"]);
    let got = recover(&disk, &found).unwrap();
    assert_eq!(got.conflicts.len(), 1);
    let mut w = Workspace::new(got.base, true);
    w.commit(Command::Put(Box::new(got.put))).unwrap();
    let titles: Vec<&str> = w.project().iter().map(|(_, i)| &*i.title).collect();
    assert_eq!(titles, ["a", "ours", "theirs"]);
    let figures = w.project().get(IncidentId(0)).unwrap().claims.iter().map(|c| c.count.best()).collect::<Vec<_>>();
    assert_eq!(figures, [Some(105), Some(80)]);
    // Without the file what was edited is still there, as a project of its own.
    let alone = SimDisk::holding(&[FOLDER], disk.files().into_iter().filter(|(p, _)| p.starts_with("/s")).collect());
    drop(found);
    let found = look(&alone, Path::new(FOLDER)).remove(0);
    let got = recover(&alone, &found).unwrap();
    assert!(got.path.is_none() && got.remarks[0].contains("cannot be opened"));
    assert_eq!(got.put.incidents.len(), 2);
}

#[test]
fn a_panic_of_the_thread_that_writes_the_journal_is_told_and_takes_nothing_else_down() {
    use clashmap::io::journal::Keeper;
    use std::sync::mpsc;
    let disk = SimDisk::new(&["/d", "/s"]);
    disk.break_down();
    let (sender, woken) = mpsc::channel();
    let wake = move || sender.send(()).unwrap_or_default();
    let disk = Arc::new(disk);
    let mut w = Workspace::new(start(), false);
    let mut keeper = Keeper::new(disk, Path::new(FOLDER), 1, head(None), w.project().clone(), true, wake);
    for n in 1..4 {
        edit(&mut w, n);
        keeper.note(w.project(), Noted { number: n as u64, at: 1, label: "edit".into() });
    }
    woken.recv_timeout(std::time::Duration::from_secs(20)).unwrap();
    let news = keeper.news();
    assert!(news.len() == 1 && news[0].contains("Save now"), "{news:?}");
    assert_eq!(keeper.kept(), 0, "nothing is called kept that is not");
    keeper.close(false).unwrap().join().unwrap();
}

#[test]
fn a_foreign_or_broken_file_among_the_journals_is_no_trouble() {
    let disk = SimDisk::new(&["/s/journals"]);
    for (name, bytes) in [
        ("notes.txt", &b"hello"[..]),
        ("2026-11-26T001012Z-1-1-1.journal", b"clashmap journal 1\nrubbish"),
        ("2026-11-26T001012Z-2-1-1.journal", b""),
        ("-.journal", b"clashmap journal 1\n"),
    ] {
        disk.create_new(&Path::new(FOLDER).join(name)).unwrap().write_all(bytes).unwrap();
    }
    assert!(look(&disk, Path::new(FOLDER)).is_empty());
    assert!(disk.files().contains_key(&Path::new(FOLDER).join("notes.txt")));
    assert!(look(&disk, Path::new("/nowhere")).is_empty());
    assert_eq!(Digest::of(b"").to_string().len(), 64);
}

#[test]
fn the_log_of_edits_comes_back_with_the_work_also_where_nothing_else_is_left_of_it() {
    let disk = SimDisk::new(&["/d", "/s"]);
    let mut w = Workspace::new(start(), false);
    w.commit(Command::Meta(MetaEdit::KeepLog(true))).unwrap();
    w.log(1, "anna");
    let base = w.project().clone();
    let mut book = Book::new(Arc::new(disk.clone()), Path::new(FOLDER), 1, head(None), base.clone());
    w.commit(Command::Edit(IncidentId(0), Edit::Title("x".into()))).unwrap();
    w.log(2, "anna");
    note(&mut book, &w, 1).unwrap();
    let bytes = |disk: &SimDisk| disk.files().values().map(Vec::len).sum::<usize>();
    let before = bytes(&disk);
    for n in 0..200 {
        if n % 2 == 0 {
            w.undo()
        } else {
            w.redo()
        };
        w.log(3 + n, "bela");
        note(&mut book, &w, 2 + n as usize).unwrap();
    }
    w.undo();
    w.log(900, "bela");
    note(&mut book, &w, 999).unwrap();
    assert!(bytes(&disk) - before < 200 * 1500, "only what came to the log is written, not all of it each time");
    // The program is killed; the title is what it was, and the log knows of it.
    drop(book);
    let back = brought_back(&disk).unwrap();
    assert_eq!(back.log().len(), 203);
    assert!(same(&back, w.project()) && back == *w.project());
    assert_eq!(back.log().get(1).map(|e| (&*e.step, &*e.after)), Some(("change title", "x")));
    assert_ne!(back, base);
}
