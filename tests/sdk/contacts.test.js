// Every method for contacts that the vendor's client has.

import assert from "node:assert/strict";
import { test } from "node:test";

import { NOBODY, colleague, first, methods, people, played, refused, stage } from "./stage.js";

const here = stage();
const contacts = () => here.client("contacts");
const location = () => ({ locationId: here.location_id });

async function made(more) {
  const { contact } = await contacts().createContact({ ...location(), ...more });
  assert.ok(contact.id, "a new contact has an id");
  return contact.id;
}

test("the version that the client sends on its own is answered, and so are the others", async () => {
  const [someone] = await people(here, 1);
  for (const [version, sent] of [
    [undefined, "2023-02-21"],
    ["2021-07-28", "2021-07-28"],
  ]) {
    const ghl = here.sign_in({ apiVersion: version });
    const seen = [];
    ghl.addRequestInterceptor({
      onFulfilled: (request) => {
        seen.push(request.headers.Version);
        return request;
      },
    });
    const { contact } = await ghl.contacts.getContact({ contactId: someone.id });
    assert.deepEqual(seen, [sent], "the version goes with the request");
    assert.equal(contact.id, someone.id, "and is answered");
  }
  const old = here.sign_in({ apiVersion: "2019-01-01" });
  await refused(old.contacts.getContact({ contactId: someone.id }), 400, /version header/);
});

test("a token that is none is refused", async () => {
  const stranger = here.sign_in({ privateIntegrationToken: "pit-00000000" });
  await refused(stranger.contacts.getContact({ contactId: NOBODY }), 401, /token/i);
});

test("contacts are made, read, changed and deleted", async () => {
  const email = "ada.sdk@example.com";
  const contactId = await made({ firstName: "Ada", lastName: "Sdk", email, tags: ["sdk"] });

  const read = async () => (await contacts().getContact({ contactId })).contact;
  const before = await read();
  assert.deepEqual(
    [before.firstName, before.lastName, before.email, before.tags, before.locationId],
    ["Ada", "Sdk", email, ["sdk"], here.location_id],
    "what was written is read",
  );

  const changed = await contacts().updateContact({ contactId }, { city: "Ghent" });
  assert.ok(changed.succeded ?? changed.succeeded, "the change is confirmed");
  assert.equal(changed.contact.city, "Ghent", "and shown");
  const after = await read();
  assert.deepEqual([after.city, after.email], ["Ghent", email], "other fields stay");

  await refused(
    contacts().updateContact({ contactId }, { companyName: "Sdk" }),
    422,
    /companyName should not exist/,
  );
  await refused(
    contacts().createContact({ ...location(), email }),
    400,
    /does not allow duplicated contacts/,
  );
  await refused(contacts().createContact({ firstName: "Nowhere" }), 422, /locationId/);

  const same = await contacts().getDuplicateContact({ ...location(), email });
  assert.equal(same.contact.id, contactId, "found by its e-mail");

  const upserted = await contacts().upsertContact({ ...location(), email, state: "Flanders" });
  assert.deepEqual([upserted.new, upserted.contact.id], [false, contactId], "not made again");
  assert.equal((await read()).state, "Flanders", "but changed");

  const gone = await contacts().deleteContact({ contactId });
  assert.ok(gone.succeded ?? gone.succeeded, "the deletion is confirmed");
  await refused(contacts().getContact({ contactId }), 400, /not found/i);
});

test("the listings", async () => {
  const all = await people(here);
  const page = await contacts().searchContactsAdvanced({
    ...location(),
    pageLimit: 10,
    sort: [{ field: "dateAdded", direction: "desc" }],
  });
  assert.equal(page.contacts.length, 10);
  const next = await contacts().searchContactsAdvanced({
    ...location(),
    pageLimit: 10,
    sort: [{ field: "dateAdded", direction: "desc" }],
    searchAfter: page.contacts.at(-1).searchAfter,
  });
  const seen = new Set(page.contacts.map(({ id }) => id));
  assert.equal(
    next.contacts.filter(({ id }) => seen.has(id)).length,
    0,
    "the next page has nobody of the first",
  );

  const known = all.find(({ email }) => email);
  const filtered = await contacts().searchContactsAdvanced({
    ...location(),
    pageLimit: 10,
    filters: [{ field: "email", operator: "eq", value: known.email }],
  });
  assert.ok(
    filtered.contacts.some(({ id }) => id === known.id),
    "a filter finds whom it describes",
  );

  const old = await contacts().getContacts({ ...location(), limit: 5 });
  assert.equal(old.contacts.length, 5);
  const { startAfterId, startAfter } = old.meta;
  const more = await contacts().getContacts({ ...location(), limit: 5, startAfterId, startAfter });
  const firsts = new Set(old.contacts.map(({ id }) => id));
  assert.equal(more.contacts.filter(({ id }) => firsts.has(id)).length, 0, "paging goes on");
});

test("tags", async () => {
  const contactId = await made({ firstName: "Tag", tags: ["one"] });
  const added = await contacts().addTags({ contactId }, { tags: ["two", "one"] });
  assert.deepEqual([...added.tags].sort(), ["one", "two"], "the one it had stays one");
  const removed = await contacts().removeTags({ contactId }, { tags: ["one"] });
  assert.deepEqual(removed.tags, ["two"], "a deletion with a body arrives");

  const bulk = await contacts().createAssociation(
    { type: "add" },
    { contacts: [contactId], tags: ["three"], ...location() },
  );
  assert.equal(bulk.errorCount, 0);
  const { contact } = await contacts().getContact({ contactId });
  assert.deepEqual([...contact.tags].sort(), ["three", "two"]);
});

test("tasks", async () => {
  const contactId = await made({ firstName: "Task" });
  const assignedTo = await colleague(here);
  const given = {
    title: "Call",
    body: "About the offer",
    dueDate: "2026-03-01T09:00:00Z",
    completed: false,
    assignedTo,
  };
  const { task } = await contacts().createTask({ contactId }, given);
  const taskId = task.id;
  assert.ok(taskId);
  await refused(contacts().createTask({ contactId }, { title: "Call" }), 422, /dueDate/);

  const one = await contacts().getTask({ contactId, taskId });
  assert.deepEqual([one.task.title, one.task.assignedTo], ["Call", assignedTo]);
  await contacts().updateTask({ contactId, taskId }, { title: "Call again" });
  await contacts().updateTaskCompleted({ contactId, taskId }, { completed: true });
  const { tasks } = await contacts().getAllTasks({ contactId });
  assert.deepEqual(
    tasks.map(({ id, title, completed, body }) => ({ id, title, completed, body })),
    [{ id: taskId, title: "Call again", completed: true, body: "About the offer" }],
    "only what was changed is different",
  );
  const gone = await contacts().deleteTask({ contactId, taskId });
  assert.ok(gone.succeded ?? gone.succeeded);
  await refused(contacts().getTask({ contactId, taskId }), 404, /not found/i);
});

test("notes", async () => {
  const contactId = await made({ firstName: "Note" });
  const { note } = await contacts().createNote({ contactId }, { body: "First" });
  const id = note.id;
  assert.ok(id);
  assert.equal((await contacts().getNote({ contactId, id })).note.body, "First");
  await contacts().updateNote({ contactId, id }, { body: "Second" });
  const { notes } = await contacts().getAllNotes({ contactId });
  assert.deepEqual(
    notes.map((each) => each.body),
    ["Second"],
  );
  await contacts().deleteNote({ contactId, id });
  assert.deepEqual((await contacts().getAllNotes({ contactId })).notes, []);
});

test("followers", async () => {
  const contactId = await made({ firstName: "Followed" });
  const user = await colleague(here);
  const added = await contacts().addFollowersContact({ contactId }, { followers: [user] });
  assert.deepEqual([added.followers, added.followersAdded], [[user], [user]]);
  const removed = await contacts().removeFollowersContact({ contactId }, { followers: [user] });
  assert.deepEqual([removed.followers, removed.followersRemoved], [[], [user]]);
});

test("the business of contacts", async () => {
  const contactId = await made({ firstName: "Employed" });
  const { businesses } = await here.ghl.businesses.getBusinessesByLocation(location());
  const businessId = businesses[0].id;
  const put = await contacts().addRemoveContactFromBusiness({
    ...location(),
    ids: [contactId],
    businessId,
  });
  assert.deepEqual([put.success, put.ids], [true, [contactId]]);
  assert.equal((await contacts().getContact({ contactId })).contact.businessId, businessId);

  const listed = await contacts().getContactsByBusinessId({
    businessId,
    ...location(),
    limit: "5",
  });
  assert.ok(Array.isArray(listed.contacts));
  assert.ok(
    listed.contacts.every((contact) => contact.businessId === businessId),
    "nobody of another business",
  );
});

test("appointments of contacts", async () => {
  const contactId = await made({ firstName: "Free" });
  assert.deepEqual((await contacts().getAppointmentsForContact({ contactId })).events, []);
  await refused(contacts().getAppointmentsForContact({ contactId: NOBODY }), 400, /not found/i);
});

test("a contact in a campaign", async (t) => {
  const contactId = await made({ firstName: "Nurtured" });
  // The sample token may not list campaigns; the calls themselves need contacts.write only.
  const campaignId = await first(t, () => here.ghl.campaigns.getCampaigns(location()), "campaigns");
  for (const call of [
    () => contacts().addContactToCampaign({ contactId, campaignId }, {}),
    () => contacts().removeContactFromCampaign({ contactId, campaignId }),
    () => contacts().removeContactFromEveryCampaign({ contactId }),
  ]) {
    await played(t, call, ({ succeded, succeeded }) => assert.ok(succeded ?? succeeded));
  }
});

test("a contact in a workflow", async (t) => {
  const contactId = await made({ firstName: "Automated" });
  const workflowId = await first(t, () => here.ghl.workflows.getWorkflow(location()), "workflows");
  const event = { eventStartTime: "2026-03-01T09:00:00+00:00" };
  for (const call of [
    () => contacts().addContactToWorkflow({ contactId, workflowId }, event),
    () => contacts().deleteContactFromWorkflow({ contactId, workflowId }, event),
  ]) {
    await played(t, call, ({ succeded, succeeded }) => assert.ok(succeded ?? succeeded));
  }
});

test("no method of the client was left out", () => {
  const all = methods(here.ghl.contacts);
  assert.equal(all.length, 32, "the methods that the vendor documents");
  assert.deepEqual(
    all.filter((name) => !here.called.has(name)),
    [],
    "each was called above",
  );
});
