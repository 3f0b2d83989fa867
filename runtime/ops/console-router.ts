import { resolve } from 'node:path';
import express, { type Router } from 'express';

/** The built console: an empty page for everyone; what it shows comes from the API, which needs a sign-in. */
const FOLDER = resolve(__dirname, 'console');

export function consoleRouter(): Router {
  const router = express.Router();
  router.use((_request, response, next) => {
    response.set({
      'Content-Security-Policy': "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'same-origin',
      'Cache-Control': 'no-cache',
    });
    next();
  });
  router.use(express.static(FOLDER, { index: 'index.html', redirect: true }));
  return router;
}
