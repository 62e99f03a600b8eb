//! The timeline: bars of incidents or of the dead over time, the window of event time as a brush on them, ceasefires and
//! statements in lanes of their own, and the controls of the play.
//!
//! The bars are asked for without the window: they show all that the other filters leave, and the window is drawn over them.
//! They are worked out when data, question, bins or measure change, never while the window is dragged; what is painted is
//! bounded by the pixels of the panel, not by the incidents.
//!
//! | file | topic |
//! |---|---|
//! | `controls`, `known`, `typed` | the row of controls; the slider of the date of knowledge; fields that are typed into |
//! | `plot`, `grips` | where things stand; what pointer and keyboard do to window and axis |
//! | `paint`, `legend`, `card` | bars, axis and lanes; what their colours mean; what is said under the pointer |
//! | `ticks`, `words` | the calendar in two rows; times and amounts in words |

mod card;
mod controls;
mod grips;
mod known;
mod legend;
mod paint;
mod plot;
mod ticks;
mod typed;
pub mod words;

use egui::Ui;

use super::{Action, Look, State};
use crate::derive::{BinWidth, Bins, Histogram, Lanes, Measure, StackBy};
use crate::model::{Category, IncidentId, Moment, Span};
use crate::view::{Playback, TimeAxis};

/// Heights that the panel may have, in points.
pub const HEIGHTS: std::ops::RangeInclusive<f32> = 112.0..=320.0;

/// The key of the plot in egui's memory; it takes the keyboard.
pub fn plot_id() -> egui::Id {
    egui::Id::unique("timeline plot")
}

/// What the timeline shows beside project and question.
#[derive(Clone, Copy, Debug)]
pub struct Bar<'a> {
    /// Lanes of what the question shows.
    pub lanes: &'a Lanes,
    /// Rises when `lanes` or anything else that the bars rest on has changed.
    pub stamp: u64,
    /// The play.
    pub playback: &'a Playback,
    /// Days on which something was published.
    pub published: &'a [Moment],
    /// The selected incident.
    pub selected: Option<IncidentId>,
    /// Whether things move as little as possible.
    pub reduced_motion: bool,
    /// Minutes east of Greenwich of the zone in which times are shown and typed.
    pub zone: i16,
}

/// What the bars were worked out from.
#[derive(Clone, Debug, PartialEq)]
struct BarsKey {
    stamp: u64,
    width: BinWidth,
    zone: i16,
    measure: Measure,
    by: StackBy,
}

/// What the timeline remembers between two frames.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The stretch shown; `None`: all, from the next frame on.
    axis: Option<TimeAxis>,
    measure: Measure,
    by: StackBy,
    bars: Option<(BarsKey, Histogram)>,
    grip: Option<grips::Grip>,
    fields: typed::Fields,
}

impl Default for Timeline {
    fn default() -> Self {
        Self {
            axis: None,
            measure: Measure::Incidents,
            by: StackBy::Kind,
            bars: None,
            grip: None,
            fields: typed::Fields::default(),
        }
    }
}

impl Timeline {
    /// Shows all of it.
    pub fn fit(&mut self) {
        self.axis = None;
    }

    /// The same choices for another project.
    #[must_use]
    pub fn for_another(&self) -> Self {
        Self { measure: self.measure, by: self.by, ..Self::default() }
    }

    /// Turns the page if a second has left the stretch that is shown.
    pub fn follow(&mut self, at: i64) {
        if let Some(axis) = self.axis.filter(|a| !a.shows(at as f64)) {
            self.axis = Some(axis.panned(axis.part_of(at as f64) - 0.05));
        }
    }

    /// Forgets what is being typed as a window: it has been set in another way.
    fn forget_typed(&mut self) {
        self.fields.start = None;
        self.fields.end = None;
    }

    /// Works the bars out for what is shown, if those at hand do not do.
    fn refresh(&mut self, look: Look, bar: &Bar, axis: &TimeAxis, points: f32) {
        /// Points that the narrowest bar is wide.
        const NARROWEST: f64 = 6.0;
        let a_point = axis.width() / f64::from(points.max(1.0));
        let fits = |w: &BinWidth| w.typical_secs() as f64 / a_point >= NARROWEST;
        let width = BinWidth::ALL.into_iter().find(fits).unwrap_or(BinWidth::Century);
        let key = BarsKey { stamp: bar.stamp, width, zone: bar.zone, measure: self.measure, by: self.by };
        let seen = axis.span();
        let do_still = self.bars.as_ref().is_some_and(|(k, h)| {
            let had = h.bins.span();
            *k == key && had.start <= seen.start && had.end >= seen.end
        });
        if !do_still {
            let bins = Bins::covering(axis.wide(), width, bar.zone);
            self.bars = Some((key, look.derived.timeline(look.project, &bins, self.measure, self.by)));
        }
    }
}

/// Whether the dead are counted.
fn counts_dead(measure: Measure) -> bool {
    measure == Measure::People(Category::Killed)
}

/// Draws the timeline.
pub fn ui(ui: &mut Ui, look: Look, state: &mut State, bar: &Bar) -> Vec<Action> {
    let mut actions = Vec::new();
    let timeline = &mut state.timeline;
    ui.spacing_mut().item_spacing.y = 0.0;
    controls::ui(ui, look, timeline, bar, &mut actions);
    known::forget_typed(look, &mut state.as_known, &actions);
    let rect = ui.available_rect_before_wrap();
    ui.advance_cursor_after_rect(rect);
    if rect.height() > 40.0 && rect.width() > 200.0 {
        plot::ui(ui, rect, look, timeline, bar, &mut actions);
    }
    actions
}

/// The question with another window.
fn with_window(look: Look, span: Option<Span>) -> Action {
    Action::Ask(crate::derive::Question { span, ..look.question.clone() })
}
