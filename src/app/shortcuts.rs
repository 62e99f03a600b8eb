//! Keys to actions. The sheet in `panels::help` says the same to the user.

use egui::{Key, KeyboardShortcut, Modifiers};

use super::App;
use crate::model::{Kind, Role};
use crate::panels::sources::grip::with_keyboard;
use crate::panels::timeline::plot_id;
use crate::panels::{Action, State};
use crate::view::playback::Command;

const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

impl App {
    /// The actions of the keys pressed in this frame.
    pub(super) fn shortcuts(&self, ctx: &egui::Context) -> Vec<Action> {
        let mut out = read(
            ctx,
            &self.state,
            self.dialog.is_some() || self.is_importing(),
            self.selected.is_some() || self.state.drawing.selected.is_some(),
        );
        if self.dialog.is_none() && !self.is_importing() {
            timeline(ctx, &self.state, self.playing.playback.is_active(), &mut out);
        }
        out
    }
}

/// The keys of the play and of the timeline. The arrows are the timeline's only while it has the keyboard; Home and End also
/// while a play is under way.
fn timeline(ctx: &egui::Context, state: &State, playing: bool, out: &mut Vec<Action>) {
    let focus = ctx.memory(egui::Memory::focused);
    let here = focus == Some(plot_id());
    let on_point = is_on_point(ctx, state);
    if ctx.text_edit_focused() || egui::Popup::is_any_open(ctx) || state.help || state.about || state.findings {
        return;
    }
    ctx.input_mut(|i| {
        if i.modifiers.command || i.modifiers.alt {
            return;
        }
        let mut play = |command| out.push(Action::Playback(command));
        // Whatever has the keyboard is used with Space.
        if (focus.is_none() || here) && i.key_pressed(Key::Space) {
            play(Command::Toggle);
        }
        let step = |i: &egui::InputState, key| i.modifiers.shift && !on_point && i.key_pressed(key);
        if i.key_pressed(Key::Comma) || step(i, Key::ArrowLeft) {
            play(Command::Step(false));
        }
        if i.key_pressed(Key::Period) || step(i, Key::ArrowRight) {
            play(Command::Step(true));
        }
        if here || playing {
            if i.key_pressed(Key::Home) {
                play(Command::Home);
            }
            if i.key_pressed(Key::End) {
                play(Command::End);
            }
        }
        if playing && i.consume_key(Modifiers::NONE, Key::Escape) {
            play(Command::Stop);
        }
        if i.modifiers.shift_only() && i.key_pressed(Key::F) {
            out.push(Action::FitTimeline);
        } else if !i.modifiers.shift && i.key_pressed(Key::B) {
            out.push(Action::ToggleTimeline);
        }
    });
}

/// Whether a point of a picture that is being tied to the ground has the keyboard: the arrows move it.
fn is_on_point(ctx: &egui::Context, state: &State) -> bool {
    state.maps.tie.as_ref().is_some_and(|tie| with_keyboard(ctx, tie).is_some())
}

/// The actions of the keys pressed in this frame. Keys of text fields are left to them, and a dialog takes all keys.
pub(super) fn read(ctx: &egui::Context, state: &State, dialog: bool, has_selection: bool) -> Vec<Action> {
    let mut out = Vec::new();
    if dialog {
        return out;
    }
    let typing = ctx.text_edit_focused();
    let words_chosen = ctx
        .plugin_opt::<egui::text_selection::LabelSelectionState>()
        .is_some_and(|labels| labels.lock().has_selection());
    // The keys of an open menu are the menu's.
    let menu_open = egui::Popup::is_any_open(ctx);
    let on_timeline = ctx.memory(|m| m.has_focus(plot_id()));
    let on_point = is_on_point(ctx, state);
    ctx.input_mut(|i| {
        // With more modifiers first: the plain shortcut would take the press as well.
        for (modifiers, key, action) in [
            (CTRL_SHIFT, Key::S, Action::SaveAs),
            (CTRL_SHIFT, Key::N, Action::NewProject),
            (CTRL_SHIFT, Key::F, Action::ToggleFilters),
            (CTRL_SHIFT, Key::E, Action::ExportData),
            (CTRL, Key::S, Action::Save),
            (CTRL, Key::O, Action::Open),
            (CTRL, Key::I, Action::Import),
            (CTRL, Key::E, Action::ExportPicture),
            (CTRL, Key::Q, Action::Quit),
            (CTRL, Key::F, Action::FocusSearch),
            (CTRL, Key::M, Action::NewSlide(Role::Map)),
            (Modifiers::NONE, Key::F5, Action::Present(0)),
            (Modifiers::NONE, Key::F1, Action::ToggleHelp),
        ] {
            if i.consume_shortcut(&KeyboardShortcut::new(modifiers, key)) {
                out.push(action);
            }
        }
        if typing {
            return;
        }
        for (modifiers, key, action) in [
            (CTRL_SHIFT, Key::Z, Action::Redo),
            (CTRL, Key::Y, Action::Redo),
            (CTRL, Key::Z, Action::Undo),
            (CTRL, Key::D, Action::DuplicateSelected),
            (CTRL, Key::A, Action::ChooseAll),
        ] {
            if i.consume_shortcut(&KeyboardShortcut::new(modifiers, key)) {
                out.push(action);
            }
        }
        let page = state.help || state.about || state.findings || state.has_page();
        // The system's own key for copying comes as an event; words chosen with the mouse are copied before incidents, and
        // the statistics page copies its table.
        let elsewhere = words_chosen || page || menu_open || state.statistics.open;
        if !elsewhere && i.events.iter().any(|e| matches!(e, egui::Event::Copy)) {
            out.push(Action::CopyIncidents(i.modifiers.shift));
        }
        if menu_open || i.modifiers.command || i.modifiers.alt || page {
            return;
        }
        // The timeline has these keys while it has the keyboard; with Shift the arrows are steps of the play.
        let taken = |key: Key| match key {
            Key::ArrowLeft | Key::ArrowRight | Key::ArrowUp | Key::ArrowDown if on_point => true,
            Key::ArrowLeft | Key::ArrowRight => on_timeline || i.modifiers.shift,
            Key::ArrowUp | Key::ArrowDown | Key::Plus | Key::Equals | Key::Minus => on_timeline,
            Key::F => i.modifiers.shift,
            _ => false,
        };
        let plain = [
            (Key::N, Action::NewIncident(None, Kind::ArmedClash)),
            (Key::D, Action::DrawAgain),
            (Key::F, Action::Fit),
            (Key::G, Action::ToggleLegend),
            (Key::C, Action::ToggleFindings),
            (Key::K, Action::PlayKnown),
            (Key::S, Action::ToggleStatistics),
            (Key::P, Action::ToggleSlides),
            (Key::L, Action::ToggleList),
            (Key::I, Action::ToggleInspector),
            (Key::T, Action::ToggleTheme),
            (Key::Plus, Action::Zoom(1.0)),
            (Key::Equals, Action::Zoom(1.0)),
            (Key::Minus, Action::Zoom(-1.0)),
            (Key::ArrowLeft, Action::Pan([-0.2, 0.0])),
            (Key::ArrowRight, Action::Pan([0.2, 0.0])),
            (Key::ArrowUp, Action::Pan([0.0, -0.2])),
            (Key::ArrowDown, Action::Pan([0.0, 0.2])),
        ];
        // The statistics page lies over the map and the inspector; their keys would work unseen.
        let page = state.statistics.open;
        let unseen = |a: &Action| {
            matches!(a, Action::Fit | Action::Zoom(_) | Action::Pan(_) | Action::ToggleLegend | Action::ToggleInspector)
        };
        let pressed = plain.into_iter().filter(|(key, a)| i.key_pressed(*key) && !taken(*key) && !(page && unseen(a)));
        out.extend(pressed.map(|(_, action)| action));
        if page && i.key_pressed(Key::Escape) {
            out.push(Action::ToggleStatistics);
        }
        if has_selection {
            if i.key_pressed(Key::Delete) && !on_point {
                out.push(Action::DeleteSelected);
            }
            if i.key_pressed(Key::A) {
                out.push(Action::NextClaim);
            }
            if i.key_pressed(Key::Z) {
                out.push(Action::ZoomToSelected);
            }
        }
    });
    out
}
