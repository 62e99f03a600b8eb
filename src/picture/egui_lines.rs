//! Open lines as triangles with soft edges. A frame has tens of thousands of corners, so they are worked out here in one
//! go and not through egui's shapes; what is seen is the same.

use egui::epaint::{Mesh, Vertex};
use egui::{Color32, Pos2, Vec2, vec2};

/// How a line is drawn: from the middle outwards the colour, then a fade to nothing one `feather` wide.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pen {
    width: f32,
    /// Width of the soft edge in points, a pixel as a rule; more than nothing.
    feather: f32,
    color: Color32,
}

impl Pen {
    pub(super) fn new(width: f32, feather: f32, color: Color32) -> Self {
        // What is thinner than a pixel is not drawn thinner, which would flicker, but paler.
        let is_thin = width <= 0.9 * feather;
        let color = if is_thin { color.gamma_multiply(width / feather) } else { color };
        Self { width: if is_thin { 0.0 } else { width }, feather, color }
    }

    /// Adds a line to a mesh.
    pub(super) fn draw(self, points: &[Pos2], mesh: &mut Mesh) {
        let mut strip = Strip::new(self, mesh, points.len());
        let mut pairs = points.windows(2).filter_map(|pair| {
            let [a, b] = *pair else { return None };
            // Two corners in one place make no way.
            Some((a, b, normal(b - a)?))
        });
        let Some((first, mut end, mut before)) = pairs.next() else { return };
        strip.end(first, before, -1.0);
        for (a, b, after) in pairs {
            let middle = (before + after) * 0.5;
            let square = middle.length_sq();
            if square < 0.5 {
                // A corner sharper than a right angle is cut off: its tip would stick out.
                let tip = if square > 1e-12 { middle / square.sqrt() } else { after.rot90() };
                for side in [(before + tip) * 0.5, (after + tip) * 0.5] {
                    strip.corner(a, side / side.length_sq().max(0.25));
                }
            } else {
                strip.corner(a, middle / square);
            }
            (end, before) = (b, after);
        }
        strip.end(end, before, 1.0);
    }
}

fn normal(way: Vec2) -> Option<Vec2> {
    let square = way.length_sq();
    (square > 0.0).then(|| {
        let length = square.sqrt();
        vec2(way.y / length, -way.x / length)
    })
}

/// The triangles of a line under way: a row of vertices across it at each corner.
struct Strip<'a> {
    pen: Pen,
    mesh: &'a mut Mesh,
    is_begun: bool,
}

impl<'a> Strip<'a> {
    fn new(pen: Pen, mesh: &'a mut Mesh, corners: usize) -> Self {
        mesh.vertices.reserve(corners * 4);
        mesh.indices.reserve(corners * 18 + 12);
        Self { pen, mesh, is_begun: false }
    }

    /// A corner; `across` points to one side of the line and is as long as the mitre is longer than half its width.
    fn corner(&mut self, at: Pos2, across: Vec2) {
        self.row(at, across, Vec2::ZERO);
    }

    /// An end: `side` is -1 for the first and 1 for the last. It fades out along the line, too.
    fn end(&mut self, at: Pos2, across: Vec2, side: f32) {
        let onwards = vec2(-across.y, across.x) * (self.pen.feather * side);
        let first = self.mesh.vertices.len() as u32;
        self.row(at, across, if self.pen.width > 0.0 { onwards } else { Vec2::ZERO });
        if self.pen.width > 0.0 {
            self.mesh.indices.extend_from_slice(&[first, first + 1, first + 2, first, first + 2, first + 3]);
        }
    }

    fn row(&mut self, at: Pos2, across: Vec2, onwards: Vec2) {
        let Pen { width, feather, color } = self.pen;
        let to = self.mesh.vertices.len() as u32;
        let outer = across * ((width + feather) * 0.5);
        let clear = |pos: Pos2| Vertex::untextured(pos, Color32::TRANSPARENT);
        if width > 0.0 {
            let inner = across * ((width - feather) * 0.5);
            self.mesh.vertices.extend_from_slice(&[
                clear(at + outer + onwards),
                Vertex::untextured(at + inner, color),
                Vertex::untextured(at - inner, color),
                clear(at - outer + onwards),
            ]);
        } else {
            let edge = across * feather;
            let middle = Vertex::untextured(at, color);
            self.mesh.vertices.extend_from_slice(&[clear(at + edge), middle, clear(at - edge)]);
        }
        if !std::mem::replace(&mut self.is_begun, true) {
            return;
        }
        // Two triangles between each two neighbours across the line and the two before them.
        let quad = |a: u32, b: u32, c: u32, d: u32| [a, b, c, b, c, d];
        if width > 0.0 {
            let from = to - 4;
            let strips = [0, 1, 2].map(|i| quad(from + i, from + i + 1, to + i, to + i + 1));
            self.mesh.indices.extend_from_slice(strips.as_flattened());
        } else {
            let from = to - 3;
            let strips = [0, 1].map(|i| quad(from + i, from + i + 1, to + i, to + i + 1));
            self.mesh.indices.extend_from_slice(strips.as_flattened());
        }
    }
}

#[cfg(test)]
mod tests {
    use egui::epaint::{PathShape, PathStroke, TessellationOptions, Tessellator};
    use egui::pos2;

    use super::*;

    /// The same line by egui.
    fn by_egui(points: &[Pos2], width: f32) -> Mesh {
        let mut mesh = Mesh::default();
        let path = PathShape::line(points.to_vec(), PathStroke::new(width, Color32::RED));
        Tessellator::new(1.0, TessellationOptions::default(), [1, 1], Vec::new()).tessellate_path(&path, &mut mesh);
        mesh
    }

    #[test]
    fn a_line_looks_as_egui_draws_it() {
        let bent = [pos2(0.0, 0.0), pos2(10.0, 1.0), pos2(20.0, 9.0), pos2(12.0, 8.0), pos2(12.0, 30.0)];
        for width in [0.4, 0.9, 1.0, 2.5, 7.0] {
            for points in [&bent[..2], &bent[..3], &bent[..]] {
                let mut own = Mesh::default();
                Pen::new(width, 1.0, Color32::RED).draw(points, &mut own);
                let egui = by_egui(points, width);
                assert_eq!(own.indices.len(), egui.indices.len(), "{width} {}", points.len());
                assert_eq!(own.vertices.len(), egui.vertices.len());
                for (a, b) in own.vertices.iter().zip(&egui.vertices) {
                    assert!((a.pos - b.pos).length() < 1e-3 && a.color == b.color, "{width}: {a:?} {b:?}");
                }
            }
        }
    }

    #[test]
    fn a_line_without_length_or_turning_back_on_itself_breaks_nothing() {
        let p = pos2(5.0, 5.0);
        let mut mesh = Mesh::default();
        let pen = Pen::new(2.0, 1.0, Color32::RED);
        pen.draw(&[], &mut mesh);
        pen.draw(&[p], &mut mesh);
        pen.draw(&[p, p, p], &mut mesh);
        assert!(mesh.is_empty());
        pen.draw(&[p, p, pos2(9.0, 5.0), p, pos2(5.0, 9.0)], &mut mesh);
        assert!(mesh.is_valid());
        assert!(mesh.vertices.iter().all(|v| v.pos.x.abs() < 20.0 && v.pos.y.abs() < 20.0));
    }
}
