import type { WireObject } from '../http/exact-json';
import type { Access } from './access';
import { anything, checkBody, flag, required, text } from './body-fields';
import { type BillAnswer, type BillRoute, ok } from './handler';
import { refuse } from './refusal';

const LOGIN = {
  username: required(text()),
  password: required(text()),
  organizationId: required(text()),
  devKey: required(text()),
  rememberMeId: text(),
  device: text(),
};

/** Answers `POST /v3/login`; the developer key stands in the body. */
export function login(access: Access, body: WireObject): BillAnswer {
  const given = checkBody(body, LOGIN, { unknownMembers: 'refuse', fieldErrorCodes: true });
  const session = access.login({
    username: String(given['username']),
    password: String(given['password']),
    organizationId: String(given['organizationId']),
    devKey: String(given['devKey']),
  });
  return ok({
    sessionId: session.id,
    organizationId: session.organization.id,
    userId: session.userId,
    trusted: session.trusted,
  });
}

/** Routes about the session itself, and the second factor. */
export function sessionRoutes(access: Access): readonly BillRoute[] {
  return [
    {
      method: 'get',
      path: '/v3/login/session',
      run: ({ session }) =>
        ok({
          organizationId: session.organization.id,
          userId: session.userId,
          mfaStatus: session.trusted ? 'COMPLETE' : 'DISABLED',
          mfaBypass: false,
        }),
    },
    {
      method: 'post',
      path: '/v3/logout',
      run: ({ session }) => {
        access.logout(session);
        return { status: 200 };
      },
    },
    {
      method: 'post',
      path: '/v3/mfa/challenge',
      run: (call) => {
        checkBody(call.body, { useBackup: flag() }, call.organization.switches);
        return ok({ challengeId: 'mfa-challenge' });
      },
    },
    {
      method: 'post',
      path: '/v3/mfa/challenge/validate',
      run: (call) => {
        const fields = {
          challengeId: required(text()),
          token: required(text()),
          device: text({ max: 48 }),
          machineName: text(),
          rememberMe: anything(),
        };
        const body = checkBody(call.body, fields, call.organization.switches);
        if (body['token'] !== '123456') throw refuse(400, 'BDC_1356', 'The token is not valid.');
        call.session.trusted = true;
        return ok({ rememberMeId: 'remember-me' });
      },
    },
  ];
}
