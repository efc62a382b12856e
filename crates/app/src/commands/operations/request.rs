//! The call that somebody filled in by hand, and how it is shown.

use foxbridge_catalog::{Operation, ParamPlace, Problem, find, in_version};
use foxbridge_connectors::{Call, Content, Part, Payload, Preview};
use foxbridge_contract::{AppError, FieldProblem, FileRow, FormRow, HeaderRow, OperationCall};
use foxbridge_model::Service;
use foxbridge_store::ConnectionRow;
use serde_json::{Map, Value};

use crate::error;

/// Names under which HighLevel asks for the location.
const LOCATION: [&str; 2] = ["locationId", "location_id"];

/// An operation by the id that somebody gave, in the version that they chose.
pub(super) fn chosen(id: &str, version: Option<&str>) -> Result<&'static Operation, AppError> {
    let row = find(id).ok_or_else(|| {
        error::not_found("operation", id)
            .hint("The Operations page and `foxbridge ops list` show them all.")
    })?;
    let Some(version) = version.filter(|version| !version.is_empty()) else {
        return Ok(row);
    };
    in_version(id, version).ok_or_else(|| {
        let known = match row.versions.as_slice() {
            [] => "it has no versions".to_owned(),
            versions => format!("it exists in {}", versions.join(" and ")),
        };
        let why = format!("\"{}\" is not in version {version}: {known}.", row.title);
        AppError::new(foxbridge_contract::ErrorCode::BadRequest, why)
    })
}

/// A call, filled in and checked.
pub(crate) struct Request {
    /// What the transport is given.
    pub(crate) call: Call,
    /// What must be put right before it can be sent.
    pub(crate) problems: Vec<FieldProblem>,
}

impl Request {
    pub(crate) fn new(
        operation: &'static Operation,
        connection: &ConnectionRow,
        given: &OperationCall,
    ) -> Self {
        let mut draft = Draft {
            operation,
            path: Vec::new(),
            query: Vec::new(),
            body: given.body.clone().unwrap_or_default(),
            problems: Vec::new(),
        };
        draft.take(given);
        draft.fill(connection);
        draft.finish()
    }
}

/// A call that is being put together.
struct Draft {
    operation: &'static Operation,
    path: Vec<(&'static str, String)>,
    query: Vec<(String, String)>,
    /// `null` for none.
    body: Value,
    problems: Vec<FieldProblem>,
}

impl Draft {
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

    fn finish(mut self) -> Request {
        let mut call = Call::new(self.operation).body(self.body);
        for (name, value) in self.path {
            call = call.path(name, value);
        }
        for (name, value) in self.query {
            call = call.query(name, value);
        }
        let found = call.problems();
        self.problems.extend(found.into_iter().map(shown));
        Request {
            call,
            problems: self.problems,
        }
    }
}

fn shown(problem: Problem) -> FieldProblem {
    let Problem { at, what } = problem;
    FieldProblem { at, what }
}

/// Headers as they are shown.
pub(super) fn headers(preview: &Preview) -> Vec<HeaderRow> {
    let header = |(name, value): &(String, String)| HeaderRow {
        name: name.clone(),
        value: value.clone(),
    };
    preview.headers.iter().map(header).collect()
}

/// The fields of a form as they are shown; empty when the body is JSON.
pub(super) fn form(preview: &Preview) -> Vec<FormRow> {
    let row = |part: &Part| match &part.content {
        Content::Text(text) => FormRow {
            name: part.name.clone(),
            value: text.clone(),
            file: None,
        },
        Content::File(file) => FormRow {
            name: part.name.clone(),
            value: file.name.clone(),
            file: Some(FileRow {
                media_type: file.media_type.clone(),
                bytes: u32::try_from(file.bytes.len()).unwrap_or(u32::MAX),
            }),
        },
    };
    match &preview.payload {
        Some(Payload::Form(parts) | Payload::Parts(parts)) => parts.iter().map(row).collect(),
        _ => Vec::new(),
    }
}

/// The same for a shell whose variable `TOKEN` holds the secret. A file is read from where the
/// shell is.
pub(super) fn curl(preview: &Preview) -> String {
    let mut curl = format!("curl -X {} {}", preview.method, quoted(&preview.url));
    let parts = matches!(preview.payload, Some(Payload::Parts(_)));
    for (name, value) in &preview.headers {
        // curl makes the boundary of parts itself.
        if parts && name == "Content-Type" {
            continue;
        }
        // Double quotes: the shell puts the secret in.
        curl.push_str(&format!(" \\\n  -H \"{name}: {value}\""));
    }
    for argument in match &preview.payload {
        None => Vec::new(),
        Some(Payload::Json(body)) => vec![format!("--data-raw {}", quoted(&body.to_string()))],
        Some(Payload::Form(fields)) => fields
            .iter()
            .map(|f| field("--data-urlencode", f))
            .collect(),
        Some(Payload::Parts(fields)) => fields.iter().map(|f| field("--form-string", f)).collect(),
    } {
        curl.push_str(&format!(" \\\n  {argument}"));
    }
    curl
}

/// A field of a form as an argument of curl.
fn field(option: &str, part: &Part) -> String {
    match &part.content {
        Content::Text(text) => {
            let pair = format!("{}={text}", part.name);
            // A secret's name is a variable, as the token is.
            let named = text.strip_prefix('$').is_some_and(|name| {
                !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
            });
            if named {
                format!("{option} \"{pair}\"")
            } else {
                format!("{option} {}", quoted(&pair))
            }
        }
        Content::File(file) => {
            let name = file.name.replace('\\', "\\\\").replace('"', "\\\"");
            let from = format!("{}=@\"{name}\";type={}", part.name, file.media_type);
            format!("-F {}", quoted(&from))
        }
    }
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

    /// A call as it is shown, and what is wrong with it.
    struct Shown {
        preview: Preview,
        problems: Vec<FieldProblem>,
    }

    impl Shown {
        fn body(&self) -> &Value {
            match &self.preview.payload {
                Some(Payload::Json(body)) => body,
                other => panic!("{other:?} is not JSON"),
            }
        }
    }

    async fn request(id: &str, params: &[(&str, &str)], body: Value) -> Shown {
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
            version: None,
            params: params.collect(),
            body: Some(body),
            confirm: false,
        };
        let request = Request::new(get(id), &connection, &call);
        Shown {
            preview: request.call.preview(BASE).await.unwrap(),
            problems: request.problems,
        }
    }

    fn at(request: &Shown) -> Vec<&str> {
        request.problems.iter().map(|p| p.at.as_str()).collect()
    }

    #[tokio::test]
    async fn the_location_is_filled_in_wherever_it_is_asked_for() {
        let path = request(ids::HIGHLEVEL_LOCATION_TAGS_LIST, &[], Value::Null).await;
        assert!(
            path.preview.url.contains("/locations/loc%201/tags"),
            "in the path, encoded: {}",
            path.preview.url
        );
        let query = request(ids::HIGHLEVEL_CONTACTS_LIST, &[], Value::Null).await;
        assert!(
            query.preview.url.contains("locationId=loc+1"),
            "in the query: {}",
            query.preview.url
        );
        let body = request(
            ids::HIGHLEVEL_CONTACTS_CREATE,
            &[],
            json!({ "firstName": "Ada" }),
        )
        .await;
        assert_eq!(body.body()["locationId"], "loc 1", "in the body");
        for request in [path, query, body] {
            assert_eq!(at(&request), Vec::<&str>::new(), "nothing else is missing");
        }
        let given = request(
            ids::HIGHLEVEL_CONTACTS_CREATE,
            &[],
            json!({ "locationId": "other" }),
        )
        .await;
        assert_eq!(given.body()["locationId"], "other", "what is given stays");
    }

    #[tokio::test]
    async fn every_fault_is_named_by_its_field() {
        let task = request(
            ids::HIGHLEVEL_CONTACTS_TASKS_CREATE,
            &[("contactID", "x")],
            Value::Null,
        )
        .await;
        let at = at(&task);
        for field in ["params.contactID", "path.contactId", "body.title"] {
            assert!(at.contains(&field), "{field} is not among {at:?}");
        }
        assert!(
            task.preview.url.contains("/contacts/{contactId}/tasks"),
            "what is missing shows as a hole: {}",
            task.preview.url
        );
    }

    #[tokio::test]
    async fn a_command_line_survives_what_people_write() {
        let body = json!({ "body": "it's $HOME `id`" });
        let note = request(
            ids::HIGHLEVEL_CONTACTS_NOTES_CREATE,
            &[("contactId", "a/b'c")],
            body,
        )
        .await;
        assert_eq!(at(&note), Vec::<&str>::new());
        let curl = curl(&note.preview);
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

    #[tokio::test]
    async fn a_form_is_shown_by_its_fields_and_without_what_is_secret() {
        let body = json!({
            "client_id": "app", "client_secret": "s3cret&", "grant_type": "refresh_token",
            "refresh_token": "r3fresh",
        });
        let token = request("highlevel.oauth.token", &[], body).await;
        assert_eq!(at(&token), Vec::<&str>::new());
        let fields: Vec<String> = form(&token.preview)
            .into_iter()
            .map(|field| format!("{}={}", field.name, field.value))
            .collect();
        assert_eq!(
            fields,
            [
                "client_id=app",
                "client_secret=$CLIENT_SECRET",
                "grant_type=refresh_token",
                "refresh_token=$REFRESH_TOKEN"
            ]
        );
        let curl = curl(&token.preview);
        assert!(
            curl.contains("--data-urlencode 'client_id=app'")
                && curl.contains("--data-urlencode \"client_secret=$CLIENT_SECRET\""),
            "it asks the shell for what is secret: {curl}"
        );
        let shown = format!("{curl} {:?}", token.preview);
        for secret in ["s3cret", "r3fresh"] {
            assert!(!shown.contains(secret), "{secret} is shown: {shown}");
        }
    }

    #[tokio::test]
    async fn a_file_is_shown_by_its_name_and_size() {
        let file = foxbridge_catalog::File {
            name: "my \"call\".mp3".to_owned(),
            media_type: "audio/mpeg".to_owned(),
            bytes: vec![7; 2048],
        };
        let body = json!({
            "conversationId": "c", "contactId": "p", "attachmentUrls": ["u1", "@u2"],
            "fileAttachment": file.write(),
        });
        let id = "highlevel.conversations.files.upload";
        let upload = request(id, &[], body).await;
        assert_eq!(at(&upload), Vec::<&str>::new());
        let rows = form(&upload.preview);
        let row = rows.iter().find(|row| row.file.is_some()).unwrap();
        assert_eq!(
            (row.name.as_str(), row.value.as_str()),
            ("fileAttachment", "my \"call\".mp3")
        );
        assert_eq!(row.file.as_ref().unwrap().bytes, 2048);
        let curl = curl(&upload.preview);
        assert!(
            curl.contains("--form-string 'attachmentUrls=@u2'"),
            "a text that looks like a file's name is none: {curl}"
        );
        assert!(
            curl.contains(r#"-F 'fileAttachment=@"my \"call\".mp3";type=audio/mpeg'"#),
            "the file is read from where the shell is: {curl}"
        );
        assert!(
            !curl.contains("Content-Type"),
            "curl makes the boundary: {curl}"
        );

        let no_file = json!({
            "conversationId": "c", "contactId": "p", "attachmentUrls": [], "fileAttachment": "x",
        });
        let refused = request(id, &[], no_file).await;
        assert_eq!(at(&refused), ["body.fileAttachment"]);
    }

    #[test]
    fn a_version_is_chosen_among_those_there_are() {
        let id = "highlevel.contacts.campaigns.remove_all";
        assert_eq!(chosen(id, Some("v3")).unwrap().versions, ["v3"]);
        let usual = chosen(id, None).unwrap();
        assert_eq!(
            chosen(id, Some("")).unwrap(),
            usual,
            "none is the usual one"
        );
        let why = chosen(id, Some("v9")).unwrap_err().message;
        assert!(why.contains("2021-07-28 and v3"), "it says which: {why}");
        let why = chosen("aimfox.leads.total", Some("v3"))
            .unwrap_err()
            .message;
        assert!(why.contains("no versions"), "{why}");
    }
}
