import { startPostgres } from './postgres';

/** A process that starts a PostgreSQL server and then waits to be killed. */
startPostgres({ fsync: 'off' }).then(
  ({ connectionString }) => {
    console.log(`ready ${connectionString}`);
    setInterval(() => {}, 60_000);
  },
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
