/** Writes progress for a person: to stderr, so that stdout stays free for the summary. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Repaints a few lines in place on a terminal, and writes nothing to a file or pipe until the last state. */
export function liveLines(): { paint(lines: readonly string[]): void } {
  let painted = 0;
  return {
    paint(lines) {
      if (!process.stderr.isTTY) return;
      process.stderr.write(`${painted > 0 ? `\x1b[${painted}A` : ''}\x1b[J${lines.join('\n')}\n`);
      painted = lines.length;
    },
  };
}
