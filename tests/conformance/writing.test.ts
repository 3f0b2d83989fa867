import { describe } from 'vitest';
import { faultChecks } from './faults';
import { generateForAll } from './generate';
import { opsChecks } from './ops';
import { sharedStore } from './store';
import { webhookChecks } from './webhook';
import { writingChecks } from './writing';

describe('every connector', async () => {
  const store = sharedStore();
  await generateForAll('writing', (subject) => writingChecks(subject, store));
  await generateForAll('faults', (subject) => faultChecks(subject, store));
  await generateForAll('webhooks', (subject) => webhookChecks(subject, store));
  await generateForAll('operation', (subject) => opsChecks(subject, store));
});
