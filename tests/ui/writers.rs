//! Two people who edit and save one file in any order: no edit vanishes unannounced.
//!
//! Short with all other tests. Long, 1,000 orders: `CLASHMAP_LONG=1 cargo test --release --test ui writers`.

use std::collections::BTreeSet;
use std::path::Path;

use clashmap::edit::{Command, Edit};
use clashmap::io::project;
use clashmap::model::{Category, Claim, Count, Incident, IncidentId, Kind, Meta, PartyId, Project, Uid};
use clashmap::panels::Action;
use egui::Key;
use egui::accesskit::Role;

use crate::desk::{CTRL, Desk, put};

const DIALOG: &str = "The file was changed by somebody else";

/// Numbers that look random and are the same every time (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}

fn claim(figure: u32) -> Claim {
    Claim::new("c1", PartyId::new("armenia"), Category::Killed, Count::Exactly(figure))
}

/// Every text and figure of a project; each edit makes one that is nowhere else.
fn values(project: &Project) -> BTreeSet<String> {
    let of = |i: &Incident| {
        let figures = i.claims.iter().filter_map(|c| c.count.best()).map(|n| n.to_string());
        figures.chain([i.title.to_string(), i.notes.to_string()]).filter(|v| v.starts_with("77")).collect::<Vec<_>>()
    };
    project.iter().flat_map(|(_, i)| of(i)).collect()
}

fn on_disk(path: &Path) -> BTreeSet<String> {
    values(&project::open(path).unwrap().project)
}

/// What both know, beside the file.
#[derive(Default)]
struct Known {
    /// What somebody who had it before their eyes replaced, deleted or took back.
    given_up: BTreeSet<String>,
    dialogs: usize,
}

fn edit(desk: &mut Desk, dice: &mut Dice, n: u32, known: &mut Known) {
    let before = values(desk.project());
    let ids: Vec<IncidentId> = desk.project().iter().map(|(id, _)| id).collect();
    let new = 770_000 + n;
    let some = ids.get(dice.below(ids.len().max(1))).copied();
    let what = match (dice.below(12), some) {
        (0, _) => return desk_undo(desk, known, &before),
        (1, Some(id)) if ids.len() > 1 => Command::Delete(vec![id]),
        (2, _) | (_, None) => {
            let uid = Uid::new(&format!("u{new}"));
            Command::Add(Box::new(Incident::new(uid, Kind::ArmedClash, &new.to_string())))
        }
        (3..=5, Some(id)) => Command::Edit(id, Edit::Notes(new.to_string().into())),
        (6..=8, Some(id)) if !desk.project().get(id).unwrap().claims.is_empty() => {
            Command::Edit(id, Edit::SetClaim(Box::new(claim(new))))
        }
        (_, Some(id)) => Command::Edit(id, Edit::Title(new.to_string().into())),
    };
    let ctx = desk.window.ctx.clone();
    desk.window.state_mut().act(&ctx, Action::Edit(what));
    known.given_up.extend(before.difference(&values(desk.project())).cloned());
}

fn desk_undo(desk: &mut Desk, known: &mut Known, before: &BTreeSet<String>) {
    let ctx = desk.window.ctx.clone();
    desk.window.state_mut().act(&ctx, Action::Undo);
    known.given_up.extend(before.difference(&values(desk.project())).cloned());
}

fn save(desk: &mut Desk, path: &Path, dice: &mut Dice, known: &mut Known, must: bool, seed: u64) {
    desk.settle();
    let (file, mine) = (on_disk(path), values(desk.project()));
    desk.key(CTRL, Key::S);
    let mut told = String::new();
    for _ in 0..3 {
        if !desk.has(DIALOG) {
            break;
        }
        known.dialogs += 1;
        told.push_str(&desk.names().join("\n"));
        if !must && dice.below(5) == 0 {
            desk.press(Key::Escape);
            assert_eq!(on_disk(path), file, "nothing was written");
            return;
        }
        let radios: Vec<String> =
            desk.seen().into_iter().filter(|s| s.role == Role::RadioButton).map(|s| s.name).collect();
        for name in radios {
            if dice.below(3) == 0 {
                desk.click(&name);
            }
        }
        desk.click("Take in and save");
    }
    assert!(!desk.app().is_dirty(), "{:#?}", desk.names());
    let after = on_disk(path);
    for value in file.union(&mine).filter(|v| !after.contains(*v)) {
        let known = known.given_up.contains(value) || told.contains(value.as_str());
        assert!(known, "order {seed}: {value} vanished unannounced: {told}");
    }
    // What was told is known from now on.
    known.given_up.extend(file.union(&mine).filter(|v| !after.contains(*v)).cloned());
    assert_eq!(values(desk.project()), after, "what stands in the window stands in the file");
}

fn one_order(seed: u64) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shared.clashmap.geojson");
    let incidents = ["a", "b", "c"].map(|uid| {
        let mut i = Incident::new(Uid::new(uid), Kind::ArmedClash, uid);
        i.claims.push(claim(1));
        i
    });
    let mut out = Vec::new();
    project::write(&Project::new(Meta::default(), incidents, Vec::new()), &mut out).unwrap();
    put(&path, &out);
    let mut dice = Dice(seed);
    let mut known = Known::default();
    let mut both = [(); 2].map(|()| {
        let mut desk = Desk::sized(crate::desk::empty(), None, "untitled", [900.0, 1600.0], 1.0);
        desk.act(Action::OpenPath(path.clone()));
        desk
    });
    let mut made = BTreeSet::new();
    for n in 0..14 {
        let desk = &mut both[dice.below(2)];
        if dice.below(4) == 0 {
            save(desk, &path, &mut dice, &mut known, false, seed);
        } else {
            edit(desk, &mut dice, n, &mut known);
            made.extend(values(desk.project()));
        }
    }
    for who in [0, 1, 0] {
        save(&mut both[who], &path, &mut dice, &mut known, true, seed);
    }
    let left = on_disk(&path);
    for value in made.difference(&known.given_up) {
        assert!(left.contains(value), "order {seed}: {value} is gone");
    }
    known.dialogs
}

#[test]
fn two_people_on_one_file_lose_no_edit_without_being_told_whatever_the_order() {
    let orders = if std::env::var_os("CLASHMAP_LONG").is_some() { 1000 } else { 8 };
    let dialogs: usize = (0..orders).map(one_order).sum();
    assert!(dialogs as u64 >= orders, "{dialogs} dialogs in {orders} orders");
}
