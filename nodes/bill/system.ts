import type { SystemModule } from '../../runtime/connector/system';
import { connectBill } from './client';
import { manifest } from './manifest';

export const bill: SystemModule = { manifest, connect: (settings) => connectBill(settings) };
