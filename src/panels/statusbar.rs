//! The bar at the bottom: where the pointer is, how figures come about, whether the work is safe.

use egui::Ui;

use super::style::{c32, caption};
use super::{Action, Look, State};
use crate::derive::{Policy, Question};
use crate::edit::typed::{read_moment, show_position};
use crate::model::{LonLat, ZONE_HERE_MINUTES};
use crate::view::theme::type_size;
use crate::view::{Draft, Zone};

/// Height of the bar in points.
pub const HEIGHT: f32 = 26.0;

/// The most incidents of which findings are counted without being asked for.
const LOOKED_THROUGH: usize = 20_000;

/// What the bar shows.
#[derive(Clone, Debug)]
pub struct Bar<'a> {
    /// Position under the pointer, else the middle of the map.
    pub position: LonLat,
    /// The scale, 1 to this.
    pub scale: f64,
    /// What is known of the file: "saved 12:04", "not saved yet".
    pub saved: &'a str,
    /// Whether hosts that were allowed are asked for tiles.
    pub online: bool,
    /// Work going on in the background.
    pub job: Option<Job>,
}

/// Work going on in the background.
#[derive(Clone, Copy, Debug)]
pub struct Job {
    /// "opening …".
    pub what: &'static str,
    /// The part that is done, 0 to 1, where it is known.
    pub part: Option<f32>,
    /// Seconds that it will still take, where that can be said.
    pub left: Option<f64>,
    /// Whether it stops when it is asked to.
    pub can_stop: bool,
}

/// Draws the bar.
pub fn ui(ui: &mut Ui, look: Look, state: &mut State, bar: &Bar) -> Vec<Action> {
    let mut actions = Vec::new();
    let c = look.colors;
    ui.horizontal_centered(|ui| {
        let position = show_position(bar.position, state.format);
        let text = egui::RichText::new(&position).size(type_size::CAPTION).color(c32(c.text));
        let button = egui::Button::new(text).frame(false).min_size(egui::vec2(196.0, 20.0)).right_text("");
        let response = ui.add(button);
        response
            .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Coordinates: {position}")));
        if response
            .on_hover_text("Click for decimal degrees, degrees-minutes-seconds or MGRS; right click to copy")
            .clicked()
        {
            state.format = state.format.next();
        }
        if ui.input(|i| i.pointer.secondary_clicked()) && ui.rect_contains_pointer(ui.min_rect()) {
            actions.push(Action::Copy(position));
        }
        ui.separator();
        ui.label(caption(format!("1:{}", rounded_scale(bar.scale)), c));
        ui.separator();
        question(ui, look, state, &mut actions);
        ui.separator();
        zone(ui, look, &mut actions);
        // Of a large project findings are worked out when somebody looks at them.
        let notes = if look.project.len() <= LOOKED_THROUGH { look.derived.findings(look.project).len() } else { 0 };
        let clashes = look.derived.contradicted();
        if clashes + notes > 0 {
            ui.separator();
            let plural = |n: usize, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
            let words = [(clashes, "contradiction"), (notes, "finding")];
            let words: Vec<String> = words.into_iter().filter(|(n, _)| *n > 0).map(|(n, w)| plural(n, w)).collect();
            let text = egui::RichText::new(words.join(", ")).size(type_size::CAPTION).color(c32(c.warning));
            let hint = "Contradictions and findings (C)";
            if ui.add(egui::Button::new(text).frame(false)).on_hover_text(hint).clicked() {
                actions.push(Action::ToggleFindings);
            }
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.label(caption(bar.saved, c));
            ui.separator();
            network(ui, look, bar.online, &mut actions);
            if look.project.meta().keeps_log {
                ui.separator();
                let text = egui::RichText::new("log").size(type_size::CAPTION).color(c32(c.text_weak));
                let response = ui.add(egui::Button::new(text).frame(false));
                response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "A log of edits is kept"));
                let hint = "Each step is noted in the project: your name, the time, what was changed. Click to see it.";
                if response.on_hover_text(hint).clicked() {
                    actions.push(Action::ToggleLog);
                }
            }
            if let Some(job) = bar.job {
                ui.separator();
                working(ui, look, job, &mut actions);
            }
        });
    });
    actions
}

/// Whether anything goes to the network, and the switch for it.
fn network(ui: &mut Ui, look: Look, online: bool, actions: &mut Vec<Action>) {
    use super::icons::{self, Icon};
    let c = look.colors;
    let (icon, word, name, hint) = if online {
        let hint = "Tiles of this project are asked for at the hosts that you allowed, and nothing else. Click to switch the \
                    network off.";
        (Icon::Online, "online", "Network: on", hint)
    } else {
        let hint = "Nothing goes to the network. Click to let the map sources of this project ask the hosts that you allow; \
                    a server learns this computer's address and which part of the map is looked at.";
        (Icon::Offline, "offline", "Network: off", hint)
    };
    let ink = c32(if online { c.accent } else { c.text_weak });
    // The icon is painted into the space before the word.
    let text = egui::RichText::new(format!("      {word}")).size(type_size::CAPTION).color(ink);
    let response = ui.add(egui::Button::new(text).frame(false).min_size(egui::vec2(0.0, 20.0)));
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Switch, true, online, name));
    let at = response.rect.left_center() + egui::vec2(8.0, 0.0);
    icons::paint(ui.painter(), icon, at, 12.0, ink);
    if response.on_hover_text(hint).clicked() {
        actions.push(super::sources::Asked::Online(!online).into());
    }
}

/// What goes on in the background: its name, a bar, the time left and a way to stop it. Laid out from the right.
fn working(ui: &mut Ui, look: Look, job: Job, actions: &mut Vec<Action>) {
    let c = look.colors;
    if job.can_stop {
        let text = egui::RichText::new("Stop").size(type_size::CAPTION).color(c32(c.accent));
        let response = ui.add(egui::Button::new(text).frame(false));
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Stop {}", job.what)));
        if response.clicked() {
            actions.push(Action::StopJob);
        }
    }
    if let Some(left) = job.left {
        ui.label(caption(time_left(left), c));
    }
    if let Some(part) = job.part {
        let (rect, response) = ui.allocate_exact_size(egui::vec2(84.0, 4.0), egui::Sense::hover());
        let percent = (part * 100.0).round();
        response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::Role::ProgressIndicator, true, format!("{percent} % done"))
        });
        ui.painter().rect_filled(rect, 2.0, c32(c.rule));
        let done = egui::Rect::from_min_size(rect.min, egui::vec2(rect.width() * part, rect.height()));
        ui.painter().rect_filled(done, 2.0, c32(c.accent));
    }
    ui.label(caption(job.what, c));
}

/// Seconds as one says them.
fn time_left(seconds: f64) -> String {
    match seconds.ceil() as u64 {
        0 | 1 => "1 s left".into(),
        s @ 2..=99 => format!("{s} s left"),
        s => format!("{} min left", s.div_ceil(60)),
    }
}

/// How figures come about, and a menu to change it.
fn question(ui: &mut Ui, look: Look, state: &mut State, actions: &mut Vec<Action>) {
    let c = look.colors;
    let mut words = look.question.figures_sentence();
    if look.derived.hidden > 0 {
        words += &format!(" · {} hidden", look.derived.hidden);
    }
    let text = egui::RichText::new(&words).size(type_size::CAPTION).color(c32(c.text));
    let button = egui::Button::new(text).frame(false);
    let config =
        egui::containers::menu::MenuConfig::new().close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
    let (response, _) = egui::containers::menu::MenuButton::from_button(button).config(config).ui(ui, |ui| {
        ui.set_min_width(300.0);
        ui.label(caption("Figures by", c));
        for policy in Policy::PLAIN {
            if ui.radio(look.question.policy == policy, policy.label()).clicked() {
                actions.push(Action::Ask(Question { policy, ..look.question.clone() }));
            }
        }
        let sources = &look.project.meta().sources;
        if !sources.is_empty() {
            ui.menu_button("One source", |ui| {
                egui::ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                    for source in sources {
                        let policy = Policy::Source(source.id.clone());
                        let date = source.published.map(|m| format!(", {}", look.zone.moment(m))).unwrap_or_default();
                        if ui.radio(look.question.policy == policy, format!("{}{date}", source.outlet)).clicked() {
                            actions.push(Action::Ask(Question { policy, ..look.question.clone() }));
                        }
                    }
                });
            });
        }
        ui.separator();
        as_known(ui, look, state, actions);
    });
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Button, true, format!("How figures come about: {words}"))
    });
    response.on_hover_text("How claims become figures, and as known on which day");
}

/// The date of knowledge: only what was published by then counts.
fn as_known(ui: &mut Ui, look: Look, state: &mut State, actions: &mut Vec<Action>) {
    let c = look.colors;
    ui.label(caption("As known on", c));
    let shown = look.question.as_known.map(|m| m.to_string()).unwrap_or_default();
    let mut text = state.as_known.as_ref().map_or(shown, |d| d.text.clone());
    let mut asked = None;
    ui.horizontal(|ui| {
        let hint = "today, or a date: 2022-09-13";
        let margin = egui::Margin::symmetric(crate::view::theme::space::S as i8, 5);
        let edit = egui::TextEdit::singleline(&mut text).margin(margin);
        let response = ui.add(edit.hint_text(hint).desired_width(200.0));
        let value = text.clone();
        response.widget_info(|| {
            let mut info = egui::WidgetInfo::text_edit(true, value.clone(), value.clone(), "");
            info.label = Some("As known on".into());
            info
        });
        if response.changed() {
            state.as_known = Some(Draft::new(text.clone()));
        }
        if ui.button("Today").clicked() {
            asked = Some(String::new());
        } else if response.lost_focus() && state.as_known.is_some() {
            asked = Some(text.clone());
        }
    });
    if let Some(draft) = &state.as_known {
        // Menus justify what is in them; running text is not to be.
        ui.with_layout(egui::Layout::top_down(egui::Align::Min), |ui| {
            ui.set_max_width(300.0);
            if let Some(chosen) = super::field::refused(ui, draft, "As known on", c) {
                asked = Some(chosen);
            }
        });
    }
    if let Some(text) = asked {
        let read = match text.trim() {
            "" => Ok(None),
            t => read_moment(t, Some(ZONE_HERE_MINUTES), look.today).map(Some),
        };
        match read {
            Ok(as_known) => {
                state.as_known = None;
                actions.push(Action::Ask(Question { as_known, ..look.question.clone() }));
            }
            Err(refused) => {
                let mut draft = Draft::new(text);
                draft.refuse(super::inspector::dates::refusal(refused));
                state.as_known = Some(draft);
            }
        }
    }
    if ui.button("Play how it became known (K)").clicked() {
        actions.push(Action::PlayKnown);
        ui.close();
    }
}

/// The zone of clock times, and a menu to change it.
fn zone(ui: &mut Ui, look: Look, actions: &mut Vec<Action>) {
    let c = look.colors;
    let words = match look.zone {
        Zone::Stated => "times as stated".to_owned(),
        zone => format!("times in {}", zone.short()),
    };
    let text = egui::RichText::new(&words).size(type_size::CAPTION).color(c32(c.text));
    let button = egui::Button::new(text).frame(false);
    let (response, _) = egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
        ui.set_min_width(220.0);
        ui.label(caption("Clock times and days in", c));
        for zone in Zone::ALL {
            if ui.radio(look.zone == zone, zone.label()).clicked() {
                actions.push(Action::SetZone(zone));
                ui.close();
            }
        }
        ui.add(egui::Label::new(caption("The inspector shows a time as it was stated beside it.", c)).wrap());
    });
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Time zone: {words}")));
    response.on_hover_text("The zone in which clock times are shown");
}

/// A scale to two significant digits, digits grouped by thin spaces: `410 000`.
pub fn rounded_scale(scale: f64) -> String {
    let magnitude = 10f64.powf(scale.max(1.0).log10().floor() - 1.0);
    let rounded = ((scale / magnitude).round() * magnitude).round() as u64;
    let digits = rounded.to_string();
    let mut out = String::new();
    for (i, d) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(d);
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_time_left_is_never_nothing_and_never_too_short() {
        let said: Vec<String> = [0.0, 1.2, 99.0, 99.1, 121.0].map(super::time_left).into();
        assert_eq!(said, ["1 s left", "2 s left", "99 s left", "2 min left", "3 min left"]);
    }

    #[test]
    fn a_scale_is_rounded_to_what_one_can_read() {
        assert_eq!(super::rounded_scale(412_345.0), "410\u{202f}000");
        assert_eq!(super::rounded_scale(2_951_000.0), "3\u{202f}000\u{202f}000");
    }
}
