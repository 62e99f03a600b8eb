//! The menu of what a column can become.

use egui::Ui;

use crate::import::{End, Scheme, Target, Whose};
use crate::model::{Category, Language, Status};
use crate::panels::style::caption;
use crate::view::Colors;

/// One heading of the menu and what stands under it.
type Group = (&'static str, Vec<Target>);

/// Everything, in the order in which people look for it.
pub(super) fn groups() -> Vec<Group> {
    use Target as T;
    let names = Language::ALL.map(|l| T::Place(l.code().into()));
    let toll = |category| T::Toll(Whose::All, Status::Unspecified, category, End::Best);
    vec![
        (
            "What",
            vec![T::Id, T::Title, T::Kind, T::Party, T::Weapon, T::Notes, T::Parent, T::Sensitive, T::Tag("".into())],
        ),
        (
            "When",
            vec![
                T::When,
                T::Start,
                T::End,
                T::Time,
                T::Year,
                T::Month,
                T::Day,
                T::DatePrecision(Scheme::Own),
                T::DatePrecision(Scheme::Ucdp),
                T::DatePrecision(Scheme::Acled),
            ],
        ),
        (
            "Where",
            [T::Latitude, T::Longitude, T::Position, T::Wkt]
                .into_iter()
                .chain(names)
                .chain([
                    T::Radius,
                    T::Precision(Scheme::Own),
                    T::Precision(Scheme::Ucdp),
                    T::Precision(Scheme::Acled),
                    T::Basis,
                ])
                .collect(),
        ),
        ("How many", Category::ALL.iter().map(|c| toll(*c)).collect()),
        (
            "A claim",
            vec![
                T::Figure(End::Best),
                T::Figure(End::Low),
                T::Figure(End::High),
                T::About,
                T::Claimant,
                T::SpeaksFor,
                T::Published,
                T::Quote,
                T::Language,
                T::Grade,
                T::Via,
                T::ClaimNote,
            ],
        ),
        ("The source", vec![T::Outlet, T::SourceTitle, T::SourceDate, T::Link, T::Archived]),
    ]
}

/// Draws the menu. `now` is what the column is taken for.
pub(super) fn menu(ui: &mut Ui, now: Option<&Target>, c: &Colors) -> Option<Target> {
    let mut chosen = None;
    let same = |t: &Target| match (t, now) {
        // Whose figure it is is chosen below the list; the menu shows its sort.
        (Target::Toll(_, _, a, _), Some(Target::Toll(_, _, b, _))) => a == b,
        (Target::Tag(_), Some(Target::Tag(_))) => true,
        (t, Some(now)) => t == now,
        (_, None) => false,
    };
    for (heading, targets) in groups() {
        ui.label(caption(heading, c));
        for target in targets {
            if ui.selectable_label(same(&target), target.label()).clicked() {
                chosen = Some(target);
            }
        }
        ui.add_space(4.0);
    }
    chosen
}
