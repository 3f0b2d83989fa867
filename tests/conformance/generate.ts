import { describe, it } from 'vitest';
import { systemNames } from '../support/all-systems';
import { CHECKS, type Check, failed } from './check';
import { type Subject, subjectOf } from './subjects';
import { WAIVERS, type Waiver } from './waivers';

/** Makes tests for every registered system. A system without a bench fails. */
export async function generateForAll(
  title: string,
  checksOf: (subject: Subject) => readonly Check[],
): Promise<void> {
  for (const system of systemNames()) {
    const subject = await subjectOf(system);
    if (typeof subject === 'string') it(`${system}: ${title}`, () => failed(subject));
    else generate(title, subject, checksOf(subject));
  }
}

/** Makes a test of each check. A waived check is run too: when it passes, its waiver is no longer needed. */
function generate(title: string, subject: Subject, checks: readonly Check[]): void {
  if (checks.length === 0) return;
  describe(`${subject.system}: ${title}`, () => {
    for (const check of checks) {
      const waiver = waiverOf(subject.system, check);
      const name = `${check.number} ${[subject.system, check.of].filter(Boolean).join(' ')}: ${CHECKS[check.number]}`;
      if (waiver) it(`${name} (waived: ${waiver.why})`, () => stillFails(check));
      else it(name, () => check.run());
    }
  });
}

export function waiverOf(system: string, check: Check): Waiver | undefined {
  return WAIVERS.find(
    (waiver) =>
      waiver.check === check.number &&
      waiver.system === system &&
      (waiver.of === undefined || waiver.of === check.of),
  );
}

async function stillFails(check: Check): Promise<void> {
  const passed = await check.run().then(
    () => true,
    () => false,
  );
  if (passed) failed(`check ${check.number} passes: take its waiver off the list`);
}
