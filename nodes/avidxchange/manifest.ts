import type { SystemManifest } from '../../runtime/connector/manifest';
import { connectionDeclaration } from './connection-declaration';
import { errorTable } from './error-table';
import { operationDeclarations } from './operation-declarations';
import { streamDeclarations } from './stream-declarations';

export const manifest: SystemManifest = {
  system: 'avidxchange',
  title: 'AvidXchange',
  version: 1,
  color: '#C9DDB4',
  connection: connectionDeclaration,
  streams: streamDeclarations,
  operations: operationDeclarations,
  errors: errorTable,
};
