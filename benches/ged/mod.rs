//! A table of the shape of UCDP GED: its 49 columns and about as many bytes a row. Every event, place, party and figure in it
//! is invented; the same number of rows gives the same bytes.

use std::io::{self, Write};

const COLUMNS: &str = "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,conflict_name,\
dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,side_b,number_of_sources,\
source_article,source_office,source_date,source_headline,source_original,where_prec,where_coordinates,where_description,adm_1,\
adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,region,event_clarity,date_prec,date_start,date_end,deaths_a,\
deaths_b,deaths_civilians,deaths_unknown,best,high,low,gwnoa,gwnob\n";

const SYLLABLES: [&str; 24] = [
    "ka", "ra", "tu", "mel", "vo", "shi", "dan", "or", "bel", "ni", "sa", "lo", "fe", "gur", "ta", "zen", "ur", "ha",
    "lis", "dorè", "šan", "ça", "lı", "ön",
];
const OFFICES: [&str; 5] = ["Northern Wire", "Gazette Agency", "Daily Monitor", "Radio Meridian", "The Courier"];
const EVENTS: [&str; 5] = ["shelling", "clashes", "an air strike", "fighting at a checkpoint", "an attack on a convoy"];
const REGIONS: [&str; 5] = ["Africa", "Americas", "Asia", "Europe", "Middle East"];

/// Numbers that look thrown (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }
}

/// A name that always belongs to the number.
fn name(n: u64) -> String {
    let mut dice = Dice(n);
    let syllables: String = (0..3).map(|_| dice.of(&SYLLABLES)).collect();
    let mut letters = syllables.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Writes the table.
pub(crate) fn write(rows: u32, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(COLUMNS.as_bytes())?;
    let mut dice = Dice(20_220_913);
    for id in 1..=rows {
        // A few conflicts have most of the events, and one place in seven is new.
        let conflict = dice.below(20) * dice.below(20) + 301;
        let place = dice.below(u64::from(rows) / 7 + 1) + 1_000_000;
        let (country, town, kind) = (name(conflict % 36), name(place), [1, 1, 2, 3][(conflict % 4) as usize]);
        let (adm1, adm2) = (name(place / 9), name(place / 3));
        let side_a =
            if kind == 2 { format!("{} Alliance", name(conflict + 500)) } else { format!("Government of {country}") };
        let side_b = if kind == 3 { "Civilians".to_owned() } else { format!("{} Front", name(conflict + 900)) };
        let (lat, lon) = (dice.below(6_000) as f64 / 100.0 - 15.0, dice.below(10_000) as f64 / 100.0 - 20.0);
        let (lat, lon) = (lat + (place % 9973) as f64 * 1e-6, lon + (place % 7919) as f64 * 1e-6);
        let (year, month, day) = (1989 + dice.below(36), 1 + dice.below(12), 1 + dice.below(20));
        let precision = [1, 1, 1, 1, 1, 2, 2, 3, 4, 5][dice.below(10) as usize];
        let last = if precision == 1 { day } else { day + dice.below(8) };
        let (a, b) = if kind == 3 { (0, 0) } else { (dice.below(9) * dice.below(3), dice.below(9)) };
        let (civilians, unknown) = (dice.below(4), dice.below(2));
        let best = a + b + civilians + unknown;
        let (low, high) = if dice.below(4) == 0 { (best / 2, best + best / 3 + 1) } else { (best, best) };
        let (office, event) = (dice.of(&OFFICES), dice.of(&EVENTS));
        let headline = format!(
            "{office}: {event} near {town}, {year}-{month:02}-{day:02}, say residents and a local official ({best})"
        );
        writeln!(
            out,
            "{id},INV-{year}-{kind}-{id},{year},1,Clear,{kind},{conflict},{},\"{country}: {}, north\",{conflict},{},\
             {side_a} - {side_b},{conflict},{conflict},{side_a},{},{},{side_b},1,\"\"\"{office},{year}-{month:02}-{day:02},\
             {headline}\"\"\",{office},{year}-{month:02}-{day:02},\"{headline}\",{office},{},{town} town,\"near {town}, {adm1}\",\
             {adm1} region,{adm2} district,{lat:.6},{lon:.6},POINT ({lon:.6} {lat:.6}),{},{country},{},{},1,{precision},\
             {year}-{month:02}-{day:02} 00:00:00.000,{year}-{month:02}-{last:02} 00:00:00.000,{a},{b},{civilians},{unknown},{best},\
             {high},{low},{},",
            conflict + 11_000,
            name(conflict + 700),
            conflict + 9_000,
            conflict + 4_000,
            conflict + 4_000,
            1 + dice.below(6),
            place % 259_200,
            conflict % 36 + 100,
            REGIONS[(conflict % 5) as usize],
            conflict % 36 + 100,
        )?;
    }
    Ok(())
}
