//! Playback: event time that passes on the screen. A state machine; the clock is an argument.
//!
//! The play head is the last second shown. What is shown of the time before it depends on the mode; the answer is a window of
//! event time that everything else follows, and the one that was there before comes back when the play is stopped.

use super::time_axis::ALL_TIME;
use crate::model::Span;

/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// A frame that took longer than this, in seconds, did not happen before anyone's eyes: no time passes for it.
const LONGEST_FRAME_SECS: f64 = 0.5;

/// Seconds for which the end stays before a loop begins again.
const HOLD_SECS: f64 = 1.2;

/// Seconds that a play takes at the speed that is proposed.
const USUAL_SECS: f64 = 36.0;

/// Units of event time, from long to short: seconds, one, several.
const UNITS: [(f64, &str, &str); 6] = [
    (31_556_952.0, "year", "years"),
    (2_629_746.0, "month", "months"),
    (7.0 * DAY, "week", "weeks"),
    (DAY, "day", "days"),
    (3_600.0, "hour", "hours"),
    (60.0, "minute", "minutes"),
];

/// What is shown of the time before the play head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// All of it.
    #[default]
    Cumulative,
    /// A window of a length that moves along.
    Window,
    /// The same, with what is older drawn paler.
    Trail,
}

impl Mode {
    /// All, as menus list them.
    pub const ALL: [Self; 3] = [Self::Cumulative, Self::Window, Self::Trail];

    /// The English words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Cumulative => "All up to the head",
            Self::Window => "Moving window",
            Self::Trail => "Fading trail",
        }
    }
}

/// How far one step goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Step {
    /// To the beginning of the next or last incident.
    #[default]
    Incident,
    /// A day.
    Day,
    /// A week.
    Week,
    /// A month.
    Month,
}

impl Step {
    /// All, as menus list them.
    pub const ALL: [Self; 4] = [Self::Incident, Self::Day, Self::Week, Self::Month];

    /// The English word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }
}

/// What is asked of the play.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    /// Play, or pause where it is.
    Toggle,
    /// End the play and show what was shown before it.
    Stop,
    /// One step forward or, if false, back.
    Step(bool),
    /// To the start.
    Home,
    /// To the end.
    End,
    /// To a second.
    Seek(i64),
    /// How event time passes, seconds a second; above 0.
    Speed(f64),
    /// What is shown of the time before the head.
    Mode(Mode),
    /// How far a step goes.
    Steps(Step),
    /// Length of the moving window and of the trail, seconds.
    Length(i64),
    /// Whether to begin again at the end.
    Loop(bool),
}

/// A play under way.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Run {
    range: Span,
    /// Whether the range was chosen by a window; what lies before it is then not shown.
    chosen: bool,
    head: f64,
    /// The clock when the head was there; `None`: paused.
    clock: Option<f64>,
    /// Until when the end is held, in a loop.
    hold: Option<f64>,
    /// The window that was there before.
    before: Option<Span>,
}

/// How event time passes, and where it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Playback {
    mode: Mode,
    step: Step,
    looping: bool,
    speed: Option<f64>,
    length: Option<i64>,
    run: Option<Run>,
}

impl Playback {
    /// Makes a play of `range` ready, paused at its start. `window` is the window of event time that is set now: it bounds what
    /// is played, or it is what moves in [`Mode::Window`]. Without effect if a play is under way.
    pub fn begin(&mut self, range: Span, window: Option<Span>) {
        if self.run.is_some() {
            return;
        }
        let mut chosen = false;
        let mut played = range;
        if let Some(w) = window {
            if self.mode == Mode::Window {
                self.length = Some((w.end - w.start).max(1));
            } else if w.overlaps(range) {
                // Open ends reach as far as there is something to play.
                played = Span { start: w.start.max(range.start), end: w.end.min(range.end) };
                chosen = true;
            }
        }
        self.run =
            Some(Run { range: played, chosen, head: played.start as f64, clock: None, hold: None, before: window });
    }

    /// Ends the play; the window that was there before it. `None` if there was no play.
    pub fn stop(&mut self) -> Option<Option<Span>> {
        self.run.take().map(|run| run.before)
    }

    /// Plays on from where the head is, at the end from the start again; or pauses.
    pub fn toggle(&mut self, now: f64) {
        if let Some(run) = &mut self.run {
            run.clock = if run.clock.is_some() { None } else { Some(now) };
            run.hold = None;
            if run.clock.is_some() && run.head >= last(run.range) {
                run.head = run.range.start as f64;
            }
        }
    }

    /// Pauses.
    pub fn pause(&mut self) {
        if let Some(run) = &mut self.run {
            run.clock = None;
        }
    }

    /// Puts the head on a second within what is played.
    pub fn seek(&mut self, at: i64) {
        if let Some(run) = &mut self.run {
            run.head = (at as f64).clamp(run.range.start as f64, last(run.range));
            run.hold = None;
        }
    }

    /// Puts the head on the start or on the end.
    pub fn jump(&mut self, to_end: bool) {
        if let Some(run) = self.run {
            self.seek(if to_end { run.range.end } else { run.range.start });
        }
    }

    /// Lets time pass up to `now`, seconds of the window's clock. Whether the head has moved.
    pub fn advance(&mut self, now: f64) -> bool {
        let (looping, speed) = (self.looping, self.speed());
        let Some(run) = &mut self.run else { return false };
        let Some(clock) = run.clock else { return false };
        run.clock = Some(now);
        if let Some(until) = run.hold {
            if now < until {
                return false;
            }
            run.hold = None;
            run.head = run.range.start as f64;
            return true;
        }
        let before = run.head;
        run.head = (before + (now - clock).clamp(0.0, LONGEST_FRAME_SECS) * speed).min(last(run.range));
        if run.head >= last(run.range) {
            if looping {
                run.hold = Some(now + HOLD_SECS);
            } else {
                run.clock = None;
            }
        }
        run.head != before
    }

    /// Whether a play is under way, running or paused.
    pub fn is_active(&self) -> bool {
        self.run.is_some()
    }

    /// Whether time passes.
    pub fn is_playing(&self) -> bool {
        self.run.is_some_and(|r| r.clock.is_some())
    }

    /// The last second shown.
    pub fn head(&self) -> Option<i64> {
        self.run.map(|r| r.head.floor() as i64)
    }

    /// What is played.
    pub fn range(&self) -> Option<Span> {
        self.run.map(|r| r.range)
    }

    /// The window of event time that is shown; `None` without a play.
    pub fn shown(&self) -> Option<Span> {
        let run = self.run?;
        let end = run.head.floor() as i64 + 1;
        let start = match self.mode {
            Mode::Window | Mode::Trail => end - self.length(),
            Mode::Cumulative if run.chosen => run.range.start,
            Mode::Cumulative => ALL_TIME.start,
        };
        Some(Span { start: start.min(end - 1), end })
    }

    /// The head and the seconds within which incidents pale, where they do.
    pub fn fade(&self) -> Option<(i64, i64)> {
        self.head().filter(|_| self.mode == Mode::Trail).map(|head| (head, self.length()))
    }

    /// What is shown of the time before the head.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Changes what is shown of the time before the head.
    pub fn set_mode(&mut self, mode: Mode) {
        self.mode = mode;
    }

    /// How far a step goes.
    pub fn step(&self) -> Step {
        self.step
    }

    /// Changes how far a step goes.
    pub fn set_step(&mut self, step: Step) {
        self.step = step;
    }

    /// Whether it begins again at the end.
    pub fn is_looping(&self) -> bool {
        self.looping
    }

    /// Changes whether it begins again at the end.
    pub fn set_looping(&mut self, looping: bool) {
        self.looping = looping;
    }

    /// How event time passes, seconds a second.
    pub fn speed(&self) -> f64 {
        self.speed.unwrap_or(DAY)
    }

    /// Changes how event time passes; what is no speed is left out.
    pub fn set_speed(&mut self, speed: f64) {
        if speed.is_finite() && speed > 0.0 {
            self.speed = Some(speed.clamp(1.0, 1e11));
        }
    }

    /// Length of the moving window and of the trail, seconds.
    pub fn length(&self) -> i64 {
        // Five seconds on the screen, if nobody has chosen.
        self.length.unwrap_or((self.speed() * 5.0) as i64).max(1)
    }

    /// Changes the length of the moving window and of the trail.
    pub fn set_length(&mut self, secs: i64) {
        self.length = Some(secs.clamp(1, 1 << 40));
    }

    /// Chooses a speed at which `range` plays in about half a minute, unless one was chosen already.
    pub fn propose(&mut self, range: Span) {
        if self.speed.is_none() {
            let wanted = (range.end - range.start).max(1) as f64 / USUAL_SECS;
            let nearest = SPEEDS.into_iter().min_by(|a, b| {
                let far = |s: &f64| (s / wanted).ln().abs();
                far(a).total_cmp(&far(b))
            });
            self.speed = nearest;
        }
    }

    /// Forgets speed, length and play: another project is open.
    pub fn reset(&mut self) {
        *self = Self { mode: self.mode, step: self.step, looping: self.looping, ..Self::default() };
    }
}

/// The last second of a stretch.
fn last(range: Span) -> f64 {
    (range.end - 1).max(range.start) as f64
}

/// The speeds that menus offer, in seconds of event time a second.
pub const SPEEDS: [f64; 9] = [
    3_600.0,
    6.0 * 3_600.0,
    DAY,
    3.0 * DAY,
    7.0 * DAY,
    2_629_746.0,
    3.0 * 2_629_746.0,
    31_556_952.0,
    10.0 * 31_556_952.0,
];

/// A length of time in the longest unit in which it is at least one: `6 hours`, `1 day`, `1.5 weeks`.
pub fn length_label(secs: f64) -> String {
    let (unit, one, several) =
        UNITS.into_iter().find(|(unit, ..)| secs >= *unit * 0.999).unwrap_or((1.0, "second", "seconds"));
    let n = (secs / unit * 100.0).round() / 100.0;
    format!("{n} {}", if n == 1.0 { one } else { several })
}

/// Reads `2 days`, `12 h`, `1.5 weeks`, `week`, `1 d/s` as seconds.
///
/// # Errors
/// Which forms are read.
pub fn parse_length(text: &str) -> Result<f64, String> {
    let wrong =
        || format!("“{}” is not a length of time; use 12 hours, 1 day, 2 weeks, 3 months or 1 year", text.trim());
    let t = text.trim().trim_end_matches("/s").trim_end_matches("per second").trim().to_lowercase().replace(',', ".");
    let cut = t.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(t.len());
    let (number, unit) = t.split_at(cut);
    let number: f64 = if number.is_empty() { 1.0 } else { number.parse().map_err(|_| wrong())? };
    let unit = unit.trim();
    // `m` alone may be a minute or a month: neither is taken.
    let by = UNITS.into_iter().find(|(_, one, several)| {
        unit == *one || unit == *several || (unit.len() == 1 && unit != "m" && one.starts_with(unit)) || {
            matches!(
                (unit, *one),
                ("min", "minute") | ("mon", "month") | ("wk", "week") | ("yr", "year") | ("hr", "hour")
            )
        }
    });
    let (secs, ..) = by.ok_or_else(wrong)?;
    let length = number * secs;
    if length.is_finite() && (1.0..=1e11).contains(&length) { Ok(length) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANGE: Span = Span { start: 0, end: 864_000 };

    fn playing(mode: Mode, window: Option<Span>) -> Playback {
        let mut p = Playback::default();
        p.set_mode(mode);
        p.set_speed(DAY);
        p.begin(RANGE, window);
        p.toggle(0.0);
        p
    }

    fn run(p: &mut Playback, from: f64, to: f64) {
        let mut now = from;
        while now < to {
            now += 0.1;
            p.advance(now);
        }
    }

    #[test]
    fn event_time_passes_at_the_speed_that_was_chosen() {
        let mut p = playing(Mode::Cumulative, None);
        run(&mut p, 0.0, 2.95);
        let days = p.head().unwrap() as f64 / DAY;
        assert!((days - 3.0).abs() < 0.05, "{days}");
        assert!(p.is_playing());
        p.toggle(3.0);
        run(&mut p, 3.0, 9.0);
        assert!(!p.is_playing() && (p.head().unwrap() as f64 / DAY - 3.0).abs() < 0.05, "paused it stands");
    }

    #[test]
    fn it_stops_at_the_end_and_plays_again_from_the_start() {
        let mut p = playing(Mode::Cumulative, None);
        run(&mut p, 0.0, 12.0);
        assert!(!p.is_playing() && p.head() == Some(RANGE.end - 1));
        p.toggle(12.0);
        assert_eq!((p.is_playing(), p.head()), (true, Some(0)));
    }

    #[test]
    fn a_loop_holds_its_end_and_begins_again() {
        let mut p = playing(Mode::Cumulative, None);
        p.set_looping(true);
        run(&mut p, 0.0, 10.5);
        assert!(p.is_playing() && p.head() == Some(RANGE.end - 1));
        run(&mut p, 10.5, 12.0);
        assert!(p.head().unwrap() < 3 * 86_400);
    }

    #[test]
    fn what_is_shown_depends_on_the_mode() {
        let mut p = playing(Mode::Cumulative, None);
        p.seek(500_000);
        assert_eq!(p.shown(), Some(Span { start: ALL_TIME.start, end: 500_001 }));
        assert_eq!(p.fade(), None);
        p.set_length(86_400);
        p.set_mode(Mode::Window);
        assert_eq!(p.shown(), Some(Span { start: 500_001 - 86_400, end: 500_001 }));
        p.set_mode(Mode::Trail);
        assert_eq!(p.fade(), Some((500_000, 86_400)));
    }

    #[test]
    fn a_window_bounds_the_play_or_moves_itself_and_comes_back_after_it() {
        let window = Span { start: 86_400, end: 172_800 };
        let mut p = playing(Mode::Cumulative, Some(window));
        assert_eq!(p.range(), Some(window));
        p.jump(true);
        assert_eq!(p.shown(), Some(window), "the last second is shown, the first one too");
        assert_eq!(p.stop(), Some(Some(window)));
        assert!(!p.is_active() && p.stop().is_none());
        let p = playing(Mode::Window, Some(window));
        assert_eq!((p.range(), p.length()), (Some(RANGE), 86_400));
    }

    #[test]
    fn a_long_frame_skips_nothing() {
        let mut p = playing(Mode::Cumulative, None);
        p.advance(600.0);
        assert!(p.head().unwrap() <= 43_200);
    }

    #[test]
    fn a_speed_is_proposed_that_plays_in_about_half_a_minute() {
        let secs = |range: Span| {
            let mut p = Playback::default();
            p.propose(range);
            (range.end - range.start) as f64 / p.speed()
        };
        for length in [86_400, 10 * 86_400, 400 * 86_400, 36 * 31_556_952] {
            let s = secs(Span { start: 0, end: length });
            assert!((10.0..100.0).contains(&s), "{length}: {s}");
        }
    }

    #[test]
    fn lengths_are_read_and_shown_in_words() {
        for (text, secs, label) in [
            ("1 day", DAY, "1 day"),
            ("12 h", 43_200.0, "12 hours"),
            ("1.5 weeks", 10.5 * DAY, "1.5 weeks"),
            ("1,5 weeks", 10.5 * DAY, "1.5 weeks"),
            ("2 d/s", 2.0 * DAY, "2 days"),
            ("month", 2_629_746.0, "1 month"),
            ("10 years", 315_569_520.0, "10 years"),
            ("30 min", 1800.0, "30 minutes"),
        ] {
            assert_eq!(parse_length(text), Ok(secs), "{text}");
            assert_eq!(length_label(secs), label);
            assert_eq!(parse_length(label), Ok(secs));
        }
        for bad in ["", "fast", "5", "3 m", "0 days", "-1 day", "1e99 years", "1.2.3 days"] {
            assert!(parse_length(bad).is_err(), "{bad}");
        }
    }
}
