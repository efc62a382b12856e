// Opportunities through the vendor's client.

import assert from "node:assert/strict";
import { test } from "node:test";

import { colleague, methods, people, play, refused, stage } from "./stage.js";

const here = stage();
const opportunities = () => here.client("opportunities");
const location = () => ({ locationId: here.location_id });

async function stages() {
  const { pipelines } = await opportunities().getPipelines(location());
  assert.ok(pipelines.length > 0, "the sample location has a pipeline");
  const { id, stages } = pipelines[0];
  assert.ok(stages.length > 1, "with stages");
  return { pipelineId: id, first: stages[0].id, second: stages[1].id };
}

play("pipelines", async () => {
  const { pipelineId } = await stages();
  assert.ok(pipelineId);
});

play("opportunities are made, moved, won and deleted", async () => {
  const { pipelineId, first, second } = await stages();
  const [someone] = await people(here, 1);
  const made = await opportunities().createOpportunity({
    ...location(),
    pipelineId,
    pipelineStageId: first,
    name: "Sdk deal",
    status: "open",
    contactId: someone.id,
    monetaryValue: 1200,
  });
  const id = made.opportunity.id;
  assert.ok(id);
  const moved = await opportunities().updateOpportunity(
    { id },
    { pipelineId, pipelineStageId: second, name: "Sdk deal 2" },
  );
  assert.deepEqual(
    [moved.opportunity.pipelineStageId, moved.opportunity.name],
    [second, "Sdk deal 2"],
  );
  const won = await opportunities().updateOpportunityStatus({ id }, { status: "won" });
  assert.ok(won.succeded ?? won.succeeded);
  const { opportunity } = await opportunities().getOpportunity({ id });
  assert.deepEqual(
    [opportunity.status, opportunity.name, opportunity.monetaryValue],
    ["won", "Sdk deal 2", 1200],
    "what was not changed stays",
  );
  const gone = await opportunities().deleteOpportunity({ id });
  assert.ok(gone.succeded ?? gone.succeeded);
});

play("the search for opportunities", async () => {
  const found = await opportunities().searchOpportunity({
    locationId: here.location_id,
    limit: 5,
  });
  assert.ok(Array.isArray(found.opportunities));
  assert.ok(found.opportunities.length <= 5);
});

play("followers of an opportunity", async () => {
  const { pipelineId, first } = await stages();
  const [someone] = await people(here, 1);
  const user = await colleague(here);
  const made = await opportunities().createOpportunity({
    ...location(),
    pipelineId,
    pipelineStageId: first,
    name: "Followed deal",
    status: "open",
    contactId: someone.id,
  });
  const id = made.opportunity.id;
  const added = await opportunities().addFollowersOpportunity({ id }, { followers: [user] });
  assert.ok(added.followers.includes(user));
  const removed = await opportunities().removeFollowersOpportunity({ id }, { followers: [user] });
  assert.ok(!removed.followers.includes(user));
});

play("an upsert that names an opportunity changes it", async () => {
  const { pipelineId, first } = await stages();
  const [someone] = await people(here, 1);
  const made = await opportunities().createOpportunity({
    ...location(),
    pipelineId,
    pipelineStageId: first,
    name: "Upserted deal",
    status: "open",
    contactId: someone.id,
  });
  const id = made.opportunity.id;
  const followers = { followers: [], isRemoveAllFollowers: false, followersActionType: "add" };
  const given = { ...location(), pipelineId, pipelineStageId: first, ...followers };
  const again = await opportunities().upsertOpportunity({ ...given, id, name: "Renamed" });
  assert.deepEqual(
    [again.new, again.opportunity.id, again.opportunity.name],
    [false, id, "Renamed"],
  );
  const contact = { ...given, contactId: someone.id };
  await refused(opportunities().upsertOpportunity(contact), 422, /contactId should not exist/);
});

play("the other reads and refusals", async () => {
  const lost = await here.client("opportunities", { samples: true }).getLostReason(location());
  assert.ok(Array.isArray(lost.lostReasons));
  const details = { notes: false, tasks: false, calendarEvents: false, unReadConversations: false };
  const found = await opportunities().searchOpportunitiesAdvanced({
    ...location(),
    query: "deal",
    limit: 5,
    page: 1,
    searchAfter: [],
    additionalDetails: details,
  });
  assert.ok(found.opportunities.length <= 5);
  const short = { ...location(), name: "No pipeline" };
  await refused(opportunities().createOpportunity(short), 422, /pipelineId/);
});

test("no method for opportunities was left out", () => {
  assert.deepEqual(
    methods(here.ghl.opportunities).filter((name) => !here.called.has(name)),
    [],
    "each was called above",
  );
});
