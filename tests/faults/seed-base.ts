import { execFileSync } from 'node:child_process';
import { PROJECT } from '../support/project';

/** Seeds from here on are taken; `--from` of the command replays any of them. */
export function seedBase(): number {
  const given = Number(process.env['ML_FAULT_FROM'] ?? '');
  return Number.isInteger(given) && given > 0 ? given : baseOf(commitHash());
}

/** Other seeds for other commits, so that the tests of many commits add up. */
export function baseOf(commit: string): number {
  return 1 + (Number.parseInt(commit.slice(0, 7), 16) % 1_000_000);
}

/** The fixed hash stands for a project outside git. */
function commitHash(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: PROJECT, encoding: 'utf8', stdio: 'pipe' });
  } catch {
    return '0000001';
  }
}
