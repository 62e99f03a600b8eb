//! The pane that ties a picture to the ground: a spot of the picture, then the same spot on the map, three times or more.

use egui::{Align, Button, Color32, CornerRadius, Frame, Label, Layout, Margin, Pos2, Rect, RichText, Role, Sense};
use egui::{ScrollArea, Slider, Stroke, StrokeKind, TextEdit, TextureId, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::grip::{self, Hand, Side, Steps};
use super::{Asked, Look};
use crate::edit::typed::{Format, position, show_position};
use crate::model::{ControlPoint, LonLat, Plane};
use crate::panels::Action;
use crate::panels::icons::{self, Icon};
use crate::panels::style::{bold, c32, caption};
use crate::view::theme::{space, type_size};

/// A picture being tied to the ground.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tie {
    /// The place in the list of the source that is tied anew; `None`: a new one.
    pub of: Option<usize>,
    /// What the source will be called.
    pub name: String,
    /// What is known so far.
    pub points: Vec<ControlPoint>,
    /// On which plane the picture lies flat.
    pub plane: Plane,
    /// Percent.
    pub opacity: u8,
    /// The spot of the picture whose place is looked for, pixels.
    pub pending: Option<[f64; 2]>,
    /// The point that is placed anew by the next click on the map.
    pub anew: Option<usize>,
    /// The coordinates being typed.
    pub typed: String,
    /// What is wrong with them.
    pub error: Option<String>,
    /// What the pane shows.
    pub view: View,
    /// The steps that led to the points, to be taken back.
    pub steps: Steps,
}

/// What the pane shows of the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct View {
    /// The pixel in the middle.
    pub middle: [f64; 2],
    /// Points of the screen to a pixel; 0: not set yet, all of it is shown.
    pub scale: f32,
    /// Points that the pane is wide and high.
    pub size: [f32; 2],
}

/// What is known of the picture and of where it lies.
#[derive(Clone, Debug, Default)]
pub struct Tied {
    /// Its pixels to the right and down; `None`: it is being opened.
    pub size: Option<[u32; 2]>,
    /// Why it cannot be opened.
    pub failed: Option<String>,
    /// Textures to be painted one over the other, each with the pixels of the picture that it shows.
    pub pieces: Vec<(TextureId, Rect)>,
    /// How well the points agree; the reason why they do not tie it.
    pub fit: Option<Result<Agreement, String>>,
    /// Whether the picture is being copied beside the project.
    pub copying: bool,
}

/// How well points agree.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// How far each point lies from where the picture puts it, pixels.
    pub residuals: Vec<f64>,
    /// The root of the mean square of them, pixels.
    pub total: f64,
    /// Metres on the ground to a pixel.
    pub metres_per_pixel: f64,
}

impl Tie {
    /// A place for the spot or the point that waits for one; whether there was any.
    pub fn placed(&mut self, at: LonLat) -> bool {
        if self.anew.is_none() && self.pending.is_none() {
            return false;
        }
        self.steps.begin(&self.points);
        if let Some(point) = self.anew.take().and_then(|n| self.points.get_mut(n)) {
            point.at = at;
        } else if let Some(pixel) = self.pending.take() {
            self.points.push(ControlPoint { pixel, at });
        }
        self.typed.clear();
        self.error = None;
        true
    }

    /// Takes the spot that waits, else the last step back; `false` if there is none.
    pub fn back(&mut self) -> bool {
        if self.anew.take().is_some() | self.pending.take().is_some() {
            return true;
        }
        self.steps.back().map(|before| self.points = before).is_some()
    }
}

/// Draws the pane.
pub(super) fn ui(ui: &mut Ui, look: Look, tie: &mut Tie, format: Format, tied: &Tied, picking: bool) -> Vec<Action> {
    let mut actions = Vec::new();
    let c = look.colors;
    ui.spacing_mut().item_spacing = vec2(space::S, space::XS);
    ui.horizontal(|ui| {
        ui.set_height(32.0);
        ui.label(RichText::new("Tie the picture to the ground").font(bold(type_size::TITLE)).color(c32(c.text)));
    });
    guide(ui, look, tie, tied, picking, &mut actions);
    // In a low window the points are scrolled.
    let below = (210.0 + 30.0 * tie.points.len() as f32).min(ui.available_height() * 0.56);
    let height = (ui.available_height() - below).max(120.0);
    pane(ui, look, tie, tied, height, &mut actions);
    ui.add_space(space::XS);
    let foot = 40.0;
    let room = (ui.available_height() - foot).max(60.0);
    ScrollArea::vertical().id_salt("points of the picture").max_height(room).auto_shrink([false, false]).show(
        ui,
        |ui| {
            points(ui, look, tie, format, tied, &mut actions);
            settings(ui, look, tie);
        },
    );
    ui.horizontal(|ui| {
        let ready = matches!(tied.fit, Some(Ok(_))) && !tied.copying;
        let done = Button::new(RichText::new("Done").color(c32(c.on_accent))).fill(c32(c.accent));
        if ui.add_enabled(ready, done.min_size(vec2(84.0, 28.0))).clicked() {
            actions.push(Asked::TieDone.into());
        }
        if ui.add(Button::new("Cancel").min_size(vec2(84.0, 28.0))).clicked() {
            actions.push(Asked::TieDrop.into());
        }
        if tied.copying {
            ui.label(caption("copying the picture beside the project …", c));
        }
    });
    actions
}

/// What to do next.
fn guide(ui: &mut Ui, look: Look, tie: &mut Tie, tied: &Tied, picking: bool, actions: &mut Vec<Action>) {
    let c = look.colors;
    if tie.pending.is_none() && tie.anew.is_none() {
        let words = match tie.points.len() {
            0 => "Click a spot in the picture that you find on the map as well: a crossing, a bridge, a summit."
                .to_owned(),
            n @ 1..3 => format!("{n} of 3 points. Click the next spot in the picture, far from the others."),
            3 => {
                "Three points always agree. A fourth shows how well the picture fits. Points can be dragged.".to_owned()
            }
            n => format!("{n} points, which can be dragged. More of them make it steadier; Done keeps it."),
        };
        let words = if tied.size.is_none() { "The picture is being opened …".to_owned() } else { words };
        ui.add(Label::new(RichText::new(words).size(type_size::BODY).color(c32(c.text))).wrap());
        return;
    }
    let frame = Frame::new().fill(c32(c.raised)).corner_radius(space::RADIUS).inner_margin(Margin::symmetric(8, 6));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let number = tie.anew.unwrap_or(tie.points.len()) + 1;
        let words = format!("Point {number}: click the same spot on the map, or type where it is.");
        ui.add(Label::new(RichText::new(words).color(c32(c.text))).wrap());
        ui.horizontal(|ui| {
            let field = TextEdit::singleline(&mut tie.typed)
                .hint_text("39.84, 45.67 · 39°50′N 45°40′E · 38S NK …")
                .desired_width(ui.available_width() - 150.0)
                .margin(Margin::symmetric(space::S as i8, 5));
            let response = ui.add(field);
            let value = tie.typed.clone();
            response.widget_info(|| {
                let mut info = WidgetInfo::text_edit(true, value.clone(), value.clone(), "");
                info.label = Some("Coordinates of the point".into());
                info
            });
            if response.changed() {
                tie.error = None;
            }
            let entered = response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
            if ui.button("Place").clicked() || entered {
                match position(&tie.typed) {
                    Ok(at) => {
                        tie.placed(at);
                        actions.push(Asked::Pick(false).into());
                    }
                    Err(e) => tie.error = Some(e.to_string()),
                }
            }
            if ui.button("Drop").clicked() {
                (tie.pending, tie.anew, tie.error) = (None, None, None);
                actions.push(Asked::Pick(false).into());
            }
        });
        if let Some(error) = &tie.error {
            ui.add(Label::new(RichText::new(error).size(type_size::CAPTION).color(c32(c.error))).wrap());
        }
        if !picking && ui.button("Click it on the map").clicked() {
            actions.push(Asked::Pick(true).into());
        }
    });
}

/// The picture, with the spots that are known. A click is a spot; the wheel zooms, a drag moves.
fn pane(ui: &mut Ui, look: Look, tie: &mut Tie, tied: &Tied, height: f32, actions: &mut Vec<Action>) {
    let c = look.colors;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width() - 4.0, height), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "The picture; click a spot of it"));
    let painter = ui.painter().with_clip_rect(rect);
    painter.rect_filled(rect, space::RADIUS, c32(c.sea));
    // The picture is painted under the buttons, which may move it.
    let picture = ui.painter().with_clip_rect(rect.shrink(1.0));
    let under = picture.add(egui::Shape::Noop);
    let Some(size) = tied.size else {
        let words = tied.failed.as_deref().unwrap_or("opening …");
        let ink = c32(if tied.failed.is_some() { c.error } else { c.text_weak });
        let font = crate::panels::style::regular(type_size::BODY);
        let galley = painter.layout(words.to_owned(), font, ink, rect.width() - 32.0);
        painter.galley(rect.center() - galley.size() / 2.0, galley, ink);
        return;
    };
    let view = &mut tie.view;
    view.size = [rect.width(), rect.height()];
    let whole = ((rect.width() - 16.0) / size[0] as f32).min((rect.height() - 16.0) / size[1] as f32).max(1e-3);
    if view.scale <= 0.0 {
        (view.scale, view.middle) = (whole, size.map(|s| f64::from(s) / 2.0));
    }
    if response.dragged() {
        let by = response.drag_delta() / view.scale;
        view.middle = [view.middle[0] - f64::from(by.x), view.middle[1] - f64::from(by.y)];
    }
    let mut zoomed = None;
    if let Some(p) = response.hover_pos() {
        let (scroll, pinch) = ui.input_mut(|i| (std::mem::take(&mut i.smooth_scroll_delta.y), i.zoom_delta()));
        let by = (scroll / 160.0).exp2() * pinch;
        if by != 1.0 {
            zoomed = Some((p, by));
        }
    }
    let corner = Rect::from_min_size(rect.right_top() + vec2(-36.0, 6.0), vec2(30.0, 96.0));
    painter.rect_filled(corner.shrink(1.0), space::RADIUS, c32(c.panel).gamma_multiply(0.9));
    let mut buttons = ui.new_child(egui::UiBuilder::new().max_rect(corner.shrink(1.0)));
    buttons.spacing_mut().item_spacing = Vec2::ZERO;
    for (icon, name, by) in [
        (Icon::Plus, "Zoom into the picture", 1.6),
        (Icon::Minus, "Zoom out of the picture", 1.0 / 1.6),
        (Icon::Fit, "Show all of the picture", 0.0),
    ] {
        if icons::button(&mut buttons, icon, name, true, c).clicked() {
            zoomed = Some((rect.center(), by));
        }
    }
    if let Some((p, by)) = zoomed {
        let before = pixel_at(view, rect, p);
        view.scale = if by == 0.0 { whole } else { (view.scale * by).clamp(whole * 0.5, whole.max(24.0)) };
        if by == 0.0 {
            view.middle = size.map(|s| f64::from(s) / 2.0);
        } else {
            let after = pixel_at(view, rect, p);
            view.middle = [view.middle[0] + before[0] - after[0], view.middle[1] + before[1] - after[1]];
        }
    }
    let limit = |v: f64, s: u32| v.clamp(0.0, f64::from(s));
    view.middle = [limit(view.middle[0], size[0]), limit(view.middle[1], size[1])];
    let view = *view;
    let mut shapes = Vec::new();
    for (texture, pixels) in &tied.pieces {
        let place = Rect::from_min_max(screen_at(&view, rect, pixels.min), screen_at(&view, rect, pixels.max));
        let uv = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
        let mut mesh = egui::Mesh::with_texture(*texture);
        mesh.add_rect_with_uv(place, uv, Color32::WHITE);
        shapes.push(egui::Shape::mesh(mesh));
    }
    picture.set(under, egui::Shape::Vec(shapes));
    for n in 0..tie.points.len() {
        let Some(pixel) = tie.points.get(n).map(|p| p.pixel) else { continue };
        let to = match grip::grip(ui, tie, (Side::Picture, n), spot(&view, rect, pixel), rect) {
            Some(Hand::To(p)) => pixel_at(&view, rect, p),
            Some(Hand::By([right, down])) => [pixel[0] + right, pixel[1] + down],
            None => pixel,
        };
        let [x, y] = [limit(to[0], size[0]), limit(to[1], size[1])].map(|v| (v * 10.0).round() / 10.0);
        if to != pixel
            && let Some(point) = tie.points.get_mut(n)
        {
            point.pixel = [x, y];
        }
        let pixel = if to == pixel { pixel } else { [x, y] };
        let is_held = grip::is_held(ui.ctx(), tie, n);
        mark(&picture, look, spot(&view, rect, pixel), &(n + 1).to_string(), is_held);
    }
    if let Some(pixel) = tie.pending {
        mark(&picture, look, spot(&view, rect, pixel), &(tie.points.len() + 1).to_string(), true);
    }
    painter.rect_stroke(
        rect,
        CornerRadius::same(space::RADIUS as u8),
        Stroke::new(1.0, c32(c.rule)),
        StrokeKind::Inside,
    );
    if response.hovered() {
        ui.ctx().set_cursor_icon(egui::CursorIcon::Crosshair);
    }
    if response.clicked()
        && let Some(p) = response.interact_pointer_pos()
    {
        let pixel = pixel_at(&view, rect, p).map(|v| (v * 10.0).round() / 10.0);
        let inside = pixel.iter().zip(size).all(|(v, s)| (0.0..=f64::from(s)).contains(v));
        if inside {
            match tie.anew.and_then(|n| tie.points.get_mut(n)) {
                Some(point) => {
                    point.pixel = pixel;
                }
                None => tie.pending = Some(pixel),
            }
            actions.push(Asked::Pick(true).into());
        }
    }
}

/// The pixel under a point of the screen.
fn pixel_at(view: &View, rect: Rect, p: Pos2) -> [f64; 2] {
    let off = (p - rect.center()) / view.scale;
    [view.middle[0] + f64::from(off.x), view.middle[1] + f64::from(off.y)]
}

fn spot(view: &View, rect: Rect, [u, v]: [f64; 2]) -> Pos2 {
    let off = [u - view.middle[0], v - view.middle[1]].map(|d| (d * f64::from(view.scale)) as f32);
    rect.center() + vec2(off[0], off[1])
}

fn screen_at(view: &View, rect: Rect, p: Pos2) -> Pos2 {
    spot(view, rect, [f64::from(p.x), f64::from(p.y)])
}

/// A numbered spot, in the picture and on the map.
pub fn mark(painter: &egui::Painter, look: Look, at: Pos2, number: &str, strong: bool) {
    let c = look.colors;
    let ink = c32(if strong { c.warning } else { c.accent });
    for (width, color) in [(4.0, c32(c.halo)), (1.6, ink)] {
        let stroke = Stroke::new(width, color);
        painter.line_segment([at - vec2(7.0, 0.0), at + vec2(7.0, 0.0)], stroke);
        painter.line_segment([at - vec2(0.0, 7.0), at + vec2(0.0, 7.0)], stroke);
    }
    // At the edge of a pane the number stands on the other side.
    let room = painter.clip_rect().shrink(12.0);
    let right = if at.x + 13.0 > room.right() { -13.0 } else { 13.0 };
    let down = if at.y - 13.0 < room.top() { 13.0 } else { -13.0 };
    let badge = at + vec2(right, down);
    painter.circle(badge, 9.0, ink, Stroke::new(1.5, c32(c.halo)));
    painter.text(badge, egui::Align2::CENTER_CENTER, number, bold(type_size::CAPTION), c32(c.on_accent));
}

/// The points, each with how far it is off.
fn points(ui: &mut Ui, look: Look, tie: &mut Tie, format: Format, tied: &Tied, actions: &mut Vec<Action>) {
    let c = look.colors;
    let agreement = match &tied.fit {
        Some(Ok(agreement)) => Some(agreement),
        Some(Err(why)) if tie.points.len() >= 3 => {
            ui.add(Label::new(RichText::new(why).size(type_size::CAPTION).color(c32(c.error))).wrap());
            None
        }
        _ => None,
    };
    let mut gone = None;
    for (n, point) in tie.points.iter().enumerate() {
        ui.horizontal(|ui| {
            ui.set_height(28.0);
            ui.spacing_mut().item_spacing.x = space::XS;
            let number = RichText::new((n + 1).to_string()).font(bold(type_size::CAPTION)).color(c32(c.accent));
            ui.add_sized([16.0, 20.0], Label::new(number));
            ui.label(RichText::new(show_position(point.at, format)).size(type_size::CAPTION).color(c32(c.text)));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 2.0;
                if icons::button(ui, Icon::Delete, &format!("Remove point {}", n + 1), true, c).clicked() {
                    gone = Some(n);
                }
                if icons::button(ui, Icon::Pin, &format!("Place point {} anew", n + 1), true, c).clicked() {
                    (tie.anew, tie.pending) = (Some(n), None);
                    actions.push(Asked::Pick(true).into());
                }
                if let Some((off, all)) = agreement.and_then(|a| a.residuals.get(n).map(|r| (*r, a))) {
                    let is_far = tie.points.len() > 3 && off > 1.0 && off > 1.5 * all.total;
                    let ink = c32(if is_far { c.warning } else { c.text });
                    ui.label(RichText::new(far(off, all)).size(type_size::CAPTION).color(ink));
                }
            });
        });
    }
    if let Some(n) = gone {
        tie.steps.begin(&tie.points);
        tie.points.remove(n);
        tie.anew = None;
    }
    if let Some(all) = agreement {
        let words = if tie.points.len() == 3 {
            format!("1 pixel is {} on the ground.", metres(all.metres_per_pixel))
        } else {
            let pixel = metres(all.metres_per_pixel);
            format!("All together off by {} (root of the mean square); 1 pixel is {pixel}.", far(all.total, all))
        };
        ui.add(Label::new(caption(words, c)).wrap());
    }
}

/// A distance in the picture, and on the ground.
fn far(pixels: f64, all: &Agreement) -> String {
    format!("{pixels:.1} px · {}", metres(pixels * all.metres_per_pixel))
}

/// A length on the ground to two digits.
fn metres(m: f64) -> String {
    match m {
        m if m >= 10_000.0 => format!("{:.0} km", m / 1_000.0),
        m if m >= 1_000.0 => format!("{:.1} km", m / 1_000.0),
        m if m >= 100.0 => format!("{:.0} m", (m / 10.0).round() * 10.0),
        m if m >= 10.0 => format!("{m:.0} m"),
        m => format!("{m:.1} m"),
    }
}

/// Name, kind of picture, opacity.
fn settings(ui: &mut Ui, look: Look, tie: &mut Tie) {
    let c = look.colors;
    ui.add_space(space::XS);
    ui.horizontal(|ui| {
        ui.add_sized([60.0, 24.0], Label::new(caption("Name", c)).halign(Align::Min));
        let field = TextEdit::singleline(&mut tie.name).desired_width(ui.available_width() - 6.0);
        let response = ui.add(field.margin(Margin::symmetric(space::S as i8, 5)));
        let value = tie.name.clone();
        response.widget_info(|| {
            let mut info = WidgetInfo::text_edit(true, value.clone(), value.clone(), "");
            info.label = Some("Name of the picture".into());
            info
        });
    });
    ui.horizontal(|ui| {
        ui.add_sized([60.0, 24.0], Label::new(caption("It is a", c)).halign(Align::Min));
        let combo = egui::ComboBox::from_id_salt("plane of the picture").selected_text(tie.plane.label());
        let response = combo.width(ui.available_width() - 8.0).show_ui(ui, |ui| {
            for plane in Plane::ALL {
                ui.selectable_value(&mut tie.plane, plane, plane.label());
            }
        });
        let shown = tie.plane.label();
        response
            .response
            .widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, format!("The picture is a {shown}")));
    });
    ui.horizontal(|ui| {
        ui.add_sized([60.0, 24.0], Label::new(caption("Opacity", c)).halign(Align::Min));
        ui.spacing_mut().slider_width = ui.available_width() - 56.0;
        let response = ui.add(Slider::new(&mut tie.opacity, 0..=100).show_value(false).trailing_fill(true));
        let percent = tie.opacity;
        response.widget_info(|| WidgetInfo::slider(true, f64::from(percent), "Opacity of the picture"));
        ui.label(caption(format!("{percent} %"), c));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spot_waits_for_its_place_and_is_taken_back_first() {
        let mut tie = Tie::default();
        let at = LonLat::new(45.0, 40.0).unwrap();
        assert!(!tie.placed(at), "nothing waits");
        tie.pending = Some([3.0, 4.0]);
        assert!(tie.placed(at) && tie.points == [ControlPoint { pixel: [3.0, 4.0], at }]);
        tie.anew = Some(0);
        let other = LonLat::new(46.0, 40.0).unwrap();
        assert!(tie.placed(other) && tie.points[0].at == other && tie.points.len() == 1);
        tie.pending = Some([1.0, 1.0]);
        assert!(tie.back() && tie.points.len() == 1);
        assert!(tie.back() && tie.points[0].at == at, "the step before");
        assert!(tie.back() && tie.points.is_empty() && !tie.back());
    }

    #[test]
    fn lengths_have_two_digits_or_three() {
        let said: Vec<String> = [0.04, 3.26, 47.3, 523.0, 2_340.0, 54_321.0].into_iter().map(metres).collect();
        assert_eq!(said, ["0.0 m", "3.3 m", "47 m", "520 m", "2.3 km", "54 km"]);
    }
}
