//! What looks wrong in drawings: nothing that stops anyone, but what a reader would stumble over.

use crate::model::{Drawing, DrawingKind, Form, LonLat, Project, Uid};

/// Corners up to which an outline is looked through for crossings: each side is held against every other.
const MOST_CORNERS: usize = 2_000;

/// What looks wrong, with the uid of the drawing, in the order of the project.
pub fn drawing_findings(project: &Project) -> Vec<(Uid, String)> {
    let of = |d: &Drawing| what(d).into_iter().map(|w| (d.uid.clone(), w)).collect::<Vec<_>>();
    project.drawings().flat_map(|(_, d)| of(d)).collect()
}

fn what(d: &Drawing) -> Vec<String> {
    let mut out = Vec::new();
    if d.kind() == DrawingKind::Text && d.title.trim().is_empty() {
        out.push("a text without words: nothing is drawn".to_owned());
    }
    match d.form() {
        Form::Line(line) if line.iter().all(|p| Some(p) == line.first()) => {
            out.push(format!("the {} has no length: all its corners are one place", d.kind().label().to_lowercase()));
        }
        Form::Area(rings) if rings.iter().any(|r| crosses_itself(r)) => {
            let measured = if d.kind() == DrawingKind::MeasuredArea { "; its area is not to be relied on" } else { "" };
            out.push(format!("the outline crosses itself{measured}"));
        }
        _ => {}
    }
    out
}

/// Whether two sides of a ring that are not neighbours cross.
pub fn crosses_itself(ring: &[LonLat]) -> bool {
    let n = ring.len();
    if !(4..=MOST_CORNERS).contains(&n) {
        return false;
    }
    let sides: Vec<(LonLat, LonLat)> = ring.iter().copied().zip(ring.iter().copied().cycle().skip(1)).collect();
    let turn = |a: LonLat, b: LonLat, c: LonLat| {
        (b.lon() - a.lon()) * (c.lat() - a.lat()) - (b.lat() - a.lat()) * (c.lon() - a.lon())
    };
    sides.iter().enumerate().any(|(i, (a, b))| {
        sides
            .iter()
            .enumerate()
            .skip(i + 2)
            .filter(|(j, _)| (j + 1) % n != i)
            .any(|(_, (c, d))| turn(*a, *b, *c) * turn(*a, *b, *d) < 0.0 && turn(*c, *d, *a) * turn(*c, *d, *b) < 0.0)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::Placed;

    fn ring(corners: &[(f64, f64)]) -> Vec<LonLat> {
        corners.iter().map(|(x, y)| LonLat::new(*x, *y).unwrap()).collect()
    }

    #[test]
    fn an_outline_that_crosses_itself_is_found() {
        assert!(crosses_itself(&ring(&[(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0)])));
        assert!(!crosses_itself(&ring(&[(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (1.0, 0.5), (0.0, 2.0)])));
        assert!(!crosses_itself(&ring(&[(0.0, 0.0), (2.0, 0.0), (2.0, 2.0)])));
    }

    #[test]
    fn what_a_reader_would_stumble_over_is_said_with_its_drawing() {
        let drawing = |uid: &str, kind, form| Placed {
            drawing: Drawing::new(Uid::new(uid), kind, form).map(Arc::new),
            after_slots: 0,
            after_kept: 0,
        };
        let at = LonLat::new(45.0, 40.0).unwrap();
        let crossed = ring(&[(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0)]);
        let project = Project::default().with_drawings(vec![
            drawing("t", DrawingKind::Text, Form::Point(at)),
            drawing("l", DrawingKind::Line, Form::Line(vec![at, at])),
            drawing("m", DrawingKind::MeasuredArea, Form::Area(vec![crossed])),
            drawing("c", DrawingKind::Circle, Form::Circle(at, 3.0)),
        ]);
        let found = drawing_findings(&project);
        let found: Vec<(&str, &str)> = found.iter().map(|(u, w)| (u.as_str(), w.as_str())).collect();
        assert_eq!(found.iter().map(|f| f.0).collect::<Vec<_>>(), ["t", "l", "m"]);
        assert!(found[2].1.contains("crosses itself; its area"), "{found:?}");
    }
}
