//! The request that a call by hand makes: filled in, checked, and shown without the secret.

use foxbridge_catalog::{BodyFormat, CatalogError, Operation, ParamPlace};
use foxbridge_connectors::Call;
use foxbridge_contract::{FieldProblem, HeaderRow, OperationCall};
use foxbridge_model::Service;
use foxbridge_store::ConnectionRow;
use serde_json::{Map, Value};
use url::form_urlencoded::Serializer;

/// Names under which HighLevel asks for the location.
const LOCATION: [&str; 2] = ["locationId", "location_id"];

/// A call, filled in and checked.
pub(super) struct Request {
    operation: &'static Operation,
    path: Vec<(&'static str, String)>,
    query: Vec<(String, String)>,
    /// `null` for none.
    pub(super) body: Value,
    /// What must be put right before it can be sent.
    pub(super) problems: Vec<FieldProblem>,
}

impl Request {
    pub(super) fn new(
        operation: &'static Operation,
        connection: &ConnectionRow,
        call: &OperationCall,
    ) -> Self {
        let mut request = Self {
            operation,
            path: Vec::new(),
            query: Vec::new(),
            body: call.body.clone().unwrap_or_default(),
            problems: Vec::new(),
        };
        request.take(call);
        request.fill(connection);
        request.check();
        request
    }

    fn problem(&mut self, at: String, what: &str) {
        let what = what.to_owned();
        self.problems.push(FieldProblem { at, what });
    }

    fn take(&mut self, call: &OperationCall) {
        for (name, values) in &call.params {
            let plain = name.strip_suffix("[]").unwrap_or(name);
            let param = self.operation.params.iter().find(|p| p.name == plain);
            match (param.map(|p| p.place), values.all()) {
                (None, _) => {
                    self.problem(format!("params.{name}"), "is not a parameter of this call");
                }
                (Some(ParamPlace::Path), [value]) => {
                    if let Some(param) = param {
                        self.path.push((&param.name, value.clone()));
                    }
                }
                (Some(ParamPlace::Path), _) => {
                    self.problem(format!("path.{name}"), "takes one value");
                }
                (Some(ParamPlace::Query), values) => {
                    let each = values.iter().map(|value| (name.clone(), value.clone()));
                    self.query.extend(each);
                }
            }
        }
    }

    /// The location is the connection's own, wherever it is asked for and was left out.
    fn fill(&mut self, connection: &ConnectionRow) {
        let schema = self.operation.body.as_ref().map(|body| &body.schema);
        // Without a body, its required fields are what is missing.
        if let (Some(body), true) = (&self.operation.body, self.body.is_null())
            && body.required
            && body.schema["type"] == "object"
        {
            self.body = Value::Object(Map::new());
        }
        let (Service::HighLevel, Some(location)) = (connection.service, &connection.account) else {
            return;
        };
        for param in &self.operation.params {
            if !LOCATION.contains(&param.name.as_str()) {
                continue;
            }
            match param.place {
                ParamPlace::Path if !self.path.iter().any(|(name, _)| *name == param.name) => {
                    self.path.push((&param.name, location.clone()));
                }
                ParamPlace::Query
                    if param.required
                        && !self.query.iter().any(|(name, _)| *name == param.name) =>
                {
                    self.query.push((param.name.clone(), location.clone()));
                }
                _ => {}
            }
        }
        let required = schema.and_then(|schema| schema["required"].as_array());
        if let (Some(required), Value::Object(body)) = (required, &mut self.body) {
            for name in LOCATION {
                if required.iter().any(|r| r == name) && !body.contains_key(name) {
                    body.insert(name.to_owned(), location.clone().into());
                }
            }
        }
    }

    fn check(&mut self) {
        for param in self.operation.path_params() {
            let value = self.path.iter().find(|(name, _)| *name == param.name);
            match value.map(|(_, value)| value.as_str()) {
                None | Some("") => self.problem(format!("path.{}", param.name), "is missing"),
                Some("." | "..") => {
                    self.problem(format!("path.{}", param.name), "cannot be `.` or `..`");
                }
                Some(_) => {}
            }
        }
        let checks = [
            self.operation.check_query(&self.query),
            self.operation.check_body(&self.body),
        ];
        for found in checks.iter().filter_map(|check| check.as_ref().err()) {
            self.problems.extend(problems(found));
        }
        let format = self.operation.body.as_ref().map(|body| body.format);
        if !self.body.is_null() && format.is_some_and(|format| format != BodyFormat::Json) {
            self.problem(
                "body".to_owned(),
                "goes as a form or a file, which Foxbridge does not send",
            );
        }
    }

    /// What the transport is given.
    pub(super) fn call(self) -> Call {
        let mut call = Call::new(self.operation).body(self.body);
        for (name, value) in self.path {
            call = call.path(name, value);
        }
        for (name, value) in self.query {
            call = call.query(name, value);
        }
        call
    }

    /// The full address; what is missing of the path shows as `{name}`.
    pub(super) fn url(&self, base_url: &str) -> String {
        let hole = |name: &str| format!("{{{name}}}");
        let holes: Vec<(&str, String)> = self
            .operation
            .path_params()
            .map(|param| {
                let given = self.path.iter().find(|(name, _)| *name == param.name);
                let value = given.map(|(_, value)| value.as_str()).unwrap_or_default();
                match value {
                    "" | "." | ".." => (param.name.as_str(), hole(&param.name)),
                    value => (param.name.as_str(), value.to_owned()),
                }
            })
            .collect();
        let values: Vec<(&str, &str)> = holes.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let mut path = self
            .operation
            .path_with(&values)
            .unwrap_or_else(|_| self.operation.path.clone());
        for param in self.operation.path_params() {
            path = path.replace(&format!("%7B{}%7D", param.name), &hole(&param.name));
        }
        let mut url = format!("{}{path}", base_url.trim_end_matches('/'));
        if !self.query.is_empty() {
            url.push('?');
            url.push_str(
                &Serializer::new(String::new())
                    .extend_pairs(&self.query)
                    .finish(),
            );
        }
        url
    }

    /// As the transport sends them; `$TOKEN` stands for the secret.
    pub(super) fn headers(&self) -> Vec<HeaderRow> {
        let mut headers = vec![
            ("Authorization", "Bearer $TOKEN"),
            ("Accept", "application/json"),
        ];
        if let Some(version) = self.operation.versions.first() {
            headers.push(("Version", version));
        }
        if !self.body.is_null() {
            headers.push(("Content-Type", "application/json"));
        }
        let header = |(name, value): (&str, &str)| HeaderRow {
            name: name.to_owned(),
            value: value.to_owned(),
        };
        headers.into_iter().map(header).collect()
    }

    /// The same for a shell whose variable `TOKEN` holds the secret.
    pub(super) fn curl(&self, base_url: &str) -> String {
        let method = self.operation.method.as_str();
        let mut curl = format!("curl -X {method} {}", quoted(&self.url(base_url)));
        for header in self.headers() {
            // Double quotes: the shell puts the secret in.
            curl.push_str(&format!(" \\\n  -H \"{}: {}\"", header.name, header.value));
        }
        if !self.body.is_null() {
            curl.push_str(&format!(
                " \\\n  --data-raw {}",
                quoted(&self.body.to_string())
            ));
        }
        curl
    }
}

fn problems(error: &CatalogError) -> impl Iterator<Item = FieldProblem> {
    error.problems().iter().map(|problem| FieldProblem {
        at: problem.at.clone(),
        what: problem.what.clone(),
    })
}

/// One word for a shell, whatever is in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use foxbridge_catalog::{get, ids};
    use foxbridge_contract::ParamValue;
    use serde_json::json;

    use super::*;

    const BASE: &str = "https://services.leadconnectorhq.com/";

    fn request(id: &str, params: &[(&str, &str)], body: Value) -> Request {
        let connection = ConnectionRow {
            id: "hl".to_owned(),
            service: Service::HighLevel,
            name: "Acme".to_owned(),
            account: Some("loc 1".to_owned()),
            base_url: BASE.to_owned(),
            requests_per_minute: None,
            sample: false,
            created_at: 0,
        };
        let params = params
            .iter()
            .map(|(k, v)| ((*k).to_owned(), ParamValue::One((*v).to_owned())));
        let call = OperationCall {
            connection: "hl".to_owned(),
            operation: id.to_owned(),
            params: params.collect(),
            body: Some(body),
            confirm: false,
        };
        Request::new(get(id), &connection, &call)
    }

    fn at(request: &Request) -> Vec<&str> {
        request.problems.iter().map(|p| p.at.as_str()).collect()
    }

    #[test]
    fn the_location_is_filled_in_wherever_it_is_asked_for() {
        let path = request(ids::HIGHLEVEL_LOCATION_TAGS_LIST, &[], Value::Null);
        assert!(
            path.url(BASE).contains("/locations/loc%201/tags"),
            "in the path, encoded: {}",
            path.url(BASE)
        );
        let query = request(ids::HIGHLEVEL_CONTACTS_LIST, &[], Value::Null);
        assert!(
            query.url(BASE).contains("locationId=loc+1"),
            "in the query: {}",
            query.url(BASE)
        );
        let body = request(
            ids::HIGHLEVEL_CONTACTS_CREATE,
            &[],
            json!({ "firstName": "Ada" }),
        );
        assert_eq!(body.body["locationId"], "loc 1", "in the body");
        for request in [path, query, body] {
            assert_eq!(at(&request), Vec::<&str>::new(), "nothing else is missing");
        }
        let given = request(
            ids::HIGHLEVEL_CONTACTS_CREATE,
            &[],
            json!({ "locationId": "other" }),
        );
        assert_eq!(given.body["locationId"], "other", "what is given stays");
    }

    #[test]
    fn every_fault_is_named_by_its_field() {
        let task = request(
            ids::HIGHLEVEL_CONTACTS_TASKS_CREATE,
            &[("contactID", "x")],
            Value::Null,
        );
        let at = at(&task);
        for field in ["params.contactID", "path.contactId", "body.title"] {
            assert!(at.contains(&field), "{field} is not among {at:?}");
        }
        assert!(
            task.url(BASE).contains("/contacts/{contactId}/tasks"),
            "what is missing shows as a hole: {}",
            task.url(BASE)
        );
    }

    #[test]
    fn a_command_line_survives_what_people_write() {
        let body = json!({ "body": "it's $HOME `id`" });
        let note = request(
            ids::HIGHLEVEL_CONTACTS_NOTES_CREATE,
            &[("contactId", "a/b'c")],
            body,
        );
        assert_eq!(at(&note), Vec::<&str>::new());
        let curl = note.curl(BASE);
        assert!(
            curl.contains("/contacts/a%2Fb%27c/notes'"),
            "an id stays one segment: {curl}"
        );
        assert!(
            curl.contains(r#"'{"body":"it'\''s $HOME `id`"}'"#),
            "the body is one word, and nothing in it is run: {curl}"
        );
        assert!(
            curl.contains("\"Authorization: Bearer $TOKEN\""),
            "the secret comes from a variable: {curl}"
        );
    }
}
