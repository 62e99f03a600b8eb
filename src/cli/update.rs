//! `clashmap convert --update PROJECT`: a file taken into a project that may have its incidents already.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::convert::Sign;
use super::plain;
use super::take::Taken;
use crate::edit::{Command, Workspace};
use crate::import::update::{Alike, Take};
use crate::import::{Import, Update};
use crate::io::project;
use crate::model::Project;

/// What changed, as `--json` prints it.
#[derive(Debug, Serialize)]
pub(super) struct Updated {
    new: usize,
    changed: Vec<Changed>,
    unchanged: usize,
    gone: Vec<String>,
    alike: Vec<Twin>,
}

#[derive(Debug, Serialize)]
struct Changed {
    uid: String,
    title: String,
    fields: Vec<Told>,
}

#[derive(Debug, Serialize)]
struct Told {
    field: String,
    before: String,
    after: String,
}

#[derive(Debug, Serialize)]
struct Twin {
    uid: String,
    like: String,
    joined: bool,
}

/// Opens the project that is updated.
pub(super) fn open(path: &Path) -> Result<Project, String> {
    let opened = project::open(path).map_err(|e| format!("cannot open {}: {e}", path.display()))?;
    match opened.read_only {
        Some(why) => Err(format!("cannot update {}: {why}", path.display())),
        None => Ok(opened.project),
    }
}

/// The project with what was read taken in. `join`: incidents that look like one there is become claims of it. The step is noted
/// with the time and the person in the log, if the project keeps one.
pub(super) fn update(
    into: Project,
    taken: Taken,
    join: bool,
    (now, person): Sign<'_>,
) -> Result<(Project, Updated), String> {
    let (import, mapping) = match taken {
        Taken::Project(project) => (Import::of_project(&project), None),
        Taken::Table(came) => (came.0, Some(came.1)),
    };
    let mut update = Update::new(&into, import, mapping.as_ref());
    update.join_alike(join);
    let told = told(&update, &into);
    let mut workspace = Workspace::new(into, true);
    let imported = update.imported(workspace.project());
    workspace.commit(Command::Import(Box::new(imported))).map_err(|e| e.to_string())?;
    if workspace.project().meta().keeps_log {
        workspace.log(now, &person());
    }
    Ok((workspace.project().clone(), told))
}

fn told(update: &Update, project: &Project) -> Updated {
    let uid = |id| project.get(id).map(|i| i.uid.as_str().to_owned()).unwrap_or_default();
    let changed = update.changed.iter().filter_map(|c| {
        let before = project.get(c.id)?;
        let fields =
            c.fields.iter().map(|f| Told { field: f.field.label(), before: f.before.clone(), after: f.after.clone() });
        Some(Changed { uid: before.uid.as_str().to_owned(), title: before.title.to_string(), fields: fields.collect() })
    });
    let alike = update.alike().map(|(new, alike)| Twin {
        uid: new.incident.uid.as_str().to_owned(),
        like: match alike {
            Alike::InProject(id) => uid(id),
            Alike::InFile(n) => update.new.get(n).map(|n| n.incident.uid.as_str().to_owned()).unwrap_or_default(),
        },
        joined: new.take == Take::Join,
    });
    Updated {
        new: update.new.iter().filter(|n| n.take == Take::Add).count(),
        changed: changed.collect(),
        unchanged: update.unchanged,
        gone: update.gone.iter().map(|id| uid(*id)).collect(),
        alike: alike.collect(),
    }
}

impl Updated {
    /// The same as lines.
    pub(super) fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let shown = |text: &str| if text.is_empty() { "nothing".to_owned() } else { plain(text).into_owned() };
        for c in &self.changed {
            for f in &c.fields {
                let (title, uid, field) = (plain(&c.title), plain(&c.uid), plain(&f.field));
                writeln!(out, "~ {title} (uid {uid}), {field}: {} → {}", shown(&f.before), shown(&f.after))?;
            }
        }
        for a in &self.alike {
            let done = if a.joined { "joined to it as claims" } else { "added; --merge-same joins such as claims" };
            let (uid, like) = (plain(&a.uid), plain(&a.like));
            writeln!(out, "alike: {uid} has the day, position, kind and parties of {like}: {done}")?;
        }
        let (changed, gone) = (self.changed.len(), self.gone.len());
        writeln!(out, "update: {} new, {changed} changed, {} unchanged", self.new, self.unchanged)?;
        if gone > 0 {
            writeln!(out, "update: {gone} of the project are not in the file; they are kept")?;
        }
        Ok(())
    }
}
