import type { MappingLimits } from './limits';
import type { ProgramInput, ProgramResult, ProgramSource } from './program';

/** What the thread is given when it starts. */
export interface ThreadSetup {
  readonly limits: MappingLimits;
  /** Shared by both sides, see `PULSE`. */
  readonly pulse: Int32Array;
}

/** Places in the pulse: the run that computes now (0 is none), and a count that moves with every step. */
export const PULSE = { run: 0, steps: 1 } as const;

/** A call of one of the look-ups, which live on the other side. */
export type Question =
  | { readonly ask: 'link' | 'source'; readonly of: [sync: string, company: string, key: string] }
  | { readonly ask: 'missingReason'; readonly of: [sync: string] };

export type ToThread =
  | { readonly kind: 'program'; readonly program: number; readonly source: ProgramSource }
  | { readonly kind: 'run'; readonly run: number; readonly program: number; readonly input: ProgramInput }
  | { readonly kind: 'answer'; readonly run: number; readonly question: number; readonly value: unknown }
  /** A look-up failed: the run is over, its caller has been told. */
  | { readonly kind: 'abandon'; readonly run: number; readonly question: number };

export type FromThread =
  | { readonly kind: 'ended'; readonly run: number; readonly result: ProgramResult }
  | { readonly kind: 'question'; readonly run: number; readonly question: number; readonly asked: Question };
