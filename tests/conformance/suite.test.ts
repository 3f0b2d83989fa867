import { describe, expect, it } from 'vitest';
import { systemNames } from '../support/all-systems';
import { allChecks } from './all-checks';
import { CHECKS, type Check, type CheckNumber, failed } from './check';
import { FLAWS, spoiled } from './flaws';
import { waiverOf } from './generate';
import { sharedStore } from './store';
import { type Subject, subjectOf } from './subjects';
import { WAIVERS } from './waivers';

/** So many may be waived. When a waiver has gone, this number goes down with it; it goes up with a new system only. */
const MOST_WAIVERS = 19;

const store = sharedStore();

async function knownSubjects(): Promise<Subject[]> {
  const subjects = await Promise.all(systemNames().map(subjectOf));
  return subjects.filter((subject) => typeof subject !== 'string');
}

describe('the conformance suite', () => {
  it('waives no more than it did', () => {
    expect(WAIVERS.length).toBeLessThanOrEqual(MOST_WAIVERS);
    for (const { why } of WAIVERS) expect(why.length).toBeGreaterThan(20);
  });

  it('makes every check for some system, or waives it for all', async () => {
    const made = new Set<number>();
    for (const subject of await knownSubjects()) {
      for (const { number } of allChecks(subject, store)) made.add(number);
    }
    const numbers = Object.keys(CHECKS).map(Number) as CheckNumber[];
    const forAll = WAIVERS.filter(({ system }) => system === '*').map(({ check }) => check);
    expect(numbers.filter((number) => !made.has(number))).toEqual(forAll);
  });

  it('has no waiver for a check that is not made', async () => {
    const used = new Set<unknown>();
    for (const subject of await knownSubjects()) {
      for (const check of allChecks(subject, store)) used.add(waiverOf(subject.system, check));
    }
    expect(WAIVERS.filter((waiver) => waiver.system !== '*' && !used.has(waiver))).toEqual([]);
  });

  it('fails a system that has no bench, or cannot be loaded', async () => {
    expect(await subjectOf('no-such-system')).toContain('no-such-system cannot be tested');
  });
});

describe('a connector that is wrong is noticed', () => {
  for (const flaw of FLAWS) {
    it(`check ${flaw.check.number} fails one that ${flaw.name}`, async () => {
      const subject = await subjectOf('bill');
      if (typeof subject === 'string') failed(subject);
      const isIt = (check: Check) => check.number === flaw.check.number && check.of === flaw.check.of;
      const check = allChecks(spoiled(subject, flaw), store).find(isIt) ?? failed('there is no such check');
      await expect(check.run()).rejects.toThrow(flaw.says);
    });
  }
});
