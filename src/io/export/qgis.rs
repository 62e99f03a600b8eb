//! Styles for QGIS, as it keeps them in the table `layer_styles` of a `GeoPackage`.

use super::geojson::COLORS;

/// Red, green, blue and alpha as QGIS writes them.
fn rgba(color: &str, alpha: u8) -> String {
    let part = |from: usize| color.get(from..from + 2).and_then(|h| u8::from_str_radix(h, 16).ok()).unwrap_or(0);
    format!("{},{},{},{alpha}", part(1), part(3), part(5))
}

fn option(name: &str, value: &str) -> String {
    format!("<Option type=\"QString\" name=\"{name}\" value=\"{}\"/>", super::xml::escaped(value))
}

fn symbol(sort: &str, class: &str, options: &[(&str, &str)], size_by: Option<&str>) -> String {
    let options: String = options.iter().map(|(k, v)| option(k, v)).collect();
    let dynamic = size_by.map_or(String::new(), |expression| {
        format!(
            "<data_defined_properties><Option type=\"Map\">{}<Option type=\"Map\" name=\"properties\">\
<Option type=\"Map\" name=\"size\"><Option type=\"bool\" name=\"active\" value=\"true\"/>{}<Option type=\"int\" name=\"type\" value=\"3\"/>\
</Option></Option>{}</Option></data_defined_properties>",
            option("name", ""),
            option("expression", expression),
            option("type", "collection")
        )
    });
    format!(
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n<qgis version=\"3.22.0\" styleCategories=\"Symbology\">\
<renderer-v2 type=\"singleSymbol\" enableorderby=\"0\" symbollevels=\"0\"><symbols>\
<symbol type=\"{sort}\" name=\"0\" alpha=\"1\" clip_to_extent=\"1\"><layer class=\"{class}\" enabled=\"1\" pass=\"0\" locked=\"0\">\
<Option type=\"Map\">{options}</Option>{dynamic}</layer></symbol></symbols></renderer-v2></qgis>"
    )
}

/// The style of a layer, by its name.
pub(super) fn style(layer: &str) -> String {
    let [ground, _] = COLORS;
    let (fill, pale, line) = (rgba(ground, 210), rgba(ground, 60), rgba(ground, 255));
    let rim = "255,253,247,255";
    match layer {
        // Area to figure; without a figure a small symbol, which does not say that nobody died.
        "incidents" => symbol(
            "marker",
            "SimpleMarker",
            &[
                ("name", "circle"),
                ("color", &fill),
                ("outline_color", rim),
                ("outline_width", "0.3"),
                ("size", "2.4"),
                ("size_unit", "MM"),
            ],
            Some("min(12, 1.8 + 0.45 * sqrt(coalesce(\"dead\", 0)))"),
        ),
        "drawing_points" => symbol(
            "marker",
            "SimpleMarker",
            &[("name", "cross2"), ("color", &fill), ("outline_color", &line), ("size", "2"), ("size_unit", "MM")],
            None,
        ),
        _ if layer.ends_with("_lines") => symbol(
            "line",
            "SimpleLine",
            &[
                ("line_color", &line),
                ("line_width", "0.7"),
                ("line_width_unit", "MM"),
                ("line_style", "solid"),
                ("capstyle", "round"),
            ],
            None,
        ),
        _ => symbol(
            "fill",
            "SimpleFill",
            &[
                ("color", &pale),
                ("style", "solid"),
                ("outline_color", &line),
                ("outline_width", "0.4"),
                ("outline_style", "solid"),
            ],
            None,
        ),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn styles_are_xml_with_the_colour_and_the_size_of_the_dead() {
        for layer in ["incidents", "incident_lines", "incident_areas", "drawing_points"] {
            let style = super::style(layer);
            let xml = style.split_once('\n').unwrap().1;
            roxmltree::Document::parse(xml).unwrap();
            assert!(style.contains("91,58,99"), "{style}");
        }
        assert!(super::style("incidents").contains("coalesce(&quot;dead&quot;, 0)"));
    }
}
