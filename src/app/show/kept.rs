//! What the speaker drew during a show and kept: at its end it becomes drawings of the project, in one step that undo takes back.

use std::sync::Arc;

use egui::Pos2;

use super::Show;
use crate::app::App;
use crate::edit::{Command, Put};
use crate::model::{Drawing, DrawingKind, Form, LonLat, Slide, Style};
use crate::talk::HEIGHT;
use crate::view::Viewport;

/// Points of the page by which a kept line may leave that of the hand: less than half its width.
const SLACK: f32 = 0.8;

impl App {
    /// Takes the kept drawings of a show that ends over into the project. Those of the show itself, which is a copy, stay as they are.
    pub(super) fn keep_drawn(&mut self, show: &Show) {
        let mut put = Put::default();
        for (slide, line) in show.kept_lines() {
            self.created += 1;
            let seed = self.world.seed.wrapping_add(self.created.wrapping_mul(0x9E37));
            let uid = self.workspace.fresh_uid("drawn", seed);
            let Some(mut drawing) = Drawing::new(uid.clone(), DrawingKind::Line, Form::Line(line)) else { continue };
            drawing.title = format!("Drawn on: {}", slide.name()).into();
            drawing.when = slide.window;
            drawing.style = Style { width: 3.0, ..DrawingKind::Line.default_style() };
            drawing.titled = false;
            put.drawings.push((uid, Some(Arc::new(drawing))));
        }
        match put.drawings.len() {
            0 => return,
            1 => put.label = "keep the drawing of the show".into(),
            n => put.label = format!("keep {n} drawings of the show"),
        }
        self.commit(Command::Put(Box::new(put)));
    }
}

impl Show {
    /// The lines of the pages that are kept, on the ground, each with its slide.
    fn kept_lines(&self) -> Vec<(&Slide, Vec<LonLat>)> {
        let mut out = Vec::new();
        for at in &self.kept {
            let (Some(lines), Some(slide)) = (self.strokes.get(at), self.slides.get(at.0)) else { continue };
            let Some(ready) = self.ready_at(at.0) else { continue };
            let view = Viewport { camera: ready.layout.camera, width: ready.stage.width, height: HEIGHT };
            for line in lines {
                let line: Vec<LonLat> =
                    thinned(line).into_iter().map(|p| view.lonlat_from_screen([p.x, p.y])).collect();
                if line.len() > 1 {
                    out.push((slide, line));
                }
            }
        }
        out
    }
}

/// A line without the corners that it looks the same without (Douglas and Peucker, 1973, with a stack of its own).
fn thinned(line: &[Pos2]) -> Vec<Pos2> {
    let mut stays = vec![false; line.len()];
    let ends = [0, line.len().saturating_sub(1)];
    let mut open = vec![ends];
    for end in ends {
        if let Some(stay) = stays.get_mut(end) {
            *stay = true;
        }
    }
    while let Some([from, to]) = open.pop() {
        let (Some(a), Some(b)) = (line.get(from), line.get(to)) else { continue };
        let inner = line.iter().enumerate().take(to).skip(from + 1);
        let far = inner.map(|(n, p)| (n, distance(*p, *a, *b))).max_by(|x, y| x.1.total_cmp(&y.1));
        if let Some((n, _)) = far.filter(|(_, d)| *d > SLACK) {
            if let Some(stay) = stays.get_mut(n) {
                *stay = true;
            }
            open.extend([[from, n], [n, to]]);
        }
    }
    line.iter().zip(stays).filter(|(_, stays)| *stays).map(|(p, _)| *p).collect()
}

/// How far a point is from a stretch.
fn distance(p: Pos2, a: Pos2, b: Pos2) -> f32 {
    let way = b - a;
    let along = if way.length_sq() > 0.0 { ((p - a).dot(way) / way.length_sq()).clamp(0.0, 1.0) } else { 0.0 };
    p.distance(a + way * along)
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::*;

    #[test]
    fn corners_on_a_straight_way_go_and_turns_stay() {
        let line: Vec<Pos2> = (0..=50)
            .map(|n| pos2(n as f32, 0.3 * (n % 2) as f32))
            .chain((1..=50).map(|n| pos2(50.0, n as f32)))
            .collect();
        let out = thinned(&line);
        assert!(out.len() < 6, "{out:?}");
        assert_eq!((out[0], *out.last().unwrap()), (pos2(0.0, 0.0), pos2(50.0, 50.0)));
        assert!(out.iter().any(|p| p.distance(pos2(50.0, 0.0)) < 1.5), "{out:?}");
        assert_eq!(thinned(&[]), []);
        assert_eq!(thinned(&[pos2(1.0, 1.0)]), [pos2(1.0, 1.0)]);
        // A ring begins where it ends.
        let ring: Vec<Pos2> = [(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 0.0)].map(|(x, y)| pos2(x, y)).into();
        assert_eq!(thinned(&ring), ring);
    }
}
