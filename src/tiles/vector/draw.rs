//! Features of a vector tile as pixels.

use tiny_skia::{Color, FillRule, LineCap, LineJoin, Paint, PathBuilder, Pixmap, Stroke, StrokeDash, Transform};

use super::super::Wanted;
use super::class::Class;
use super::{MOST_LENGTH, SIDE};
use crate::view::theme::{Colors, Rgb, contrast};

/// Sides of a tile beyond which all positions are one.
const FAR: f32 = 32.0;
/// Pixels of lines that are dashed at most.
const MOST_DASHED: f32 = 4e5;

/// The outlines of a tile, gathered class by class.
pub(super) struct Canvas {
    paths: Vec<PathBuilder>,
    /// Pixels along the side.
    side: f32,
    /// Pixels to a point.
    density: f32,
    zoom: f32,
    colors: &'static Colors,
    /// The part of the tile that is drawn.
    corner: [f32; 2],
    part: f32,
    /// Units of the layer along the side of its tile.
    extent: f32,
    /// Outlines of water and of other areas, without what the edge of a tile cuts.
    shores: [PathBuilder; 2],
    /// Where the pen is and where it began, in units of the layer.
    at: [i64; 2],
    start: [i64; 2],
    /// Pixels that all lines are long in sight or near it, and those of paths wherever they go.
    length: f32,
    dashed: f32,
}

impl Canvas {
    pub(super) fn new(corner: [f32; 2], part: f32, zoom: u8, wanted: Wanted) -> Self {
        let density = if wanted.density.is_finite() { wanted.density.clamp(0.5, 2.0) } else { 1.0 };
        Self {
            paths: Class::ALL.iter().map(|_| PathBuilder::new()).collect(),
            side: (f32::from(SIDE) * density).round(),
            density,
            // A tile of 512 points lies on the map of the zoom after its own.
            zoom: f32::from(zoom) + 1.0,
            colors: wanted.theme.colors(),
            corner,
            part,
            extent: 4_096.0,
            shores: [PathBuilder::new(), PathBuilder::new()],
            at: [0; 2],
            start: [0; 2],
            length: 0.0,
            dashed: 0.0,
        }
    }

    /// Begins a layer of so many units along the side.
    pub(super) fn layer(&mut self, extent: f32) {
        self.extent = extent;
    }

    /// A position in pixels, no farther away than it takes to be out of sight.
    fn pixel(&self, [x, y]: [i64; 2]) -> [f32; 2] {
        let [left, top] = self.corner;
        let on = |v: i64, corner: f32| {
            let share = (v as f32 / self.extent - corner) / self.part;
            // Some makers do not cut what goes beyond the tile.
            share.clamp(-FAR, FAR) * self.side
        };
        [on(x, left), on(y, top)]
    }

    /// Whether a line lies along the edge of the tile, where an area is cut and has no end of its own.
    fn is_cut(&self, from: [i64; 2], to: [i64; 2]) -> bool {
        from.into_iter().zip(to).any(|(a, b)| {
            let (a, b) = (a as f32, b as f32);
            (a <= 0.0 && b <= 0.0) || (a >= self.extent && b >= self.extent)
        })
    }

    fn path(&mut self, class: Class) -> Option<&mut PathBuilder> {
        self.paths.get_mut(class as usize)
    }

    fn shore(&mut self, class: Class) -> Option<&mut PathBuilder> {
        let [water, other] = &mut self.shores;
        match class {
            Class::Water => Some(water),
            Class::OtherArea => Some(other),
            _ => None,
        }
    }

    pub(super) fn move_to(&mut self, class: Class, x: i64, y: i64) -> Result<(), String> {
        (self.at, self.start) = ([x, y], [x, y]);
        let [px, py] = self.pixel(self.at);
        self.grow(1.0)?;
        if let Some(path) = self.path(class) {
            path.move_to(px, py);
        }
        if let Some(shore) = self.shore(class) {
            shore.move_to(px, py);
        }
        Ok(())
    }

    pub(super) fn line_to(&mut self, class: Class, x: i64, y: i64) -> Result<(), String> {
        let (from, to) = (self.at, [x, y]);
        let ([x, y], [px, py]) = (self.pixel(from), self.pixel(to));
        self.at = to;
        // Several points on the spot are one.
        if [x, y] == [px, py] {
            return Ok(());
        }
        let (dx, dy) = ((px - x).abs(), (py - y).abs());
        self.grow(dx.min(3.0 * self.side) + dy.min(3.0 * self.side) + 1.0)?;
        if class == Class::Path {
            self.dashed += dx + dy;
        }
        if let Some(path) = self.path(class) {
            path.line_to(px, py);
        }
        let is_cut = self.is_cut(from, to);
        if let Some(shore) = self.shore(class) {
            if is_cut { shore.move_to(px, py) } else { shore.line_to(px, py) }
        }
        Ok(())
    }

    pub(super) fn close(&mut self, class: Class) {
        let (from, to) = (self.at, self.start);
        self.at = to;
        if let Some(path) = self.path(class) {
            path.close();
        }
        let ([px, py], is_cut) = (self.pixel(to), self.is_cut(from, to));
        if let Some(shore) = self.shore(class).filter(|_| !is_cut) {
            shore.line_to(px, py);
        }
    }

    fn grow(&mut self, by: f32) -> Result<(), String> {
        self.length += by;
        if self.length > MOST_LENGTH {
            return Err("a tile of it holds longer lines than a map can show; it is damaged or made to do harm".into());
        }
        Ok(())
    }

    /// The picture; through it the ground is seen.
    pub(super) fn paint(self) -> Result<Pixmap, String> {
        let side = self.side as u32;
        let mut map = Pixmap::new(side, side).ok_or("there is not enough memory for a tile")?;
        let paths: Vec<_> = self.paths.into_iter().map(PathBuilder::finish).collect();
        let of = |class: Class| paths.get(class as usize).and_then(Option::as_ref);
        let dash = Some([2.5, 2.0]).filter(|_| self.dashed < MOST_DASHED);
        let [water, other] = self.shores.map(PathBuilder::finish);
        let brush = Brush { density: self.density, zoom: self.zoom };
        let look = self.colors.shapes;
        // What covers the ground lets its relief through.
        for (class, color, cover) in [
            (Class::Open, look.open, 0.55),
            (Class::Wood, look.wood, 0.6),
            (Class::Bare, look.bare, 0.55),
            (Class::Built, look.built, 0.7),
            (Class::Water, self.colors.sea, 1.0),
        ] {
            fill(&mut map, of(class), color, cover);
        }
        brush.line(&mut map, water.as_ref(), self.colors.shore, &[(4.0, 0.4), (16.0, 0.9)], None);
        brush.line(&mut map, of(Class::Stream), self.colors.river, &[(11.0, 0.0), (12.0, 0.5), (18.0, 2.0)], None);
        brush.line(&mut map, of(Class::River), self.colors.river, &[(6.0, 0.5), (12.0, 1.4), (18.0, 5.0)], None);
        brush.line(&mut map, of(Class::Runway), look.built, &[(10.0, 0.8), (14.0, 6.0), (18.0, 30.0)], None);
        if self.zoom >= 13.0 {
            fill(&mut map, of(Class::Building), look.building, 0.9);
        }
        let roads: [(Class, Rgb, Rgb, Stops<'_>); 5] = [
            (Class::Minor, look.road, look.road_edge, &[(11.5, 0.0), (12.5, 0.5), (15.0, 2.2), (18.0, 9.0)]),
            (Class::Lesser, look.road, look.road_edge, &[(9.0, 0.0), (10.0, 0.8), (14.0, 2.2), (18.0, 12.0)]),
            (Class::Main, look.main_road, look.main_edge, &[(7.0, 0.5), (10.0, 1.4), (14.0, 3.2), (18.0, 15.0)]),
            (Class::Trunk, look.main_road, look.main_edge, &[(5.0, 0.5), (10.0, 1.9), (14.0, 3.8), (18.0, 17.0)]),
            (Class::Motorway, look.main_road, look.main_edge, &[(4.0, 0.6), (10.0, 2.2), (14.0, 4.4), (18.0, 19.0)]),
        ];
        brush.line(&mut map, of(Class::Path), look.rail, &[(12.5, 0.0), (13.5, 0.5), (18.0, 2.0)], dash);
        for (class, _, edge, stops) in roads {
            brush.edge(&mut map, of(class), edge, stops);
        }
        for (class, color, edge, stops) in roads {
            // A hair of a road has no edge: it takes the colour that is seen better.
            let seen = |ink: Rgb| contrast(ink, self.colors.land);
            let is_hair = by_zoom(self.zoom, stops) < 1.2;
            let color = if is_hair && seen(edge) > seen(color) { edge } else { color };
            brush.line(&mut map, of(class), color, stops, None);
        }
        brush.line(&mut map, of(Class::Rail), look.rail, &[(7.0, 0.0), (8.0, 0.5), (14.0, 1.2), (18.0, 2.4)], None);
        fill(&mut map, of(Class::OtherArea), look.other, 0.12);
        brush.line(&mut map, other.as_ref(), look.other, &[(4.0, 0.6), (16.0, 1.2)], None);
        brush.line(&mut map, of(Class::OtherLine), look.other, &[(4.0, 0.6), (16.0, 1.6)], None);
        Ok(map)
    }
}

/// Widths in points by zoom.
type Stops<'a> = &'a [(f32, f32)];

/// How lines and areas come onto the picture.
struct Brush {
    density: f32,
    zoom: f32,
}

impl Brush {
    /// A line, so many points wide by zoom; dashes in widths.
    fn line(
        &self,
        map: &mut Pixmap,
        path: Option<&tiny_skia::Path>,
        color: Rgb,
        stops: Stops<'_>,
        dash: Option<[f32; 2]>,
    ) {
        self.stroke(map, path, color, by_zoom(self.zoom, stops), dash);
    }

    /// The edge below a line.
    fn edge(&self, map: &mut Pixmap, path: Option<&tiny_skia::Path>, color: Rgb, stops: Stops<'_>) {
        let width = by_zoom(self.zoom, stops);
        if width >= 1.2 {
            self.stroke(map, path, color, width + 1.4, None);
        }
    }

    fn stroke(
        &self,
        map: &mut Pixmap,
        path: Option<&tiny_skia::Path>,
        color: Rgb,
        points: f32,
        dash: Option<[f32; 2]>,
    ) {
        let Some(path) = path.filter(|_| points > 0.05) else { return };
        // A hair is as wide as a pixel, and pale.
        let width = (points * self.density).max(0.8);
        let cover = (points * self.density / width).clamp(0.2, 1.0);
        let stroke = Stroke {
            width,
            line_cap: if dash.is_some() { LineCap::Butt } else { LineCap::Round },
            line_join: LineJoin::Round,
            dash: dash.and_then(|lengths| StrokeDash::new(lengths.map(|l| l * width.max(1.0)).to_vec(), 0.0)),
            ..Stroke::default()
        };
        map.stroke_path(path, &paint(color, cover), &stroke, Transform::identity(), None);
    }
}

fn fill(map: &mut Pixmap, path: Option<&tiny_skia::Path>, color: Rgb, cover: f32) {
    let Some(path) = path else { return };
    // Holes run the other way round than what they are holes of.
    map.fill_path(path, &paint(color, cover), FillRule::Winding, Transform::identity(), None);
}

fn paint(Rgb(r, g, b): Rgb, cover: f32) -> Paint<'static> {
    let mut color = Color::from_rgba8(r, g, b, 255);
    color.set_alpha(cover);
    let mut paint = Paint::default();
    paint.set_color(color);
    paint
}

/// The value at a zoom between stops, growing evenly from each to the next.
fn by_zoom(zoom: f32, stops: Stops<'_>) -> f32 {
    let mut last = None;
    for (at, value) in stops {
        match last {
            _ if zoom > *at => {}
            None => return *value,
            Some((before, low)) => return low + (value - low) * (zoom - before) / (at - before),
        }
        last = Some((*at, *value));
    }
    last.map_or(0.0, |(_, value)| value)
}
