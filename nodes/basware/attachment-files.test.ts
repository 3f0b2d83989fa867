import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../runtime/connector/connection';
import { connectTo, readContext } from '../../tests/support/basware-connection';

/** Bytes that are no text. */
const image = Buffer.concat([Buffer.from('%PDF-1.4\n'), randomBytes(5_000), Buffer.from([0xff, 0xfe, 0])]);
const path = '/v1/accountingDocuments/d1/attachments/a%2F1';

let api: Server;
let store: Server;
let connection: Connection;
let storeSaw: (string | undefined)[];
let expired: number;

beforeEach(async () => {
  storeSaw = [];
  expired = 0;
  store = createServer((request, response) => {
    storeSaw.push(request.headers.authorization);
    if (expired-- > 0) {
      response.writeHead(403, { 'content-type': 'application/xml' });
      response.end('<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>');
      return;
    }
    response.writeHead(200, { 'content-type': 'application/pdf' }).end(image);
  });
  await listening(store);
  api = createServer((request, response) => {
    if (request.url === '/v1/tokens') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ access_token: 't', expires_in: 3600, token_type: 'Bearer' }));
    } else if (request.url === path) response.writeHead(302, { location: `${urlOf(store)}/x?s=1` }).end();
    else response.writeHead(404).end();
  });
  await listening(api);
  connection = connectTo(urlOf(api));
});
afterEach(async () => {
  await connection.close();
  for (const server of [api, store]) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

function listening(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function read(key: string, maxBytes = 10_000) {
  const { files } = connection.client;
  if (!files) throw new Error('Basware hands out no files');
  return files.read(key, maxBytes, readContext(connection));
}

describe('the files of an invoice', () => {
  it('come to the byte from a store that hears nothing of who asks', async () => {
    const file = await read('d1|a/1');
    expect(Buffer.from(file?.bytes ?? []).equals(image)).toBe(true);
    expect(storeSaw).toEqual([undefined]);
  });

  it('are asked for again when the link had expired', async () => {
    expired = 1;
    expect((await read('d1|a/1'))?.bytes.length).toBe(image.length);
    expect(storeSaw).toHaveLength(2);
  });

  it('are none where the tenant does not hand them out', async () => {
    expect(await read('d1|other')).toBeUndefined();
    expect(await read('no key')).toBeUndefined();
  });

  it('D13: are refused when they are larger than allowed, before they are whole in memory', async () => {
    await expect(read('d1|a/1', 1_000)).rejects.toMatchObject({
      recovery: 'rejected',
      code: 'BASWARE_FILE_TOO_LARGE',
    });
  });
});
