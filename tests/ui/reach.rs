//! Every control has a name and is within reach, at both ends of the range of screens, in both themes, in four scripts.

use clashmap::model::{Category, Claim, Count, Incident, Kind, Language, Meta, PartyId, Project, Uid};
use egui::accesskit::Role;
use egui::{Key, Rect};

use crate::desk::{CTRL, CTRL_SHIFT, Desk, sample};

/// The two ends: a small laptop, and a 4K screen at two pixels a point.
const SCREENS: [([f32; 2], f32); 2] = [([1366.0, 768.0], 1.0), ([1920.0, 1080.0], 2.0)];

fn is_control(role: Role) -> bool {
    matches!(
        role,
        Role::Button
            | Role::TextInput
            | Role::MultilineTextInput
            | Role::CheckBox
            | Role::RadioButton
            | Role::ComboBox
            | Role::ListItem
            | Role::Link
    )
}

fn check_names(desk: &Desk, state: &str) {
    for seen in desk.seen().iter().filter(|s| is_control(s.role)) {
        assert!(!seen.name.trim().is_empty(), "{state}: {seen:?}");
    }
}

#[test]
fn every_control_has_a_name_on_a_small_screen_in_both_themes() {
    name_every_control(SCREENS[0]);
}

#[test]
fn every_control_has_a_name_on_a_large_screen_in_both_themes() {
    name_every_control(SCREENS[1]);
}

fn name_every_control((size, scale): ([f32; 2], f32)) {
    let mut desk = Desk::sized(sample(), None, "september-2022", size, scale);
    for theme in ["light", "dark"] {
        let at = |state: &str| format!("{size:?} {theme}: {state}");
        check_names(&desk, &at("start"));
        desk.select("Fire in the Sotk direction");
        desk.click_like("Claim: 4 ");
        check_names(&desk, &at("a claim open"));
        desk.click("Names in all languages");
        check_names(&desk, &at("names"));
        for menu in ["File menu", "Languages on the map: En", "Layers"] {
            desk.click(menu);
            check_names(&desk, &at(menu));
            desk.press(Key::Escape);
        }
        desk.press(Key::F1);
        check_names(&desk, &at("help"));
        desk.click("Close");
        desk.act(clashmap::panels::Action::ToggleAbout);
        check_names(&desk, &at("about"));
        desk.click("Close");
        desk.key(CTRL_SHIFT, Key::S);
        check_names(&desk, &at("path"));
        desk.click("Cancel");
        desk.act(clashmap::panels::Action::Select(None));
        desk.press(Key::T);
    }
}

#[test]
fn bars_and_map_buttons_lie_within_the_window_and_not_on_each_other() {
    for (size, scale) in SCREENS {
        let mut desk = Desk::sized(sample(), None, "september-2022", size, scale);
        desk.select("Fire in the Sotk direction");
        let screen = Rect::from_min_size(egui::Pos2::ZERO, size.into());
        let names = [
            "File menu",
            "Hide list (L)",
            "Hide inspector (I)",
            "Shortcuts (F1)",
            "Dark theme",
            "Languages on the map: En",
            "Layers",
            "Add incident (N)",
            "Nothing to redo",
            "Nothing to undo",
            "Search incidents",
            "Sort by date",
            "Sort by place",
            "Sort by dead",
            "Zoom in (+)",
            "Zoom out (−)",
            "Show all incidents (F)",
            "Duplicate incident",
            "Delete incident",
        ];
        let rects: Vec<(&str, Rect)> = names.map(|n| (n, desk.control(n).rect)).to_vec();
        for (n, (name, rect)) in rects.iter().enumerate() {
            assert!(screen.contains_rect(*rect), "{size:?}: {name} at {rect:?}");
            assert!(rect.height() >= 16.0 && rect.width() >= 16.0, "{name} is too small to hit: {rect:?}");
            for (other, r) in &rects[n + 1..] {
                let both = rect.intersect(*r);
                assert!(!(both.width() > 0.5 && both.height() > 0.5), "{size:?}: {name} lies on {other}");
            }
        }
        let map = desk.control("Map").rect;
        assert!(map.width() > 500.0 && map.height() > 540.0, "room for the map: {map:?}");
    }
}

#[test]
fn tab_comes_to_every_control() {
    let mut desk = Desk::sample();
    desk.select("Fire in the Sotk direction");
    let mut wanted: Vec<String> = desk
        .seen()
        .into_iter()
        .filter(|s| is_control(s.role) && !s.disabled && !s.name.starts_with("Nothing to "))
        .map(|s| s.name)
        .collect();
    let count = wanted.len();
    let mut first = None;
    for _ in 0..count * 2 {
        desk.event(egui::Event::Key {
            key: Key::Tab,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers: egui::Modifiers::NONE,
        });
        desk.window.step();
        let Some(focused) = desk.seen().into_iter().find(|s| s.focused && !s.name.is_empty()) else { continue };
        if first.as_ref() == Some(&focused.name) {
            break;
        }
        first.get_or_insert_with(|| focused.name.clone());
        wanted.retain(|w| *w != focused.name);
    }
    assert!(wanted.is_empty(), "never reached: {wanted:#?}");
}

#[test]
fn what_has_the_keyboard_is_used_with_enter_and_space() {
    let mut desk = Desk::sample();
    desk.press(Key::Escape);
    for (name, key, then) in [("Dark theme", Key::Enter, "Light theme"), ("Light theme", Key::Space, "Dark theme")] {
        desk.focus(name);
        desk.press(key);
        assert!(desk.has(then), "{name} by {key:?}");
    }
    let mark = desk.control_like("Fire in the Sotk direction: ").name;
    desk.focus(&mark);
    desk.press(Key::Enter);
    assert_eq!(&*desk.selected().title, "Fire in the Sotk direction");
}

/// Names longer than any field, in the four scripts of the region, and an incident of which nothing is known.
fn hard() -> Project {
    let words = [
        (Language::En, "A very long name that goes on and on — “quoted”, 71–80 ≥ 135 km² № 5 "),
        (Language::Hy, "Շատ երկար անուն, որ չի վերջանում՝ Ստեփանակերտի մոտ, «մեջբերում» և այլն։ "),
        (Language::Az, "Çox uzun ad, bitmək bilmir: Xankəndi, Ağdərə, Şuşa, Füzuli, Göygöl, İşğal "),
        (Language::Ru, "Очень длинное название, которое не кончается: Степанакерт, Ёлки, «цитата» "),
    ];
    let georgian = "ძალიან გრძელი სახელი, რომელიც არ მთავრდება ";
    let mut incidents = vec![Incident::new(Uid::new("empty"), Kind::ArmedClash, "")];
    for (n, (language, word)) in words.into_iter().enumerate() {
        let long = word.repeat(12);
        let mut i = Incident::new(Uid::new(&format!("long-{n}")), Kind::Shelling, &long);
        i.place.names.set(language.code(), &long);
        i.place.position = clashmap::model::LonLat::new(45.0 + n as f64, 40.0).ok();
        i.notes = format!("{long}\n{georgian}\n{long}").into();
        i.weapons = vec![long.as_str().into(), georgian.into()];
        i.tags = vec![(long.as_str().into(), georgian.into())];
        let mut claim =
            Claim::new("c1", PartyId::new("a-party-nobody-listed"), Category::Killed, Count::Some(word.trim().into()));
        claim.claimant = long.as_str().into();
        claim.quote = long.as_str().into();
        i.claims.push(claim);
        i.claims.push(Claim::new("c2", PartyId::new("armenia"), Category::Wounded, Count::AtLeast(1_234_567)));
        incidents.push(i);
    }
    let meta = Meta { title: words[1].1.repeat(8).into(), ..Meta::default() };
    Project::new(meta, incidents, Vec::new())
}

#[test]
fn long_names_in_four_scripts_and_an_incident_of_nothing_are_drawn_with_every_glyph() {
    for (size, scale) in SCREENS {
        let mut desk = Desk::sized(hard(), None, &"ß".repeat(300), size, scale);
        let ids: Vec<_> = desk.project().iter().map(|(id, _)| id).collect();
        for id in ids {
            desk.act(clashmap::panels::Action::Select(Some(id)));
            assert!(desk.has("Add claim"));
            if let Some(first) = desk.names().into_iter().find(|n| n.starts_with("Claim: ")) {
                desk.click(&first);
            }
            if let Some(mark) = desk.app().mark_of(id) {
                desk.event(egui::Event::PointerMoved(mark));
                desk.window.run_steps(3);
            }
            let screen = Rect::from_min_size(egui::Pos2::ZERO, size.into());
            for name in ["Delete incident", "Duplicate incident", "Shortcuts (F1)", "Add incident (N)"] {
                assert!(screen.contains_rect(desk.control(name).rect), "{name} is pushed out of the window");
            }
        }
        desk.press(Key::T);
        desk.key(CTRL, Key::D);
        desk.press(Key::F);
    }
}

#[test]
fn names_on_the_map_are_drawn_in_each_language() {
    let mut desk = Desk::sample();
    for first in Language::ALL {
        for second in Language::ALL.into_iter().filter(|s| *s != first) {
            desk.act(clashmap::panels::Action::SetLabels(clashmap::view::Labels { first, second: Some(second) }));
        }
    }
}
