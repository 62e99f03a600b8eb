//! Tables that many have: UCDP GED, ACLED, `TimeMap`, lists in JSON. All rows are invented.

use serde_json::Value;

use super::tables::came;

const GED: &str = "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,conflict_name,\
dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,side_b,number_of_sources,\
source_article,source_office,source_date,source_headline,source_original,where_prec,where_coordinates,where_description,adm_1,\
adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,region,event_clarity,date_prec,date_start,date_end,deaths_a,\
deaths_b,deaths_civilians,deaths_unknown,best,high,low,gwnoa,gwnob\n";

/// A row of GED; kind, precisions, dates and figures as given.
fn ged(id: u32, kind: u8, where_prec: u8, dates: (u8, &str, &str), deaths: [u32; 7]) -> String {
    let (date_prec, start, end) = dates;
    let side_b = if kind == 3 { "Civilians" } else { "Republic of Artsakh" };
    let d = deaths.map(|n| n.to_string()).join(",");
    format!(
        "{id},X-{id},2020,1,Clear,{kind},388,388,\"Azerbaijan: Nagorno-Karabakh\",833,833,Azerbaijan - Artsakh,1,1,Government of Azerbaijan,\
         2,2,{side_b},1,\"\"\"Wire,2020-10-01,Invented headline\"\"\",Wire,2020-10-01,Invented,MoD,{where_prec},Talish village,near Talish,\
         A,B,40.38,46.76,POINT (46.76 40.38),1,Azerbaijan,373,Europe,1,{date_prec},{start} 00:00:00.000,{end} 00:00:00.000,{d},373,\n"
    )
}

#[test]
fn ucdp_rows_become_incidents_with_their_own_exactness_and_one_estimate() {
    let table = [
        GED.to_owned(),
        ged(1, 1, 1, (1, "2020-09-27", "2020-09-27"), [3, 4, 1, 0, 8, 9, 7]),
        ged(2, 1, 2, (4, "2020-10-01", "2020-10-31"), [0, 2, 0, 0, 2, 1, 1]),
        ged(3, 3, 6, (2, "2020-10-03", "2020-10-05"), [0, 0, 2, 0, 2, 2, 2]),
    ]
    .concat();
    let came = came("ged.csv", table.as_bytes(), &[]);
    assert_eq!(came.features.len(), 3, "{} {}", came.report, came.error);
    let p: Vec<&Value> = came.features.iter().map(|f| &f["properties"]).collect();
    assert_eq!(
        (&p[0]["uid"], &p[0]["kind"], &p[0]["when"]),
        (&"ucdp-1".into(), &"armed-clash".into(), &"2020-09-27".into())
    );
    assert_eq!((&p[1]["when"], &p[2]["when"]), (&"2020-10".into(), &"2020-10-03/2020-10-05".into()));
    assert_eq!(p[0]["parties"], serde_json::json!(["azerbaijan", "nagorno-karabakh"]));
    assert_eq!((&p[1]["place"]["precision"], &p[1]["place"]["radius_km"]), (&"approximate".into(), &25.into()));
    assert_eq!(p[2]["place"]["precision"], "country");
    let figures = |n: usize| -> Vec<String> {
        let list = p[n]["claims"].as_array().unwrap().iter();
        list.map(|c| {
            format!("{} {} {}", c["about"].as_str().unwrap(), c["status"].as_str().unwrap_or("unspecified"), c["count"])
        })
        .collect()
    };
    assert_eq!(
        figures(0),
        [
            "azerbaijan military 3",
            "nagorno-karabakh military 4",
            "all-parties civilian 1",
            "all-parties unspecified {\"best\":8,\"high\":9,\"low\":7}"
        ]
    );
    // The high estimate below the best one is kept as it stands, and said.
    assert!(
        figures(1).contains(&"all-parties unspecified {\"best\":2,\"high\":1,\"low\":1}".to_owned()),
        "{:?}",
        figures(1)
    );
    assert!(came.report["warnings"].to_string().contains("best estimate lies outside"), "{}", came.report);
    // Of one-sided violence nothing is said about a side.
    assert_eq!(figures(2), ["all-parties civilian 2", "all-parties unspecified 2"]);
    assert_eq!(p[0]["claims"][0]["claimant"], "UCDP GED");
}

#[test]
fn an_acled_total_is_never_split_by_side() {
    let table = "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,\
                 actor2,assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,location,latitude,\
                 longitude,geo_precision,source,source_scale,notes,fatalities,tags,timestamp\n\
                 AZE1,16 May 2023,2023,1,Political violence,Battles,Armed clash,Military Forces of Armenia (2018-),,1,Military Forces of Azerbaijan (2003-),,1,11,,31,Caucasus,Azerbaijan,A,,,Talish,40.38,46.76,2,Wire; Gazette,National,Invented.,5,,1684\n\
                 AZE2,17 May 2023,2023,3,Political violence,Explosions/Remote violence,Shelling/artillery/missile attack,Military Forces of Armenia (2018-),,1,Civilians (Azerbaijan),,7,17,Civilians targeted,31,Caucasus,Azerbaijan,A,,,Talish,40.38,46.76,3,Wire,National,Invented.,0,,1684\n";
    let came = came("acled.csv", table.as_bytes(), &[]);
    assert_eq!(came.features.len(), 2, "{} {}", came.report, came.error);
    let p: Vec<&Value> = came.features.iter().map(|f| &f["properties"]).collect();
    assert_eq!(
        (&p[0]["uid"], &p[0]["when"], &p[1]["when"]),
        (&"acled-AZE1".into(), &"2023-05-16".into(), &"2023-05".into())
    );
    assert_eq!((&p[1]["kind"], &p[0]["place"]["precision"]), (&"shelling".into(), &"district".into()));
    assert_eq!(p[0]["parties"], serde_json::json!(["armenia", "azerbaijan"]));
    let claims = p[0]["claims"].as_array().unwrap();
    assert_eq!((claims.len(), &claims[0]["about"], &claims[0]["count"]), (1, &"all-parties".into(), &5.into()));
    assert_eq!(claims[0]["via"], serde_json::json!(["Wire", "Gazette"]));
}

#[test]
fn timemap_events_and_other_lists_of_records_are_read() {
    let events = r#"[{"id":"1","civId":"C1","description":"Invented.","date":"9/3/2022","time":"06:30","time_precision":"","location":"Sotk","latitude":"40.2","longitude":"45.9","associations":["a","b"]}]"#;
    let came1 = came("events.json", events.as_bytes(), &[]);
    let p = &came1.features[0]["properties"];
    assert_eq!(
        (&p["uid"], &p["when"], &p["notes"]),
        (&"timemap-C1".into(), &"2022-09-03T06:30".into(), &"Invented.".into()),
        "{}",
        came1.report
    );
    assert_eq!(p["tags"]["associations"], "a; b");
    let incidents = r#"{"next":null,"results":[{"id":"1f","slug":"PROJ-7","attr_description":"Invented fire at a bridge","attr_date":"2022-09-13",
        "attr_geolocation":{"type":"Point","coordinates":[45.9,40.2],"crs":{"type":"name"}},"attr_geolocation_resolution":"Vicinity",
        "attr_sensitive":["Personal Information Visible"],"attr_status":"Completed","attr_tags":["a","b"],"attr_more_info":"Words.",
        "source_material":[{"source_url":"https://a.example/1","status":"complete"},{"source_url":"https://a.example/2"}]},
        {"id":"2f","slug":"PROJ-8","attr_description":"Invented, nowhere","attr_date":null,"attr_geolocation":null,"attr_sensitive":["Not Sensitive"],"source_material":[]}]}"#;
    let came0 = came("incidents.json", incidents.as_bytes(), &["--sensitive"]);
    let p = &came0.features[0]["properties"];
    assert_eq!(
        (&p["uid"], &p["title"], &p["when"], &p["place"]["precision"], &p["sensitive"], &p["notes"]),
        (
            &"atlos-PROJ-7".into(),
            &"Invented fire at a bridge".into(),
            &"2022-09-13".into(),
            &"near".into(),
            &true.into(),
            &"Words.".into()
        ),
        "{} {}",
        came0.report,
        came0.error
    );
    assert_eq!(came0.features[0]["geometry"]["coordinates"], serde_json::json!([45.9, 40.2]));
    assert_eq!((p["sources"].as_array().unwrap().len(), &p["tags"]["attr_status"]), (2, &"Completed".into()));
    let p = &came0.features[1]["properties"];
    assert!(p["sensitive"].is_null() && p["when"].is_null() && p["tags"].is_null(), "{p}");
    let items = r#"{"count":1,"items":[{"id":"g2","name":"Invented column","description":"Words.","la":39.8,"lo":46.7,"date":"2022-09-14T00:00:00",
        "dateCreated":"2022-09-20T10:00:00Z","originalSource":"https://a.example/1\nhttps://a.example/2","gear":"T-72"}]}"#;
    let came3 = came("items.json", items.as_bytes(), &[]);
    let (f, p) = (&came3.features[0], &came3.features[0]["properties"]);
    assert_eq!(
        (&p["uid"], &p["when"], &p["weapons"]),
        (&"geoconfirmed-g2".into(), &"2022-09-14".into(), &serde_json::json!(["T-72"])),
        "{}",
        came3.report
    );
    assert_eq!((&f["geometry"]["coordinates"][1], p["sources"].as_array().unwrap().len()), (&39.8.into(), 2));
    let placemarks = r#"{"total":1,"placemarks":[{"id":"g1","name":"Invented strike","description":"Words.","lat":39.8,"lng":46.7,"gear":"BM-21","sources":["https://a.example/1"]}]}"#;
    let came2 = came("list.json", placemarks.as_bytes(), &[]);
    let f = &came2.features[0];
    assert_eq!(f["geometry"]["coordinates"], serde_json::json!([46.7, 39.8]), "{}", came2.report);
    assert_eq!(
        (&f["properties"]["title"], &f["properties"]["weapons"]),
        (&"Invented strike".into(), &serde_json::json!(["BM-21"]))
    );
}

#[test]
fn geojson_and_geojson_lines_come_in_with_their_properties() {
    let feature = |n: u32| {
        format!(
            r#"{{"type":"Feature","id":{n},"geometry":{{"type":"Point","coordinates":[46.7,39.{n}]}},"properties":{{"name":"Event {n}","date":"2022-09-1{n}","fatalities":{n}}}}}"#
        )
    };
    let collection =
        format!(r#"{{"type":"FeatureCollection","crs":{{"type":"name"}},"features":[{},{}]}}"#, feature(1), feature(2));
    let lines = format!("{}\n{}\n", feature(1), feature(2));
    for text in [collection, lines] {
        let came = came("a.geojson", text.as_bytes(), &[]);
        assert_eq!((came.code, came.features.len()), (Some(0), 2), "{} {}", came.report, came.error);
        let p = &came.features[1]["properties"];
        assert_eq!(
            (&p["uid"], &p["title"], &p["when"], &p["claims"][0]["count"]),
            (&"2".into(), &"Event 2".into(), &"2022-09-12".into(), &2.into())
        );
    }
}
