import { useEffect, useState } from 'preact/hooks';
import { type ApiError, api } from './api';
import { Dialog } from './dialog';
import { Failure } from './failure';
import { count } from './format';

type Target = { readonly recordIds: readonly string[] } | { readonly sync: string; readonly reason?: string };

/** Counts first what would be replayed, then asks why, then does it. */
export function ReplayDialog({ target, onClose }: { target: Target; onClose(): void }) {
  const [found, setFound] = useState<number>();
  const [error, setError] = useState<ApiError>();
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    api.replay({ ...target, why: 'count', dryRun: true }).then(({ count: n }) => setFound(n), setError);
  }, []);

  const replay = (form: FormData) => {
    setBusy(true);
    const options = form.get('sendAnyway') === 'on' ? { options: { nearDuplicates: 'allow' } } : {};
    api
      .replay({ ...target, ...options, why: String(form.get('why')) })
      .then(onClose, setError)
      .finally(() => setBusy(false));
  };

  return (
    <Dialog
      title="Replay"
      act="Replay"
      busy={busy || found === undefined || found === 0}
      onSubmit={replay}
      onClose={onClose}
    >
      <p>
        {found === undefined
          ? 'Counting…'
          : found === 0
            ? 'Nothing fits any more: it was released or settled meanwhile.'
            : `${count(found)} ${found === 1 ? 'record is' : 'records are'} read, mapped and sent again, as today’s flow says. What is already over there is found and not sent twice.`}
      </p>
      <label>
        Why
        <input name="why" required maxLength={500} placeholder="account 6410-20 created in BILL" autofocus />
      </label>
      {'recordIds' in target && (
        <label class="check">
          <input type="checkbox" name="sendAnyway" /> Send anyway although a near-duplicate exists
        </label>
      )}
      {error && <Failure error={error} />}
    </Dialog>
  );
}
