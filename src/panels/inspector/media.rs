//! The files attached to an incident: what they are called, what they show, and whether they are still what they were.

use egui::{Label, RichText, Ui};

use super::super::field::{Look as FieldLook, row};
use super::super::icons::{self, Icon};
use super::super::style::{c32, caption, section};
use super::super::{Action, Look, State};
use super::field;
use crate::edit::{Command, Edit};
use crate::model::{Incident, IncidentId, MediaState};
use crate::view::theme::{space, type_size};
use crate::view::{Colors, Field};

/// The section of the inspector.
pub(super) fn ui(
    ui: &mut Ui,
    look: Look,
    state: &mut State,
    id: IncidentId,
    incident: &Incident,
    actions: &mut Vec<Action>,
) {
    let c = look.colors;
    section(ui, &format!("Media ({})", incident.media.len()), c);
    for (n, file) in incident.media.iter().enumerate() {
        let known = state.media.get(file).copied();
        ui.horizontal(|ui| {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Min), |ui| {
                if icons::button(ui, Icon::Close, &numbered("Remove attached file", n), true, c).clicked() {
                    actions.push(Action::Edit(Command::Edit(id, Edit::Detach(file.clone()))));
                }
                ui.with_layout(egui::Layout::top_down(egui::Align::Min), |ui| {
                    let name = incident.media_name(file);
                    // A hash is long, and its beginning tells it from others.
                    let short = || format!("{}…", file.chars().take(12).collect::<String>());
                    let shown = if name.is_empty() { short() } else { name.to_owned() };
                    ui.add(Label::new(RichText::new(shown).color(c32(c.text))).wrap()).on_hover_text(&**file);
                    ui.add(Label::new(said(known, c)).wrap());
                });
            });
        });
        let at = Field::Caption(file.clone());
        let label = numbered("Caption", n);
        let how = FieldLook::line(&label, "what it shows, who took it, when");
        field(ui, look, &mut state.drafts, (id, incident, &at), how, actions);
        ui.add_space(space::XS);
    }
    row(ui, "", c, |ui| {
        let word = "Attach files …";
        let hint =
            "Copies files into the project's media folder; pictures and documents can also be dropped on the window";
        if icons::text_button(ui, Icon::Plus, word, word, false, c).on_hover_text(hint).clicked() {
            actions.push(Action::Attach(id));
        }
    });
}

/// Names of controls of several files differ, for screen readers.
fn numbered(label: &str, n: usize) -> String {
    if n == 0 { label.to_owned() } else { format!("{label} {}", n + 1) }
}

/// The line under the name.
fn said(known: Option<MediaState>, c: &Colors) -> RichText {
    let mark = |words: &str, color| RichText::new(words).size(type_size::CAPTION).color(c32(color));
    match known {
        None => caption("not looked at yet", c),
        Some(MediaState::Whole(len)) => caption(format!("{} · as it was attached", size(len)), c),
        Some(MediaState::Missing) => mark("missing in the media folder", c.warning),
        Some(MediaState::Altered) => mark("holds something else than when it was attached", c.error),
        Some(MediaState::Unreadable) => mark("cannot be verified and is not read", c.warning),
    }
}

/// A length in bytes as people read it.
fn size(len: u64) -> String {
    match len {
        0..1_000 => format!("{len} B"),
        1_000..1_000_000 => format!("{:.0} kB", len as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", len as f64 / 1e6),
        _ => format!("{:.2} GB", len as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_said_in_three_digits_or_so() {
        let said: Vec<String> = [999, 1_500, 2_340_000, 1_230_000_000].map(size).into();
        assert_eq!(said, ["999 B", "2 kB", "2.3 MB", "1.23 GB"]);
    }
}
