//! Clicks on marks, and the stack that is open on the map: which one, since when, and what closes it.

use egui::{Context, Id, Pos2};

use super::App;
use super::map::MapState;
use crate::model::IncidentId;
use crate::panels::Action;
use crate::picture::{Hit, Spread, Target};

/// Seconds in which a stack opens.
const OPENING: f64 = 0.2;

/// The open stack, by one of its incidents.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenStack {
    anchor: IncidentId,
    since: f64,
}

/// The name under which a mark answers to pointer and keyboard.
pub(super) fn mark_id(ids: &[IncidentId]) -> Id {
    Id::unique(("mark", ids))
}

impl MapState {
    /// What of the open stack is seen now. Asks for another frame while it opens.
    pub(super) fn spread_now(&mut self, ctx: &Context) -> Option<Spread> {
        let OpenStack { anchor, since } = self.spread?;
        let part = if self.reduced_motion { 1.0 } else { ((ctx.input(|i| i.time) - since) / OPENING).clamp(0.0, 1.0) };
        if part < 1.0 {
            ctx.request_repaint();
        }
        // Fast at first, slow at the end.
        Some(Spread { anchor, open: 1.0 - (1.0 - part as f32).powi(3) })
    }
}

impl App {
    /// A click on a mark: the first selects, the second zooms; a stack opens, and its middle then shows the list.
    pub(super) fn mark_clicked(&mut self, ctx: &Context, hit: &Hit, at: Pos2, actions: &mut Vec<Action>) {
        if hit.what.count() > 1 && self.spread(ctx, hit) {
            return;
        }
        if !hit.is_aside {
            self.close_stack();
        }
        match &hit.what {
            Target::Incident(id) if self.selected == Some(*id) => actions.push(Action::ZoomTo(*id)),
            Target::Incident(id) => actions.push(Action::Select(Some(*id))),
            Target::Stack(ids) => {
                let n = u32::try_from(ids.len()).unwrap_or(u32::MAX);
                self.map.open_stack = Some((at, ids.clone(), n));
            }
            Target::Crowd(ids, n) => self.map.open_stack = Some((at, ids.clone(), *n)),
        }
    }

    /// Opens the stack of these incidents, or, where it is open, says that its list is wanted.
    fn spread(&mut self, ctx: &Context, hit: &Hit) -> bool {
        if hit.is_aside {
            return false;
        }
        let ids = hit.what.ids();
        let Some(anchor) = ids.first().copied() else { return true };
        self.map.spread = Some(OpenStack { anchor, since: ctx.input(|i| i.time) });
        self.map.open_stack = None;
        // Who opened it by a key goes on with the keys: to the earliest, which stands at the top.
        if ctx.memory(|m| m.has_focus(mark_id(ids))) {
            let start = |id: &IncidentId| (self.derived.span(*id).map_or(i64::MAX, |s| s.start), *id);
            if let Some(first) = ids.iter().copied().min_by_key(start) {
                ctx.memory_mut(|m| m.request_focus(mark_id(&[first])));
            }
        }
        true
    }

    /// Closes the open stack and its list; `false` if none was open.
    pub(super) fn close_stack(&mut self) -> bool {
        let list = self.map.open_stack.take().is_some();
        list || self.map.spread.take().is_some()
    }

    /// Forgets the open stack where the map shows it no more: it has split, or lies outside.
    pub(super) fn settle_spread(&mut self) {
        let shown = self.picture.iter().any(|(_, p)| p.hits.iter().any(|h| h.is_aside));
        if !shown {
            self.map.spread = None;
        }
    }
}
