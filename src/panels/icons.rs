//! Icons, drawn as lines so that they are sharp at any size, and the buttons that carry them.

use egui::{Color32, Pos2, Response, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::style::c32;
use crate::view::Colors;

/// An icon on a grid of 16 by 16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// A cross of two strokes.
    Plus,
    /// One stroke.
    Minus,
    /// Four corners: show all.
    Fit,
    /// An arrow turning back.
    Undo,
    /// An arrow turning forward.
    Redo,
    /// A list of marks: the legend.
    Legend,
    /// Sheets on each other.
    Layers,
    /// Three strokes.
    Menu,
    /// A lens.
    Search,
    /// A panel at the left.
    PanelLeft,
    /// A panel at the right.
    PanelRight,
    /// A question mark in a ring.
    Help,
    /// A cross.
    Close,
    /// A triangle with a stroke.
    Warning,
    /// A pin.
    Pin,
    /// Two sheets.
    Duplicate,
    /// Two columns with a stroke between them.
    Compare,
    /// A bin.
    Delete,
    /// An eye.
    Eye,
    /// An eye struck through.
    EyeOff,
    /// A stroke pointing up.
    Up,
    /// A stroke pointing down.
    Down,
    /// A house: works without a network.
    Offline,
    /// A half-filled disc: light or dark.
    Theme,
    /// A globe: asks servers.
    Online,
    /// A funnel.
    Filter,
    /// An area with corners.
    Area,
    /// A pen.
    Edit,
    /// A triangle to the right.
    Play,
    /// Two bars.
    Pause,
    /// A square.
    Stop,
    /// A triangle to the left against a bar.
    StepBack,
    /// A triangle to the right against a bar.
    StepForward,
    /// A panel below.
    PanelBottom,
    /// Bars on a line: statistics.
    Chart,
    /// A screen on a stand: slides.
    Slides,
    /// A bent line.
    DrawLine,
    /// A broad arrow.
    DrawArrow,
    /// A letter.
    DrawText,
    /// A circle with its middle.
    DrawCircle,
    /// A ruler.
    Ruler,
    /// An area with a stroke across.
    MeasureArea,
}

/// Paints an icon in the middle of `at`.
pub fn paint(painter: &egui::Painter, icon: Icon, at: Pos2, size: f32, color: Color32) {
    let s = size / 16.0;
    let p = |x: f32, y: f32| pos2(at.x + (x - 8.0) * s, at.y + (y - 8.0) * s);
    let stroke = Stroke::new((1.4 * s).max(1.2), color);
    let line = |pts: &[(f32, f32)]| {
        painter.add(Shape::line(pts.iter().map(|(x, y)| p(*x, *y)).collect(), stroke));
    };
    let closed = |pts: &[(f32, f32)]| {
        painter.add(Shape::closed_line(pts.iter().map(|(x, y)| p(*x, *y)).collect(), stroke));
    };
    let solid = |pts: &[(f32, f32)]| {
        let pts = pts.iter().map(|(x, y)| p(*x, *y)).collect();
        painter.add(Shape::convex_polygon(pts, color, Stroke::NONE));
    };
    let arc = |cx: f32, cy: f32, r: f32, from: f32, to: f32| {
        let pts = (0..=16)
            .map(|i| {
                let a = (from + (to - from) * i as f32 / 16.0).to_radians();
                p(cx + r * a.cos(), cy + r * a.sin())
            })
            .collect();
        painter.add(Shape::line(pts, stroke));
    };
    match icon {
        Icon::Slides => {
            closed(&[(2.0, 3.0), (14.0, 3.0), (14.0, 11.0), (2.0, 11.0)]);
            line(&[(8.0, 11.0), (8.0, 13.5)]);
            line(&[(5.0, 13.5), (11.0, 13.5)]);
        }
        Icon::Plus => {
            line(&[(8.0, 3.0), (8.0, 13.0)]);
            line(&[(3.0, 8.0), (13.0, 8.0)]);
        }
        Icon::Minus => line(&[(3.0, 8.0), (13.0, 8.0)]),
        Icon::Fit => {
            line(&[(2.5, 6.0), (2.5, 2.5), (6.0, 2.5)]);
            line(&[(10.0, 2.5), (13.5, 2.5), (13.5, 6.0)]);
            line(&[(13.5, 10.0), (13.5, 13.5), (10.0, 13.5)]);
            line(&[(6.0, 13.5), (2.5, 13.5), (2.5, 10.0)]);
        }
        Icon::Undo => {
            line(&[(5.5, 3.0), (2.5, 6.0), (5.5, 9.0)]);
            line(&[(2.5, 6.0), (9.5, 6.0)]);
            arc(9.5, 9.5, 3.5, -90.0, 90.0);
            line(&[(9.5, 13.0), (6.0, 13.0)]);
        }
        Icon::Redo => {
            line(&[(10.5, 3.0), (13.5, 6.0), (10.5, 9.0)]);
            line(&[(13.5, 6.0), (6.5, 6.0)]);
            arc(6.5, 9.5, 3.5, -90.0, -270.0);
            line(&[(6.5, 13.0), (10.0, 13.0)]);
        }
        Icon::Layers => {
            closed(&[(8.0, 2.0), (14.0, 5.5), (8.0, 9.0), (2.0, 5.5)]);
            line(&[(2.0, 8.5), (8.0, 12.0), (14.0, 8.5)]);
            line(&[(2.0, 11.0), (8.0, 14.5), (14.0, 11.0)]);
        }
        Icon::Legend => {
            for y in [4.0, 8.0, 12.0] {
                painter.circle_stroke(p(4.0, y), 1.6 * s, stroke);
                line(&[(7.5, y), (14.0, y)]);
            }
        }
        Icon::Menu => {
            for y in [4.0, 8.0, 12.0] {
                line(&[(2.5, y), (13.5, y)]);
            }
        }
        Icon::Search => {
            arc(7.0, 7.0, 4.3, 0.0, 360.0);
            line(&[(10.2, 10.2), (13.8, 13.8)]);
        }
        Icon::PanelLeft | Icon::PanelRight => {
            closed(&[(2.0, 3.0), (14.0, 3.0), (14.0, 13.0), (2.0, 13.0)]);
            let x = if icon == Icon::PanelLeft { 6.0 } else { 10.0 };
            line(&[(x, 3.0), (x, 13.0)]);
        }
        Icon::PanelBottom => {
            closed(&[(2.0, 3.0), (14.0, 3.0), (14.0, 13.0), (2.0, 13.0)]);
            line(&[(2.0, 9.5), (14.0, 9.5)]);
        }
        Icon::Play => solid(&[(4.5, 2.5), (13.5, 8.0), (4.5, 13.5)]),
        Icon::Pause => {
            solid(&[(4.0, 3.0), (6.7, 3.0), (6.7, 13.0), (4.0, 13.0)]);
            solid(&[(9.3, 3.0), (12.0, 3.0), (12.0, 13.0), (9.3, 13.0)]);
        }
        Icon::Stop => solid(&[(3.8, 3.8), (12.2, 3.8), (12.2, 12.2), (3.8, 12.2)]),
        Icon::StepBack => {
            solid(&[(11.5, 3.5), (11.5, 12.5), (5.5, 8.0)]);
            line(&[(4.2, 3.5), (4.2, 12.5)]);
        }
        Icon::StepForward => {
            solid(&[(4.5, 3.5), (10.5, 8.0), (4.5, 12.5)]);
            line(&[(11.8, 3.5), (11.8, 12.5)]);
        }
        Icon::Help => {
            arc(8.0, 8.0, 6.0, 0.0, 360.0);
            arc(8.0, 6.6, 1.9, -180.0, 60.0);
            line(&[(8.95, 8.25), (8.0, 9.4)]);
            painter.circle_filled(p(8.0, 11.5), 0.95 * s, color);
        }
        Icon::Close => {
            line(&[(4.0, 4.0), (12.0, 12.0)]);
            line(&[(12.0, 4.0), (4.0, 12.0)]);
        }
        Icon::Warning => {
            closed(&[(8.0, 2.2), (14.2, 13.2), (1.8, 13.2)]);
            line(&[(8.0, 6.2), (8.0, 9.6)]);
            painter.circle_filled(p(8.0, 11.4), 0.9 * s, color);
        }
        Icon::Pin => {
            arc(8.0, 6.5, 4.2, -215.0, 35.0);
            line(&[(4.6, 8.9), (8.0, 14.2), (11.4, 8.9)]);
            painter.circle_filled(p(8.0, 6.4), 1.5 * s, color);
        }
        Icon::Duplicate => {
            closed(&[(5.5, 5.5), (13.5, 5.5), (13.5, 13.5), (5.5, 13.5)]);
            line(&[(10.5, 5.5), (10.5, 2.5), (2.5, 2.5), (2.5, 10.5), (5.5, 10.5)]);
        }
        Icon::Compare => {
            line(&[(8.0, 2.0), (8.0, 14.0)]);
            closed(&[(2.0, 4.0), (5.5, 4.0), (5.5, 12.0), (2.0, 12.0)]);
            closed(&[(10.5, 6.5), (14.0, 6.5), (14.0, 12.0), (10.5, 12.0)]);
        }
        Icon::Delete => {
            line(&[(2.5, 4.5), (13.5, 4.5)]);
            line(&[(4.0, 4.5), (4.8, 13.5), (11.2, 13.5), (12.0, 4.5)]);
            line(&[(6.0, 4.5), (6.0, 2.5), (10.0, 2.5), (10.0, 4.5)]);
        }
        Icon::Offline => {
            line(&[(2.0, 8.0), (8.0, 2.5), (14.0, 8.0)]);
            line(&[(4.0, 7.0), (4.0, 13.5), (12.0, 13.5), (12.0, 7.0)]);
        }
        Icon::Eye | Icon::EyeOff => {
            let lid = |up: f32| {
                let at = |i: i32| {
                    let x = i as f32 / 8.0 - 1.0;
                    p(8.0 + 6.2 * x, 8.0 - up * 4.0 * (1.0 - x * x))
                };
                painter.add(Shape::line((0..=16).map(at).collect(), stroke));
            };
            lid(1.0);
            lid(-1.0);
            painter.circle_stroke(p(8.0, 8.0), 1.9 * s, stroke);
            if icon == Icon::EyeOff {
                line(&[(3.0, 13.4), (13.0, 2.6)]);
            }
        }
        Icon::Up => line(&[(3.8, 10.2), (8.0, 5.8), (12.2, 10.2)]),
        Icon::Down => line(&[(3.8, 5.8), (8.0, 10.2), (12.2, 5.8)]),
        Icon::Online => {
            arc(8.0, 8.0, 6.0, 0.0, 360.0);
            line(&[(2.0, 8.0), (14.0, 8.0)]);
            for side in [-1.0, 1.0] {
                let at = |i: i32| {
                    let a = (i as f32 / 8.0 * 90.0).to_radians();
                    p(8.0 + side * 2.8 * a.cos(), 8.0 + 6.0 * a.sin())
                };
                painter.add(Shape::line((-8..=8).map(at).collect(), stroke));
            }
        }
        Icon::Filter => {
            closed(&[(2.0, 3.0), (14.0, 3.0), (9.6, 8.4), (9.6, 13.2), (6.4, 11.6), (6.4, 8.4)]);
        }
        Icon::Area => {
            let corners = [(3.5, 5.0), (9.5, 2.8), (13.2, 8.6), (8.6, 13.0), (3.2, 11.2)];
            closed(&corners);
            for (x, y) in corners {
                painter.circle_filled(p(x, y), 1.5 * s, color);
            }
        }
        Icon::DrawLine => {
            line(&[(2.8, 12.6), (6.8, 5.4), (10.0, 9.6), (13.4, 3.2)]);
            for (x, y) in [(2.8, 12.6), (13.4, 3.2)] {
                painter.circle_filled(p(x, y), 1.5 * s, color);
            }
        }
        Icon::DrawArrow => {
            closed(&[(2.6, 13.4), (9.0, 5.2), (7.4, 4.0), (13.6, 2.4), (13.2, 8.8), (11.6, 7.4), (2.6, 13.4)]);
        }
        Icon::DrawText => {
            line(&[(3.2, 4.6), (3.2, 3.0), (12.8, 3.0), (12.8, 4.6)]);
            line(&[(8.0, 3.0), (8.0, 13.2)]);
            line(&[(6.0, 13.2), (10.0, 13.2)]);
        }
        Icon::DrawCircle => {
            arc(8.0, 8.0, 5.6, 0.0, 360.0);
            painter.circle_filled(p(8.0, 8.0), 1.2 * s, color);
        }
        Icon::Ruler => {
            closed(&[(1.8, 10.4), (10.4, 1.8), (14.2, 5.6), (5.6, 14.2)]);
            line(&[(5.0, 7.2), (6.6, 8.8)]);
            line(&[(7.6, 4.6), (9.2, 6.2)]);
        }
        Icon::MeasureArea => {
            closed(&[(2.6, 4.0), (12.6, 2.6), (13.4, 11.8), (4.6, 13.4)]);
            line(&[(5.4, 10.2), (10.6, 5.6)]);
            line(&[(5.2, 7.8), (5.4, 10.2), (7.8, 10.2)]);
            line(&[(8.2, 5.6), (10.6, 5.6), (10.8, 8.0)]);
        }
        Icon::Edit => {
            closed(&[(3.0, 13.0), (3.8, 9.8), (11.0, 2.6), (13.4, 5.0), (6.2, 12.2)]);
            line(&[(9.4, 4.2), (11.8, 6.6)]);
        }
        Icon::Chart => {
            line(&[(2.0, 13.5), (14.0, 13.5)]);
            closed(&[(3.2, 8.0), (5.6, 8.0), (5.6, 13.5), (3.2, 13.5)]);
            closed(&[(6.9, 3.0), (9.3, 3.0), (9.3, 13.5), (6.9, 13.5)]);
            closed(&[(10.6, 5.8), (13.0, 5.8), (13.0, 13.5), (10.6, 13.5)]);
        }
        Icon::Theme => {
            arc(8.0, 8.0, 5.5, 0.0, 360.0);
            let half = (0..=16)
                .map(|i| {
                    let a = (90.0 + 180.0 * i as f32 / 16.0).to_radians();
                    p(8.0 + 5.5 * a.cos(), 8.0 + 5.5 * a.sin())
                })
                .collect();
            painter.add(Shape::convex_polygon(half, color, Stroke::NONE));
        }
    }
}

/// A square button with an icon. `name` is its name for screen readers and the first line of its tooltip.
pub fn button(ui: &mut Ui, icon: Icon, name: &str, enabled: bool, c: &Colors) -> Response {
    let (rect, response) =
        ui.allocate_exact_size(Vec2::splat(28.0), if enabled { Sense::click() } else { Sense::hover() });
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    if ui.is_rect_visible(rect) {
        if enabled && (response.hovered() || response.has_focus()) {
            let fill = if response.is_pointer_button_down_on() { c.selected } else { c.raised };
            ui.painter().rect_filled(rect, 6.0, c32(fill));
        }
        if response.has_focus() {
            ui.painter().rect_stroke(rect.shrink(0.5), 6.0, Stroke::new(1.0, c32(c.accent)), egui::StrokeKind::Inside);
        }
        let color = if enabled { c32(c.text) } else { c32(c.text_weak).gamma_multiply(0.55) };
        paint(ui.painter(), icon, rect.center(), 16.0, color);
    }
    response.on_hover_text(name)
}

/// A button with an icon and a word.
pub fn text_button(ui: &mut Ui, icon: Icon, word: &str, name: &str, primary: bool, c: &Colors) -> Response {
    let font = super::style::regular(crate::view::theme::type_size::BODY);
    let ink = c32(if primary { c.on_accent } else { c.text });
    let galley = ui.painter().layout_no_wrap(word.to_owned(), font, ink);
    let size = vec2(galley.size().x + 16.0 + 8.0 * 2.0 + 6.0, 28.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    if ui.is_rect_visible(rect) {
        let hot = response.hovered() || response.has_focus();
        let fill = match (primary, hot) {
            (true, false) => Some(c32(c.accent)),
            (true, true) => Some(c32(c.accent).gamma_multiply(0.88)),
            (false, true) => Some(c32(c.raised)),
            (false, false) => None,
        };
        if let Some(fill) = fill {
            ui.painter().rect_filled(rect, 6.0, fill);
        }
        if response.has_focus() {
            ui.painter().rect_stroke(rect.shrink(0.5), 6.0, Stroke::new(1.5, ink), egui::StrokeKind::Inside);
        }
        paint(ui.painter(), icon, pos2(rect.left() + 16.0, rect.center().y), 14.0, ink);
        let y = rect.center().y - galley.size().y / 2.0;
        ui.painter().galley(pos2(rect.left() + 28.0, y), galley, ink);
    }
    if name == word { response } else { response.on_hover_text(name) }
}
