// Opportunities through the vendor's client.

import assert from 'node:assert/strict';

import { colleague, people, play, stage } from './stage.js';

const here = stage();
const opportunities = () => here.client('opportunities');
const location = () => ({ locationId: here.location_id });

async function stages() {
  const { pipelines } = await opportunities().getPipelines(location());
  assert.ok(pipelines.length > 0, 'the sample location has a pipeline');
  const { id, stages } = pipelines[0];
  assert.ok(stages.length > 1, 'with stages');
  return { pipelineId: id, first: stages[0].id, second: stages[1].id };
}

play('pipelines', async () => {
  const { pipelineId } = await stages();
  assert.ok(pipelineId);
});

play('opportunities are made, moved, won and deleted', async () => {
  const { pipelineId, first, second } = await stages();
  const [someone] = await people(here, 1);
  const made = await opportunities().createOpportunity({
    ...location(),
    pipelineId,
    pipelineStageId: first,
    name: 'Sdk deal',
    status: 'open',
    contactId: someone.id,
    monetaryValue: 1200,
  });
  const id = made.opportunity.id;
  assert.ok(id);
  const moved = await opportunities().updateOpportunity(
    { id },
    { pipelineId, pipelineStageId: second, name: 'Sdk deal 2' },
  );
  assert.deepEqual(
    [moved.opportunity.pipelineStageId, moved.opportunity.name],
    [second, 'Sdk deal 2'],
  );
  const won = await opportunities().updateOpportunityStatus({ id }, { status: 'won' });
  assert.ok(won.succeded ?? won.succeeded);
  const { opportunity } = await opportunities().getOpportunity({ id });
  assert.deepEqual(
    [opportunity.status, opportunity.name, opportunity.monetaryValue],
    ['won', 'Sdk deal 2', 1200],
    'what was not changed stays',
  );
  const gone = await opportunities().deleteOpportunity({ id });
  assert.ok(gone.succeded ?? gone.succeeded);
});

play('the search for opportunities', async () => {
  const found = await opportunities().searchOpportunity({
    locationId: here.location_id,
    limit: 5,
  });
  assert.ok(Array.isArray(found.opportunities));
  assert.ok(found.opportunities.length <= 5);
});

play('followers of an opportunity', async () => {
  const { pipelineId, first } = await stages();
  const [someone] = await people(here, 1);
  const user = await colleague(here);
  const made = await opportunities().createOpportunity({
    ...location(),
    pipelineId,
    pipelineStageId: first,
    name: 'Followed deal',
    status: 'open',
    contactId: someone.id,
  });
  const id = made.opportunity.id;
  const added = await opportunities().addFollowersOpportunity({ id }, { followers: [user] });
  assert.ok(added.followers.includes(user));
  const removed = await opportunities().removeFollowersOpportunity(
    { id },
    { followers: [user] },
  );
  assert.ok(!removed.followers.includes(user));
});
