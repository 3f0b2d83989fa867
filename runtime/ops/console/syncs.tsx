import { useState } from 'preact/hooks';
import type { RecordCounts, SyncView } from '../api-types';
import { type ApiError, api } from './api';
import { Failure } from './failure';
import { ago, count } from './format';

const columns = [
  'landed',
  'working',
  'confirmed',
  'parked',
  'ignored',
  'unknown',
] as const satisfies readonly (keyof RecordCounts)[];

export function Syncs({ syncs }: { syncs: readonly SyncView[] }) {
  const [error, setError] = useState<ApiError>();
  const read = (sync: string) => api.readNow(sync).then(() => setError(undefined), setError);
  return (
    <section aria-labelledby="syncs">
      <h2 id="syncs">Syncs</h2>
      {error && <Failure error={error} />}
      <table>
        <thead>
          <tr>
            <th>Sync</th>
            {columns.map((column) => (
              <th key={column} class="number">
                {column}
              </th>
            ))}
            <th>Read</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {syncs.map((sync) => (
            <tr key={sync.name}>
              <td>
                <a href={`#/records?sync=${encodeURIComponent(sync.name)}`}>{sync.name}</a>
                <small>
                  {sync.source} {sync.stream} → {sync.target}
                </small>
                {sync.fault && <small class="fault">{sync.fault}</small>}
              </td>
              {columns.map((column) => (
                <td key={column} class="number">
                  <Count sync={sync.name} state={column} n={sync.counts[column]} />
                </td>
              ))}
              <td>
                <small>{sync.lastReadAt ? ago(sync.lastReadAt, Date.now()) : 'not yet'}</small>
                {sync.nextReadAt && <small>next {ago(sync.nextReadAt, Date.now())}</small>}
              </td>
              <td class="act">
                <button type="button" onClick={() => read(sync.name)}>
                  Read now
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Count({ sync, state, n }: { sync: string; state: (typeof columns)[number]; n: number }) {
  if (n === 0) return <span class="quiet">0</span>;
  return (
    <a class={`count ${state}`} href={`#/records?sync=${encodeURIComponent(sync)}&state=${state}`}>
      {count(n)}
    </a>
  );
}
