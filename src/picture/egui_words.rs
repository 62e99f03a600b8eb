//! Words as egui sets them, with their halo, and kept from frame to frame: while the map moves, its names do not change.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::Arc;

use egui::emath::{GuiRounding, Rot2};
use egui::epaint::TextShape;
use egui::epaint::text::{Galley, PlacedRow};
use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, FontId, Rect, Vec2, pos2, vec2};

use super::egui_paint::{color, family};
use super::list::{Anchor, Face, Label, Paint};
use super::room::Numbers;

/// Pictures after which words that none of them has shown are forgotten.
const MEMORY: u32 = 60;

/// A label without its place: what stays when the map is moved.
struct Set {
    galley: Arc<Galley>,
    /// Size of the words without the halo.
    size: Vec2,
    /// From the top of the words to their baseline.
    baseline: f32,
    /// The last picture that showed them.
    seen: u32,
}

/// The words that have been set.
#[derive(Default)]
pub(super) struct Words {
    sets: HashMap<u64, Set, BuildHasherDefault<Numbers>>,
    /// A word that egui sets in each frame. It hands out the same one as long as its letters stay where they are in the
    /// texture; when it starts that over (other fonts, other pixels, no room), it sets a new one, and so must all be.
    proof: Option<Arc<Galley>>,
    pixels_per_point: f32,
    pictures: u32,
}

impl Words {
    /// To be called at the start of each frame; false if all words are to be set anew.
    pub(super) fn begin(&mut self, painter: &egui::Painter) -> bool {
        let proof = painter.layout_job(job("0", 12.0, Face::Regular, 0.0));
        let holds = self.proof.as_ref().is_some_and(|p| Arc::ptr_eq(p, &proof));
        if !holds {
            self.sets.clear();
            self.proof = Some(proof);
        }
        self.pixels_per_point = painter.pixels_per_point();
        holds
    }

    /// A shape that shows nothing and makes egui take memory for so many vertices and indices at once. It would grow step
    /// by step otherwise, and copy some megabytes about.
    pub(super) fn reserve(&self, vertices: usize, indices: usize) -> Option<TextShape> {
        let mut galley = (**self.proof.as_ref()?).clone();
        galley.rows.clear();
        (galley.num_vertices, galley.num_indices) = (vertices, indices);
        Some(TextShape::new(egui::Pos2::ZERO, Arc::new(galley), Color32::TRANSPARENT))
    }

    /// To be called after each new picture.
    pub(super) fn end(&mut self) {
        self.pictures = self.pictures.wrapping_add(1);
        if self.pictures.is_multiple_of(MEMORY) {
            let now = self.pictures;
            self.sets.retain(|_, set| now.wrapping_sub(set.seen) <= MEMORY);
        }
    }

    /// A label moved by `by`; nothing if it lies outside `clip` or has no letters.
    pub(super) fn set(&mut self, label: &Label, painter: &egui::Painter, by: Vec2, clip: Rect) -> Option<TextShape> {
        let at = pos2(label.at[0], label.at[1]) + by;
        // No letter is wider than two em: what is farther away need not even be set.
        let reach = label.text.len() as f32 * (2.0 * label.size + label.spacing.abs()) + 2.0 * label.size;
        if !clip.expand(reach).contains(at) {
            return None;
        }
        let key = key(label);
        if self.sets.get(&key).is_none_or(|s| s.galley.job.text != label.text) {
            self.sets.insert(key, new_set(label, painter, self.pixels_per_point)?);
        }
        let set = self.sets.get_mut(&key)?;
        set.seen = self.pictures;
        let shift = match label.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => set.size.x / 2.0,
            Anchor::End => set.size.x,
        };
        let angle = label.rotation.to_radians();
        let turned =
            if angle == 0.0 { vec2(shift, set.baseline) } else { Rot2::from_angle(angle) * vec2(shift, set.baseline) };
        let halo = label.halo.map_or(0.0, |(_, width)| width);
        let far = set.size.max_elem();
        let bounds = if angle == 0.0 {
            Rect::from_min_size(at - turned, set.size)
        } else {
            Rect::from_center_size(at, Vec2::splat(2.0 * far))
        };
        if !clip.intersects(bounds.expand(halo + label.size)) {
            return None;
        }
        let mut shape = TextShape::new(at - turned, set.galley.clone(), color(label.paint));
        shape.angle = angle;
        Some(shape)
    }
}

/// All of a label that decides how it is set.
fn key(label: &Label) -> u64 {
    let mut hasher = DefaultHasher::new();
    let halo = label.halo.map(|(paint, width)| (color(paint), width.to_bits()));
    (&label.text, label.face, halo).hash(&mut hasher);
    [label.size, label.spacing, label.rotation].map(f32::to_bits).hash(&mut hasher);
    hasher.finish()
}

fn job(text: &str, size: f32, face: Face, spacing: f32) -> LayoutJob {
    let format = TextFormat {
        font_id: FontId::new(size, family(face)),
        extra_letter_spacing: spacing,
        color: Color32::PLACEHOLDER,
        ..TextFormat::default()
    };
    let mut job = LayoutJob::single_section(text.to_owned(), format);
    job.wrap.max_width = f32::INFINITY;
    job
}

fn new_set(label: &Label, painter: &egui::Painter, pixels_per_point: f32) -> Option<Set> {
    let plain = painter.layout_job(job(&label.text, label.size, label.face, label.spacing));
    let baseline = plain.rows.first().and_then(|row| row.glyphs.first().map(|g| row.pos.y + g.pos.y))?;
    let size = plain.size();
    let galley = match label.halo {
        Some((paint, width)) => Arc::new(with_halo(&plain, paint, width, label.rotation, pixels_per_point)),
        None => plain,
    };
    Some(Set { galley, size, baseline, seen: 0 })
}

/// The words with copies of them behind: four where the halo is thin, since a map has hundreds of names. The copies lie
/// over each other near the letters, so each takes a part of the halo's opacity only.
fn with_halo(plain: &Galley, halo: Paint, width: f32, rotation: f32, pixels_per_point: f32) -> Galley {
    let copies = if width < 1.9 { 4 } else { 8 };
    let veil = color(Paint::veil(halo.rgb, halo.alpha * if copies == 4 { 0.7 } else { 0.5 }));
    let upright = Rot2::from_angle(-rotation.to_radians());
    // The copies of a row share its letters.
    let behind = plain.rows.iter().map(|row| {
        let mut letters = (*row.row).clone();
        // Looked through by egui for coloured ones, of which there are none.
        letters.glyphs.clear();
        letters.visuals.mesh.vertices.iter_mut().for_each(|v| v.color = veil);
        PlacedRow { row: Arc::new(letters), ..row.clone() }
    });
    let behind: Vec<PlacedRow> = behind.collect();
    let mut galley = plain.clone();
    galley.rows.clear();
    for i in 0..copies {
        let (s, c) = ((i as f32 + 0.5) / copies as f32 * std::f32::consts::TAU).sin_cos();
        // Whole pixels, as the words themselves stand on: between them the halo would be blurred.
        let by = upright * (vec2(c, s) * width).round_to_pixels(pixels_per_point);
        galley.rows.extend(behind.iter().map(|row| PlacedRow { pos: row.pos + by, ..row.clone() }));
    }
    galley.rows.extend(plain.rows.iter().cloned());
    galley.mesh_bounds = plain.mesh_bounds.expand(width);
    galley.num_vertices = plain.num_vertices * (copies + 1);
    galley.num_indices = plain.num_indices * (copies + 1);
    galley
}
