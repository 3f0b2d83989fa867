import type { WireObject } from '../http/exact-json';
import { businessError } from './refusal';
import { tableOf } from './schema';
import type { EpicorState } from './state';
import type { Row } from './table-rows';
import { decodeRow, encodeRow } from './wire-rows';

/** The tableset that travels to and fro in method calls: rows by table, each saying by `RowMod` what shall become of it. */
export class Dataset {
  readonly #known = new Map<string, Row[]>();

  constructor(
    private readonly state: EpicorState,
    private readonly sent: WireObject,
  ) {}

  static empty(state: EpicorState): Dataset {
    return new Dataset(state, {});
  }

  /** The rows of a table, in the order sent. */
  rows(table: string): Row[] {
    const known = this.#known.get(table);
    if (known !== undefined) return known;
    const sent = this.sent[table] ?? [];
    if (!Array.isArray(sent))
      throw businessError(`Table ${table} of the dataset must be a list of rows.`, table);
    const rows = sent.map((row) => decodeRow(row, tableOf(this.state.schema, table)));
    this.#known.set(table, rows);
    return rows;
  }

  /** The row that a Change method works on: the last one marked as added or updated. */
  active(table: string): Row {
    const row = this.rows(table).findLast(
      (candidate) => candidate['RowMod'] === 'A' || candidate['RowMod'] === 'U',
    );
    if (row === undefined)
      throw businessError(`There is no row of ${table} marked A or U in the dataset.`, table);
    return row;
  }

  /** Puts in the rows of a table anew. */
  replace(table: string, rows: Row[]): void {
    this.#known.set(table, rows);
  }

  toWire(): WireObject {
    const shown: WireObject = { ...this.sent };
    for (const [table, rows] of this.#known) {
      const columns = [...tableOf(this.state.schema, table).columns.values()];
      shown[table] = rows.map((row) => encodeRow(row, columns, this.state.switches));
    }
    return shown;
  }
}
