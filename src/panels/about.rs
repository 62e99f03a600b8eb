//! The page about the program: what it is, on which data it rests, under which licences.

use egui::{ScrollArea, Ui};

use super::style::{bold, c32, caption};
use crate::atlas::atlas;
use crate::view::Colors;
use crate::view::theme::{space, type_size};

/// Draws the page; `true` when it is to be closed.
pub fn ui(ui: &mut Ui, c: &Colors) -> bool {
    ui.set_width(520.0);
    ui.label(egui::RichText::new("clashmap").font(bold(type_size::TITLE)).color(c32(c.text)));
    ui.label(caption(format!("Version {}", env!("CARGO_PKG_VERSION")), c));
    ui.add_space(space::S);
    ui.add(
        egui::Label::new(
            "Dated incidents with their sources on a map of the Armenia–Azerbaijan border and Nagorno-Karabakh. \
             A figure is a claim with a speaker and a date. Lines and names on the map express no view on the status of any territory.",
        )
        .wrap(),
    );
    ui.add_space(space::M);
    ui.label(egui::RichText::new("Data").font(bold(type_size::BODY)));
    ScrollArea::vertical().max_height(280.0).show(ui, |ui| {
        for set in atlas().datasets() {
            ui.add(egui::Label::new(egui::RichText::new(set.name).color(c32(c.text))).wrap());
            ui.add(egui::Label::new(caption(format!("{} · {}", set.attribution, set.licence), c)).wrap());
            ui.add_space(space::XS);
        }
        ui.add(
            egui::Label::new(
                egui::RichText::new("Type: Noto Sans with its Armenian, Georgian and Math companions")
                    .color(c32(c.text)),
            )
            .wrap(),
        );
        ui.add(egui::Label::new(caption("© Google LLC · SIL Open Font License 1.1", c)).wrap());
    });
    ui.add_space(space::S);
    ui.label(caption("The program: MIT or Apache-2.0, as you choose.", c));
    ui.add_space(space::S);
    ui.button("Close").clicked()
}
