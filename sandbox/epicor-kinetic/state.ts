import { type Clock, dateOf } from '../clock';
import { buildSchema, type Schema, type Table, tableOf } from './schema';
import type { EpicorSwitches } from './switches';
import { type Row, TableRows, type Value } from './table-rows';

/** What a company starts with: rows by table name, decimals as text, dates as `YYYY-MM-DD`. */
export interface EpicorCompanyData {
  readonly company: string;
  readonly name: string;
  readonly baseCurrency: string;
  /** The last date of the latest closed fiscal period. */
  readonly closedThrough: string;
  /** Account, segments joined by `|`, that the server gives lines without one. Default: the first active account. */
  readonly defaultExpense?: string;
  readonly tables: Readonly<Record<string, readonly Row[]>>;
  /** Content of a stored file by its `XFileRefNum`, asked for when it is downloaded; its row belongs into `XFileRef`. */
  readonly fileContent?: (file: number) => Uint8Array | undefined;
}

export interface EpicorData {
  readonly companies: readonly EpicorCompanyData[];
  /** Custom columns by table, `Name_c:type` separated by blanks. */
  readonly customColumns: Readonly<Record<string, string>>;
}

/** One company's tables and its calendar. */
export class CompanyState {
  closedThrough: string;
  defaultExpense: string | undefined;
  nextHead = 5_001;
  nextJournal = 901;
  nextFile = 7_001;
  nextVendor = 1;
  /** Contents of files that were uploaded, by their number. */
  readonly uploaded = new Map<number, Uint8Array>();
  /** Content of files that were there before. */
  fileContent: EpicorCompanyData['fileContent'];
  readonly #tables = new Map<string, TableRows>();

  constructor(
    readonly code: string,
    readonly baseCurrency: string,
    closedThrough: string,
    schema: Schema,
  ) {
    this.closedThrough = closedThrough;
    for (const table of schema.values()) {
      const parent = table.parent === undefined ? undefined : tableOf(schema, table.parent);
      const shared = parent === undefined ? [] : parent.key.filter((name) => name !== 'SysRowID');
      this.#tables.set(table.name, new TableRows(table, shared, table.parentKey));
    }
  }

  rows(table: string): TableRows {
    const rows = this.#tables.get(table);
    if (rows === undefined) throw new Error(`no table ${table} in the simulated Epicor`);
    return rows;
  }
}

interface Job {
  readonly dueAt: number;
  readonly run: () => void;
}

/** The database of a simulated environment. Every write goes through `insert`, `change` and `remove`, which stamp the row. */
export class EpicorState {
  readonly schema: Schema;
  readonly companies = new Map<string, CompanyState>();
  /** One counter for the whole database, as a row version is. */
  revision = 1_000_000;
  /** Saves of whole documents asked for so far. */
  saves = 0;
  #jobs: Job[] = [];
  #undo: (() => void)[] | undefined;

  constructor(
    data: EpicorData,
    readonly switches: EpicorSwitches,
    readonly clock: Clock,
  ) {
    this.schema = buildSchema(data.customColumns, switches.updatedOnAlias);
    for (const given of data.companies) this.#load(given);
  }

  company(code: string): CompanyState {
    const company = this.companies.get(code);
    if (company === undefined) throw new Error(`no company ${code} in the simulated Epicor`);
    return company;
  }

  insert(company: CompanyState, table: string, row: Row, by: string): Row {
    this.#stamp(tableOf(this.schema, table), row, by);
    row['Company'] ??= company.code;
    if (/^(0{8}-|$)/.test(text(row, 'SysRowID'))) row['SysRowID'] = rowGuid(this.revision);
    company.rows(table).add(row);
    this.#undo?.push(() => company.rows(table).remove(row));
    return row;
  }

  /** Changes columns of a stored row; its key columns must stay. A change of custom columns alone moves their own version only. */
  change(company: CompanyState, table: string, row: Row, changes: Readonly<Row>, by: string): void {
    const before = { ...row };
    this.#undo?.push(() => {
      for (const name of Object.keys(row)) delete row[name];
      Object.assign(row, before);
      company.rows(table).touched();
    });
    Object.assign(row, changes);
    const declared = tableOf(this.schema, table);
    const names = Object.keys(changes);
    if (names.length > 0 && names.every((name) => name.endsWith('_c'))) {
      row['UD_SysRevID'] = String(this.nextRevision());
    } else {
      this.#stamp(declared, row, by);
    }
    company.rows(table).touched();
  }

  remove(company: CompanyState, table: string, row: Row): void {
    company.rows(table).remove(row);
    this.#undo?.push(() => company.rows(table).add(row));
  }

  /** Does work as one transaction: when it throws, nothing of it remains. May stand in another such piece of work. */
  atomically<T>(work: () => T): T {
    const around = this.#undo;
    const mine: (() => void)[] = [];
    this.#undo = mine;
    try {
      const result = work();
      around?.push(...mine);
      return result;
    } catch (error) {
      for (const undo of mine.reverse()) undo();
      throw error;
    } finally {
      this.#undo = around;
    }
  }

  /** Runs `run` once the clock has passed `delayMs` from now; work of the system agent is done lazily, at the next request. */
  later(delayMs: number, run: () => void): void {
    this.#jobs.push({ dueAt: this.clock.now() + delayMs, run });
  }

  /** Does the agent's work that is due. */
  runDue(): void {
    const now = this.clock.now();
    const due = this.#jobs.filter((job) => job.dueAt <= now);
    if (due.length === 0) return;
    this.#jobs = this.#jobs.filter((job) => job.dueAt > now);
    for (const job of due) job.run();
  }

  today(): string {
    return dateOf(this.clock.now());
  }

  /** The next row version. Taken early and stored late, it is what a long transaction leaves behind. */
  nextRevision(): number {
    this.revision += 1;
    return this.revision;
  }

  #stamp(table: Table, row: Row, by: string): void {
    const now = new Date(this.clock.now()).toISOString();
    row['SysRevID'] = this.nextRevision();
    if (table.columns.has('UpdatedOn')) row['UpdatedOn'] = now.slice(0, 23);
    if (!table.columns.has('ChangeDate')) return;
    row['ChangeDate'] = this.switches.changeDatePrecision === 'day' ? now.slice(0, 10) : now.slice(0, 19);
    row['ChangedBy'] = by;
  }

  #load(given: EpicorCompanyData): void {
    const company = new CompanyState(given.company, given.baseCurrency, given.closedThrough, this.schema);
    this.companies.set(given.company, company);
    company.defaultExpense = given.defaultExpense;
    company.fileContent = given.fileContent;
    const loadedOn = new Date(this.clock.now()).toISOString().slice(0, 23);
    for (const [name, rows] of Object.entries(given.tables)) {
      const store = company.rows(name);
      for (const row of rows) {
        const stamped: Row = { Company: given.company, ...row };
        const revision = this.nextRevision();
        stamped['SysRevID'] ??= revision;
        stamped['SysRowID'] ??= rowGuid(revision);
        stamped['UpdatedOn'] ??=
          typeof row['ChangeDate'] === 'string' ? `${row['ChangeDate']}T00:00:00.000` : loadedOn;
        store.add(stamped);
      }
    }
    const above = (table: string, column: string, least: number): number =>
      (given.tables[table] ?? []).reduce((most, row) => Math.max(most, Number(row[column] ?? 0) + 1), least);
    company.nextHead = above('CheckHed', 'HeadNum', company.nextHead);
    company.nextFile = above('XFileRef', 'XFileRefNum', company.nextFile);
    company.nextVendor = above('Vendor', 'VendorNum', company.nextVendor);
    company.nextJournal = above('GLJrnHed', 'JournalNum', company.nextJournal);
  }
}

/** A GUID made of a counter, so that the same seed gives the same rows. */
function rowGuid(counter: number): string {
  const hex = counter.toString(16).padStart(12, '0');
  return `5eed0000-0000-4000-8000-${hex}`;
}

/** A text column of a row; empty text when unset. */
export function text(row: Row, name: string): string {
  const value: Value | undefined = row[name];
  return value === undefined || value === null ? '' : String(value);
}

/** A decimal column of a row as text; `0` when unset. */
export function amount(row: Row, name: string): string {
  const value = text(row, name);
  return value === '' ? '0' : value;
}
