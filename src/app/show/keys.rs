//! The keys of a show: those that remotes send, digits, and what a speaker does with one hand.

use egui::{Event, Key};

use super::Show;

impl Show {
    /// Does what was typed in the window that has the keyboard.
    pub(super) fn typed(&mut self, ctx: &egui::Context, now: f64) {
        let events = ctx.input(|i| i.events.clone());
        for event in events {
            match event {
                Event::Key { key, pressed: true, modifiers, .. } if !modifiers.command && !modifiers.alt => {
                    self.key(key, now);
                }
                Event::PointerMoved(at) if at != self.moved.0 => self.moved = (at, now),
                _ => {}
            }
        }
        // The window cannot be closed by a slip of the hand, but it can be closed.
        if ctx.input(|i| i.viewport().close_requested()) {
            self.ending = true;
        }
    }

    pub(super) fn key(&mut self, key: Key, now: f64) {
        let digit = match key {
            Key::Num0 => Some('0'),
            Key::Num1 => Some('1'),
            Key::Num2 => Some('2'),
            Key::Num3 => Some('3'),
            Key::Num4 => Some('4'),
            Key::Num5 => Some('5'),
            Key::Num6 => Some('6'),
            Key::Num7 => Some('7'),
            Key::Num8 => Some('8'),
            Key::Num9 => Some('9'),
            _ => None,
        };
        if let Some(digit) = digit {
            if self.digits.len() < 4 {
                self.digits.push(digit);
            }
            return;
        }
        let number: Option<usize> = std::mem::take(&mut self.digits).parse().ok();
        match key {
            Key::Enter => match number {
                Some(n) => self.go((n.saturating_sub(1), 0)),
                None => self.step(true),
            },
            Key::PageDown | Key::ArrowRight | Key::ArrowDown | Key::Space => self.step(true),
            Key::PageUp | Key::ArrowLeft | Key::ArrowUp | Key::Backspace => self.step(false),
            Key::Home => self.go((0, 0)),
            Key::End => self.go((self.slides.len().saturating_sub(1), 0)),
            Key::B | Key::Period => self.blank = !self.blank,
            Key::S => self.toggle_play(now),
            Key::L => (self.spotlight, self.pen) = (!self.spotlight, false),
            Key::D => (self.pen, self.spotlight) = (!self.pen, false),
            Key::K => {
                let was_kept = self.kept.remove(&self.at);
                if !was_kept {
                    self.kept.insert(self.at);
                }
            }
            Key::C => {
                self.strokes.remove(&self.at);
                self.kept.remove(&self.at);
            }
            Key::P => self.speaker = !self.speaker,
            Key::Escape => {
                // First what lies over the page goes away.
                if self.pen || self.spotlight {
                    (self.pen, self.spotlight) = (false, false);
                } else {
                    self.ending = true;
                }
            }
            _ => {}
        }
    }

    /// Pauses a play or lets it go on, at its end from the start.
    fn toggle_play(&mut self, now: f64) {
        if self.ready_at(self.at.0).and_then(|r| r.prepared.play_secs()).is_none() {
            return;
        }
        if self.clock.is_some() {
            self.clock = None;
        } else {
            if self.played >= 1.0 {
                self.played = 0.0;
            }
            self.clock = Some(now);
        }
    }
}
