import { useState } from 'preact/hooks';
import type { RecordView } from '../api-types';
import { api, type RecordFilter } from './api';
import { Failure } from './failure';
import { ago, amount, count } from './format';
import { useLive } from './hooks';
import { ReplayDialog } from './replay-dialog';

const PAGE_SIZE = 50;
const states = ['', 'landed', 'working', 'confirmed', 'parked', 'ignored', 'unknown'] as const;

export function Records({ parameters, syncs }: { parameters: URLSearchParams; syncs: readonly string[] }) {
  const filter: RecordFilter = {
    sync: parameters.get('sync') ?? undefined,
    state: parameters.get('state') ?? undefined,
    reason: parameters.get('reason') ?? undefined,
    text: parameters.get('text') ?? undefined,
    page: Number(parameters.get('page') ?? '0'),
  };
  const [replaying, setReplaying] = useState(false);
  const page = useLive(() => api.records(filter), parameters.toString());
  const go = (change: Record<string, string>) => {
    const next = new URLSearchParams(parameters);
    next.delete('page');
    for (const [name, value] of Object.entries(change)) {
      if (value === '') next.delete(name);
      else next.set(name, value);
    }
    location.hash = `#/records?${next}`;
  };
  const reasons = Object.entries(page.value?.reasons ?? {}).sort(([, a], [, b]) => b - a);

  return (
    <section aria-labelledby="records">
      <h2 id="records">Records {page.value && <small>{count(page.value.total)}</small>}</h2>
      <div class="filters">
        <Choice
          label="Sync"
          value={filter.sync ?? ''}
          options={['', ...syncs]}
          onChange={(sync) => go({ sync })}
        />
        <Choice
          label="State"
          value={filter.state ?? ''}
          options={states}
          onChange={(state) => go({ state, reason: '' })}
        />
        <label>
          Key, number or id
          <input
            type="search"
            value={filter.text ?? ''}
            onChange={(event) => go({ text: event.currentTarget.value.trim() })}
          />
        </label>
        {filter.sync && (filter.state === 'parked' || filter.state === 'ignored') && (
          <button type="button" onClick={() => setReplaying(true)}>
            Replay these…
          </button>
        )}
      </div>
      {reasons.length > 0 && (
        <p class="reasons">
          {reasons.map(([reason, n]) => (
            <button
              type="button"
              key={reason}
              class={reason === filter.reason ? 'chip chosen' : 'chip'}
              aria-pressed={reason === filter.reason}
              onClick={() => go({ reason: reason === filter.reason ? '' : reason })}
            >
              {reason} <b>{count(n)}</b>
            </button>
          ))}
        </p>
      )}
      {page.error && <Failure error={page.error} />}
      {page.value?.records.length === 0 && <p class="quiet">No record fits this filter.</p>}
      {page.value && page.value.records.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>Record</th>
              <th>State</th>
              <th class="number">Amount</th>
              <th>Date</th>
              <th>In the target</th>
              <th>Changed</th>
            </tr>
          </thead>
          <tbody>
            {page.value.records.map((record) => (
              <RecordRow key={record.id} record={record} />
            ))}
          </tbody>
        </table>
      )}
      {page.value && page.value.total > PAGE_SIZE && (
        <p class="pages">
          <button
            type="button"
            disabled={filter.page === 0}
            onClick={() => go({ page: String(filter.page - 1) })}
          >
            Newer
          </button>
          <span>
            {count(filter.page * PAGE_SIZE + 1)}–
            {count(Math.min((filter.page + 1) * PAGE_SIZE, page.value.total))}
          </span>
          <button
            type="button"
            disabled={(filter.page + 1) * PAGE_SIZE >= page.value.total}
            onClick={() => go({ page: String(filter.page + 1) })}
          >
            Older
          </button>
        </p>
      )}
      {replaying && (
        <ReplayDialog
          target={{ sync: filter.sync ?? '', ...(filter.reason ? { reason: filter.reason } : {}) }}
          onClose={() => {
            setReplaying(false);
            page.reload();
          }}
        />
      )}
    </section>
  );
}

function RecordRow({ record }: { record: RecordView }) {
  return (
    <tr>
      <td>
        <a href={`#/records/${encodeURIComponent(record.id)}`}>{record.key}</a>
        <small>
          {record.sync} · {record.company}
        </small>
      </td>
      <td>
        <StateChip record={record} />
      </td>
      <td class="number">
        {record.amount !== undefined && (
          <>
            {amount(record.amount)} <small class="inline">{record.currency}</small>
          </>
        )}
      </td>
      <td>{record.date}</td>
      <td class="ref">{record.ref}</td>
      <td>
        <small>{ago(record.updatedAt, Date.now())}</small>
        {record.nextAttemptAt && <small>again {ago(record.nextAttemptAt, Date.now())}</small>}
      </td>
    </tr>
  );
}

export function StateChip({ record }: { record: RecordView }) {
  return (
    <>
      <span class={`state ${record.state}`}>{record.state}</span>
      {record.unknown && <span class="state unknown">outcome unknown</span>}
      {record.reason && <small>{record.reason}</small>}
    </>
  );
}

function Choice(props: {
  label: string;
  value: string;
  options: readonly string[];
  onChange(value: string): void;
}) {
  return (
    <label>
      {props.label}
      <select value={props.value} onChange={(event) => props.onChange(event.currentTarget.value)}>
        {props.options.map((option) => (
          <option key={option} value={option}>
            {option === '' ? 'all' : option}
          </option>
        ))}
      </select>
    </label>
  );
}
