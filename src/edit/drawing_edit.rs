//! Edits of one drawing: small pure functions from a drawing to the changed drawing.

use super::EditError;
use crate::model::{Drawing, Form, SourceId, Style, Text, When};

/// One change to one drawing.
#[derive(Clone, Debug, PartialEq)]
pub enum DrawingEdit {
    /// The title; of a text its words.
    Title(Text),
    /// The time; `None` for every time.
    When(Option<When>),
    /// Where it is, and what was done to it there.
    Form(Reshape, Form),
    /// How it looks.
    Style(Style),
    /// Whether its title stands beside it.
    Titled(bool),
    /// The sources.
    Sources(Vec<SourceId>),
    /// The notes.
    Notes(Text),
}

/// What was done to the form of a drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reshape {
    /// It was moved as a whole.
    Move,
    /// A corner was moved.
    Corner,
    /// A corner was put in.
    CornerMore,
    /// A corner was taken out.
    CornerLess,
    /// The radius was changed.
    Radius,
}

impl DrawingEdit {
    /// What the step is called in "Undo: …".
    pub fn label(&self) -> &'static str {
        match self {
            Self::Title(_) => "change title of drawing",
            Self::When(_) => "change time of drawing",
            Self::Form(Reshape::Move, _) => "move drawing",
            Self::Form(Reshape::Corner, _) => "move corner",
            Self::Form(Reshape::CornerMore, _) => "add corner",
            Self::Form(Reshape::CornerLess, _) => "delete corner",
            Self::Form(Reshape::Radius, _) => "change radius",
            Self::Style(_) => "change style",
            Self::Titled(true) => "show title",
            Self::Titled(false) => "hide title",
            Self::Sources(_) => "change sources of drawing",
            Self::Notes(_) => "change notes of drawing",
        }
    }

    /// The drawing after the edit; `None` if nothing would change.
    ///
    /// # Errors
    /// [`EditError`] if the edit makes no sense for this drawing.
    pub fn apply(&self, drawing: &Drawing) -> Result<Option<Drawing>, EditError> {
        let mut next = drawing.clone();
        match self {
            Self::Title(v) => next.title.clone_from(v),
            Self::When(v) => next.when = *v,
            Self::Form(_, form) => {
                if !next.reshape(form.clone()) {
                    return Err(EditError::Form);
                }
            }
            Self::Style(style) if !style.is_valid() => return Err(EditError::Style),
            Self::Style(style) => next.style = *style,
            Self::Titled(v) => next.titled = *v,
            Self::Sources(v) => next.sources.clone_from(v),
            Self::Notes(v) => next.notes.clone_from(v),
        }
        Ok((next != *drawing).then_some(next))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::edit::{Command, Revisions, Workspace};
    use crate::model::{CornerAt, DrawingId, DrawingKind, LonLat, Meta, Placed, Project, Source, Uid};

    fn p(lon: f64, lat: f64) -> LonLat {
        LonLat::new(lon, lat).unwrap()
    }

    fn line(uid: &str) -> Drawing {
        Drawing::new(Uid::new(uid), DrawingKind::Line, Form::Line(vec![p(45.0, 40.0), p(46.0, 40.0)])).unwrap()
    }

    fn workspace() -> Workspace {
        let placed = |d: Drawing| Placed { drawing: Some(Arc::new(d)), after_slots: 0, after_kept: 0 };
        Workspace::new(Project::default().with_drawings(vec![placed(line("a")), placed(line("b"))]), true)
    }

    fn edit(id: u32, e: DrawingEdit) -> Command {
        Command::EditDrawing(DrawingId(id), e, None)
    }

    #[test]
    fn a_drawing_is_added_changed_and_deleted_and_every_step_is_undone() {
        let mut w = workspace();
        w.commit(Command::AddDrawing(Box::new(line("c")))).unwrap();
        assert_eq!(w.undo_label(), Some("draw line"));
        w.commit(edit(2, DrawingEdit::Title("Road".into()))).unwrap();
        w.commit(Command::DeleteDrawing(DrawingId(2))).unwrap();
        assert!(w.project().drawing(DrawingId(2)).is_none());
        w.undo();
        assert_eq!(&*w.project().drawing(DrawingId(2)).unwrap().title, "Road");
        w.undo();
        w.undo();
        assert!(w.project().drawing(DrawingId(2)).is_none() && !w.is_dirty());
        w.redo();
        assert_eq!(w.project().drawings().count(), 3);
    }

    #[test]
    fn what_makes_no_sense_is_refused_and_what_changes_nothing_is_no_step() {
        let mut w = workspace();
        assert_eq!(w.commit(Command::AddDrawing(Box::new(line("a")))).unwrap_err(), EditError::UidTwice(Uid::new("a")));
        let point = DrawingEdit::Form(Reshape::Move, Form::Point(p(1.0, 1.0)));
        assert_eq!(w.commit(edit(0, point)).unwrap_err(), EditError::Form);
        let wide = Style { width: 400.0, ..DrawingKind::Line.default_style() };
        assert_eq!(w.commit(edit(0, DrawingEdit::Style(wide))).unwrap_err(), EditError::Style);
        assert_eq!(w.commit(edit(7, DrawingEdit::Titled(false))).unwrap_err(), EditError::DrawingGone);
        assert!(w.commit(edit(0, DrawingEdit::Titled(true))).unwrap().is_none());
        assert!(w.commit(Command::DeleteDrawing(DrawingId(7))).unwrap().is_none());
        assert!(!w.is_dirty());
    }

    #[test]
    fn an_edit_of_a_drawing_moves_no_other_aspect_and_its_source_comes_with_it() {
        let mut w = workspace();
        w.commit(edit(0, DrawingEdit::Titled(false))).unwrap();
        assert_eq!(w.revisions(), Revisions { drawings: 1, ..Revisions::default() });
        let source = Source::new(crate::model::SourceId::new("s"), "Outlet");
        let sources = DrawingEdit::Sources(vec![source.id.clone()]);
        w.commit(Command::EditDrawing(DrawingId(1), sources, Some(Box::new(source)))).unwrap();
        assert_eq!(w.project().meta().sources.len(), 1);
        w.undo();
        assert!(w.project().meta().sources.is_empty() && w.project().drawing(DrawingId(1)).unwrap().sources.is_empty());
    }

    #[test]
    fn incidents_and_drawings_share_no_uid() {
        let mut w = workspace();
        let incident = crate::model::Incident::new(Uid::new("a"), crate::model::Kind::Battle, "");
        assert!(matches!(w.commit(Command::Add(Box::new(incident))), Err(EditError::UidTwice(_))));
        let new = line(w.fresh_uid("line", 1).as_str());
        w.commit(Command::AddDrawing(Box::new(new))).unwrap();
        let taken = w.project().drawing(DrawingId(2)).unwrap().uid.clone();
        assert_ne!(w.fresh_uid("line", 1), taken);
    }

    fn any_command() -> impl Strategy<Value = (u8, u32, f64, usize)> {
        (0_u8..8, 0_u32..4, -1.0..1.0_f64, 0_usize..4)
    }

    fn command(w: &Workspace, (what, id, x, corner): (u8, u32, f64, usize)) -> Option<Command> {
        let id = DrawingId(id);
        if what == 0 {
            let kind = if corner % 2 == 0 { DrawingKind::Arrow } else { DrawingKind::Distance };
            let form = Form::Line(vec![p(45.0 + x, 40.0), p(46.0, 40.0 + x)]);
            return Drawing::new(w.fresh_uid("d", corner as u64), kind, form).map(|d| Command::AddDrawing(Box::new(d)));
        }
        if what == 1 {
            return Some(Command::DeleteDrawing(id));
        }
        let drawing = w.project().drawing(id)?;
        let (form, at) = (drawing.form(), CornerAt { path: 0, corner });
        let edit = match what {
            2 => DrawingEdit::Form(Reshape::Move, form.shifted(x, -x)?),
            3 => DrawingEdit::Form(Reshape::Corner, form.with_corner(at, p(45.0 + x, 40.0))?),
            4 => DrawingEdit::Form(Reshape::CornerMore, form.with_corner_more(at, p(45.0, 40.0 + x))?),
            5 => DrawingEdit::Form(Reshape::CornerLess, form.without_corner(at)?),
            6 => DrawingEdit::Style(Style { width: 2.0 + x.abs() as f32, ..drawing.style }),
            _ => DrawingEdit::Title(format!("t{corner}").as_str().into()),
        };
        Some(Command::EditDrawing(id, edit, None))
    }

    proptest! {
        #[test]
        fn undoing_all_gives_the_start_and_redoing_all_the_end(script in proptest::collection::vec(any_command(), 0..24)) {
            let mut w = workspace();
            w.commit(Command::Meta(crate::edit::MetaEdit::Title("x".into()))).unwrap();
            let start = w.project().clone();
            let mut steps = 0;
            for part in script {
                if let Some(command) = command(&w, part) {
                    steps += usize::from(w.commit(command).unwrap().is_some());
                }
            }
            let end = w.project().clone();
            for _ in 0..steps {
                w.undo();
            }
            prop_assert_eq!(w.project(), &start);
            for _ in 0..steps {
                w.redo();
            }
            prop_assert_eq!(w.project(), &end);
            prop_assert!(w.redo_label().is_none());
            prop_assert_eq!(w.project().meta(), &Meta { title: "x".into(), ..Meta::default() });
        }
    }
}
