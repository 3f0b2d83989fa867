import type { JsonObject } from '../../../runtime/connector/json';
import type { Calls } from '../../../runtime/connector/system';
import { equals } from '../conditions';
import type { EpicorConnection } from '../connection';
import { flagIn, textIn } from '../dataset';
import { findRows, searchSource } from '../find-rows';
import { mergedSource } from '../merged-source';
import { outOfReach, showsPosted } from '../operations/payment-heads';
import type { RowSource } from '../row-source';
import { versionColumn } from '../row-versions';
import { allocationTable, voidableTable } from '../tables';
import { noneWhere } from '../troubles';

/** Columns of a head that its allocations have too. */
const common = ['VendorNum', 'BankAcctID', 'CheckNum'] as const;

/**
 * Posted payments of a site whose payment entry hides them: those that can be voided as the service for voiding lists
 * them, those that were voided by the allocations that take them back. Nothing where payment entry shows them.
 */
export function hiddenPayments(
  connection: EpicorConnection,
  calls: Calls,
  columns: readonly string[],
): RowSource {
  const live = searchSource(connection, calls, {
    name: 'list-posted-payments',
    table: voidableTable,
    columns,
  });
  const voided = searchSource(connection, calls, {
    name: 'list-voided-payments',
    table: allocationTable,
    columns: [versionColumn, ...common, 'TranDate'],
  });
  const both = mergedSource(
    optional({
      mode: 'odata',
      page: async (request) => (await live.page(request)).map((row) => ({ ...row, Posted: true })),
    }),
    optional({
      mode: 'odata',
      page: async (request) => {
        const isVoid = { column: 'Voided', operator: 'eq', value: { flag: true } } as const;
        const conditions = request.conditions.map((each) =>
          each.column === 'CheckDate' ? { ...each, column: 'TranDate' } : each,
        );
        const rows = await voided.page({ ...request, conditions: [...conditions, isVoid] });
        // Several allocations of one payment say the same about it.
        return rows
          .filter((row, at) => !rows.slice(at + 1).some((next) => next['HeadNum'] === row['HeadNum']))
          .map((row) => ({ ...row, ...headOfVoid(row) }));
      },
    }),
    versionColumn,
  );
  let isNeeded: boolean | undefined;
  return {
    mode: 'odata',
    async page(request) {
      isNeeded ??= !(await showsPosted(connection, calls));
      return isNeeded ? both.page(request) : [];
    },
  };
}

/** One such payment, its head and its allocations; undefined when it is not among them. */
export async function hiddenPayment(
  connection: EpicorConnection,
  calls: Calls,
  headNum: number,
  columns: readonly string[],
): Promise<{ readonly head: JsonObject; readonly allocations: readonly JsonObject[] } | undefined> {
  if (await showsPosted(connection, calls)) return undefined;
  const conditions = [equals('HeadNum', headNum)];
  const find = (name: string, table: typeof voidableTable, wanted: readonly string[]) =>
    noneWhere(outOfReach, () => findRows(connection, calls, { name, table, conditions, columns: wanted }));
  const [head] = await find('find-posted-payments', voidableTable, columns);
  const allocations = await find('find-allocations', allocationTable, [
    ...common,
    ...['TranType', 'DocTranAmt', 'DocDiscAmt', 'TranDate', 'Posted', 'Description'],
  ]);
  if (head) return { head: { ...head, Posted: true }, allocations };
  const taken = allocations.find((row) => flagIn(row, 'Voided') === true);
  if (!taken) return undefined;
  const first = allocations.find((row) => flagIn(row, 'Voided') !== true) ?? taken;
  return { head: { ...first, ...headOfVoid(taken), CheckDate: first['TranDate'] ?? null }, allocations };
}

function headOfVoid(twin: JsonObject): JsonObject {
  return { Posted: true, Voided: true, VoidDate: textIn(twin, 'TranDate') ?? null };
}

/** Of a service that this site lacks, that is too heavy or that this user may not use, there are no rows. */
function optional(source: RowSource): RowSource {
  return {
    mode: source.mode,
    page: (request) => noneWhere(outOfReach, () => source.page(request)),
  };
}
