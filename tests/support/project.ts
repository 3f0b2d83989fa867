import { findPackageJSON } from 'node:module';
import { dirname } from 'node:path';

/** The project's folder, from the sources and from what is compiled of them. */
export const PROJECT = dirname(findPackageJSON('..', __filename) ?? __dirname);
