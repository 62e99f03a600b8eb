//! What sort of thing an incident is. Neutral terms only: the words say what happened, not who was right.

use super::Text;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $id:literal $label:literal,)*) => {
        /// The sort of an incident. A kind this version does not know is carried as [`Kind::Other`].
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kind { $($(#[$doc])* $name,)*
            /// Any other id, kept as the file has it.
            Other(Text),
        }
        impl Kind {
            /// Every known kind, in the order in which menus list them.
            pub const KNOWN: &'static [Self] = &[$(Self::$name),*];
            /// The id used in files, JSON and on the command line.
            pub fn id(&self) -> &str { match self { $(Self::$name => $id,)* Self::Other(id) => id } }
            /// The English name shown in the window.
            pub fn label(&self) -> &str { match self { $(Self::$name => $label,)* Self::Other(id) => id } }
            /// The kind with this id; unknown ids are kept.
            pub fn from_id(id: &str) -> Self { match id { $($id => Self::$name,)* _ => Self::Other(id.into()) } }
        }
    };
}

kinds! {
    /// Exchange of fire between armed forces.
    ArmedClash "armed-clash" "Armed clash",
    /// Fire by artillery, mortars or rocket artillery.
    Shelling "shelling" "Shelling",
    /// Strike by aircraft or uncrewed aircraft.
    AirStrike "air-strike" "Air or drone strike",
    /// Strike by ballistic missiles or long-range rockets.
    MissileStrike "missile-strike" "Missile or rocket strike",
    /// A battle for a place.
    Battle "battle" "Battle",
    /// A war or campaign as a whole, with incidents as its parts.
    War "war" "War or campaign",
    /// Control of ground changed.
    TerritorialChange "territorial-change" "Change of control",
    /// Violence against people who take no part in the fighting.
    AgainstCivilians "violence-against-civilians" "Violence against civilians",
    /// People taken captive.
    Capture "capture" "Capture",
    /// Sabotage or mining as reported by one side.
    Sabotage "sabotage" "Sabotage (as reported)",
    /// An aircraft was shot down.
    AircraftLoss "aircraft-shot-down" "Aircraft shot down",
    /// An explosion that no one describes as an attack.
    Explosion "explosion" "Explosion (not an attack)",
    /// A truce, ceasefire or armistice.
    Ceasefire "ceasefire" "Ceasefire",
    /// A statement by a state, an organisation or a person.
    Statement "statement" "Statement",
}

impl Kind {
    /// Whether it is something said or agreed rather than something that happened on the ground.
    pub fn is_spoken(&self) -> bool {
        matches!(self, Self::Ceasefire | Self::Statement)
    }
}
