import { expect, it } from 'vitest';
import { unusedCoreNodes } from './core-nodes';

it('a run without an editor loads the core nodes that its flow names, and no others', () => {
  const unused = unusedCoreNodes(new Set(['inject', 'switch', 'link call', 'catch']));
  for (const file of ['20-inject.js', '10-switch.js', '60-link.js', '25-catch.js'])
    expect(unused).not.toContain(file);
  expect(unused).toEqual(
    expect.arrayContaining(['10-mqtt.js', '90-exec.js', '21-httprequest.js', '10-function.js']),
  );
});
