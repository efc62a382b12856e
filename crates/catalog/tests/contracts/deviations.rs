//! Where a row knowingly differs from the vendor's document, and why.

/// An operation, the differences as the test words them, and where each is known from.
pub(crate) type Deviation = (&'static str, &'static [&'static str], &'static str);

/// Everything known.
pub(crate) const DEVIATIONS: &[Deviation] = &[
    (
        "aimfox.leads.labels.remove",
        &["effect is write here"],
        "the document itself calls it reversible: the label stays and can be put back",
    ),
    (
        "highlevel.contacts.bulk.tags",
        &["path: type is not in the document"],
        "the document has {type} in the path but forgets to declare it (facts/highlevel.md §1.9)",
    ),
    (
        "highlevel.contacts.search",
        &[
            "body.filters is not in the document",
            "body.locationId is not in the document",
            "body.page is not in the document",
            "body.pageLimit is not in the document",
            "body.query is not in the document",
            "body.searchAfter is not in the document",
            "body.sort is not in the document",
        ],
        "the document's body is empty; the real one is on the search page and in live calls \
         (facts/highlevel.md §2.1)",
    ),
    (
        "highlevel.locations.tasks.search",
        &["body.searchAfter is not in the document"],
        "seen live as the way to page (facts/highlevel.md §3.2)",
    ),
];

/// Operations of an app that have no row, and why.
pub(crate) const MISSING_ROWS: &[(&str, &str)] = &[];
