//! What is being drawn: the tool, and the corners clicked so far.

use crate::derive::geodesy;
use crate::model::{DrawingKind, Form, LonLat};

/// Something being drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Sketch {
    /// What it will be.
    pub kind: DrawingKind,
    /// The corners so far; of a circle its middle.
    pub corners: Vec<LonLat>,
}

impl Sketch {
    /// Corners that a sketch has at most: more is no drawing but a coast line.
    pub const MOST: usize = 10_000;

    /// Nothing yet of this kind.
    pub fn new(kind: DrawingKind) -> Self {
        Self { kind, corners: Vec::new() }
    }

    /// The same corners with another tool, where they mean something to it.
    #[must_use]
    pub fn with_tool(self, kind: DrawingKind) -> Self {
        let has_path = |k: DrawingKind| k.is_line() || k.is_area();
        if has_path(kind) && has_path(self.kind) { Self { kind, ..self } } else { Self::new(kind) }
    }

    /// The form that it has; `None` while corners are missing.
    pub fn form(&self) -> Option<Form> {
        form(self.kind, &self.corners)
    }

    /// What it would be with one more corner, to be shown while the pointer moves: an area of two corners is a line yet.
    pub fn preview(&self, pointer: Option<LonLat>) -> Option<(DrawingKind, Form)> {
        let mut corners = self.corners.clone();
        corners.extend(pointer.filter(|p| corners.last() != Some(p)));
        match form(self.kind, &corners) {
            _ if self.kind == DrawingKind::Text => None,
            Some(form) => Some((self.kind, form)),
            None => form(DrawingKind::Line, &corners).filter(|_| self.kind.is_area()).map(|f| (DrawingKind::Line, f)),
        }
    }

    /// Whether a click makes it whole: a text has one place, a circle a middle and a rim.
    pub fn is_done(&self) -> bool {
        match self.kind {
            DrawingKind::Text => !self.corners.is_empty(),
            DrawingKind::Circle => self.corners.len() > 1,
            _ => false,
        }
    }

    /// What to do next.
    pub fn hint(&self) -> String {
        let least = self.kind.least_corners();
        match (self.kind, self.corners.len()) {
            (DrawingKind::Text, _) => "Click where the words shall stand".into(),
            (DrawingKind::Circle, 0) => "Click the middle of the circle".into(),
            (DrawingKind::Circle, _) => "Click where its rim shall be".into(),
            (kind, 0) => format!("Click where the {} begins", kind.label().to_lowercase()),
            (DrawingKind::Arrow, n) if n < least => "Click the next corner; the last one is the head".into(),
            (_, n) if n < least => "Click the next corner".into(),
            (_, n) => format!("{n} corners: a double click or Enter ends it"),
        }
    }
}

fn form(kind: DrawingKind, corners: &[LonLat]) -> Option<Form> {
    let form = match (kind, corners) {
        (DrawingKind::Text, [at, ..]) => Form::Point(*at),
        (DrawingKind::Circle, [middle, rim, ..]) => {
            // To a metre: nobody points more exactly.
            Form::Circle(*middle, (geodesy::distance_km(*middle, *rim) * 1000.0).round() / 1000.0)
        }
        (kind, _) if kind.is_line() => Form::Line(corners.to_vec()),
        (kind, _) if kind.is_area() => Form::Area(vec![corners.to_vec()]),
        _ => return None,
    };
    form.fits(kind).then_some(form)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lon: f64, lat: f64) -> LonLat {
        LonLat::new(lon, lat).unwrap()
    }

    #[test]
    fn a_sketch_has_a_form_as_soon_as_it_has_its_corners() {
        let mut area = Sketch::new(DrawingKind::Area);
        area.corners = vec![at(45.0, 40.0), at(46.0, 40.0)];
        assert_eq!(area.form(), None);
        assert!(matches!(area.preview(None), Some((DrawingKind::Line, _))), "two corners of an area are a line yet");
        assert!(matches!(area.preview(Some(at(46.0, 41.0))), Some((DrawingKind::Area, _))));
        let mut circle = Sketch::new(DrawingKind::Circle);
        circle.corners = vec![at(45.0, 40.0)];
        assert!(!circle.is_done() && circle.preview(Some(at(45.0, 40.0))).is_none());
        circle.corners.push(at(45.0, 40.1));
        let Some(Form::Circle(_, km)) = circle.form() else { panic!("no circle") };
        assert!((km - 11.1).abs() < 0.02 && circle.is_done(), "{km}");
    }

    #[test]
    fn another_tool_takes_over_the_corners_that_mean_something_to_it() {
        let line = Sketch { kind: DrawingKind::Line, corners: vec![at(45.0, 40.0), at(46.0, 40.0)] };
        assert_eq!(line.clone().with_tool(DrawingKind::Arrow).corners.len(), 2);
        assert!(line.with_tool(DrawingKind::Text).corners.is_empty());
    }
}
