//! The form of what an incident is, when, where and between whom.

use egui::{ComboBox, Ui};

use super::super::field::{Look as FieldLook, Offered, row};
use super::super::icons::{self, Icon};
use super::super::style::{c32, caption, section};
use super::super::{Action, Look, Picking, State};
use super::field;
use super::ledger::found;
use crate::atlas::{Toponym, atlas};
use crate::edit::{Command, Edit};
use crate::model::{Guarded, Incident, IncidentId, Kind, Language, Moment, Place, Precision, Resolution, Uid, When};
use crate::view::theme::space;
use crate::view::{Field, SourceField};

/// Title, kind, time and place.
pub(super) fn ui(
    ui: &mut Ui,
    look: Look,
    state: &mut State,
    id: IncidentId,
    incident: &Incident,
    actions: &mut Vec<Action>,
) {
    let c = look.colors;
    section(ui, "Incident", c);
    let title = field(
        ui,
        look,
        &mut state.drafts,
        (id, incident, &Field::Title),
        FieldLook::line("Title", "A short neutral title"),
        actions,
    );
    if std::mem::take(&mut state.focus_title)
        && let Some(response) = title.response
    {
        response.request_focus();
    }
    let mut edit = |e: Edit| actions.push(Action::Edit(Command::Edit(id, e)));
    row(ui, "Kind", c, |ui| {
        combo(ui, "Kind", incident.kind.label(), |ui| {
            for kind in Kind::KNOWN {
                if ui.selectable_label(incident.kind == *kind, kind.label()).clicked() {
                    edit(Edit::Kind(kind.clone()));
                }
            }
        });
    });
    time(ui, look, state, id, incident, actions);
    place(ui, look, state, id, incident, actions);
}

/// A drop-down that fills its row, with a name for screen readers.
pub(in crate::panels) fn combo(ui: &mut Ui, name: &str, shown: &str, content: impl FnOnce(&mut Ui)) {
    let width = ui.available_width() - 2.0;
    let inner =
        ComboBox::from_id_salt(name).selected_text(shown).width(width).height(360.0).truncate().show_ui(ui, content);
    let (name, shown) = (name.to_owned(), shown.to_owned());
    inner.response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &name);
        info.current_text_value = Some(shown.clone());
        info
    });
}

const ZONES: [(&str, Option<i16>); 4] =
    [("UTC+4 Yerevan, Baku", Some(240)), ("UTC+3 Moscow", Some(180)), ("UTC", Some(0)), ("not stated", None)];

fn time(ui: &mut Ui, look: Look, state: &mut State, id: IncidentId, incident: &Incident, actions: &mut Vec<Action>) {
    let c = look.colors;
    section(ui, "When", c);
    field(
        ui,
        look,
        &mut state.drafts,
        (id, incident, &Field::Start),
        FieldLook::line("Start", "2022-09-13 00:05, Sep 2022, autumn 2022"),
        actions,
    );
    field(
        ui,
        look,
        &mut state.drafts,
        (id, incident, &Field::End),
        FieldLook::line("End", "none, or .. while it lasts"),
        actions,
    );
    let Some(when) = incident.when else { return };
    let mut set = |w: Result<When, crate::model::WhenError>| match w {
        Ok(w) => actions.push(Action::Edit(Command::Edit(id, Edit::When(Some(w))))),
        Err(e) => actions.push(Action::Notice(e.to_string())),
    };
    let start = when.anchor();
    row(ui, "Precision", c, |ui| {
        combo(ui, "Precision", start.resolution().label(), |ui| {
            for resolution in Resolution::ALL {
                // Only coarser: a finer time has to be typed, choosing it here would invent 00:00.
                let offered = resolution <= start.resolution();
                let label = egui::Button::selectable(resolution == start.resolution(), resolution.label());
                if ui.add_enabled(offered, label).clicked() && offered {
                    set(when.map(|m| m.at_resolution(resolution.min(m.resolution()))));
                }
            }
        });
    });
    if when.has_clock() {
        let zone = when.moments().find_map(|m| m.offset());
        let named = |m: Moment| m.zone_label();
        let shown = ZONES.iter().find(|(_, z)| *z == zone).map_or_else(
            || when.moments().map(named).find(|z| !z.is_empty()).unwrap_or_default(),
            |(l, _)| (*l).to_owned(),
        );
        row(ui, "Zone", c, |ui| {
            combo(ui, "Zone", &shown, |ui| {
                for (label, offset) in ZONES {
                    if ui.selectable_label(zone == offset, label).clicked() {
                        set(when.map(|m| m.with_offset(offset)));
                    }
                }
            });
        });
    }
}

fn place(ui: &mut Ui, look: Look, state: &mut State, id: IncidentId, incident: &Incident, actions: &mut Vec<Action>) {
    let c = look.colors;
    section(ui, "Where", c);
    let shown = Field::PlaceName(look.labels.first);
    let outcome = field(
        ui,
        look,
        &mut state.drafts,
        (id, incident, &shown),
        FieldLook::line("Place", "Type a name: Sotk, Zod, Сотк …"),
        actions,
    );
    if let (Some(text), Some(response)) = (outcome.typing.as_deref(), outcome.response.as_ref())
        && text.trim().chars().count() >= 2
        && state.drafts.get(id, &shown).is_some()
    {
        let found = atlas().find(text.trim(), 6);
        let rows: Vec<(String, &Toponym)> = found.into_iter().map(|t| (toponym_label(t, look), t)).collect();
        if let Some(toponym) = suggestions(ui, response, &rows) {
            state.drafts.take(id, &shown);
            actions.push(Action::Edit(Command::Edit(id, Edit::Place(Box::new(from_gazetteer(incident, toponym))))));
        }
    }
    row(ui, "", c, |ui| {
        let word = if state.all_names { "Fewer names" } else { "Names in all languages" };
        if ui.link(egui::RichText::new(word).size(12.0)).clicked() {
            state.all_names = !state.all_names;
        }
    });
    if state.all_names {
        for language in Language::ALL.into_iter().filter(|l| *l != look.labels.first) {
            let at = Field::PlaceName(language);
            field(ui, look, &mut state.drafts, (id, incident, &at), FieldLook::line(language.endonym(), ""), actions);
        }
    }
    field(
        ui,
        look,
        &mut state.drafts,
        (id, incident, &Field::Position),
        FieldLook::line("Position", "decimal, DMS, MGRS or a map link"),
        actions,
    );
    row(ui, "", c, |ui| {
        let picking = state.picking == Some(Picking::Position(id));
        let word = if picking { "Click the map … (Esc to stop)" } else { "Pick on map" };
        if icons::text_button(ui, Icon::Pin, word, word, false, c).clicked() {
            state.picking = (!picking).then_some(Picking::Position(id));
        }
    });
    row(ui, "Exactness", c, |ui| {
        let now = incident.place.precision.map_or("not stated", Precision::label);
        combo(ui, "Exactness", now, |ui| {
            for precision in Precision::ALL {
                if ui.selectable_label(incident.place.precision == Some(precision), precision.label()).clicked() {
                    actions.push(Action::Edit(Command::Edit(id, Edit::Precision(Some(precision)))));
                }
            }
        });
    });
    let hint = format!("{} km by its exactness", Place { radius_km: None, ..incident.place.clone() }.radius_km());
    field(ui, look, &mut state.drafts, (id, incident, &Field::Radius), FieldLook::line("Radius, km", &hint), actions);
    if !incident.place.basis.is_empty() {
        row(ui, "", c, |ui| {
            ui.add(egui::Label::new(caption(format!("Position from: {}", incident.place.basis), c)).wrap())
        });
    }
}

fn toponym_label(toponym: &Toponym, look: Look) -> String {
    let first = toponym.names.best(look.labels.first);
    let other = Language::ALL
        .into_iter()
        .filter_map(|l| toponym.names.get(l))
        .filter(|n| *n != first)
        .take(2)
        .collect::<Vec<_>>()
        .join(" · ");
    if other.is_empty() { first.to_owned() } else { format!("{first}   {other}") }
}

/// The place of a gazetteer entry, as exactly as the incident's own precision says, or "at or near" a settlement.
fn from_gazetteer(incident: &Incident, toponym: &Toponym) -> Place {
    Place {
        names: toponym.names.clone(),
        position: Some(toponym.lonlat),
        shape: None,
        precision: incident.place.precision.or(Some(Precision::Near)),
        radius_km: incident.place.radius_km.or((toponym.exact_km > 3.0).then_some(toponym.exact_km)),
        basis: "gazetteer of this program".into(),
    }
}

/// Suggestions below a field; a click, or arrow keys and Enter, give the chosen one.
pub(super) fn suggestions<T: Copy>(ui: &Ui, field: &egui::Response, rows: &[(String, T)]) -> Option<T> {
    let memory = Offered::id(field);
    if rows.is_empty() {
        ui.data_mut(|d| d.remove::<Offered>(memory));
        return None;
    }
    let before = ui.data(|d| d.get_temp::<Offered>(memory)).and_then(|o| o.at);
    let step = ui.input_mut(|i| {
        let down = i.count_and_consume_key(egui::Modifiers::NONE, egui::Key::ArrowDown);
        let up = i.count_and_consume_key(egui::Modifiers::NONE, egui::Key::ArrowUp);
        down as isize - up as isize
    });
    let at = match before {
        None if step > 0 => Some(0),
        None => None,
        Some(at) => Some(at.saturating_add_signed(step).min(rows.len() - 1)),
    };
    let entered = ui.input(|i| i.key_pressed(egui::Key::Enter));
    let mut chosen = at.filter(|_| entered && field.lost_focus()).and_then(|at| rows.get(at)).map(|(_, v)| *v);
    let shown = egui::Popup::from_response(field).open(true).gap(2.0).width(field.rect.width()).show(|ui| {
        for (n, (label, value)) in rows.iter().enumerate() {
            let button = ui.add(egui::Button::selectable(at == Some(n), label.as_str()).truncate());
            // Chosen when the button goes down: the field loses the keyboard at the same moment.
            if button.is_pointer_button_down_on() || button.clicked() {
                chosen = Some(*value);
            }
        }
    });
    if chosen.is_some() {
        ui.data_mut(|d| d.remove::<Offered>(memory));
    } else if let Some(shown) = shown {
        ui.data_mut(|d| d.insert_temp(memory, Offered { rect: shown.response.rect, at }));
    }
    chosen
}

/// Parties, weapons, parent, sources, attached files, tags and notes.
pub(super) fn rest(
    ui: &mut Ui,
    look: Look,
    state: &mut State,
    id: IncidentId,
    incident: &Incident,
    actions: &mut Vec<Action>,
) {
    let c = look.colors;
    section(ui, "Between whom and with what", c);
    ui.horizontal_wrapped(|ui| {
        for party in look.project.meta().parties.iter().filter(|p| !p.id.is_all()) {
            let on = incident.parties.contains(&party.id);
            let chip = egui::Button::selectable(on, party.names.best(look.labels.first)).corner_radius(14.0);
            if ui.add(chip).clicked() {
                let mut parties = incident.parties.clone();
                if on {
                    parties.retain(|p| *p != party.id);
                } else {
                    parties.push(party.id.clone());
                }
                actions.push(Action::Edit(Command::Edit(id, Edit::Parties(parties))));
            }
        }
    });
    ui.add_space(space::XS);
    field(
        ui,
        look,
        &mut state.drafts,
        (id, incident, &Field::Weapons),
        FieldLook::line("Weapons", "artillery, mortar …"),
        actions,
    );
    parent(ui, look, state, id, incident, actions);
    sources(ui, look, state, id, incident, actions);
    super::media::ui(ui, look, state, id, incident, actions);
    section(ui, "Notes", c);
    field(ui, look, &mut state.drafts, (id, incident, &Field::Tags), FieldLook::line("Tags", "name=value, …"), actions);
    let notes = FieldLook { label: "Notes", hint: "", rows: 4, above: true };
    field(ui, look, &mut state.drafts, (id, incident, &Field::Notes), notes, actions);
    let mut sensitive = incident.sensitive;
    if ui.checkbox(&mut sensitive, "Sensitive: ask before it is exported").changed() {
        actions.push(Action::Edit(Command::Edit(id, Edit::Sensitive(sensitive))));
    }
    guarded(ui, id, incident, actions);
    ui.add_space(space::XS);
    ui.add(egui::Label::new(caption(format!("id {}", incident.uid.as_str()), c)).truncate());
}

/// The menu of the fields that stay at home while the rest of the incident is given out.
fn guarded(ui: &mut Ui, id: IncidentId, incident: &Incident, actions: &mut Vec<Action>) {
    let marks = &incident.sensitive_fields;
    let words: Vec<&str> = marks.iter().map(|m| Guarded::from_id(m).map_or(&**m, |f| f.label())).collect();
    let words = match words.as_slice() {
        [] => "Sensitive fields …".to_owned(),
        all => format!("Sensitive: {}", all.join(", ")),
    };
    ui.add_enabled_ui(!incident.sensitive, |ui| {
        let menu = egui::containers::menu::MenuButton::from_button(egui::Button::new(&words).truncate());
        // Several are marked one after the other.
        let config =
            egui::containers::menu::MenuConfig::new().close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
        menu.config(config).ui(ui, |ui| {
            for field in Guarded::ALL {
                let mut on = marks.iter().any(|m| &**m == field.id());
                if ui.checkbox(&mut on, field.label()).changed() {
                    let mut next = marks.clone();
                    if on {
                        next.push(field.id().into());
                    } else {
                        next.retain(|m| &**m != field.id());
                    }
                    actions.push(Action::Edit(Command::Edit(id, Edit::SensitiveFields(next))));
                }
            }
        });
    });
}

fn parent(ui: &mut Ui, look: Look, state: &mut State, id: IncidentId, incident: &Incident, actions: &mut Vec<Action>) {
    let outcome = field(
        ui,
        look,
        &mut state.drafts,
        (id, incident, &Field::Parent),
        FieldLook::line("Part of", "the title of the whole"),
        actions,
    );
    let (Some(text), Some(response)) = (outcome.typing.as_deref(), outcome.response.as_ref()) else { return };
    if state.drafts.get(id, &Field::Parent).is_none() || text.trim().is_empty() {
        return;
    }
    let rows = found(ui, look, response.id, text, id);
    let rows: Vec<(String, &Uid)> = rows.iter().map(|(named, uid)| (named.clone(), uid)).collect();
    if let Some(uid) = suggestions(ui, response, &rows) {
        state.drafts.take(id, &Field::Parent);
        actions.push(Action::Edit(Command::Edit(id, Edit::Parent(Some(uid.clone())))));
    }
}

fn sources(ui: &mut Ui, look: Look, state: &mut State, id: IncidentId, incident: &Incident, actions: &mut Vec<Action>) {
    let c = look.colors;
    section(ui, &format!("Sources ({})", incident.sources.len()), c);
    for (n, source_id) in incident.sources.iter().enumerate() {
        let source = look.project.meta().source(source_id);
        ui.horizontal(|ui| {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Min), |ui| {
                if icons::button(ui, Icon::Close, "Remove source from incident", true, c).clicked() {
                    let mut sources = incident.sources.clone();
                    sources.remove(n);
                    actions.push(Action::Edit(Command::Edit(id, Edit::Sources(sources))));
                }
                ui.with_layout(egui::Layout::top_down(egui::Align::Min), |ui| {
                    let outlet = source.map_or_else(
                        || format!("{} (not in the list of sources)", source_id.as_str()),
                        |s| s.outlet.to_string(),
                    );
                    ui.add(egui::Label::new(egui::RichText::new(outlet).color(c32(c.text))).wrap());
                    if let Some(source) = source {
                        let date = source.published.map(|m| look.zone.moment(m)).unwrap_or_default();
                        let detail = [&*source.title, &date, &source.note]
                            .into_iter()
                            .filter(|t| !t.is_empty())
                            .collect::<Vec<_>>()
                            .join(" · ");
                        if !detail.is_empty() {
                            ui.add(egui::Label::new(caption(detail, c)).wrap());
                        }
                        if !source.url.is_empty()
                            && ui
                                .link(egui::RichText::new("Copy link").size(12.0))
                                .on_hover_text(&*source.url)
                                .clicked()
                        {
                            actions.push(Action::Copy(source.url.to_string()));
                        }
                    }
                    let open = state.open_source.as_ref() == Some(source_id);
                    let word = if open { "Close" } else { "Edit source" };
                    if source.is_some() && ui.link(egui::RichText::new(word).size(12.0)).clicked() {
                        state.open_source = (!open).then(|| source_id.clone());
                    }
                });
            });
        });
        if state.open_source.as_ref() == Some(source_id) && source.is_some() {
            ui.label(caption(
                "One entry for the whole project: what is changed here changes wherever it is referred to.",
                c,
            ));
            for (part, label) in SourceField::ALL {
                let at = Field::Source(source_id.clone(), part);
                field(ui, look, &mut state.drafts, (id, incident, &at), FieldLook::line(label, ""), actions);
            }
        }
    }
    let outcome = field(
        ui,
        look,
        &mut state.drafts,
        (id, incident, &Field::AddSource),
        FieldLook::line("Add source", "outlet, and a link if there is one"),
        actions,
    );
    if let (Some(text), Some(response)) = (outcome.typing.as_deref(), outcome.response.as_ref())
        && !text.trim().is_empty()
        && state.drafts.get(id, &Field::AddSource).is_some()
    {
        let wanted = crate::derive::fold(text.trim());
        let known = look.project.meta().sources.iter().filter(|s| crate::derive::fold(&s.outlet).contains(&wanted));
        let rows: Vec<(String, usize)> = known.take(6).enumerate().map(|(n, s)| (source_row(look, s), n)).collect();
        let ids: Vec<_> = look
            .project
            .meta()
            .sources
            .iter()
            .filter(|s| crate::derive::fold(&s.outlet).contains(&wanted))
            .map(|s| s.id.clone())
            .collect();
        if let Some(chosen) = suggestions(ui, response, &rows).and_then(|n| ids.get(n)) {
            state.drafts.take(id, &Field::AddSource);
            let mut sources = incident.sources.clone();
            if !sources.contains(chosen) {
                sources.push(chosen.clone());
                actions.push(Action::Edit(Command::Edit(id, Edit::Sources(sources))));
            }
        }
    }
}

fn source_row(look: Look, source: &crate::model::Source) -> String {
    let date = source.published.map(|m| look.zone.moment(m)).unwrap_or_default();
    [&*source.outlet, &date, &source.title].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" · ")
}
