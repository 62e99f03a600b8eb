//! The claims as a table: when published, who says it, about whom, the figure, and what is to be known of it.

use std::sync::Arc;

use egui::{Color32, FontId, Galley, Stroke, Ui, pos2, vec2};

use super::super::super::icons::{self, Icon};
use super::super::super::style::{bold, c32, regular};
use super::super::super::{Action, Look, State};
use super::super::casualties::party_mark;
use super::{form, in_order, outlet_of, party_name, picking, pin_of};
use crate::model::{Claim, Incident, IncidentId, Resolution, Standing, Status};
use crate::view::theme::{space, type_size};

/// Points within which the whole of a row finds room on two lines.
const WIDE: f32 = 400.0;
const DATE: f32 = 58.0;
const LINE: f32 = 16.5;
const PAD: f32 = 5.0;

/// Where the columns of this table lie.
#[derive(Clone, Copy)]
struct Columns {
    wide: bool,
    /// Widths of speaker and figure; the subject takes what is left of it.
    who: f32,
    figure: f32,
}

/// Draws the table; whether one of its rows has the keyboard.
pub(super) fn ui(
    ui: &mut Ui,
    look: Look,
    state: &mut State,
    id: IncidentId,
    incident: &Incident,
    actions: &mut Vec<Action>,
) -> bool {
    if incident.claims.is_empty() {
        return false;
    }
    let order = in_order(incident);
    let columns = columns(ui, &order);
    header(ui, look, columns);
    let found = look.derived.contradictions_of(look.project, id);
    let clashing: Vec<&str> = found.iter().flat_map(|x| x.claims.iter().map(|c| &**c)).collect();
    let mut has_keyboard = false;
    let mut before = None;
    for claim in order {
        let open = state.open_claim.as_ref() == Some(&claim.id);
        let marks = Marks::of(look, incident, claim, clashing.contains(&&*claim.id));
        let same_day = before == Some(claim.published);
        before = Some(claim.published);
        let response = row(ui, look, columns, claim, &marks, open, same_day);
        has_keyboard |= response.has_focus();
        if response.clicked() {
            match picking(state, id) {
                Some(first) if first != &*claim.id => {
                    state.compare = Some((id, first.into(), Some(claim.id.clone())));
                }
                Some(_) => {}
                None => state.open_claim = (!open).then(|| claim.id.clone()),
            }
        }
        if open {
            let frame = egui::Frame::new().inner_margin(egui::Margin::symmetric(8, 6)).fill(c32(look.colors.raised));
            frame.corner_radius(space::RADIUS).show(ui, |ui| {
                ui.set_width(ui.available_width());
                form::ui(ui, look, state, id, incident, claim, actions);
            });
        }
    }
    has_keyboard
}

fn columns(ui: &Ui, order: &[&Claim]) -> Columns {
    let widest = |c: &&Claim| line(ui, &c.count.to_string(), bold(type_size::BODY), Color32::BLACK, 130.0).size().x;
    let figure = order.iter().map(widest).fold(64.0, f32::max) + 18.0;
    let left = ui.available_width() - DATE - figure - 3.0 * space::S;
    let wide = ui.available_width() >= WIDE;
    let about = if wide { left * 0.44 } else { 0.0 };
    Columns { wide, who: left - about - if wide { space::S } else { 0.0 }, figure }
}

/// One line, cut with an ellipsis where it is too long.
fn line(ui: &Ui, text: &str, font: FontId, color: Color32, width: f32) -> Arc<Galley> {
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap = egui::text::TextWrapping::truncate_at_width(width.max(8.0));
    ui.painter().layout_job(job)
}

fn header(ui: &mut Ui, look: Look, columns: Columns) {
    let c = look.colors;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), egui::Sense::hover());
    let weak = c32(c.text_weak);
    let put = |x: f32, align: egui::Align2, words: &str| {
        ui.painter().text(pos2(x, rect.center().y), align, words, regular(type_size::CAPTION * 0.92), weak);
    };
    let left = rect.left() + PAD;
    let who = left + DATE + space::S;
    put(left, egui::Align2::LEFT_CENTER, "Published");
    put(
        who,
        egui::Align2::LEFT_CENTER,
        if columns.wide { "Who says it, where" } else { "Who says it, about whom, where" },
    );
    if columns.wide {
        put(who + columns.who + space::S, egui::Align2::LEFT_CENTER, "About whom");
    }
    put(rect.right() - PAD, egui::Align2::RIGHT_CENTER, "Figure");
    ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, c32(c.rule)));
}

/// What is to be known of a claim beside its figure.
#[allow(clippy::struct_excessive_bools)] // one independent remark each
struct Marks {
    is_known: bool,
    is_pinned: bool,
    is_contradicted: bool,
    by_other_side: bool,
    /// Under the figure: how it stands.
    state: Option<(&'static str, bool)>,
    grade: String,
}

impl Marks {
    fn of(look: Look, incident: &Incident, claim: &Claim, is_contradicted: bool) -> Self {
        let is_known = look.question.knows(claim);
        let state = match claim.standing {
            Standing::Superseded | Standing::Withdrawn => Some((claim.standing.label(), true)),
            Standing::Current if !is_known => Some(("not yet known", true)),
            Standing::Current if claim.running => Some(("running", false)),
            Standing::Current => None,
        };
        Self {
            is_known,
            is_pinned: pin_of(look.project, incident, &claim.id).is_some(),
            is_contradicted,
            by_other_side: claim.speaks_for.as_ref().is_some_and(|s| *s != claim.about),
            state,
            grade: claim.grade.to_string(),
        }
    }

    /// In words, for screen readers and the tooltip.
    fn words(&self) -> Vec<String> {
        let mut out = Vec::new();
        if !self.is_known {
            out.push("not yet known on the date chosen".into());
        }
        if let Some((state, _)) = self.state.filter(|_| self.is_known) {
            out.push(if state == "running" { "running toll".to_owned() } else { state.to_owned() });
        }
        if self.is_pinned {
            out.push("chosen by hand".into());
        }
        if self.by_other_side {
            out.push("about the other side".into());
        }
        if self.is_contradicted {
            out.push("contradicts another claim".into());
        }
        if !self.grade.is_empty() {
            out.push(format!("grade {}", self.grade));
        }
        out
    }
}

fn what(claim: &Claim) -> String {
    match claim.status {
        Status::Unspecified => claim.category.label().to_owned(),
        status => format!("{}, {}", claim.category.label(), status.label()),
    }
}

/// Day and, below it, year and clock time.
fn dates(claim: &Claim) -> (String, String) {
    let Some(m) = claim.published else { return ("no date".into(), String::new()) };
    let year = m.date().0.to_string();
    if m.resolution() <= Resolution::Year {
        return (m.label(true), String::new());
    }
    let day = m.at_resolution(m.resolution().min(Resolution::Day)).label(false);
    let (hour, minute, _) = m.time();
    let clock = if m.resolution() >= Resolution::Hour { format!(" {hour:02}:{minute:02}") } else { String::new() };
    (day, year + &clock)
}

fn row(
    ui: &mut Ui,
    look: Look,
    columns: Columns,
    claim: &Claim,
    marks: &Marks,
    open: bool,
    same_day: bool,
) -> egui::Response {
    let lines = if columns.wide { 2.0 } else { 3.0 };
    let size = vec2(ui.available_width(), lines * LINE + 2.0 * PAD);
    let (rect, response) = ui.allocate_exact_size(size, egui::Sense::click());
    let about = party_name(&look, &claim.about);
    let who = if claim.claimant.is_empty() { "claimant not stated" } else { &claim.claimant };
    let date = claim.published.map_or_else(|| "not dated".to_owned(), |m| m.label(true));
    let outlet = outlet_of(&look, claim);
    let status =
        if claim.status == Status::Unspecified { String::new() } else { format!("{}, ", claim.status.label()) };
    let mut name =
        format!("Claim: {} {}, {status}{about}, {who}, {date}, in {outlet}", claim.count, claim.category.label());
    for mark in marks.words() {
        name += ", ";
        name += &mark;
    }
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, open, &name));
    if ui.is_rect_visible(rect) {
        paint(ui, look, columns, claim, marks, (rect, &response, open, same_day), [about, who, outlet]);
    }
    let hint = marks.words().join(" · ");
    let quote = if claim.quote.is_empty() { String::new() } else { format!("“{}”", claim.quote) };
    let words: Vec<String> = [format!("{who}, {date}"), outlet.to_owned(), quote, claim.note.to_string(), hint]
        .into_iter()
        .filter(|t| !t.is_empty())
        .collect();
    response.on_hover_text(words.join("\n"))
}

fn paint(
    ui: &Ui,
    look: Look,
    columns: Columns,
    claim: &Claim,
    marks: &Marks,
    (rect, response, open, same_day): (egui::Rect, &egui::Response, bool, bool),
    [about, who, outlet]: [&str; 3],
) {
    let c = look.colors;
    let p = ui.painter();
    if open {
        p.rect_filled(rect, space::RADIUS, c32(c.selected));
    } else if response.hovered() || response.has_focus() {
        p.rect_filled(rect, space::RADIUS, c32(c.raised));
    }
    if response.has_focus() {
        let edge = Stroke::new(1.0, c32(c.accent));
        p.rect_stroke(rect.shrink(0.5), space::RADIUS, edge, egui::StrokeKind::Inside);
    }
    p.hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, c32(c.rule).gamma_multiply(0.6)));
    let weak = c32(c.text_weak);
    // What was not known yet, or does not stand, steps back.
    let counts = marks.is_known && claim.standing == Standing::Current;
    let ink = if counts { c32(c.text) } else { weak };
    let small = || regular(type_size::CAPTION);
    let (left, top, right) = (rect.left() + PAD, rect.top() + PAD, rect.right() - PAD);
    let put = |x: f32, n: f32, text: &str, font: FontId, color: Color32, width: f32| {
        let galley = line(ui, text, font, color, width);
        let y = top + n * LINE + (LINE - galley.size().y) / 2.0;
        ui.painter().galley(pos2(x, y), galley, color);
    };
    // The figure and what stands under it, from the right; the words take what they leave.
    let figure = claim.count.to_string();
    let has = claim.count.is_figure();
    let font = if has { bold(type_size::BODY) } else { regular(type_size::CAPTION) };
    let galley = line(ui, &figure, font, if has { ink } else { weak }, columns.figure);
    let middle = top + LINE / 2.0;
    let mut free = [right - galley.size().x - space::S, right, right];
    p.galley(pos2(right - galley.size().x, middle - galley.size().y / 2.0), galley, ink);
    if claim.standing != Standing::Current {
        p.hline(free[0] + space::S..=right, middle, Stroke::new(1.2, weak));
    }
    for (on, icon, color) in [(marks.is_contradicted, Icon::Warning, c.warning), (marks.is_pinned, Icon::Pin, c.accent)]
    {
        if on {
            icons::paint(p, icon, pos2(free[0] - 2.0, middle), 12.0, c32(color));
            free[0] -= 16.0;
        }
    }
    let state = marks.state.map(|(words, strong)| (words, if strong { c32(c.warning) } else { weak }));
    let grade = Some((marks.grade.as_str(), weak)).filter(|(g, _)| !g.is_empty());
    let under = if state.is_some() { [state, grade] } else { [grade, None] };
    for ((n, slot), words) in free.iter_mut().enumerate().skip(1).zip(under) {
        let Some((words, color)) = words else { continue };
        if n == 2 && columns.wide {
            continue;
        }
        let galley = line(ui, words, small(), color, columns.figure + 10.0);
        let at = pos2(right - galley.size().x, top + LINE * (n as f32 + 0.5) - galley.size().y / 2.0);
        *slot = at.x - space::S;
        p.galley(at, galley, color);
    }
    let (day, year) = dates(claim);
    let day_ink = if same_day || claim.published.is_none() { weak } else { ink };
    put(left, 0.0, &day, regular(type_size::BODY), day_ink, DATE);
    put(left, 1.0, &year, small(), weak, DATE);
    let x = left + DATE + space::S;
    let who_ink = if claim.claimant.is_empty() { weak } else { ink };
    let other = if marks.by_other_side { "of the other side · " } else { "" };
    let read_in = format!("{other}{outlet}");
    if columns.wide {
        put(x, 0.0, who, regular(type_size::BODY), who_ink, columns.who);
        put(x, 1.0, &read_in, small(), weak, columns.who);
        let x = x + columns.who + space::S;
        subject_mark(ui, look, claim, pos2(x, middle));
        put(x + 16.0, 0.0, about, regular(type_size::BODY), ink, free[0] - x - 16.0);
        put(x + 16.0, 1.0, &what(claim), small(), weak, free[1] - x - 16.0);
    } else {
        put(x, 0.0, who, regular(type_size::BODY), who_ink, free[0] - x);
        subject_mark(ui, look, claim, pos2(x, top + LINE * 1.5));
        put(x + 16.0, 1.0, &format!("{about} · {}", what(claim)), small(), ink, free[1] - x - 16.0);
        put(x, 2.0, &read_in, small(), weak, free[2] - x);
    }
}

fn subject_mark(ui: &Ui, look: Look, claim: &Claim, left_center: egui::Pos2) {
    let rect = egui::Rect::from_center_size(left_center + vec2(5.0, 0.0), vec2(10.0, 10.0));
    party_mark(ui, rect, look, &claim.about);
}
