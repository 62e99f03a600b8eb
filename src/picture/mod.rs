//! The map as data: a [`Scene`] becomes a [`Picture`], and window, SVG and raster paint the same one.
//!
//! [`Marks`] holds what is drawn of each incident and is built once per state of the data; [`picture`] lays a view of
//! it out for one camera. Both are functions of their arguments: no clock, no disk, no fonts of the machine.
//!
//! Invariants: a place is never drawn more exactly than it is known; an unknown figure is hollow; no incident with a place
//! is left out, only stacked; texts never lie on each other; panning changes neither stacks nor the names in the middle.
//!
//! | file | topic |
//! |---|---|
//! | `list` | the display list, and what answers to the pointer |
//! | `type_metrics` | the shipped fonts and widths in them |
//! | `marks`, `stacks`, `crowd` | from incidents to marks, and which of them stand together |
//! | `curve`, `squares` | the squares of the world in which a large project is counted |
//! | `spread`, `callout` | a stack opened: its incidents round it; what chosen incidents are called |
//! | `heat` | where incidents lie close together, as a tint |
//! | `symbols`, `ring`, `kinds`, `incidents`, `plates` | signs; discs, fans, bands and figures; plates of what is known by area |
//! | `dated`, `borders`, `area` | which boundaries at which time, how they are drawn; the area filtered by |
//! | `names`, `along` | names at places; names along rivers and borders |
//! | `drawing`, `near` | what was drawn by hand; the nearest border, to snap to |
//! | `furniture`, `legend`, `totals` | title, scale bar, credits; what explains the signs, with its totals |
//! | `chart` | a chart of figures by time, kind, place, source or party |
//! | `svg`, `raster` and its `frames`, `egui_paint` with `egui_words` and `egui_lines` | the painters |

mod along;
mod area;
mod base;
mod borders;
mod callout;
pub mod chart;
mod clip;
mod crowd;
mod curve;
mod dated;
mod drawing;
mod egui_lines;
pub mod egui_paint;
mod egui_words;
pub mod frames;
mod furniture;
mod heat;
mod incidents;
mod kinds;
mod legend;
pub mod list;
mod marks;
mod names;
mod near;
pub mod pdf;
mod plates;
pub mod raster;
mod ring;
mod room;
mod spread;
mod squares;
mod stacks;
pub mod svg;
mod symbols;
mod totals;
mod triangulate;
pub mod type_metrics;
mod view;

pub use callout::MOST as CALLED;
pub use drawing::Draft;
pub use furniture::Furniture;
pub use kinds::Kinds;
pub use list::{Drawn, Hit, Item, Picture, Target, Zone};
pub use marks::{Form, Mark, Marks, Shares, Sign};
pub use near::nearest_line;
pub use spread::Spread;
pub use stacks::Stack;
pub use symbols::Scale;
pub use tiny_skia::Pixmap;

use crate::atlas::{BaseColors, atlas};
use crate::derive::{Derived, Question};
use crate::model::{Drawing, IncidentId, Perspective, Project, Span};
use crate::view::camera::BoundingBox;
use crate::view::{Labels, Layers, Symbols, Theme, Viewport};

/// Everything that a picture of the map depends on.
#[derive(Clone, Debug)]
pub struct Scene<'a> {
    /// The project, for names of parties.
    pub project: &'a Project,
    /// The answer to `question`.
    pub derived: &'a Derived,
    /// The marks of `derived`; see [`marks`].
    pub marks: &'a Marks,
    /// What is asked.
    pub question: &'a Question,
    /// Camera and size.
    pub viewport: Viewport,
    /// What of the map is shown.
    pub layers: Layers,
    /// Languages of the names.
    pub labels: Labels,
    /// Colours.
    pub theme: Theme,
    /// Whether borders are strongest as they stand in law, or the lines that were held.
    pub perspective: Perspective,
    /// The time shown: dated boundaries are drawn as they were at its end, and paler what ended within it. `None`: the
    /// window of the question, else what the incidents cover.
    pub shown: Option<Span>,
    /// Whether incidents pale with age, and from when on.
    pub fade: Option<Fade>,
    /// A drawing that is not in the project yet, or not yet so.
    pub draft: Option<Draft>,
    /// The selected incident.
    pub selected: Option<IncidentId>,
    /// The incident under the pointer.
    pub hovered: Option<IncidentId>,
    /// The stack whose incidents stand round it.
    pub spread: Option<Spread>,
    /// Incidents that are named beside their symbols with day, place and dead, the first [`CALLED`] of them.
    pub called: &'a [IncidentId],
    /// Title, legend, scale bar and credits.
    pub furniture: Furniture,
}

/// How incidents pale with age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fade {
    /// The second that is now.
    pub head: i64,
    /// Seconds after the end of an incident within which it goes pale.
    pub life: i64,
}

impl Fade {
    /// Opacity of the oldest.
    pub const PALEST: f32 = 0.2;

    /// The opacity of what covers `span`, 1 while it lasts and never below [`Fade::PALEST`].
    pub fn opacity(self, span: Option<Span>) -> f32 {
        let age = span.map_or(0, |s| self.head.saturating_sub(s.end - 1)).max(0);
        let part = (age as f64 / self.life.max(1) as f64).min(1.0) as f32;
        1.0 - (1.0 - Self::PALEST) * part
    }
}

/// The marks of a state of the data; to be kept until `derived` changes.
pub fn marks(project: &Project, derived: &Derived) -> Marks {
    let lines = atlas().boundaries().iter().filter(|b| b.focus && b.valid_to.is_none()).flat_map(|b| b.lines.iter());
    // Exactly enough for a bearing: the line as it is drawn at zoom 9.
    let border: Vec<Vec<[f64; 2]>> = lines.map(|l| l.at_zoom(9.0).collect()).collect();
    let border: Vec<&[[f64; 2]]> = border.iter().map(Vec::as_slice).collect();
    Marks::new(project, derived, &border)
}

/// Lays out a scene.
pub fn picture(scene: &Scene) -> Picture {
    let view = view::View::new(&scene.viewport, scene.theme.colors());
    let mut out = Picture { width: view.width, height: view.height, ..Picture::default() };
    if !(view.width >= 1.0 && view.height >= 1.0) {
        return out;
    }
    // A large project's marks in view stand in for all of them, in the legend too.
    let seen = scene.marks.in_view(&view, scene.project, scene.derived, scene.layers.symbols == Symbols::Kind);
    let opened = opened(scene, seen.as_ref());
    let with_seen = seen.as_ref().map(|marks| Scene { marks, ..scene.clone() });
    let scene = with_seen.as_ref().unwrap_or(scene);
    let atlas = atlas();
    let mut room = room::Room::default();
    let dated = dated::dated(atlas, scene.layers, scene.time_shown());
    borders::boundaries(&mut out.items, &view, atlas, scene.layers, scene.perspective, &dated);
    if let Some(outline) = &scene.question.filters.area {
        area::outline(&mut out.items, &view, outline);
    }
    let sketches = drawing::Sketches::of(scene, &view);
    out.drawn = sketches.shapes(&mut out.items, &view);
    let (furniture, boxes) = furniture::furniture(scene, &view, &dated);
    let page = scene.furniture.keep_clear.then(|| free_page(&view, &scene.furniture, &boxes));
    if scene.furniture.keep_clear {
        let taken = boxes.iter().chain(&scene.furniture.taken).copied();
        // On a page no word is cut off at the edge; in the window that would let words jump there.
        taken.chain(beyond(&view)).for_each(|bounds| room.take(bounds));
    }
    // Room is given out by weight (symbols, great towns, plates and figures, other names), and painted from the ground up.
    let marked =
        incidents::Marked { selected: scene.selected, hovered: scene.hovered, fade: scene.fade, spread: scene.spread };
    let layout = scene.layers.incidents.then(|| incidents::layout(&view, scene.marks, marked, scene.layers, &mut room));
    let mut layout = layout;
    let mut callouts = Vec::new();
    if let Some(layout) = layout.as_mut().filter(|_| !scene.called.is_empty()) {
        callout::draw(&mut callouts, &view, scene, layout, page, &mut room);
    }
    let mut lettering = names::Lettering::new(&view, atlas, scene.labels, scene.layers);
    lettering.great(&mut room);
    let mut incidents = Vec::new();
    if let Some(layout) = layout {
        incidents::draw_all(&view, layout, opened.as_ref(), page, &mut room, &mut incidents, &mut out.hits);
    }
    let mut words = Vec::new();
    sketches.words(&mut words, &view, &mut room, &mut out.drawn);
    lettering.along_lines(&dated, scene.perspective, &mut room);
    lettering.rest(&dated, &mut room);
    if scene.layers.incidents && scene.layers.symbols == Symbols::Heat {
        heat::tint(&mut out.items, &view, scene.marks, scene.fade);
    }
    out.items.append(&mut lettering.items);
    out.items.append(&mut incidents);
    out.items.append(&mut callouts);
    out.items.append(&mut words);
    out.items.extend(furniture);
    out.furniture = boxes;
    out.furniture.extend(&scene.furniture.taken);
    out
}

/// The box round all incidents of the region and all drawings shown in the window of a question.
pub fn bounds(project: &Project, marks: &Marks, question: &Question) -> Option<BoundingBox> {
    let drawn = BoundingBox::around(drawing::extent(project, question.span));
    match (marks.bounds(), drawn) {
        (Some(a), Some(b)) => Some(BoundingBox {
            west: a.west.min(b.west),
            south: a.south.min(b.south),
            east: a.east.max(b.east),
            north: a.north.max(b.north),
        }),
        (a, b) => a.or(b),
    }
}

/// The figure of a measurement or of a circle in words: "34.2 km (geodesic)"; `None` for what is not measured.
pub fn measured(drawing: &Drawing) -> Option<String> {
    drawing::figure(drawing)
}

/// The members of the stack that is open, if it is in the picture.
fn opened(scene: &Scene, seen: Option<&Marks>) -> Option<spread::Opened> {
    let spread = scene.spread?;
    let seen = seen.unwrap_or(scene.marks);
    let stack = seen.stacks(scene.viewport.camera.zoom).iter().find(|s| spread.is(s, seen.all()))?;
    let members = scene.marks.members(stack, seen, scene.project, scene.derived);
    Some(spread::Opened::new(members, seen))
}

/// The boxes that title, legend, scale bar and credits take, in points: left, top, right, bottom.
pub fn furniture_boxes(scene: &Scene) -> Vec<[f32; 4]> {
    let dated = dated::dated(atlas(), scene.layers, scene.time_shown());
    furniture::furniture(scene, &view::View::new(&scene.viewport, scene.theme.colors()), &dated).1
}

impl Scene<'_> {
    /// The time for which dated boundaries are drawn, both ends known; `None`: no time at all.
    pub fn time_shown(&self) -> Option<Span> {
        dated::closed(self.shown.or(self.question.span), || self.derived.covered())
    }
}

/// What a picture says of its perspective: "Perspective: de facto, lines as held on 13 Sep 2022".
pub fn perspective_sentence(perspective: Perspective, shown: Option<Span>) -> String {
    dated::sentence(perspective, shown)
}

/// The part of a page that plates keep to: all of it, or beside a talk what its words leave free between left and right.
fn free_page(view: &view::View, furniture: &Furniture, boxes: &[[f32; 4]]) -> [f32; 4] {
    let [mut left, mut right] = [0.0, view.width];
    if furniture.brief {
        let tall = |b: &&[f32; 4]| b[3] - b[1] > view.height * 0.4;
        for b in boxes.iter().chain(&furniture.taken).filter(tall) {
            if b[0] < view.width * 0.1 {
                left = b[2];
            } else if b[2] > view.width * 0.9 {
                right = b[0];
            }
        }
    }
    [left, 0.0, right, view.height]
}

/// What lies round the picture, as far out as words compete for room.
fn beyond(view: &view::View) -> [[f32; 4]; 4] {
    let (w, h, far) = (view.width, view.height, names::MARGIN * 2.0);
    [[-far, -far, w + far, 0.0], [-far, h, w + far, h + far], [-far, 0.0, 0.0, h], [w, 0.0, w + far, h]]
}

/// A box with round corners as a ring: left, top, right, bottom, and the radius.
pub fn plate(bounds: [f32; 4], corner: f32) -> Vec<list::Point> {
    plates::plate(bounds, corner)
}

/// The words of credit for the data sets of the map.
pub fn attribution() -> String {
    atlas().attribution()
}

/// The colours of the ground in a theme.
pub fn base_colors(theme: Theme, layers: Layers) -> BaseColors {
    base::colors(theme, layers)
}

/// Paints land, water and relief under a view, `scale` pixels to the point; `None` if the size is none or too large.
pub fn ground(viewport: &Viewport, theme: Theme, layers: Layers, scale: f32) -> Option<tiny_skia::Pixmap> {
    base::paint(viewport, theme, layers, scale)
}
