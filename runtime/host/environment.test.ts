import { describe, expect, it } from 'vitest';
import { readEnvironment } from './environment';

describe('the host environment', () => {
  it('has a default for everything outside production', () => {
    expect(readEnvironment({}, '/project')).toMatchObject({
      databaseUrl: undefined,
      dataFolder: '/project/.data',
      credentialSecret: undefined,
      host: '127.0.0.1',
      port: 1880,
      pollSeconds: 300,
      onceWaitSeconds: 300,
    });
  });

  it('takes the data folder of the command line before that of the environment', () => {
    expect(readEnvironment({ ML_DATA_DIR: '/a' }, '/project').dataFolder).toBe('/a');
    expect(readEnvironment({ ML_DATA_DIR: '/a' }, '/project', 'b').dataFolder).toBe('/project/b');
  });

  it('takes what is empty or blank for not set', () => {
    const blank = {
      ML_DATA_DIR: '',
      ML_HOST: ' ',
      PORT: ' ',
      ML_ONCE_WAIT: '\t',
      ML_PUBLIC_URL: ' ',
      DATABASE_URL: '',
    };
    expect(readEnvironment(blank, '/project', '')).toEqual(readEnvironment({}, '/project'));
    expect(readEnvironment({ ML_PUBLIC_URL: 'https://ap.example.com/ ' }, '/').publicUrl).toBe(
      'https://ap.example.com',
    );
  });

  it('does not start in production without a key of 32 characters', () => {
    expect(() => readEnvironment({ NODE_ENV: 'production' }, '/')).toThrow(/ML_CREDENTIAL_SECRET is not set/);
    expect(() => readEnvironment({ ML_CREDENTIAL_SECRET: 'short' }, '/')).toThrow(/5 characters/);
    const secret = 'x'.repeat(32);
    expect(
      readEnvironment({ NODE_ENV: 'production', ML_CREDENTIAL_SECRET: secret }, '/').credentialSecret,
    ).toBe(secret);
  });

  it.each([
    ['PORT', '70000', /PORT is not a whole number from 0 to 65535: "70000"/],
    ['ML_POLL_SECONDS', 'soon', /ML_POLL_SECONDS/],
    ['ML_PUBLIC_URL', 'ap.example.com', /ML_PUBLIC_URL is not an http/],
    ['DATABASE_URL', 'mysql://u:canary@h/d', /DATABASE_URL is not/],
  ])('names %s when it holds %s', (name, value, message) => {
    expect(() => readEnvironment({ [name]: value }, '/')).toThrow(message);
  });

  it('repeats no secret in an error', () => {
    expect(() => readEnvironment({ DATABASE_URL: 'mysql://u:canary@h/d' }, '/')).not.toThrow(/canary/);
  });
});
