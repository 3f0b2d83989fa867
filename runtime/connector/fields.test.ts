import { describe, expect, it } from 'vitest';
import { sampleManifest } from '../../tests/support/sample-system';
import { ConfigurationError } from './errors';
import { environmentNames, resolveFields, resolveSettings } from './fields';
import type { FieldDeclaration } from './manifest';
import { takeSecrets } from './secrets';

const { fields } = sampleManifest.connection;
const environment = () => ({
  SAMPLE_BASE_URL: 'https://books.example.com/instance/',
  SAMPLE_COMPANY: 'EPIC06',
  SAMPLE_API_KEY: 'key',
  SAMPLE_USERNAME: 'robot',
  SAMPLE_PASSWORD: 'pass',
  DATABASE_URL: 'postgres://secret',
});
const references = Object.fromEntries(
  fields.flatMap(({ name, environment: variable }) => (variable ? [[name, `\${${variable}}`]] : [])),
);

function resolve(
  config: Record<string, unknown>,
  variables: Record<string, string | undefined> = environment(),
) {
  const secrets = takeSecrets(variables, environmentNames(fields));
  return resolveSettings(sampleManifest.connection, { config }, secrets, 'books');
}

function refused(act: () => unknown): ConfigurationError {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return error as ConfigurationError;
  }
  return expect.fail('did not refuse');
}

describe('secrets', () => {
  it('are taken out of the environment, and nothing else is', () => {
    const variables: Record<string, string | undefined> = environment();
    const secrets = takeSecrets(variables, environmentNames(fields));
    expect(variables).toEqual({ DATABASE_URL: 'postgres://secret' });
    expect(secrets.get('SAMPLE_API_KEY')).toBe('key');
    expect(secrets.get('DATABASE_URL')).toBeUndefined();
    expect(JSON.stringify(secrets)).not.toContain('key');
  });
});

describe('the settings of a connection', () => {
  it('come from variables, with defaults and the right types', () => {
    expect(resolve({ ...references, inFlight: '2' })).toEqual({
      baseUrl: 'https://books.example.com/instance',
      auth: 'login',
      company: 'EPIC06',
      apiKey: 'key',
      username: 'robot',
      password: 'pass',
      inFlight: 2,
    });
  });

  it('prefer what a person typed, and secrets from the credentials', () => {
    const settings = resolveSettings(
      sampleManifest.connection,
      { config: { ...references, company: ' EPIC07 ', apiKey: '' }, credentials: { apiKey: 'typed' } },
      takeSecrets(environment(), environmentNames(fields)),
      'books',
    );
    expect(settings).toMatchObject({ company: 'EPIC07', apiKey: 'typed' });
  });

  it('name every missing variable at once', () => {
    const error = refused(() => resolve(references, { SAMPLE_COMPANY: 'EPIC06', SAMPLE_USERNAME: '' }));
    expect(error.code).toBe('SETTING_MISSING');
    expect(error.where).toBe('books');
    expect(error.message).toBe(
      'SAMPLE_BASE_URL is not set; SAMPLE_API_KEY is not set; SAMPLE_USERNAME is not set; SAMPLE_PASSWORD is not set',
    );
  });

  it('take a blank variable for one that is not set, and no blanks around a value', () => {
    const blank = {
      ...environment(),
      SAMPLE_API_KEY: '  ',
      SAMPLE_BASE_URL: ' https://books.example.com// ',
    };
    expect(refused(() => resolve(references, blank)).message).toBe('SAMPLE_API_KEY is not set');
    const padded = {
      ...environment(),
      SAMPLE_COMPANY: ' EPIC06\n',
      SAMPLE_BASE_URL: ' https://books.example.com// ',
    };
    expect(resolve(references, padded)).toMatchObject({
      company: 'EPIC06',
      baseUrl: 'https://books.example.com',
    });
  });

  it('know a choice however it is capitalized', () => {
    expect(resolve({ ...references, auth: 'Login' })).toMatchObject({ auth: 'login' });
  });

  it('need only what the chosen way of signing in needs', () => {
    const variables = { ...environment(), SAMPLE_USERNAME: undefined, SAMPLE_PASSWORD: undefined };
    const settings = resolve({ ...references, auth: 'key' }, variables);
    expect(settings).toMatchObject({ auth: 'key', apiKey: 'key' });
    expect(settings['username']).toBeUndefined();
  });

  it('reach no variable that the system does not declare', () => {
    for (const stolen of [`\${DATABASE_URL}`, `\${HOME}`]) {
      const error = refused(() => resolve({ ...references, company: stolen }));
      expect(error.code).toBe('SETTING_NOT_ALLOWED');
      expect(error.message).not.toContain('postgres');
    }
  });

  it('do not show a secret through a field that is shown', () => {
    const error = refused(() => resolve({ ...references, company: `\${SAMPLE_PASSWORD}` }));
    expect(error.code).toBe('SETTING_NOT_ALLOWED');
    expect(error.message).not.toContain('pass;');
  });

  it('substitute whole values only', () => {
    expect(resolve({ ...references, company: `x\${SAMPLE_COMPANY}` })).toMatchObject({
      company: `x\${SAMPLE_COMPANY}`,
    });
  });

  it('refuse what is out of range or of the wrong form, naming the field and not the value', () => {
    for (const [wrong, message] of [
      [{ inFlight: 11 }, 'inFlight must be at most 10'],
      [{ inFlight: 'two' }, 'inFlight must be a whole number'],
      [{ auth: 'guess' }, 'auth must be one of login, key'],
      [{ baseUrl: 'ftp://x' }, 'baseUrl must be an address that begins with https:// or http://'],
      [{ baseUrl: 'https://u:canary@x' }, 'baseUrl must not hold a user name or password'],
      [{ company: 'a\nb' }, 'company must be one line'],
    ] as const) {
      const error = refused(() => resolve({ ...references, ...wrong }));
      expect(error.code).toBe('SETTING_INVALID');
      expect(error.message).toBe(message);
    }
  });
});

describe('options of a node', () => {
  const option = (more: Partial<FieldDeclaration>): FieldDeclaration => ({
    name: 'value',
    type: 'text',
    label: 'Value',
    help: 'Help.',
    ...more,
  });
  const none = takeSecrets({}, []);
  const read = (more: Partial<FieldDeclaration>, value: unknown) =>
    resolveFields([option(more)], { config: { value } }, none, 'node')['value'];

  it('become values of their types', () => {
    expect(read({ type: 'boolean' }, 'true')).toBe(true);
    expect(read({ type: 'boolean' }, false)).toBe(false);
    expect(read({ type: 'decimal' }, '0.10')).toBe('0.10');
    expect(read({ type: 'date' }, '2026-02-28')).toBe('2026-02-28');
    expect(read({ type: 'list' }, 'a, b,,c')).toEqual(['a', 'b', 'c']);
    expect(read({ type: 'list' }, ['a', 'b'])).toEqual(['a', 'b']);
    expect(read({ default: 'x' }, '')).toBe('x');
    expect(read({}, undefined)).toBeUndefined();
  });

  it('are refused when they are not of their types', () => {
    for (const [more, value] of [
      [{ type: 'boolean' }, 'yes'],
      [{ type: 'decimal' }, '1,5'],
      [{ type: 'date' }, '2026-02-29'],
      [{ type: 'list' }, [1]],
      [{ maxLength: 2 }, 'abc'],
      [{ pattern: '[A-Z]{2}' }, 'ABC'],
      [{}, { an: 'object' }],
    ] as const) {
      expect(() => read(more, value)).toThrow(ConfigurationError);
    }
  });
});
