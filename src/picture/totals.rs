//! The totals in the legend: for each party the dead, as the policy gives them, and how many claims there are. Killed
//! or missing stands apart, because it is not killed.

use super::list::{Anchor, Face, Item, Point};
use super::type_metrics::{self, CAP_HEIGHT};
use super::view::View;
use super::{Scene, furniture, names};
use crate::derive::{Figure, Key};
use crate::model::{Category, Count, Status};
use crate::view::theme::{space, type_size};

/// Points of a line.
const LINE: f32 = 16.0;
/// Most lines; what is beyond them is counted.
const MOST: usize = 8;

/// One line of the block.
pub(super) struct Total {
    words: String,
    figure: String,
    claims: String,
}

/// The lines of a scene; empty where nothing is claimed.
pub(super) fn totals(scene: &Scene) -> Vec<Total> {
    let party = |key: &Key| {
        scene.project.meta().party(&key.party).map_or_else(
            || key.party.as_str().to_owned(),
            |p| {
                let mut shown = names::words(&p.names, scene.labels);
                // "Nagorno-Karabakh (de facto authorities)": the explanation is in the panels.
                if let Some(at) = shown.find(" (") {
                    shown.truncate(at);
                }
                shown
            },
        )
    };
    let mut rows: Vec<(bool, String, Figure)> = Vec::new();
    for (id, figure) in &scene.derived.dead.by_party {
        let key = Key { party: id.clone(), status: Status::Unspecified, category: Category::Killed };
        rows.push((false, format!("{}, killed", party(&key)), *figure));
    }
    for (key, figure) in scene.derived.totals.iter().filter(|(k, _)| k.category == Category::KilledOrMissing) {
        let status =
            if key.status == Status::Unspecified { String::new() } else { format!(", {}", key.status.label()) };
        rows.push((true, format!("{}, killed or missing{status}", party(key)), *figure));
    }
    rows.retain(|(_, _, f)| f.is_known());
    let beyond = rows.len().saturating_sub(MOST);
    let mut out: Vec<Total> = rows.into_iter().take(MOST).map(|(_, words, f)| total(words, &f)).collect();
    if beyond > 0 {
        out.push(Total { words: format!("and {beyond} more"), figure: String::new(), claims: String::new() });
    }
    out
}

/// `80`, `80–430, best 80`, `≥ 135`, with a star where it rests on the other side's claim.
fn total(words: String, figure: &Figure) -> Total {
    let star = if figure.by_other_side { "*" } else { "" };
    let n = Count::Exactly(figure.claims).to_string();
    let claims = if figure.claims == 1 { "1 claim".to_owned() } else { format!("{n} claims") };
    Total { words, figure: format!("{figure}{star}"), claims }
}

/// How wide the block wants to be, and how high it is.
pub(super) fn size(rows: &[Total]) -> (f32, f32) {
    let wide = |t: &str, face: Face| type_metrics::width(t, face, type_size::CAPTION, 0.0);
    let of =
        |t: &Total| wide(&t.words, Face::Regular) + wide(&t.figure, Face::Bold) + wide(&t.claims, Face::Regular) + 28.0;
    let width = rows.iter().map(of).fold(0.0, f32::max);
    (width, if rows.is_empty() { 0.0 } else { rows.len() as f32 * LINE + space::S })
}

/// Draws the block from `at` (left, top) in this width.
pub(super) fn draw(items: &mut Vec<Item>, view: &View, rows: &[Total], [left, top]: Point, width: f32) {
    let c = view.colors;
    let size = type_size::CAPTION;
    let claims = rows.iter().map(|r| type_metrics::width(&r.claims, Face::Regular, size, 0.0)).fold(0.0, f32::max);
    for (n, row) in rows.iter().enumerate() {
        let y = top + LINE * (n as f32 + 0.5) + size * CAP_HEIGHT / 2.0;
        let put = |items: &mut Vec<Item>, x, anchor, face, color, words: &str| {
            items.push(furniture::text([x, y], anchor, size, face, color, words));
        };
        put(items, left, Anchor::Start, Face::Regular, c.text, &row.words);
        put(items, left + width - claims - 10.0, Anchor::End, Face::Bold, c.text, &row.figure);
        put(items, left + width, Anchor::End, Face::Regular, c.text_weak, &row.claims);
    }
}
