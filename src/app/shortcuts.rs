//! Keys to actions. The sheet in `panels::help` says the same to the user.

use egui::{Key, KeyboardShortcut, Modifiers};

use crate::model::Kind;
use crate::panels::{Action, State};

const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

/// The actions of the keys pressed in this frame. Keys of text fields are left to them, and a dialog takes all keys.
pub(super) fn read(ctx: &egui::Context, state: &State, dialog: bool, has_selection: bool) -> Vec<Action> {
    let mut out = Vec::new();
    if dialog {
        return out;
    }
    let typing = ctx.text_edit_focused();
    // The keys of an open menu are the menu's.
    let menu_open = egui::Popup::is_any_open(ctx);
    ctx.input_mut(|i| {
        // With more modifiers first: the plain shortcut would take the press as well.
        for (modifiers, key, action) in [
            (CTRL_SHIFT, Key::S, Action::SaveAs),
            (CTRL_SHIFT, Key::N, Action::NewProject),
            (CTRL, Key::S, Action::Save),
            (CTRL, Key::O, Action::Open),
            (CTRL, Key::E, Action::ExportPicture),
            (CTRL, Key::Q, Action::Quit),
            (CTRL, Key::F, Action::FocusSearch),
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
        ] {
            if i.consume_shortcut(&KeyboardShortcut::new(modifiers, key)) {
                out.push(action);
            }
        }
        if menu_open || i.modifiers.command || i.modifiers.alt || state.help || state.about || state.findings {
            return;
        }
        let plain = [
            (Key::N, Action::NewIncident(None, Kind::ArmedClash)),
            (Key::F, Action::Fit),
            (Key::G, Action::ToggleLegend),
            (Key::C, Action::ToggleFindings),
            (Key::K, Action::PlayKnown),
            (Key::S, Action::ToggleStatistics),
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
        let pressed = plain.into_iter().filter(|(key, a)| i.key_pressed(*key) && !(page && unseen(a)));
        out.extend(pressed.map(|(_, action)| action));
        if page && i.key_pressed(Key::Escape) {
            out.push(Action::ToggleStatistics);
        }
        if has_selection {
            if i.key_pressed(Key::Delete) {
                out.push(Action::DeleteSelected);
            }
            if i.key_pressed(Key::Z) {
                out.push(Action::ZoomToSelected);
            }
        }
    });
    out
}
