// The location's own things, and its businesses, through the vendor's client.

import assert from "node:assert/strict";
import { test } from "node:test";

import { NOBODY, methods, people, play, refused, stage } from "./stage.js";

const here = stage();
const locations = () => here.client("locations");
const businesses = () => here.client("businesses");
const location = () => ({ locationId: here.location_id });

test("the location", async () => {
  const { location: found } = await locations().getLocation(location());
  assert.equal(found.id, here.location_id);
  assert.ok(found.name, "it has a name");
});

test("tags of the location", async () => {
  const { tag } = await locations().createTag(location(), { name: "From The Client" });
  const tagId = tag.id;
  assert.ok(tagId);
  assert.equal(tag.name, "from the client", "tags are written small (facts/highlevel.md §1.6)");

  const listed = await locations().getLocationTags(location());
  assert.ok(listed.tags.some(({ id }) => id === tagId));
  assert.equal((await locations().getTagById({ ...location(), tagId })).tag.id, tagId);
  const updated = await locations().updateTag({ ...location(), tagId }, { name: "renamed" });
  assert.equal(updated.tag.name, "renamed");
  const gone = await locations().deleteTag({ ...location(), tagId });
  assert.ok(gone.succeded ?? gone.succeeded);
  const after = await locations().getLocationTags(location());
  assert.ok(!after.tags.some(({ id }) => id === tagId), "it is gone");
});

test("custom fields of the location", async () => {
  const { customField } = await locations().createCustomField(location(), {
    name: "Shoe Size",
    dataType: "NUMERICAL",
    model: "contact",
  });
  const id = customField.id;
  assert.deepEqual(
    [customField.fieldKey, customField.dataType],
    ["contact.shoe_size", "NUMERICAL"],
    "the key is made from the name",
  );
  const listed = await locations().getCustomFields({ ...location(), model: "contact" });
  assert.ok(listed.customFields.some((field) => field.id === id));
  assert.equal((await locations().getCustomField({ ...location(), id })).customField.id, id);
  const updated = await locations().updateCustomField({ ...location(), id }, { name: "Size" });
  assert.equal(updated.customField.name, "Size");

  const { contact } = await here.ghl.contacts.createContact({
    ...location(),
    firstName: "Shod",
    customFields: [{ id, field_value: 43 }],
  });
  const read = await here.ghl.contacts.getContact({ contactId: contact.id });
  assert.deepEqual(
    read.contact.customFields.filter((field) => field.id === id).map(({ value }) => value),
    [43],
    "a value is written as field_value and read as value",
  );

  const gone = await locations().deleteCustomField({ ...location(), id });
  assert.ok(gone.succeded ?? gone.succeeded);
  await refused(locations().getCustomField({ ...location(), id }), 400, /not found/i);
});

test("tasks of the whole location", async () => {
  const [someone] = await people(here, 1);
  const { task } = await here.ghl.contacts.createTask(
    { contactId: someone.id },
    { title: "Only here", dueDate: "2026-03-01T09:00:00Z", completed: false },
  );
  const found = await locations().taskSearch(location(), {
    contactId: [someone.id],
    completed: false,
    limit: 100,
    skip: 0,
  });
  const ours = found.tasks.find((each) => (each.id ?? each._id) === task.id);
  assert.equal(ours?.title, "Only here", "it is found with its contact");
  assert.ok(
    found.tasks.every(({ contactId }) => contactId === someone.id),
    "and nobody else’s",
  );
});

play("custom values of the location", async () => {
  const { customValue } = await locations().createCustomValue(location(), {
    name: "Motto",
    value: "Ever onward",
  });
  const id = customValue.id;
  const listed = await locations().getCustomValues(location());
  assert.ok(listed.customValues.some((each) => each.id === id));
  const read = await locations().getCustomValue({ ...location(), id });
  assert.equal(read.customValue.value, "Ever onward");
  const changed = { name: "Motto", value: "Onward" };
  const updated = await locations().updateCustomValue({ ...location(), id }, changed);
  assert.equal(updated.customValue.value, "Onward");
  const gone = await locations().deleteCustomValue({ ...location(), id });
  assert.ok(gone.succeded ?? gone.succeeded);
});

play("time zones", async () => {
  const answer = await here.client("locations", { samples: true }).getTimezones(location());
  assert.ok(answer, "an answer in the shape of the document");
});

test("businesses", async () => {
  const made = await businesses().createBusiness({ name: "Sdk & Sons", ...location() });
  const business = made.business ?? made.buiseness;
  const businessId = business.id;
  assert.equal(business.name, "Sdk & Sons");
  const listed = await businesses().getBusinessesByLocation({ ...location(), limit: "100" });
  assert.ok(listed.businesses.some(({ id }) => id === businessId));
  assert.equal((await businesses().getBusiness({ businessId })).business.id, businessId);
  const updated = await businesses().updateBusiness({ businessId }, { city: "Ghent" });
  assert.equal((updated.business ?? updated.buiseness).city, "Ghent");
  const gone = await businesses().deleteBusiness({ businessId });
  assert.ok(gone.success);
  await refused(businesses().getBusiness({ businessId }), 400, /not found/i);
  await refused(businesses().getBusiness({ businessId: NOBODY }), 400, /not found/i);
});

test("no method for businesses was left out", () => {
  assert.deepEqual(
    methods(here.ghl.businesses).filter((name) => !here.called.has(name)),
    [],
    "each was called above",
  );
});
