import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Seeds take longest, then whole products from outside, and runtimes that are deployed and killed. */
const LONGEST = /\/tests\/faults\/seeds/;
const LONG =
  /\/tests\/faults\/|\/tests\/conformance\/writing|\/tests\/[^/]+\.test\.ts$|\/runtime\/host\/(deploys|several)/;

/** Starts what takes minutes first, so that nothing long is left when everything else is done. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) =>
      LONGEST.test(moduleId) ? 0 : LONG.test(moduleId) ? 1 : 2;
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}
