import { PROJECT } from '../support/project';
import { testsByRow } from './named-tests';
import { NOT_YET } from './not-yet';
import { tableOf } from './table';

const table = tableOf(testsByRow(PROJECT), NOT_YET);
process.stdout.write(`${table.text}\n`);
process.exitCode = table.open.length === 0 ? 0 : 1;
