import { type Clock, systemClock } from '../../runtime/connector/clock';
import type { SystemModule } from '../../runtime/connector/system';
import { createClient } from './client';
import { openAcumatica } from './connection';
import { manifest } from './manifest';

/** Acumatica through its contract-based REST API. @param clock time of waits for releases, and of tokens */
export function createSystem(clock: Clock = systemClock): SystemModule {
  return { manifest, connect: (settings) => createClient(openAcumatica(settings, clock)) };
}

export const acumatica = createSystem();
