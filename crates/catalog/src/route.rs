//! From a method and a path back to the row, for the sandbox and for reading audits.

use foxbridge_model::Service;
use percent_encoding::percent_decode_str;

use crate::operation::{Method, Operation};

/// A path template cut into segments.
#[derive(Debug)]
pub(crate) struct Route {
    service: Service,
    method: Method,
    segments: Vec<Segment>,
    /// Place of the row in the catalog.
    pub(crate) row: usize,
}

#[derive(Debug, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Value(String),
}

/// Every path of every row, those of later versions too, the more literal ones first, so that
/// `/contacts/search/duplicate` wins over `/contacts/{contactId}/…`.
pub(crate) fn routes(rows: &[Operation]) -> Vec<Route> {
    let mut routes = vec![];
    for (row, operation) in rows.iter().enumerate() {
        let mut paths = vec![operation.path.as_str()];
        for variant in &operation.variants {
            if !paths.contains(&variant.path.as_str()) {
                paths.push(&variant.path);
            }
        }
        for path in paths {
            let segments = cut(path)
                .map(|segment| {
                    match segment
                        .strip_prefix('{')
                        .and_then(|name| name.strip_suffix('}'))
                    {
                        Some(name) => Segment::Value(name.to_owned()),
                        None => Segment::Literal(segment.to_owned()),
                    }
                })
                .collect();
            routes.push(Route {
                service: operation.service,
                method: operation.method,
                segments,
                row,
            });
        }
    }
    routes.sort_by_key(Route::openness);
    routes
}

impl Route {
    fn openness(&self) -> Vec<bool> {
        self.segments
            .iter()
            .map(|segment| matches!(segment, Segment::Value(_)))
            .collect()
    }

    /// The values of the path when it is this route's. Values are percent-decoded.
    pub(crate) fn matches(
        &self,
        service: Service,
        method: Method,
        path: &str,
    ) -> Option<Vec<(String, String)>> {
        if self.service != service || self.method != method {
            return None;
        }
        let mut values = vec![];
        let mut given = cut(path);
        for segment in &self.segments {
            let text = percent_decode_str(given.next()?).decode_utf8().ok()?;
            match segment {
                Segment::Literal(literal) if *literal == text => {}
                Segment::Literal(_) => return None,
                Segment::Value(_) if text.is_empty() => return None,
                Segment::Value(name) => values.push((name.clone(), text.into_owned())),
            }
        }
        given.next().is_none().then_some(values)
    }
}

/// The segments of a path. One slash at the end says nothing: HighLevel writes `/contacts/` with
/// it, clients leave it out.
fn cut(path: &str) -> impl Iterator<Item = &str> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    path.split('/')
}
