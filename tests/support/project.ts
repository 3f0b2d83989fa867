import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';

/** The project's folder, from the sources and from what is compiled of them. */
export const PROJECT = dirname(findPackageJSON('..', __filename) ?? __dirname);

/** Archive of an empty embedded database, as the build made it. */
export const EMPTY_DATABASE = join(PROJECT, 'dist/runtime/ledger/empty-database.tar.gz');
