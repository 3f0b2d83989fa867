import { useState } from 'preact/hooks';
import { signIn } from './session';

export function SignIn({ onSignedIn }: { onSignedIn(): void }) {
  const [refused, setRefused] = useState(false);
  const [busy, setBusy] = useState(false);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    const accepted = await signIn(String(form.get('username')), String(form.get('password'))).catch(
      () => false,
    );
    setBusy(false);
    if (accepted) onSignedIn();
    else setRefused(true);
  };

  return (
    <form class="sign-in" onSubmit={submit}>
      <h1>
        <span class="mark" aria-hidden="true" /> ml-connector <small>operations</small>
      </h1>
      <label>
        User
        <input name="username" autocomplete="username" required defaultValue="admin" />
      </label>
      <label>
        Password
        <input name="password" type="password" autocomplete="current-password" required autofocus />
      </label>
      {refused && (
        <p class="failure" role="alert">
          <strong>Not accepted.</strong> The same sign-in as the flow editor's; five wrong tries lock it for
          ten minutes.
        </p>
      )}
      <button type="submit" disabled={busy}>
        Sign in
      </button>
    </form>
  );
}
