import type { SystemManifest } from '../../runtime/connector/manifest';
import { connectionDeclaration } from './connection-declaration';
import { errorTable } from './error-table';
import { operationDeclarations } from './operation-declarations';
import { streamDeclarations } from './stream-declarations';
import { webhookDeclaration } from './webhook-declaration';

export const manifest: SystemManifest = {
  system: 'airbase',
  title: 'Airbase',
  version: 1,
  color: '#CFC4EC',
  connection: connectionDeclaration,
  streams: streamDeclarations,
  operations: operationDeclarations,
  webhook: webhookDeclaration,
  errors: errorTable,
};
