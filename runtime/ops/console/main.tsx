import { render } from 'preact';
import { useState } from 'preact/hooks';
import { api } from './api';
import { Connections } from './connections';
import { Failure } from './failure';
import { useLive, useRoute } from './hooks';
import { Passport } from './passport';
import { Records } from './records';
import { forget, token } from './session';
import { SignIn } from './sign-in';
import { Syncs } from './syncs';

function Console() {
  const [signedIn, setSignedIn] = useState(token() !== undefined);
  if (!signedIn) return <SignIn onSignedIn={() => setSignedIn(true)} />;
  return (
    <Rooms
      onSignedOut={() => {
        forget();
        setSignedIn(false);
      }}
    />
  );
}

function Rooms({ onSignedOut }: { onSignedOut(): void }) {
  const route = useRoute();
  const overview = useLive(api.overview, 'overview');
  if (overview.error?.status === 401) {
    onSignedOut();
    return null;
  }
  const [room, id] = route.path;
  return (
    <>
      <header>
        <a class="brand" href="#/">
          <span class="mark" aria-hidden="true" />
          ml-connector <small>operations</small>
        </a>
        <nav>
          <a href="#/" aria-current={room === undefined ? 'page' : undefined}>
            Overview
          </a>
          <a href="#/records?state=parked" aria-current={room === 'records' ? 'page' : undefined}>
            Records
          </a>
          <a href="../">Flow editor</a>
          <button type="button" class="plain" onClick={onSignedOut}>
            Sign out
          </button>
        </nav>
      </header>
      <main>
        {overview.error && <Failure error={overview.error} />}
        {room === 'records' && id !== undefined ? (
          <Passport id={id} />
        ) : room === 'records' ? (
          <Records
            parameters={route.parameters}
            syncs={overview.value?.syncs.map(({ name }) => name) ?? []}
          />
        ) : (
          overview.value && (
            <>
              <Connections connections={overview.value.connections} />
              <Syncs syncs={overview.value.syncs} />
            </>
          )
        )}
      </main>
      {overview.value && (
        <footer>
          version {overview.value.runtime.version} · store {overview.value.runtime.store}
        </footer>
      )}
    </>
  );
}

const root = document.getElementById('console');
if (root) render(<Console />, root);
