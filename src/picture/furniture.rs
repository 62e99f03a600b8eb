//! What explains the map on the map: title, scale bar, credits, the note of neutrality, and where the legend stands.

use super::Scene;
use super::dated::{self, Dated};
use super::legend::legend;
use super::list::{Anchor, Face, Item, Label, Paint, Point, Stroke};
use super::plates::plate;
use super::type_metrics::{self, CAP_HEIGHT};
use super::view::View;
use crate::model::Meta;
use crate::view::theme::{space, type_size};
use crate::view::{Rgb, Viewport};

/// What of the furniture is drawn.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::struct_excessive_bools)] // independent switches
pub struct Furniture {
    /// Title of the picture; `None` in the window, where the title bar has it.
    pub title: Option<String>,
    /// Lines under the title: dates, as known when, policy.
    pub subtitle: Vec<String>,
    /// The explanation of symbols and lines.
    pub legend: bool,
    /// The scale bar.
    pub scale: bool,
    /// Credits of all data sets.
    pub attribution: bool,
    /// Credits of the map sources that are shown, before those of the data sets.
    pub credits: Vec<String>,
    /// The note of neutrality; empty: none.
    pub note: String,
    /// Points left free at the left, top, right and bottom, for what floats over the map in the window.
    pub inset: [f32; 4],
    /// Whether map type keeps clear of the furniture. For pictures that stand still: in the window it would make names
    /// come and go while panning.
    pub keep_clear: bool,
    /// Whether the legend only explains signs and lines: totals and policy stand elsewhere.
    pub brief: bool,
    /// Boxes that something else takes, left, top, right, bottom: map type keeps clear of them as well.
    pub taken: Vec<[f32; 4]>,
}

impl Furniture {
    /// What the window shows.
    pub fn window() -> Self {
        Self {
            title: None,
            subtitle: Vec::new(),
            legend: true,
            scale: true,
            attribution: true,
            credits: Vec::new(),
            note: String::new(),
            inset: [space::M; 4],
            keep_clear: false,
            brief: false,
            taken: Vec::new(),
        }
    }

    /// What an export carries.
    pub fn export(title: &str, subtitle: Vec<String>) -> Self {
        Self {
            title: Some(title.to_owned()).filter(|t| !t.is_empty()),
            subtitle,
            note: Meta::NEUTRALITY.to_owned(),
            inset: [space::L; 4],
            keep_clear: true,
            ..Self::window()
        }
    }

    /// Nothing at all.
    pub fn none() -> Self {
        Self { legend: false, scale: false, attribution: false, ..Self::window() }
    }
}

/// The furniture of a scene and the boxes that it takes.
pub(super) fn furniture(scene: &Scene, view: &View, dated: &[Dated]) -> (Vec<Item>, Vec<[f32; 4]>) {
    let mut items = vec![Item::Layer("furniture")];
    let mut boxes = Vec::new();
    let f = &scene.furniture;
    let [left, top, right, bottom] = f.inset;
    let mut floor = view.height - bottom;
    if f.attribution {
        // Where there is neither title nor legend to say it.
        let perspective = if !f.legend && f.title.is_none() {
            format!("{} · ", dated::sentence(scene.perspective, scene.time_shown()))
        } else {
            String::new()
        };
        floor = attribution(
            &mut items,
            &mut boxes,
            view,
            &(perspective + &credits(&f.credits)),
            // In the window names pass below the credits, and must not be read through them.
            if f.keep_clear { 0.8 } else { GROUND },
            [view.width - right, floor],
        );
    }
    if f.scale {
        boxes.push(scale_bar(&mut items, view, &scene.viewport, [view.width - right, floor - space::S]));
    }
    // Without a legend the figures would stand without the policy under which they are figures.
    let with_title = f.title.is_some() || !f.subtitle.is_empty();
    let policy = scene.question.sentence();
    let titled = with_title.then(|| title(&mut Vec::new(), view, scene, None, [left, top]));
    let mut explained = Vec::new();
    let legend = if f.legend {
        let page = [left, top, view.width - right, view.height - bottom];
        place(&mut explained, view, scene, dated, page, titled, &boxes)
    } else {
        None
    };
    if with_title {
        let policy = (legend.is_none() && !f.brief).then_some(&policy);
        boxes.push(title(&mut items, view, scene, policy, [left, top]));
    }
    items.append(&mut explained);
    boxes.extend(legend);
    (items, boxes)
}

/// Draws the legend where the page has room for it: below the title or beside it, over scale bar and credits.
fn place(
    items: &mut Vec<Item>,
    view: &View,
    scene: &Scene,
    dated: &[Dated],
    page: [f32; 4],
    title: Option<[f32; 4]>,
    below: &[[f32; 4]],
) -> Option<[f32; 4]> {
    let mut set = |page: [f32; 4]| {
        items.clear();
        legend(items, view, scene, dated, page)
    };
    let crosses = |a: [f32; 4], b: &[f32; 4]| a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
    let whole = set(page)?;
    let [left, mut top, right, mut bottom] = page;
    if let Some(title) = title.filter(|t| crosses(whole, t)) {
        top = title[3] + space::XS;
    }
    // In a narrow picture it stands on the credits, not over them.
    let under = below.iter().filter(|b| crosses(whole, b)).map(|b| b[1]).fold(f32::INFINITY, f32::min);
    if under.is_finite() {
        bottom = under - space::XS;
    }
    // Where there is no room for that, signs explained count for more than credits read whole, but not than the title.
    set([left, top, right, bottom]).or_else(|| set([left, top, right, page[3]]))
}

pub(super) fn text(at: Point, anchor: Anchor, size: f32, face: Face, color: Rgb, text: &str) -> Item {
    Item::Text(Label {
        at,
        anchor,
        size,
        face,
        paint: Paint::solid(color),
        halo: None,
        spacing: 0.0,
        rotation: 0.0,
        text: type_metrics::showable(text, face),
    })
}

/// Opacity of the plate on which furniture stands.
const GROUND: f32 = 0.94;

/// The plate on which furniture stands.
pub(super) fn ground(items: &mut Vec<Item>, view: &View, bounds: [f32; 4]) {
    let c = view.colors;
    items.push(Item::Polygon {
        rings: vec![plate(bounds, space::RADIUS)],
        fill: Some(Paint::veil(c.panel, GROUND)),
        stroke: Some(Stroke::line(Paint::veil(c.rule, 0.9), 1.0)),
    });
}

/// Breaks a text at spaces into lines no wider than `width`, where words allow.
pub(super) fn wrap(text: &str, face: Face, size: f32, width: f32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let space = type_metrics::width(" ", face, size, 0.0);
    let mut taken = 0.0;
    for word in text.split(' ') {
        let own = type_metrics::width(word, face, size, 0.0);
        match lines.last_mut() {
            Some(line) if taken + space + own <= width => {
                line.push(' ');
                line.push_str(word);
                taken += space + own;
            }
            _ => {
                lines.push(word.to_owned());
                taken = own;
            }
        }
    }
    lines
}

/// The credits of map sources, each once, with what sets them off from the next.
fn credits(of_maps: &[String]) -> String {
    let mut words: Vec<&str> = Vec::new();
    for credit in of_maps.iter().map(String::as_str).filter(|c| !c.is_empty()) {
        if !words.contains(&credit) {
            words.push(credit);
        }
    }
    words.iter().flat_map(|w| [w, " · "]).collect()
}

/// Credits in the lower right corner; gives back where they begin.
fn attribution(
    items: &mut Vec<Item>,
    boxes: &mut Vec<[f32; 4]>,
    view: &View,
    before: &str,
    veil: f32,
    [right, bottom]: Point,
) -> f32 {
    let c = view.colors;
    let size = type_size::CAPTION * 0.84;
    let lines = wrap(&format!("{before}{}", super::attribution()), Face::Regular, size, (view.width * 0.55).max(240.0));
    let widest = lines.iter().map(|l| type_metrics::width(l, Face::Regular, size, 0.0)).fold(0.0, f32::max);
    let line = size * 1.35;
    let top = bottom - line * lines.len() as f32 - 4.0;
    let bounds = [right - widest - 10.0, top, right, bottom];
    items.push(Item::Polygon { rings: vec![plate(bounds, 4.0)], fill: Some(Paint::veil(c.panel, veil)), stroke: None });
    for (i, words) in lines.iter().enumerate() {
        let y = top + 2.0 + line * (i as f32 + 0.5) + size * CAP_HEIGHT / 2.0;
        items.push(text([right - 5.0, y], Anchor::End, size, Face::Regular, c.text_weak, words));
    }
    boxes.push(bounds);
    top
}

/// A round length no longer than 120 points, in km, and how many points it is.
fn round_length(metres_per_point: f64) -> (f64, f32) {
    let most = metres_per_point * 120.0;
    let power = 10_f64.powf(most.log10().floor());
    let metres = [5.0, 2.0, 1.0].into_iter().map(|m| m * power).find(|m| *m <= most).unwrap_or(power);
    (metres / 1000.0, (metres / metres_per_point) as f32)
}

fn scale_bar(items: &mut Vec<Item>, view: &View, viewport: &Viewport, [right, bottom]: Point) -> [f32; 4] {
    let c = view.colors;
    let (km, length) = round_length(viewport.metres_per_point(viewport.camera.center.lat()));
    let words = if km >= 1.0 { format!("{km} km") } else { format!("{} m", (km * 1000.0).round()) };
    let size = type_size::CAPTION;
    let (x0, x1, y) = (right - length - 4.0, right - 4.0, bottom - 4.0);
    let lines = vec![vec![[x0, y - 5.0], [x0, y], [x1, y], [x1, y - 5.0]]];
    items.push(Item::Lines { lines: lines.clone(), stroke: Stroke::line(Paint::veil(c.halo, 0.9), 4.0) });
    items.push(Item::Lines { lines, stroke: Stroke::line(Paint::solid(c.label), 1.4) });
    items.push(Item::Text(Label {
        at: [f32::midpoint(x0, x1), y - 6.0],
        anchor: Anchor::Middle,
        size,
        face: Face::Regular,
        paint: Paint::solid(c.label),
        halo: Some((Paint::veil(c.halo, 0.85), 2.0)),
        spacing: 0.0,
        rotation: 0.0,
        text: words,
    }));
    [x0 - 6.0, y - 24.0, right, bottom]
}

fn title(items: &mut Vec<Item>, view: &View, scene: &Scene, policy: Option<&String>, [left, top]: Point) -> [f32; 4] {
    let c = view.colors;
    let is_small = view.width < 700.0;
    let most = if is_small { view.width * 0.8 } else { (view.width * 0.5).min(760.0) };
    let (pad, body) = if is_small { (space::S, type_size::CAPTION * 0.92) } else { (space::M, type_size::BODY) };
    let mut rows: Vec<(String, Face, f32, Rgb)> = Vec::new();
    if let Some(title) = &scene.furniture.title {
        let size = match view.width {
            w if w < 700.0 => type_size::EMPHASIS,
            w if w < 1100.0 => type_size::TITLE,
            _ => type_size::PAGE,
        };
        rows.extend(wrap(title, Face::Bold, size, most).into_iter().take(3).map(|l| (l, Face::Bold, size, c.text)));
    }
    let more = scene.furniture.subtitle.iter().chain(policy).map(|l| (l, Face::Regular, c.text));
    let note = Some(&scene.furniture.note).filter(|n| !n.is_empty()).map(|n| (n, Face::Italic, c.text_weak));
    for (line, face, color) in more.chain(note) {
        rows.extend(wrap(line, face, body, most).into_iter().take(4).map(|l| (l, face, body, color)));
    }
    let widest = rows.iter().map(|(l, f, s, _)| type_metrics::width(l, *f, *s, 0.0)).fold(0.0, f32::max);
    let height: f32 = rows.iter().map(|r| r.2 * 1.38).sum();
    let bounds = [left, top, left + widest + 2.0 * (pad + space::XS), top + height + 2.0 * pad];
    ground(items, view, bounds);
    let mut y = top + pad;
    for (line, face, size, color) in rows {
        items.push(text([left + pad + space::XS, y + size * 1.05], Anchor::Start, size, face, color, &line));
        y += size * 1.38;
    }
    bounds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_bar_is_a_round_length_that_fits() {
        for (mpp, km) in [(468.0, 50.0), (1000.0, 100.0), (30.0, 2.0), (0.9, 0.1)] {
            let (length, points) = round_length(mpp);
            assert!((length - km).abs() < 1e-9, "{mpp}: {length}");
            assert!((20.0..=120.0).contains(&points));
        }
    }

    #[test]
    fn text_is_broken_at_spaces() {
        let lines = wrap("one two three four", Face::Regular, 12.0, 60.0);
        assert!(lines.len() > 1 && lines.join(" ") == "one two three four", "{lines:?}");
        assert_eq!(wrap("", Face::Regular, 12.0, 60.0), [""]);
    }
}
