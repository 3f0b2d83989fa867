import { useState } from 'preact/hooks';
import type { PassportView } from '../api-types';
import { type ApiError, api } from './api';
import { Dialog } from './dialog';
import { Failure } from './failure';

/** A person has looked in the target and says whether the unclear write happened. */
export function ResolveDialog({ passport, onClose }: { passport: PassportView; onClose(): void }) {
  const open = passport.intents.find(({ state }) => state === 'unknown' || state === 'sent');
  const [happened, setHappened] = useState<boolean>();
  const [error, setError] = useState<ApiError>();
  const [busy, setBusy] = useState(false);

  const resolve = (form: FormData) => {
    setBusy(true);
    const ref = String(form.get('ref') ?? '').trim();
    api
      .resolve(passport.record.id, {
        why: String(form.get('why')),
        happened: happened === true,
        ...(happened ? { ref } : {}),
      })
      .then(onClose, setError)
      .finally(() => setBusy(false));
  };

  return (
    <Dialog
      title="Resolve the unknown outcome"
      act="Resolve"
      busy={busy || happened === undefined}
      onSubmit={resolve}
      onClose={onClose}
    >
      {open && (
        <p>
          Look in <b>{open.connection}</b> for <b>{open.businessKey}</b> ({open.operation}).
        </p>
      )}
      <fieldset>
        <legend>Is it there?</legend>
        <label class="check">
          <input type="radio" name="happened" required onChange={() => setHappened(true)} /> Yes, it happened
        </label>
        <label class="check">
          <input type="radio" name="happened" onChange={() => setHappened(false)} /> No, it may be sent again
        </label>
      </fieldset>
      {happened && (
        <label>
          Its id over there
          <input name="ref" required />
        </label>
      )}
      <label>
        How do you know
        <input name="why" required maxLength={500} placeholder="searched the vendor's bills in BILL" />
      </label>
      {error && <Failure error={error} />}
    </Dialog>
  );
}
