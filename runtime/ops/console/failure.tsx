import type { ApiError } from './api';

export function Failure({ error }: { error: ApiError }) {
  return (
    <p class="failure" role="alert">
      <strong>{error.message}</strong> {error.remedy}
    </p>
  );
}
