import type { StreamDeclaration } from '../../../runtime/connector/manifest';
import { flag, rowSchema, text } from '../columns';
import type { AcumaticaConnection } from '../connection';
import { optional, pageSize } from '../read-options';
import { streamReader } from '../stream-reader';

const subaccountRow = rowSchema({
  SubaccountCD: text('All segments, as Acumatica shows them.'),
  Description: text(),
  Active: flag(),
});

export const subaccounts: StreamDeclaration = {
  title: 'Subaccounts',
  help: 'Subaccounts, which carry departments and other dimensions in their segments. They have no date of change: every read takes all of them.',
  row: subaccountRow,
  key: ['SubaccountCD'],
  cursor: { strategy: 'full-scan-hash', precision: 'none', ordered: false },
  deletes: 'status-flag',
  detail: false,
  options: [optional, pageSize],
};

export function subaccountReader(connection: AcumaticaConnection) {
  return streamReader(connection, {
    callName: 'list-subaccounts',
    entity: 'Subaccount',
    key: subaccounts.key,
    schema: subaccountRow,
    modified: false,
    isFeature: true,
  });
}
