//! The structure of KML, by the rules of OGC 07-147r2 that a viewer minds: order of elements, times, styles.

use clashmap::io::export::Format;

use super::{KARABAKH, SEPTEMBER, hostile, part, sample, text};

const ORDER: [&str; 8] =
    ["name", "description", "TimeStamp", "TimeSpan", "styleUrl", "Style", "ExtendedData", "geometry"];

#[test]
fn elements_come_in_the_order_of_the_schema_and_styles_exist() {
    for project in [sample(SEPTEMBER), sample(KARABAKH), hostile()] {
        let kml = text(&project, Format::Kml);
        let tree = roxmltree::Document::parse(&kml).unwrap();
        assert_eq!(tree.root_element().tag_name().namespace(), Some("http://www.opengis.net/kml/2.2"));
        let styles: Vec<&str> = tree
            .descendants()
            .filter(|n| n.has_tag_name("Style") || n.tag_name().name() == "Style")
            .filter_map(|n| n.attribute("id"))
            .collect();
        let placemarks: Vec<_> = tree.descendants().filter(|n| n.tag_name().name() == "Placemark").collect();
        assert_eq!(placemarks.len(), project.len());
        for placemark in placemarks {
            let at = |name: &str| ORDER.iter().position(|o| *o == name).unwrap_or(ORDER.len() - 1);
            let places: Vec<usize> =
                placemark.children().filter(roxmltree::Node::is_element).map(|c| at(c.tag_name().name())).collect();
            assert!(places.is_sorted(), "{places:?}");
            let style =
                placemark.children().find(|c| c.tag_name().name() == "styleUrl").and_then(|n| n.text()).unwrap();
            assert!(styles.contains(&style.trim_start_matches('#')), "{style}");
        }
    }
}

/// The schema may not be carried along. With `CLASHMAP_KML_SCHEMA=…/ogckml22.xsd` (the package `fastkml` of Python has it) and
/// `xmllint` from libxml2 the files are held against it.
#[test]
fn files_are_valid_by_the_schema_of_the_ogc_where_it_is_at_hand() {
    let Some(schema) = std::env::var_os("CLASHMAP_KML_SCHEMA") else {
        println!("not tried: CLASHMAP_KML_SCHEMA names no ogckml22.xsd");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    for (n, project) in [sample(SEPTEMBER), sample(KARABAKH), hostile()].iter().enumerate() {
        let path = folder.path().join(format!("{n}.kml"));
        std::fs::write(&path, text(project, Format::Kml)).unwrap();
        let output = std::process::Command::new("xmllint")
            .args(["--noout", "--nonet", "--schema"])
            .args([schema.as_os_str(), path.as_os_str()])
            .output()
            .expect("CLASHMAP_KML_SCHEMA is set: xmllint is needed as well");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn times_are_as_exact_as_known_and_no_more() {
    let kml = text(&hostile(), Format::Kml);
    let tree = roxmltree::Document::parse(&kml).unwrap();
    let times = |name: &str| -> Vec<String> {
        let found = tree.descendants().filter(|n| n.tag_name().name() == name);
        found.filter_map(|n| n.text()).take(2).map(str::to_owned).collect()
    };
    assert_eq!(times("when")[..2], ["2022", "2022-09"]);
    assert_eq!(times("begin")[0], "2022-09-13T00:05:00+04:00");
    assert_eq!(times("end")[0], "2022-09-14");
}

#[test]
fn a_balloon_is_text_even_after_its_html_was_read() {
    let kml = text(&hostile(), Format::Kml);
    let tree = roxmltree::Document::parse(&kml).unwrap();
    for balloon in tree.descendants().filter(|n| n.tag_name().name() == "description").filter_map(|n| n.text()) {
        assert!(!balloon.contains("<script"), "{balloon}");
    }
}

#[test]
fn an_archive_holds_the_document_first_and_the_symbol_it_names() {
    let bytes = part(&sample(SEPTEMBER), Format::Kmz);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let names: Vec<String> =
        (0..archive.len()).map(|n| archive.by_index(n).unwrap().name().unwrap().into_owned()).collect();
    assert_eq!(names, ["doc.kml", "files/dot.png"]);
    let mut kml = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("doc.kml").unwrap(), &mut kml).unwrap();
    assert!(kml.contains("<href>files/dot.png</href>"));
}
