//! The panels: list, inspector, bars, dialogs. They draw what they are given and answer with [`Action`]s.
//!
//! Invariant: no panel changes a project; a panel touches its own state and what is being typed, nothing else.
//! There is deliberately no disk and no clock here.

pub mod about;
pub mod bulk;
pub mod changes;
pub mod chips;
pub mod compare;
pub mod dialogs;
pub mod drawing;
pub mod export;
pub mod field;
pub mod filters;
pub mod findings;
pub mod help;
pub mod icons;
pub mod import;
pub mod inspector;
pub mod layers;
pub mod leaving;
pub mod list;
pub mod log;
pub mod merge;
pub mod paste;
pub mod recovery;
pub mod slides;
pub mod sources;
pub mod state;
pub mod statistics;
pub mod statusbar;
pub mod style;
pub mod timeline;
pub mod topbar;
pub mod welcome;

use std::path::PathBuf;

pub use state::{Picking, Sort, State};

use crate::derive::{Condition, Derived, Filters, Question};
use crate::edit::Command;
use crate::model::{DrawingId, DrawingKind, IncidentId, Kind, LonLat, Moment, Project, Role, Text, Uid};
use crate::view::{Colors, Labels, Layers, Theme, Zone, playback};

/// What a panel may look at.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// The project.
    pub project: &'a Project,
    /// What was worked out from it.
    pub derived: &'a Derived,
    /// The question it was worked out for.
    pub question: &'a Question,
    /// The colours.
    pub colors: &'static Colors,
    /// The languages of names.
    pub labels: Labels,
    /// The zone of clock times.
    pub zone: Zone,
    /// The day of the user's calendar, for words such as "yesterday".
    pub today: Option<Moment>,
}

/// One of the projects that ship with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Example {
    /// The clashes of September 2022.
    September2022,
    /// 1988 to 2024.
    Karabakh,
}

/// What the user wants. Panels return these; `app` carries them out at the end of the frame.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// A change to the project.
    Edit(Command),
    /// Take the last step back.
    Undo,
    /// Do it again.
    Redo,
    /// Select an incident, or none.
    Select(Option<IncidentId>),
    /// Select a drawing, or none.
    SelectDrawing(Option<DrawingId>),
    /// Show a drawing large on the map.
    ZoomToDrawing(DrawingId),
    /// Take up a tool; the same one once more: put it down.
    Draw(DrawingKind),
    /// Take up the tool used last.
    DrawAgain,
    /// What is being drawn is complete.
    EndSketch,
    /// What is being drawn is dropped.
    DropSketch,
    /// Go on with what was dropped.
    TakeUpSketch,
    /// Choose every incident that is shown.
    ChooseAll,
    /// Show an incident large on the map.
    ZoomTo(IncidentId),
    /// Show several incidents on the map.
    ZoomToAll(Vec<IncidentId>),
    /// Show the selected incident or drawing large on the map.
    ZoomToSelected,
    /// Show all incidents.
    Fit,
    /// Open the form of this claim of the selected incident.
    OpenClaim(Text),
    /// Put the keyboard into the fields of the next claim of the selected incident.
    NextClaim,
    /// Put the keyboard into the search field.
    FocusSearch,
    /// Zoom by a number of steps about the middle.
    Zoom(f64),
    /// Pan by a part of the picture: right and down are positive.
    Pan([f32; 2]),
    /// A new incident at a place, or where the next click on the map is.
    NewIncident(Option<LonLat>, Kind),
    /// Delete the selected incident, or of the selected drawing a corner or all.
    DeleteSelected,
    /// A copy of the selected incident or drawing.
    DuplicateSelected,
    /// An empty project.
    NewProject,
    /// Ask for a file and open it.
    Open,
    /// Open this file.
    OpenPath(PathBuf),
    /// Open what is whole in this damaged file.
    Recover(PathBuf),
    /// Ask for files and bring in what is in them.
    Import,
    /// Bring in what is in these files.
    ImportPaths(Vec<PathBuf>),
    /// Bring in a text: rows of a spreadsheet, GeoJSON, KML, positions.
    ImportText(String),
    /// Bring in what is on the clipboard.
    Paste,
    /// Open the list of rows that were not taken.
    ShowRejected,
    /// Open an example.
    OpenExample(Example),
    /// Stop the work that goes on in the background.
    StopJob,
    /// Save.
    Save,
    /// Ask for a name and save there.
    SaveAs,
    /// Ask for another version and lay it beside the project.
    CompareWith,
    /// Take this difference over.
    TakeChange(usize, merge::Choice),
    /// Show on the map where this difference is.
    ShowChange(usize),
    /// Put the other version away.
    CloseChanges,
    /// Save there.
    SaveTo(PathBuf),
    /// Write a picture of the map there.
    ExportPicture,
    /// Open the page that gives out data in other formats.
    ExportData,
    /// Put the selected incident, or all that are shown, on the clipboard as rows; `true`: as GeoJSON.
    CopyIncidents(bool),
    /// Close the window.
    Quit,
    /// Ask for files and attach them to an incident.
    Attach(IncidentId),
    /// Attach these files to an incident.
    AttachPaths(IncidentId, Vec<PathBuf>),
    /// Save, and then do this.
    SaveThen(Box<Action>),
    /// Put text on the clipboard.
    Copy(String),
    /// From light to dark and back.
    ToggleTheme,
    /// Use another theme.
    SetTheme(Theme),
    /// Use other languages on the map.
    SetLabels(Labels),
    /// Show clock times in another zone.
    SetZone(Zone),
    /// Show other layers.
    SetLayers(Layers),
    /// Ask another question of the project: policy, date of knowledge, filters.
    Ask(Question),
    /// Filter by something else; the names of places in its words are looked up.
    Filter(Box<Filters>),
    /// Take one condition away.
    Without(Condition),
    /// Take away everything that hides incidents.
    ShowAll,
    /// Open or close the editor of filters.
    ToggleFilters,
    /// Open the editor of filters.
    OpenFilters,
    /// The next clicks on the map are corners of the area to filter by.
    DrawArea,
    /// The area being drawn is complete.
    CloseArea,
    /// The area being drawn is dropped.
    DropArea,
    /// Filter by the area that the map shows.
    AreaInView,
    /// Play how the tolls became known, day by day; once more: stop.
    PlayKnown,
    /// Play event time, or what else is asked of the play.
    Playback(playback::Command),
    /// All of the timeline.
    FitTimeline,
    /// Show or hide the timeline.
    ToggleTimeline,
    /// Whether things move as little as possible.
    ReduceMotion(bool),
    /// Show or hide contradictions and findings.
    ToggleFindings,
    /// Show or hide the statistics page.
    ToggleStatistics,
    /// Ask for a name and save the chart of the statistics page there.
    ExportChart,
    /// Ask for a name and save the table of the statistics page there.
    ExportTable,
    /// Put a table, as tab-separated values with a head, on the clipboard.
    CopyTable(String),
    /// Show or hide the slides.
    ToggleSlides,
    /// A new slide from the view.
    NewSlide(Role),
    /// Take the view into the slide with this id.
    UpdateSlide(Text),
    /// A copy of the slide with this id behind it.
    DuplicateSlide(Text),
    /// Show the view of the slide with this id on the map.
    ShowSlide(Text),
    /// Open the page that makes files of the talk or a report.
    ExportTalk,
    /// Present the slides, from the one at this place on.
    Present(usize),
    /// Show or hide the legend.
    ToggleLegend,
    /// Show or hide the list.
    ToggleList,
    /// Show or hide the inspector.
    ToggleInspector,
    /// Show or hide the sheet of shortcuts.
    ToggleHelp,
    /// Show or hide the page about the program.
    ToggleAbout,
    /// Show or hide the log of edits.
    ToggleLog,
    /// Select and show what an entry of the log is about.
    ShowLogged(Uid),
    /// Give the user another name; an empty one is that of the system.
    SetName(String),
    /// What is asked of the map sources.
    Maps(sources::Asked),
    /// Say something to the user.
    Notice(String),
}
