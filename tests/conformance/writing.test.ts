import { describe } from 'vitest';
import { faultChecks } from './faults';
import { generateForAll } from './generate';
import { sharedStore } from './store';
import { writingChecks } from './writing';

describe('every connector', async () => {
  const store = sharedStore();
  await generateForAll('writing', (subject) => writingChecks(subject, store));
  await generateForAll('faults', (subject) => faultChecks(subject, store));
});
