const most = 50;
/** Addresses are kept well below what proxies take. */
const longest = 2000;

/** Ids that are asked for with one call each: not too many, and not too long as part of an address. */
export function chunksOf(ids: readonly string[]): readonly (readonly string[])[] {
  const chunks: string[][] = [];
  let length = 0;
  for (const id of new Set(ids)) {
    const size = encodeURIComponent(id).length + 3;
    const last = chunks.at(-1);
    if (last && last.length < most && length + size <= longest) {
      last.push(id);
      length += size;
    } else {
      chunks.push([id]);
      length = size;
    }
  }
  return chunks;
}
