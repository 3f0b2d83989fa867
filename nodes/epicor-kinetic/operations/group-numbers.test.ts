import { describe, expect, it } from 'vitest';
import type { OperationContext } from '../../../runtime/connector/system';
import type { EpicorConnection } from '../connection';
import { freeGroupId, type GroupKind } from './group-numbers';

const connection = {
  groupPrefix: 'MLPAYAB',
  baseUrl: 'http://epicor.test',
  company: 'EPIC06',
} as EpicorConnection;

/** What comes of numbers from `next` on, while the groups of these ids exist. */
function groupId(next: number, used: readonly string[] = []): Promise<string> {
  let number = next - 1;
  const nextNumber = async (_name: string, start: number) => {
    number = Math.max(number + 1, start);
    return number;
  };
  const kind: GroupKind = {
    sequence: 'groups',
    isUsed: async (id) => used.includes(id),
    lastUsed: async () => used.at(-1),
  };
  return freeGroupId(connection, { nextNumber } as unknown as OperationContext, kind);
}

describe('the number of a group', () => {
  it('follows the last one that is used', async () => {
    expect(await groupId(1)).toBe('MLPAYAB01');
    expect(await groupId(1, ['MLPAYAB01', 'MLPAYAB02', 'MLPAYAB41'])).toBe('MLPAYAB42');
  });

  it('is a setting that somebody has to change when no number is left', async () => {
    await expect(groupId(100)).rejects.toMatchObject({
      name: 'ConfigurationError',
      code: 'EPICOR_GROUP_NUMBERS_USED_UP',
    });
  });
});
