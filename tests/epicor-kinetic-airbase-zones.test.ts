import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AirbaseRun, RUN_MS, startAirbaseRun } from './support/airbase-run';

let product: AirbaseRun;

/** The third one is the zone of the machine, where all other tests run. */
describe.each(['America/Los_Angeles', 'Pacific/Kiritimati'])('a machine in %s', (zone) => {
  beforeAll(async () => {
    product = await startAirbaseRun({ size: 60 });
  });
  afterAll(() => product.stop());

  it(
    'D10 G6: keeps amounts to the cent and dates to the day, and goes on when a token is revoked',
    async () => {
      await product.well({ TZ: zone });
      product.world.airbase.access.rotate();
      product.world.people.finish();
      await product.well({ TZ: zone });
      expect(product.world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );
});
