//! A page of the talk as a display list: the map whole, title and legend as on every picture, and beside it what the audience
//! reads: date, totals, caption. A page is [`HEIGHT`] points high, so type keeps its share of any screen: the smallest words
//! that have to be read are a fortieth of its height.

use super::flow::{self, Line};
use super::markdown::{Block, blocks};
use super::prepared::{Prepared, sources};
use crate::derive::statistics::{self, table};
use crate::derive::{BinWidth, Figure};
use crate::model::{Beside, Category, Moment, PartyId, Project, Resolution, Role, Status, ZONE_HERE_MINUTES};
use crate::picture::list::{Anchor, Face, Item, Label, Paint, Picture, Stroke};
use crate::picture::{self, Furniture, Scene, chart, type_metrics};
use crate::tiles::Wanted;
use crate::view::camera::BoundingBox;
use crate::view::theme::{Colors, space, type_size};
use crate::view::{Camera, Corner, Labels, Rgb, Theme, Viewport, Zone};

/// Height of a page in points.
pub const HEIGHT: f32 = 540.0;

/// Sizes in which captions are tried, from large to small.
const CAPTION: [f32; 5] = [20.0, 18.0, 16.0, 14.5, 13.0];
/// Sizes of a title page's words.
const SUBTITLE: [f32; 4] = [24.0, 20.0, 17.0, 14.0];
/// Points kept free below what stands beside the map: scale and credits.
const CREDITS: f32 = 92.0;

/// On what pages are shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stage {
    /// Width of a page in points; it is [`HEIGHT`] high.
    pub width: f32,
    /// Colours.
    pub theme: Theme,
    /// The zone whose days are shown.
    pub zone: Zone,
    /// Languages where a slide names none.
    pub labels: Labels,
}

impl Stage {
    /// A stage for a screen or a paper of this shape; no narrower than 1 : 1 and no wider than 3 : 1.
    pub fn for_shape(width: f32, height: f32) -> Self {
        let ratio = if height > 0.0 { width / height } else { 16.0 / 9.0 };
        Self {
            width: HEIGHT * ratio.clamp(1.0, 3.0),
            theme: Theme::Light,
            zone: Zone::default(),
            labels: Labels::default(),
        }
    }
}

/// How a slide lies on its pages.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Where the map looks.
    pub camera: Camera,
    /// The text of each part; a slide has at least one part.
    parts: Vec<Vec<Line>>,
    /// The box beside the map: left, top, right, bottom; `None`: nothing stands there.
    beside: Option<[f32; 4]>,
}

impl Layout {
    /// In how many parts the slide is shown: one, but for a caption that fits on no page.
    pub fn parts(&self) -> usize {
        self.parts.len()
    }
}

/// Lays a slide out. It does not depend on the moment of a play.
pub fn layout(project: &Project, prepared: &Prepared, stage: Stage) -> Layout {
    let slide = &prepared.slide;
    let (w, h) = (stage.width, HEIGHT);
    if slide.role != Role::Map {
        let width = (w - 120.0).min(760.0);
        let room = h - 96.0 - title_lines(prepared, stage).1 - 54.0;
        let mut parts = flow::fitted(&blocks(&slide.caption), width, room, &SUBTITLE);
        if slide.role == Role::Closing && parts.len() == 1 {
            // Sources are looked up, not read from the last row.
            let all = sources(project, &prepared.derived);
            let mut told: Vec<Block> = all.iter().map(|s| flow::paragraph(s, false)).collect();
            if !told.is_empty() {
                told.insert(0, flow::paragraph("Sources", true));
            }
            let small = flow::lines(&told, width, 11.0);
            parts = flow::split(parts.into_iter().flatten().chain(small).collect(), room);
        }
        return Layout { camera: camera(project, prepared, stage, None), parts, beside: None };
    }
    let right = w - space::L;
    let width = (w * 0.31).clamp(220.0, 340.0);
    let inner = width - 2.0 * PAD;
    let fixed = fixed_height(project, prepared, inner);
    let most = h - space::L - credits_room(project, prepared, stage);
    let text = blocks(&slide.caption);
    let room = (most - 2.0 * PAD - fixed).max(60.0);
    let parts = flow::fitted(&text, inner, room, &CAPTION);
    let tallest = parts.iter().map(|p| flow::height(p)).fold(0.0, f32::max);
    let gap = if tallest > 0.0 && fixed > 0.0 { space::S } else { 0.0 };
    let more = if parts.len() > 1 { 18.0 } else { 0.0 };
    let tall = fixed + gap + tallest + more;
    let beside =
        (tall > 0.0).then(|| [right - width, space::L, right, (space::L + 2.0 * PAD + tall).min(h - space::L)]);
    Layout { camera: camera(project, prepared, stage, beside), parts, beside }
}

/// Points kept free below what stands beside the map: those of map sources may take more lines than usual.
fn credits_room(project: &Project, prepared: &Prepared, stage: Stage) -> f32 {
    if prepared.maps.drawn().is_empty() {
        return CREDITS;
    }
    let viewport = Camera::fit(BoundingBox::REGION, stage.width, HEIGHT, 0.0, 10.0);
    let boxes = picture::furniture_boxes(&scene(project, prepared, stage, viewport, None));
    let at_right = boxes.iter().filter(|b| b[2] > stage.width * 0.9 && b[1] > HEIGHT * 0.5);
    at_right.map(|b| HEIGHT - b[1] + space::XS).fold(CREDITS, f32::max)
}

/// Points between the edge of a plate and what is on it.
const PAD: f32 = 14.0;
/// Height of the chart beside the map.
const CHART: f32 = 190.0;
/// Type of the date.
const DATE: f32 = 24.0;
/// A row of the totals.
const TOTAL: f32 = 30.0;

fn fixed_height(project: &Project, prepared: &Prepared, inner: f32) -> f32 {
    let mut out = 0.0;
    if date(prepared).is_some() {
        out += DATE * 1.4;
    }
    out += totals(project, prepared).len() as f32 * TOTAL;
    if prepared.slide.beside == Some(Beside::Chart) {
        out += CHART;
    }
    let foot = foot(project, prepared, inner);
    if out > 0.0 || !foot.is_empty() {
        out += flow::height(&foot) + if foot.is_empty() { 0.0 } else { space::S };
    }
    out
}

/// The sources of what is shown, small, no more than two lines: the rest is counted.
fn foot(project: &Project, prepared: &Prepared, inner: f32) -> Vec<Line> {
    let all = sources(project, &prepared.derived);
    // Outlets are told once each; titles stand on the closing page.
    let mut outlets: Vec<&str> = Vec::new();
    for s in &all {
        let outlet = s.split(", ").next().unwrap_or(s);
        if !outlets.contains(&outlet) {
            outlets.push(outlet);
        }
    }
    let said = |n: usize| {
        let rest = outlets.len() - n;
        let told = outlets.get(..n).unwrap_or_default().join("; ");
        let words = match (n, rest) {
            (_, 0) => format!("Sources: {told}"),
            (0, rest) => format!("Sources: {rest}, listed at the end"),
            (_, rest) => format!("Sources: {told} and {rest} more"),
        };
        flow::lines(&[flow::paragraph(&words, false)], inner, 10.0)
    };
    if outlets.is_empty() {
        return Vec::new();
    }
    let mut set = (0..=outlets.len()).rev().map(said).find(|l| l.len() <= 2).unwrap_or_default();
    for line in &mut set {
        line.weak = true;
    }
    set
}

/// The camera that shows a slide's ground in what is left beside its words: beside the legend or above it, whichever shows it
/// larger.
fn camera(project: &Project, prepared: &Prepared, stage: Stage, beside: Option<[f32; 4]>) -> Camera {
    let (w, h) = (stage.width, HEIGHT);
    let extent = prepared.seen.extent.map(|e| {
        let [sw, ne] = e.corners();
        BoundingBox { west: sw.lon(), south: sw.lat(), east: ne.lon(), north: ne.lat() }
    });
    let edge = beside.map_or(w, |[left, ..]| left);
    let fit = |[left, top, right, bottom]: [f32; 4]| {
        let (width, height) = ((right - left).max(64.0), (bottom - top).max(64.0));
        let camera = if let Some(bbox) = extent {
            Camera::fit(bbox, width, height, 0.0, 18.0)
        } else {
            let bbox = prepared.bounds().unwrap_or(BoundingBox::REGION);
            Camera::fit(bbox, width, height, width.min(height) * 0.12, 10.5)
        };
        // The middle of what is shown lies in the middle of the room that is left.
        let viewport = Viewport { camera, width: w, height: h };
        let [x, y] = [f32::midpoint(left, right), f32::midpoint(top, bottom)];
        Camera::new(viewport.lonlat_from_screen([w - x, h - y]), camera.zoom)
    };
    let whole = fit([0.0, 0.0, edge, h]);
    if prepared.slide.role != Role::Map {
        return whole;
    }
    let boxes = picture::furniture_boxes(&scene(project, prepared, stage, whole, beside));
    let at_left = |b: &&[f32; 4]| b[0] < w * 0.1 && b[2] < w * 0.7;
    let title = boxes.iter().filter(at_left).find(|b| b[1] < h * 0.1).copied().unwrap_or_default();
    let legend = boxes.iter().filter(at_left).find(|b| b[3] > h * 0.9).copied().unwrap_or([0.0, h, 0.0, h]);
    let rooms = [
        [legend[2], title[3], edge, h],
        [legend[2].max(title[2]), 0.0, edge, h],
        [0.0, title[3], edge, legend[1].min(h - space::XL)],
    ];
    let cameras = rooms.into_iter().filter(|[l, t, r, b]| r - l > w * 0.2 && b - t > h * 0.25).map(fit);
    cameras.max_by(|a, b| a.zoom.total_cmp(&b.zoom)).unwrap_or(whole)
}

/// The map of a page.
fn scene<'a>(
    project: &'a Project,
    prepared: &'a Prepared,
    stage: Stage,
    camera: Camera,
    beside: Option<[f32; 4]>,
) -> Scene<'a> {
    let slide = &prepared.slide;
    let mut scene = Scene {
        project,
        derived: &prepared.derived,
        marks: &prepared.marks,
        question: &prepared.seen.question,
        viewport: Viewport { camera, width: stage.width, height: HEIGHT },
        layers: prepared.seen.layers,
        labels: prepared.seen.labels,
        theme: stage.theme,
        perspective: prepared.seen.perspective,
        shown: None,
        fade: prepared.fade(),
        selected: None,
        hovered: None,
        spread: None,
        called: &prepared.called,
        draft: None,
        furniture: Furniture::none(),
    };
    // What is beside the map leaves the legend this corner.
    scene.layers.legend_at = Corner::BottomLeft;
    if slide.role == Role::Map {
        let perspective = picture::perspective_sentence(scene.perspective, scene.time_shown());
        scene.furniture = Furniture {
            note: project.meta().note().to_owned(),
            legend: prepared.seen.layers.legend,
            brief: true,
            credits: prepared.maps.credits(),
            taken: beside.into_iter().collect(),
            ..Furniture::export(&slide.title, vec![prepared.seen.question.sentence(), perspective])
        };
    } else {
        let credits = prepared.maps.credits();
        scene.furniture = Furniture { attribution: true, credits, keep_clear: true, ..Furniture::none() };
        // Behind large words the ground alone.
        (scene.layers.incidents, scene.layers.names) = (false, false);
    }
    scene
}

/// The date that the audience reads: of the play, else the window, else the date of knowledge.
fn date(prepared: &Prepared) -> Option<String> {
    if let Some(head) = prepared.head() {
        const DAY: f64 = 86_400.0;
        let resolution = match prepared.speed().unwrap_or(0.0) {
            s if s > 400.0 * DAY => Resolution::Year,
            s if s > 12.0 * DAY => Resolution::Month,
            s if s > 0.4 * DAY => Resolution::Day,
            _ => Resolution::Hour,
        };
        return Some(Moment::from_unix(head, ZONE_HERE_MINUTES, resolution).label(true));
    }
    if let Some(window) = prepared.slide.window {
        return Some(window.label());
    }
    prepared.slide.as_known.map(|m| format!("As known on {}", m.label(true)))
}

/// Rows of the totals: party, figure, number of claims.
fn totals(project: &Project, prepared: &Prepared) -> Vec<(String, Option<Rgb2>, String, u32)> {
    if prepared.slide.beside != Some(Beside::Totals) {
        return Vec::new();
    }
    let language = prepared.seen.labels.first;
    let party = |id: &PartyId| {
        let meta = project.meta();
        let name = meta.party(id).map_or(id.as_str(), |p| p.names.best(language));
        let name = name.split(" (").next().unwrap_or(name).to_owned();
        let color = match meta.parties.iter().position(|p| p.id == *id) {
            Some(0) => Some(Rgb2::First),
            Some(1) => Some(Rgb2::Second),
            _ => None,
        };
        (name, color)
    };
    let row = |id: &PartyId, what: &str, figure: &Figure| {
        let (name, color) = party(id);
        (format!("{name}, {what}"), color, figure.to_string(), figure.claims)
    };
    let dead = &prepared.derived.dead.by_party;
    let killed = dead.iter().filter(|(_, f)| f.is_known()).map(|(id, f)| row(id, "killed", f));
    let either = (prepared.derived.totals.iter())
        .filter(|(k, f)| k.category == Category::KilledOrMissing && f.is_known())
        .map(|(k, f)| match k.status {
            Status::Unspecified => row(&k.party, "killed or missing", f),
            status => row(&k.party, &format!("killed or missing, {}", status.label()), f),
        });
    killed.chain(either).take(6).collect()
}

/// The totals for whoever does not see them: "Armenia, killed: ≥ 135 (6 claims)".
pub(super) fn totals_in_words(project: &Project, prepared: &Prepared) -> Vec<String> {
    let rows = totals(project, prepared).into_iter();
    rows.map(|(name, _, figure, claims)| format!("{name}: {figure} ({claims} claims)")).collect()
}

/// Which of the two party colours.
#[derive(Clone, Copy)]
enum Rgb2 {
    First,
    Second,
}

fn title_lines(prepared: &Prepared, stage: Stage) -> (Vec<Line>, f32) {
    let width = (stage.width - 120.0).min(760.0);
    let large = if prepared.slide.role == Role::Title { [44.0, 36.0, 30.0, 24.0] } else { [32.0, 28.0, 24.0, 20.0] };
    let words = [flow::paragraph(&prepared.slide.title, true)];
    let set = flow::fitted(&words, width, 190.0, &large).into_iter().flatten().collect::<Vec<_>>();
    let high = flow::height(&set);
    (set, high)
}

/// One part of a slide as a picture. `camera` is where the map looks on its way to the slide; `None`: where the slide looks.
/// `words` is how far title, legend and words have come, 0 to 1.
pub fn page(
    project: &Project,
    prepared: &Prepared,
    stage: Stage,
    layout: &Layout,
    part: usize,
    camera: Option<Camera>,
    words: f32,
) -> Picture {
    let c = stage.theme.colors();
    let slide = &prepared.slide;
    let is_map = slide.role == Role::Map;
    let scene = scene(project, prepared, stage, camera.unwrap_or(layout.camera), layout.beside);
    let mut out = picture::picture(&scene);
    out.items.push(Item::Layer("words"));
    if is_map {
        beside(&mut out.items, project, prepared, stage, layout, part, c);
    } else {
        let floor = out.furniture.iter().map(|b| b[1] - space::M).fold(HEIGHT - 62.0, f32::min);
        cover(&mut out.items, project, prepared, stage, (layout, part), floor, c);
    }
    if words < 1.0 {
        let from = out.items.iter().position(|i| matches!(i, Item::Layer("furniture"))).unwrap_or(0);
        out.items.iter_mut().skip(from).for_each(|i| i.fade(words.max(0.0)));
    }
    out
}

/// The ground under a page with the map sources that the slide shows, `scale` pixels to the point; `None` if it is too large.
pub fn ground(prepared: &Prepared, stage: Stage, camera: Camera, scale: f32) -> Option<tiny_skia::Pixmap> {
    let viewport = Viewport { camera, width: stage.width, height: HEIGHT };
    let mut ground = picture::ground(&viewport, stage.theme, prepared.seen.layers, scale)?;
    prepared.maps.draw(&mut ground, &viewport, Wanted { density: scale, theme: stage.theme });
    Some(ground)
}

/// What stands beside the map.
fn beside(
    items: &mut Vec<Item>,
    project: &Project,
    prepared: &Prepared,
    stage: Stage,
    layout: &Layout,
    part: usize,
    c: &Colors,
) {
    let Some([left, top, right, bottom]) = layout.beside else { return };
    items.push(Item::Polygon {
        rings: vec![picture::plate([left, top, right, bottom], space::RADIUS)],
        fill: Some(Paint::veil(c.panel, 0.95)),
        stroke: Some(Stroke::line(Paint::veil(c.rule, 0.9), 1.0)),
    });
    let (x, inner) = (left + PAD, right - left - 2.0 * PAD);
    let mut y = top + PAD;
    if let Some(words) = date(prepared) {
        let mut size = DATE;
        while size > 12.0 && type_metrics::width(&words, Face::Bold, size, 0.0) > inner {
            size -= 1.0;
        }
        items.push(text([x, y + size], Anchor::Start, size, Face::Bold, c.text, &words));
        y += DATE * 1.4;
    }
    for (name, color, figure, claims) in totals(project, prepared) {
        let paint = match color {
            Some(Rgb2::First) => c.party_a,
            Some(Rgb2::Second) => c.party_b,
            None => c.party_other,
        };
        let at = y + TOTAL * 0.62;
        let claims = if claims == 1 { "1 claim".to_owned() } else { format!("{claims} claims") };
        let mut size = 22.0;
        while size > 12.0 && type_metrics::width(&figure, Face::Bold, size, 0.0) > inner * 0.6 {
            size -= 1.0;
        }
        items.push(Item::Polygon {
            rings: vec![picture::plate([x, y + 5.0, x + 4.0, y + TOTAL - 5.0], 1.0)],
            fill: Some(Paint::solid(paint)),
            stroke: None,
        });
        items.push(text([right - PAD, at], Anchor::End, size, Face::Bold, c.text, &figure));
        let room = inner - type_metrics::width(&figure, Face::Bold, size, 0.0) - 20.0;
        let mut small = 13.5;
        while small > 8.0 && type_metrics::width(&name, Face::Regular, small, 0.0) > room {
            small -= 0.5;
        }
        items.push(text([x + 10.0, at - 3.0], Anchor::Start, small, Face::Regular, c.text, &name));
        items.push(text([x + 10.0, at + 8.5], Anchor::Start, 9.5, Face::Regular, c.text_weak, &claims));
        y += TOTAL;
    }
    if prepared.slide.beside == Some(Beside::Chart) {
        let zone_minutes = stage.zone.offset().unwrap_or(ZONE_HERE_MINUTES);
        let asked = statistics::Layout {
            language: prepared.seen.labels.first,
            zone_minutes,
            width: None::<BinWidth>,
            ..statistics::Layout::default()
        };
        let table = table(project, &prepared.seen.question, asked);
        let drawn = chart::chart(&chart::Chart {
            project,
            table: &table,
            caption: vec![statistics::title(&table)],
            cumulative: false,
            theme: stage.theme,
            width: inner + 2.0 * space::XL - 8.0,
            height: CHART,
        });
        let by = [x - space::XL + 4.0, y - space::M];
        items.extend(drawn.items.into_iter().filter(|i| !matches!(i, Item::Layer(_))).map(|i| i.placed(1.0, by)));
        y += CHART;
    }
    if let Some(lines) = layout.parts.get(part).filter(|l| !l.is_empty()) {
        let gap = if y > top + PAD { space::S } else { 0.0 };
        flow::draw(items, lines, [x, y + gap], c.text, c.text_weak);
    }
    let foot = foot(project, prepared, inner);
    let foot_top = bottom - PAD - flow::height(&foot);
    flow::draw(items, &foot, [x, foot_top], c.text, c.text_weak);
    if layout.parts.len() > 1 {
        let words = format!("{} / {}", part + 1, layout.parts.len());
        let at = [right - PAD, foot_top - space::XS];
        items.push(text(at, Anchor::End, 12.0, Face::Bold, c.text_weak, &words));
    }
}

/// A title or closing page: the map pale, the words large; its lowest line stands at `floor`, over the credits.
fn cover(
    items: &mut Vec<Item>,
    project: &Project,
    prepared: &Prepared,
    stage: Stage,
    (layout, part): (&Layout, usize),
    floor: f32,
    c: &Colors,
) {
    let (w, h) = (stage.width, HEIGHT);
    // Credits stay readable: the veil goes under them.
    let credits = items.iter().rposition(|i| matches!(i, Item::Layer("furniture"))).unwrap_or(items.len());
    let veil = Item::Polygon {
        rings: vec![vec![[0.0, 0.0], [w, 0.0], [w, h], [0.0, h]]],
        fill: Some(Paint::veil(c.panel, 0.8)),
        stroke: None,
    };
    items.insert((credits + 1).min(items.len()), veil);
    let width = (w - 120.0).min(760.0);
    let left = (w - width) / 2.0;
    let (title, high) = title_lines(prepared, stage);
    let body = layout.parts.get(part).map(Vec::as_slice).unwrap_or_default();
    let all = high + if body.is_empty() { 0.0 } else { 20.0 + flow::height(body) };
    let top = if prepared.slide.role == Role::Title { ((h - 70.0 - all) / 2.0).max(48.0) } else { 48.0 };
    items.push(Item::Polygon {
        rings: vec![vec![[left - 22.0, top], [left - 18.0, top], [left - 18.0, top + all], [left - 22.0, top + all]]],
        fill: Some(Paint::solid(c.accent)),
        stroke: None,
    });
    let y = flow::draw(items, &title, [left, top], c.text, c.text_weak);
    flow::draw(items, body, [left, y + 20.0], c.text, c.text_weak);
    let note = project.meta().note();
    if !note.is_empty() {
        items.push(text([left, floor], Anchor::Start, type_size::BODY, Face::Italic, c.text_weak, note));
    }
    if layout.parts.len() > 1 {
        let words = format!("{} / {}", part + 1, layout.parts.len());
        items.push(text([w - left, floor], Anchor::End, 12.0, Face::Bold, c.text_weak, &words));
    }
}

fn text(at: [f32; 2], anchor: Anchor, size: f32, face: Face, color: Rgb, words: &str) -> Item {
    Item::Text(Label {
        at,
        anchor,
        size,
        face,
        paint: Paint::solid(color),
        halo: None,
        spacing: 0.0,
        rotation: 0.0,
        text: type_metrics::showable(words, face),
    })
}
