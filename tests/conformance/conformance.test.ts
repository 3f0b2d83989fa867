import { describe } from 'vitest';
import { connectionChecks } from './connection';
import { declarationChecks } from './declaration';
import { generateForAll } from './generate';
import { readingChecks } from './reading';
import { rowChecks } from './rows';

describe('every connector', async () => {
  await generateForAll('declaration', declarationChecks);
  await generateForAll('connection', connectionChecks);
  await generateForAll('reading', readingChecks);
  await generateForAll('rows', rowChecks);
});
