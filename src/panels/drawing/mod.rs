//! Drawings in the panels: the tools and what they say, the list, the form of the selected one.

mod form;
mod list;
pub mod parse;
mod sketch;
mod tools;

pub use form::ui as form;
pub use list::{height as list_height, ui as list};
pub use sketch::Sketch;
pub use tools::{menu, strip};

use super::icons::Icon;
use crate::derive::geodesy;
use crate::model::{CornerAt, Drawing, DrawingId, DrawingKind, Form, Style};

/// What the panels remember of drawings between two frames. None of it belongs to a project.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The selected drawing.
    pub selected: Option<DrawingId>,
    /// The selected corner of it.
    pub corner: Option<CornerAt>,
    /// The tool used last.
    pub tool: Option<DrawingKind>,
    /// A style while its slider is being dragged.
    pub style: Option<(DrawingId, Style)>,
    /// Whether the title shall take the keyboard (a new text).
    pub focus_title: bool,
    /// What was being drawn when it was dropped, to be taken up again.
    pub dropped: Option<Sketch>,
    /// Whether the list of drawings is folded.
    pub folded: bool,
}

/// The icon of a sort of drawing.
pub fn icon(kind: DrawingKind) -> Icon {
    match kind {
        DrawingKind::Line => Icon::DrawLine,
        DrawingKind::Arrow => Icon::DrawArrow,
        DrawingKind::Area => Icon::Area,
        DrawingKind::Text => Icon::DrawText,
        DrawingKind::Circle => Icon::DrawCircle,
        DrawingKind::Distance => Icon::Ruler,
        DrawingKind::MeasuredArea => Icon::MeasureArea,
    }
}

/// What can be measured of a drawing, with what it is; geodesic on WGS 84.
pub fn measures(drawing: &Drawing) -> Vec<(&'static str, String)> {
    match drawing.form() {
        Form::Point(_) => Vec::new(),
        Form::Circle(middle, km) => vec![
            ("Radius", geodesy::length_words(*km)),
            ("Area", geodesy::area_words(geodesy::ring_area_km2(&geodesy::circle(*middle, *km, 720)))),
        ],
        Form::Line(line) => vec![("Length", geodesy::length_words(geodesy::length_km(line)))],
        Form::Area(rings) => vec![
            ("Area", geodesy::area_words(geodesy::area_km2(rings))),
            ("Perimeter", geodesy::length_words(rings.first().map_or(0.0, |outer| geodesy::perimeter_km(outer)))),
        ],
    }
}
