//! The order of a large project in time, and the sums along it, made on a thread before the first window of time is asked for:
//! else the first step of a play would hold the window up.

use std::sync::mpsc;

use super::App;
use crate::derive::InTime;

/// Seconds of the window's clock for which nothing else must have been worked out: who types a search asks again soon.
const QUIET: f64 = 0.5;

/// An order on its way, or waited with.
#[derive(Default)]
pub(super) struct Ordering {
    coming: Option<mpsc::Receiver<InTime>>,
    /// Of which of the projects that the window has shown and of which of its answers, and since when that is there.
    of: Option<((u64, u64), f64)>,
}

impl App {
    /// Takes over an order that is ready, and starts to make one where it is missing.
    pub(super) fn order_in_time(&mut self, ctx: &egui::Context) {
        let of = (self.projects, self.derived.serial());
        let since = self.ordering.of.filter(|(before, _)| *before == of).map(|(_, since)| since);
        if let Some(coming) = self.ordering.coming.take().filter(|_| since.is_some()) {
            match coming.try_recv() {
                Ok(order) => self.derived.put_in_time(order),
                // One that panicked is not begun again for this answer; the error shows where the order is made at once.
                Err(mpsc::TryRecvError::Empty | mpsc::TryRecvError::Disconnected) => {
                    self.ordering.coming = Some(coming);
                }
            }
            return;
        }
        let is_wanted = self.derived_from.is_some() && self.derived.lacks_order() && !self.is_reckoning();
        if !self.world.threads || !is_wanted {
            return;
        }
        let now = ctx.input(|i| i.time);
        let since = since.unwrap_or(now);
        self.ordering.of = Some((of, since));
        let waits = since + QUIET - now;
        if waits > 0.0 {
            return ctx.request_repaint_after_secs(waits as f32);
        }
        let (sender, coming) = mpsc::channel();
        let (derived, ctx) = (self.derived.clone(), ctx.clone());
        std::thread::spawn(move || {
            // A window that is gone, or goes on from another answer, needs no order.
            let _ = sender.send(derived.in_time());
            ctx.request_repaint();
        });
        self.ordering.coming = Some(coming);
    }
}

#[cfg(test)]
mod tests {
    use egui::{Context, RawInput};

    use super::*;
    use crate::app::jobs::tests::world;
    use crate::derive::{Question, derive};
    use crate::edit::{Command, Edit};
    use crate::model::{Category, Claim, Count, Incident, IncidentId, Kind, Meta, PartyId, Project, Uid, When};

    fn app() -> App {
        let incident = |n: usize| {
            let mut i = Incident::new(Uid::new(&n.to_string()), Kind::Shelling, "");
            i.when = When::parse(&format!("20{:02}-0{}-1{}", n % 20, 1 + n % 9, n % 7)).ok();
            let about = PartyId::new(["armenia", "azerbaijan"][n % 2]);
            i.claims.push(Claim::new("c1", about, Category::Killed, Count::Exactly(u32::try_from(n % 11).unwrap())));
            i
        };
        let project = Project::new(Meta::default(), (0..6000).map(incident), Vec::new());
        let mut app = App::new(project, None, "large", world(true));
        app.refresh();
        app
    }

    /// One pass at a second of the window's clock.
    fn pass(app: &mut App, ctx: &Context, time: f64) {
        let input = RawInput { time: Some(time), ..RawInput::default() };
        ctx.run_ui(input, |ui| app.order_in_time(ui.ctx())).textures_delta.clear();
    }

    fn wait(app: &mut App, ctx: &Context) {
        while app.ordering.coming.is_some() {
            std::thread::yield_now();
            pass(app, ctx, 9.0);
        }
    }

    fn asks(app: &mut App, window: &str) {
        app.question.span = When::parse(window).ok().map(|w| w.span());
        app.refresh();
        let want = derive(app.workspace.project(), &app.question);
        assert_eq!((app.derived.len(), &app.derived.totals), (want.len(), &want.totals));
        assert!(want.len() > 100);
    }

    #[test]
    fn the_order_of_time_is_there_before_the_first_window_is_asked_for() {
        let (mut app, ctx) = (app(), Context::default());
        pass(&mut app, &ctx, 1.0);
        assert!(app.derived.lacks_order() && app.ordering.coming.is_none(), "not while something else may be asked");
        pass(&mut app, &ctx, 1.0 + QUIET);
        assert!(app.ordering.coming.is_some());
        wait(&mut app, &ctx);
        assert!(!app.derived.lacks_order());
        asks(&mut app, "2003/2009");
        asks(&mut app, "2004/2010");
        app.question = Question::default();
        app.refresh();
    }

    #[test]
    fn an_order_that_broke_is_not_begun_again_and_again() {
        let (mut app, ctx) = (app(), Context::default());
        pass(&mut app, &ctx, 1.0);
        app.ordering.coming = Some(mpsc::channel().1);
        for n in 0..3 {
            pass(&mut app, &ctx, 2.0 + f64::from(n));
            let coming = app.ordering.coming.as_ref().map(mpsc::Receiver::try_recv);
            assert!(matches!(coming, Some(Err(mpsc::TryRecvError::Disconnected))), "{n}");
        }
        asks(&mut app, "2003/2009");
    }

    #[test]
    fn an_order_made_before_an_edit_is_not_taken_over() {
        let (mut app, ctx) = (app(), Context::default());
        pass(&mut app, &ctx, 1.0);
        pass(&mut app, &ctx, 2.0);
        let later = When::parse("2004-05-05").unwrap();
        app.workspace.commit(Command::Edit(IncidentId(7), Edit::When(Some(later)))).unwrap();
        app.refresh();
        pass(&mut app, &ctx, 2.1);
        assert!(app.ordering.coming.is_none() && app.derived.lacks_order());
        pass(&mut app, &ctx, 2.2);
        pass(&mut app, &ctx, 2.8);
        wait(&mut app, &ctx);
        assert!(!app.derived.lacks_order());
        asks(&mut app, "2003/2009");
    }
}
