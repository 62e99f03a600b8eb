//! Pictures tied to the ground: a scanned map laid over the ground by points whose position is known.
//!
//! The picture lies flat on a plane up to shift, turn, stretch and shear: six numbers, found by least squares from three
//! points or more, so that the sum of the squared distances in pixels of the picture is smallest.

use std::f64::consts::PI;
use std::path::Path;
use std::sync::Arc;

use tiny_skia::{FilterQuality, Pixmap, PixmapPaint, PremultipliedColorU8, Transform};

use super::decode::large;
use super::{About, Source, TileError, TileId, Wanted};
use crate::model::{ControlPoint, MOST_ZOOM, Plane};

/// Pixels along the side of a tile: not coarser than the map at any zoom that is rounded to the tile's.
const SIDE: u32 = 384;
/// Pixels of a tile between spots whose place in the picture is worked out; between them it is flat, to an eighth of a pixel.
const CELL: u32 = 16;
/// The zoom from which on that holds.
const NEAR: u8 = 3;
/// Beyond this many degrees from the middle of the points nothing of a picture lies.
const FARTHEST: f64 = 80.0;

/// The radius of a sphere with the surface of the Earth, metres.
const EARTH_M: f64 = 6_371_007.0;

/// Where the points of a plane lie in a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    plane: Plane,
    /// Longitude and latitude about which the plane lies, degrees.
    middle: [f64; 2],
    /// The middle of the points on the plane.
    from: [f64; 2],
    /// The middle of the points in the picture, pixels.
    to: [f64; 2],
    /// Pixels to the right and down for a step on the plane to the east and to the north.
    steps: [[f64; 2]; 2],
}

impl Fit {
    /// Finds where a picture lies.
    ///
    /// # Errors
    /// One line: too few points, or points that lie on one line.
    pub fn new(points: &[ControlPoint], plane: Plane) -> Result<Self, String> {
        let Some(first) = points.first().filter(|_| points.len() >= 3) else {
            return Err(format!("the picture is tied to the ground by {} points; three are needed", points.len()));
        };
        let n = points.len() as f64;
        let lon = first.at.lon() + points.iter().map(|p| turn(p.at.lon() - first.at.lon())).sum::<f64>() / n;
        let lat = points.iter().map(|p| p.at.lat()).sum::<f64>() / n;
        let mut fit = Self { plane, middle: [lon, lat], from: [0.0; 2], to: [0.0; 2], steps: [[0.0; 2]; 2] };
        let on_plane: Option<Vec<[f64; 2]>> = points.iter().map(|p| fit.on_plane(p.at.lon(), p.at.lat())).collect();
        let on_plane = on_plane.ok_or("the points of the picture lie too far apart, or at a pole")?;
        for (at, point) in on_plane.iter().zip(points) {
            for axis in 0..2 {
                fit.from = add(fit.from, axis, at, n);
                fit.to = add(fit.to, axis, &point.pixel, n);
            }
        }
        // The normal equations about the middles: two unknowns for each axis of the picture, with one matrix.
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        let mut sums = [[0.0; 2]; 2];
        for (at, point) in on_plane.iter().zip(points) {
            let ([x, y], [u, v]) = (minus(*at, fit.from), minus(point.pixel, fit.to));
            (xx, xy, yy) = (xx + x * x, xy + x * y, yy + y * y);
            let [[ux, uy], [vx, vy]] = sums;
            sums = [[ux + u * x, uy + u * y], [vx + v * x, vy + v * y]];
        }
        let size = xx * yy - xy * xy;
        let solved = sums.map(|[x, y]| [(x * yy - y * xy) / size, (y * xx - x * xy) / size]);
        let [[a, b], [c, d]] = solved;
        // Both on the ground and in the picture the points span an area, else the picture may turn about their line.
        let spans = |area: f64, width: f64| area.abs() > 1e-6 * width;
        if !spans(size, (xx + yy).powi(2)) || !spans(a * d - b * c, a * a + b * b + c * c + d * d) {
            return Err("the points of the picture lie on one line; move one of them away from it".into());
        }
        fit.steps = solved;
        Ok(fit)
    }

    /// The pixel, from the left and from the top, at a position in degrees; `None` far away from the picture.
    pub fn pixel(&self, lon: f64, lat: f64) -> Option<[f64; 2]> {
        let [x, y] = minus(self.on_plane(lon, lat)?, self.from);
        let [[a, b], [c, d]] = self.steps;
        let [u, v] = self.to;
        Some([u + a * x + b * y, v + c * x + d * y])
    }

    /// How far a point lies from where the picture puts it, pixels.
    pub fn residual(&self, point: &ControlPoint) -> f64 {
        self.pixel(point.at.lon(), point.at.lat()).map_or(f64::INFINITY, |at| {
            let [u, v] = minus(at, point.pixel);
            u.hypot(v)
        })
    }

    /// How far the points lie from where the picture puts them, pixels: the root of the mean square.
    pub fn error(&self, points: &[ControlPoint]) -> f64 {
        (points.iter().map(|p| self.residual(p).powi(2)).sum::<f64>() / points.len().max(1) as f64).sqrt()
    }

    /// Metres on the ground to a pixel in the middle of the points: the side of a square as large as a pixel shows there.
    pub fn metres_per_pixel(&self) -> f64 {
        let [[a, b], [c, d]] = self.steps;
        let [_, lat] = self.middle;
        // What the plane stretches, as an area.
        let stretch = match self.plane {
            Plane::Local => 1.0,
            Plane::Degrees => lat.to_radians().cos(),
            Plane::Mercator => lat.to_radians().cos().powi(2),
        };
        EARTH_M * (stretch / (a * d - b * c).abs()).sqrt()
    }

    /// A position on the plane, radians of the sphere. The picture's own stretch takes up what the sphere is not.
    fn on_plane(&self, lon: f64, lat: f64) -> Option<[f64; 2]> {
        let [lon0, lat0] = self.middle;
        let (aside, north) = (turn(lon - lon0), lat - lat0);
        if aside.abs() > FARTHEST || north.abs() > FARTHEST || lat.abs() > 89.0 {
            return None;
        }
        let (aside, lat) = (aside.to_radians(), lat.to_radians());
        Some(match self.plane {
            // Snyder, Map Projections – A Working Manual (1987), 8-1 to 8-3 on the sphere.
            Plane::Local => {
                let y = lat.tan().atan2(aside.cos()) - lat0.to_radians();
                [(lat.cos() * aside.sin()).atanh(), y]
            }
            Plane::Degrees => [aside, north.to_radians()],
            Plane::Mercator => [aside, lat.tan().asinh() - lat0.to_radians().tan().asinh()],
        })
    }
}

/// `sum` with the `n`th part of one axis of `value`.
fn add(sum: [f64; 2], axis: usize, value: &[f64; 2], n: f64) -> [f64; 2] {
    let ([x, y], [u, v]) = (sum, *value);
    if axis == 0 { [x + u / n, y] } else { [x, y + v / n] }
}

fn minus([a, b]: [f64; 2], [c, d]: [f64; 2]) -> [f64; 2] {
    [a - c, b - d]
}

/// Degrees as the shorter way round, −180 to 180.
fn turn(degrees: f64) -> f64 {
    (degrees + 180.0).rem_euclid(360.0) - 180.0
}

/// A picture unpacked, to be looked at and tied to the ground.
#[derive(Debug)]
pub struct Picture {
    /// The picture, and it again at half the side each; never empty.
    levels: Vec<Pixmap>,
}

impl Picture {
    /// Unpacks the picture in a file that the user named. May take a while.
    ///
    /// # Errors
    /// One line.
    pub fn read(path: &Path) -> Result<Arc<Self>, String> {
        Self::new(large(path)?).map(Arc::new)
    }

    /// Makes the coarser levels.
    ///
    /// # Errors
    /// One line: there is not enough memory.
    pub(super) fn new(pixels: Pixmap) -> Result<Self, String> {
        let mut levels = vec![pixels];
        while let Some(last) = levels.last()
            && last.width().min(last.height()) > 64
        {
            let half = Pixmap::new(last.width() / 2, last.height() / 2);
            let mut half = half.ok_or("there is not enough memory for the picture")?;
            let paint = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
            half.draw_pixmap(0, 0, last.as_ref(), &paint, Transform::from_scale(0.5, 0.5), None);
            levels.push(half);
        }
        Ok(Self { levels })
    }

    /// The picture, and it again at half the side each.
    pub fn levels(&self) -> &[Pixmap] {
        &self.levels
    }

    /// Width and height in pixels.
    pub fn size(&self) -> [u32; 2] {
        self.levels.first().map_or([0; 2], |l| [l.width(), l.height()])
    }

    /// Ties it to the ground.
    ///
    /// # Errors
    /// One line, as [`Fit::new`].
    pub fn tie(self: &Arc<Self>, points: &[ControlPoint], plane: Plane) -> Result<Arc<dyn Source>, String> {
        Ok(Arc::new(Tied::new(points, plane, Arc::clone(self))?))
    }
}

/// A picture with where it lies.
pub(super) struct Tied {
    about: About,
    fit: Fit,
    picture: Arc<Picture>,
}

impl Tied {
    /// Ties a picture to the ground.
    ///
    /// # Errors
    /// One line.
    pub(super) fn new(points: &[ControlPoint], plane: Plane, picture: Arc<Picture>) -> Result<Self, String> {
        let fit = Fit::new(points, plane)?;
        let about =
            About { name: String::new(), attribution: String::new(), min_zoom: 0, max_zoom: MOST_ZOOM, tile_size: 256 };
        Ok(Self { about, fit, picture })
    }
}

/// A square part of a tile by where its corners lie in the picture: above left and right, below left and right.
struct Cell([[f64; 2]; 4]);

impl Cell {
    /// `None` where a corner lies nowhere in the picture's plane.
    fn new([a, b, c, d]: [Option<[f64; 2]>; 4]) -> Option<Self> {
        Some(Self([a?, b?, c?, d?]))
    }

    /// The place after shares of its width and height.
    fn at(&self, across: f64, down: f64) -> [f64; 2] {
        let [a, b, c, d] = self.0;
        let mix = |a: [f64; 2], b: [f64; 2], share: f64| [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
        mix(mix(a, b, across), mix(c, d, across), down)
    }

    fn width(&self) -> f64 {
        let [u, v] = minus(self.0[1], self.0[0]);
        u.hypot(v)
    }

    /// Whether anything of it may lie in a picture of this size.
    fn meets(&self, size: [u32; 2]) -> bool {
        (0..2).zip(size).all(|(axis, size)| {
            let all = self.0.iter().filter_map(|corner| corner.get(axis));
            let (low, high) = all.fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(*v), high.max(*v)));
            high >= 0.0 && low < f64::from(size)
        })
    }
}

impl Source for Tied {
    fn about(&self) -> &About {
        &self.about
    }

    fn rests_on(&self, _: Wanted) -> Wanted {
        Wanted::PICTURE
    }

    fn tile(&self, id: TileId, _: Wanted) -> Result<Option<Pixmap>, TileError> {
        let none = || TileError::lasting("there is not enough memory for a tile of the picture");
        let world = f64::from(id.zoom).exp2();
        let step = 1.0 / f64::from(SIDE);
        let at = |column: f64, row: f64| {
            let lon = (f64::from(id.x) + column * step) / world * 360.0 - 180.0;
            let lat = (PI * (1.0 - 2.0 * (f64::from(id.y) + row * step) / world)).sinh().atan().to_degrees();
            self.fit.pixel(lon, lat)
        };
        let mut tile = Pixmap::new(SIDE, SIDE).ok_or_else(none)?;
        let mut is_hit = false;
        // Far away a step between spots is a bend of the Earth.
        let side = if id.zoom < NEAR { 1 } else { CELL };
        for (row, column) in (0..SIDE / side).flat_map(|row| (0..SIDE / side).map(move |column| (row, column))) {
            let [left, top] = [column * side, row * side].map(f64::from);
            let step = f64::from(side);
            let corner = |x: f64, y: f64| at(left + x * step, top + y * step);
            let cell = Cell::new([corner(0.0, 0.0), corner(1.0, 0.0), corner(0.0, 1.0), corner(1.0, 1.0)]);
            let Some(cell) = cell.filter(|c| c.meets(self.picture.size())) else { continue };
            // Pixels of the picture to a pixel of the tile.
            let wide = cell.width() / step;
            let level = (wide.max(1.0).log2().round() as usize).min(self.picture.levels.len().saturating_sub(1));
            let Some(pixels) = self.picture.levels.get(level) else { continue };
            let scale = (level as f64).exp2().recip();
            for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
                let here = cell.at((f64::from(x) + 0.5) / step, (f64::from(y) + 0.5) / step);
                let inside = here.iter().zip(self.picture.size()).all(|(v, size)| (0.0..f64::from(size)).contains(v));
                let index = ((row * side + y) * SIDE + column * side + x) as usize;
                if inside
                    && let Some(color) = sample(pixels, here.map(|v| v * scale))
                    && let Some(out) = tile.pixels_mut().get_mut(index)
                {
                    *out = color;
                    is_hit = true;
                }
            }
        }
        // A tile beside the picture is one without anything, so that no coarser one is looked for.
        if is_hit { Ok(Some(tile)) } else { Pixmap::new(1, 1).map(Some).ok_or_else(none) }
    }
}

/// The colour between the four nearest pixels.
fn sample(picture: &Pixmap, [u, v]: [f64; 2]) -> Option<PremultipliedColorU8> {
    let (left, top) = ((u - 0.5).floor(), (v - 0.5).floor());
    let (across, down) = (u - 0.5 - left, v - 0.5 - top);
    let mut sums = [0.0; 4];
    for (dx, dy, share) in [
        (0.0, 0.0, (1.0 - across) * (1.0 - down)),
        (1.0, 0.0, across * (1.0 - down)),
        (0.0, 1.0, (1.0 - across) * down),
        (1.0, 1.0, across * down),
    ] {
        let column = (left + dx).clamp(0.0, f64::from(picture.width() - 1)) as u32;
        let row = (top + dy).clamp(0.0, f64::from(picture.height() - 1)) as u32;
        let p = picture.pixel(column, row)?;
        for (sum, part) in sums.iter_mut().zip([p.red(), p.green(), p.blue(), p.alpha()]) {
            *sum += f64::from(part) * share;
        }
    }
    let [r, g, b, a] = sums.map(|v| v.round().clamp(0.0, 255.0) as u8);
    PremultipliedColorU8::from_rgba(r.min(a), g.min(a), b.min(a), a)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LonLat;
    use crate::view::Theme;

    fn point(pixel: [f64; 2], lon: f64, lat: f64) -> ControlPoint {
        ControlPoint { pixel, at: LonLat::new(lon, lat).unwrap() }
    }

    fn square() -> Vec<ControlPoint> {
        vec![
            point([0.0, 0.0], 46.0, 40.0),
            point([100.0, 0.0], 47.0, 40.0),
            point([0.0, 100.0], 46.0, 39.0),
            point([100.0, 100.0], 47.0, 39.0),
        ]
    }

    #[test]
    fn a_picture_is_tied_by_least_squares() {
        let mut points = square();
        let fit = Fit::new(&points, Plane::Degrees).unwrap();
        assert!(fit.error(&points) < 1e-9);
        let [u, v] = fit.pixel(46.25, 39.25).unwrap();
        assert!((u - 25.0).abs() < 1e-9 && (v - 75.0).abs() < 1e-9);
        // One point of four that is 4 pixels off leaves 1 pixel at each: a parallelogram cannot follow it alone.
        points[3].pixel[0] += 4.0;
        assert!((Fit::new(&points, Plane::Degrees).unwrap().error(&points) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_pixel_is_as_many_metres_on_the_ground_whatever_the_plane() {
        // A degree of latitude is 111.2 km, one of longitude at 39.5 north 85.8 km: 976 m a pixel, as the side of a square.
        for plane in Plane::ALL {
            let fit = Fit::new(&square(), plane).unwrap();
            assert!((fit.metres_per_pixel() - 976.8).abs() < 4.0, "{plane:?}: {}", fit.metres_per_pixel());
        }
    }

    #[test]
    fn the_planes_differ_in_the_middle_and_agree_at_the_points() {
        for plane in Plane::ALL {
            let fit = Fit::new(&square()[..3], plane).unwrap();
            assert!(fit.error(&square()[..3]) < 1e-6, "{plane:?}");
            let [_, v] = fit.pixel(46.0, 39.5).unwrap();
            assert_eq!(plane == Plane::Mercator, (v - 50.0).abs() > 0.15, "{plane:?} {v}");
        }
        assert_eq!(Fit::new(&square(), Plane::Local).unwrap().pixel(-134.0, 40.0), None);
    }

    #[test]
    fn points_that_do_not_tie_a_picture_say_why() {
        let said = |points: &[ControlPoint]| Fit::new(points, Plane::Local).unwrap_err();
        assert!(said(&square()[..2]).contains("three are needed"));
        let line = [point([0.0, 0.0], 46.0, 39.0), point([9.0, 9.0], 46.0, 40.0), point([9.0, 0.0], 46.0, 41.0)];
        assert!(said(&line).contains("one line"));
        let flat = [point([0.0, 0.0], 46.0, 39.0), point([9.0, 0.0], 47.0, 40.0), point([5.0, 0.0], 46.0, 41.0)];
        assert!(said(&flat).contains("one line"));
    }

    #[test]
    fn between_the_spots_that_are_worked_out_a_picture_is_flat_to_an_eighth_of_a_pixel() {
        for plane in Plane::ALL {
            let fit = Fit::new(&square(), plane).unwrap();
            for zoom in [NEAR, 5, 9, 14] {
                let world = f64::from(zoom).exp2() * f64::from(SIDE);
                let at = |[x, y]: [f64; 2]| {
                    fit.pixel(x / world * 360.0 - 180.0, (PI * (1.0 - 2.0 * y / world)).sinh().atan().to_degrees())
                };
                let [lon, lat] = [46.3_f64, 39.6_f64];
                let up = (lat.to_radians().tan().asinh() / PI).mul_add(-0.5, 0.5);
                let [left, top] = [((lon + 180.0) / 360.0 * world).floor(), (up * world).floor()];
                let step = f64::from(CELL);
                let corner = |x: f64, y: f64| at([left + x * step, top + y * step]);
                let cell = Cell::new([corner(0.0, 0.0), corner(1.0, 0.0), corner(0.0, 1.0), corner(1.0, 1.0)]).unwrap();
                for (x, y) in [(0.5, 0.5), (0.5, 0.0), (0.0, 0.5), (0.25, 0.75)] {
                    let [u, v] = minus(cell.at(x, y), corner(x, y).unwrap());
                    let off = u.hypot(v) / (cell.width() / step);
                    assert!(off < 0.125, "{plane:?} at zoom {zoom}: {off} pixels of the tile");
                }
            }
        }
    }

    #[test]
    fn a_tile_shows_the_picture_where_it_lies_and_nothing_beside_it() {
        let mut pixels = Pixmap::new(100, 100).unwrap();
        pixels.fill(tiny_skia::Color::from_rgba8(200, 0, 0, 255));
        let tied = Arc::new(Picture::new(pixels).unwrap()).tie(&square(), Plane::Degrees).unwrap();
        let wanted = Wanted { density: 1.0, theme: Theme::Light };
        // 46.4 to 47.1 east, 39.37 to 39.91 north: the picture ends at 47.
        let tile = tied.tile(TileId { zoom: 9, x: 322, y: 194 }, wanted).unwrap().unwrap();
        let alpha = |x| tile.pixel(x, 100).unwrap().alpha();
        assert_eq!((alpha(10), alpha(SIDE - 5)), (255, 0));
        let beside = tied.tile(TileId { zoom: 9, x: 330, y: 194 }, wanted).unwrap().unwrap();
        assert_eq!((beside.width(), beside.pixel(0, 0).unwrap().alpha()), (1, 0));
    }
}
