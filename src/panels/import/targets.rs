//! The menu of what a column can become.

use egui::Ui;

use crate::import::{End, Scheme, Target, Whose};
use crate::model::{Category, Language, Status};
use crate::panels::style::caption;
use crate::view::Colors;
use crate::view::theme::space;

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

/// Draws the menu, with a field to search it. `now` is what the column is taken for.
pub(super) fn menu(ui: &mut Ui, now: Option<&Target>, c: &Colors) -> Option<Target> {
    let mut chosen = None;
    let same = |t: &Target| match (t, now) {
        // Whose figure it is is chosen below the list; the menu shows its sort.
        (Target::Toll(_, _, a, _), Some(Target::Toll(_, _, b, _))) => a == b,
        (Target::Tag(_), Some(Target::Tag(_))) => true,
        (t, Some(now)) => t == now,
        (_, None) => false,
    };
    let Search { words, has_opened, entered } = search(ui);
    let mut is_empty = true;
    for (heading, targets) in groups() {
        let fits = |t: &Target| {
            let label = t.label().to_lowercase();
            words.split_whitespace().all(|w| label.contains(w) || heading.to_lowercase().starts_with(w))
        };
        let fitting: Vec<Target> = targets.into_iter().filter(fits).collect();
        if fitting.is_empty() {
            continue;
        }
        is_empty = false;
        ui.label(caption(heading, c));
        for target in fitting {
            let is_now = same(&target);
            let entry = ui.selectable_label(is_now, target.label());
            if is_now && has_opened {
                entry.scroll_to_me(Some(egui::Align::Center));
            }
            // Enter takes the first that fits.
            if entry.clicked() || entered && chosen.is_none() {
                chosen = Some(target);
            }
        }
        ui.add_space(space::XS);
    }
    if is_empty {
        ui.label(caption("Nothing is called so.", c));
    }
    if chosen.is_some() {
        ui.close();
    }
    chosen
}

/// What was typed above the menu.
struct Search {
    /// In small letters.
    words: String,
    /// Whether the menu has just been opened.
    has_opened: bool,
    /// Whether Enter was pressed on some words.
    entered: bool,
}

/// The field above the menu.
fn search(ui: &mut Ui) -> Search {
    let id = ui.scope_id().with("search");
    let frame = ui.ctx().cumulative_frame_nr();
    let kept = ui.data(|d| d.get_temp::<(String, u64, u64)>(id));
    // What was typed is forgotten with the menu.
    let (mut text, since, _) =
        kept.filter(|(.., last)| last + 1 >= frame).unwrap_or_else(|| (String::new(), frame, frame));
    // The first frame of a menu only measures it.
    let has_opened = frame <= since + 1;
    let field = super::field(ui, "Search what it becomes", &mut text, "search", ui.available_width() - space::L);
    if has_opened {
        field.request_focus();
    }
    let words = text.trim().to_lowercase();
    let entered = field.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter)) && !words.is_empty();
    ui.data_mut(|d| d.insert_temp(id, (text, since, frame)));
    Search { words, has_opened, entered }
}
