/** Requests that may change something at a system; signing in and out and the reads that are sent by POST are none. */
export const WRITE =
  /^(POST|PATCH|PUT|DELETE) (?!.*(login|logout|GetByID|GetRows|GetList|TokenResource|connect\/token))/;

export function isWrite({ method, url }: { readonly method: string; readonly url: string }): boolean {
  return WRITE.test(`${method} ${url}`);
}
