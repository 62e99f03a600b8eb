//! The theme as egui takes it: fonts, colours, sizes. The numbers come from [`crate::view::theme`] and nowhere else.

use egui::{Color32, CornerRadius, FontFamily, FontId, Margin, Stroke, TextStyle, Vec2};

use crate::model::grouped;
use crate::view::theme::{Colors, Rgb, Theme, space, type_size};

/// An opaque colour.
pub fn c32(Rgb(r, g, b): Rgb) -> Color32 {
    Color32::from_rgb(r, g, b)
}

/// The bold cut.
pub fn bold(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name("bold".into()))
}

/// The upright cut.
pub fn regular(size: f32) -> FontId {
    FontId::new(size, FontFamily::Proportional)
}

/// How many of something, digits grouped as on the map.
pub fn number(n: usize) -> String {
    grouped(u32::try_from(n).unwrap_or(u32::MAX))
}

/// Puts a theme on the window.
pub fn apply(ctx: &egui::Context, theme: Theme) {
    let c = theme.colors();
    let egui_theme = if c.is_dark { egui::Theme::Dark } else { egui::Theme::Light };
    ctx.set_theme(egui_theme);
    ctx.all_styles_mut(|style| {
        style.text_styles = [
            (TextStyle::Small, regular(type_size::CAPTION)),
            (TextStyle::Body, regular(type_size::BODY)),
            (TextStyle::Button, regular(type_size::BODY)),
            (TextStyle::Monospace, regular(type_size::BODY)),
            (TextStyle::Heading, bold(type_size::TITLE)),
        ]
        .into();
        let s = &mut style.spacing;
        s.item_spacing = Vec2::new(space::S, space::XS);
        s.button_padding = Vec2::new(space::S, space::XS);
        s.interact_size = Vec2::new(28.0, 28.0);
        s.menu_margin = Margin::same(space::S as i8);
        s.window_margin = Margin::same(space::L as i8);
        s.combo_width = 96.0;
        s.tooltip_width = 320.0;
        s.icon_width = 16.0;
        s.icon_width_inner = 10.0;
        s.scroll.floating = true;
        style.animation_time = 0.15;
        style.interaction.tooltip_delay = 0.4;
        visuals(&mut style.visuals, c);
    });
}

fn visuals(v: &mut egui::Visuals, c: &Colors) {
    *v = if c.is_dark { egui::Visuals::dark() } else { egui::Visuals::light() };
    let radius = CornerRadius::same(space::RADIUS as u8);
    let rule = Stroke::new(1.0, c32(c.rule));
    v.override_text_color = None;
    v.weak_text_color = Some(c32(c.text_weak));
    v.panel_fill = c32(c.panel);
    v.window_fill = c32(c.panel);
    v.window_stroke = rule;
    v.window_corner_radius = radius;
    v.menu_corner_radius = radius;
    v.extreme_bg_color = c32(c.raised);
    v.text_edit_bg_color = Some(c32(c.raised));
    v.faint_bg_color = c32(c.raised);
    v.code_bg_color = c32(c.raised);
    v.hyperlink_color = c32(c.accent);
    v.error_fg_color = c32(c.error);
    v.warn_fg_color = c32(c.warning);
    v.selection.bg_fill = c32(c.accent).gamma_multiply(if c.is_dark { 0.45 } else { 0.25 });
    v.selection.stroke = Stroke::new(1.0, c32(c.accent));
    let shade = |blur, alpha| egui::Shadow { offset: [0, 2], blur, spread: 0, color: Color32::from_black_alpha(alpha) };
    v.window_shadow = shade(16, if c.is_dark { 120 } else { 40 });
    v.popup_shadow = shade(8, if c.is_dark { 100 } else { 30 });
    v.striped = false;
    v.indent_has_left_vline = false;
    let w = &mut v.widgets;
    for (state, fill, text, stroke) in [
        (&mut w.noninteractive, c.panel, c.text, rule),
        (&mut w.inactive, c.raised, c.text, Stroke::new(1.0, c32(c.rule))),
        (&mut w.hovered, c.selected, c.text, Stroke::new(1.0, c32(c.text_weak))),
        (&mut w.active, c.selected, c.text, Stroke::new(1.0, c32(c.accent))),
        (&mut w.open, c.selected, c.text, Stroke::new(1.0, c32(c.rule))),
    ] {
        state.weak_bg_fill = c32(fill);
        state.bg_stroke = stroke;
        state.fg_stroke = Stroke::new(1.0, c32(text));
        state.corner_radius = radius;
        // Boxes and rings of switches; buttons take `weak_bg_fill`.
        state.bg_fill = c32(c.switch);
        state.expansion = 0.0;
    }
}

/// A line of weak, small text.
pub fn caption(text: impl Into<String>, c: &Colors) -> egui::RichText {
    egui::RichText::new(text).size(type_size::CAPTION).color(c32(c.text_weak))
}

/// The heading of a section: small, bold, with a rule to the edge of the panel.
pub fn section(ui: &mut egui::Ui, text: &str, c: &Colors) -> egui::Response {
    ui.add_space(space::M);
    let response = ui
        .horizontal(|ui| {
            let label = ui.label(egui::RichText::new(text).font(bold(type_size::BODY)).color(c32(c.text)));
            let rect = ui.available_rect_before_wrap();
            let y = label.rect.center().y;
            ui.painter().hline(rect.x_range(), y, Stroke::new(1.0, c32(c.rule)));
            label
        })
        .inner;
    ui.add_space(space::XS);
    response
}
