import { type Clock, systemClock } from '../../runtime/connector/clock';
import type { SystemModule } from '../../runtime/connector/system';
import { createClient } from './client';
import { openEpicor } from './connection';
import { manifest } from './manifest';

/** Epicor Kinetic through REST API v2. @param clock time of waits for postings, and of tokens */
export function createSystem(clock: Clock = systemClock): SystemModule {
  return { manifest, connect: (settings) => createClient(openEpicor(settings, clock)) };
}

export const epicorKinetic = createSystem();
