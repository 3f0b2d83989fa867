import type { SystemModule } from '../../runtime/connector/system';
import { connectAvidXchange } from './client';
import { manifest } from './manifest';

export const avidxchange: SystemModule = { manifest, connect: (settings) => connectAvidXchange(settings) };
