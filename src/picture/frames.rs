//! Pictures that follow one another over one ground, as pixels. What is the same in all of a batch and lies on nothing that
//! changes is drawn once; each frame begins with it. Pixel by pixel a frame is what [`super::raster::draw`] makes of its picture.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;
use resvg::usvg::Tree;
use tiny_skia::Pixmap;

use super::clip::Box4;
use super::list::{Item, Picture};
use super::{raster, svg};

/// Points round an item that its soft edge may touch.
const EDGE: f32 = 2.0;

/// An item that is ready to be drawn.
struct Cut {
    tree: Tree,
    /// The box in points that it stays in; `None`: it draws nothing.
    bounds: Option<Box4>,
}

impl Cut {
    fn new(text: &str) -> Result<Self, String> {
        let tree = raster::tree(text)?;
        let root = tree.root();
        let bounds = root.has_children().then(|| {
            let b = root.abs_layer_bounding_box();
            [b.left() - EDGE, b.top() - EDGE, b.right() + EDGE, b.bottom() + EDGE]
        });
        Ok(Self { tree, bounds })
    }

    fn touches(&self, other: Box4) -> bool {
        let [l, t, r, b] = other;
        self.bounds.is_some_and(|[al, at, ar, ab]| al < r && ar > l && at < b && ab > t)
    }
}

/// The ground and what was made of the items seen last.
pub struct Frames {
    ground: Pixmap,
    scale: f32,
    /// By the text of the item.
    cuts: HashMap<String, Arc<Cut>>,
}

/// Pictures that are ready to be drawn, each from where all are the same.
pub struct Batch {
    still: Pixmap,
    scale: f32,
    moving: Vec<Vec<Arc<Cut>>>,
}

impl Frames {
    /// Frames over a ground that is `scale` pixels to the point.
    pub fn new(ground: Pixmap, scale: f32) -> Self {
        Self { ground, scale, cuts: HashMap::new() }
    }

    /// The ground under every frame.
    pub fn ground(&self) -> &Pixmap {
        &self.ground
    }

    /// Prepares pictures of the same size.
    ///
    /// # Errors
    /// A sentence, if one of them cannot be drawn.
    pub fn batch(&mut self, pictures: &[Picture]) -> Result<Batch, String> {
        let text = |picture: &Picture| -> Vec<String> {
            let items = picture.items.iter().filter(|i| !matches!(i, Item::Layer(_)));
            items.map(|item| svg::lone(picture, item)).collect()
        };
        let texts: Vec<Vec<String>> = pictures.par_iter().map(text).collect();
        let (mut old, mut fresh) = (std::mem::take(&mut self.cuts), Vec::new());
        for text in texts.iter().flatten() {
            if let Some((text, cut)) = old.remove_entry(text) {
                self.cuts.insert(text, cut);
            } else if !self.cuts.contains_key(text) {
                fresh.push(text.clone());
            }
        }
        fresh.sort_unstable();
        fresh.dedup();
        let made: Result<Vec<_>, String> =
            fresh.into_par_iter().map(|text| Cut::new(&text).map(|cut| (text, Arc::new(cut)))).collect();
        self.cuts.extend(made?);
        let cut = |text: &String| self.cuts.get(text).cloned();
        let frames: Vec<Vec<Arc<Cut>>> = texts.iter().map(|frame| frame.iter().filter_map(cut).collect()).collect();
        let still = still(&frames);
        let mut ground = self.ground.clone();
        for cut in &still {
            raster::render(&cut.tree, &mut ground, self.scale);
        }
        let mut moving = frames;
        for frame in &mut moving {
            // What stands still comes in the same order in every frame.
            let mut drawn = still.iter().peekable();
            frame.retain(|cut| drawn.next_if(|next| Arc::ptr_eq(next, cut)).is_none());
        }
        Ok(Batch { still: ground, scale: self.scale, moving })
    }
}

impl Batch {
    /// The picture of this number in the batch.
    pub fn frame(&self, number: usize) -> Pixmap {
        let mut out = self.still.clone();
        for cut in self.moving.get(number).into_iter().flatten() {
            raster::render(&cut.tree, &mut out, self.scale);
        }
        out
    }
}

/// What can be drawn before everything else: what is in all frames once, in one order, and has nothing under it that is not.
fn still(frames: &[Vec<Arc<Cut>>]) -> Vec<Arc<Cut>> {
    let Some((first, others)) = frames.split_first() else { return Vec::new() };
    // Where each item stands that is in a frame once.
    let places = |frame: &Vec<Arc<Cut>>| {
        let mut out: HashMap<*const Cut, Option<usize>> = HashMap::new();
        for (at, cut) in frame.iter().enumerate() {
            out.entry(Arc::as_ptr(cut)).and_modify(|place| *place = None).or_insert(Some(at));
        }
        out
    };
    let (own, of_others): (_, Vec<_>) = (places(first), others.iter().map(places).collect());
    let mut next = vec![0; frames.len()];
    let mut under: Vec<Box4> = Vec::new();
    let mut out = Vec::new();
    for cut in first {
        let place = |places: &HashMap<*const Cut, Option<usize>>| places.get(&Arc::as_ptr(cut)).copied().flatten();
        let at: Option<Vec<usize>> = std::iter::once(&own).chain(&of_others).map(place).collect();
        // In another order than in a frame before it, it counts as something that changes.
        let Some(at) = at.filter(|at| at.iter().zip(&next).all(|(at, next)| at >= next)) else { continue };
        for ((frame, at), next) in frames.iter().zip(&at).zip(&mut next) {
            under.extend(frame.get(*next..*at).into_iter().flatten().filter_map(|c| c.bounds));
            *next = at + 1;
        }
        if under.iter().any(|b| cut.touches(*b)) {
            under.extend(cut.bounds);
        } else {
            out.push(Arc::clone(cut));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::super::list::{Anchor, Dash, Face, Label, Paint, Stroke};
    use super::*;
    use crate::view::Rgb;

    /// Things of all kinds that lie on each other, half of them seen through.
    fn things() -> Vec<Item> {
        let paint = |n: u8, alpha: f32| Paint::veil(Rgb(n.wrapping_mul(83), n.wrapping_mul(151), 90), alpha);
        (0..24_u8)
            .flat_map(|n| {
                let (x, y) = (f32::from(n % 6) * 17.3, f32::from(n / 6) * 13.7);
                let stroke =
                    Stroke { paint: paint(n, 0.7), width: 1.3, dash: Some(Dash { on: 4.0, off: 3.0, offset: 1.0 }) };
                let ring = vec![[x, y], [x + 21.0, y + 2.5], [x + 9.0, y + 12.0]];
                let label = Label {
                    at: [x, y],
                    anchor: Anchor::Middle,
                    size: 9.0,
                    face: Face::Bold,
                    paint: paint(n, 1.0),
                    halo: Some((Paint::veil(Rgb(255, 255, 255), 0.7), 1.5)),
                    spacing: 0.0,
                    rotation: f32::from(n) * 7.0,
                    text: "Sotk Սոթք".into(),
                };
                [
                    Item::Circle { center: [x, y], radius: 6.5, fill: Some(paint(n, 0.5)), stroke: None },
                    Item::Lines { lines: vec![ring.clone()], stroke },
                    Item::Polygon { rings: vec![ring], fill: Some(paint(n, 0.4)), stroke: None },
                    Item::Layer("names"),
                    Item::Text(label),
                ]
            })
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn frames_are_what_their_pictures_are_drawn_as(
            order in Just((0..120_usize).collect::<Vec<_>>()).prop_shuffle(),
            batches in prop::collection::vec(
                prop::collection::vec(prop::collection::vec((any::<Index>(), any::<Index>()), 0..8), 1..4),
                1..3,
            ),
            shown in 2..60_usize,
        ) {
            let things = things();
            let mut ground = Pixmap::new(180, 120).unwrap();
            ground.fill(tiny_skia::Color::from_rgba8(240, 236, 228, 255));
            let mut frames = Frames::new(ground.clone(), 1.5);
            let mut order: Vec<usize> = order.into_iter().take(shown).collect();
            for batch in batches {
                let mut pictures = Vec::new();
                for changes in batch {
                    // Some things change places, some come twice, some go.
                    for (a, b) in changes {
                        let (a, b) = (a.index(order.len()), b.index(things.len()));
                        if b < order.len() { order.swap(a, b) } else { order[a] = b }
                    }
                    let items = order.iter().map(|n| things[*n].clone()).collect();
                    pictures.push(Picture { width: 120.0, height: 80.0, items, ..Picture::default() });
                }
                let drawn = frames.batch(&pictures).unwrap();
                for (n, picture) in pictures.iter().enumerate() {
                    let mut own = ground.clone();
                    raster::draw(picture, &mut own, 1.5).unwrap();
                    prop_assert!(drawn.frame(n) == own, "frame {n} of {}", pictures.len());
                }
            }
        }
    }

    #[test]
    fn what_changes_nothing_is_drawn_once_and_what_lies_on_a_change_is_not() {
        let circle = |x: f32, radius: f32| Item::Circle {
            center: [x, 40.0],
            radius,
            fill: Some(Paint::solid(Rgb(9, 90, 9))),
            stroke: None,
        };
        let picture = |radius: f32| Picture {
            width: 120.0,
            height: 80.0,
            items: vec![circle(20.0, 8.0), circle(60.0, radius), circle(62.0, 3.0), circle(100.0, 8.0)],
            ..Picture::default()
        };
        let mut frames = Frames::new(Pixmap::new(120, 80).unwrap(), 1.0);
        let batch = frames.batch(&[picture(10.0), picture(11.0), picture(12.0)]).unwrap();
        let left: Vec<usize> = batch.moving.iter().map(Vec::len).collect();
        assert_eq!(left, [2, 2, 2], "the one that grows and the one on it");
    }
}
