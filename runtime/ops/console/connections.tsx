import type { ConnectionView } from '../api-types';
import { ago, count } from './format';

export function Connections({ connections }: { connections: readonly ConnectionView[] }) {
  return (
    <section aria-labelledby="connections">
      <h2 id="connections">Connections</h2>
      {connections.length === 0 && <p class="quiet">No flow with a connection is deployed.</p>}
      <ul class="cards">
        {connections.map((connection) => (
          <li key={connection.name} class={`card ${connection.state}`}>
            <h3>
              <span class={`dot ${connection.state}`} aria-hidden="true" />
              {connection.title}
              <small>{connection.state}</small>
            </h3>
            {connection.state === 'offline' && (
              <p class="failure">
                <strong>{connection.cause}</strong> {connection.remedy}
                {connection.since && <small> since {ago(connection.since, Date.now())}</small>}
              </p>
            )}
            <dl>
              <dt>calls</dt>
              <dd>{count(connection.calls)}</dd>
              <dt>in flight</dt>
              <dd>
                {connection.inFlight} of {connection.limit}
              </dd>
              <dt>throttled</dt>
              <dd>{count(connection.throttled)}</dd>
              <dt>sign-ins</dt>
              <dd>{count(connection.signIns)}</dd>
            </dl>
          </li>
        ))}
      </ul>
    </section>
  );
}
