import type { SystemModule } from '../../runtime/connector/system';
import { connectAirbase } from './client';
import { manifest } from './manifest';

export const airbase: SystemModule = { manifest, connect: (settings) => connectAirbase(settings) };
