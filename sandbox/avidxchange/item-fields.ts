import { isObject, numberText, type Wire, type WireObject } from '../http/exact-json';
import { compared, rounded } from '../money';
import type { ItemError } from './records';
import { isDate } from './wire-style';

/** Reads the members of an item and notes what is wrong with them. */
export class ItemFields {
  readonly errors: ItemError[] = [];

  constructor(
    readonly item: WireObject,
    private readonly place = '',
  ) {}

  wrong(message: string, code = 'InvalidField', id?: number): void {
    this.errors.push({ code, message, ...(id === undefined ? {} : { id }) });
  }

  /** A text within its length; undefined when it is not there. */
  text(name: string, most: number): string | undefined {
    const value = this.item[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') this.wrong(`${this.place}${name} must be a string.`);
    else if (value.length > most)
      this.wrong(`${this.place}${name} must not be longer than ${most} characters.`);
    else return value;
    return undefined;
  }

  needText(name: string, most: number): string {
    const value = this.text(name, most);
    const isThere = this.item[name] !== undefined && this.item[name] !== null && this.item[name] !== '';
    if (!isThere) this.wrong(`${this.place}${name} is required.`);
    return value ?? '';
  }

  /** A JSON number with at most `digits` decimals, as decimal text; undefined when it is not there. */
  number(name: string, digits = 2): string | undefined {
    const value = this.item[name];
    if (value === undefined || value === null) return undefined;
    const text = numberText(value);
    if (text === undefined) this.wrong(`${this.place}${name} must be a number.`);
    else if (compared(rounded(text, digits), text) !== 0) {
      this.wrong(`${this.place}${name} must not have more than ${digits} decimals.`);
    } else return rounded(text, digits);
    return undefined;
  }

  needNumber(name: string, digits = 2): string {
    if (this.item[name] === undefined || this.item[name] === null) {
      this.wrong(`${this.place}${name} is required.`);
    }
    return this.number(name, digits) ?? '0';
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.item[name];
    if (value === undefined || value === null) return fallback;
    if (typeof value !== 'boolean') this.wrong(`${this.place}${name} must be a boolean.`);
    return value === true;
  }

  /** A calendar date, `YYYY-MM-DD`; a time of midnight may stand behind it. */
  date(name: string): string {
    const value = this.item[name];
    const given =
      typeof value === 'string' ? /^(\d{4}-\d{2}-\d{2})(T00:00:00(\.0+)?)?$/.exec(value)?.[1] : undefined;
    if (given !== undefined && isDate(given)) return given;
    this.wrong(`${this.place}${name} is not a date.`, 'InvalidDate');
    return '';
  }

  list(name: string): WireObject[] {
    const value = this.item[name];
    if (value === undefined || value === null) return [];
    if (Array.isArray(value) && value.every((each) => isObject(each))) return value as WireObject[];
    this.wrong(`${this.place}${name} must be a list of objects.`);
    return [];
  }

  /** Notes members that nobody knows. */
  knowOnly(names: readonly string[]): void {
    for (const name of Object.keys(this.item)) {
      if (!names.includes(name)) this.wrong(`${this.place}${name} is not known.`);
    }
  }
}

/** Two values are the same as JSON. */
export function isSame(a: Wire, b: Wire): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
