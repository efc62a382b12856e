//! The typed client.

use foxbridge_catalog::{get, ids};
use foxbridge_model::{Person, Region, Service};
use serde_json::{Value as Json, json};
use tokio::sync::Mutex;

use super::fields::CustomField;
use super::listing::{self, ContactListing};
use super::read::{Reader, Shape};
use super::write::ContactWrite;
use crate::json;
use crate::transport::{Call, CallError, Transport, Urgency};

/// A location: the sub-account that a token belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The agency it belongs to.
    pub company_id: Option<String>,
    /// ISO 3166 alpha-2, as HighLevel has it.
    pub country: Option<String>,
    /// IANA time zone.
    pub timezone: Option<String>,
    /// Whether two contacts may share an e-mail or a phone; `None` when it does not say.
    pub allow_duplicate: Option<bool>,
}

/// What must be known to understand contacts. Read once in a client's life.
#[derive(Debug, Default)]
struct Known {
    region: Option<Region>,
    custom_fields: Option<Vec<CustomField>>,
}

/// HighLevel, for one location. Calls of it are made one after the other or side by side, as the
/// caller likes.
#[derive(Debug)]
pub struct HighLevel {
    pub(super) transport: Transport,
    known: Mutex<Known>,
}

impl HighLevel {
    /// A client for the location that the transport's connection names.
    pub fn new(transport: Transport) -> Self {
        debug_assert_eq!(
            transport.service(),
            Service::HighLevel,
            "a transport of the other service"
        );
        Self {
            transport,
            known: Mutex::default(),
        }
    }

    /// How far HighLevel's clock is ahead of this computer's: [`Transport::clock_skew_ms`].
    pub fn clock_skew_ms(&self) -> Option<i64> {
        self.transport.clock_skew_ms()
    }

    /// The same client for what is read in turn, after everything else: [`Urgency::Sweep`].
    #[must_use]
    pub fn sweeping(&self) -> Self {
        Self::new(self.transport.clone().with_urgency(Urgency::Sweep))
    }

    /// [`Transport::has_room`].
    pub fn has_room(&self) -> bool {
        self.transport.has_room()
    }

    /// Sets the country whose phone numbers are meant when a number has no country code. Without
    /// this the location is asked, which costs a request.
    #[must_use]
    pub fn with_region(mut self, region: Region) -> Self {
        self.known.get_mut().region = Some(region);
        self
    }

    pub(super) fn location_id(&self) -> Result<&str, CallError> {
        self.transport.account().ok_or(CallError::BadRequest {
            operation: "HighLevel",
            what: "the connection does not say which location it belongs to".to_owned(),
        })
    }

    /// Reads the location (`get-location`).
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn location(&self) -> Result<Location, CallError> {
        let id = self.location_id()?;
        let operation = get(ids::HIGHLEVEL_LOCATIONS_GET);
        let answer = self
            .transport
            .call(Call::new(operation).path("locationId", id))
            .await?;
        let location = answer.get("location").unwrap_or(&answer);
        let text = |key: &str| json::text(location, key).map(str::to_owned);
        let country = text("country").or_else(|| {
            location
                .get("business")
                .and_then(|b| json::text(b, "country"))
                .map(str::to_owned)
        });
        if let Some(region) = country.as_deref().and_then(|c| Region::parse(c).ok()) {
            self.known.lock().await.region.get_or_insert(region);
        }
        Ok(Location {
            id: json::id(location, "id").unwrap_or_else(|| id.to_owned()),
            name: text("name").unwrap_or_else(|| format!("HighLevel {id}")),
            company_id: text("companyId"),
            country,
            timezone: text("timezone"),
            allow_duplicate: location
                .pointer("/settings/allowDuplicateContact")
                .and_then(Json::as_bool),
        })
    }

    /// The custom fields of contacts as they are now (`get-custom-fields`).
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn custom_fields(&self) -> Result<Vec<CustomField>, CallError> {
        let mut known = self.known.lock().await;
        known.custom_fields = None;
        self.definitions(&mut known).await
    }

    /// The custom fields of contacts, asked once.
    async fn known_custom_fields(&self) -> Result<Vec<CustomField>, CallError> {
        // Held over the call: two callers at once ask once.
        let mut known = self.known.lock().await;
        self.definitions(&mut known).await
    }

    async fn definitions(&self, known: &mut Known) -> Result<Vec<CustomField>, CallError> {
        if let Some(fields) = &known.custom_fields {
            return Ok(fields.clone());
        }
        let call = Call::new(get(ids::HIGHLEVEL_CUSTOM_FIELDS_LIST))
            .path("locationId", self.location_id()?)
            .query("model", "contact");
        let answer = self.transport.call(call).await?;
        let fields: Vec<CustomField> = json::list(&answer, "customFields")
            .iter()
            .filter_map(CustomField::read)
            .collect();
        known.custom_fields = Some(fields.clone());
        Ok(fields)
    }

    /// Names of the location's tags, also of those that nobody carries (`get-location-tags`).
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn tags(&self) -> Result<Vec<String>, CallError> {
        let call = Call::new(get(ids::HIGHLEVEL_LOCATION_TAGS_LIST))
            .path("locationId", self.location_id()?);
        let answer = self.transport.call(call).await?;
        Ok(json::list(&answer, "tags")
            .iter()
            .filter_map(|tag| json::text(tag, "name").map(str::to_owned))
            .collect())
    }

    /// Makes a custom field of contacts (`create-custom-field`). HighLevel makes the key from the
    /// name. `data_type` as in `facts/highlevel.md` §4.2, e.g. `TEXT`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn create_custom_field(
        &self,
        name: &str,
        data_type: &str,
    ) -> Result<CustomField, CallError> {
        let call = Call::new(get(ids::HIGHLEVEL_CUSTOM_FIELDS_CREATE))
            .path("locationId", self.location_id()?)
            .body(json!({ "name": name, "dataType": data_type, "model": "contact" }));
        let operation = call.operation();
        let answer = self.transport.call(call).await?;
        let field = answer
            .get("customField")
            .and_then(CustomField::read)
            .ok_or_else(|| CallError::malformed(operation, "the new custom field is not in it"))?;
        if let Some(fields) = &mut self.known.lock().await.custom_fields {
            fields.push(field.clone());
        }
        Ok(field)
    }

    async fn region(&self) -> Result<Region, CallError> {
        if let Some(region) = self.known.lock().await.region {
            return Ok(region);
        }
        match self.location().await {
            Ok(_) | Err(CallError::MissingScope { .. }) => {}
            Err(e) => return Err(e),
        }
        // A location without a country, or a token that may not look.
        Ok(*self
            .known
            .lock()
            .await
            .region
            .get_or_insert_with(Region::default))
    }

    /// Reads every contact (`search-contacts-advanced`, 500 a page). `progress` hears how many are
    /// read and how many there are.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn contacts(
        &self,
        progress: impl FnMut(usize, usize),
    ) -> Result<ContactListing, CallError> {
        let custom_fields = self.known_custom_fields().await?;
        let reader = Reader {
            custom_fields: &custom_fields,
            region: self.region().await?,
        };
        listing::contacts(&self.transport, self.location_id()?, reader, progress).await
    }

    /// Reads the contacts that changed at or after a moment, RFC 3339 by HighLevel's own clock
    /// (`search-contacts-advanced`). It is a search: let the moment lie some minutes back.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn contacts_changed_since(&self, since: &str) -> Result<Vec<Person>, CallError> {
        let custom_fields = self.known_custom_fields().await?;
        let reader = Reader {
            custom_fields: &custom_fields,
            region: self.region().await?,
        };
        listing::changed(&self.transport, self.location_id()?, reader, since).await
    }

    /// Reads one contact (`get-contact`); `None` when there is none with this id.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn contact(&self, id: &str) -> Result<Option<Person>, CallError> {
        let custom_fields = self.known_custom_fields().await?;
        let reader = Reader {
            custom_fields: &custom_fields,
            region: self.region().await?,
        };
        let call = Call::new(get(ids::HIGHLEVEL_CONTACTS_GET)).path("contactId", id);
        let operation = call.operation();
        match self.transport.call(call).await {
            Ok(answer) => {
                let contact = answer
                    .get("contact")
                    .filter(|contact| json::id(contact, "id").is_some())
                    .ok_or_else(|| CallError::malformed(operation, "the contact is not in it"))?;
                Ok(reader.person(contact, Shape::Usual))
            }
            Err(e) if e.is_not_found() => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// Makes a contact (`create-contact`) and returns its id. A duplicate is refused; the error's
    /// [`CallError::duplicate_of`] says of whom.
    ///
    /// # Errors
    /// See [`CallError`]. It is never sent twice: see [`CallError::outcome_unknown`].
    pub async fn create_contact(&self, write: &ContactWrite) -> Result<String, CallError> {
        let custom_fields = self.fields_for(write).await?;
        let call = Call::new(get(ids::HIGHLEVEL_CONTACTS_CREATE));
        let operation = call.operation();
        let body = write
            .create(self.location_id()?, &custom_fields)
            .map_err(|what| CallError::BadRequest {
                operation: &operation.title,
                what,
            })?;
        let answer = self.transport.call(call.body(body)).await?;
        answer
            .get("contact")
            .and_then(|contact| json::id(contact, "id"))
            .ok_or_else(|| CallError::malformed(operation, "the new contact's id is not in it"))
    }

    /// Changes fields of a contact (`update-contact`) and keeps the others.
    ///
    /// # Errors
    /// [`CallError::BadRequest`] for a field that is not [`super::updatable`]; see [`CallError`].
    pub async fn update_contact(&self, id: &str, write: &ContactWrite) -> Result<(), CallError> {
        let custom_fields = self.fields_for(write).await?;
        let call = Call::new(get(ids::HIGHLEVEL_CONTACTS_UPDATE)).path("contactId", id);
        let body = write
            .update(&custom_fields)
            .map_err(|what| CallError::BadRequest {
                operation: &call.operation().title,
                what,
            })?;
        self.transport.call(call.body(body)).await.map(drop)
    }

    /// Deletes a contact (`delete-contact`) with everything that hangs on it. One that is not there
    /// is deleted.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn delete_contact(&self, id: &str) -> Result<(), CallError> {
        let call = Call::new(get(ids::HIGHLEVEL_CONTACTS_DELETE)).path("contactId", id);
        match self.transport.call(call).await {
            Err(e) if e.is_not_found() => Ok(()),
            answer => answer.map(drop),
        }
    }

    /// The definitions, where a write needs them.
    async fn fields_for(&self, write: &ContactWrite) -> Result<Vec<CustomField>, CallError> {
        if write.fields.keys().any(|field| field.starts_with("cf.")) {
            self.known_custom_fields().await
        } else {
            Ok(Vec::new())
        }
    }

    /// Puts tags on a contact (`add-tags`); those it has already stay. Workflows may start.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn add_tags(&self, id: &str, tags: &[String]) -> Result<(), CallError> {
        self.change_tags(ids::HIGHLEVEL_CONTACTS_TAGS_ADD, id, tags)
            .await
    }

    /// Takes tags off a contact (`remove-tags`).
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn remove_tags(&self, id: &str, tags: &[String]) -> Result<(), CallError> {
        self.change_tags(ids::HIGHLEVEL_CONTACTS_TAGS_REMOVE, id, tags)
            .await
    }

    async fn change_tags(
        &self,
        operation: &str,
        id: &str,
        tags: &[String],
    ) -> Result<(), CallError> {
        let call = Call::new(get(operation))
            .path("contactId", id)
            .body(json!({ "tags": tags }));
        self.transport.call(call).await.map(drop)
    }

    /// Id of the contact that a new one with this e-mail or phone would be a duplicate of, by the
    /// location's own rule (`get-duplicate-contact`, `facts/highlevel.md` §1.4).
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn find_duplicate(
        &self,
        email: Option<&str>,
        phone: Option<&str>,
    ) -> Result<Option<String>, CallError> {
        if email.is_none() && phone.is_none() {
            return Ok(None);
        }
        let mut call = Call::new(get(ids::HIGHLEVEL_CONTACTS_DUPLICATE))
            .query("locationId", self.location_id()?);
        if let Some(email) = email {
            call = call.query("email", email);
        }
        if let Some(phone) = phone {
            call = call.query("number", phone);
        }
        match self.transport.call(call).await {
            Ok(answer) => Ok(answer
                .get("contact")
                .and_then(|contact| json::id(contact, "id"))),
            Err(e) if e.is_not_found() => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// Contacts whose custom field holds exactly this value. A search: it lags seconds behind a
    /// write (`facts/highlevel.md` §2.1).
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn find_by_custom_field(
        &self,
        field_id: &str,
        value: &str,
    ) -> Result<Vec<Person>, CallError> {
        let custom_fields = self.known_custom_fields().await?;
        let reader = Reader {
            custom_fields: &custom_fields,
            region: self.region().await?,
        };
        let filter = json!({ "field": format!("customFields.{field_id}"), "operator": "eq", "value": value });
        let call = Call::new(get(ids::HIGHLEVEL_CONTACTS_SEARCH)).body(json!({
            "locationId": self.location_id()?,
            "pageLimit": 100,
            "filters": [filter],
        }));
        let answer = self.transport.call(call).await?;
        Ok(json::list(&answer, "contacts")
            .iter()
            .filter_map(|contact| reader.person(contact, Shape::Usual))
            .collect())
    }
}
