import { describe, expect, it } from 'vitest';
import { GroupCommit } from './group-commit';
import type { Step, StepResult } from './step';

const applied: StepResult = { applied: true };

function step(name: string): Step {
  return { events: [{ kind: name, detail: {} }] } as unknown as Step;
}

function nameOf(each: Step): string {
  return each.events[0]?.kind ?? '';
}

/** Records the groups; `fail` throws for a group, as the store would. */
function committer(fail: (names: readonly string[], attempt: number) => unknown = () => undefined) {
  const groups: string[][] = [];
  const faults: unknown[] = [];
  const commit = new GroupCommit({
    apply: async (steps) => {
      const names = steps.map(nameOf);
      groups.push(names);
      await new Promise((resolve) => setImmediate(resolve));
      const error = fail(names, groups.length);
      if (error !== undefined) throw error;
      return steps.map(() => applied);
    },
    onFault: (error) => faults.push(error),
    pause: async () => {},
  });
  return { commit, groups, faults };
}

function coded(code: string): Error {
  return Object.assign(new Error(code), { code });
}

describe('group commit', () => {
  it('gathers what arrives together, and what arrives during a transaction into the next', async () => {
    const { commit, groups } = committer();
    const first = [commit.commit([step('a')]), commit.commit([step('b')])];
    await Promise.resolve();
    await Promise.resolve();
    const second = [commit.commit([step('c')]), commit.commit([step('d')])];
    expect(await Promise.all([...first, ...second])).toEqual([[applied], [applied], [applied], [applied]]);
    expect(groups).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('keeps together what belongs together, however much it is', async () => {
    const { commit, groups } = committer();
    const steps = (name: string, n: number) => Array.from({ length: n }, (_, at) => step(`${name}${at}`));
    const results = await Promise.all([commit.commit(steps('a', 150)), commit.commit(steps('b', 500))]);
    expect(results.map(({ length }) => length)).toEqual([150, 500]);
    expect(groups.map(({ length }) => length)).toEqual([150, 500]);
  });

  it('waits for a store that is away, and says so (H7)', async () => {
    const away = coded('ECONNREFUSED');
    const { commit, faults } = committer((_, attempt) => (attempt < 4 ? away : undefined));
    expect(await commit.commit([step('a')])).toEqual([applied]);
    expect(faults).toEqual([away, away, away]);
  });

  it('does not let a step that the store refuses take the others down', async () => {
    const { commit, groups } = committer((names) => (names.includes('bad') ? coded('22P02') : undefined));
    const results = await Promise.allSettled(['a', 'bad', 'b'].map((name) => commit.commit([step(name)])));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(groups).toEqual([['a', 'bad', 'b'], ['a'], ['bad'], ['b']]);
  });

  it('gives up on a store that is away when it is closed', async () => {
    const { commit } = committer(() => coded('ECONNREFUSED'));
    const waiting = commit.commit([step('a')]);
    const closed = commit.close();
    await expect(waiting).rejects.toThrow('ECONNREFUSED');
    await closed;
  });
});
