//! What is kept up to date equals what is worked out anew: after any edits and any change of the question, in small projects and
//! in large ones, where sums run along the order of time.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // The lints spare only functions marked as tests.

use clashmap::derive::{Changed, Derived, Policy, Question, Texts, derive, tolls};
use clashmap::edit::{Command, Edit, MetaEdit, Workspace};
use clashmap::model::{
    Category, Claim, Count, Incident, IncidentId, Kind, Meta, Moment, PartyId, Pin, Project, Search, SourceId,
    Standing, Status, Uid, When,
};
use proptest::prelude::*;

const PARTIES: [&str; 4] = ["armenia", "azerbaijan", "france", "all-parties"];
const COUNTS: [&str; 9] = ["?", "several dozen", "0", "7", "49", "~ 60", "≥ 135", "≤ 10", "71–80"];

/// A small source of numbers: the same seed gives the same project.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())]
    }

    fn party(&mut self) -> PartyId {
        PartyId::new(self.one(&PARTIES))
    }

    fn claim(&mut self, id: usize, covers: usize) -> Claim {
        let category = Category::ALL[self.roll(3)];
        let mut c = Claim::new(&format!("c{id}"), self.party(), category, Count::parse(self.one(&COUNTS)).unwrap());
        c.status = Status::ALL[self.roll(3)];
        c.speaks_for = (self.roll(4) > 0).then(|| self.party());
        c.claimant = self.one(&["", "ministry", "observer"]).into();
        c.running = self.roll(3) == 0;
        c.published = match self.roll(12) {
            0 | 1 => None,
            // A time as long as this is no number that the columns hold.
            2 => Some(Moment::parse(self.one(&["1XXX", "20XX", "2022", "2022-09"])).unwrap()),
            _ => Some(Moment::day(2022, 9, 1 + self.roll(28) as u8).unwrap()),
        };
        c.source = (self.roll(3) > 0).then(|| SourceId::new(self.one(&["a", "b"])));
        c.period = (self.roll(6) == 0).then(|| When::parse("2022-09-13").unwrap());
        if self.roll(8) == 0 {
            c.standing = Standing::Withdrawn;
        }
        if covers > 0 && self.roll(12) == 0 {
            c.covers = vec![Uid::new(&format!("i{}", self.roll(covers)))];
        }
        c
    }

    fn when(&mut self) -> Option<When> {
        let day = 1 + self.roll(28);
        let text = match self.roll(8) {
            0 => return None,
            1 => format!("2022-09-{day:02}/2022-10-15"),
            2 => format!("2022-09-{day:02}/.."),
            3 => "2022-09".into(),
            _ => format!("2022-09-{day:02}"),
        };
        When::parse(&text).ok()
    }

    /// Incident `n` of a project; `tied` says of how many others it may be a part of or cover.
    fn incident(&mut self, n: usize, tied: usize) -> Incident {
        let mut i = Incident::new(Uid::new(&format!("i{n}")), Kind::KNOWN[self.roll(5)].clone(), "x");
        i.when = self.when();
        i.parties = (0..self.roll(3)).map(|_| self.party()).collect();
        i.claims = (0..self.roll(5)).map(|k| self.claim(k, tied)).collect();
        i.parent = (tied > 0 && self.roll(4) == 0).then(|| Uid::new(&format!("i{}", self.roll(tied))));
        i
    }

    fn question(&mut self) -> Question {
        let window = |d: &mut Self| {
            let (a, b) = (1 + d.roll(28), 1 + d.roll(28));
            When::parse(&format!("2022-09-{:02}/2022-09-{:02}", a.min(b), a.max(b))).unwrap().span()
        };
        Question {
            span: (self.roll(4) > 0).then(|| window(self)),
            as_known: (self.roll(3) == 0).then(|| Moment::day(2022, 9, 1 + self.roll(28) as u8).unwrap()),
            policy: match self.roll(6) {
                5 => Policy::Source(SourceId::new("a")),
                n => Policy::PLAIN[n].clone(),
            },
            ..Question::default()
        }
    }

    fn edit(&mut self, project: &Project, tied: usize) -> Command {
        let id = IncidentId(self.roll(project.slots() as usize) as u32);
        match self.roll(7) {
            0 => Command::Delete(vec![id]),
            1 => Command::Add(Box::new(self.incident(project.slots() as usize + 10_000, tied))),
            2 => Command::Edit(id, Edit::When(self.when())),
            3 if tied > 0 => Command::Edit(id, Edit::Parent(Some(Uid::new(&format!("i{}", self.roll(tied)))))),
            4 => Command::Meta(MetaEdit::Pin(Pin {
                incident: project.get(id).map_or(Uid::new("none"), |i| i.uid.clone()),
                claim: "c1".into(),
                reason: "x".into(),
            })),
            5 => Command::Edit(id, Edit::Parties(vec![self.party()])),
            _ => {
                let number = 100 + self.roll(1000);
                Command::Edit(id, Edit::AddClaim(Box::new(self.claim(number, tied))))
            }
        }
    }
}

fn assert_same(kept: &Derived, project: &Project, question: &Question) {
    let anew = derive(project, question);
    assert_eq!(kept.ids().collect::<Vec<_>>(), anew.ids().collect::<Vec<_>>(), "{}", question.sentence());
    assert_eq!(kept.len(), anew.len());
    assert_eq!(kept.hidden, anew.hidden);
    assert_eq!(kept.totals, anew.totals, "{}", question.sentence());
    assert_eq!(kept.dead, anew.dead, "{}", question.sentence());
    assert_eq!(kept.contradicted(), anew.contradicted());
}

/// A project of `n` incidents of which `tied` may have parents or be covered; then `steps` edits and questions.
fn follow(seed: u64, n: usize, tied: usize, steps: usize) {
    let mut dice = Dice(seed);
    let incidents: Vec<_> = (0..n).map(|k| dice.incident(k, if k < tied { tied } else { 0 })).collect();
    let mut workspace = Workspace::new(Project::new(Meta::default(), incidents, Vec::new()), true);
    let mut question = Question::default();
    let mut kept = derive(workspace.project(), &question);
    for _ in 0..steps {
        match dice.roll(5) {
            0 | 1 => {
                // What makes no sense is refused; that is as good a step as any.
                let command = dice.edit(workspace.project(), tied);
                let _ = workspace.commit(command);
            }
            2 => drop(workspace.undo().is_some()),
            3 => question.span = dice.question().span,
            _ => question = dice.question(),
        }
        let touched = workspace.take_touched();
        kept.refresh(workspace.project(), &touched, &question);
        assert_same(&kept, workspace.project(), &question);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn following_edits_and_questions_equals_looking_anew(seed in any::<u64>()) {
        follow(seed, 12, 12, 25);
    }

    #[test]
    fn the_columns_give_the_figures_that_the_ledger_gives(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let incidents: Vec<_> = (0..12).map(|k| dice.incident(k, 0)).collect();
        let project = Project::new(Meta::default(), incidents, Vec::new());
        for _ in 0..8 {
            let question = dice.question();
            let derived = derive(&project, &question);
            for (id, incident) in project.iter() {
                prop_assert_eq!(derived.figures(id), tolls(&project, incident, &question), "{}", question.sentence());
            }
        }
    }
}

#[test]
fn in_a_large_project_too() {
    for seed in 0..3 {
        follow(seed, 4_200, if seed % 2 == 0 { 0 } else { 40 }, 14);
    }
}

#[test]
fn words_are_found_in_texts_taken_together_as_in_each_and_after_edits() {
    let mut dice = Dice(11);
    let names = ["Sotk", "Zod", "Goris", "Xankəndi", ""];
    let incidents = (0..300).map(|n| {
        let mut i = dice.incident(n, 0);
        i.title = names[n % names.len()].into();
        i
    });
    let mut workspace = Workspace::new(Project::new(Meta::default(), incidents, Vec::new()), true);
    let mut question = Question::default();
    let mut kept = derive(workspace.project(), &question);
    kept.put_texts(Texts::of(workspace.project()), &[]);
    for n in 0..30_usize {
        question.filters.text = Search::new(["sotk", "khankendi", "od", "", "nowhere"][n % 5]);
        let renamed = Edit::Title(names[n % 3].into());
        workspace.commit(Command::Edit(IncidentId(n as u32 * 7), renamed)).unwrap();
        let touched = workspace.take_touched();
        kept.refresh(workspace.project(), &touched, &question);
        assert_same(&kept, workspace.project(), &question);
    }
    assert!(kept.has_texts());
}

#[test]
fn an_incident_with_more_claims_than_the_quick_way_takes_has_the_same_figures() {
    let mut dice = Dice(7);
    let mut big = dice.incident(0, 0);
    big.claims = (0..200).map(|k| dice.claim(k, 0)).collect();
    let project = Project::new(Meta::default(), [big], Vec::new());
    for _ in 0..40 {
        let question = dice.question();
        let derived = derive(&project, &question);
        let (id, incident) = project.iter().next().unwrap();
        assert_eq!(derived.figures(id), tolls(&project, incident, &question), "{}", question.sentence());
    }
}

#[test]
fn an_answer_in_the_place_of_another_says_whether_figures_changed() {
    let mut dice = Dice(3);
    let project = Project::new(Meta::default(), (0..300).map(|n| dice.incident(n, 0)), Vec::new());
    let plain = derive(&project, &Question::default());
    let mut filtered = Question::default();
    filtered.filters.kinds = vec![Kind::KNOWN[1].clone()];
    let lowest = Question { policy: Policy::Lowest, ..Question::default() };
    for (question, changed) in [(filtered, Changed::Window), (lowest, Changed::Everything)] {
        let (mut shown, mut newer) = (plain.clone(), plain.clone());
        newer.refresh(&project, &[], &question);
        let older = shown.replace(newer);
        assert_eq!((shown.changed(), shown.serial()), (&changed, older.serial() + 1));
        assert_eq!(shown.figured() == older.figured(), changed == Changed::Window);
        assert_same(&shown, &project, &question);
    }
}
