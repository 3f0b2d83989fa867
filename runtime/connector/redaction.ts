import type { Json } from './json';

/** Removes what must never be seen from anything that is logged, audited or thrown. */
export interface Redactor {
  text(text: string): string;
  json<Value extends Json>(value: Value): Value;
  /** From now on this is a secret too: the token of a new session. The oldest of these are forgotten. */
  add(secret: string): void;
}

const removed = '[removed]';

/** Shorter text would be found in innocent places, and shred them. */
const shortestSecret = 4;

/** Tokens of sessions come and go: the newest ones are remembered. */
const mostPassing = 20;

/** Field names whose values are secrets, sessions, bank or tax data. */
const sensitiveName =
  /^(authorization|proxy-authorization|cookie|set-cookie|passw(or)?d|.*password|.*secret|.*token|.*session_?-?id|.*api_?-?key|.*dev_?-?key|.*private_?-?key|remember_?me_?id|account_?number|.*routing_?number|.*iban(_?code)?|.*swift(_?code)?|bic|.*bank_?acc(oun)?t_?(number|no)|bank_?ac(coun)?t_?id|.*tax_?(payer)?_?id|.*tax_?number|ssn|ein|tin)$/i;

const sensitivePair =
  /(["']?)\b(authorization|cookie|set-cookie|\w*password|passwd|\w*secret|\w*token|\w*session-?_?id|\w*api[-_]?key|\w*dev[-_]?key|routing_?number|iban|swift|tax_?id|ssn)\1(\s*[:=]\s*)(?:(["'])(?:(?!\4).)*\4|(?:(?:bearer|basic|token)\s+)?[^\s"',;&<>}\])]+)/gi;

const authorizationValue = /\b(Bearer|Basic)\s+[A-Za-z0-9+/=._~-]{6,}/g;

/** @param secrets values that may appear nowhere, in whatever encoding they travel */
export function createRedactor(secrets: Iterable<string>): Redactor {
  const lasting = [...secrets];
  const passing: string[] = [];
  let pattern = patternOf(lasting);

  const add = (secret: string) => {
    passing.push(secret);
    if (passing.length > mostPassing) passing.shift();
    pattern = patternOf([...lasting, ...passing]);
  };

  const withoutValues = (text: string) => (pattern ? text.replace(pattern, removed) : text);
  const redactText = (text: string) =>
    withoutValues(text)
      .replace(sensitivePair, (_all, quote: string, name: string, between: string) => {
        return `${quote}${name}${quote}${between}${removed}`;
      })
      .replace(authorizationValue, `$1 ${removed}`);
  const redactJson = (value: Json, name: string): Json => {
    if (value === null || typeof value === 'boolean') return value;
    if (sensitiveName.test(name)) return removed;
    if (typeof value === 'string') return redactText(value);
    if (typeof value === 'number') return value;
    if (Array.isArray(value)) return value.map((item) => redactJson(item, name));
    return Object.fromEntries(
      Object.entries(value).map(([child, inner]) => [withoutValues(child), redactJson(inner, child)]),
    );
  };

  return {
    text: redactText,
    json: <Value extends Json>(value: Value) => redactJson(value, '') as Value,
    add,
  };
}

function patternOf(secrets: readonly string[]): RegExp | undefined {
  const forms = secrets
    .filter((secret) => secret.length >= shortestSecret)
    .flatMap((secret) => [...formsOf(secret)]);
  if (forms.length === 0) return undefined;
  // Longest first, so that no tail of a longer form is left over.
  const all = [...new Set(forms)].sort((one, other) => other.length - one.length);
  return new RegExp(all.map(escapeForPattern).join('|'), 'g');
}

/** The secret as it may appear: plain, in a URL, in a form, in JSON, in HTML, and inside any base64 text. */
function formsOf(secret: string): Set<string> {
  const inUrl = encodeURIComponent(secret);
  const inHtml = secret
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
  const forms = [secret, inUrl, inUrl.replace(/%20/g, '+'), JSON.stringify(secret).slice(1, -1), inHtml];
  for (const base64 of base64Forms(secret)) {
    forms.push(base64, base64.replace(/\+/g, '-').replace(/\//g, '_'), encodeURIComponent(base64));
  }
  return new Set(forms.filter((form) => form.length >= shortestSecret));
}

/**
 * The characters of base64 that a secret alone decides, for each of the three places it can begin in a group:
 * they appear whatever stands before and after it, as in `base64(user:password)`.
 */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const start = offset === 0 ? 0 : offset + 1;
    const decided = Math.floor(((offset + bytes.length) * 8) / 6);
    return encoded.slice(start, decided);
  });
}

function escapeForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
