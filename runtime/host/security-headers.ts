import type { RequestHandler } from 'express';

/** On every answer of editor and admin API. A strict content policy would break the editor's code editor. */
export const securityHeaders: RequestHandler = (request, response, next) => {
  response.set({
    'X-Frame-Options': 'SAMEORIGIN',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    ...(request.secure ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
  });
  next();
};
