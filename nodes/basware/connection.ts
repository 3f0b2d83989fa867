import type { Clock } from '../../runtime/connector/clock';
import type { ConnectionSettings } from '../../runtime/connector/system';
import type { Signing } from './webhook';

/** One company in Basware, and how to speak for it. */
export interface BaswareConnection {
  /** Without a trailing slash and without `/v1`. */
  readonly baseUrl: string;
  readonly auth: 'oauth' | 'basic';
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
  readonly companyCode: string;
  readonly sourceSystem: string | undefined;
  readonly signing: Signing;
  readonly clock: Clock;
}

export function openBasware(settings: ConnectionSettings, clock: Clock): BaswareConnection {
  const field = (name: string) => String(settings[name] ?? '');
  const sourceSystem = field('sourceSystem');
  const encoding = field('signatureEncoding');
  return {
    baseUrl: field('baseUrl').trim().replace(/\/+$/, '').replace(/\/v1$/, '').replace(/\/+$/, ''),
    auth: settings['auth'] === 'basic' ? 'basic' : 'oauth',
    clientId: field('clientId'),
    clientSecret: field('clientSecret'),
    scope: field('scope'),
    companyCode: field('companyCode'),
    sourceSystem: sourceSystem === '' ? undefined : sourceSystem,
    signing: {
      token: field('webhookToken'),
      signatureHeader: field('signatureHeader').toLowerCase(),
      encoding: encoding === 'hex' || encoding === 'base64' ? encoding : 'auto',
      coversTimestamp: settings['signedContent'] === 'timestamp.body',
      timestampHeader: field('timestampHeader').toLowerCase(),
      toleranceMs: Number(settings['toleranceSeconds']) * 1000,
      requireTimestamp: settings['requireTimestamp'] === true,
    },
    clock,
  };
}

/** Address below `/v1`, each part escaped: codes may hold any character. */
export function urlOf({ baseUrl }: BaswareConnection, ...parts: readonly string[]): string {
  return `${baseUrl}/v1${parts.map((part) => `/${encodeURIComponent(part)}`).join('')}`;
}
