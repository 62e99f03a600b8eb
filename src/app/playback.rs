//! Drives the play of event time: the window's clock to the play head, the head to the window of the question, and what is seen
//! of it on the map: the date, large, and a ring where an incident begins.

use egui::{Align2, Area, Id, Order, Rect, Ui, pos2};

use super::App;
use super::fresh::minutes;
use super::reckoning::{Ready, without_window};
use crate::derive::{BinWidth, Lanes, Question, publication_days};
use crate::edit::Revisions;
use crate::model::{IncidentId, Moment, Resolution, Span};
use crate::panels::style::{bold, c32, caption};
use crate::panels::timeline::words;
use crate::panels::{self, Action, Look};
use crate::view::playback::{Command, Mode, Playback, Step};
use crate::view::theme::{space, type_size};

/// Seconds that a ring lasts.
const RING_SECS: f64 = 0.55;
/// More incidents than this that begin in the same frame get no rings: there would be no telling them apart.
const MOST_RINGS: usize = 48;
/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// The play, and what of the project it needs.
#[derive(Debug, Default)]
pub(super) struct PlayState {
    pub(super) playback: Playback,
    pub(super) lanes: Lanes,
    pub(super) published: Vec<Moment>,
    /// What a thread has worked out for the answer that comes next.
    pub(super) ready: Option<Ready>,
    /// What `lanes` were worked out from.
    from: Option<(Revisions, Question)>,
    /// Rises with every new `lanes`.
    pub(super) stamp: u64,
    /// Incidents that have begun just now, and when that was seen.
    rings: Vec<(IncidentId, f64)>,
}

impl PlayState {
    /// Another project is shown: what was worked out from the one before says nothing of it.
    pub(super) fn forget(&mut self) {
        (self.from, self.rings) = (None, Vec::new());
    }
}

impl App {
    /// Minutes east of Greenwich of the zone in which times are shown and typed.
    pub(super) fn zone(&self) -> i16 {
        minutes(self.zone)
    }

    /// Works the lanes out anew if the data or the question without its window have changed. What tells the sets of two windows
    /// apart, for the window that is asked for.
    pub(super) fn refresh_lanes(
        &mut self,
        relevant: Revisions,
        question: &Question,
        touched: &[IncidentId],
    ) -> Option<(usize, usize)> {
        let asked = without_window(question);
        let ready = self.playing.ready.take().filter(|ready| touched.is_empty() && ready.question == asked);
        let key = (relevant, asked);
        if self.playing.from.as_ref() != Some(&key) {
            let project = self.workspace.project();
            let same_claims = self.playing.from.as_ref().is_some_and(|(r, _)| *r == relevant);
            let (lanes, published) = ready.map_or((None, None), |ready| (Some(ready.lanes), ready.published));
            if !same_claims {
                let days = || publication_days(project, &self.derived, touched, self.zone());
                self.playing.published = published.unwrap_or_else(days);
            }
            let made = || Lanes::new(project, &self.derived, touched, &key.1);
            let before = std::mem::replace(&mut self.playing.lanes, lanes.unwrap_or_else(made));
            self.let_go(before);
            self.playing.from = Some(key);
            self.playing.stamp += 1;
            if let Some(whole) = self.playing.lanes.whole {
                self.playing.playback.propose(whole);
            }
        }
        question.span.map(|window| self.playing.lanes.set_in(window))
    }

    /// Lets event time pass.
    pub(super) fn advance_playback(&mut self, ctx: &egui::Context) {
        let now = ctx.input(|i| i.time);
        let before = self.playing.playback.head();
        if self.playing.playback.advance(now) {
            self.show_head(before, now);
        }
        self.playing.rings.retain(|(_, born)| now - born < RING_SECS);
        if self.playing.playback.is_playing() || !self.playing.rings.is_empty() {
            ctx.request_repaint();
        }
    }

    /// The window of the question follows the play head, and what has begun since `before` announces itself.
    fn show_head(&mut self, before: Option<i64>, now: f64) {
        let Some(shown) = self.playing.playback.shown() else { return };
        self.question.span = Some(shown);
        let head = shown.end - 1;
        self.state.timeline.follow(head);
        let reduced = self.settings.reduced_motion == Some(true);
        if let Some(before) = before.filter(|b| *b < head && !reduced) {
            let begun = self.playing.lanes.begin_between(before, head);
            if begun.len() <= MOST_RINGS {
                self.playing.rings.extend(begun.iter().map(|id| (*id, now)));
            }
        }
    }

    /// Does what is asked of the play.
    pub(super) fn play(&mut self, ctx: &egui::Context, command: Command) {
        let now = ctx.input(|i| i.time);
        let playback = &mut self.playing.playback;
        match command {
            Command::Speed(speed) => playback.set_speed(speed),
            Command::Mode(mode) => playback.set_mode(mode),
            Command::Steps(step) => playback.set_step(step),
            Command::Length(secs) => playback.set_length(secs),
            Command::Loop(looping) => playback.set_looping(looping),
            Command::Stop => {
                if let Some(window) = playback.stop() {
                    self.question.span = window;
                }
                return;
            }
            Command::Toggle | Command::Step(_) | Command::Home | Command::End | Command::Seek(_) => {
                return self.move_head(ctx, command, now);
            }
        }
        if self.playing.playback.is_active() {
            self.show_head(None, now);
        }
    }

    fn move_head(&mut self, ctx: &egui::Context, command: Command, now: f64) {
        let Some(whole) = self.playing.lanes.whole else {
            return self.notices.say("No incident that is shown has a date yet");
        };
        // One play at a time.
        self.play = None;
        let zone = self.zone();
        // From midnight to midnight: the first and the last day are played whole.
        let whole =
            Span { start: BinWidth::Day.floor(whole.start, zone), end: BinWidth::Day.next(whole.end - 1, zone) };
        let PlayState { playback, lanes, .. } = &mut self.playing;
        let was_active = playback.is_active();
        playback.begin(whole, self.question.span);
        let before = playback.head();
        match command {
            Command::Toggle => {
                playback.toggle(now);
                // The first second is shown before the first frame of the play has passed.
                if !was_active {
                    let announced = playback.range().map(|r| r.start - 1);
                    return self.show_head(announced, now);
                }
            }
            Command::Step(forward) => {
                playback.pause();
                if was_active
                    && let Some(head) = before
                    && let Some(to) = step_from(head, forward, playback.step(), lanes, zone)
                {
                    playback.seek(to);
                }
            }
            Command::Home | Command::End => {
                playback.pause();
                playback.jump(command == Command::End);
            }
            Command::Seek(at) => {
                playback.pause();
                playback.seek(at);
            }
            _ => {}
        }
        // Only what is stepped to announces itself: a drag or a jump would set the whole map ringing.
        let announced = before.filter(|_| matches!(command, Command::Step(true)));
        self.show_head(announced, now);
        ctx.request_repaint();
    }

    /// The panel below the map.
    pub(super) fn timeline_ui(&mut self, ui: &mut Ui) -> Vec<Action> {
        let colors = self.theme.colors();
        let margin = egui::Margin { left: 8, right: 8, top: 0, bottom: 2 };
        let shown = egui::Panel::bottom("timeline")
            .resizable(true)
            .default_size(self.settings.panels.bottom)
            .size_range(panels::timeline::HEIGHTS)
            .frame(egui::Frame::new().fill(c32(colors.panel)).inner_margin(margin))
            .show(ui, |ui| {
                let look = Look {
                    project: self.workspace.project(),
                    derived: &self.derived,
                    question: &self.question,
                    colors,
                    labels: self.labels,
                    zone: self.zone,
                    today: self.today(),
                };
                let bar = panels::timeline::Bar {
                    lanes: &self.playing.lanes,
                    stamp: self.playing.stamp,
                    playback: &self.playing.playback,
                    published: &self.playing.published,
                    selected: self.selected,
                    reduced_motion: self.settings.reduced_motion == Some(true),
                    zone: self.zone(),
                };
                panels::timeline::ui(ui, look, &mut self.state, &bar)
            });
        self.settings.panels.bottom = shown.response.rect.height();
        shown.inner
    }

    /// What is seen of the play on the map.
    pub(super) fn play_overlay(&self, ui: &Ui, rect: Rect) {
        let c = self.theme.colors();
        let now = ui.input(|i| i.time);
        let painter = ui.painter().with_clip_rect(rect);
        let picture = self.picture.as_ref().map(|(_, p)| &**p);
        for (id, born) in &self.playing.rings {
            let Some(at) = self.map.mark_of(picture, *id) else { continue };
            let part = ((now - born) / RING_SECS).clamp(0.0, 1.0) as f32;
            let eased = 1.0 - (1.0 - part).powi(3);
            let stroke =
                |color: crate::view::Rgb, width: f32| egui::Stroke::new(width, c32(color).gamma_multiply(1.0 - eased));
            let radius = 9.0 + 20.0 * eased;
            painter.circle_stroke(at, radius, stroke(c.rim, 4.0));
            painter.circle_stroke(at, radius, stroke(c.ring, 2.0));
        }
        if let (Some(head), Some(shown)) = (self.playing.playback.head(), self.question.span) {
            self.date(ui, rect, head, shown);
        }
    }

    /// The date of the play head, large, above the map.
    fn date(&self, ui: &Ui, rect: Rect, head: i64, shown: Span) {
        let c = self.theme.colors();
        let playback = &self.playing.playback;
        let zone = self.zone();
        let area = Area::new(Id::unique("date of the play"))
            .fixed_pos(pos2(rect.center().x, rect.top() + space::M + self.strip_height()))
            .pivot(Align2::CENTER_TOP)
            .interactable(false)
            .order(Order::Middle);
        area.show(ui.ctx(), |ui| {
            let frame = egui::Frame::new()
                .fill(c32(c.panel))
                .stroke(egui::Stroke::new(1.0, c32(c.rule)))
                .corner_radius(space::RADIUS)
                .inner_margin(egui::Margin::symmetric(space::L as i8, space::S as i8));
            frame.show(ui, |ui| {
                ui.set_width(248.0);
                ui.spacing_mut().item_spacing.y = 0.0;
                let text = head_label(head, playback, zone);
                ui.vertical_centered(|ui| {
                    ui.label(egui::RichText::new(text).font(bold(type_size::PAGE)).color(c32(c.text)));
                    let n = self.playing.lanes.count_in(shown);
                    let incidents = if n == 1 { "1 incident".to_owned() } else { format!("{n} incidents") };
                    let length = crate::view::playback::length_label(playback.length() as f64);
                    let what = match playback.mode() {
                        Mode::Cumulative => format!("{incidents} so far"),
                        Mode::Window => format!("{incidents} within {length}"),
                        Mode::Trail => format!("{incidents}, paling over {length}"),
                    };
                    ui.label(caption(format!("{what} · {}", words::zone_name(zone)), c));
                });
            });
        });
    }
}

/// The date of the head as finely as it can be read at the speed of the play; paused, to the day, or to the minute where the
/// head stands within a day.
fn head_label(head: i64, playback: &Playback, zone: i16) -> String {
    let a_second = if playback.is_playing() { playback.speed() } else { 0.0 };
    let ends_day = BinWidth::Day.next(head, zone) == head + 1;
    let resolution = match a_second {
        s if s > 400.0 * DAY => Resolution::Year,
        s if s > 12.0 * DAY => Resolution::Month,
        s if s > 0.4 * DAY => Resolution::Day,
        s if s > 0.0 => Resolution::Hour,
        _ if ends_day => Resolution::Day,
        _ => Resolution::Minute,
    };
    Moment::from_unix(head, zone, resolution).label(true)
}

/// Where a step goes from a head; `None` if there is nothing further. Days, weeks and months are shown whole: the head goes to
/// their last second.
fn step_from(head: i64, forward: bool, step: Step, lanes: &Lanes, zone: i16) -> Option<i64> {
    let width = match step {
        Step::Incident => return lanes.neighbour(head, forward),
        Step::Day => BinWidth::Day,
        Step::Week => BinWidth::Week,
        Step::Month => BinWidth::Month,
    };
    Some(if forward { width.next(head + 1, zone) - 1 } else { width.floor(head, zone) - 1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::When;

    fn second(text: &str) -> i64 {
        When::parse(text).unwrap().span().start
    }

    #[test]
    fn a_step_shows_the_next_day_week_or_month_whole() {
        let lanes = Lanes::default();
        let check = |step, from: &str, forward, want: &str| {
            assert_eq!(step_from(second(from), forward, step, &lanes, 240), Some(second(want) - 1), "{from} {step:?}");
        };
        check(Step::Day, "2022-09-13T09:00+04:00", true, "2022-09-14");
        check(Step::Day, "2022-09-13T23:59:59+04:00", true, "2022-09-15");
        check(Step::Day, "2022-09-13T09:00+04:00", false, "2022-09-13");
        check(Step::Week, "2022-09-13T09:00+04:00", true, "2022-09-19");
        check(Step::Month, "2020-01-31T23:59:59+04:00", true, "2020-03-01");
        assert_eq!(step_from(0, true, Step::Incident, &lanes, 240), None);
    }

    #[test]
    fn the_date_is_as_fine_as_it_can_be_read() {
        let mut p = Playback::default();
        let head = second("2022-09-14") - 1;
        assert_eq!(head_label(head, &p, 240), "13 Sep 2022");
        assert_eq!(head_label(head - 3600 + 1, &p, 240), "13 Sep 2022, 23:00");
        p.begin(Span { start: head, end: head + 100_000_000 }, None);
        p.toggle(0.0);
        for (speed, want) in
            [(3600.0, "13 Sep 2022, 23 h"), (DAY, "13 Sep 2022"), (30.0 * DAY, "Sep 2022"), (1e8, "2022")]
        {
            p.set_speed(speed);
            assert_eq!(head_label(head, &p, 240), want);
        }
    }
}
