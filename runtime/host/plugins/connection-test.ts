import { ConfigurationError, SystemError } from '../../connector/errors';
import type { Registry } from '../../connector/registry';
import type { PingReport } from '../../connector/system';
import type { Connections } from '../connections/connections';

/** What the connection dialog shows. */
export type TestReport =
  | PingReport
  | { readonly ok: false; readonly code: string; readonly cause: string; readonly remedy: string };

/** What stands in the dialog, saved or not. A stored secret that was not typed anew shows as `__PWRD__`. */
export interface TestRequest {
  readonly system: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly credentials: Readonly<Record<string, unknown>>;
}

const UNTOUCHED = '__PWRD__';

/**
 * Tests a connection as it stands in its dialog.
 * @param stored the secrets that were saved with the node, if it was saved
 */
export async function testConnection(
  request: TestRequest,
  stored: Readonly<Record<string, unknown>>,
  systems: Registry,
  connections: Pick<Connections, 'probe'>,
): Promise<TestReport> {
  const credentials = Object.fromEntries(
    Object.entries(request.credentials).map(([name, value]) => [
      name,
      value === UNTOUCHED ? stored[name] : value,
    ]),
  );
  try {
    return await connections.probe({
      module: systems.get(request.system),
      config: request.values,
      credentials,
    });
  } catch (error) {
    return refusalOf(error);
  }
}

function refusalOf(error: unknown): TestReport {
  if (error instanceof SystemError) {
    const cause = [error.message, error.systemWords].filter(Boolean).join(' ');
    return { ok: false, code: error.code, cause, remedy: error.remedy };
  }
  if (error instanceof ConfigurationError) {
    return { ok: false, code: error.code, cause: error.message, remedy: error.remedy };
  }
  throw error;
}
