import type { SystemModule } from '../../runtime/connector/system';
import { connectBasware } from './client';
import { manifest } from './manifest';

export const basware: SystemModule = { manifest, connect: (settings) => connectBasware(settings) };
