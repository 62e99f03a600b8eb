//! From the text of a field of a drawing to the change it means.

use super::super::inspector::dates;
use super::super::inspector::parse as of_incident;
use crate::edit::{Command, DrawingEdit, Reshape};
use crate::model::{Drawing, DrawingId, Form, Incident, Kind, Moment, Project};
use crate::view::{Field, Refusal};

/// What a project holds for a field of a drawing, as the field shows it.
pub fn shown(project: &Project, drawing: &Drawing, field: &Field) -> String {
    match field {
        Field::Title => drawing.title.to_string(),
        Field::Notes => drawing.notes.to_string(),
        Field::Radius => match drawing.form() {
            Form::Circle(_, km) => km.to_string(),
            _ => String::new(),
        },
        Field::Start | Field::End => of_incident::shown(project, &dated(drawing), field),
        _ => String::new(),
    }
}

/// An incident of the same time: what is typed as time is read and shown by one set of rules.
fn dated(drawing: &Drawing) -> Incident {
    let mut incident = Incident::new(drawing.uid.clone(), Kind::Battle, "");
    incident.when = drawing.when;
    incident
}

/// The change that a text in a field means; `None` if it means what is there already.
///
/// # Errors
/// One sentence that says what is wrong and what is read instead, and the readings that a date may have.
pub fn parse(
    project: &Project,
    id: DrawingId,
    field: &Field,
    text: &str,
    today: Option<Moment>,
) -> Result<Option<Command>, Refusal> {
    let Some(drawing) = project.drawing(id) else { return Ok(None) };
    if text == shown(project, drawing, field) {
        return Ok(None);
    }
    let text = text.trim();
    let edit = match field {
        Field::Title => DrawingEdit::Title(text.into()),
        Field::Notes => DrawingEdit::Notes(text.into()),
        Field::Start | Field::End => DrawingEdit::When(dates::when(&dated(drawing), field, text, today)?),
        Field::Radius => DrawingEdit::Form(Reshape::Radius, radius(drawing, text)?),
        Field::AddSource => {
            let Some((sources, new)) = of_incident::with_source(project, &drawing.sources, text) else {
                return Ok(None);
            };
            return Ok(Some(Command::EditDrawing(id, DrawingEdit::Sources(sources), new.map(Box::new))));
        }
        _ => return Ok(None),
    };
    Ok(Some(Command::EditDrawing(id, edit, None)))
}

fn radius(drawing: &Drawing, text: &str) -> Result<Form, Refusal> {
    let number = text.trim_end_matches("km").trim().replace(',', ".");
    match (drawing.form(), number.parse::<f64>()) {
        (Form::Circle(middle, _), Ok(km)) if km > 0.0 && km <= Form::MOST_KM => Ok(Form::Circle(*middle, km)),
        _ => Err(format!("“{text}” is not a radius; use kilometres such as 5 or 2.5, at most 10000").into()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{DrawingKind, LonLat, Placed, Uid, When};

    fn project() -> Project {
        let at = LonLat::new(45.0, 40.0).unwrap();
        let mut circle = Drawing::new(Uid::new("c"), DrawingKind::Circle, Form::Circle(at, 3.0)).unwrap();
        circle.when = When::parse("2022-09-13").ok();
        let placed = Placed { drawing: Some(Arc::new(circle)), after_slots: 0, after_kept: 0 };
        Project::default().with_drawings(vec![placed])
    }

    fn read(field: &Field, text: &str) -> Result<Option<Command>, Refusal> {
        parse(&project(), DrawingId(0), field, text, None)
    }

    #[test]
    fn a_field_left_as_it_is_means_no_change_and_a_text_means_one() {
        let project = project();
        let drawing = project.drawing(DrawingId(0)).unwrap();
        for field in [Field::Title, Field::Notes, Field::Radius, Field::Start, Field::End] {
            assert_eq!(read(&field, &shown(&project, drawing, &field)), Ok(None), "{field:?}");
        }
        let edit = |e| Ok(Some(Command::EditDrawing(DrawingId(0), e, None)));
        let at = LonLat::new(45.0, 40.0).unwrap();
        assert_eq!(read(&Field::Radius, "2,5 km"), edit(DrawingEdit::Form(Reshape::Radius, Form::Circle(at, 2.5))));
        assert_eq!(read(&Field::Title, " Range "), edit(DrawingEdit::Title("Range".into())));
        let until = When::parse("2022-09-13/2022-09-14").ok();
        assert_eq!(read(&Field::End, "14 Sep 2022"), edit(DrawingEdit::When(until)));
        assert_eq!(read(&Field::Start, ""), edit(DrawingEdit::When(None)));
    }

    #[test]
    fn what_cannot_be_read_is_said_in_one_sentence() {
        assert!(read(&Field::Radius, "-2").unwrap_err().message.contains("is not a radius"));
        assert!(read(&Field::Start, "soon").is_err());
    }
}
