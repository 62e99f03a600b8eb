//! The map sources of a picture, a talk or a show: which of them are drawn, whom to credit, and what is said of the others.
//!
//! Invariant: what cannot be opened or gives no tile leaves the ground as it is and one line, never an error.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tiny_skia::Pixmap;

use super::compose::{self, Layer, Shortfall, TRIES};
use super::net::Standing;
use super::{Access, Wanted, credit, open};
use crate::model::MapSource;
use crate::view::Viewport;

/// A map source that is drawn, and whom to credit for it.
#[derive(Clone)]
pub struct Map {
    /// What is drawn.
    pub layer: Layer,
    /// Whom to credit; may be empty.
    pub credit: String,
    /// Hosts that may be asked for its tiles now.
    pub asks: Vec<String>,
}

/// Map sources opened for pictures, the later ones over the earlier. A copy is the same sources: what one of them is told to
/// miss, the others tell as well.
#[derive(Clone, Default)]
pub struct Maps {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    drawn: Vec<Map>,
    /// What was not opened, a line each.
    left_out: Vec<String>,
    /// What each of those drawn fell short of so far.
    short: Mutex<Vec<Option<Shortfall>>>,
    /// Whether nothing is waited for that fails for now.
    hasty: bool,
}

impl Maps {
    /// Opened sources in their order, and of those left out a line each.
    pub fn new(drawn: Vec<Map>, left_out: Vec<String>) -> Self {
        let short = Mutex::new(vec![None; drawn.len()]);
        Self { shared: Arc::new(Shared { drawn, left_out, short, hasty: false }) }
    }

    /// Opened sources for a picture that nobody waits for long: what fails for now is left to the next one.
    pub fn hasty(drawn: Vec<Map>) -> Self {
        let short = Mutex::new(vec![None; drawn.len()]);
        Self { shared: Arc::new(Shared { drawn, left_out: Vec::new(), short, hasty: true }) }
    }

    /// Opens the sources that are shown, as far as the user allows it. `refused` says why one is not even opened, if it is not.
    /// May take a while: call it on a thread. No server is asked by it.
    pub fn open(sources: &[MapSource], access: &Access, refused: &dyn Fn(&MapSource) -> Option<String>) -> Self {
        let (mut drawn, mut left_out) = (Vec::new(), Vec::new());
        for source in sources.iter().filter(|s| s.is_shown()) {
            let name = source.shown_name();
            match refused(source).map_or_else(|| open(source, access).map_err(|e| e.what), Err) {
                Ok(opened) => {
                    let credit = credit(source, opened.about());
                    let standing = access.network.as_ref().map(|n| n.permission().standing(source));
                    let asks = if standing == Some(Standing::Allowed) { source.hosts() } else { Vec::new() };
                    let layer = Layer { name, opacity: source.opacity, source: opened };
                    drawn.push(Map { layer, credit, asks });
                }
                Err(why) => left_out.push(format!("{name}: {why}")),
            }
        }
        Self::new(drawn, left_out)
    }

    /// The sources that are drawn.
    pub fn drawn(&self) -> &[Map] {
        &self.shared.drawn
    }

    /// Whom to credit, in the order of the sources.
    pub fn credits(&self) -> Vec<String> {
        self.shared.drawn.iter().map(|m| m.credit.clone()).collect()
    }

    /// Draws the sources over the ground of what a viewport shows. A source that gave nothing but errors before is not waited for
    /// again.
    pub fn draw(&self, ground: &mut Pixmap, viewport: &Viewport, wanted: Wanted) {
        for (n, map) in self.shared.drawn.iter().enumerate() {
            let before = self.short().get(n).cloned().flatten();
            let is_down = before.is_some_and(|s| s.failed == s.of);
            let tries = if is_down || self.shared.hasty { 1 } else { TRIES };
            let world = viewport.world_rect();
            if let Some(now) = compose::draw(ground, world, viewport.camera.zoom, wanted, &map.layer, tries)
                && let Some(slot) = self.short().get_mut(n)
            {
                *slot = Some(slot.take().map_or_else(|| now.clone(), |before| before.and(&now)));
            }
        }
    }

    fn short(&self) -> std::sync::MutexGuard<'_, Vec<Option<Shortfall>>> {
        self.shared.short.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is missing so far, one line a source.
    pub fn missing(&self) -> Vec<String> {
        let short = self.short();
        let fell = self.shared.drawn.iter().zip(short.iter());
        let fell = fell.filter_map(|(map, short)| Some(format!("{}: {}", map.layer.name, short.as_ref()?)));
        self.shared.left_out.iter().cloned().chain(fell).collect()
    }
}

impl fmt::Debug for Maps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.shared.drawn.iter().map(|m| &m.layer.name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{About, Source, TileError, TileId};
    use super::*;
    use crate::model::LonLat;
    use crate::view::{Camera, Theme};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    /// A source that always fails for now, and counts how often it is asked.
    struct Down(About, Arc<AtomicUsize>);

    impl Source for Down {
        fn about(&self) -> &About {
            &self.0
        }

        fn tile(&self, _: TileId, _: Wanted) -> Result<Option<Pixmap>, TileError> {
            self.1.fetch_add(1, Ordering::SeqCst);
            Err(TileError {
                what: "host does not answer".into(),
                retry: super::super::Retry::Later(Some(Duration::from_millis(1))),
            })
        }
    }

    #[test]
    fn a_source_that_is_down_is_one_line_for_all_pictures_and_waited_for_once() {
        let about = About { name: String::new(), attribution: String::new(), min_zoom: 6, max_zoom: 6, tile_size: 256 };
        let asked = Arc::new(AtomicUsize::new(0));
        let source = Arc::new(Down(about, Arc::clone(&asked)));
        let layer = Layer { name: "roads".into(), opacity: 100, source };
        let maps = Maps::new(
            vec![Map { layer, credit: "© Roads".into(), asks: Vec::new() }],
            vec!["scan: it is not there".into()],
        );
        let camera = Camera::new(LonLat::new(45.0, 40.0).unwrap(), 6.0);
        let viewport = Viewport { camera, width: 200.0, height: 100.0 };
        let wanted = Wanted { density: 1.0, theme: Theme::Light };
        let mut counts = Vec::new();
        for _ in 0..3 {
            let mut ground = Pixmap::new(200, 100).unwrap();
            maps.draw(&mut ground, &viewport, wanted);
            counts.push(asked.swap(0, Ordering::SeqCst));
        }
        assert!(counts[0] == counts[1] * TRIES as usize && counts[1] == counts[2], "{counts:?}");
        let all = 3 * counts[1];
        let line = format!("roads: {all} of {all} tiles are missing: host does not answer");
        assert_eq!(maps.clone().missing(), ["scan: it is not there".to_owned(), line]);
        assert_eq!(maps.credits(), ["© Roads"]);
    }
}
