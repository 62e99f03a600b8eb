//! Edits of one incident: small pure functions from an incident to the changed incident.

use std::fmt;

use crate::model::{Claim, Incident, Kind, LonLat, PartyId, Place, Precision, SourceId, Standing, Text, Uid, When};

/// One change to one incident.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// The title.
    Title(Text),
    /// The kind.
    Kind(Kind),
    /// The time; `None` for unknown.
    When(Option<When>),
    /// The name of the place under a language code; empty to remove it.
    PlaceName(Text, Text),
    /// The whole place, as taken from the gazetteer.
    Place(Box<Place>),
    /// The position only.
    Position(Option<LonLat>),
    /// How exactly the place is known.
    Precision(Option<Precision>),
    /// Radius in km; `None` for the precision's own.
    Radius(Option<f32>),
    /// The incident of which this is a part.
    Parent(Option<Uid>),
    /// The parties.
    Parties(Vec<PartyId>),
    /// The weapons.
    Weapons(Vec<Text>),
    /// The sources of the incident itself.
    Sources(Vec<SourceId>),
    /// The tags.
    Tags(Vec<(Text, Text)>),
    /// The notes.
    Notes(Text),
    /// Files attached, each with what it was called where it came from.
    Attach(Vec<(Text, Text)>),
    /// The caption of an attached file; empty to remove it.
    Caption(Text, Text),
    /// An attached file taken out, with name and caption. The file itself stays in the media folder, so that undo finds it.
    Detach(Text),
    /// Whether it is sensitive.
    Sensitive(bool),
    /// The fields that are sensitive.
    SensitiveFields(Vec<Text>),
    /// A claim more, at the end.
    AddClaim(Box<Claim>),
    /// Several claims more, at the end, in this order.
    AddClaims(Vec<Claim>),
    /// A claim in the place of the one with the same id.
    SetClaim(Box<Claim>),
    /// A claim marked as superseded, withdrawn or standing.
    MarkClaim(Text, Standing),
    /// A claim that was entered by mistake, taken out (undo brings it back).
    RemoveClaim(Text),
}

/// Why an edit was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditError {
    /// The incident is not there any more.
    Gone,
    /// The incident would be its own ancestor.
    OwnAncestor,
    /// There is no claim with this id.
    NoClaim(Text),
    /// A claim with this id is there already.
    ClaimTwice(Text),
    /// An incident or a drawing with this uid is there already.
    UidTwice(Uid),
    /// A radius that is not above 0 and at most 20,000 km.
    Radius,
    /// The drawing is not there any more.
    DrawingGone,
    /// A form that does not fit the kind of the drawing.
    Form,
    /// A width or a type size out of its range.
    Style,
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => f.write_str("the incident was deleted; undo the deletion first"),
            Self::OwnAncestor => f.write_str("an incident cannot be a part of itself; choose another parent"),
            Self::NoClaim(id) => write!(f, "there is no claim {id} in this incident"),
            Self::ClaimTwice(id) => write!(f, "there is a claim {id} already"),
            Self::UidTwice(uid) => write!(f, "there is an incident or a drawing {} already", uid.as_str()),
            Self::Radius => f.write_str("a radius is more than 0 and at most 20,000 km"),
            Self::DrawingGone => f.write_str("the drawing was deleted; undo the deletion first"),
            Self::Form => f.write_str(
                "a line needs two corners, an area three, and a circle a radius of more than 0 and at most 10,000 km",
            ),
            Self::Style => f.write_str("a line is 0.5 to 24 points wide, and type is 8 to 72 points large"),
        }
    }
}

impl std::error::Error for EditError {}

impl Edit {
    /// What the step is called in "Undo: …".
    pub fn label(&self) -> &'static str {
        match self {
            Self::Title(_) => "change title",
            Self::Kind(_) => "change kind",
            Self::When(_) => "change time",
            Self::PlaceName(..) | Self::Place(_) => "change place",
            Self::Position(_) => "move incident",
            Self::Precision(_) | Self::Radius(_) => "change exactness",
            Self::Parent(_) => "change parent",
            Self::Parties(_) => "change parties",
            Self::Weapons(_) => "change weapons",
            Self::Sources(_) => "change sources",
            Self::Tags(_) => "change tags",
            Self::Notes(_) => "change notes",
            Self::Attach(_) => "attach files",
            Self::Caption(..) => "change caption",
            Self::Detach(_) => "remove attached file",
            Self::Sensitive(_) | Self::SensitiveFields(_) => "change sensitivity",
            Self::AddClaim(_) => "add claim",
            Self::AddClaims(_) => "add claims",
            Self::SetClaim(_) => "change claim",
            Self::MarkClaim(..) => "mark claim",
            Self::RemoveClaim(_) => "remove claim",
        }
    }

    /// The incident after the edit; `None` if nothing would change.
    ///
    /// # Errors
    /// [`EditError`] if the edit makes no sense for this incident.
    pub fn apply(&self, incident: &Incident) -> Result<Option<Incident>, EditError> {
        let mut next = incident.clone();
        match self {
            Self::Title(v) => next.title.clone_from(v),
            Self::Kind(v) => next.kind = v.clone(),
            Self::When(v) => next.when = *v,
            Self::PlaceName(code, name) => next.place.names.set(code, name),
            Self::Place(v) => next.place = (**v).clone(),
            Self::Position(v) => next.place.position = *v,
            Self::Precision(v) => next.place.precision = *v,
            Self::Radius(v) => {
                if v.is_some_and(|r| !(r.is_finite() && r > 0.0 && r <= 20_000.0)) {
                    return Err(EditError::Radius);
                }
                next.place.radius_km = *v;
            }
            Self::Parent(v) => {
                if v.as_ref() == Some(&incident.uid) {
                    return Err(EditError::OwnAncestor);
                }
                next.parent.clone_from(v);
            }
            Self::Parties(v) => next.parties.clone_from(v),
            Self::Weapons(v) => next.weapons.clone_from(v),
            Self::Sources(v) => next.sources.clone_from(v),
            Self::Tags(v) => next.tags.clone_from(v),
            Self::Notes(v) => next.notes.clone_from(v),
            Self::Attach(files) => {
                for (file, name) in files {
                    if !next.media.contains(file) {
                        next.media.push(file.clone());
                        set_words(&mut next.media_names, file, name);
                    }
                }
            }
            Self::Caption(file, words) => set_words(&mut next.media_captions, file, words),
            Self::Detach(file) => {
                next.media.retain(|f| f != file);
                set_words(&mut next.media_names, file, &Text::default());
                set_words(&mut next.media_captions, file, &Text::default());
            }
            Self::Sensitive(v) => next.sensitive = *v,
            Self::SensitiveFields(v) => next.sensitive_fields.clone_from(v),
            Self::AddClaim(claim) => {
                if incident.claim(&claim.id).is_some() {
                    return Err(EditError::ClaimTwice(claim.id.clone()));
                }
                next.claims.push((**claim).clone());
            }
            Self::AddClaims(claims) => {
                for claim in claims {
                    if next.claim(&claim.id).is_some() {
                        return Err(EditError::ClaimTwice(claim.id.clone()));
                    }
                    next.claims.push(claim.clone());
                }
            }
            Self::SetClaim(claim) => *claim_mut(&mut next, &claim.id)? = (**claim).clone(),
            Self::MarkClaim(id, standing) => claim_mut(&mut next, id)?.standing = *standing,
            Self::RemoveClaim(id) => {
                claim_mut(&mut next, id)?;
                next.claims.retain(|c| c.id != *id);
            }
        }
        Ok((next != *incident).then_some(next))
    }
}

/// Sets the words of a file; empty ones are taken out.
fn set_words(list: &mut Vec<(Text, Text)>, file: &Text, words: &Text) {
    if words.is_empty() {
        return list.retain(|(f, _)| f != file);
    }
    match list.iter_mut().find(|(f, _)| f == file) {
        Some((_, old)) => old.clone_from(words),
        None => list.push((file.clone(), words.clone())),
    }
}

fn claim_mut<'a>(incident: &'a mut Incident, id: &Text) -> Result<&'a mut Claim, EditError> {
    incident.claims.iter_mut().find(|c| c.id == *id).ok_or_else(|| EditError::NoClaim(id.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Category, Count};

    fn incident() -> Incident {
        let mut i = Incident::new(Uid::new("a"), Kind::ArmedClash, "Sotk");
        i.claims.push(Claim::new("c1", PartyId::new("armenia"), Category::Killed, Count::Exactly(49)));
        i
    }

    #[test]
    fn an_edit_that_changes_nothing_is_no_edit() {
        assert_eq!(Edit::Title("Sotk".into()).apply(&incident()), Ok(None));
        assert_eq!(Edit::MarkClaim("c1".into(), Standing::Current).apply(&incident()), Ok(None));
    }

    #[test]
    fn a_claim_is_added_beside_the_others_never_over_them() {
        let second = Claim::new("c2", PartyId::new("armenia"), Category::Killed, Count::Exactly(105));
        let after = Edit::AddClaim(Box::new(second)).apply(&incident()).unwrap().unwrap();
        assert_eq!(after.claims.iter().filter_map(|c| c.count.best()).collect::<Vec<_>>(), [49, 105]);
        let twice = Claim::new("c1", PartyId::new("armenia"), Category::Killed, Count::Exactly(105));
        assert!(matches!(Edit::AddClaim(Box::new(twice)).apply(&incident()), Err(EditError::ClaimTwice(_))));
    }

    #[test]
    fn a_file_is_attached_once_with_its_name_and_goes_with_its_caption() {
        let file = || Text::from("ab.jpg");
        let attach = Edit::Attach(vec![(file(), "Photo 1.jpg".into())]);
        let with = attach.apply(&incident()).unwrap().unwrap();
        assert_eq!((&with.media[..], with.media_name("ab.jpg")), (&[file()][..], "Photo 1.jpg"));
        assert_eq!(Edit::Attach(vec![(file(), "copy.jpg".into())]).apply(&with), Ok(None));
        let said = Edit::Caption(file(), "The road".into()).apply(&with).unwrap().unwrap();
        assert_eq!(said.media_caption("ab.jpg"), "The road");
        assert_eq!(Edit::Caption(file(), Text::default()).apply(&said), Ok(Some(with)));
        assert_eq!(Edit::Detach(file()).apply(&said), Ok(Some(incident())));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        assert_eq!(Edit::Parent(Some(Uid::new("a"))).apply(&incident()), Err(EditError::OwnAncestor));
        assert_eq!(Edit::Radius(Some(-1.0)).apply(&incident()), Err(EditError::Radius));
        assert!(matches!(Edit::RemoveClaim("c9".into()).apply(&incident()), Err(EditError::NoClaim(_))));
    }
}
