// Calendars and appointments through the vendor's client.

import assert from "node:assert/strict";

import { colleague, people, play, stage } from "./stage.js";

const here = stage();
const calendars = () => here.client("calendars");
const location = () => ({ locationId: here.location_id });
// Far from the sample's own appointments.
const DAY = "2031-05-05";
const at = (time) => `${DAY}T${time}:00+00:00`;
const within = () => ({
  ...location(),
  startTime: String(Date.parse(`${DAY}T00:00:00Z`)),
  endTime: String(Date.parse(`${DAY}T23:59:59Z`)),
});

async function some_calendar() {
  const { calendars: listed } = await calendars().getCalendars(location());
  assert.ok(listed.length > 0, "the sample location has a calendar");
  return listed[0].id;
}

async function appointment(calendarId, contactId, more = {}) {
  const made = await calendars().createAppointment({
    ...location(),
    calendarId,
    contactId,
    title: "Demo",
    startTime: at("09:00"),
    endTime: at("09:30"),
    ignoreFreeSlotValidation: true,
    ignoreDateRange: true,
    assignedUserId: await colleague(here),
    ...more,
  });
  const id = made.id ?? made.event?.id;
  assert.ok(id, "a new appointment has an id");
  return id;
}

play("calendars are made, changed and deleted", async () => {
  const { calendar } = await calendars().createCalendar({ ...location(), name: "Sdk" });
  const calendarId = calendar.id;
  assert.equal((await calendars().getCalendar({ calendarId })).calendar.name, "Sdk");
  const changed = await calendars().updateCalendar({ calendarId }, { name: "Sdk 2" });
  assert.equal(changed.calendar.name, "Sdk 2");
  const { calendars: listed } = await calendars().getCalendars(location());
  assert.ok(listed.some(({ id, name }) => id === calendarId && name === "Sdk 2"));
  assert.ok((await calendars().deleteCalendar({ calendarId })).success);
  const { calendars: rest } = await calendars().getCalendars(location());
  assert.ok(!rest.some(({ id }) => id === calendarId), "it is gone");
});

play("groups of calendars", async () => {
  const given = { ...location(), name: "Sdk", description: "By the client", slug: "sdk-group" };
  const { available } = await calendars().validateGroupsSlug({ ...location(), slug: given.slug });
  assert.equal(available, true);
  const { group } = await calendars().createCalendarGroup({ ...given, isActive: true });
  const groupId = group.id;
  const { groups } = await calendars().getGroups(location());
  assert.ok(groups.some(({ id }) => id === groupId));
  const edited = await calendars().editGroup(
    { groupId },
    { name: "Sdk 2", description: given.description, slug: given.slug },
  );
  assert.equal(edited.group.name, "Sdk 2");
  assert.ok((await calendars().disableGroup({ groupId }, { isActive: false })).success);
  assert.ok((await calendars().deleteGroup({ groupId })).success);
});

play("appointments are made, moved, listed and deleted", async () => {
  const calendarId = await some_calendar();
  const [someone] = await people(here, 1);
  const eventId = await appointment(calendarId, someone.id);

  const { event, appointment: also } = await calendars().getAppointment({ eventId });
  const read = event ?? also;
  assert.deepEqual(
    [read.id, read.contactId, read.calendarId, read.title],
    [eventId, someone.id, calendarId, "Demo"],
  );
  const moved = { startTime: at("10:00"), endTime: at("10:30"), ignoreFreeSlotValidation: true };
  await calendars().editAppointment({ eventId }, { calendarId, ...moved, ignoreDateRange: true });
  const { events } = await calendars().getCalendarEvents({ ...within(), calendarId });
  const listed = events.find(({ id }) => id === eventId);
  assert.equal(Date.parse(listed.startTime), Date.parse(at("10:00")), "at its new time");
  const { events: theirs } = await here.ghl.contacts.getAppointmentsForContact({
    contactId: someone.id,
  });
  assert.ok(
    theirs.some(({ id }) => id === eventId),
    "the contact has it too",
  );
  const gone = await calendars().deleteEvent({ eventId }, {});
  assert.ok(gone.succeeded ?? gone.succeded);
  const after = await calendars().getCalendarEvents({ ...within(), calendarId });
  assert.ok(!after.events.some(({ id, deleted }) => id === eventId && !deleted), "it is gone");
});

play("notes of an appointment", async () => {
  const calendarId = await some_calendar();
  const [someone] = await people(here, 1);
  const appointmentId = await appointment(calendarId, someone.id);
  const { note } = await calendars().createAppointmentNote({ appointmentId }, { body: "First" });
  const noteId = note.id;
  const changed = await calendars().updateAppointmentNote(
    { appointmentId, noteId },
    { body: "Second" },
  );
  assert.equal(changed.note.body, "Second");
  const page = { appointmentId, limit: 10, offset: 0 };
  const { notes } = await calendars().getAppointmentNotes(page);
  assert.deepEqual(
    notes.map(({ body }) => body),
    ["Second"],
  );
  assert.ok((await calendars().deleteAppointmentNote({ appointmentId, noteId })).success);
});

play("blocked slots", async () => {
  const calendarId = await some_calendar();
  const assignedUserId = await colleague(here);
  const slot = { ...location(), title: "Lunch", startTime: at("12:00"), endTime: at("13:00") };
  const made = await calendars().createBlockSlot({ ...slot, calendarId, assignedUserId });
  assert.ok(made.id);
  const edited = await calendars().editBlockSlot(
    { eventId: made.id },
    { ...slot, title: "Long lunch", calendarId, assignedUserId },
  );
  assert.equal(edited.title, "Long lunch");
  const { events } = await calendars().getBlockedSlots({ ...within(), calendarId });
  assert.ok(events.some(({ id }) => id === made.id));
});

play("free slots", async () => {
  const calendarId = await some_calendar();
  const answer = await here.client("calendars", { samples: true }).getSlots({
    calendarId,
    startDate: Date.parse(`${DAY}T00:00:00Z`),
    endDate: Date.parse(`${DAY}T23:59:59Z`),
  });
  assert.equal(typeof answer, "object", "days, with their slots");
});

play("rooms and equipment", async () => {
  const calendarId = await some_calendar();
  const resourceType = "rooms";
  const room = {
    ...location(),
    name: "Attic",
    description: "Upstairs",
    quantity: 1,
    outOfService: 0,
    capacity: 4,
    calendarIds: [calendarId],
  };
  const plain = here.client("calendars", { samples: true });
  const made = await plain.createCalendarResource({ resourceType }, room);
  assert.equal(made.name, "Attic", "the new room is shown");
  const page = { resourceType, ...location(), limit: 10, skip: 0 };
  const listed = await plain.fetchCalendarResources(page);
  const rooms = Array.isArray(listed) ? listed : Object.values(listed).find(Array.isArray);
  const id = rooms.map((one) => one.id ?? one._id).find(Boolean);
  if (!id) return; // The document shows no id, so there is none to go on with.
  await plain.getCalendarResource({ resourceType, id });
  await plain.updateCalendarResource({ resourceType, id }, { ...location(), name: "Loft" });
  assert.ok((await plain.deleteCalendarResource({ resourceType, id })).success);
});

play("notifications of a calendar", async () => {
  const calendarId = await some_calendar();
  const plain = here.client("calendars", { samples: true });
  const given = [
    {
      receiverType: "contact",
      channel: "email",
      notificationType: "confirmation",
      isActive: true,
    },
  ];
  await plain.createEventNotification({ calendarId }, given);
  const listed = await plain.getEventNotification({ calendarId, limit: 10, skip: 0 });
  assert.ok(Array.isArray(listed), "a list, without an envelope");
});

play("schedules", async () => {
  const userId = await colleague(here);
  const plain = here.client("calendars", { samples: true });
  const page = { ...location(), userId, limit: 10, skip: 0 };
  const { schedules } = await plain.getAllSchedules(page);
  assert.ok(Array.isArray(schedules));
});
