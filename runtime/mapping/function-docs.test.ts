import { expect, it } from 'vitest';
import { FUNCTION_DOCS } from './function-docs';
import { bindFunctions } from './functions';
import { DEFAULT_LIMITS, startBudget } from './limits';

it('documents every function that an expression may call, and no other', () => {
  const bound = bindFunctions(
    { sync: 's', company: 'c', sent: false },
    { link: async () => undefined, source: async () => undefined },
    startBudget(DEFAULT_LIMITS, () => 0),
  );
  expect(FUNCTION_DOCS.map(({ name }) => name).sort()).toEqual(Object.keys(bound).sort());
});
