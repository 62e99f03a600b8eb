//! The map as data: polygons, lines, circles and text in screen points, in the order in which they are painted.
//!
//! Every painter (window, SVG, raster) reads this list and decides nothing: what is not in it is in no picture.

use crate::model::IncidentId;
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
}

impl Item {
    /// Multiplies the opacity of everything in it.
    pub(super) fn fade(&mut self, opacity: f32) {
        let pale = |paint: &mut Paint| paint.alpha *= opacity;
        match self {
            Self::Layer(_) => {}
            Self::Polygon { fill, stroke, .. } | Self::Circle { fill, stroke, .. } => {
                fill.iter_mut().for_each(pale);
                stroke.iter_mut().map(|s| &mut s.paint).for_each(pale);
            }
            Self::Lines { stroke, .. } => pale(&mut stroke.paint),
            Self::Text(label) => {
                pale(&mut label.paint);
                label.halo.iter_mut().for_each(|(paint, _)| pale(paint));
            }
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
    /// Boxes of title, legend, scale and credits: left, top, right, bottom.
    pub furniture: Vec<[f32; 4]>,
}

impl Picture {
    /// The topmost target at a point.
    pub fn pick(&self, at: Point) -> Option<&Hit> {
        self.hits.iter().rev().find(|h| h.zone.contains(at))
    }

    /// All text in the picture, in the order of painting.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        self.items.iter().filter_map(|i| match i {
            Item::Text(label) => Some(label),
            _ => None,
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
    fn the_topmost_target_answers() {
        let hit = |id: u32, radius: f32| Hit {
            zone: Zone::Circle { center: [10.0, 10.0], radius },
            what: Target::Incident(IncidentId(id)),
            name: String::new(),
        };
        let picture = Picture { hits: vec![hit(1, 8.0), hit(2, 3.0)], ..Picture::default() };
        assert_eq!(picture.pick([11.0, 10.0]).unwrap().what.ids(), [IncidentId(2)]);
        assert_eq!(picture.pick([16.0, 10.0]).unwrap().what.ids(), [IncidentId(1)]);
        assert_eq!(picture.pick([30.0, 10.0]), None);
    }
}
