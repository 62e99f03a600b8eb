//! The row of controls above the bars: the play, the window as typed, what is counted, the date of knowledge.

use egui::{Align, Layout, Role, Ui, WidgetInfo, containers::menu::MenuButton, vec2};

use super::typed::{Field, field};
use super::words::{self, Wrong};
use super::{Bar, Timeline, counts_dead, known, with_window};
use crate::derive::{Measure, StackBy};
use crate::model::Category;
use crate::panels::icons::{self, Icon};
use crate::panels::style::{c32, caption};
use crate::panels::{Action, Look};
use crate::view::playback::{Command, Mode, SPEEDS, Step, length_label, parse_length};
use crate::view::theme::{space, type_size};

/// Height of the row in points.
const HEIGHT: f32 = 31.0;

/// Draws the row.
pub(super) fn ui(ui: &mut Ui, look: Look, timeline: &mut Timeline, bar: &Bar, actions: &mut Vec<Action>) {
    let width = ui.available_width();
    ui.allocate_ui_with_layout(vec2(width, HEIGHT), Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_height(HEIGHT);
        ui.spacing_mut().item_spacing.x = 2.0;
        transport(ui, look, bar, actions);
        menus(ui, look, timeline, bar, actions);
        ui.add_space(space::M);
        if bar.playback.is_active() {
            head(ui, look, timeline, bar, actions);
        } else {
            window(ui, look, timeline, bar, actions, width);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            if icons::button(ui, Icon::PanelBottom, "Hide timeline (B)", true, look.colors).clicked() {
                actions.push(Action::ToggleTimeline);
            }
            if icons::button(ui, Icon::Fit, "All of the timeline (Shift+F)", true, look.colors).clicked() {
                timeline.fit();
            }
            ui.add_space(space::S);
            measures(ui, look, timeline);
            if ui.available_width() > 170.0 {
                ui.add_space(space::M);
                known::ui(ui, look, bar, actions);
            }
        });
    });
}

fn transport(ui: &mut Ui, look: Look, bar: &Bar, actions: &mut Vec<Action>) {
    let c = look.colors;
    let mut ask = |command| actions.push(Action::Playback(command));
    let can = bar.lanes.whole.is_some();
    let (icon, name) =
        if bar.playback.is_playing() { (Icon::Pause, "Pause (Space)") } else { (Icon::Play, "Play (Space)") };
    if icons::button(ui, icon, name, can, c).clicked() {
        ask(Command::Toggle);
    }
    if icons::button(ui, Icon::Stop, "End the play (Esc)", bar.playback.is_active(), c).clicked() {
        ask(Command::Stop);
    }
    let step = bar.playback.step().label();
    if icons::button(ui, Icon::StepBack, &format!("One {step} back (,)"), can, c).clicked() {
        ask(Command::Step(false));
    }
    if icons::button(ui, Icon::StepForward, &format!("One {step} on (.)"), can, c).clicked() {
        ask(Command::Step(true));
    }
}

/// A button that opens a menu and names what is chosen.
fn menu(ui: &mut Ui, look: Look, word: &str, name: &str, content: impl FnOnce(&mut Ui)) {
    let text = egui::RichText::new(word).size(type_size::CAPTION).color(c32(look.colors.text));
    let config =
        egui::containers::menu::MenuConfig::new().close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
    let button = egui::Button::new(text).frame_when_inactive(false);
    let (response, _) = MenuButton::from_button(button).config(config).ui(ui, content);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    response.on_hover_text(name);
}

fn menus(ui: &mut Ui, look: Look, timeline: &mut Timeline, bar: &Bar, actions: &mut Vec<Action>) {
    let c = look.colors;
    let play = bar.playback;
    let speed = length_label(play.speed());
    menu(ui, look, &format!("{speed}/s"), &format!("Speed: {speed} a second"), |ui| {
        ui.set_min_width(180.0);
        ui.label(caption("Event time that passes in a second", c));
        for secs in SPEEDS {
            if ui.radio(play.speed() == secs, length_label(secs)).clicked() {
                actions.push(Action::Playback(Command::Speed(secs)));
            }
        }
        let what = Field { name: "Speed, typed", hint: "such as 2 days", shown: &speed, width: 140.0 };
        if let Some(secs) = field(ui, &mut timeline.fields.speed, what, c, length_of) {
            actions.push(Action::Playback(Command::Speed(secs)));
        }
    });
    let mode = play.mode();
    menu(ui, look, mode.label(), &format!("What is played: {}", mode.label()), |ui| {
        ui.set_min_width(230.0);
        ui.label(caption("Shown of the time before the head", c));
        for m in Mode::ALL {
            if ui.radio(mode == m, m.label()).clicked() {
                actions.push(Action::Playback(Command::Mode(m)));
            }
        }
        if mode != Mode::Cumulative {
            ui.horizontal(|ui| {
                ui.label(caption("of", c));
                let shown = length_label(play.length() as f64);
                let what =
                    Field { name: "Length of window or trail", hint: "such as 1 week", shown: &shown, width: 140.0 };
                if let Some(secs) = field(ui, &mut timeline.fields.length, what, c, length_of) {
                    actions.push(Action::Playback(Command::Length(secs as i64)));
                }
            });
        }
        ui.separator();
        ui.label(caption("One step (, and .)", c));
        ui.horizontal_wrapped(|ui| {
            for s in Step::ALL {
                if ui.radio(play.step() == s, s.label()).clicked() {
                    actions.push(Action::Playback(Command::Steps(s)));
                }
            }
        });
        ui.separator();
        let mut looping = play.is_looping();
        if ui.checkbox(&mut looping, "Begin again at the end").changed() {
            actions.push(Action::Playback(Command::Loop(looping)));
        }
        let mut still = bar.reduced_motion;
        if ui.checkbox(&mut still, "Reduce motion").on_hover_text("No rings, no flights of the map").changed() {
            actions.push(Action::ReduceMotion(still));
        }
    });
}

fn length_of(text: &str) -> Result<f64, Wrong> {
    parse_length(text).map_err(|what| Wrong { what, readings: Vec::new() })
}

/// The play head, typed, and how far the play is.
fn head(ui: &mut Ui, look: Look, timeline: &mut Timeline, bar: &Bar, actions: &mut Vec<Action>) {
    let c = look.colors;
    let Some(at) = bar.playback.head() else { return };
    ui.label(caption("Head", c));
    ui.add_space(space::XS);
    // A day that is over is shown whole: its name says that, the clock would only flicker.
    let shown = words::end_field(at + 1, bar.zone);
    let what = Field { name: "Play head", hint: "a date", shown: &shown, width: 140.0 };
    if let Some(to) =
        field(ui, &mut timeline.fields.head, what, c, |t| words::typed_span(t, bar.zone).map(|s| s.end - 1))
    {
        actions.push(Action::Playback(Command::Seek(to)));
    }
    ui.add_space(space::S);
    if let Some(range) = bar.playback.range() {
        let words = format!("of {} · {}", words::stretch(range, bar.zone), words::zone_name(bar.zone));
        ui.add(egui::Label::new(caption(words, c)).truncate());
    }
}

/// The window of event time as two typed ends, its length and its zone.
fn window(ui: &mut Ui, look: Look, timeline: &mut Timeline, bar: &Bar, actions: &mut Vec<Action>, width: f32) {
    let c = look.colors;
    let span = look.question.span;
    let (from, to) = span
        .map_or_else(Default::default, |s| (words::start_field(s.start, bar.zone), words::end_field(s.end, bar.zone)));
    let wide = if width > 1200.0 { 112.0 } else { 92.0 };
    if width > 1000.0 {
        ui.label(caption("Window", c));
        ui.add_space(space::XS);
    }
    // The other end as it is being typed: both are left one after the other.
    let typed = |draft: &Option<super::typed::Draft>, now: &str| {
        draft.as_ref().map_or_else(|| now.to_owned(), |d| d.text.clone())
    };
    let (typed_from, typed_to) = (typed(&timeline.fields.start, &from), typed(&timeline.fields.end, &to));
    let what = Field { name: "Window from", hint: "first day", shown: &from, width: wide };
    let start = field(ui, &mut timeline.fields.start, what, c, |t| words::typed_window(t, &typed_to, bar.zone, false));
    ui.label(caption(" – ", c));
    let what = Field { name: "Window to", hint: "last day", shown: &to, width: wide };
    let end = field(ui, &mut timeline.fields.end, what, c, |t| words::typed_window(&typed_from, t, bar.zone, true));
    if let Some(window) = start.or(end) {
        actions.push(with_window(look, window));
    }
    ui.add_space(space::XS);
    if let Some(span) = span {
        if icons::button(ui, Icon::Close, "Show all of time (Esc)", true, c).clicked() {
            timeline.forget_typed();
            actions.push(with_window(look, None));
        }
        let words = format!("{} · {}", words::length(span, bar.zone), words::zone_name(bar.zone));
        let room = ui.available_width() - 430.0;
        if room > 60.0 {
            ui.allocate_ui(vec2(room.min(190.0), HEIGHT), |ui| ui.add(egui::Label::new(caption(words, c)).truncate()));
        }
    } else if ui.available_width() > 640.0 {
        ui.label(caption("drag on the bars, or type", c));
    }
}

/// What is counted, and by what the bars are divided.
fn measures(ui: &mut Ui, look: Look, timeline: &mut Timeline) {
    let dead = counts_dead(timeline.measure);
    let by_kind = timeline.by == StackBy::Kind;
    // From right to left.
    if let Some(n) =
        segments(ui, look, [("Party", "Divide by party"), ("Kind", "Divide by kind")], usize::from(by_kind))
    {
        timeline.by = if n == 1 { StackBy::Kind } else { StackBy::Party };
    }
    ui.add_space(space::S);
    if let Some(n) =
        segments(ui, look, [("Incidents", "Count incidents"), ("Dead", "Count the dead")], usize::from(dead))
    {
        timeline.measure = if n == 1 { Measure::People(Category::Killed) } else { Measure::Incidents };
    }
}

/// Two choices side by side; the one that was taken.
fn segments(ui: &mut Ui, look: Look, choices: [(&str, &str); 2], now: usize) -> Option<usize> {
    let c = look.colors;
    let font = crate::panels::style::regular(type_size::CAPTION);
    let galleys = choices.map(|(word, _)| ui.painter().layout_no_wrap(word.to_owned(), font.clone(), c32(c.text)));
    let widths = galleys.each_ref().map(|g| g.size().x + 2.0 * space::S);
    let (rect, _) = ui.allocate_exact_size(vec2(widths.iter().sum(), 24.0), egui::Sense::hover());
    ui.painter().rect_filled(rect, space::RADIUS, c32(c.raised));
    let mut taken = None;
    let mut left = rect.left();
    for (n, ((_, name), galley)) in choices.into_iter().zip(galleys).enumerate() {
        let width = widths.get(n).copied().unwrap_or_default();
        let part = egui::Rect::from_min_size(egui::pos2(left, rect.top()), vec2(width, rect.height()));
        left += width;
        let response = ui.interact(part, egui::Id::unique(("timeline", name)), egui::Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, n == now, name));
        if n == now {
            ui.painter().rect_filled(part.shrink(1.0), space::RADIUS - 1.0, c32(c.selected));
        }
        if response.has_focus() {
            let edge = egui::Stroke::new(1.0, c32(c.accent));
            ui.painter().rect_stroke(part.shrink(0.5), space::RADIUS, edge, egui::StrokeKind::Inside);
        }
        let ink = if n == now || response.hovered() { c.text } else { c.text_weak };
        let at = part.center() - galley.size() / 2.0;
        ui.painter().galley_with_override_text_color(at, galley, c32(ink));
        if response.clicked() {
            taken = Some(n);
        }
    }
    taken
}
