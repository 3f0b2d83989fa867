import { useState } from 'preact/hooks';
import type { JsonObject } from '../../connector/json';
import type { PassportView } from '../api-types';
import { api } from './api';
import { Failure } from './failure';
import { amount, instant } from './format';
import { useLive } from './hooks';
import { StateChip } from './records';
import { ReplayDialog } from './replay-dialog';
import { ResolveDialog } from './resolve-dialog';

/** Everything about one record on one page: source payload, writes, links, history. */
export function Passport({ id }: { id: string }) {
  const passport = useLive(() => api.passport(id), id);
  const [dialog, setDialog] = useState<'replay' | 'resolve'>();
  if (passport.error) return <Failure error={passport.error} />;
  if (!passport.value) return <p class="quiet">Loading…</p>;
  const { record } = passport.value;
  const close = () => {
    setDialog(undefined);
    passport.reload();
  };
  return (
    <article class="passport">
      <h2>
        {record.key} <small>{record.sync}</small>
      </h2>
      <div class="summary">
        <StateChip record={record} />
        {record.amount !== undefined && (
          <b>
            {amount(record.amount)} {record.currency}
          </b>
        )}
        {record.date && <span>{record.date}</span>}
        <span class="quiet">company {record.company}</span>
        <span class="acts">
          {record.unknown && (
            <button type="button" onClick={() => setDialog('resolve')}>
              Resolve…
            </button>
          )}
          {record.state !== 'working' && (
            <button type="button" onClick={() => setDialog('replay')}>
              Replay…
            </button>
          )}
        </span>
      </div>
      {passport.value.reasonText && (
        <p class="explanation">
          <strong>{passport.value.reasonText}</strong> {passport.value.remedy}
          {passport.value.waitsFor && (
            <>
              {' '}
              Waits for <b>{passport.value.waitsFor.key}</b> of{' '}
              <a
                href={`#/records?sync=${passport.value.waitsFor.sync}&text=${encodeURIComponent(passport.value.waitsFor.key)}`}
              >
                {passport.value.waitsFor.sync}
              </a>
              .
            </>
          )}
        </p>
      )}
      {record.detail && Object.keys(record.detail).length > 0 && <Facts facts={record.detail} />}
      <Writes passport={passport.value} />
      <History events={passport.value.events} />
      <Sources versions={passport.value.versions} />
      {dialog === 'replay' && <ReplayDialog target={{ recordIds: [id] }} onClose={close} />}
      {dialog === 'resolve' && <ResolveDialog passport={passport.value} onClose={close} />}
    </article>
  );
}

function Writes({ passport }: { passport: PassportView }) {
  if (passport.intents.length === 0 && passport.links.length === 0) return null;
  return (
    <section>
      <h3>Writes</h3>
      {passport.links.map((link) => (
        <p key={link.ref}>
          Linked to <b class="ref">{link.ref}</b> in {link.connection} since {instant(link.createdAt)}
          {link.closedAt && <>, ended {instant(link.closedAt)}</>}
        </p>
      ))}
      {passport.intents.map((intent) => (
        <details key={intent.id}>
          <summary>
            <span class={`state ${intent.state}`}>{intent.state}</span> {intent.operation} ·{' '}
            {intent.businessKey}
            <small class="inline">
              generation {intent.generation}, mapping {intent.mappingVersion.slice(0, 8)},{' '}
              {instant(intent.createdAt)}
            </small>
          </summary>
          <Payload value={intent.body} />
        </details>
      ))}
    </section>
  );
}

function History({ events }: { events: PassportView['events'] }) {
  return (
    <section>
      <h3>History</h3>
      <table class="history">
        <tbody>
          {events.map((event) => (
            <tr key={event.seq}>
              <td>
                <small class="inline">{instant(event.at)}</small>
              </td>
              <td>
                <span class={`kind ${event.kind}`}>{event.kind}</span>
              </td>
              <td>
                <Facts facts={event.detail} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Sources({ versions }: { versions: PassportView['versions'] }) {
  return (
    <section>
      <h3>Source</h3>
      {versions.map((version, index) => (
        <details key={version.version} open={index === 0}>
          <summary>
            version {version.version}
            <small class="inline">
              landed {instant(version.landedAt)}, {version.hash.slice(0, 12)}
            </small>
          </summary>
          <Payload value={version.data} />
        </details>
      ))}
    </section>
  );
}

/** Short facts in one line, as `name value`. */
function Facts({ facts }: { facts: JsonObject }) {
  return (
    <dl class="facts">
      {Object.entries(facts).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Payload({ value }: { value: JsonObject }) {
  return <pre>{JSON.stringify(value, null, 2)}</pre>;
}
