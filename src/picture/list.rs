//! The map as data: polygons, lines, circles and text in screen points, in the order in which they are painted.
//!
//! Every painter (window, SVG, raster) reads this list and decides nothing: what is not in it is in no picture.

use crate::model::{DrawingId, IncidentId};
use crate::view::Rgb;

/// A point of the picture, in points from the top left corner.
pub type Point = [f32; 2];

/// A colour with its opacity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paint {
    /// The colour.
    pub rgb: Rgb,
    /// 0 (nothing) to 1 (solid).
    pub alpha: f32,
}

impl Paint {
    /// A solid colour.
    pub const fn solid(rgb: Rgb) -> Self {
        Self { rgb, alpha: 1.0 }
    }

    /// A colour seen through.
    pub const fn veil(rgb: Rgb, alpha: f32) -> Self {
        Self { rgb, alpha }
    }
}

/// A repeated pattern of stroke and gap, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dash {
    /// Length of a stroke.
    pub on: f32,
    /// Length of a gap.
    pub off: f32,
    /// How far into the pattern the line starts. Keeps dashes still on the ground while the map is panned.
    pub offset: f32,
}

/// How a line is drawn. Ends and corners are always round: borders bend often and a mitre would spike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Colour.
    pub paint: Paint,
    /// Width in points.
    pub width: f32,
    /// Dashes; `None` for a whole line.
    pub dash: Option<Dash>,
}

impl Stroke {
    /// A whole line.
    pub const fn line(paint: Paint, width: f32) -> Self {
        Self { paint, width, dash: None }
    }

    /// A line of dashes.
    pub const fn dashed(paint: Paint, width: f32, on: f32, off: f32) -> Self {
        Self { paint, width, dash: Some(Dash { on, off, offset: 0.0 }) }
    }
}

/// A cut of the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Face {
    /// Upright.
    Regular,
    /// Bold.
    Bold,
    /// Italic; scripts without one fall back to upright.
    Italic,
}

/// Which point of a line of text lies at its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The start.
    Start,
    /// The middle.
    Middle,
    /// The end.
    End,
}

/// One line of text.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// The anchor point on the baseline.
    pub at: Point,
    /// Which point of the line that is.
    pub anchor: Anchor,
    /// Type size in points.
    pub size: f32,
    /// Cut.
    pub face: Face,
    /// Colour.
    pub paint: Paint,
    /// A soft edge behind the letters: colour and width in points on each side.
    pub halo: Option<(Paint, f32)>,
    /// Points added after each letter.
    pub spacing: f32,
    /// Degrees clockwise about the anchor point.
    pub rotation: f32,
    /// The words.
    pub text: String,
}

/// One thing to paint.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// What follows belongs to this layer, until the next one. A name of `a-z` and `-`.
    Layer(&'static str),
    /// Closed rings, filled by the even-odd rule.
    Polygon {
        /// The rings; the last point need not repeat the first.
        rings: Vec<Vec<Point>>,
        /// Inside.
        fill: Option<Paint>,
        /// Edge.
        stroke: Option<Stroke>,
    },
    /// Open lines that share one stroke.
    Lines {
        /// The lines.
        lines: Vec<Vec<Point>>,
        /// How they are drawn.
        stroke: Stroke,
    },
    /// A circle.
    Circle {
        /// Middle.
        center: Point,
        /// Radius in points.
        radius: f32,
        /// Inside.
        fill: Option<Paint>,
        /// Edge.
        stroke: Option<Stroke>,
    },
    /// Text.
    Text(Label),
    /// Text whose letters follow a line.
    Along {
        /// The words.
        text: String,
        /// Their letters one by one, in the order of painting: the halos first.
        letters: Vec<Label>,
    },
}

impl Item {
    /// Multiplies the opacity of everything in it.
    pub fn fade(&mut self, opacity: f32) {
        let pale = |paint: &mut Paint| paint.alpha *= opacity;
        match self {
            Self::Layer(_) => {}
            Self::Polygon { fill, stroke, .. } | Self::Circle { fill, stroke, .. } => {
                fill.iter_mut().for_each(pale);
                stroke.iter_mut().map(|s| &mut s.paint).for_each(pale);
            }
            Self::Lines { stroke, .. } => pale(&mut stroke.paint),
            Self::Text(_) | Self::Along { .. } => {
                let labels = match self {
                    Self::Text(label) => std::slice::from_mut(label),
                    Self::Along { letters, .. } => letters.as_mut_slice(),
                    _ => &mut [],
                };
                for label in labels {
                    pale(&mut label.paint);
                    label.halo.iter_mut().for_each(|(paint, _)| pale(paint));
                }
            }
        }
    }
}

impl Item {
    /// The same, `scale` times as large and then moved by points right and down.
    #[must_use]
    pub fn placed(self, scale: f32, [dx, dy]: Point) -> Self {
        let at = |[x, y]: Point| [x * scale + dx, y * scale + dy];
        let all = |lines: Vec<Vec<Point>>| -> Vec<Vec<Point>> {
            lines.into_iter().map(|line| line.into_iter().map(at).collect()).collect()
        };
        let pen = |s: Stroke| Stroke {
            width: s.width * scale,
            dash: s.dash.map(|d| Dash { on: d.on * scale, off: d.off * scale, offset: d.offset * scale }),
            ..s
        };
        let set = |label: Label| Label {
            at: at(label.at),
            size: label.size * scale,
            halo: label.halo.map(|(paint, width)| (paint, width * scale)),
            spacing: label.spacing * scale,
            ..label
        };
        match self {
            Self::Layer(name) => Self::Layer(name),
            Self::Polygon { rings, fill, stroke } => Self::Polygon { rings: all(rings), fill, stroke: stroke.map(pen) },
            Self::Lines { lines, stroke } => Self::Lines { lines: all(lines), stroke: pen(stroke) },
            Self::Circle { center, radius, fill, stroke } => {
                Self::Circle { center: at(center), radius: radius * scale, fill, stroke: stroke.map(pen) }
            }
            Self::Text(label) => Self::Text(set(label)),
            Self::Along { text, letters } => Self::Along { text, letters: letters.into_iter().map(set).collect() },
        }
    }
}

/// What lies under a place of the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// One incident.
    Incident(IncidentId),
    /// Several incidents drawn as one stack, in the order of the project.
    Stack(Vec<IncidentId>),
    /// More incidents than are named: the first ones, and how many there are.
    Crowd(Vec<IncidentId>, u32),
}

impl Target {
    /// How many incidents it is.
    pub fn count(&self) -> usize {
        match self {
            Self::Crowd(_, n) => *n as usize,
            _ => self.ids().len(),
        }
    }

    /// The incidents of the target, of a crowd the first ones.
    pub fn ids(&self) -> &[IncidentId] {
        match self {
            Self::Incident(id) => std::slice::from_ref(id),
            Self::Stack(ids) | Self::Crowd(ids, _) => ids,
        }
    }
}

/// The form of a place that answers to the pointer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Zone {
    /// A disc.
    Circle {
        /// Middle.
        center: Point,
        /// Radius in points.
        radius: f32,
    },
    /// An upright box.
    Rect {
        /// Left, top, right, bottom.
        ltrb: [f32; 4],
    },
}

impl Zone {
    /// Whether a point lies in it.
    pub fn contains(&self, [x, y]: Point) -> bool {
        match *self {
            Self::Circle { center: [cx, cy], radius } => (x - cx).powi(2) + (y - cy).powi(2) <= radius * radius,
            Self::Rect { ltrb: [l, t, r, b] } => x >= l && x <= r && y >= t && y <= b,
        }
    }

    /// The smallest upright box round it: left, top, right, bottom.
    pub fn bounds(&self) -> [f32; 4] {
        match *self {
            Self::Circle { center: [x, y], radius: r } => [x - r, y - r, x + r, y + r],
            Self::Rect { ltrb } => ltrb,
        }
    }
}

/// A place that answers to the pointer.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Its form.
    pub zone: Zone,
    /// What it stands for.
    pub what: Target,
    /// What a screen reader says of it.
    pub name: String,
    /// Whether it stands aside from its place while its stack is open. Where it stands then says nothing.
    pub is_aside: bool,
}

/// What of a drawing answers to the pointer.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// The drawing; of one that is not in the project yet a slot that is never used.
    pub id: DrawingId,
    /// Its lines, rings closed.
    pub lines: Vec<Vec<Point>>,
    /// Points that its lines reach to each side.
    pub half_width: f32,
    /// Rings whose inside is filled, by the even-odd rule.
    pub rings: Vec<Vec<Point>>,
    /// Boxes of its words: left, top, right, bottom.
    pub boxes: Vec<[f32; 4]>,
}

impl Drawn {
    /// Whether a point lies on its lines or words, or no more than `slack` points beside them.
    pub fn touches(&self, at: Point, slack: f32) -> bool {
        let [x, y] = at;
        let reach = self.half_width + slack;
        let on_line =
            |line: &Vec<Point>| line.iter().zip(line.iter().skip(1)).any(|(a, b)| beside(at, *a, *b) <= reach);
        self.boxes.iter().any(|[l, t, r, b]| x >= *l && x <= *r && y >= *t && y <= *b) || self.lines.iter().any(on_line)
    }

    /// Whether a point lies in its filled inside.
    pub fn encloses(&self, at: Point) -> bool {
        self.rings.iter().filter(|ring| is_inside(ring, at)).count() % 2 == 1
    }
}

/// Distance in points from a point to a stretch of line.
pub fn beside([x, y]: Point, [ax, ay]: Point, [bx, by]: Point) -> f32 {
    let (dx, dy) = (bx - ax, by - ay);
    let square = dx * dx + dy * dy;
    let t = if square > 0.0 { (((x - ax) * dx + (y - ay) * dy) / square).clamp(0.0, 1.0) } else { 0.0 };
    (x - ax - dx * t).hypot(y - ay - dy * t)
}

/// Whether a point lies in a ring, by the even-odd rule.
pub(super) fn is_inside(ring: &[Point], [x, y]: Point) -> bool {
    let sides = ring.iter().zip(ring.iter().cycle().skip(1));
    let crossed =
        sides.filter(|([x0, y0], [x1, y1])| (*y0 <= y) != (*y1 <= y) && x < x0 + (x1 - x0) * (y - y0) / (y1 - y0));
    crossed.count() % 2 == 1
}

/// A picture of the map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// Width in points.
    pub width: f32,
    /// Height in points.
    pub height: f32,
    /// What to paint, from the ground up.
    pub items: Vec<Item>,
    /// What answers to the pointer, from the ground up.
    pub hits: Vec<Hit>,
    /// What of the drawings answers to the pointer, from the ground up.
    pub drawn: Vec<Drawn>,
    /// Boxes of title, legend, scale and credits: left, top, right, bottom.
    pub furniture: Vec<[f32; 4]>,
}

impl Picture {
    /// The same picture, `scale` times as large.
    #[must_use]
    pub fn scaled(self, scale: f32) -> Self {
        let grown = |[l, t, r, b]: [f32; 4]| [l * scale, t * scale, r * scale, b * scale];
        let all = |lines: Vec<Vec<Point>>| -> Vec<Vec<Point>> {
            lines.into_iter().map(|l| l.into_iter().map(|[x, y]| [x * scale, y * scale]).collect()).collect()
        };
        let zone = |zone: Zone| match zone {
            Zone::Circle { center: [x, y], radius } => {
                Zone::Circle { center: [x * scale, y * scale], radius: radius * scale }
            }
            Zone::Rect { ltrb } => Zone::Rect { ltrb: grown(ltrb) },
        };
        Self {
            width: self.width * scale,
            height: self.height * scale,
            items: self.items.into_iter().map(|i| i.placed(scale, [0.0, 0.0])).collect(),
            hits: self.hits.into_iter().map(|h| Hit { zone: zone(h.zone), ..h }).collect(),
            drawn: self.drawn.into_iter().map(|d| Drawn { lines: all(d.lines), rings: all(d.rings), ..d }).collect(),
            furniture: self.furniture.into_iter().map(grown).collect(),
        }
    }

    /// The topmost target at a point.
    pub fn pick(&self, at: Point) -> Option<&Hit> {
        self.hits.iter().rev().find(|h| h.zone.contains(at))
    }

    /// The drawing at a point: the topmost whose lines or words pass within `slack` points, else the topmost whose inside
    /// is filled there.
    pub fn pick_drawing(&self, at: Point, slack: f32) -> Option<DrawingId> {
        let near = self.drawn.iter().rev().find(|d| d.touches(at, slack));
        near.or_else(|| self.drawn.iter().rev().find(|d| d.encloses(at))).map(|d| d.id)
    }

    /// All text in the picture, in the order of painting; of text along a line each letter.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        self.items.iter().flat_map(|i| match i {
            Item::Text(label) => std::slice::from_ref(label),
            Item::Along { letters, .. } => letters.as_slice(),
            _ => &[],
        })
    }

    /// The items of one layer.
    pub fn layer(&self, name: &str) -> impl Iterator<Item = &Item> {
        let mut inside = false;
        self.items.iter().filter(move |i| {
            if let Item::Layer(n) = i {
                inside = *n == name;
                return false;
            }
            inside
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_drawing_answers_before_the_inside_of_another() {
        let square = vec![[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0]];
        let drawn = |id: u32, lines: Vec<Vec<Point>>, rings: Vec<Vec<Point>>| Drawn {
            id: DrawingId(id),
            lines,
            half_width: 1.0,
            rings,
            boxes: Vec::new(),
        };
        let road = drawn(1, vec![vec![[20.0, 20.0], [80.0, 20.0]]], Vec::new());
        let hole = vec![[40.0, 40.0], [60.0, 40.0], [60.0, 60.0], [40.0, 60.0]];
        let picture = Picture { drawn: vec![road, drawn(2, Vec::new(), vec![square, hole])], ..Picture::default() };
        assert_eq!(picture.pick_drawing([50.0, 23.0], 4.0), Some(DrawingId(1)));
        assert_eq!(picture.pick_drawing([50.0, 30.0], 4.0), Some(DrawingId(2)));
        assert_eq!(picture.pick_drawing([50.0, 50.0], 4.0), None, "a hole is not filled");
        assert_eq!(picture.pick_drawing([150.0, 20.0], 4.0), None);
    }

    #[test]
    fn the_topmost_target_answers() {
        let hit = |id: u32, radius: f32| Hit {
            zone: Zone::Circle { center: [10.0, 10.0], radius },
            what: Target::Incident(IncidentId(id)),
            name: String::new(),
            is_aside: false,
        };
        let picture = Picture { hits: vec![hit(1, 8.0), hit(2, 3.0)], ..Picture::default() };
        assert_eq!(picture.pick([11.0, 10.0]).unwrap().what.ids(), [IncidentId(2)]);
        assert_eq!(picture.pick([16.0, 10.0]).unwrap().what.ids(), [IncidentId(1)]);
        assert_eq!(picture.pick([30.0, 10.0]), None);
    }
}
