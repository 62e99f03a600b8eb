//! What is drawn on the map by hand: lines, arrows, areas, texts, circles and measurements, dated and sourced like
//! incidents.
//!
//! Invariant: the form of a drawing fits its kind, and has as many corners as the kind needs; constructors and
//! [`Drawing::reshape`] hold this.

use super::{Extra, LonLat, SourceId, Text, Uid, When};

/// The slot of a drawing in a [`super::Project`] while it is open. Never written to a file.
// Slots are never reused: undo remembers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DrawingId(pub u32);

/// The sort of a drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DrawingKind {
    /// A line.
    Line,
    /// An arrow that widens towards its head: an axis of attack, a way of retreat.
    Arrow,
    /// An area.
    Area,
    /// Words at a place.
    Text,
    /// A circle of a true radius on the ground.
    Circle,
    /// A line whose length is said.
    Distance,
    /// An area whose extent is said.
    MeasuredArea,
}

impl DrawingKind {
    /// All, as menus list them.
    pub const ALL: [Self; 7] =
        [Self::Line, Self::Arrow, Self::Area, Self::Text, Self::Circle, Self::Distance, Self::MeasuredArea];

    /// The id used in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Arrow => "arrow",
            Self::Area => "area",
            Self::Text => "text",
            Self::Circle => "circle",
            Self::Distance => "distance",
            Self::MeasuredArea => "measured-area",
        }
    }

    /// The value with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.id() == id)
    }

    /// The English words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Line => "Line",
            Self::Arrow => "Arrow",
            Self::Area => "Area",
            Self::Text => "Text",
            Self::Circle => "Circle",
            Self::Distance => "Measured distance",
            Self::MeasuredArea => "Measured area",
        }
    }

    /// Whether its corners make a line.
    pub fn is_line(self) -> bool {
        matches!(self, Self::Line | Self::Arrow | Self::Distance)
    }

    /// Whether its corners enclose an area.
    pub fn is_area(self) -> bool {
        matches!(self, Self::Area | Self::MeasuredArea)
    }

    /// Fewest corners of a path of it.
    pub fn least_corners(self) -> usize {
        match self {
            Self::Text | Self::Circle => 1,
            Self::Line | Self::Arrow | Self::Distance => 2,
            Self::Area | Self::MeasuredArea => 3,
        }
    }

    /// The look of a new drawing of this kind.
    pub fn default_style(self) -> Style {
        let style = Style { ink: Ink::Ink, width: 2.5, dash: Dashes::Solid, fill: Fill::None, text_size: 13.0 };
        match self {
            Self::Line => style,
            Self::Arrow => Style { ink: Ink::Umber, width: 9.0, fill: Fill::Tint, ..style },
            Self::Area => Style { ink: Ink::Umber, width: 1.8, fill: Fill::Hatch, ..style },
            Self::Text => Style { text_size: 15.0, ..style },
            Self::Circle => Style { ink: Ink::Violet, width: 1.8, fill: Fill::Tint, ..style },
            Self::Distance => Style { width: 1.6, ..style },
            Self::MeasuredArea => Style { width: 1.6, dash: Dashes::Dashed, fill: Fill::Tint, ..style },
        }
    }
}

/// A colour of the theme. None is a flag's; plum and teal are those of the two main parties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ink {
    /// As map type.
    Ink,
    /// Brown.
    Umber,
    /// Dull yellow-green.
    Olive,
    /// Violet.
    Violet,
    /// The first main party's.
    Plum,
    /// The second main party's.
    Teal,
}

impl Ink {
    /// All, as the form lists them.
    pub const ALL: [Self; 6] = [Self::Ink, Self::Umber, Self::Olive, Self::Violet, Self::Plum, Self::Teal];

    /// The id used in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Ink => "ink",
            Self::Umber => "umber",
            Self::Olive => "olive",
            Self::Violet => "violet",
            Self::Plum => "plum",
            Self::Teal => "teal",
        }
    }

    /// The value with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.id() == id)
    }
}

/// How a line is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dashes {
    /// Not at all.
    Solid,
    /// Dashes.
    Dashed,
    /// Round dots.
    Dotted,
}

impl Dashes {
    /// All, as the form lists them.
    pub const ALL: [Self; 3] = [Self::Solid, Self::Dashed, Self::Dotted];

    /// The id used in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Solid => "solid",
            Self::Dashed => "dashed",
            Self::Dotted => "dotted",
        }
    }

    /// The value with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.id() == id)
    }
}

/// How the inside is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fill {
    /// Not at all.
    None,
    /// A thin tint; of an arrow its body.
    Tint,
    /// Diagonal lines.
    Hatch,
}

impl Fill {
    /// All, as the form lists them.
    pub const ALL: [Self; 3] = [Self::None, Self::Tint, Self::Hatch];

    /// The id used in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Tint => "tint",
            Self::Hatch => "hatch",
        }
    }

    /// The value with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.id() == id)
    }
}

/// How a drawing looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// Colour of line, fill and words.
    pub ink: Ink,
    /// Width of the line in points; of an arrow that of its body before the head. See [`Style::WIDTH`].
    pub width: f32,
    /// How the line is broken.
    pub dash: Dashes,
    /// How the inside is filled.
    pub fill: Fill,
    /// Type size of its words in points. See [`Style::TEXT_SIZE`].
    pub text_size: f32,
}

impl Style {
    /// Least and greatest width in points.
    pub const WIDTH: [f32; 2] = [0.5, 24.0];
    /// Least and greatest type size in points.
    pub const TEXT_SIZE: [f32; 2] = [8.0, 72.0];

    /// Whether width and type size are numbers in their ranges.
    pub fn is_valid(&self) -> bool {
        let within = |v: f32, [low, high]: [f32; 2]| (low..=high).contains(&v);
        within(self.width, Self::WIDTH) && within(self.text_size, Self::TEXT_SIZE)
    }
}

/// Where a drawing is. Coordinates in WGS 84 degrees.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// A place.
    Point(LonLat),
    /// A circle: its middle and its radius on the ground in km, above 0 and at most [`Form::MOST_KM`].
    Circle(LonLat, f64),
    /// A line of at least two corners.
    Line(Vec<LonLat>),
    /// Rings of at least three corners each, the first not repeated; the first ring is the outer one, the others are holes.
    Area(Vec<Vec<LonLat>>),
}

impl Form {
    /// The greatest radius of a circle, in km: beyond a quarter of the globe a circle shrinks again.
    pub const MOST_KM: f64 = 10_000.0;

    /// Whether a drawing of this kind can have this form.
    pub fn fits(&self, kind: DrawingKind) -> bool {
        match self {
            Self::Point(_) => kind == DrawingKind::Text,
            Self::Circle(_, km) => kind == DrawingKind::Circle && *km > 0.0 && *km <= Self::MOST_KM,
            Self::Line(line) => kind.is_line() && line.len() >= 2,
            Self::Area(rings) => kind.is_area() && !rings.is_empty() && rings.iter().all(|r| r.len() >= 3),
        }
    }

    /// The paths of corners that can be moved: one of a place and of a circle's middle, one of a line, one a ring.
    pub fn paths(&self) -> Vec<&[LonLat]> {
        match self {
            Self::Point(p) | Self::Circle(p, _) => vec![std::slice::from_ref(p)],
            Self::Line(line) => vec![line],
            Self::Area(rings) => rings.iter().map(Vec::as_slice).collect(),
        }
    }

    /// All corners.
    pub fn corners(&self) -> impl Iterator<Item = LonLat> + '_ {
        self.paths().into_iter().flatten().copied()
    }

    /// The corner at this place, if there is one.
    pub fn corner(&self, at: CornerAt) -> Option<LonLat> {
        self.paths().get(at.path)?.get(at.corner).copied()
    }

    /// With one corner somewhere else; `None` if there is no such corner.
    #[must_use]
    pub fn with_corner(&self, at: CornerAt, to: LonLat) -> Option<Self> {
        let mut next = self.clone();
        *next.corner_mut(at)? = to;
        Some(next)
    }

    /// With a corner more, put in before the one at this place (one past the last: at the end). `None` where there can
    /// be none.
    #[must_use]
    pub fn with_corner_more(&self, at: CornerAt, to: LonLat) -> Option<Self> {
        let mut next = self.clone();
        let path = next.path_mut(at.path)?;
        (at.corner <= path.len()).then(|| path.insert(at.corner, to))?;
        Some(next)
    }

    /// Without a corner; a hole of too few corners goes as a whole. `None` where too few corners would be left.
    #[must_use]
    pub fn without_corner(&self, at: CornerAt) -> Option<Self> {
        let mut next = self.clone();
        let path = next.path_mut(at.path)?;
        (at.corner < path.len()).then(|| path.remove(at.corner))?;
        match &mut next {
            Self::Line(line) if line.len() < 2 => return None,
            Self::Area(rings) => {
                if rings.first().is_none_or(|r| r.len() < 3) {
                    return None;
                }
                rings.retain(|r| r.len() >= 3);
            }
            _ => {}
        }
        Some(next)
    }

    /// All of it shifted by degrees of longitude and latitude; `None` where that would leave the map.
    #[must_use]
    pub fn shifted(&self, lon: f64, lat: f64) -> Option<Self> {
        // Five digits, about a metre: what is shifted by hand is not known more exactly.
        let round = |v: f64| (v * 1e5).round() / 1e5;
        let shift = |p: &LonLat| LonLat::new(round(p.lon() + lon), round(p.lat() + lat)).ok();
        let path = |line: &Vec<LonLat>| line.iter().map(shift).collect::<Option<Vec<_>>>();
        Some(match self {
            Self::Point(p) => Self::Point(shift(p)?),
            Self::Circle(p, km) => Self::Circle(shift(p)?, *km),
            Self::Line(line) => Self::Line(path(line)?),
            Self::Area(rings) => Self::Area(rings.iter().map(path).collect::<Option<_>>()?),
        })
    }

    fn path_mut(&mut self, n: usize) -> Option<&mut Vec<LonLat>> {
        match self {
            Self::Point(_) | Self::Circle(..) => None,
            Self::Line(line) => (n == 0).then_some(line),
            Self::Area(rings) => rings.get_mut(n),
        }
    }

    fn corner_mut(&mut self, at: CornerAt) -> Option<&mut LonLat> {
        match self {
            Self::Point(p) | Self::Circle(p, _) => (at == CornerAt::default()).then_some(p),
            _ => self.path_mut(at.path)?.get_mut(at.corner),
        }
    }
}

/// Which corner of a form: the path and the corner in it, both from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CornerAt {
    /// The path.
    pub path: usize,
    /// The corner in it.
    pub corner: usize,
}

/// Something drawn on the map by hand.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// Its id in files, unique among incidents and drawings.
    pub uid: Uid,
    kind: DrawingKind,
    form: Form,
    /// What it is called; of a text the words themselves, line by line.
    pub title: Text,
    /// The time it is about; `None`: shown at every time.
    pub when: Option<When>,
    /// How it looks.
    pub style: Style,
    /// Whether its title stands beside it. The words of a text and the figure of a measurement always do.
    pub titled: bool,
    /// Its sources.
    pub sources: Vec<SourceId>,
    /// Free notes.
    pub notes: Text,
    /// Members of the feature's `properties` that this version does not know.
    pub extra: Extra,
    /// Members of the feature itself that this version does not know.
    pub extra_feature: Extra,
}

impl Drawing {
    /// A drawing with the look of its kind and everything else unknown; `None` if the form does not fit the kind.
    pub fn new(uid: Uid, kind: DrawingKind, form: Form) -> Option<Self> {
        form.fits(kind).then(|| Self {
            uid,
            kind,
            form,
            title: Text::default(),
            when: None,
            style: kind.default_style(),
            titled: true,
            sources: Vec::new(),
            notes: Text::default(),
            extra: Extra::new(),
            extra_feature: Extra::new(),
        })
    }

    /// The sort of drawing it is.
    pub fn kind(&self) -> DrawingKind {
        self.kind
    }

    /// Where it is.
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// Gives it another form; `false`, and nothing changed, if that does not fit its kind.
    pub fn reshape(&mut self, form: Form) -> bool {
        let fits = form.fits(self.kind);
        if fits {
            self.form = form;
        }
        fits
    }

    /// What it is called in lists: its title on one line, else its kind.
    pub fn name(&self) -> String {
        let title = self.title.split_whitespace().collect::<Vec<_>>().join(" ");
        if title.is_empty() { self.kind.label().to_owned() } else { title }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(lon: f64, lat: f64) -> LonLat {
        LonLat::new(lon, lat).unwrap()
    }

    fn at(path: usize, corner: usize) -> CornerAt {
        CornerAt { path, corner }
    }

    #[test]
    fn a_form_that_does_not_fit_its_kind_makes_no_drawing() {
        let uid = || Uid::new("d");
        assert!(Drawing::new(uid(), DrawingKind::Line, Form::Line(vec![p(45.0, 40.0)])).is_none());
        assert!(Drawing::new(uid(), DrawingKind::Text, Form::Line(vec![p(45.0, 40.0); 2])).is_none());
        assert!(Drawing::new(uid(), DrawingKind::Circle, Form::Circle(p(45.0, 40.0), f64::NAN)).is_none());
        assert!(Drawing::new(uid(), DrawingKind::Circle, Form::Circle(p(45.0, 40.0), 0.0)).is_none());
        let mut d = Drawing::new(uid(), DrawingKind::Arrow, Form::Line(vec![p(45.0, 40.0), p(46.0, 40.0)])).unwrap();
        assert!(!d.reshape(Form::Point(p(1.0, 1.0))));
        assert_eq!(d.form().corners().count(), 2);
    }

    #[test]
    fn corners_are_moved_put_in_and_taken_out_down_to_the_fewest_that_the_form_needs() {
        let line = Form::Line(vec![p(1.0, 1.0), p(2.0, 1.0)]);
        let three = line.with_corner_more(at(0, 1), p(1.5, 1.2)).unwrap();
        assert_eq!(three.corner(at(0, 1)), Some(p(1.5, 1.2)));
        assert_eq!(three.without_corner(at(0, 1)), Some(line.clone()));
        assert_eq!(line.without_corner(at(0, 0)), None);
        assert_eq!(line.with_corner(at(0, 2), p(1.0, 1.0)), None);
        assert_eq!(line.with_corner_more(at(0, 3), p(1.0, 1.0)), None);
        let ring = |n: u8| (0..n).map(|i| p(f64::from(i), f64::from(i * i))).collect::<Vec<_>>();
        let area = Form::Area(vec![ring(4), ring(3)]);
        assert_eq!(area.without_corner(at(1, 0)), Some(Form::Area(vec![ring(4)])), "a hole goes as a whole");
        assert!(Form::Area(vec![ring(3)]).without_corner(at(0, 0)).is_none());
        assert!(Form::Point(p(1.0, 1.0)).without_corner(at(0, 0)).is_none());
        assert_eq!(
            Form::Circle(p(1.0, 1.0), 2.0).with_corner(at(0, 0), p(3.0, 1.0)),
            Some(Form::Circle(p(3.0, 1.0), 2.0))
        );
    }

    #[test]
    fn a_form_is_shifted_as_a_whole_or_not_at_all() {
        let line = Form::Line(vec![p(1.0, 1.0), p(179.5, 1.0)]);
        assert_eq!(line.shifted(0.25, -0.5), Some(Form::Line(vec![p(1.25, 0.5), p(179.75, 0.5)])));
        assert_eq!(line.shifted(1.0, 0.0), None);
    }

    #[test]
    fn every_kind_has_a_look_in_its_range_and_ids_are_read_back() {
        for kind in DrawingKind::ALL {
            assert!(kind.default_style().is_valid(), "{kind:?}");
            assert_eq!(DrawingKind::from_id(kind.id()), Some(kind));
        }
        assert!(Ink::ALL.iter().all(|i| Ink::from_id(i.id()) == Some(*i)));
        assert!(Dashes::ALL.iter().all(|i| Dashes::from_id(i.id()) == Some(*i)));
        assert!(Fill::ALL.iter().all(|i| Fill::from_id(i.id()) == Some(*i)));
        let wide = Style { width: f32::NAN, ..DrawingKind::Line.default_style() };
        assert!(!wide.is_valid());
    }
}
