//! The mapping through the real program: shown, changed, tried, carried to a file and back.
#![allow(clippy::unwrap_used)]

mod common;

use common::{FAST_RPM, Sandbox, User};

#[test]
fn a_mapping_is_changed_tried_exported_and_imported() {
    let sandbox = Sandbox::fast(12, 10, 6);
    let user = User::new();
    let sync = user.connect(&sandbox, FAST_RPM);
    user.run(&["sync", "run", &sync], "");
    let fields = user.run(&["mapping", "fields", &sync], "");
    let city = fields["highlevel"]
        .as_array()
        .unwrap()
        .iter()
        .find(|field| field["id"] == "city");
    assert_eq!(city.unwrap()["writes"], "always", "a city can be written");

    let writes = sandbox.writes();
    let set = [
        "mapping",
        "set",
        &sync,
        "city",
        "--aimfox",
        "location",
        "--highlevel",
        "city",
        "--label",
        "City",
        "--transform",
        r#"[{"kind":"split","separator":",","part":1}]"#,
    ];
    let saved = user.run(&set, "");
    assert_eq!(
        saved["mapping"]["rows"].as_array().unwrap().len(),
        6,
        "a row more: {saved}"
    );
    assert_eq!(sandbox.writes(), writes, "saving writes to no service");
    let tried = user.run(&["mapping", "try", &sync], "");
    let row = tried["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["row"] == "city")
        .unwrap();
    let (whole, city) = (row["aimfox"].as_str(), row["result"].as_str());
    assert_eq!(
        whole.map(|whole| whole.split(',').next().unwrap()),
        city,
        "the part before the comma: {row}"
    );

    let template = user.run(&["mapping", "export", &sync], "");
    user.run(&["mapping", "remove", &sync, "city"], "");
    let shown = user.run(&["mapping", "show", &sync], "");
    assert_eq!(shown["rows"].as_array().unwrap().len(), 5, "it is out");
    let back = user.run(&["mapping", "import", &sync, "-"], &template.to_string());
    assert_eq!(
        back["mapping"]["rows"], template["rows"],
        "the template brings it back"
    );
}
