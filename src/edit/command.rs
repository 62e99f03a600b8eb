//! What can be asked of a workspace.

use super::{Bulk, DrawingEdit, Edit, Put};
use crate::model::{
    Claim, Drawing, DrawingId, DrawingKind, Incident, IncidentId, MapSource, Party, Perspective, Pin, SavedFilter,
    Slide, Source, Text,
};

/// One wish, carried out as one undo step.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// A new incident.
    Add(Box<Incident>),
    /// New incidents, together.
    AddMany(Vec<Incident>),
    /// Incidents taken out. Their parts lose the parent in the same step.
    Delete(Vec<IncidentId>),
    /// One change to one incident.
    Edit(IncidentId, Edit),
    /// The same change to each of several incidents; those that it would not change stay out of the step.
    Bulk(Vec<IncidentId>, Bulk),
    /// The source of a claim put in the project's list (if it is new) and one change to the incident that refers to it.
    EditWithSource(IncidentId, Edit, Box<Source>),
    /// Several claims put at the end of an incident's ledger, with the sources among them that the project does not have.
    AddClaims(IncidentId, Vec<Claim>, Vec<Source>),
    /// What a foreign file brings in.
    Import(Box<Imported>),
    /// A new drawing.
    AddDrawing(Box<Drawing>),
    /// A drawing taken out.
    DeleteDrawing(DrawingId),
    /// One change to one drawing, and a source put in the project's list if it is new.
    EditDrawing(DrawingId, DrawingEdit, Option<Box<Source>>),
    /// A change to what the project says of itself.
    Meta(MetaEdit),
    /// Whole incidents, drawings and members of another version put in.
    Put(Box<Put>),
}

/// What a foreign file brings in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    /// Incidents that the project does not have.
    pub new: Vec<Incident>,
    /// Incidents as they are to be from now on; those that are gone from the project are left out.
    pub changed: Vec<(IncidentId, Incident)>,
    /// Parties; those whose id the project has are left out.
    pub parties: Vec<Party>,
    /// Sources; those whose id the project has are left out.
    pub sources: Vec<Source>,
}

impl Imported {
    fn label(&self) -> String {
        let incidents = |n: usize| format!("{n} incident{}", if n == 1 { "" } else { "s" });
        match (self.new.len(), self.changed.len()) {
            (new, 0) => format!("import {}", incidents(new)),
            (0, changed) => format!("update {}", incidents(changed)),
            (new, changed) => format!("import {} and update {changed}", incidents(new)),
        }
    }
}

/// A change to what a project says of itself.
#[derive(Clone, Debug, PartialEq)]
pub enum MetaEdit {
    /// The title.
    Title(Text),
    /// The description.
    Description(Text),
    /// A party put in, or in the place of the one with the same id.
    SetParty(Box<Party>),
    /// A source put in, or in the place of the one with the same id.
    SetSource(Box<Source>),
    /// The perspective.
    Perspective(Perspective),
    /// Whether a log of edits is kept in the project.
    KeepLog(bool),
    /// The note of neutrality; `None`: the program's own words.
    Neutrality(Option<Text>),
    /// A claim chosen by hand for its key; takes the place of an earlier choice of the same claim.
    Pin(Pin),
    /// A choice taken back.
    Unpin(Pin),
    /// Filters kept under a name, or in the place of those under the same name.
    SetFilter(Box<SavedFilter>),
    /// Filters under the first name given the second; nothing changes if that is taken or empty.
    RenameFilter(Text, Text),
    /// Filters under this name kept no longer.
    RemoveFilter(Text),
    /// A slide put in before the one at this place, or at the end.
    AddSlide(usize, Box<Slide>),
    /// A slide in the place of the one with the same id.
    SetSlide(Box<Slide>),
    /// The slide with this id moved to this place, counted from 0 without it.
    MoveSlide(Text, usize),
    /// The slide with this id taken out.
    RemoveSlide(Text),
    /// A map source put on top of the others.
    AddMap(Box<MapSource>),
    /// The map source at this place changed into another.
    SetMap(usize, Box<MapSource>),
    /// The map source at the first place taken to the second.
    MoveMap(usize, usize),
    /// The map source at this place taken out.
    RemoveMap(usize),
}

impl MetaEdit {
    /// Whether it is about the talk alone, which moves no figure and no line of the map.
    pub(super) fn is_of_talk(&self) -> bool {
        matches!(self, Self::AddSlide(..) | Self::SetSlide(_) | Self::MoveSlide(..) | Self::RemoveSlide(_))
    }
}

impl Command {
    /// What the step is called in "Undo: …".
    pub fn label(&self) -> String {
        match self {
            Self::Add(_) => "add incident".into(),
            Self::AddMany(list) => format!("add {} incidents", list.len()),
            Self::Delete(ids) if ids.len() == 1 => "delete incident".into(),
            Self::Delete(ids) => format!("delete {} incidents", ids.len()),
            Self::Edit(_, edit) | Self::EditWithSource(_, edit, _) => edit.label().into(),
            Self::Bulk(ids, bulk) => bulk.label(ids.len()),
            Self::AddClaims(_, claims, _) if claims.len() == 1 => "add claim".into(),
            Self::AddClaims(_, claims, _) => format!("add {} claims", claims.len()),
            Self::Import(imported) => imported.label(),
            Self::AddDrawing(d) => match d.kind() {
                DrawingKind::Distance => "measure distance".into(),
                DrawingKind::MeasuredArea => "measure area".into(),
                kind => format!("draw {}", kind.label().to_lowercase()),
            },
            Self::DeleteDrawing(_) => "delete drawing".into(),
            Self::EditDrawing(_, edit, _) => edit.label().into(),
            Self::Put(put) => put.label.clone(),
            Self::Meta(edit) => match edit {
                MetaEdit::Title(_) => "change project title",
                MetaEdit::Description(_) => "change description",
                MetaEdit::SetParty(_) => "change party",
                MetaEdit::SetSource(_) => "change source",
                MetaEdit::Perspective(_) => "change perspective",
                MetaEdit::KeepLog(true) => "keep a log of edits",
                MetaEdit::KeepLog(false) => "stop the log of edits",
                MetaEdit::Neutrality(_) => "change note of neutrality",
                MetaEdit::Pin(_) => "pin claim",
                MetaEdit::Unpin(_) => "unpin claim",
                MetaEdit::SetFilter(_) => "save filter",
                MetaEdit::RenameFilter(..) => "rename filter",
                MetaEdit::RemoveFilter(_) => "delete filter",
                MetaEdit::AddSlide(..) => "add slide",
                MetaEdit::SetSlide(_) => "change slide",
                MetaEdit::MoveSlide(..) => "move slide",
                MetaEdit::RemoveSlide(_) => "delete slide",
                MetaEdit::AddMap(_) => "add map source",
                MetaEdit::SetMap(..) => "change map source",
                MetaEdit::MoveMap(..) => "reorder map sources",
                MetaEdit::RemoveMap(_) => "remove map source",
            }
            .into(),
        }
    }
}
