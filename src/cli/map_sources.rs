//! The map sources of a project for a picture or a talk: what the options allow, and what is said of those left out.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::question::ViewArgs;
use crate::model::{MapSource, Project};
use crate::tiles::net::{Permission, Standing, learns};
use crate::tiles::{Access, Maps, Network};

/// What may be read and asked for map sources, as typed.
#[derive(Args, Clone, Debug, Default)]
pub struct MapArgs {
    /// Read the tile files that the project names outside its media folder
    #[arg(long)]
    pub map_files: bool,
    /// With --online: a host that may be asked for map tiles; may be repeated. It will see this computer's address and which
    /// part of the map is drawn
    #[arg(long, value_name = "HOST", requires = "online")]
    pub allow_host: Vec<String>,
}

/// What of the network the options allow.
///
/// # Errors
/// One line that says which host is none.
fn permission(maps: &MapArgs, view: &ViewArgs) -> Result<Permission, String> {
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
    Ok(Permission { online: view.online, hosts: maps.allow_host.iter().map(host).collect::<Result<_, _>>()? })
}

/// What the options allow a project in `file` to read and contact. Without `--online` the `network` is switched off: then tiles
/// come from what was kept, or, without a network, not at all.
///
/// # Errors
/// One line that says which host is none.
pub(super) fn access(
    maps: &MapArgs,
    view: &ViewArgs,
    file: &Path,
    network: Option<Arc<Network>>,
) -> Result<Access, String> {
    let permission = permission(maps, view)?;
    if let Some(network) = &network {
        network.allow(permission);
    }
    let project: PathBuf = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    Ok(Access { project: Some(project), every_file: maps.map_files, network, ..Access::default() })
}

/// Opens the map sources that are shown, as far as the user allows it; the rest is said.
pub(super) fn open_maps(project: &Project, access: &Access) -> Maps {
    Maps::open(&project.meta().maps, access, &|source| left_out(source, access))
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
