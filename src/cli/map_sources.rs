//! The map sources of a project for a picture: which of them are drawn, and what is said of the others.

use super::render::RenderArgs;
use crate::model::{MapSource, Project};
use crate::tiles::net::{Permission, Standing, learns};
use crate::tiles::{self, Access};

/// What of the network the options allow.
///
/// # Errors
/// One line that says which host is none.
pub(super) fn permission(args: &RenderArgs) -> Result<Permission, String> {
    let host = |text: &String| {
        let name = text.trim().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let is_v6 = name.parse::<std::net::Ipv6Addr>().is_ok();
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if name.is_empty() || !(is_v6 || name.chars().all(fits)) {
            return Err(format!(
                "--allow-host: “{text}” is no name of a host; give it alone, such as tiles.example.org"
            ));
        }
        Ok(name)
    };
    Ok(Permission { online: args.view.online, hosts: args.allow_host.iter().map(host).collect::<Result<_, _>>()? })
}

/// A map source that is drawn, and whom to credit for it.
pub(super) struct Map {
    pub(super) layer: tiles::Layer,
    pub(super) credit: String,
}

/// Opens the map sources that are shown, as far as the user allows it; the rest is said.
pub(super) fn open_maps(project: &Project, access: &Access) -> (Vec<Map>, Vec<String>) {
    let (mut maps, mut missing) = (Vec::new(), Vec::new());
    for source in project.meta().maps.iter().filter(|s| s.is_shown()) {
        let name = source.shown_name();
        if let Some(why) = left_out(source, access) {
            missing.push(format!("{name}: {why}"));
            continue;
        }
        match tiles::open(source, access) {
            Ok(opened) => {
                let credit = tiles::credit(source, opened.about());
                maps.push(Map { layer: tiles::Layer { name, opacity: source.opacity, source: opened }, credit });
            }
            Err(e) => missing.push(format!("{name}: {e}")),
        }
    }
    (maps, missing)
}

/// Why a source of a server is left out before it is opened, if it is.
fn left_out(source: &MapSource, access: &Access) -> Option<String> {
    let permission = access.network.as_ref().map(|n| n.permission());
    let hosts = match permission.as_ref().map(|p| p.standing(source)) {
        None => source.hosts(),
        // Without the network, what was kept is drawn.
        Some(Standing::NotAllowed(hosts)) if permission.is_some_and(|p| p.online) => hosts,
        Some(_) => return None,
    };
    let first = hosts.first()?;
    let option = |host: &String| format!(" --allow-host {host}");
    let options: String = hosts.iter().take(8).map(option).collect();
    Some(format!("left out, as no server is asked; --online{options} asks. {}", learns(first)))
}
