import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from './api';

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly error: ApiError | undefined;
  reload(): void;
}

const REFRESH_MS = 3000;

/** Loads at once, on every change of `key`, and again every few seconds while the page is visible. */
export function useLive<T>(load: () => Promise<T>, key: string): Loaded<T> {
  const [state, setState] = useState<{ key: string; value?: T; error?: ApiError }>({ key });
  const latest = useRef(load);
  latest.current = load;

  const run = useCallback(async () => {
    try {
      const value = await latest.current();
      setState({ key, value });
    } catch (error) {
      const shown = error instanceof ApiError ? error : new ApiError(0, String(error), '');
      setState((before) => ({ ...before, key, error: shown }));
    }
  }, [key]);

  useEffect(() => {
    void run();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void run();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [run]);

  return {
    value: state.key === key ? state.value : undefined,
    error: state.error,
    reload: () => void run(),
  };
}

/** The part of the address behind `#`, as path segments and parameters. */
export function useRoute(): { readonly path: readonly string[]; readonly parameters: URLSearchParams } {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const onChange = () => setHash(location.hash);
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  const [path = '', parameters = ''] = hash.replace(/^#\/?/, '').split('?');
  return {
    path: path.split('/').filter(Boolean).map(decodeURIComponent),
    parameters: new URLSearchParams(parameters),
  };
}
