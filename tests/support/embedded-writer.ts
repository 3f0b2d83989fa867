import { openEmbeddedStore } from '../../runtime/ledger/embedded-store';

/** A process that writes into an embedded store until it is killed. Prints each number that was committed. */
async function write(folder: string, address: string | undefined): Promise<void> {
  const store = await openEmbeddedStore({
    folder,
    onWarning: (warning) => console.log(`warning ${warning}`),
  });
  if (address !== undefined) store.announce(address);
  await store.query(
    'create table if not exists ml.written (number integer primary key, twin integer not null)',
  );
  const { rows } = await store.query<{ next: number }>(
    'select coalesce(max(number), 0) + 1 as next from written',
  );
  console.log('open');
  for (let number = rows[0]?.next ?? 1; ; number++) {
    await store.transaction(async () => {
      await store.query('insert into written (number, twin) values ($1, 0)', [number]);
      await store.query('update written set twin = number where number = $1', [number]);
    });
    console.log(`wrote ${number}`);
    if (number % 200 === 0) await store.housekeep();
  }
}

const [folder, address] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: embedded-writer <folder> [<address>]');
write(folder, address).catch((error) => {
  console.log(`failed ${error.code} ${error.message}`);
  process.exitCode = 1;
});
